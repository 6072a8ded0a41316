"""The second process of an IndexWriter: builds segments of the Documents that come in (second_process.py).

usage: python -m indexer.index FOLDER MEMORY FIRST STEP
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from indexer.document import Document
from indexer.index.building import Builder
from indexer.index.second_process import FRAME_LENGTH, Reply
from indexer.index.storage import Storage


def _frames(file: IO[bytes]) -> Iterator[bytes | None]:
    """The frames of *file*, b"" where it is asked to finish, None where it ends unasked."""
    while True:
        head = file.read(FRAME_LENGTH.size)
        length = FRAME_LENGTH.unpack(head)[0] if len(head) == FRAME_LENGTH.size else None
        frame = None if length is None else file.read(length)
        yield frame if frame is not None and len(frame) == length else None
        if not frame:
            return


def main() -> None:
    """Build segments of what comes in."""
    folder, memory, first, step = sys.argv[1:]
    decode = msgspec.msgpack.Decoder(list[Document]).decode
    try:
        builder = Builder(Storage(Path(folder)), memory=int(memory), first=int(first), step=int(step))
        for frame in _frames(sys.stdin.buffer):
            if frame is None:
                return
            for document in decode(frame) if frame else ():
                builder.add(document)
            if not frame:
                builder.finish()
            _reply(Reply(written=None if frame else builder.written))
    except Exception as error:  # noqa: BLE001 - the first process raises it
        _reply(Reply(failed=f"{type(error).__name__}: {error}", errno=getattr(error, "errno", None)))


def _reply(reply: Reply) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(reply) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
