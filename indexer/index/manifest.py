"""Commit: which segments make the index, in one small file that is written beside the one before.

A commit becomes visible by the rename of its manifest, after everything that it names is on disk. The last two are
kept; a newest one that cannot be used gives way to the one before, and says so.
"""

import datetime as dt
import re
import zlib
from collections.abc import Callable
from typing import TypeVar

import msgspec

from indexer.errors import IndexAccessError, IndexDamagedError, IndexMissingError, IndexVersionError
from indexer.index.storage import Storage
from indexer.message import Message

VERSION = 1
"""Of the whole format: raised with the version of any file (arrays.py), for a manifest's is covered by its checksum."""

_NAME = re.compile(r"commit-(\d{9})\.json")
_Opened = TypeVar("_Opened")


class SegmentState(msgspec.Struct, frozen=True, kw_only=True):
    """A segment of a commit, and which of its documents are gone since."""

    name: str
    documents: int
    """Deleted ones included."""
    deleted: int = 0
    deletions: str | None = None
    """The file of the bitmap of deleted documents."""
    stories: str | None = None
    """The file of the stories that its documents share with others."""


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    """One state of the index. *generation* counts commits from 1; *created* is UTC, ISO 8601 to the second."""

    generation: int
    created: str
    segments: tuple[SegmentState, ...]
    next_segment: int
    """The number that the next segment's name takes: no name is ever used twice."""
    lineage: str = ""
    """Names the first of the commits that were each built on the one before: what was told to another line is lost."""

    @property
    def documents(self) -> int:
        """How many documents a search can find."""
        return sum(segment.documents - segment.deleted for segment in self.segments)


class _Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What the file holds: the commit as JSON text, and the CRC-32 of that text and of what stands before it."""

    format: str
    version: int
    crc: int
    commit: msgspec.Raw


EMPTY = Commit(generation=0, created="", segments=(), next_segment=1)
"""The state before the first commit."""


def write_commit(storage: Storage, commit: Commit) -> None:
    """Make *commit* the newest; everything that it names must be written and synced before."""
    content = msgspec.json.encode(commit)
    crc = _crc("vigie", VERSION, content)
    manifest = _Manifest(format="vigie", version=VERSION, crc=crc, commit=msgspec.Raw(content))
    storage.sync_names()
    storage.write("commit.new", [msgspec.json.encode(manifest)])
    storage.rename("commit.new", commit_name(commit.generation))
    storage.sync_names()


def read_commit(storage: Storage, name: str) -> Commit:
    """The commit in a manifest; IndexDamagedError or IndexVersionError when it cannot be used."""
    try:
        manifest = msgspec.json.decode(storage.read(name), type=_Manifest)
        if manifest.crc != _crc(manifest.format, manifest.version, manifest.commit):
            raise IndexDamagedError(Message("{name} : somme de contrôle fausse.", name=name))
        if manifest.version != VERSION:
            raise IndexVersionError(
                Message(
                    "{name} est de version {version}, ce programme lit la version {own} : "
                    "mettez Vigie à jour, ou reconstruisez l’index dans un autre dossier avec « vigie index ».",
                    name=name,
                    version=manifest.version,
                    own=VERSION,
                )
            )
        commit = msgspec.json.decode(manifest.commit, type=Commit)
        if commit_name(commit.generation) != name:  # a whole file in the place of another
            raise IndexDamagedError(Message("{name} : manifeste d’un autre commit.", name=name))
        return commit  # noqa: TRY300 - what it reads is what may fail
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise IndexDamagedError(Message("{name} : manifeste illisible ({reason}).", name=name, reason=error)) from error


def commit_name(generation: int) -> str:
    """The name of the manifest of a commit."""
    return f"commit-{generation:09d}.json"


def commit_names(storage: Storage) -> list[str]:
    """The names of all manifests, the newest first."""
    return sorted((name for name in storage.names() if _NAME.fullmatch(name)), reverse=True)


def is_of_commit(name: str) -> bool:
    """Whether a file was written for a commit: other files may lie beside it, and are left alone."""
    return name.startswith(("commit-", "commit.", "segment-"))


def newest_generation(storage: Storage) -> int:
    """The generation of the newest manifest, unread; 0 when there is none."""
    names = commit_names(storage)
    match = _NAME.fullmatch(names[0]) if names else None
    return int(match.group(1)) if match else 0


def open_newest(storage: Storage, open_commit: Callable[[Commit], _Opened]) -> tuple[_Opened, tuple[str, ...]]:
    """What *open_commit* makes of the newest commit that it can open, and a warning for each newer one.

    Raises IndexMissingError when there is no commit, IndexVersionError for a newer format, and what the newest raised
    when none can be opened. A file that the system refuses (IndexStorageError) is not believed to be damaged.
    """
    warnings: list[str] = []
    first: IndexAccessError | None = None
    for name in commit_names(storage):
        commit = None
        try:
            commit = read_commit(storage, name)
            return open_commit(commit), tuple(warnings)
        except (IndexDamagedError, IndexVersionError) as error:
            if commit is None and isinstance(error, IndexVersionError):
                raise
            first = first or error
            warnings.append(
                Message(
                    "Le commit {name} est inutilisable ({reason}) ; le précédent est servi.",
                    name=name,
                    reason=error.message,
                )
            )
    raise first or IndexMissingError(storage.folder)


def _crc(form: str, version: int, content: bytes | msgspec.Raw) -> int:
    return zlib.crc32(content, zlib.crc32(f"{form} {version} ".encode()))


def now() -> str:
    """The time of a commit."""
    return dt.datetime.now(tz=dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
