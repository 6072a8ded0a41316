"""The oracle: a stock Whoosh index over the same chain, and our query trees in Whoosh's own classes.

Stock Whoosh is wrong on AndNot and Require; neither is used here (a Not stands under an And, which it gets right).
"""

from collections.abc import Iterable

from whoosh import query as whoosh_query
from whoosh.fields import ID, TEXT, Schema
from whoosh.filedb.filestore import RamStorage

from indexer.analysis import Classes, WordList, french_analyzer
from indexer.document import Document
from indexer.search.parser import parse_query
from indexer.search.query import Phrase, TermSet
from indexer.search.understanding import drop_stop_words, join_compounds, resolve

FIELDS = ("title", "text")


class StockIndex:
    """Documents in a stock Whoosh index in memory."""

    def __init__(self, documents: Iterable[Document]) -> None:
        schema = Schema(
            id=ID(stored=True), title=TEXT(analyzer=french_analyzer()), text=TEXT(analyzer=french_analyzer())
        )
        index = RamStorage().create_index(schema)
        writer = index.writer()
        for document in documents:
            writer.add_document(id=document.id, title=document.title, text=document.text)
        writer.commit()
        self._searcher = index.searcher()
        reader = self._searcher.reader()
        self._classes = Classes(WordList({term.decode() for field in FIELDS for term in reader.lexicon(field)}))

    def search(self, text: str) -> set[str]:
        """The ids of the documents that a query finds."""
        tree = resolve(drop_stop_words(join_compounds(parse_query(text).tree)), self._classes)
        found = self._searcher.search(to_whoosh(tree), limit=None, scored=False)
        return {hit["id"] for hit in found}

    def close(self) -> None:
        """Let go of the index."""
        self._searcher.close()


def to_whoosh(tree: whoosh_query.Query) -> whoosh_query.Query:
    """The same query over title and text: a word may be in either, a phrase is in one of them."""
    if isinstance(tree, TermSet):
        return _any([_terms(tree, field) for field in FIELDS])
    if isinstance(tree, Phrase):
        return _any([_phrase(tree, field) for field in FIELDS])
    if isinstance(tree, whoosh_query.Not):
        return whoosh_query.Not(to_whoosh(tree.query))
    if isinstance(tree, whoosh_query.And | whoosh_query.Or):
        return type(tree)([to_whoosh(child) for child in tree.subqueries])
    return tree


def _terms(words: TermSet, field: str) -> whoosh_query.Query:
    return _any([whoosh_query.Term(field, kin.term) for kin in words.kin])


def _phrase(phrase: Phrase, field: str) -> whoosh_query.Query:
    words = [_terms(word, field) for word in phrase.words]
    if whoosh_query.NullQuery in words:
        return whoosh_query.NullQuery
    return whoosh_query.Sequence(words, slop=1, ordered=True)


def _any(queries: list[whoosh_query.Query]) -> whoosh_query.Query:
    found = [query for query in queries if query != whoosh_query.NullQuery]
    return whoosh_query.Or(found) if len(found) > 1 else next(iter(found), whoosh_query.NullQuery)
