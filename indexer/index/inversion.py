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

_AT_ONCE = 1 << 20

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
    rank[ordered] = np.arange(len(terms)) << 32
    keys = _places(lengths)  # in place from here on: this is what a writer's memory is for
    for at in range(0, len(keys), _AT_ONCE):
        keys[at : at + _AT_ONCE] |= rank.take(flat[at : at + _AT_ONCE])
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
    places = np.arange(int(lengths.sum()))
    places -= np.repeat(starts - first, lengths)
    np.minimum(places, LAST_POSITION, out=places)
    places |= np.repeat(np.arange(len(lengths)) // 2 << 16, lengths)
    return places


def _postings(terms: list[str], keys: Array, title_lengths: Array, text_lengths: Array) -> Inversion:
    """The postings that lie in sorted *keys*, which are used up: term << 32 | document << 16 | position."""
    positions = keys.astype(np.uint16)
    keys >>= 16
    begins = np.ones(len(keys), bool)
    np.not_equal(keys[1:], keys[:-1], out=begins[1:])
    starts = np.flatnonzero(begins)
    counts = np.diff(np.append(starts, len(keys)))
    term, doc = keys[starts] >> 16, (keys[starts] & 0xFFFF).astype(np.uint16)
    in_title = np.add.reduceat(positions < TITLE_ROOM, starts, dtype=np.int32) if len(keys) else counts
    weights = impacts(frequencies(in_title, counts - in_title, title_lengths[doc], text_lengths[doc]))
    return assemble(terms, Postings(term, doc, weights, counts), positions, title_lengths, text_lengths)


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
    size, lengths = len(title_lengths), (title_lengths, text_lengths)
    document_frequencies = np.bincount(term, minlength=len(terms)).astype(np.uint32)
    is_dense = document_frequencies * DENSE_SHARE > size
    row_numbers = np.where(is_dense, np.cumsum(is_dense) - 1, -1).astype(np.int32)
    rows = np.zeros((int(is_dense.sum()), size), np.uint8)
    dense = is_dense[term]
    rows[row_numbers[term[dense]], doc[dense]] = impact[dense]
    occurrences_of_terms = np.bincount(term, weights=occurrences, minlength=len(terms)).astype(np.uint32)
    return Inversion(
        terms=terms,
        document_frequencies=document_frequencies,
        occurrences=occurrences_of_terms,
        row_numbers=row_numbers,
        docs=doc[~dense].astype(np.uint16),
        impacts=impact[~dense],
        rows=rows,
        counts=occurrences,
        positions=positions,
        title_lengths=title_lengths.astype(np.uint8),
        text_lengths=text_lengths.astype(np.uint32),
        pairs=_pairs(row_numbers, document_frequencies, occurrences_of_terms, postings, positions, lengths),
    )


def _pairs(
    row_numbers: Array,
    document_frequencies: Array,
    occurrences: Array,
    postings: Postings,
    positions: Array,
    lengths: tuple[Array, Array],
) -> dict[str, Array]:
    """The pairs of dense terms, from the texts written out again with these terms alone, as their rows."""
    title_lengths, text_lengths = (own.astype(np.int64) for own in lengths)
    dense = np.flatnonzero(row_numbers >= 0)
    if len(title_lengths) < FEWEST_DOCUMENTS or len(dense) >= MOST_ROWS:
        dense = dense[:0]
    starts = np.cumsum(title_lengths + text_lengths + 2) - (title_lengths + text_lengths + 2)
    text_starts = starts + title_lengths + 1 - TITLE_ROOM  # a place is left free after each title and each text
    text = np.zeros(int((title_lengths + text_lengths + 2).sum()) + 1, np.uint16)
    last_posting, last_occurrence = np.cumsum(document_frequencies), np.cumsum(occurrences)
    for row, number in enumerate(dense.tolist()):
        own = slice(int(last_posting[number] - document_frequencies[number]), int(last_posting[number]))
        here = positions[int(last_occurrence[number] - occurrences[number]) : int(last_occurrence[number])]
        docs = np.repeat(postings.doc[own], postings.occurrences[own])
        places = np.where(here < TITLE_ROOM, starts.take(docs), text_starts.take(docs)) + here
        text[places[here < LAST_POSITION]] = row + 1
    return pair_arrays(text, starts, len(dense))
