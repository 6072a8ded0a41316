"""The real program, started as `vigie serve` starts it."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pytest

from indexer.engine import Engine
from tests.making import make_document, make_engine

PROCESSES = 2


@pytest.fixture
def index(engine: Engine) -> Path:
    """The folder of the sample index."""
    path: Path = engine.path  # type: ignore[attr-defined]
    return path


@pytest.fixture
def server(index: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running server and the address that it printed."""
    command = [sys.executable, "-m", "indexer.cli", "serve", "--index", str(index), "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=tmp_path
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert address, line
        yield process, address.group()
        process.kill()


def test_it_prints_its_address_serves_and_stops(server: tuple[subprocess.Popen[str], str]) -> None:
    process, address = server

    with urllib.request.urlopen(address + "?q=missiles", timeout=30) as response:
        assert "résultats pour" in response.read().decode("utf-8")
    process.send_signal(signal.SIGINT)

    assert process.wait(timeout=30) == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--port", "PORT"], "déjà pris"),
        (["--host", "nulle.part.invalid"], "inconnue"),
        (["--index", "absent"], "vigie index"),
    ],
)
def test_what_it_cannot_do_is_one_clear_line(index: Path, tmp_path: Path, options: list[str], message: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        given = [port if option == "PORT" else option for option in options]
        command = [sys.executable, "-m", "indexer.cli", "serve", "--index", str(index), "--port", "0", *given]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=tmp_path, check=False)

    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_every_process_sees_a_commit_within_a_second_and_no_request_fails(running: "Running") -> None:
    committed: list[tuple[float, float, int]] = []
    with asking(running) as answers:
        for number in range(3):
            running.engine.add([make_document(id=f"new{number}")])
            second_later = time.monotonic() + 1
            running.wait_for_all(answers, second_later)
            committed.append((second_later, time.monotonic(), running.engine.state().generation))

    assert {each.status for each in answers} == {200}
    for begin, end, generation in committed:
        assert {each.generation for each in answers if begin < each.at < end} == {generation}
    for process in running.workers():
        own = [each for each in answers if running.process_of(each) == process]
        for each in own:  # two are answered at a time: what counts is what had been answered when one was asked for
            assert each.generation >= max((other.generation for other in own if other.at < each.asked), default=0)


def test_a_process_that_dies_is_replaced_and_costs_few_requests(running: "Running") -> None:
    killed = 3
    with asking(running) as answers:
        for _ in range(killed):
            time.sleep(0.5)
            os.kill(running.workers()[0], signal.SIGKILL)
        time.sleep(2)
        running.wait_for_all(answers, time.monotonic())

    # A connection that the process had taken is lost with it; two are asked at a time here.
    assert sum(each.status != 200 for each in answers) <= 2 * killed
    assert len(running.workers()) == PROCESSES


def test_nobody_waits_for_clients_that_do_not_close(running: "Running") -> None:
    port = int(running.address.split(":")[2].rstrip("/"))
    left_open = []
    for request in (
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"no request\r\n\r\n",
    ) * 4:
        connection = socket.create_connection(("127.0.0.1", port), timeout=30)
        connection.sendall(request)
        while connection.recv(4096):
            pass  # until the server has closed its side
        left_open.append(connection)
    begin = time.monotonic()
    for _ in range(4):
        urllib.request.urlopen(f"{running.address}healthz", timeout=30).read()

    assert time.monotonic() - begin < 1.5, "two seconds were waited for each that did not close"
    for connection in left_open:
        connection.close()


def test_a_server_with_more_to_do_than_it_can_answers_everybody(tmp_path: Path) -> None:
    with serving(tmp_path, VIGIE_QUEUE="1") as running, asking(running, clients=16) as answers:
        time.sleep(3)

    assert {each.status for each in answers} == {200, 503}
    assert sum(each.status == 200 for each in answers) > 20


def test_beginning_anew_and_stopping_lose_no_request(running: "Running") -> None:
    before = set(running.workers())
    with asking(running) as answers:
        time.sleep(0.5)
        os.kill(running.process.pid, signal.SIGHUP)
        time.sleep(3)
        assert not before & set(running.workers())

    assert {each.status for each in answers} == {200}
    running.process.terminate()
    assert running.process.wait(timeout=30) == 0


def test_figures_are_those_of_all_processes(running: "Running") -> None:
    with asking(running) as answers:
        running.wait_for_all(answers, 0)

    told = urllib.request.urlopen(f"{running.address}metrics", timeout=30).read().decode()

    (counted,) = re.findall(r'^vigie_requests_total\{endpoint="api.search",status="200"\} (\S+)$', told, re.MULTILINE)
    assert float(counted) == len(answers)


class Answered(NamedTuple):
    """An answer and when it came; *status* 0 when there was none."""

    id: str
    asked: float
    at: float
    status: int
    generation: int


class Running(NamedTuple):
    """A server over an index of its own."""

    engine: Engine
    process: subprocess.Popen[str]
    address: str
    log: Path

    def workers(self) -> list[int]:
        """The processes that answer."""
        number = self.process.pid
        return sorted(map(int, Path(f"/proc/{number}/task/{number}/children").read_text().split()))

    def process_of(self, answer: Answered) -> int:
        """The one that gave an answer."""
        told = (json.loads(line) for line in self.log.read_text().splitlines())
        return next(int(line["process"]) for line in told if line.get("id") == answer.id)

    def wait_for_all(self, answers: list["Answered"], since: float) -> None:
        """Wait until every process has answered since a moment."""
        end = time.monotonic() + 60
        while {self.process_of(each) for each in list(answers) if each.at > since} != set(self.workers()):
            assert time.monotonic() < end
            time.sleep(0.2)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A server of two processes."""
    with serving(tmp_path) as server:
        yield server


@contextmanager
def serving(tmp_path: Path, **settings: str) -> Iterator[Running]:
    """A server of two processes with other *settings*."""
    engine = make_engine(tmp_path, *(make_document(id=f"d{number}") for number in range(20)))
    command = [sys.executable, "-m", "indexer.cli", "serve", "--index", str(engine.path), "--port", "0"]  # type: ignore[attr-defined]
    log = tmp_path / "log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "VIGIE_WORKERS": str(PROCESSES), **settings},
        ) as process,
    ):
        assert process.stdout is not None
        address = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
        assert address, log.read_text()
        yield Running(engine, process, address.group(), log)
        process.terminate()


@contextmanager
def asking(server: Running, clients: int = 2) -> Iterator[list[Answered]]:
    """Ask on, each time on a connection of its own, and keep what is answered."""
    answers: list[Answered] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            known, begin = uuid4().hex, time.monotonic()
            asked = urllib.request.Request(f"{server.address}api/v1/search?size=1", headers={"X-Request-ID": known})
            try:
                with urllib.request.urlopen(asked, timeout=30) as response:
                    generation = json.load(response)["index"]["generation"]
                    answers.append(Answered(known, begin, time.monotonic(), response.status, generation))
            except urllib.error.HTTPError as error:
                answers.append(Answered(known, begin, time.monotonic(), error.code, 0))
            except (OSError, HTTPException, ValueError):  # its process was killed
                answers.append(Answered(known, begin, time.monotonic(), 0, 0))

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        over.set()
        for thread in threads:
            thread.join(30)
