"""A second process that builds segments of its own (`python -m indexer.index`), seen from the first.

It reads frames on its standard input: a length (u32, little-endian) and as many bytes of MessagePack, an array of
Documents; a length of 0 asks it to finish. It answers every frame with a line of JSON: {} when it has dealt with it, at
the end {"written": …}, and {"failed": …} when it cannot go on. When its input ends unasked, so does it.
"""

import fcntl
import os
import struct
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from select import select
from typing import IO

import msgspec

from indexer.document import Document
from indexer.errors import IndexStorageError

FRAME_LENGTH = struct.Struct("<I")
PIPE = 1 << 20
"""Bytes: the most that Linux gives to everybody."""

MOST_WAITING = 2
"""Frames sent ahead, so that the second process is never idle."""


class Reply(msgspec.Struct, omit_defaults=True):
    """What the second process says."""

    written: list[tuple[int, int]] | None = None
    failed: str | None = None
    errno: int | None = None


class SecondProcess:
    """The second process, seen from the first."""

    def __init__(self, folder: Path, *, memory: int, first: int, step: int) -> None:
        self._folder = folder
        program = [sys.executable, "-m", "indexer.index", str(folder), str(memory), str(first), str(step)]
        self._process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - ours
        if hasattr(fcntl, "F_SETPIPE_SZ"):  # so that what is sent ahead waits in the pipe, and nobody for anybody
            with suppress(OSError):
                fcntl.fcntl(self._input, fcntl.F_SETPIPE_SZ, PIPE)
        self._waiting = 0
        self._said = b""

    @property
    def has_time(self) -> bool:
        """Whether it would take a frame at once."""
        while self._waiting and (b"\n" in self._said or select([self._output], [], [], 0)[0]):
            self._read_reply()
        return self._waiting < MOST_WAITING

    def add(self, documents: Sequence[Document]) -> None:
        """Hand over documents."""
        frame = msgspec.msgpack.encode(documents)
        self._send(FRAME_LENGTH.pack(len(frame)), frame)
        self._waiting += 1

    def ask_to_finish(self) -> None:
        """Have the rest written."""
        self._send(FRAME_LENGTH.pack(0))

    def written(self) -> list[tuple[int, int]]:
        """Wait for the end; the number of every segment and how many documents it has."""
        while True:
            reply = self._read_reply()
            if reply.written is not None:
                self._end()
                return reply.written

    def cancel(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        self._end()

    def _end(self) -> None:
        with suppress(BrokenPipeError):
            self._input.close()
        self._output.close()
        self._process.wait()

    @property
    def _output(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    @property
    def _input(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    def _send(self, *parts: bytes) -> None:
        try:
            for part in parts:
                self._input.write(part)
            self._input.flush()
        except BrokenPipeError:
            while True:  # it says why, and then the error is raised
                self._read_reply()

    def _read_reply(self) -> Reply:
        while b"\n" not in self._said:
            more = os.read(self._output.fileno(), 1 << 16)
            if not more:
                raise OSError(f"The second process ended with {self._process.wait()} before its time.")
            self._said += more
        line, _, self._said = self._said.partition(b"\n")
        reply = msgspec.json.decode(line, type=Reply)
        if reply.failed is not None:
            if reply.errno is not None:
                raise IndexStorageError(self._folder.name, OSError(reply.errno, reply.failed))
            raise RuntimeError(reply.failed)
        self._waiting -= 1
        return reply
