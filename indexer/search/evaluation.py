"""Query tree -> Whoosh's own classes, which a stock index can answer."""

from whoosh import query as whoosh_query

from indexer.search.query import Phrase, TermSet

FIELDS = ("title", "text")


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
    return _any([whoosh_query.Term(field, kin.term, boost=kin.weight) for kin in words.kin])


def _phrase(phrase: Phrase, field: str) -> whoosh_query.Query:
    words = [_terms(word, field) for word in phrase.words]
    if whoosh_query.NullQuery in words:
        return whoosh_query.NullQuery
    return whoosh_query.Sequence(words, slop=1, ordered=True)


def _any(queries: list[whoosh_query.Query]) -> whoosh_query.Query:
    found = [query for query in queries if query != whoosh_query.NullQuery]
    return whoosh_query.Or(found) if len(found) > 1 else next(iter(found), whoosh_query.NullQuery)
