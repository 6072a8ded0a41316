"""A pile of hostile files: one run ends, says what it did not read, indexes all that is good, and stays at home."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from indexer.index import open_reader
from indexer.ingest import Readers, SourceFile
from indexer.ingest.files import printable
from tests.zoo import Animal, good_files, hostile_files

ROOT = Path(__file__).parents[1]
MOST_MEMORY = 512_000_000
MOST_SECONDS = 60
"""What is promised; 39 s when it was written. A machine that is busy with something else may take three times as long."""

TRAP = """
import os, sys

def notice(event, arguments):
    if event == "socket.__new__" and sys._getframe(2).f_code.co_name == "_has_ipv6":
        raise PermissionError(event)  # urllib3 tries one of its own when it is imported, and goes on without
    if event.startswith("socket.") and event != "socket.gethostname":
        reader = "indexer.ingest" in sys.orig_argv
        # an empty file: the reading processes may write nothing else
        os.close(os.open(f"{folder}/{'reader' if reader else 'other'} {event}", os.O_CREAT | os.O_WRONLY))
        raise PermissionError(event)

folder = os.environ["SOCKETS_NOTICED"]
sys.addaudithook(notice)
"""
"""Every Python process that starts under it notices sockets, and refuses them."""

RUNNER = """
import json, os, subprocess, sys

process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), usage.ru_maxrss * 1024]))
"""
"""Runs a command and prints its exit code and the peak memory of the largest process that it and its children were.

A process of its own: what a process is measured at begins with the peak of the one that started it.
"""


class Run(NamedTuple):
    """What one run of indexing did."""

    exit_code: int
    seconds: float
    memory: int
    articles: Counter[str]
    reasons: dict[str, list[str]]
    sockets: list[str]
    calls: int
    """Connections that were opened to the address which the files name."""


class Door(NamedTuple):
    """An address of this machine that files name, and nobody may come to."""

    listener: socket.socket

    @property
    def address(self) -> str:
        host, port = self.listener.getsockname()
        return f"http://{host}:{port}"

    def calls(self) -> int:
        """How many have come since it was last asked."""
        count = 0
        while True:
            try:
                self.listener.accept()[0].close()
            except BlockingIOError:
                return count
            count += 1


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listener:
        listener.settimeout(0)
        yield Door(listener)


@pytest.fixture(scope="module")
def hostile(door: Door) -> list[Animal]:
    return hostile_files(door.address)


def trapped(folder: Path) -> dict[str, str]:
    """The environment of processes whose sockets are noticed in *folder*/noticed."""
    (folder / "sitecustomize.py").write_text(TRAP, encoding="utf-8")
    (folder / "noticed").mkdir()
    return {**os.environ, "PYTHONPATH": str(folder), "SOCKETS_NOTICED": str(folder / "noticed")}


@pytest.fixture(scope="module")
def run(hostile: list[Animal], door: Door, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("zoo")
    for animal in hostile + good_files():
        animal.make(folder / "tas")
    (folder / "piege").mkdir()
    command = [sys.executable, "-c", RUNNER, sys.executable, "-m", "indexer.cli", "index", str(folder / "tas")]
    options = ["--index", str(folder / "index"), "--report", str(folder / "r.jsonl")]
    begin = time.monotonic()
    done = subprocess.run(
        command + options, env=trapped(folder / "piege"), cwd=ROOT, stdout=subprocess.PIPE, check=True
    )
    seconds = time.monotonic() - begin
    exit_code, memory = json.loads(done.stdout)
    articles = Counter(document.provenance.path for document in open_reader(folder / "index").documents())
    sockets = os.listdir(folder / "piege" / "noticed")
    return Run(exit_code, seconds, memory, articles, read_report(folder / "r.jsonl"), sockets, door.calls())


def read_report(path: Path) -> dict[str, list[str]]:
    """The reasons, by the file that they are given for."""
    reasons: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        rejection = json.loads(line)
        file = re.split("!/|, (?:ligne|entrée|élément) ", rejection["path"])[0]
        reasons.setdefault(file, []).append(re.sub("[\u00a0\u202f]", " ", rejection["reason"]))
    return reasons


def outcome(animal: Animal, run: Run) -> str | None:
    """What became of a file otherwise than stated."""
    path = f"tas/{animal.name}"
    shown = printable(path)
    told = [
        reason for file, reasons in run.reasons.items() if shown == file or is_inside(shown, file) for reason in reasons
    ]
    indexed = run.articles[path]
    as_stated = all(re.search(animal.reason, reason) for reason in told) and bool(told) == bool(animal.reason)
    if as_stated and indexed == animal.articles:
        return None
    return f"{shown[:100]}: {indexed} articles, {told[:3]} instead of {animal.articles}, « {animal.reason} »"


def is_inside(path: str, folder: str) -> bool:
    """Whether a file lies in a folder that could not be entered."""
    return "\ufffd" in folder and path.startswith(f"{folder}/")


@pytest.mark.slow
def test_the_zoo_is_large_and_its_kinds_are_many(hostile: list[Animal]) -> None:
    names = [animal.name for animal in hostile + good_files()]

    assert len(set(names)) == len(names)
    assert len(hostile) >= 150
    assert len(good_files()) >= 40
    assert sum(bool(animal.reason) for animal in hostile) >= 150


@pytest.mark.slow
def test_every_hostile_file_has_the_outcome_that_is_stated(run: Run, hostile: list[Animal]) -> None:
    assert run.exit_code == 1
    assert list(filter(None, (outcome(animal, run) for animal in hostile))) == []


@pytest.mark.slow
def test_every_good_file_is_indexed(run: Run) -> None:
    assert list(filter(None, (outcome(animal, run) for animal in good_files()))) == []


@pytest.mark.slow
def test_nothing_is_told_of_files_that_are_not_there(run: Run, hostile: list[Animal]) -> None:
    known = [printable(f"tas/{animal.name}") for animal in hostile]

    assert [
        file for file in run.reasons if file not in known and not any(is_inside(path, file) for path in known)
    ] == []


@pytest.mark.slow
def test_the_run_stays_within_its_bounds(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        sys.stderr.write(f"\nzoo: {run.seconds:.1f} s of {MOST_SECONDS}, {run.memory / 1e6:.0f} MB\n")

    assert run.memory < MOST_MEMORY
    assert run.seconds < 3 * MOST_SECONDS


@pytest.mark.slow
def test_no_socket_is_opened_and_no_address_called(run: Run) -> None:
    assert run.sockets == []
    assert run.calls == 0


def test_a_socket_in_a_reading_process_would_be_noticed(
    door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A library that phones home when it is imported, in place of one that is."""
    for name, value in trapped(tmp_path).items():
        monkeypatch.setenv(name, value)
    call = f"import socket\nsocket.create_connection({door.listener.getsockname()})\n"
    (tmp_path / "py3langid.py").write_text(call, encoding="utf-8")
    (tmp_path / "un.txt").write_text("Un article de quelques mots.", encoding="utf-8")
    with Readers() as readers:
        (error, _) = [read.found for read in readers.read([SourceFile(tmp_path, "un.txt")])]

    assert "interrompue" in str(error)
    assert [name for name in os.listdir(tmp_path / "noticed") if name.startswith("reader socket.")]


def test_a_call_past_the_interpreter_would_be_counted(door: Door) -> None:
    host, port = door.listener.getsockname()
    door.calls()
    with socket.create_connection((host, port)):
        assert door.calls() == 1
