"""Ledger: what earlier runs read, so that a run reads only what changed. One SQLite file beside the index.

It may be behind the index, never ahead of it, since it is committed after the index is. A run that was killed reads
some files once more then, and finds their articles unchanged.
"""

import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, Self

from indexer.database import empty, open_database
from indexer.errors import SourceError
from indexer.ingest.boilerplate import Boilerplate, LineKey
from indexer.ingest.files import SourceFile

NAME = "sources.sqlite"

VERSION = 1
"""Of the tables, and of what readers make of a file: with another one everything is read again."""

_TABLES = """
CREATE TABLE IF NOT EXISTS files (
    id INTEGER PRIMARY KEY, place TEXT NOT NULL UNIQUE, root TEXT NOT NULL, path TEXT NOT NULL,
    size INTEGER NOT NULL, modified INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS articles (
    file INTEGER NOT NULL, number INTEGER NOT NULL, document TEXT NOT NULL, source TEXT,
    PRIMARY KEY (file, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS articles_by_document ON articles (document);
CREATE INDEX IF NOT EXISTS articles_by_source ON articles (source);
CREATE TABLE IF NOT EXISTS before (
    file INTEGER NOT NULL, document TEXT NOT NULL, PRIMARY KEY (file, document)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rejections (file INTEGER NOT NULL, path TEXT NOT NULL, reason TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS rejections_by_file ON rejections (file);
CREATE TABLE IF NOT EXISTS learned (
    source INTEGER NOT NULL, fingerprint INTEGER NOT NULL, lines BLOB NOT NULL, PRIMARY KEY (source, fingerprint)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS touched (source TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS applied (source TEXT PRIMARY KEY, all_of BLOB NOT NULL, some_of BLOB NOT NULL) WITHOUT ROWID;
"""


class FileState(NamedTuple):
    """What tells that a file changed: its size in bytes, and its time of change in nanoseconds."""

    size: int
    modified: int


class Known(NamedTuple):
    """A file that was read before."""

    id: int
    source: SourceFile
    state: FileState


class Owner(NamedTuple):
    """An article of a file: the file and its number, and the number of the article there."""

    source: SourceFile
    file: int
    number: int


class Applied(NamedTuple):
    """The recurring lines of a source that were left out of *all_of* its articles, and of *some_of* them."""

    all_of: frozenset[LineKey]
    some_of: frozenset[LineKey]


