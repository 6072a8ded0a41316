"""Texts -> postings: which documents have a term, how much it counts there, and where it stands."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from indexer.index.arrays import Array
from indexer.index.pairs import FEWEST_DOCUMENTS, MOST_ROWS, pair_arrays
from indexer.index.weighting import frequencies, impacts

MOST_DOCUMENTS = 1 << 16
"""Documents of a segment: their numbers fit in 16 bits, and a dense row in the processor's cache."""

TITLE_ROOM = 256
"""Positions below are the title's; a longer title loses its end."""

LAST_POSITION = (1 << 16) - 129
"""Terms further down a text are found, but no phrase reaches them. The words of a phrase still fit into 16 bits."""

DENSE_SHARE = 4
"""A term in more than one document in 4 is kept as a row of impacts, a byte a document; a posting takes three bytes."""


class Inversion(NamedTuple):
    """The postings of one segment, terms sorted.

    Postings lie term after term, documents ascending: *counts* (occurrences of the term in the document), *positions*
    (occurrence after occurrence). Sparse terms have *docs* and *impacts*; a dense term has a row in *rows* instead.
    Lengths are in terms, a document after the other.
    """

    terms: list[str]
    document_frequencies: Array
    occurrences: Array
    row_numbers: Array
    docs: Array
    impacts: Array
    rows: Array
    counts: Array
    positions: Array
    title_lengths: Array
    text_lengths: Array
    pairs: Mapping[str, Array]


def invert(flat: Array, lengths: Array, names: Sequence[str]) -> Inversion:
    """Invert MOST_DOCUMENTS documents at most.

    *flat* has the numbers of their terms, title and text after title and text, *lengths* how many each of these has,
    and *names* the terms by number.
    """
    flat, lengths = _without_title_ends(flat, lengths)
    used = np.flatnonzero(np.bincount(flat, minlength=len(names)))
    ordered = sorted(used.tolist(), key=names.__getitem__)
    terms = [names[number] for number in ordered]
    rank = np.zeros(len(names), np.int64)
    rank[ordered] = np.arange(len(terms))
    keys = (rank.take(flat) << 32) | _places(lengths)
    keys.sort()
    return _postings(terms, keys, lengths[::2], lengths[1::2])


def _without_title_ends(flat: Array, lengths: Array) -> tuple[Array, Array]:
    titles = lengths[::2]
    if (titles < TITLE_ROOM).all():
        return flat, lengths
    within = np.arange(len(flat)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    is_title = np.repeat(np.arange(len(lengths)) % 2 == 0, lengths)
    cut = lengths.copy()
    cut[::2] = np.minimum(titles, TITLE_ROOM - 1)
    return flat[~is_title | (within < TITLE_ROOM - 1)], cut


def _places(lengths: Array) -> Array:
    """Document and position of every term, as document << 16 | position."""
    starts = np.cumsum(lengths, dtype=np.int64) - lengths
    first = np.tile(np.array([0, TITLE_ROOM]), len(lengths) // 2)
    position = np.arange(int(lengths.sum())) - np.repeat(starts - first, lengths)
    document = np.repeat(np.arange(len(lengths)) // 2, lengths)
    places: Array = (document << 16) | np.minimum(position, LAST_POSITION)
    return places


def _postings(terms: list[str], keys: Array, title_lengths: Array, text_lengths: Array) -> Inversion:
    """The postings that lie in sorted *keys*: term << 32 | document << 16 | position."""
    posting = keys >> 16
    starts = np.flatnonzero(np.diff(posting, prepend=-1))
    counts = np.diff(np.append(starts, len(keys)))
    term, doc = posting[starts] >> 16, posting[starts] & 0xFFFF
    in_title = np.add.reduceat((keys & 0xFFFF) < TITLE_ROOM, starts, dtype=np.int32) if len(keys) else counts
    weights = impacts(frequencies(in_title, counts - in_title, title_lengths[doc], text_lengths[doc]))
    postings = Postings(term, doc, weights, counts)
    return assemble(terms, postings, (keys & 0xFFFF).astype(np.uint16), title_lengths, text_lengths)


class Postings(NamedTuple):
    """One entry a posting, terms and then documents ascending: their numbers, the impact, how many occurrences."""

    term: Array
    doc: Array
    impact: Array
    occurrences: Array


def assemble(
    terms: list[str], postings: Postings, positions: Array, title_lengths: Array, text_lengths: Array
) -> Inversion:
    """The Inversion of *postings*, of the *positions* of all their occurrences, over documents of these lengths."""
    term, doc, impact, occurrences = postings
    size = len(title_lengths)
    document_frequencies = np.bincount(term, minlength=len(terms)).astype(np.uint32)
    is_dense = document_frequencies * DENSE_SHARE > size
    row_numbers = np.where(is_dense, np.cumsum(is_dense) - 1, -1).astype(np.int32)
    rows = np.zeros((int(is_dense.sum()), size), np.uint8)
    dense = is_dense[term]
    rows[row_numbers[term[dense]], doc[dense]] = impact[dense]
    counts, in_row = occurrences.astype(np.int64), np.repeat(dense, occurrences)
    return Inversion(
        terms=terms,
        document_frequencies=document_frequencies,
        occurrences=np.bincount(term, weights=occurrences, minlength=len(terms)).astype(np.uint32),
        row_numbers=row_numbers,
        docs=doc[~dense].astype(np.uint16),
        impacts=impact[~dense],
        rows=rows,
        counts=counts,
        positions=positions,
        title_lengths=title_lengths.astype(np.uint8),
        text_lengths=text_lengths.astype(np.uint32),
        pairs=_pairs(
            np.repeat(row_numbers[term[dense]], counts[dense]),
            np.repeat(doc[dense], counts[dense]),
            positions[in_row],
            title_lengths.astype(np.int64),
            text_lengths.astype(np.int64),
        ),
    )


def _pairs(rows: Array, docs: Array, positions: Array, title_lengths: Array, text_lengths: Array) -> dict[str, Array]:
    """The pairs of dense terms: title and text of a document one after the other, a place left free between them."""
    if len(title_lengths) < FEWEST_DOCUMENTS or int(rows.max(initial=0)) >= MOST_ROWS:
        rows = rows[:0]
    reached = positions[: len(rows)] < LAST_POSITION
    rows, docs, positions = rows[reached], docs[: len(rows)][reached], positions[: len(rows)][reached].astype(np.int64)
    text_starts = title_lengths + 1
    places = np.where(positions < TITLE_ROOM, positions, positions - TITLE_ROOM + text_starts[docs])
    return pair_arrays(rows, docs, places, text_starts + text_lengths + 1)
