"""Which files does a path mean? Folders are walked in sorted order; nothing outside them is followed."""

import errno
import fnmatch
import io
import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from indexer.errors import SourceError

IGNORE_FILE = ".vigieignore"
"""In any folder: one pattern a line (README.md, *.log) of names that are no articles."""

LONGEST_IGNORE_FILE = 10_000
"""Characters; every name is compared with every pattern."""

LEAST_WRITTEN = 0.01
"""Of a file's size, beyond a megabyte: 10 GB of holes cost nothing to make and minutes to read."""

_FAILURES = {
    errno.EACCES: "accès refusé",
    errno.EPERM: "accès refusé",
    errno.ENOENT: "introuvable",
    errno.ENOTDIR: "introuvable",
    errno.ELOOP: "lien symbolique, non suivi",
    errno.ENAMETOOLONG: "chemin trop long",
    errno.EIO: "le disque ne répond pas",
    errno.ESTALE: "le disque distant ne répond plus",
}
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What drives a terminal, breaks a line or turns letters around; and lone surrogates: a name that is not in UTF-8."""
_BAD_NAME = "nom avec des caractères de contrôle ou qui n’est pas en UTF-8 : à renommer"


class SourceFile(NamedTuple):
    """A file to read: *root* / *path*; *path* begins with the name of the folder that the user gave."""

    root: Path
    path: str

    @property
    def file(self) -> Path:
        """Where it is."""
        return self.root / self.path


def find_files(paths: Iterable[Path]) -> Iterator[SourceFile | SourceError]:
    """Every file at or below *paths*; what is no regular file, or has no printable name, comes as an error."""
    for given in paths:
        path = given.absolute() if given.name not in {"", ".."} else given.resolve()
        if _UNPRINTABLE.search(str(path)):
            yield SourceError(printable(str(given)), _BAD_NAME)
        elif _is_folder(path, follow=True):
            yield from _walk(path.parent, path)
        else:
            yield _checked(path.parent, path)


def _walk(root: Path, top: Path) -> Iterator[SourceFile | SourceError]:
    """Without recursion: folders may be a thousand deep."""
    waiting: list[tuple[Path, tuple[str, ...]]] = [(top, ())]
    while waiting:
        path, patterns = waiting.pop()
        if path is not top and not _is_folder(path):
            yield _checked(root, path)
            continue
        name = path.relative_to(root).as_posix()
        if _UNPRINTABLE.search(name):
            yield SourceError(printable(name), _BAD_NAME)
            continue
        try:
            inside = sorted(path.iterdir(), reverse=True)
        except OSError as error:
            yield SourceError(name, f"dossier illisible ({failure(error)})")
            continue
        try:
            patterns += _ignore_patterns(path)
        except (OSError, ValueError):
            yield SourceError(f"{name}/{IGNORE_FILE}", "liste de noms à ignorer illisible, ou trop longue")
        waiting += [(each, patterns) for each in inside if not _is_left_out(each.name, patterns)]


def _is_folder(path: Path, *, follow: bool = False) -> bool:
    try:
        return stat.S_ISDIR(path.stat(follow_symlinks=follow).st_mode)
    except OSError:  # told by _checked
        return False


def _is_left_out(name: str, patterns: Iterable[str]) -> bool:
    return name.startswith(".") or any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def _ignore_patterns(folder: Path) -> tuple[str, ...]:
    try:
        file = open_regular(folder / IGNORE_FILE)
    except FileNotFoundError:
        return ()
    with io.TextIOWrapper(io.BufferedReader(file), encoding="utf-8") as stream:
        text = stream.read(LONGEST_IGNORE_FILE + 1)
    if len(text) > LONGEST_IGNORE_FILE:
        raise ValueError(IGNORE_FILE)
    lines = (line.strip() for line in text.splitlines())
    return tuple(line.rstrip("/") for line in lines if line and not line.startswith("#"))


def _checked(root: Path, path: Path) -> SourceFile | SourceError:
    """The file, or why it is none: a device or a pipe would hang the run, a link may lead anywhere."""
    name = path.relative_to(root).as_posix()
    try:
        found = path.lstat()
    except OSError as error:
        return SourceError(printable(name), failure(error))
    if reason := _refusal(name, found):
        return SourceError(printable(name), reason)
    return SourceFile(root, name)


def _refusal(name: str, found: os.stat_result) -> str | None:
    """Why a file is not read; None when it is. A file system that counts no blocks says nothing of holes."""
    if stat.S_ISLNK(found.st_mode):
        return "lien symbolique, non suivi"
    if not stat.S_ISREG(found.st_mode):
        return "ni fichier ni dossier ordinaire"
    if _UNPRINTABLE.search(name):
        return _BAD_NAME
    written = found.st_blocks * 512
    if 0 < written < LEAST_WRITTEN * (found.st_size - 1_000_000):
        return "fichier à trous : presque rien n’y est écrit"
    return None


def open_regular(path: Path) -> io.FileIO:
    """*path*, opened; OSError when it is no regular file (any more): a pipe or a link may have taken its place."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    file = io.FileIO(descriptor)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        file.close()
        raise OSError(errno.ENOENT, "not a regular file")
    return file


def failure(error: OSError) -> str:
    """What a system error means, in French."""
    return _FAILURES.get(error.errno or 0, f"erreur {error.errno} du système")


def printable(text: str) -> str:
    """*text* as it may be shown on a terminal or written in UTF-8; what may not stands as �."""
    return _UNPRINTABLE.sub("\ufffd", text)
