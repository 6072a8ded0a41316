"""How does the server do under load? Requests at a steady rate, whatever becomes of those before, while articles come.

usage: python -m tests.bench.load FOLDER [--rate 50] [--seconds 60] [--adding 10] [--killing 0] [--overload] [--write PAGE]

FOLDER has an index (tests.bench.vigie makes one); a copy of it is served by `vigie serve` with its usual settings.
Requests begin when they are due, so that the latency of a late one has the wait in it (no coordinated omission). The
mix: six in ten of one or two words drawn by Zipf's law, one or two with a phrase, filters, a deep page, a word of no
article. Every --adding seconds an article is added, every --killing seconds a process of the server is killed. With
--overload the capacity is measured first, and then three times as much is asked.
Prints JSON: answers by status, percentiles of the latencies in milliseconds, memory of the server. The generator runs on
the same processors. With --write, the row of such a run in the table of PAGE (docs/reliability.md) is replaced.
"""

import argparse
import json
import os
import random
import re
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import numpy as np

from indexer.engine import open_engine
from tests.bench.corpus import SEED, vocabulary
from tests.faults.__main__ import Row, write_row
from tests.making import make_document

OK, BUSY = 200, 503
PERCENTILES = (50, 95, 99, 99.9)
WARMING = 5
"""Seconds before anything is measured."""

CAPACITY_SECONDS = 10
SOAK = 1800
"""Seconds from which on a run is one of long."""

CONNECTIONS = 8
"""Requests at a time when the capacity is measured."""


class Answer(NamedTuple):
    """An answer: milliseconds since the request was due, since it was sent, and its status; 0 when there was none."""

    late: float
    took: float
    status: int


class Addresses:
    """What is asked for, drawn."""

    def __init__(self, seed: int = SEED) -> None:
        self._draw = random.Random(seed)
        self._words = vocabulary(seed)
        weights = 1 / np.arange(1, len(self._words) + 1)
        self._bounds = np.cumsum(weights / weights.sum())

    def __iter__(self) -> Iterator[str]:
        while True:
            kind = self._draw.choices(("words", "phrase", "filter", "deep", "none"), (60, 15, 10, 10, 5))[0]
            q = quote(" ".join(self._word() for _ in range(self._draw.choice((1, 2)))))
            yield {
                "words": f"/api/v1/search?q={q}",
                "phrase": f"/api/v1/search?q=%22{quote(self._word())}+{quote(self._word())}%22",
                "filter": f"/api/v1/search?q={q}&country=France",
                "deep": f"/api/v1/search?q={q}&page={self._draw.randrange(2, 50)}",
                "none": f"/api/v1/search?q={q}+zyxwv{self._draw.randrange(1000)}",
            }[kind]

    def _word(self) -> str:
        return self._words[int(np.searchsorted(self._bounds, self._draw.random()))]


class Server:
    """A server over a copy of an index."""

    def __init__(self, process: subprocess.Popen[str], port: int, index: Path) -> None:
        self.process, self.port, self.index = process, port, index

    def workers(self) -> list[int]:
        """The processes that answer."""
        number = self.process.pid
        return list(map(int, Path(f"/proc/{number}/task/{number}/children").read_text().split()))

    def memory(self) -> int:
        """Kilobytes that its processes have to themselves, and their share of what they have together.

        Without the pages of mapped files: they are the index on disk, which the system keeps at hand while it has room.
        """
        told = []
        for each in (self.process.pid, *self.workers()):
            with suppress(OSError):  # killed in this moment
                told.append(Path(f"/proc/{each}/smaps_rollup").read_text())
        found = re.findall(r"^Pss_(?:Anon|Shmem):\s+(\d+)", "".join(told), re.MULTILINE)
        return sum(map(int, found))


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """The server, started and stopped."""
    with tempfile.TemporaryDirectory() as place:
        index = Path(place) / "index"
        shutil.copytree(folder, index)
        command = [sys.executable, "-m", "indexer.cli", "serve", "--index", str(index), "--port", "0"]
        environment = {**os.environ, "VIGIE_LOG": "false"}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r":(\d+)/", line)
            assert found, line
            yield Server(process, int(found[1]), index)
            process.send_signal(signal.SIGTERM)


