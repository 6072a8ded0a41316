"""Which of the matches come first: by score or by date. Equal ones come newest first, undated last, then by id."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from indexer.index import IndexReader
from indexer.index.arrays import Array
from indexer.index.segment import UNKNOWN_DAY, Segment
from indexer.search.matches import Matches, as_sparse
from indexer.search.request import Sort

BLOCKS = 256
"""The k best scores of a segment are at least as high as the k-th best of 256 block maxima: 50 µs instead of 720."""


class Ranked(NamedTuple):
    """A match in its place: a document of a segment, with its score."""

    segment: int
    doc: int
    score: float


def best(found: Sequence[Matches], reader: IndexReader, order: Sort, number: int) -> list[Ranked]:
    """The first *number* matches of all segments."""
    ranked = []
    for at, matches in enumerate(found):
        segment = reader.parts[at].segment
        docs, scores = _best_of_segment(matches, segment, order, number)
        ranked += [Ranked(at, doc, score) for doc, score in zip(docs.tolist(), scores.tolist(), strict=True)]
    return sorted(ranked, key=lambda match: _place(match, reader.parts[match.segment].segment, order))[:number]


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
    scores = matches.scores
    if matches.docs is not None or scores is None or number > BLOCKS // 2 or len(scores) < BLOCKS:
        return _all(matches)
    length = len(scores) // BLOCKS
    maxima = scores[: length * BLOCKS].reshape(BLOCKS, length).max(axis=1)
    threshold = np.partition(maxima, BLOCKS - number)[BLOCKS - number]
    if threshold <= 0:  # fewer than *number* have a score
        return _all(matches)
    docs = np.flatnonzero(scores >= threshold)
    return docs, scores.take(docs)


def _all(matches: Matches) -> tuple[Array, Array]:
    found = as_sparse(matches)
    assert found.docs is not None
    return found.docs, np.zeros(len(found.docs), np.float32) if found.scores is None else found.scores


def _place(match: Ranked, segment: Segment, order: Sort) -> tuple[float, bool, int, str]:
    day = int(segment.first_days[match.doc])
    undated = day == UNKNOWN_DAY
    score = -match.score if order is Sort.RELEVANCE else 0
    return score, undated, day if order is Sort.OLDEST else -day, segment.id_of(match.doc)
