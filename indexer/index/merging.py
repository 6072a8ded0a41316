"""Several segments made one: arrays put one after the other and renumbered, deleted documents left out."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from indexer.document import FACETS
from indexer.index.arrays import Array
from indexer.index.facet_values import assemble_facet, mask_of
from indexer.index.inversion import MOST_DOCUMENTS, Inversion, Postings, assemble
from indexer.index.manifest import SegmentState
from indexer.index.reader import LiveSegment
from indexer.index.segment import SegmentContents, write_contents
from indexer.index.storage import Storage

TIER = 8
"""Segments of one size that are merged into one of the next: a document is written again once a tier."""


def choose_merge(states: Sequence[SegmentState]) -> list[int]:
    """The segments to merge next, none when all is well.

    A segment more than half of whose documents are deleted is written again; of TIER segments of about one size, all.
    """
    for number, state in enumerate(states):
        if state.deleted * 2 > state.documents:
            return [number]
    tiers: dict[int, list[int]] = defaultdict(list)
    for number, state in enumerate(states):
        tiers[_tier(_live(state))].append(number)
    for numbers in tiers.values():
        fitting = _fitting(states, numbers)
        if len(numbers) >= TIER and len(fitting) > 1:
            return fitting[:TIER]
    return []


def choose_all(states: Sequence[SegmentState]) -> list[int]:
    """The next segments to merge so that as few as possible remain."""
    order = sorted(range(len(states)), key=lambda number: _live(states[number]))
    fitting = _fitting(states, order)
    if len(fitting) > 1:
        return sorted(fitting)
    return next(([number] for number, state in enumerate(states) if state.deleted), [])


def merge_segments(storage: Storage, name: str, parts: Sequence[LiveSegment]) -> SegmentState:
    """Write the live documents of *parts* as segment *name*; they must not be more than MOST_DOCUMENTS."""
    kept = [np.arange(part.segment.size) if part.live is None else np.flatnonzero(part.live) for part in parts]
    segments = [part.segment for part in parts]
    pairs = [(segment, doc) for segment, docs in zip(segments, kept, strict=True) for doc in docs.tolist()]
    contents = SegmentContents(
        inversion=_merge_postings(parts, kept),
        facets={field: _merge_facet(field, parts, kept) for field in FACETS},
        first_days=np.concatenate([segment.first_days[docs] for segment, docs in zip(segments, kept, strict=True)]),
        last_days=np.concatenate([segment.last_days[docs] for segment, docs in zip(segments, kept, strict=True)]),
        ids=[segment.id_of(doc) for segment, doc in pairs],
        files=[segment.file_of(doc) for segment, doc in pairs],
        stored=[segment.documents.content(doc) for segment, doc in pairs],
    )
    write_contents(storage, name, contents)
    return SegmentState(name=name, documents=len(pairs))


def _merge_postings(parts: Sequence[LiveSegment], kept: Sequence[Array]) -> Inversion:
    bases = [0, *accumulate(map(len, kept))]
    used: list[Array] = []
    found: list[Postings] = []
    positions: list[Array] = []
    for part, docs, base in zip(parts, kept, bases, strict=False):
        new_numbers = np.full(part.segment.size, -1)
        new_numbers[docs] = np.arange(base, base + len(docs))
        postings, places = part.segment.all_postings()
        live = new_numbers[postings.doc] >= 0
        positions.append(places[np.repeat(live, postings.occurrences)])
        term, doc, impact, occurrences = (column[live] for column in postings)
        found.append(Postings(term, new_numbers[doc], impact, occurrences))
        used.append(np.unique(term))
    names = [
        [part.segment.terms[number] for number in numbers.tolist()] for part, numbers in zip(parts, used, strict=True)
    ]
    terms = sorted({name for own in names for name in own})
    place = {term: number for number, term in enumerate(terms)}
    for at, (own, numbers) in enumerate(zip(names, used, strict=True)):
        merged = np.array([place[name] for name in own], np.int64)
        found[at] = found[at]._replace(term=merged[np.searchsorted(numbers, found[at].term)])
    columns = Postings(*(np.concatenate(column) for column in zip(*found, strict=True)))
    order = np.argsort(columns.term, kind="stable")  # documents ascend already: the parts follow each other
    ordered = Postings(*(column[order] for column in columns))
    return assemble(terms, bases[-1], ordered, _reordered(np.concatenate(positions), columns.occurrences, order))


def _reordered(positions: Array, counts: Array, order: Array) -> Array:
    """The positions of the postings in another *order*."""
    starts = (np.cumsum(counts) - counts)[order]
    sizes = counts[order]
    within = np.arange(len(positions)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    moved: Array = positions.take(np.repeat(starts, sizes) + within)
    return moved


def _merge_facet(field: str, parts: Sequence[LiveSegment], kept: Sequence[Array]) -> dict[str, Array]:
    numbers, counts, names = [], [], []
    for part, docs in zip(parts, kept, strict=True):
        values = part.segment.facets[field]
        sizes = np.diff(values.forward_bounds)
        own = values.forward[np.repeat(mask_of(docs, part.segment.size), sizes)]
        counts.append(sizes[docs])
        used, local = np.unique(own, return_inverse=True)
        numbers.append(local)
        names.append([values.values[number] for number in used.tolist()])
    distinct = sorted({name for own in names for name in own})
    place = {name: number for number, name in enumerate(distinct)}
    merged = [np.array([place[name] for name in own], np.uint32) for own in names]
    forward = np.concatenate([to[local] for to, local in zip(merged, numbers, strict=True)])
    return assemble_facet(field, distinct, forward.astype(np.uint32), np.concatenate(counts).astype(np.uint32))


def _fitting(states: Sequence[SegmentState], numbers: Sequence[int]) -> list[int]:
    """The first of *numbers* whose segments together fit into one."""
    totals = accumulate(_live(states[number]) for number in numbers)
    return [number for number, total in zip(numbers, totals, strict=True) if total <= MOST_DOCUMENTS]


def _live(state: SegmentState) -> int:
    return state.documents - state.deleted


def _tier(documents: int) -> int:
    """Segments of 8 to 63 documents are one tier, of 64 to 511 the next."""
    return len(np.base_repr(max(documents, 1), TIER))