class Asked(NamedTuple):
    """A request under way: when it was due, when it was sent, and what came back of its answer, its first bytes."""

    due: float
    sent: float
    begin: bytearray


class Asking:
    """Requests on connections of their own, all in one thread: it takes little of the processors that the server has."""

    def __init__(self, port: int, addresses: Iterator[str]) -> None:
        self._place, self._addresses = ("127.0.0.1", port), addresses
        self._under_way = selectors.DefaultSelector()
        self.number = 0
        """How many are under way."""

    def send(self, due: float) -> Answer | None:
        """Send the next one; an Answer only when that failed."""
        sent = time.monotonic()
        connection = socket.socket()
        try:
            connection.connect(self._place)
            connection.setblocking(False)  # noqa: FBT003 - sockets have it so
            connection.send(
                f"GET {next(self._addresses)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
            )
        except OSError:
            connection.close()
            return _answer(Asked(due, sent, bytearray()))
        self._under_way.register(connection, selectors.EVENT_READ, Asked(due, sent, bytearray()))
        self.number += 1
        return None

    def answers(self, seconds: float) -> Iterator[Answer]:
        """Those that have come, waited for so long at most."""
        for key, _ in self._under_way.select(max(seconds, 0.0)):
            connection, asked = key.fileobj, key.data
            assert isinstance(connection, socket.socket)
            try:
                while read := connection.recv(1 << 16):
                    asked.begin.extend(read[: 32 - len(asked.begin)])
            except BlockingIOError:
                continue
            except OSError:
                asked.begin.clear()
            self._under_way.unregister(connection)
            connection.close()
            self.number -= 1
            yield _answer(asked)


def _answer(asked: Asked) -> Answer:
    now = time.monotonic()
    begin = bytes(asked.begin).split(maxsplit=2)
    status = int(begin[1]) if len(begin) > 1 else 0
    return Answer((now - asked.due) * 1000, (now - asked.sent) * 1000, status)


def open_loop(port: int, rate: float, seconds: float, addresses: Iterator[str]) -> list[Answer]:
    """Requests at a steady *rate*, whatever becomes of them."""
    asking = Asking(port, addresses)
    begin = time.monotonic()
    answers: list[Answer] = []
    for number in range(int(rate * seconds)):
        due = begin + number / rate
        while (wait := due - time.monotonic()) > 0:
            answers += asking.answers(wait)
        answers += filter(None, [asking.send(due)])
        answers += asking.answers(0)
    while asking.number:
        answers += asking.answers(1)
    return answers


def closed_loop(port: int, seconds: float, addresses: Iterator[str]) -> float:
    """Answers a second when the next request waits for an earlier answer, as many at a time as keep all busy."""
    asking = Asking(port, addresses)
    end = time.monotonic() + seconds
    answered = 0
    while time.monotonic() < end:
        while asking.number < CONNECTIONS:
            asking.send(time.monotonic())
        answered += sum(answer.status == OK for answer in asking.answers(1))
    while asking.number:
        list(asking.answers(1))
    return answered / seconds


@contextmanager
def every(seconds: float, do: Any) -> Iterator[None]:
    """Do something again and again in the meantime; never when *seconds* is 0."""
    over = threading.Event()

    def run() -> None:
        number = 0
        while not over.wait(seconds):
            do(number)
            number += 1

    thread = threading.Thread(target=run)
    if seconds:
        thread.start()
    try:
        yield
    finally:
        over.set()
        if seconds:
            thread.join()


def summary(answers: Sequence[Answer], seconds: float) -> dict[str, Any]:
    """The figures of a run."""
    late = {status: [each.late for each in answers if each.status == status] for status in (OK, BUSY)}
    refused = [each.took for each in answers if each.status == BUSY]
    return {
        "answers": {str(status): number for status, number in Counter(each.status for each in answers).items()},
        "answered a second": round(len(late[OK]) / seconds, 1),
        "ms": _percentiles(late[OK]),
        "ms to a refusal": _percentiles(refused),
    }


