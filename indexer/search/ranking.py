"""Which of the matches come first: by score or by date. Equal ones come newest first, undated last, then by id."""

from typing import NamedTuple

import numpy as np

from indexer.index import IndexReader
from indexer.index.arrays import Array
from indexer.index.segment import UNKNOWN_DAY, Segment
from indexer.search.evaluation import Matches
from indexer.search.request import Sort

BLOCKS = 256
"""The k best scores of a segment are at least as high as the k-th best of 256 block maxima: 50 µs instead of 720."""


class Ranked(NamedTuple):
    """A match in its place: a document of a segment, with its score."""

    segment: int
    doc: int
    score: float


def best(found: list[Matches], reader: IndexReader, order: Sort, number: int) -> list[Ranked]:
    """The first *number* matches of all segments."""
    ranked = []
    for at, matches in enumerate(found):
        segment = reader.segments[at].segment
        docs, scores = _best_of_segment(matches, segment, order, number)
        ranked += [Ranked(at, doc, score) for doc, score in zip(docs.tolist(), scores.tolist(), strict=True)]
    return sorted(ranked, key=lambda match: _place(match, reader.segments[match.segment].segment, order))[:number]


def _best_of_segment(matches: Matches, segment: Segment, order: Sort, number: int) -> tuple[Array, Array]:
    docs, scores = _candidates(matches, number) if order is Sort.RELEVANCE else _all(matches)
    ranks = (segment.oldest if order is Sort.OLDEST else segment.newest).take(docs)
    if order is Sort.RELEVANCE:
        chosen = np.lexsort((ranks, -scores))[:number]
    else:
        chosen = np.argpartition(ranks, number)[:number] if number < len(ranks) else np.arange(len(ranks))
    return docs[chosen], scores[chosen]


def _candidates(matches: Matches, number: int) -> tuple[Array, Array]:
    """Matches among which the *number* best are, all that tie with the last of them included."""
    if matches.docs is not None or number > BLOCKS // 2:
        return _all(matches)
    scores = np.where(matches.the_mask, matches.scores, np.float32(-1))
    length = len(scores) // BLOCKS
    if not length:
        return _all(matches)
    maxima = scores[: length * BLOCKS].reshape(BLOCKS, length).max(axis=1)
    threshold = np.partition(maxima, BLOCKS - number)[BLOCKS - number]
    docs = np.flatnonzero(scores >= max(threshold, np.float32(0)))
    return docs, scores.take(docs)


def _all(matches: Matches) -> tuple[Array, Array]:
    docs = np.flatnonzero(matches.the_mask) if matches.docs is None else matches.docs
    return docs, matches.scores.take(docs) if matches.docs is None else matches.scores


def _place(match: Ranked, segment: Segment, order: Sort) -> tuple[float, bool, int, str]:
    day = int(segment.first_days[match.doc])
    undated = day == UNKNOWN_DAY
    score = -match.score if order is Sort.RELEVANCE else 0
    return score, undated, day if order is Sort.OLDEST else -day, segment.id_of(match.doc)
