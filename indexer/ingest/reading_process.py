"""Processes that read files (`python -m indexer.ingest`), seen from the one that asks them.

What people collect can be hostile or broken: whatever a file does to its reader, its process pays for it, and the run
goes on. A file that takes too long or too much memory is reported.

The process reads lines of JSON, a Task each, and answers with frames: a length (u32, little-endian) and as many bytes
of MessagePack, a list of Reply. The last reply of a task has `done`.
"""

import os
import selectors
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Self

import msgspec

from indexer.document import Document
from indexer.errors import SourceError
from indexer.ingest.draft import DEFAULT_NAMES, FieldNames
from indexer.ingest.files import SourceFile

FRAME_LENGTH = struct.Struct("<I")

LONGEST_SILENCE = 60.0
"""Seconds without an answer after which a file is given up; the slowest page of the real piles takes 2."""

MOST_MEMORY = 500_000_000
"""Bytes of memory of its own that a reading process may take: libraries and models need 196 MB of them, a page of five
million characters 365, a feed of 20 MB 445. What is resident stays 50 MB below."""

_CHUNK = 1 << 20
_LISTENING = 1.0
"""Seconds of waiting at a time: what lasts longer, the whole run was stopped for."""


class Task(msgspec.Struct, frozen=True):
    """A file to read."""

    root: str
    path: str
    names: FieldNames


class Reply(msgspec.Struct, omit_defaults=True):
    """A document, the reason why there is none, or the end of a task; *last* when the process ends with it."""

    document: Document | None = None
    path: str = ""
    reason: str = ""
    done: bool = False
    last: bool = False


class Read(msgspec.Struct, frozen=True):
    """A document or an error of a file; neither at its end."""

    source: SourceFile
    found: Document | SourceError | None


_decode = msgspec.msgpack.Decoder(list[Reply]).decode


@dataclass(slots=True, eq=False)
class _Process:
    """A reading process, and what it is reading."""

    names: FieldNames
    memory: int
    process: subprocess.Popen[bytes] | None = None
    source: SourceFile | None = None
    silence: float = 0.0
    """Seconds that it was listened to in vain: not those in which the listener did something else, or was stopped."""
    said: bytearray = field(default_factory=bytearray)

    def ask(self, source: SourceFile) -> None:
        """Have a file read, by a new process when there is none (any more)."""
        if self.process is not None and self.process.poll() is not None:
            self.end()
        if self.process is None:
            # -P: modules that lie in the current folder, which may be the pile, are not imported
            program = [sys.executable, "-P", "-m", "indexer.ingest", str(self.memory)]
            self.process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - ours
        self.source, self.silence, self.said = source, 0.0, bytearray()
        task = msgspec.json.encode(Task(str(source.root), source.path, self.names)) + b"\n"
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):  # the end of its output says so
            self.process.stdin.write(task)
            self.process.stdin.flush()

    @property
    def output(self) -> IO[bytes]:
        """What it says."""
        assert self.process is not None
        assert self.process.stdout is not None
        return self.process.stdout

    def replies(self) -> Iterator[Reply]:
        """What it has said since it was last heard; at its end, that it ended."""
        more = os.read(self.output.fileno(), _CHUNK)
        self.said += more
        while len(self.said) >= FRAME_LENGTH.size:
            end = FRAME_LENGTH.size + FRAME_LENGTH.unpack_from(self.said)[0]
            if len(self.said) < end:
                break
            yield from _decode(memoryview(self.said)[FRAME_LENGTH.size : end])
            del self.said[:end]
        if not more:
            yield from self.given_up("la lecture s’est interrompue (mémoire épuisée ou fichier piégé)")

    def given_up(self, reason: str) -> list[Reply]:
        """What is said of a file that cannot be read to its end; the process ends."""
        self.end()
        assert self.source is not None
        return [Reply(path=self.source.path, reason=reason), Reply(done=True)]

    def leave(self) -> None:
        """Read no further in the file at hand; what is still said of it would be taken for the next one's."""
        if self.source is not None:
            self.end()
            self.source = None

    def end(self) -> None:
        """End the process, whatever it is doing."""
        if self.process is not None:
            self.process.kill()
            for pipe in (self.process.stdin, self.process.stdout):
                with suppress(OSError):
                    if pipe is not None:
                        pipe.close()
            self.process.wait()
            self.process = None


class Readers:
    """As many reading processes as *jobs* says. Use as a context manager: leaving it ends them."""

    def __init__(
        self,
        jobs: int = 1,
        *,
        names: FieldNames = DEFAULT_NAMES,
        memory: int = MOST_MEMORY,
        longest_silence: float = LONGEST_SILENCE,
    ) -> None:
        self._processes = [_Process(names, memory) for _ in range(jobs)]
        self._longest_silence = longest_silence

    def read(self, sources: Iterable[SourceFile]) -> Iterator[Read]:
        """What is in each of *sources*: those of one in order, several at a time mixed."""
        waiting = deque(sources)
        try:
            while True:
                for process in self._processes:
                    if process.source is None and waiting:
                        process.ask(waiting.popleft())
                busy = [process for process in self._processes if process.source is not None]
                if not busy:
                    return
                for process, replies in self._listen(busy):
                    yield from _read(process, replies)
        finally:
            for process in self._processes:
                process.leave()

    def _listen(self, busy: Sequence[_Process]) -> list[tuple[_Process, list[Reply]]]:
        """What some of them say, or what is said of those that were silent for too long."""
        with selectors.PollSelector() as selector:
            for process in busy:
                selector.register(process.output, selectors.EVENT_READ, process)
            left = self._longest_silence - max(process.silence for process in busy)
            begin = time.monotonic()
            ready = {key.data for key, _ in selector.select(min(left, _LISTENING))}
        waited = min(time.monotonic() - begin, _LISTENING)
        said: list[tuple[_Process, list[Reply]]] = []
        for process in busy:
            process.silence = 0.0 if process in ready else process.silence + waited
            if process in ready:
                said.append((process, list(process.replies())))
            elif process.silence >= self._longest_silence:
                reason = f"lecture abandonnée après {self._longest_silence:g} s"
                said.append((process, process.given_up(reason)))
        return said

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.end()


def _read(process: _Process, replies: Iterable[Reply]) -> Iterator[Read]:
    """What the replies of a process mean; it is free after the last one."""
    source = process.source
    assert source is not None
    for reply in replies:
        if reply.done:
            process.source = None
            if reply.last:
                process.end()
            yield Read(source, None)
        elif reply.document is not None:
            yield Read(source, reply.document)
        else:
            yield Read(source, SourceError(reply.path, reply.reason))
