"""Documents in an array index, written in different ways; sets of them are ints, as the oracle has them."""

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from whoosh import query as whoosh_query

from indexer.document import Document
from indexer.index import IndexWriter, open_reader
from indexer.search import SearchRequest, Sort
from indexer.search.proximity import NO_COMPANY
from indexer.search.ranking import Ranked
from indexer.search.searcher import Found, Searcher
from indexer.thesaurus import load_thesaurus
from tests.making import make_document
from tests.search.stock_whoosh import mask_bits

LARGE = 1 << 30


class Arrays:
    """Some of *documents* in an array index: all but those *gone*."""

    def __init__(self, path: Path, documents: Sequence[Document], gone: Collection[str] = ()) -> None:
        self.reader = open_reader(path)
        self.live = mask_bits(np.array([document.id not in gone for document in documents]))
        self.searcher = Searcher(self.reader, load_thesaurus())
        self._size = len(documents)
        places = {document.id: at for at, document in enumerate(documents)}
        self.places = [
            np.array([places[part.segment.id_of(doc)] for doc in range(part.segment.size)])
            for part in self.reader.parts
        ]

    def find(self, tree: whoosh_query.Query, request: SearchRequest) -> tuple[int, Found]:
        """The documents found as a set, and all that is said of them."""
        found = self.searcher.find(tree, request)
        mask = np.zeros(self._size, bool)
        for stretch, matches in zip(found.stretches, found.matches, strict=True):
            places = np.concatenate([self.places[number] for number in stretch.numbers])
            mask[places[matches.the_mask if matches.docs is None else matches.docs]] = True
        return mask_bits(mask), found

    def rank(self, found: Found, order: Sort, number: int) -> list[int]:
        """The places of the first *number* documents found, by their words alone."""
        return [int(self.places[match.segment][match.doc]) for match in self.ranked(found, order, number)]

    def ranked(self, found: Found, order: Sort, number: int) -> list[Ranked]:
        """The first *number* documents found, without a closer look."""
        request = SearchRequest(sort=order, recency=False, diversity=False)
        return self.searcher.rank(found._replace(company=NO_COMPANY), request, number)


def write(path: Path, documents: Sequence[Document], memory: int = LARGE) -> Arrays:
    """All of *documents*, in as many segments as little *memory* makes; in as few as can be otherwise."""
    with IndexWriter(path, memory=memory) as writer:
        for document in documents:
            writer.add(document)
    return Arrays(path, documents)


def write_with_changes(path: Path, documents: Sequence[Document], memory: int) -> Arrays:
    """Several segments: some documents replaced, some deleted, some deleted and added again."""
    with IndexWriter(path, memory=memory) as writer:
        for number, document in enumerate(documents):
            writer.add(make_document("Avant.", id=document.id) if number % 23 == 0 else document)
    back, gone = documents[3::28], documents[17::28]
    with IndexWriter(path, memory=memory) as writer:
        for document in (*back, *gone):
            writer.delete(document.id)
    with IndexWriter(path) as writer:
        for document in (*documents[::23], *back):
            if document not in gone:
                writer.add(document)
    return Arrays(path, documents, {document.id for document in gone})


def write_and_merge(path: Path, documents: Sequence[Document]) -> Arrays:
    """Segments made one, the documents left out that were deleted meanwhile."""
    gone = documents[5::17]
    with IndexWriter(path, memory=60_000) as writer:
        for document in documents:
            writer.add(document)
    with IndexWriter(path) as writer:
        for document in gone:
            writer.delete(document.id)
    IndexWriter(path).merge()
    return Arrays(path, documents, {document.id for document in gone})
