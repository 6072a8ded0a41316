"""Stretch: neighbouring segments of a commit, searched as one row of documents.

A query that few documents can match is answered once over all segments: with few hits, the steps of a search cost more
than the hits, and every segment would take them again. One that many match is answered segment by segment, whose arrays
stay in the processor's cache.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from indexer.index import IndexReader
from indexer.index.arrays import Array
from indexer.index.live import LiveSegment
from indexer.search.matches import Matches, restrict, take

Allowed = Callable[[LiveSegment, Array | None], Array]
"""For each of some documents of a segment, or for all of them, whether it is allowed."""


class Piece(NamedTuple):
    """Documents of one segment, by their numbers there."""

    number: int
    """The number of the segment in its commit."""
    part: LiveSegment
    docs: Array


class Stretch:
    """Some segments of a commit, their documents numbered on from the first one's."""

    def __init__(self, reader: IndexReader, numbers: range) -> None:
        self._reader = reader
        self.numbers = numbers
        """The numbers of its segments in the commit."""
        self.parts = reader.parts[numbers.start : numbers.stop]
        first = reader.bases[numbers.start]
        self.bases = [base - first for base in reader.bases[numbers.start : numbers.stop + 1]]
        self.size = self.bases[-1]
        """Documents, deleted ones included."""

    def pieces(self, docs: Array) -> Iterator[Piece]:
        """Ascending documents by segment; segments that have none of them are left out."""
        if len(self.parts) == 1:
            yield Piece(self.numbers.start, self.parts[0], docs)
            return
        ends = np.searchsorted(docs, self.bases).tolist()
        for at, part in enumerate(self.parts):
            if ends[at] < ends[at + 1]:
                own = docs[ends[at] : ends[at + 1]]
                yield Piece(self.numbers.start + at, part, own - self.bases[at] if at else own)

    def column(self, docs: Array, entries: Callable[[LiveSegment, Array], Array]) -> Array:
        """What *entries* gives for the documents of each segment, as one array, for ascending *docs*."""
        found = [entries(part, own) for _, part, own in self.pieces(docs)]
        if len(found) == 1:
            return found[0]
        return np.concatenate(found) if found else entries(self.parts[0], docs)

    def restrict(self, matches: Matches, allowed: Allowed) -> Matches:
        """The matches that are allowed."""
        if matches.docs is not None:
            return take(matches, self.column(matches.docs, allowed))
        masks = [allowed(part, None) for part in self.parts]
        return restrict(matches, masks[0] if len(masks) == 1 else np.concatenate(masks))

    def singles(self) -> list["Stretch"]:
        """Each of its segments by itself."""
        if len(self.parts) == 1:
            return [self]
        return [Stretch(self._reader, range(number, number + 1)) for number in self.numbers]

    def places(self, docs: Array) -> tuple[Array, Array]:
        """The segments of documents in the commit, and their numbers there."""
        at = np.searchsorted(self.bases, docs, side="right") - 1
        return self.numbers.start + at, docs - np.array(self.bases).take(at)


def whole(reader: IndexReader) -> Stretch:
    """All segments."""
    return Stretch(reader, range(len(reader.parts)))


def one_by_one(reader: IndexReader) -> list[Stretch]:
    """Every segment by itself."""
    return [Stretch(reader, range(number, number + 1)) for number in range(len(reader.parts))]
