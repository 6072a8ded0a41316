"""Which of the matches come first: by score or by date. Equal ones come newest first, undated last, then by id."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from indexer.index import IndexReader
from indexer.index.arrays import Array
from indexer.index.segment import UNKNOWN_DAY, Segment
from indexer.search.matches import Matches, as_sparse, dense, sparse
from indexer.search.request import Sort

BLOCKS = 256
"""The k best scores of a segment are at least as high as the k-th best of 256 block maxima: 50 µs instead of 720."""

FEW_SCORES = 1024
"""With fewer, all are candidates."""


class Ranked(NamedTuple):
    """A match in its place: a document of a segment, with its score."""

    segment: int
    doc: int
    score: float


def best(found: Sequence[Matches], reader: IndexReader, order: Sort, number: int) -> list[Ranked]:
    """The first *number* matches of all segments."""
    ranked: list[tuple[tuple[float, bool, int], Ranked]] = []
    for at, matches in enumerate(found):
        segment = reader.parts[at].segment
        docs, scores = _best_of_segment(matches, segment, order, number)
        days = segment.first_days.take(docs).tolist()
        for doc, score, day in zip(docs.tolist(), scores.tolist(), days, strict=True):
            key = -score if order is Sort.RELEVANCE else 0.0, day == UNKNOWN_DAY, day if order is Sort.OLDEST else -day
            ranked.append((key, Ranked(at, doc, score)))
    ranked.sort(key=lambda match: match[0])
    if any(left[0] == right[0] for left, right in pairwise(ranked)):
        ranked.sort(key=lambda match: (match[0], reader.parts[match[1].segment].segment.id_of(match[1].doc)))
    return [match for _, match in ranked[:number]]


def _best_of_segment(matches: Matches, segment: Segment, order: Sort, number: int) -> tuple[Array, Array]:
    if order is not Sort.RELEVANCE:
        return _first_by_date(matches, segment, order, number)
    docs, scores = _candidates(matches, segment, number)
    if len(docs) > number:
        least = np.partition(scores, len(scores) - number)[len(scores) - number]
        above, level = np.flatnonzero(scores > least), np.flatnonzero(scores == least)
        if len(level) > number:
            level = level[np.argpartition(segment.newest.take(docs.take(level)), number)[:number]]
        kept = np.concatenate((above, level))
        docs, scores = docs.take(kept), scores.take(kept)
    chosen = np.lexsort((segment.newest.take(docs), -scores))[:number]
    return docs.take(chosen), scores.take(chosen)


def _first_by_date(matches: Matches, segment: Segment, order: Sort, number: int) -> tuple[Array, Array]:
    ranks = segment.oldest if order is Sort.OLDEST else segment.newest
    if matches.docs is None:
        in_order = segment.in_order(oldest_first=order is Sort.OLDEST)
        looked_at = FEW_SCORES
        while True:
            docs = in_order[:looked_at]
            docs = docs[matches.the_mask.take(docs)][:number].astype(np.intp)
            if len(docs) == number or looked_at >= len(in_order):
                break
            looked_at *= 8
    else:
        own = ranks.take(matches.docs)
        docs = matches.docs[np.argpartition(own, number)[:number]] if number < len(own) else matches.docs
    return docs, np.zeros(len(docs), np.float32)


def _candidates(matches: Matches, segment: Segment, number: int) -> tuple[Array, Array]:
    """Matches among which the *number* best are, all that tie with the last of them included."""
    scores = matches.scores
    if scores is None or len(scores) < FEW_SCORES or number > BLOCKS // 2:
        return _all(matches)
    length = len(scores) // BLOCKS
    blocks = scores[: length * BLOCKS].reshape(BLOCKS, length)
    maxima = blocks.max(axis=1)
    threshold = np.partition(maxima, BLOCKS - number)[BLOCKS - number]
    if threshold <= 0:  # fewer than *number* have a score
        return _all(matches)
    if threshold == scores.max():  # a tie among the best, perhaps of all: the newest of them are enough
        best_of_all = scores == threshold
        if int(np.count_nonzero(best_of_all)) > FEW_SCORES:
            tied = dense(best_of_all) if matches.docs is None else sparse(matches.docs[best_of_all])
            docs, _ = _first_by_date(tied, segment, Sort.NEWEST, number)
            return docs, np.full(len(docs), threshold)
    high = np.flatnonzero(maxima >= threshold)
    row, column = np.nonzero(blocks[high] >= threshold)
    rest = np.flatnonzero(scores[length * BLOCKS :] >= threshold) + length * BLOCKS
    places = np.concatenate((high.take(row) * length + column, rest))
    return places if matches.docs is None else matches.docs.take(places), scores.take(places)


def _all(matches: Matches) -> tuple[Array, Array]:
    found = as_sparse(matches)
    assert found.docs is not None
    return found.docs, np.zeros(len(found.docs), np.float32) if found.scores is None else found.scores