def _percentiles(times: Sequence[float]) -> dict[str, float]:
    if not times:
        return {}
    return {f"p{share:g}": round(float(np.percentile(times, share)), 1) for share in PERCENTILES} | {
        "worst": round(max(times), 1)
    }


def row(told: dict[str, Any], asked: argparse.Namespace) -> tuple[str, Row]:
    """The name of a run, and its row in a table."""
    answers, ms = told["answers"], told["ms"]
    failed = sum(number for status, number in answers.items() if status not in {str(OK), str(BUSY)})
    done = f"{told['rate']:.0f} requests a second for {asked.seconds:.0f} s over {told['documents']:,} articles"
    done += f", one added every {asked.adding:.0f} s" if asked.adding else ""
    growth = told["kilobytes after"] / told["kilobytes after a tenth"] - 1
    memory = f"memory {growth:+.1%} after the first tenth"
    if asked.overload:
        share, to_refusal = told["answered a second"] / told["capacity"], told["ms to a refusal"]
        found = (
            f"{told['capacity']:.0f} a second are answered when nobody is refused; of three times as many "
            f"{told['answered a second']:.0f} ({share:.0%}), refusals in {to_refusal['p50']:g} ms (p50), "
            f"{to_refusal['p99']:g} (p99); {failed} failed; {memory}"
        )
        return "overload", Row(done, found, failed)
    latencies = f"p50 {ms['p50']:g} ms, p99 {ms['p99']:g}, p99.9 {ms['p99.9']:g}"
    found = f"{latencies}; {failed} failed, {answers.get(str(BUSY), 0)} refused; {memory}"
    if asked.killing:
        done += f", a process killed every {asked.killing:.0f} s ({told['killed']} times)"
        return "killing", Row(done, found, failed)
    return ("soak" if asked.seconds >= SOAK else "load"), Row(done, found, failed)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="The server under load.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--adding", type=float, default=10, help="seconds from one new article to the next; 0: none")
    parser.add_argument("--killing", type=float, default=0, help="seconds from one killed process to the next; 0: none")
    parser.add_argument("--overload", action="store_true", help="ask three times as much as can be answered")
    parser.add_argument("--write", type=Path, metavar="PAGE")
    asked = parser.parse_args()
    addresses = iter(Addresses())
    with serving(asked.folder) as server:
        engine = open_engine(server.index)

        def add(number: int) -> None:
            engine.add([make_document("Un drone de plus.", id=f"load{number}", title=f"Drone {number}")])

        def kill(number: int) -> None:
            os.kill(random.choice(server.workers()), signal.SIGKILL)
            told["killed"] = number + 1

        def remember(number: int) -> None:
            if not number:
                told["kilobytes after a tenth"] = server.memory()

        closed_loop(server.port, WARMING, addresses)
        told: dict[str, Any] = {"documents": engine.state().documents}
        rate = asked.rate
        if asked.overload:
            told["capacity"] = round(closed_loop(server.port, CAPACITY_SECONDS, addresses), 1)
            rate = 3 * told["capacity"]
        before = server.memory()
        with every(asked.adding, add), every(asked.killing, kill), every(asked.seconds / 10, remember):
            answers = open_loop(server.port, rate, asked.seconds, addresses)
        told |= {"rate": rate, **summary(answers, asked.seconds)}
        told |= {"kilobytes before": before, "kilobytes after": server.memory()}
    sys.stdout.write(f"{json.dumps(told, indent=1)}\n")
    if asked.write:
        name, made = row(told, asked)
        options = " ".join(word for word in sys.argv[1:] if word not in {"--write", str(asked.write)})
        write_row(asked.write, name, made, f"python -m tests.bench.load {options.replace(str(asked.folder), 'FOLDER')}")


if __name__ == "__main__":
    main()
