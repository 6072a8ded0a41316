"""Storage: the folder of an index, and the only place that touches its files.

Files are written once under their final name and never changed; a commit becomes visible by one rename. Nothing is
believed to be on disk before it was synced, names included. Every operation is a call of `os` or `mmap`, so that tests
can log each of them, stop the process there, or have it fail (tests/faults).
"""

import mmap
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import NamedTuple

from indexer.errors import IndexDamagedError, IndexStorageError
from indexer.message import Message

Content = Iterable[bytes | memoryview]

Identity = tuple[int, int, int, int]
"""Device, inode, size, time of change: what says that a file is the one that was looked at before."""


class Mapped(NamedTuple):
    """A file as memory that is read when it is looked at, and shared between processes."""

    memory: memoryview
    identity: Identity


class Storage:
    """The files of one folder. What the system refuses is an IndexStorageError, a missing file an IndexDamagedError."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create_folder(self) -> None:
        """Make the folder when it is not there, and last; only its owner may look in."""
        with _refusals(self.folder.name):
            made = [path for path in (self.folder, *self.folder.parents) if not os.path.exists(path)]  # noqa: PTH110
            os.makedirs(self.folder, 0o700, exist_ok=True)  # noqa: PTH103
            for path in made:
                _sync(path.parent)

    def write(self, name: str, content: Content) -> int:
        """Write a file and sync it; its size in bytes."""
        with _refusals(name):
            descriptor = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
            try:
                size = sum(_write_whole(descriptor, part) for part in content)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        return size

    def link(self, name: str, other: "Storage", old: str) -> bool:
        """Give a file of *other* a name here too; whether that can be done."""
        try:
            os.link(other.folder / old, self.folder / name)
        except OSError:
            return False
        return True

    def rename(self, old: str, new: str) -> None:
        """Give a file another name, in place of any that had it."""
        with _refusals(old):
            os.replace(self.folder / old, self.folder / new)  # noqa: PTH105

    def remove(self, name: str) -> None:
        """Remove a file; one that is not there is no error."""
        with _refusals(name):
            try:
                os.unlink(self.folder / name)  # noqa: PTH108
            except FileNotFoundError:
                return

    def sync_names(self) -> None:
        """Make sure that names and renames are on disk."""
        with _refusals(self.folder.name):
            _sync(self.folder)

    def names(self) -> list[str]:
        """The names of all files, sorted; none when the folder is not there."""
        with _refusals(self.folder.name):
            try:
                with os.scandir(self.folder) as entries:
                    return sorted(entry.name for entry in entries if entry.is_file(follow_symlinks=False))
            except FileNotFoundError:
                return []

    def read(self, name: str) -> bytes:
        """A whole small file."""
        return bytes(self.map(name).memory)

    def map(self, name: str) -> Mapped:
        """A file as memory."""
        with _refusals(name):
            try:
                descriptor = os.open(self.folder / name, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError as error:
                raise IndexDamagedError(Message("Fichier d’index {name} : il manque.", name=name)) from error
            try:
                status = os.fstat(descriptor)
                if status.st_size == 0:
                    return Mapped(memoryview(b""), _identity(status))
                return Mapped(memoryview(mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)), _identity(status))
            finally:
                os.close(descriptor)

    def size(self, name: str) -> int:
        """Bytes of a file."""
        with _refusals(name):
            return os.stat(self.folder / name).st_size  # noqa: PTH116

    def identity(self, name: str) -> Identity:
        """What says whether a file is the one that was mapped before."""
        with _refusals(name):
            return _identity(os.stat(self.folder / name))  # noqa: PTH116

    def open_lock(self, name: str) -> FileIO:
        """A file to be locked, made when it is not there."""
        with _refusals(name):
            return FileIO(os.open(self.folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666), "r+")


@contextmanager
def _refusals(name: str) -> Iterator[None]:
    """What the system refuses, as errors of the index."""
    try:
        yield
    except OSError as error:
        raise IndexStorageError(name, error) from error


def _identity(status: os.stat_result) -> Identity:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_whole(descriptor: int, part: bytes | memoryview) -> int:
    view = memoryview(part).cast("B")
    written = 0
    while written < len(view):
        written += os.write(descriptor, view[written:])
    return written
