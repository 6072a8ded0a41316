"""One at a time: a lock that names its holder, and is free when the holder ends, however it ends."""

import fcntl
import os
import socket
from contextlib import suppress
from io import FileIO
from pathlib import Path

from indexer.errors import IndexLockedError, IndexStorageError
from indexer.index.manifest import now
from indexer.index.storage import Storage

WRITING, INDEXING = "write.lock", "indexing.lock"
"""Held by a writer until its commit; held by a run of indexing, which makes several."""


def take_lock(path: Path, name: str) -> FileIO:
    """The lock file *name* of the index in *path*, held until it is closed or its process ends.

    The folder is made when it is not there. Raises IndexLockedError, with the holder's process, when another one holds
    the lock.
    """
    storage = Storage(path)
    storage.create_folder()
    file = storage.open_lock(name)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = file.read().decode(errors="replace").strip() or "inconnu"
        file.close()
        raise IndexLockedError(f"Un autre programme ({holder}) écrit dans {path} : attendez qu’il ait fini.") from None
    except OSError as error:
        file.close()
        raise IndexStorageError(name, error) from error
    with suppress(OSError):  # the lock is held, with or without its holder's name: a full disk has no room for it
        file.truncate(0)
        file.write(f"processus {os.getpid()} sur {socket.gethostname()}, depuis {now()}".encode())
    return file
