"""IndexReader: one commit of the index, as it was when it was opened. Immutable, and safe to share between threads."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from indexer.analysis import fold
from indexer.document import FACETS, Document
from indexer.errors import DocumentNotFoundError, IndexAccessError, IndexDamagedError
from indexer.index.arrays import Array, Arrays
from indexer.index.manifest import Commit, SegmentState, newest_generation, open_newest
from indexer.index.segment import Segment
from indexer.index.storage import Storage


class LiveSegment:
    """A segment of a commit, with its documents that are still there."""

    def __init__(self, storage: Storage, state: SegmentState) -> None:
        self.segment = Segment(storage, state.name)
        if self.segment.size != state.documents:
            raise IndexDamagedError(
                f"Segment {state.name} : {self.segment.size} articles au lieu de {state.documents}."
            )
        self.live: Array | None = None
        """A boolean for each document, False for a deleted one; None when none is."""
        if state.deletions:
            self.live = ~Arrays(storage, state.deletions, "deletions")["deleted"].astype(bool)
            if int((~self.live).sum()) != state.deleted:
                raise IndexDamagedError(f"{state.deletions} : le compte des articles supprimés est faux.")

    def find_id(self, document_id: str) -> int | None:
        """The live document with this id."""
        return next((doc for doc in self.segment.ids.find(document_id) if self.is_live(doc)), None)

    def is_live(self, doc: int) -> bool:
        """Whether a document is still there."""
        return self.live is None or bool(self.live[doc])


class FacetLabels(NamedTuple):
    """The values of a facet over all segments, sorted, and for each segment the place of its own values among them."""

    values: tuple[str, ...]
    places: tuple[Array, ...]


class IndexReader:
    """One commit."""

    def __init__(self, storage: Storage, commit: Commit) -> None:
        self.commit = commit
        self.segments = tuple(LiveSegment(storage, state) for state in commit.segments)
        self.newest_seen = commit.generation
        """The newest generation when this one was opened: a later one when that could not be used."""
        self.warnings: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many documents a search can find."""
        return self.commit.documents

    def documents(self) -> Iterator[Document]:
        """Every live document."""
        for part in self.segments:
            for doc in range(part.segment.size):
                if part.is_live(doc):
                    yield part.segment.documents[doc]

    def document(self, document_id: str) -> Document:
        """The document with this id; DocumentNotFoundError when there is none."""
        for part in self.segments:
            doc = part.find_id(document_id)
            if doc is not None:
                return part.segment.documents[doc]
        raise DocumentNotFoundError(document_id)

    def with_fold(self, folded: str) -> set[str]:
        """The terms of title and text whose fold is *folded*."""
        return {part.segment.terms[term] for part in self.segments for term in part.segment.folds.find(folded)}

    def with_stem(self, name: str) -> set[str]:
        """The terms whose own stem class is *name*."""
        return {part.segment.terms[term] for part in self.segments for term in part.segment.stems.find(name)}

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """Every term, sorted."""
        return tuple(sorted({term for part in self.segments for term in part.segment.terms}))

    @cached_property
    def facet_labels(self) -> Mapping[str, FacetLabels]:
        """The values of every facet."""
        return {name: self._labels(name) for name in FACETS}

    @cached_property
    def folded_values(self) -> Mapping[str, Mapping[str, str]]:
        """For every facet: the fold of a value -> the value, so that « Taiwan » means « Taïwan »."""
        return {name: {fold(value): value for value in labels.values} for name, labels in self.facet_labels.items()}

    def _labels(self, name: str) -> FacetLabels:
        own = [list(part.segment.facets[name].values) for part in self.segments]
        values = tuple(sorted({value for found in own for value in found}))
        place = {value: number for number, value in enumerate(values)}
        return FacetLabels(values, tuple(np.array([place[value] for value in found], np.intp) for found in own))


def open_reader(path: Path) -> IndexReader:
    """The newest commit of the index in *path* that can be opened.

    Raises IndexMissingError when there is none, IndexVersionError, or IndexDamagedError when no commit can be used.
    """
    storage = Storage(path)
    while True:
        newest = newest_generation(storage)
        try:
            reader, warnings = open_newest(storage, lambda commit: IndexReader(storage, commit))
        except IndexAccessError:
            if newest_generation(storage) == newest:
                raise
            continue  # a writer made newer commits and collected the files of this one meanwhile
        if not warnings or newest_generation(storage) == newest:
            reader.newest_seen, reader.warnings = newest, warnings
            return reader


def latest_generation(path: Path) -> int:
    """The generation of the newest commit, without opening it; 0 when there is none."""
    return newest_generation(Storage(path))
