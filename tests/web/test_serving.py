"""The real program, started as `vigie serve` starts it."""

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.engine import Engine


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
