"""How far are archives followed, and what is said of those that are refused or damaged?"""

import http.client
import struct
import zipfile
import zlib
from dataclasses import dataclass

from indexer.errors import SourceError

DAMAGED = (
    *(OSError, EOFError, ValueError, IndexError, OverflowError, NotImplementedError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error, struct.error, http.client.HTTPException),
)
"""What the standard library raises on damaged archives; each was seen on one."""

MB = 1_000_000
SMALL = MB
"""Bytes that any archive may expand to: a short page of blanks has a large ratio and does no harm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far an archive is followed. The defaults admit every real pile seen and stop known bombs within a second."""

    largest_member: int = 64_000_000
    """Bytes of an archive inside an archive, or of a page in a WARC: what has to be held in memory."""
    largest_total: int = 50_000_000_000
    """Bytes that one file may expand to in all, over all its members and levels."""
    largest_ratio: int = 100
    """Expanded bytes for one packed byte; French articles in JSON reach 8, logs 30, bombs 1,000."""
    most_members: int = 100_000
    """Members of one file, over all its levels."""
    deepest_nesting: int = 2
    """gzip and zip inside each other: a zip of .warc.gz is 2."""


DEFAULT_LIMITS = Limits()


class RefusedError(ValueError):
    """Something in an archive is refused: the reason, in French."""


class Budget:
    """What one file has used of its Limits."""

    def __init__(self, name: str, size: int, limits: Limits) -> None:
        self.limits = limits
        self._name = name
        self._total = min(limits.largest_total, SMALL + limits.largest_ratio * size)
        self._expanded = self._members = 0

    def expand(self, count: int) -> None:
        """Note *count* expanded bytes; SourceError when they are too many."""
        self._expanded += count
        self.check()

    def enter_member(self) -> None:
        """Note one more member; SourceError when there are too many, or nothing may be expanded any more."""
        self._members += 1
        if self._members > self.limits.most_members:
            raise SourceError(
                self._name, f"plus de {grouped(self.limits.most_members)} entrées : le reste n’est pas lu"
            )
        self.check()

    def check(self) -> None:
        """SourceError once the file has expanded too far."""
        if self._expanded > self._total:
            size = grouped(max(1, self._total // MB))
            raise SourceError(self._name, f"plus de {size} Mo une fois décompressé : le reste n’est pas lu")


def damage(error: BaseException) -> str:
    """What a reader is told of damage; our own reasons as they are."""
    if isinstance(error, EOFError):
        return "archive tronquée"
    if isinstance(error, RefusedError):
        return str(error)
    return "archive endommagée"


def grouped(count: int) -> str:
    """A number as French groups its figures: 100 000."""
    return f"{count:,}".replace(",", "\u202f")
