"""The system calls of the index: logged, stopped or made to fail, one by one."""

import errno
import mmap
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from indexer.index import arrays, segment, storage

REFUSALS: dict[str, Callable[[], BaseException]] = {
    "ENOSPC": lambda: OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
    "EIO": lambda: OSError(errno.EIO, os.strerror(errno.EIO)),
    "EMFILE": lambda: OSError(errno.EMFILE, os.strerror(errno.EMFILE)),
    "EACCES": lambda: OSError(errno.EACCES, os.strerror(errno.EACCES)),
    "MemoryError": MemoryError,
}


class Operation(NamedTuple):
    """Something done to a folder of an index: create, write, sync (a file), rename, unlink, link, sync names (a folder).

    *told* is what a test noted between two operations.
    """

    kind: str
    name: str = ""
    content: bytes = b""
    told: object = None


class System:
    """Stands in for `os` and `mmap` in the storage layer. *before* is called with the number of each call, from 1."""

    ACCESS_READ = mmap.ACCESS_READ

    def __init__(self, before: Callable[[int], object] = lambda _: None) -> None:
        self.calls = 0
        self.log: list[Operation] = []
        self._before = before
        self._open: dict[int, tuple[Path, bool]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def tell(self, told: object) -> None:
        """Note something in the log."""
        self.log.append(Operation("told", told=told))

    def _call(self) -> None:
        self.calls += 1
        self._before(self.calls)

    def open(self, path: Path, flags: int, mode: int = 0o777) -> int:
        self._call()
        descriptor = os.open(path, flags, mode)
        self._open[descriptor] = (Path(path), bool(flags & os.O_CREAT))
        if flags & os.O_TRUNC:
            self.log.append(Operation("create", path.name))
        return descriptor

    def write(self, descriptor: int, content: memoryview) -> int:
        self._call()
        written = os.write(descriptor, content)
        self.log.append(Operation("write", self._open[descriptor][0].name, bytes(content[:written])))
        return written

    def fsync(self, descriptor: int) -> None:
        self._call()  # nothing is really synced: the machine keeps its power
        path, is_file = self._open[descriptor]
        self.log.append(Operation("sync", path.name) if is_file else Operation("sync names", path.name))

    def close(self, descriptor: int) -> None:
        del self._open[descriptor]
        os.close(descriptor)

    def replace(self, old: Path, new: Path) -> None:
        self._call()
        os.replace(old, new)  # noqa: PTH105 - as the storage layer calls it
        self.log.append(Operation("rename", old.name, new.name.encode()))

    def unlink(self, path: Path) -> None:
        self._call()
        os.unlink(path)  # noqa: PTH108
        self.log.append(Operation("unlink", path.name))

    def link(self, old: Path, new: Path) -> None:
        self._call()
        os.link(old, new)
        self.log.append(Operation("link", new.name, new.read_bytes()))

    def makedirs(self, path: Path, mode: int, *, exist_ok: bool) -> None:
        self._call()
        os.makedirs(path, mode, exist_ok=exist_ok)  # noqa: PTH103

    def scandir(self, path: Path) -> Any:
        self._call()
        return os.scandir(path)

    def stat(self, path: Path) -> os.stat_result:
        self._call()
        return os.stat(path)  # noqa: PTH116

    def fstat(self, descriptor: int) -> os.stat_result:
        self._call()
        return os.fstat(descriptor)

    def mmap(self, descriptor: int, length: int, *, access: int) -> mmap.mmap:
        self._call()
        return mmap.mmap(descriptor, length, access=access)


@contextmanager
def standing_in(system: System) -> Iterator[System]:
    """Have the storage layer call *system*; what this process has checked before is checked again."""
    arrays._checked.clear()
    segment._opened.clear()
    with patch.object(storage, "os", system), patch.object(storage, "mmap", system):
        yield system


def failing(name: str, at: int, *, sticky: bool) -> System:
    """A system that refuses its call number *at* for the reason of this name; with *sticky* all calls after it too."""

    def refuse(number: int) -> None:
        if number == at or (sticky and number > at):
            refusal = REFUSALS[name]()
            raise refusal

    return System(refuse)
