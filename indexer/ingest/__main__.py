"""A process that reads files, for Readers (reading_process.py).

usage: python -P -m indexer.ingest MEMORY
"""

import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO

import msgspec

from indexer.document import Document
from indexer.errors import SourceError
from indexer.ingest.files import SourceFile, printable
from indexer.ingest.language import load_identifier
from indexer.ingest.read import read_file
from indexer.ingest.reading_process import FRAME_LENGTH, Reply, Task

MOST_TOGETHER = 64
"""Replies sent in one frame."""

LARGEST_TOGETHER = 1_000_000
"""Characters after which a frame is sent, however few replies are in it."""


def main() -> None:
    """Read what is asked for, until the input ends."""
    memory = int(sys.argv[1])
    load_identifier()
    _bound(memory)
    output = _take_output()
    decode = msgspec.json.Decoder(Task).decode
    for line in sys.stdin.buffer:
        task = decode(line)
        waiting: list[Reply] = []
        size = 0
        for reply in _replies(task, partial(_send, output, [])):
            waiting.append(reply)
            size += len(reply.document.text) if reply.document else len(reply.reason)
            if len(waiting) == MOST_TOGETHER or size > LARGEST_TOGETHER:
                _send(output, waiting)
                waiting, size = [], 0
        tired = _peak_memory() > memory // 2  # memory is not given back: the next file gets a new process
        _send(output, [*waiting, Reply(done=True, last=tired)])
        if tired:
            return


def _bound(memory: int) -> None:
    """What no file can make this process do: take more memory, write to a file; nor Ctrl-C, which its parent hears."""
    for limit, value in ((resource.RLIMIT_DATA, memory), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        _, most = resource.getrlimit(limit)
        resource.setrlimit(limit, (value if most == resource.RLIM_INFINITY else min(value, most), most))
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _take_output() -> IO[bytes]:
    """The standard output, for replies alone. What a library prints goes nowhere.

    Not to the standard error: that may be a file, and this process may write to none; print() would fail.
    """
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    with Path(os.devnull).open("wb") as nowhere:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere.fileno(), stream.fileno())
    return output


def _replies(task: Task, still_reading: Callable[[], None]) -> Iterator[Reply]:
    source = SourceFile(Path(task.root), task.path)
    try:
        for found in read_file(source, names=task.names, still_reading=still_reading):
            if isinstance(found, Document):
                yield Reply(document=found)
            else:
                yield _rejection(found)
    except MemoryError:
        yield Reply(path=task.path, reason="sa lecture demande trop de mémoire")
    except Exception as error:  # noqa: BLE001 - the edge: a reader that fails costs its file, not the run
        failed = SourceError(task.path, f"la lecture a échoué ({type(error).__name__}) : le reste n’est pas lu")
        yield _rejection(failed)


def _rejection(error: SourceError) -> Reply:
    """What is told of an error: names and keys that a file brings along may hold anything."""
    return Reply(path=printable(error.path), reason=printable(error.reason))


def _peak_memory() -> int:
    """Bytes. Not ru_maxrss, which begins with the peak of the process that started this one."""
    try:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
    except OSError:  # no Linux
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return int(status.partition("VmHWM:")[2].split(maxsplit=1)[0]) * 1024


def _send(output: IO[bytes], replies: list[Reply]) -> None:
    frame = msgspec.msgpack.encode(replies)
    output.write(FRAME_LENGTH.pack(len(frame)))
    output.write(frame)
    output.flush()


if __name__ == "__main__":
    main()
