"""Several segments made one: arrays put one after the other and renumbered, deleted documents left out."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from indexer.document import FACETS
from indexer.index.arrays import Array
from indexer.index.facet_values import NONE, assemble_facets, mask_of
from indexer.index.figures import join_figures
from indexer.index.inversion import MOST_DOCUMENTS, Inversion, Postings, assemble
from indexer.index.live import LiveSegment
from indexer.index.manifest import SegmentState
from indexer.index.segment import Segment, SegmentContents, write_contents
from indexer.index.storage import Storage
from indexer.index.stories import joined_column, state_with_stories

TIER = 8
"""Segments of one size that are merged into one of the next: a document is written again once a tier."""

DELETED = 6
"""A segment is written again when more than one in so many of its documents are deleted. The commit before is kept,
with that segment as it was: at one in two the folder took three times what the new commit takes, at one in six twice.
The price: five documents are written again for each that is deleted, instead of one."""


def choose_merge(states: Sequence[SegmentState]) -> list[int]:
    """The segments to merge next, none when all is well.

    A segment of whose documents too many are deleted is written again; of TIER segments of about one size, all.
    """
    for number, state in enumerate(states):
        if state.deleted * DELETED > state.documents:
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


def merge_segments(storage: Storage, name: str, parts: Sequence[LiveSegment], generation: int = 0) -> SegmentState:
    """Write the live documents of *parts* as segment *name*; they must not be more than MOST_DOCUMENTS."""
    kept = [np.arange(part.segment.size) if part.live is None else np.flatnonzero(part.live) for part in parts]
    segments = [part.segment for part in parts]
    pairs = [(segment, doc) for segment, docs in zip(segments, kept, strict=True) for doc in docs.tolist()]
    contents = SegmentContents(
        inversion=_merge_postings(parts, kept),
        facets=_merge_facets(parts, kept),
        first_days=_kept_of("first_days", segments, kept),
        last_days=_kept_of("last_days", segments, kept),
        french=_kept_of("french", segments, kept).astype(bool),
        figures=join_figures([each.figures for each in segments], kept, [each.size for each in segments]),
        ids=[segment.id_of(doc) for segment, doc in pairs],
        cards=[segment.documents.cards[doc] for segment, doc in pairs],
        texts=[segment.documents.texts[doc] for segment, doc in pairs],
    )
    write_contents(storage, name, contents)
    state = SegmentState(name=name, documents=len(pairs))
    stories = joined_column([(part.stories, docs, part.segment.size) for part, docs in zip(parts, kept, strict=True)])
    return state_with_stories(storage, state, stories, generation)


def _kept_of(column: str, segments: Sequence[Segment], kept: Sequence[Array]) -> Array:
    return np.concatenate([getattr(segment, column)[docs] for segment, docs in zip(segments, kept, strict=True)])


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
    lengths = [
        np.concatenate([getattr(part.segment, name)[docs] for part, docs in zip(parts, kept, strict=True)])
        for name in ("title_lengths", "text_lengths")
    ]
    return assemble(terms, ordered, _reordered(np.concatenate(positions), columns.occurrences, order), *lengths)


def _reordered(positions: Array, counts: Array, order: Array) -> Array:
    """The positions of the postings in another *order*."""
    starts = (np.cumsum(counts) - counts)[order]
    sizes = counts[order]
    within = np.arange(len(positions)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    moved: Array = positions.take(np.repeat(starts, sizes) + within)
    return moved


def _merge_facets(parts: Sequence[LiveSegment], kept: Sequence[Array]) -> dict[str, Array]:
    found: list[Array] = []
    names: list[list[tuple[str, str]]] = []
    counts: list[Array] = []
    for part, docs in zip(parts, kept, strict=True):
        values = part.segment.facets
        sizes = np.diff(values.forward_bounds)
        counts.append(sizes[docs])
        used, own = np.unique(values.forward[np.repeat(mask_of(docs, part.segment.size), sizes)], return_inverse=True)
        found.append(own)
        names.append([values.name_of(number) for number in used.tolist()])
    distinct = {
        field: sorted({NONE, *(value for own in names for of, value in own if of == field)}) for field in FACETS
    }
    place = {pair: at for at, pair in enumerate((field, value) for field in FACETS for value in distinct[field])}
    merged = [np.array([place[name] for name in own], np.uint32) for own in names]
    forward = np.concatenate([to[own] for to, own in zip(merged, found, strict=True)])
    return assemble_facets(distinct, forward, np.concatenate(counts))


def _fitting(states: Sequence[SegmentState], numbers: Sequence[int]) -> list[int]:
    """The first of *numbers* whose segments together fit into one."""
    totals = accumulate(_live(states[number]) for number in numbers)
    return [number for number, total in zip(numbers, totals, strict=True) if total <= MOST_DOCUMENTS]


def _live(state: SegmentState) -> int:
    return state.documents - state.deleted


def _tier(documents: int) -> int:
    """Segments of 8 to 63 documents are one tier, of 64 to 511 the next."""
    return len(np.base_repr(max(documents, 1), TIER))
