"""The oracle: a stock Whoosh index over the same chain and schema, and our query trees in Whoosh's own classes."""

import uuid
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from whoosh import query as whoosh_query
from whoosh.filedb.filestore import RamStorage

from indexer.analysis import Classes, WordList, french_analyzer
from indexer.document import FACETS, Document, facet_values
from indexer.index.inversion import TITLE_ROOM
from indexer.index.schema import CONTENT, TEXT, TITLE, make_schema
from indexer.search.parser import parse_query
from indexer.search.query import Phrase, TermSet
from indexer.search.understanding import drop_stop_words, join_compounds, resolve

_ANALYZER = french_analyzer()


def analyzed(document: Document) -> tuple[list[str], list[str]]:
    """The terms of the title, as far as it is kept, and of the text."""
    title, text = ([token.text for token in _ANALYZER(field)] for field in (document.title, document.text))
    return title[: TITLE_ROOM - 1], text


class StockIndex:
    """Documents in a stock Whoosh index in memory. A set of them is an int, a bit for each in the order given."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = documents
        # Its writer works in a folder of /tmp that is named after the index, whichever process it is in.
        index = RamStorage().create_index(make_schema(), indexname=uuid.uuid4().hex)
        writer = index.writer(limitmb=512)
        for document in documents:
            title, text = analyzed(document)
            facets = {name: list(values) for name, values in facet_values(document).items() if values}
            writer.add_document(id=document.id, title=title, text=text, content=title + text, **facets)
        writer.commit()
        self._searcher = index.searcher()
        self.reader = self._searcher.reader()

    @cached_property
    def terms(self) -> list[str]:
        """The terms of title and text, sorted."""
        return self.lexicon(CONTENT)

    @cached_property
    def classes(self) -> Classes:
        """Their classes."""
        return Classes(WordList(self.terms))

    @cached_property
    def values(self) -> dict[str, list[str]]:
        """The values of every facet, sorted."""
        return {name: self.lexicon(name) for name in FACETS}

    def lexicon(self, field: str) -> list[str]:
        """The terms of a field, sorted."""
        return [term.decode() for term in self.reader.lexicon(field)]

    def find(self, query: whoosh_query.Query) -> int:
        """The documents that stock Whoosh finds."""
        return bits(self._searcher.docs_for_query(query), len(self.documents))

    def search(self, text: str) -> set[str]:
        """The ids of the documents that a query, as it is typed, finds."""
        tree = resolve(drop_stop_words(join_compounds(parse_query(text).tree)), self.classes)
        return ids(self.find(to_whoosh(tree)), self.documents)

    def close(self) -> None:
        """Let go of the index."""
        self._searcher.close()


def bits(places: Iterable[int], size: int) -> int:
    """A set of places below *size* as an int."""
    mask = np.zeros(size, bool)
    mask[list(places)] = True
    return mask_bits(mask)


def mask_bits(mask: np.ndarray[tuple[int], np.dtype[np.bool]]) -> int:
    """The places where *mask* is True."""
    return int.from_bytes(np.packbits(mask, bitorder="little").tobytes(), "little")


def members(found: int) -> list[int]:
    """The places in a set, ascending."""
    octets = np.frombuffer(found.to_bytes((found.bit_length() + 7) // 8, "little"), np.uint8)
    return [int(place) for place in np.flatnonzero(np.unpackbits(octets, bitorder="little"))]


def ids(found: int, documents: Sequence[Document]) -> set[str]:
    """The ids of the documents of a set."""
    return {documents[place].id for place in members(found)}


def to_whoosh(tree: whoosh_query.Query) -> whoosh_query.Query:
    """The same query in Whoosh's own classes. Its AndNot leaks (ARCHITECTURE.md), its Not does not."""
    if isinstance(tree, TermSet):
        return _terms(tree, tree.field)
    if isinstance(tree, Phrase):
        fields = (TITLE, TEXT) if tree.field == CONTENT else (tree.field,)
        return _any([_phrase(tree, field) for field in fields])
    if isinstance(tree, whoosh_query.Phrase) and tree.fieldname == CONTENT:
        return _any([whoosh_query.Phrase(field, tree.words, slop=tree.slop) for field in (TITLE, TEXT)])
    if isinstance(tree, whoosh_query.AndNot):
        return whoosh_query.And([to_whoosh(tree.a), whoosh_query.Not(to_whoosh(tree.b))])
    if isinstance(tree, whoosh_query.AndMaybe):
        return whoosh_query.AndMaybe(to_whoosh(tree.a), to_whoosh(tree.b))
    return tree if tree.is_leaf() else tree.apply(to_whoosh)


def _terms(words: TermSet, field: str) -> whoosh_query.Query:
    return _any([whoosh_query.Term(field, kin.term) for kin in words.kin])


def _phrase(phrase: Phrase, field: str) -> whoosh_query.Query:
    words = [_terms(word, field) for word in phrase.words]
    if whoosh_query.NullQuery in words:
        return whoosh_query.NullQuery
    return whoosh_query.Sequence(words, slop=phrase.slop, ordered=True)


def _any(queries: list[whoosh_query.Query]) -> whoosh_query.Query:
    found = [query for query in queries if query != whoosh_query.NullQuery]
    return whoosh_query.Or(found) if len(found) > 1 else next(iter(found), whoosh_query.NullQuery)