class Ledger:
    """The ledger of one index. Nothing lasts before `commit`; use as a context manager, which closes it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._db = open_database(self._path, VERSION, _TABLES)

    def fact(self, name: str) -> str | None:
        """What was noted under a name."""
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def note(self, name: str, value: str) -> None:
        """Note something under a name."""
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def commit(self) -> None:
        """Make what was noted last."""
        self._db.execute("COMMIT")
        self._db.execute("BEGIN IMMEDIATE")

    def forget(self) -> None:
        """Forget everything: what was noted is not in the index any more."""
        empty(self._db)

    # Files

    def files(self) -> Iterator[Known]:
        """Every file that was read, by path."""
        rows = self._db.execute("SELECT id, root, path, size, modified FROM files ORDER BY place")
        for number, root, path, size, modified in rows.fetchall():
            yield Known(number, SourceFile(Path(root), path), FileState(size, modified))

    def find(self, source: SourceFile) -> Known | None:
        """What is known of a file."""
        row = self._db.execute("SELECT id, size, modified FROM files WHERE place = ?", (str(source.file),)).fetchone()
        return Known(row[0], source, FileState(*row[1:])) if row else None

    def begin_file(self, source: SourceFile) -> int:
        """Begin to read a file: its number. What it held is remembered until it was read to its end."""
        known = self.find(source)
        if known is None:
            cursor = self._db.execute(
                "INSERT INTO files (place, root, path, size, modified) VALUES (?, ?, ?, -1, -1)",
                (str(source.file), str(source.root), source.path),
            )
            assert cursor.lastrowid is not None
            return cursor.lastrowid
        self._db.execute("INSERT OR IGNORE INTO before SELECT file, document FROM articles WHERE file = ?", (known.id,))
        self._db.execute("DELETE FROM articles WHERE file = ?", (known.id,))
        self._db.execute("DELETE FROM rejections WHERE file = ?", (known.id,))
        self._db.execute(
            "UPDATE files SET root = ?, path = ?, size = -1, modified = -1 WHERE id = ?",
            (str(source.root), source.path, known.id),
        )
        return known.id

    def end_file(self, file: int, state: FileState) -> list[str]:
        """Note that a file was read to its end when it was in this state; the ids of what it held and holds no more."""
        self._db.execute("UPDATE files SET size = ?, modified = ? WHERE id = ?", (*state, file))
        gone = self._db.execute(
            "SELECT document FROM before WHERE file = ?1 AND document NOT IN"
            " (SELECT document FROM articles WHERE file = ?1) ORDER BY 1",
            (file,),
        ).fetchall()
        self._db.execute("DELETE FROM before WHERE file = ?", (file,))
        return [row[0] for row in gone]

    def forget_file(self, file: int) -> None:
        """Forget a file that is no more."""
        for table, column in (("articles", "file"), ("before", "file"), ("rejections", "file"), ("files", "id")):
            self._db.execute(f"DELETE FROM {table} WHERE {column} = ?", (file,))  # noqa: S608 - names of ours

    # What is in them

    def add_article(self, file: int, number: int, document: str, source: str | None) -> None:
        """Note an article of a file, its *number* there, the id of its document and its source."""
        self._db.execute("INSERT INTO articles VALUES (?, ?, ?, ?)", (file, number, document, source))

    def add_rejection(self, file: int, error: SourceError) -> None:
        """Note what could not be used of a file."""
        self._db.execute("INSERT INTO rejections VALUES (?, ?, ?)", (file, error.path, error.reason))

    def rejections(self, file: int) -> list[SourceError]:
        """What could not be used of a file."""
        rows = self._db.execute("SELECT path, reason FROM rejections WHERE file = ? ORDER BY rowid", (file,))
        return [SourceError(path, reason) for path, reason in rows]

    def articles(self, file: int) -> int:
        """How many articles a file has."""
        return int(self._db.execute("SELECT count(*) FROM articles WHERE file = ?", (file,)).fetchone()[0])

    def documents_from(self, source: str) -> list[str]:
        """The ids of the documents of a source, sorted."""
        rows = self._db.execute("SELECT DISTINCT document FROM articles WHERE source = ? ORDER BY 1", (source,))
        return [row[0] for row in rows]

    def files_with(self, source: str) -> list[SourceFile]:
        """The files that have articles of a source."""
        rows = self._db.execute(
            "SELECT DISTINCT root, path FROM articles JOIN files ON file = id WHERE source = ? ORDER BY place",
            (source,),
        )
        return [SourceFile(Path(root), path) for root, path in rows]

    def owner(self, document: str) -> Owner | None:
        """Where a document is taken from: of all its copies the first by path."""
        row = self._db.execute(
            "SELECT root, path, id, number FROM articles JOIN files ON file = id WHERE document = ?"
            " ORDER BY place, number LIMIT 1",
            (document,),
        ).fetchone()
        return Owner(SourceFile(Path(row[0]), row[1]), row[2], row[3]) if row else None

    # What sources print everywhere

    def boilerplate(self) -> Boilerplate:
        """What was learned of the lines of all sources."""
        learned = Boilerplate()
        for source, fingerprint, lines in self._db.execute("SELECT source, fingerprint, lines FROM learned"):
            learned.remember(source, fingerprint, lines)
        return learned

    def keep_boilerplate(self, learned: Boilerplate) -> None:
        """Keep what was learned, in place of what was kept before."""
        self._db.execute("DELETE FROM learned")
        self._db.executemany("INSERT INTO learned VALUES (?, ?, ?)", learned.remembered())

    def touch(self, source: str) -> None:
        """Note that something was learned of a source."""
        self._db.execute("INSERT OR IGNORE INTO touched VALUES (?)", (source,))

    def touched(self) -> list[str]:
        """The sources of which something was learned since all of their articles were cleaned alike."""
        return [row[0] for row in self._db.execute("SELECT source FROM touched ORDER BY 1")]

    def settle(self) -> None:
        """Note that all articles are cleaned alike."""
        self._db.execute("DELETE FROM touched")

    def applied(self, source: str) -> Applied | None:
        """The recurring lines of a source that were left out so far; None when it has no article yet."""
        row = self._db.execute("SELECT all_of, some_of FROM applied WHERE source = ?", (source,)).fetchone()
        return Applied(*map(_unpack, row)) if row else None

    def apply(self, source: str, applied: Applied) -> None:
        """Note which lines are left out."""
        packed = (_pack(applied.all_of), _pack(applied.some_of))
        self._db.execute("INSERT OR REPLACE INTO applied VALUES (?, ?, ?)", (source, *packed))

    def close(self) -> None:
        """Forget what was not committed."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _pack(lines: Iterable[LineKey]) -> bytes:
    return b"".join(struct.pack(">Q", line) for line in sorted(lines))


def _unpack(packed: bytes) -> frozenset[LineKey]:
    return frozenset(line for (line,) in struct.iter_unpack(">Q", packed))
