"""A process that reads files, for Readers (reading_process.py).

usage: python -m indexer.ingest MEMORY
"""

import resource
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from indexer.errors import SourceError
from indexer.ingest.files import SourceFile
from indexer.ingest.read import read_file
from indexer.ingest.reading_process import FRAME_LENGTH, Reply, Task

MOST_TOGETHER = 64
"""Replies sent in one frame."""


def main() -> None:
    """Read what is asked for, until the input ends."""
    memory = int(sys.argv[1])
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (memory if most == resource.RLIM_INFINITY else min(memory, most), most))
    decode = msgspec.json.Decoder(Task).decode
    for line in sys.stdin.buffer:
        task = decode(line)
        waiting: list[Reply] = []
        for reply in _replies(task):
            waiting.append(reply)
            if len(waiting) == MOST_TOGETHER:
                _send(waiting)
                waiting = []
        tired = _peak_memory() > memory // 2  # memory is not given back: the next file gets a new process
        _send([*waiting, Reply(done=True, last=tired)])
        if tired:
            return


def _replies(task: Task) -> Iterator[Reply]:
    try:
        for found in read_file(SourceFile(Path(task.root), task.path), names=task.names):
            if isinstance(found, SourceError):
                yield Reply(path=found.path, reason=found.reason)
            else:
                yield Reply(document=found)
    except MemoryError:
        yield Reply(path=task.path, reason="sa lecture demande trop de mémoire")


def _peak_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _send(replies: list[Reply]) -> None:
    frame = msgspec.msgpack.encode(replies)
    sys.stdout.buffer.write(FRAME_LENGTH.pack(len(frame)) + frame)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
