"""Words near each other and in order are worth more than scattered ones: a bonus for the best hits.

Büttcher, Clarke and Lushman (2006), "Term proximity scoring for ad-hoc retrieval on very large text collections", score
pairs of neighbouring query words as BM25 scores words; so does this, for consecutive words of the query only.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from whoosh import query as whoosh_query

from indexer.index.arrays import Array
from indexer.index.inversion import TITLE_ROOM
from indexer.index.schema import CONTENT
from indexer.index.segment import Segment
from indexer.index.weighting import K1, frequencies
from indexer.search.evaluation import Evaluation
from indexer.search.query import Name, TermSet
from indexer.search.words import term_numbers

NEAR = 3
"""The second word of a pair is at most so many places after the first: « aide à l’Ukraine » is 3."""

SHARE = 0.5
"""What a pair counts of what the commoner of its words does: MRR@10 gains 0.3 % on PIAF with 0.3 and 0.5 % with 0.5;
nothing more with 0.8. On AfriQA it is all one."""


class Pair(NamedTuple):
    """Two words of a query side by side, and the bonus that no number of occurrences reaches."""

    first: TermSet
    second: TermSet
    most: float


def find_pairs(query: whoosh_query.Query, evaluation: Evaluation) -> tuple[Pair, ...]:
    """The neighbouring words of a query, with what they are worth together."""
    return tuple(
        Pair(first, second, SHARE * min(map(evaluation.most, (first, second)))) for first, second in _neighbours(query)
    )


def _neighbours(query: whoosh_query.Query) -> Iterator[tuple[TermSet, TermSet]]:
    """The words that stand side by side in a query."""
    if isinstance(query, whoosh_query.AndMaybe):
        yield from _neighbours(query.a)
    elif isinstance(query, whoosh_query.And | whoosh_query.Or):
        words = [word for child in query.subqueries for word in _words(child)]
        for first, second in pairwise(words):
            if first and second:
                yield first, second


def _words(child: whoosh_query.Query) -> list[TermSet | None]:
    """The words that were typed; of a name and its variants those of the name; None for what is no word."""
    if isinstance(child, Name):
        return _words(child.subqueries[0])
    if isinstance(child, whoosh_query.And):
        return [word for each in child.subqueries for word in _words(each)]
    return [child.strong if isinstance(child, TermSet) and child.field == CONTENT else None]


def proximity(pairs: Sequence[Pair], segment: Segment, docs: Array) -> Array:
    """The bonus of each of a few ascending documents."""
    bonus = np.zeros(len(docs))
    places: dict[TermSet, Array] = {}
    for first, second, most in pairs:
        for word in (first, second):
            if word not in places:
                places[word] = _places(word, segment, docs)
        near = _near(places[first], places[second])
        in_title = (near & 0xFFFF) < TITLE_ROOM
        titles, texts = (np.bincount(near[mask] >> 16, minlength=len(docs)) for mask in (in_title, ~in_title))
        found = frequencies(titles, texts, segment.title_lengths.take(docs), segment.text_lengths.take(docs))
        bonus += most * found / (found + K1)
    return bonus


def _places(word: TermSet, segment: Segment, docs: Array) -> Array:
    """Where any form of a word stands: the document's place among *docs* << 16 | position, ascending."""
    _, doc, position = segment.occurrences_in(docs, term_numbers(word, segment))
    return np.sort(doc << 16 | position)


def _near(first: Array, second: Array) -> Array:
    """The places of the second word that come shortly after the first, in the same field."""
    if not len(first) or not len(second):
        return second[:0]
    before = first.take(np.maximum(np.searchsorted(first, second) - 1, 0))
    gap = second - before
    same_field = ((second & 0xFFFF) < TITLE_ROOM) == ((before & 0xFFFF) < TITLE_ROOM)
    near: Array = second[(gap > 0) & (gap <= NEAR) & same_field]
    return near
