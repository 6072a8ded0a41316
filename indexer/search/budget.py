"""How much work would a query be? What is too much is refused before it is begun, with a word on what to narrow.

The work is estimated from how often terms occur, so that the same query on the same index is always answered alike.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import pairwise

import numpy as np
from whoosh import query as whoosh_query

from indexer.errors import QueryError
from indexer.index import IndexReader
from indexer.index.schema import CONTENT
from indexer.index.segment import Segment
from indexer.message import Message
from indexer.search.query import Phrase, TermSet
from indexer.search.words import term_numbers

MOST_WORK = 100.0
"""Milliseconds, about: facets, snippets and another try with fewer words may take as much again."""

TERM, IN_FIELD, POSTING, ENTRY, PLACE = 30e-3, 80e-3, 12e-6, 2e-6, 60e-6
"""What a term costs, and more in one field; each of its postings, document of a row, places in a phrase."""


def check_work(query: whoosh_query.Query, reader: IndexReader) -> None:
    """Raise QueryError when evaluating *query* would take too long."""
    leaves = Counter(_all_leaves(query))
    work = {leaf: times * sum(_work(leaf, part.segment) for part in reader.parts) for leaf, times in leaves.items()}
    if sum(work.values()) <= MOST_WORK:
        return
    heaviest = _shown(max(work, key=lambda leaf: work[leaf]))
    if len(work) == 1 or max(work.values()) > MOST_WORK:
        raise QueryError(
            Message("« {words} » demanderait trop de travail : choisissez des mots plus rares.", words=heaviest)
        )
    raise QueryError(
        Message(
            "Cette recherche demanderait trop de travail, surtout « {words} » : "
            "ôtez des mots, ou choisissez-en de plus rares.",
            words=heaviest,
        )
    )


def _all_leaves(query: whoosh_query.Query) -> Iterator[whoosh_query.Query]:
    """The words and phrases of a query, excluded ones too."""
    if isinstance(query, whoosh_query.Not):
        yield from _all_leaves(query.query)
    elif isinstance(query, whoosh_query.And | whoosh_query.Or):
        for child in query.subqueries:
            yield from _all_leaves(child)
    elif isinstance(query, TermSet | Phrase):
        yield query


def _work(leaf: TermSet | Phrase, segment: Segment) -> float:
    """Milliseconds, about."""
    words = [_Word(word, segment) for word in (leaf.words if isinstance(leaf, Phrase) else (leaf,))]
    work = sum(word.to_find for word in words)
    if isinstance(leaf, Phrase):
        work += sum(word.occurrences for word in words) * _share(leaf, words, segment) * PLACE
    elif leaf.field != CONTENT:
        work += words[0].terms * IN_FIELD
    return work


def _share(phrase: Phrase, words: Sequence["_Word"], segment: Segment) -> float:
    """Of the documents, those in which places are compared; no more."""
    share = min(word.share for word in words)
    if phrase.slop > 1 or not phrase.ordered or phrase.field != CONTENT or not segment.pairs.kept:
        return share
    masks = [segment.pairs.mask(a.row, b.row) for a, b in pairwise(words) if a.row is not None and b.row is not None]
    if masks and len(words) == len(masks) + 1 == 2:  # noqa: PLR2004 - all is known of a pair
        return 0.0
    return min(share, float(reduce(np.logical_and, masks).mean())) if masks else share


class _Word:
    """What a word costs in one segment."""

    def __init__(self, word: TermSet, segment: Segment) -> None:
        terms = term_numbers(word, segment)
        rows = sum(int(segment.row_numbers[term] >= 0) for term in terms)
        postings = sum(int(segment.document_frequencies[term]) for term in terms)
        self.terms = len(terms)
        self.row = int(segment.row_numbers[terms[0]]) if rows == len(terms) == 1 else None
        self.share = min(1.0, postings / max(segment.size, 1))
        """Of the documents, those that have it; no more."""
        self.occurrences = sum(int(segment.occurrences[term]) for term in terms)
        self.to_find = len(terms) * TERM + rows * segment.size * ENTRY + postings * POSTING


def _shown(leaf: TermSet | Phrase) -> str:
    words = leaf.words if isinstance(leaf, Phrase) else (leaf,)
    return " ".join(word.kin[0].term for word in words if word.kin)
