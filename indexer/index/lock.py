"""One at a time: a lock that names its holder, and is free when the holder ends, however it ends."""

import fcntl
import os
import socket
from pathlib import Path
from typing import IO

from indexer.errors import IndexLockedError
from indexer.index.manifest import now

WRITING, INDEXING = "write.lock", "indexing.lock"
"""Held by a writer until its commit; held by a run of indexing, which makes several."""


def take_lock(path: Path, name: str) -> IO[str]:
    """The lock file *name* of the index in *path*, held until it is closed or its process ends.

    Raises IndexLockedError, with the holder's process, when another one holds it.
    """
    file = (path / name).open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        holder = file.read().strip() or "inconnu"
        file.close()
        raise IndexLockedError(f"Un autre programme ({holder}) écrit dans {path} : attendez qu’il ait fini.") from None
    file.truncate(0)
    file.write(f"processus {os.getpid()} sur {socket.gethostname()}, depuis {now()}")
    file.flush()
    return file
