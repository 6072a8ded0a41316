"""SegmentBuilder: Documents in, the contents of a segment out; what can be done as they come is done then."""

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from indexer.analysis.numbering import TermNumbers
from indexer.document import Document, facet_values
from indexer.index.arrays import Array
from indexer.index.facet_values import facet_arrays
from indexer.index.figures import figures_of
from indexer.index.inversion import MOST_DOCUMENTS, invert
from indexer.index.segment import UNKNOWN_DAY, SegmentContents, segment_name, write_contents
from indexer.index.storage import Storage
from indexer.index.stored import stored_card, stored_text

TERM_BYTES = 56
"""What a term of a text takes while a segment is inverted: measured on 20 million of them."""

DOCUMENT_BYTES = 2000
"""What a document takes besides its text and its terms."""

MOST_PIECES = 1_000_000
"""Pieces of text whose terms are remembered from one segment to the next: about 250 MB."""

FRENCH = "fr"

_TOGETHER = 128  # documents whose texts are analysed at once


class SegmentBuilder:
    """The documents of a segment to be, MOST_DOCUMENTS at most."""

    def __init__(self, numbers: TermNumbers) -> None:
        self._numbers = numbers
        self._documents: list[Document] = []
        """Without their texts, once these are analysed."""
        self._cards: list[bytes] = []
        self._texts: list[bytes] = []
        self._analysed = 0
        self._terms: list[Array] = []
        self._lengths: list[Array] = []
        self.bytes = 0
        """What building takes at its height, about."""

    def __len__(self) -> int:
        return len(self._documents)

    def add(self, document: Document) -> None:
        """Add a document."""
        self._documents.append(document)
        self._cards.append(stored_card(document))
        self._texts.append(stored_text(document))
        if len(self._documents) - self._analysed == _TOGETHER:
            self._analyse()
        self.bytes += len(self._texts[-1]) + DOCUMENT_BYTES

    def is_full(self, memory: int) -> bool:
        """Whether no document fits any more into a segment, or into *memory* bytes."""
        return len(self) == MOST_DOCUMENTS or self.bytes > memory

    def contents(self) -> SegmentContents:
        """What the segment is made of."""
        self._analyse()
        dates = [document.published for document in self._documents]
        nothing = np.zeros(0, np.int32)
        return SegmentContents(
            inversion=invert(
                np.concatenate([*self._terms, nothing]),
                np.concatenate([*self._lengths, nothing]),
                list(self._numbers.terms),
            ),
            facets=facet_arrays([facet_values(document) for document in self._documents]),
            first_days=np.array([date.first.toordinal() if date.first else UNKNOWN_DAY for date in dates], np.int32),
            last_days=np.array([date.last.toordinal() if date.last else UNKNOWN_DAY for date in dates], np.int32),
            french=np.array([document.language == FRENCH for document in self._documents], bool),
            figures=figures_of(self._documents),
            ids=[document.id for document in self._documents],
            cards=self._cards,
            texts=self._texts,
        )

    def _analyse(self) -> None:
        fresh = self._documents[self._analysed :]
        terms, lengths = self._numbers.number_texts([text for each in fresh for text in (each.title, each.text)])
        self._terms.append(terms)
        self._lengths.append(lengths)
        self._documents[self._analysed :] = [msgspec.structs.replace(each, title="", text="") for each in fresh]
        self._analysed = len(self._documents)
        self.bytes += len(terms) * TERM_BYTES


class Builder:
    """Builds one segment after another, numbered from *first* in steps of *step*, within *memory* bytes."""

    def __init__(self, storage: Storage, *, memory: int, first: int, step: int = 1) -> None:
        self._storage, self._memory, self._next, self._step = storage, memory, first, step
        self._numbers = TermNumbers()
        self._building = SegmentBuilder(self._numbers)
        self.written: list[tuple[int, int]] = []
        """The number of every segment written, and how many documents it has."""

    def add(self, document: Document) -> None:
        """Add a document."""
        self._building.add(document)
        if self._building.is_full(self._memory):
            self.finish()

    def finish(self) -> None:
        """Write what was added since the last segment."""
        if not len(self._building):
            return
        contents, number = self._building.contents(), self._next
        if self._numbers.pieces > MOST_PIECES:
            self._numbers = TermNumbers()
        self._building = SegmentBuilder(self._numbers)
        self._next += self._step
        self.written.append((number, len(contents.ids)))
        write_contents(self._storage, segment_name(number), contents)


def read_contents(documents: Iterable[Document]) -> SegmentContents:
    """What a segment of *documents* is made of."""
    builder = SegmentBuilder(TermNumbers())
    for document in documents:
        builder.add(document)
    return builder.contents()


def write_segment(storage: Storage, name: str, documents: Sequence[Document]) -> None:
    """Write *documents* as segment *name*, MOST_DOCUMENTS at most, and sync its files."""
    write_contents(storage, name, read_contents(documents))
