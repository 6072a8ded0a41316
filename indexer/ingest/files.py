"""Which files does a path mean? Folders are walked in sorted order; nothing outside them is followed."""

import fnmatch
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from indexer.errors import SourceError

IGNORE_FILE = ".vigieignore"
"""In any folder: one pattern a line (README.md, *.log) of names that are no articles."""


class SourceFile(NamedTuple):
    """A file to read: *root* / *path*; *path* begins with the name of the folder that the user gave."""

    root: Path
    path: str

    @property
    def file(self) -> Path:
        """Where it is."""
        return self.root / self.path


def find_files(paths: Iterable[Path]) -> Iterator[SourceFile | SourceError]:
    """Every file at or below *paths*; what is no regular file comes as the error that says so."""
    for given in paths:
        path = given.absolute() if given.name not in {"", ".."} else given.resolve()
        if path.is_dir():
            yield from _walk(path.parent, path, ())
        else:
            yield _checked(path.parent, path)


def _walk(root: Path, folder: Path, patterns: tuple[str, ...]) -> Iterator[SourceFile | SourceError]:
    try:
        names = sorted(folder.iterdir())
    except OSError as error:
        yield SourceError(folder.relative_to(root).as_posix(), f"dossier illisible ({error.strerror})")
        return
    patterns += _ignore_patterns(folder)
    for path in names:
        if path.name.startswith(".") or any(fnmatch.fnmatchcase(path.name, pattern) for pattern in patterns):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(root, path, patterns)
        else:
            yield _checked(root, path)


def _ignore_patterns(folder: Path) -> tuple[str, ...]:
    try:
        lines = (folder / IGNORE_FILE).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return ()
    return tuple(line.strip().rstrip("/") for line in lines if line.strip() and not line.startswith("#"))


def _checked(root: Path, path: Path) -> SourceFile | SourceError:
    """The file, or why it is none: a device or a pipe would hang the run, a link may lead anywhere."""
    name = path.relative_to(root).as_posix()
    try:
        mode = path.lstat().st_mode
    except OSError as error:
        return SourceError(name, f"introuvable ({error.strerror})")
    if stat.S_ISLNK(mode):
        return SourceError(name, "lien symbolique, non suivi")
    if not stat.S_ISREG(mode):
        return SourceError(name, "ni fichier ni dossier ordinaire")
    return SourceFile(root, name)
