"""A SQLite file beside an index, of what can be found out again: the ledger of files read, the stories."""

import sqlite3
from pathlib import Path


def open_database(path: Path, version: int, tables: str) -> sqlite3.Connection:
    """The file with *tables*, a script of SQL, in a transaction that has begun.

    One of another *version*, or that cannot be read, is made anew. Raises sqlite3.OperationalError when another process
    is writing to it, or the folder cannot be written to.
    """
    try:
        return _prepare(path, version, tables)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        for end in ("", "-wal", "-shm", "-journal"):
            path.with_name(path.name + end).unlink(missing_ok=True)
        return _prepare(path, version, tables)


def empty(db: sqlite3.Connection) -> None:
    """Leave nothing in any table."""
    tables = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'").fetchall()
    for (name,) in tables:
        db.execute(f"DELETE FROM {name}")  # noqa: S608 - names of ours


def _prepare(path: Path, version: int, tables: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    try:
        (found,) = db.execute("PRAGMA user_version").fetchone()
        if found not in (0, version):
            raise sqlite3.DatabaseError(f"{path.name} is of version {found}, not {version}")  # noqa: TRY301 - made anew
        db.executescript(tables)
        db.execute(f"PRAGMA user_version = {version}")
        db.execute("BEGIN IMMEDIATE")
    except BaseException:
        db.close()
        raise
    return db
