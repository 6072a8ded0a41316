"""Excerpt: a few documents of a larger collection as an index in memory, for all that looks closely at documents.

Lengths are compared with constant pivots (weighting.py), so a document's part in a score is the same here as there;
how rare a word is, the whole says.
"""

import threading
from collections.abc import Sequence
from functools import cached_property

import msgspec
import numpy as np

from indexer.analysis.numbering import TermNumbers
from indexer.document import Document
from indexer.index.building import MOST_PIECES, SegmentBuilder
from indexer.index.inversion import MOST_DOCUMENTS
from indexer.index.live import LiveSegment
from indexer.index.manifest import EMPTY
from indexer.index.reader import IndexReader, Whole
from indexer.index.segment import Segment, SegmentContents, part_arrays
from indexer.index.stored import StoredDocuments
from indexer.index.stories import StoryColumn

_analysing = threading.Lock()
_numbers = [TermNumbers()]
"""What was analysed before is remembered: 100 articles take 0.02 s instead of 0.2."""


class Excerpt(IndexReader):
    """The *documents*, numbered as they are given, each with the number of the story that it shares, if it does."""

    def __init__(
        self, documents: Sequence[Document], stories: Sequence[int | None], whole: Whole, *, analysed: bool = True
    ) -> None:
        """Without being *analysed* the documents have no words."""
        assert len(documents) <= MOST_DOCUMENTS
        self.whole = whole
        self.newest_day = whole.newest_day
        self.commit = EMPTY
        self.parts = (_PartInMemory(documents, stories, analysed=analysed),)
        self.bases = (0, len(documents))
        self.newest_seen = 0
        self.warnings = ()

    @property
    def size(self) -> int:
        """How many documents there are."""
        return self.bases[-1]


class _PartInMemory(LiveSegment):
    def __init__(self, documents: Sequence[Document], stories: Sequence[int | None], *, analysed: bool) -> None:
        self.segment = _SegmentInMemory(documents, analysed=analysed)
        self.live = None
        told = [(doc, story) for doc, story in enumerate(stories) if story is not None]
        self.stories = StoryColumn(
            np.array([doc for doc, _ in told], np.uint16), np.array([story for _, story in told], np.int64)
        )

    def verify(self) -> None:
        """There is no file."""


class _SegmentInMemory(Segment):
    def __init__(self, documents: Sequence[Document], *, analysed: bool) -> None:
        self._documents = documents
        words = documents if analysed else [msgspec.structs.replace(each, title="", text="") for each in documents]
        contents = _contents(words)
        self._read("excerpt", part_arrays(contents), len(documents))

    def verify(self) -> None:
        """There is no file."""

    @cached_property
    def documents(self) -> StoredDocuments:
        """The documents, as they were given."""
        return _Given(self._documents)


class _Given(StoredDocuments):
    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents

    def __getitem__(self, doc: int) -> Document:
        return self._documents[doc]

    def card(self, doc: int) -> Document:
        """The document, with its text too."""
        return self._documents[doc]


def _contents(documents: Sequence[Document]) -> SegmentContents:
    with _analysing:
        if _numbers[0].pieces > MOST_PIECES:
            _numbers[0] = TermNumbers()
        builder = SegmentBuilder(_numbers[0])
        for document in documents:
            builder.add(document)
        return builder.contents()
