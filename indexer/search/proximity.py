"""Words near each other, in order, or in the title are worth more than scattered ones: a bonus for the best hits.

Büttcher, Clarke and Lushman (2006), "Term proximity scoring for ad-hoc retrieval on very large text collections", score
pairs of neighbouring query words as BM25 scores words; so does this, for consecutive words of the query only. The
richest stretch of eight words of the text and the words of the title come to it. MRR@10 on PIAF and AfriQA is 5.1 % and
6.5 % above Lucene's with pairs alone, 5.3 % and 7.0 % with all (tests/bench/retrieval.py).
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

PAIR = 0.5
"""What a pair counts of what the commoner of its words does; 0.3 and 0.8 are no better."""

STRETCH = 8
"""Places that a stretch of the text has; 5 and 15 are a little worse."""

TOGETHER = 0.1
"""What a word counts of its score once more in the richest stretch of the text; 0.2 is 0.3 % worse."""

IN_TITLE = 0.1
"""What it counts once more in the title; 0.2 is 0.1 % worse."""


class Company(NamedTuple):
    """The words of a query, the score that no number of occurrences of each reaches, and which stand side by side."""

    words: tuple[TermSet, ...]
    most: tuple[float, ...]
    pairs: tuple[tuple[int, int], ...]
    """By their places among *words*."""


NO_COMPANY = Company((), (), ())


def find_company(query: whoosh_query.Query, evaluation: Evaluation) -> Company:
    """The words of a query, if there are several."""
    rows = list(_rows(query))
    words = tuple(dict.fromkeys(word for row in rows for word in row if word and word.kin))
    if len(words) == 1:
        return NO_COMPANY
    places = {word: at for at, word in enumerate(words)}
    pairs = {
        (places[first], places[second])
        for row in rows
        for first, second in pairwise(row)
        if first in places and second in places and first != second
    }
    return Company(words, tuple(map(evaluation.most, words)), tuple(sorted(pairs)))


def _rows(query: whoosh_query.Query) -> Iterator[list[TermSet | None]]:
    """Words that stand side by side in a query; None for what is no word."""
    if isinstance(query, whoosh_query.AndMaybe):
        yield from _rows(query.a)
        yield from _rows(query.b)
    elif isinstance(query, whoosh_query.And | whoosh_query.Or):
        yield [word for child in query.subqueries for word in _words(child)]
        for child in query.subqueries:
            if isinstance(child, whoosh_query.Or) and not isinstance(child, Name):
                yield from _rows(child)


def _words(child: whoosh_query.Query) -> list[TermSet | None]:
    """The words that were typed; of a name and its variants those of the name."""
    if isinstance(child, Name):
        return _words(child.subqueries[0])
    if isinstance(child, whoosh_query.And):
        return [word for each in child.subqueries for word in _words(each)]
    return [child.strong if isinstance(child, TermSet) and child.field == CONTENT else None]


def proximity(company: Company, segment: Segment, docs: Array) -> Array:
    """The bonus of each of a few ascending documents."""
    places = [_places(word, segment, docs) for word in company.words]
    bonus = _in_pairs(company, places, segment, docs)
    bonus += TOGETHER * _richest_stretch(company, places, len(docs))
    for own, most in zip(places, company.most, strict=True):
        bonus[np.unique(own[_is_in_title(own)] >> 16)] += IN_TITLE * most
    return bonus


def _places(word: TermSet, segment: Segment, docs: Array) -> Array:
    """Where any form of a word stands: the document's place among *docs* << 16 | position, ascending."""
    _, doc, position = segment.occurrences_in(docs, term_numbers(word, segment))
    return np.sort(doc << 16 | position)


def _is_in_title(places: Array) -> Array:
    mask: Array = (places & 0xFFFF) < TITLE_ROOM
    return mask


def _in_pairs(company: Company, places: Sequence[Array], segment: Segment, docs: Array) -> Array:
    """BM25 of the pairs."""
    bonus = np.zeros(len(docs))
    for first, second in company.pairs:
        near = _near(places[first], places[second])
        if len(near):
            in_title = _is_in_title(near)
            titles, texts = (np.bincount(near[mask] >> 16, minlength=len(docs)) for mask in (in_title, ~in_title))
            found = frequencies(titles, texts, segment.title_lengths.take(docs), segment.text_lengths.take(docs))
            bonus += PAIR * min(company.most[first], company.most[second]) * found / (found + K1)
    return bonus


def _near(first: Array, second: Array) -> Array:
    """The places of the second word that come shortly after the first, in the same field."""
    if not len(first) or not len(second):
        return second[:0]
    before = first.take(np.maximum(np.searchsorted(first, second) - 1, 0))
    gap = second - before
    near: Array = second[(gap > 0) & (gap <= NEAR) & (_is_in_title(second) == _is_in_title(before))]
    return near


def _richest_stretch(company: Company, places: Sequence[Array], documents: int) -> Array:
    """What the different words of the richest stretch of each text score at most together."""
    in_text = [own[~_is_in_title(own)] for own in places]
    starts = np.concatenate(in_text)
    scores = np.zeros(len(starts))
    for own, most in zip(in_text, company.most, strict=True):
        if len(own):
            at = np.searchsorted(own, starts)
            following = own.take(np.minimum(at, len(own) - 1)) - starts
            scores += most * ((at < len(own)) & (following <= STRETCH))  # another document is 65,536 away
    richest = np.zeros(documents)
    np.maximum.at(richest, starts >> 16, scores)
    return richest
