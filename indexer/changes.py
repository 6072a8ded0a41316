"""What an index is told, and what a run of indexing tells: records that every engine and both faces share."""

from typing import NamedTuple

import msgspec


class Removal(NamedTuple):
    """A document that is to go."""

    id: str


class Telling(NamedTuple):
    """Which story a document shares with others (document_number); None when it has one to itself."""

    id: str
    story: int | None


class Rejection(msgspec.Struct, frozen=True, kw_only=True):
    """What gave no Document, and why (in French)."""

    path: str
    reason: str


class IndexReport(msgspec.Struct, frozen=True, kw_only=True):
    """What one run of indexing did. *read* = new + changed + unchanged + copies; *took* in seconds."""

    read: int
    new: int
    changed: int
    unchanged: int
    copies: int
    removed: int
    rejected: tuple[Rejection, ...]
    took: float


class Progress(NamedTuple):
    """How far a run is: files done, files found, articles read."""

    done: int
    found: int
    articles: int
