"""Phrases: words in order and near enough. Pairs of dense terms are known; of others the places are compared."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from indexer.index.arrays import Array
from indexer.index.inversion import LAST_POSITION, TITLE_ROOM
from indexer.index.schema import CONTENT, TEXT, TITLE
from indexer.index.segment import Segment
from indexer.search.matches import Matches, as_dense
from indexer.search.query import Phrase, TermSet
from indexer.search.words import term_numbers

PAIR = 2


def in_phrase(phrase: Phrase, segment: Segment, among: Matches) -> Array:
    """The documents *among* those that have all words of *phrase* where they stand near enough and in order."""
    words, slop, field = phrase.words, phrase.slop, phrase.field
    allowed = as_dense(among, segment.size).the_mask
    if slop == 1 and phrase.ordered and field == CONTENT and segment.pairs.kept:
        rows = [_row(word, segment) for word in words]
        for left, right in pairwise(rows):
            if left is not None and right is not None:
                allowed = allowed & segment.pairs.mask(left, right)
        if len(rows) == PAIR and None not in rows:
            return np.flatnonzero(allowed)
    if slop == 1 and phrase.ordered:
        ends = _side_by_side(words, field, segment, allowed)
    else:
        near = _shortly_after if phrase.ordered else _around
        ends = _places(words[0], field, segment, allowed)
        for word in words[1:]:
            ends = near(ends, _places(word, field, segment, allowed), slop)
    docs = ends >> np.uint32(16)
    found: Array = docs[np.flatnonzero(np.diff(docs, prepend=np.uint32(1 << 31)))].astype(np.intp)
    return found


def _row(word: TermSet, segment: Segment) -> int | None:
    """The row of a word that is one dense term in this segment."""
    numbers = term_numbers(word, segment)
    row = int(segment.row_numbers[numbers[0]]) if len(numbers) == 1 else -1
    return row if row >= 0 else None


def _places(word: TermSet, field: str, segment: Segment, allowed: Array) -> Array:
    """Where any term of *word* stands in the documents *allowed* (and perhaps in others), ascending."""
    found = [segment.places(term, allowed) for term in term_numbers(word, segment)]
    places = np.sort(np.concatenate(found)) if len(found) > 1 else found[0]
    positions = places & np.uint32(0xFFFF)
    if field == TITLE:
        places = places[positions < TITLE_ROOM]
    elif field == TEXT:
        places = places[(positions >= TITLE_ROOM) & (positions < LAST_POSITION)]
    elif (positions == LAST_POSITION).any():
        places = places[positions < LAST_POSITION]
    return places


def _side_by_side(words: Sequence[TermSet], field: str, segment: Segment, allowed: Array) -> Array:
    """The last place of every occurrence of the words in a row."""
    steps = np.arange(len(words) - 1, -1, -1, dtype=np.uint32)
    ends = [_places(word, field, segment, allowed) + step for word, step in zip(words, steps, strict=True)]
    ends.sort(key=len)
    together = ends[0]
    for other in ends[1:]:
        together = _common(together, other)
    return together


def _common(few: Array, many: Array) -> Array:
    """The numbers in both; ascending and distinct."""
    if len(few) * 8 < len(many):
        at = np.searchsorted(many, few)
        at[at == len(many)] = 0
        common: Array = few[many.take(at) == few]
    else:
        both = np.concatenate((few, many))
        both.sort(kind="stable")  # which merges what is sorted already: 1.8 ms for 300,000, the usual sort 2.7
        common = both[:-1][both[1:] == both[:-1]]
    return common


def _shortly_after(ends: Array, places: Array, slop: int) -> Array:
    """The *places* at most *slop* after one of *ends*, in the same field of the same document."""
    if not len(ends):
        return ends
    at = np.searchsorted(ends, places)
    near: Array = places[(at > 0) & _close(ends.take(np.maximum(at - 1, 0)), places, slop)]
    return near


def _around(ends: Array, places: Array, slop: int) -> Array:
    """The *places* at most *slop* before or after one of *ends*, in the same field of the same document."""
    if not len(ends):
        return ends
    after = np.searchsorted(ends, places, side="right")
    near = (after < len(ends)) & _close(places, ends.take(np.minimum(after, len(ends) - 1)), slop)
    before = np.searchsorted(ends, places)
    near |= (before > 0) & _close(ends.take(np.maximum(before - 1, 0)), places, slop)
    around: Array = places[near]
    return around


def _close(before: Array, after: Array, slop: int) -> Array:
    """Whether each place is at most *slop* after the other, in the same field of the same document."""
    same_document = after >> 16 == before >> 16
    in_title, was_in_title = ((places & np.uint32(0xFFFF)) < TITLE_ROOM for places in (after, before))
    close: Array = (after - before <= slop) & same_document & (in_title == was_in_title)
    return close
