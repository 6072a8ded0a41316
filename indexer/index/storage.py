"""Storage: the folder of an index, and the only place that touches its files.

Files are written once under their final name and never changed; a commit becomes visible by one rename. Nothing is
believed to be on disk before it was synced, names included.
"""

import mmap
import os
from collections.abc import Iterable
from pathlib import Path

Content = Iterable[bytes | memoryview]


class Storage:
    """The files of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create_folder(self) -> None:
        """Make the folder when it is not there; only its owner may look in."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def write(self, name: str, content: Content) -> int:
        """Write a file and sync it; its size in bytes."""
        path = self.folder / name
        with path.open("wb", buffering=0) as file:
            size = sum(_write_whole(file.fileno(), part) for part in content)
            os.fsync(file.fileno())
        return size

    def rename(self, old: str, new: str) -> None:
        """Give a file another name, in place of any that had it."""
        (self.folder / old).replace(self.folder / new)

    def remove(self, name: str) -> None:
        """Remove a file; one that is not there is no error."""
        (self.folder / name).unlink(missing_ok=True)

    def sync_names(self) -> None:
        """Make sure that names and renames are on disk."""
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def names(self) -> list[str]:
        """The names of all files, sorted; none when the folder is not there."""
        try:
            return sorted(entry.name for entry in os.scandir(self.folder) if entry.is_file(follow_symlinks=False))
        except FileNotFoundError:
            return []

    def read(self, name: str) -> bytes:
        """A whole small file."""
        return (self.folder / name).read_bytes()

    def map(self, name: str) -> memoryview:
        """A file as memory that is read when it is looked at, and shared between processes."""
        with (self.folder / name).open("rb") as file:
            if os.fstat(file.fileno()).st_size == 0:
                return memoryview(b"")
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))

    def size(self, name: str) -> int:
        """Bytes of a file."""
        return (self.folder / name).stat().st_size


def _write_whole(descriptor: int, part: bytes | memoryview) -> int:
    view = memoryview(part).cast("B")
    written = 0
    while written < len(view):
        written += os.write(descriptor, view[written:])
    return written
