"""How many of the hits have which value? Counted exactly, each facet without its own selection."""

from collections.abc import Mapping
from functools import reduce

import numpy as np

from indexer.analysis import fold
from indexer.index import FacetLabels, IndexReader
from indexer.index.arrays import Array
from indexer.index.facet_values import FacetValues, mask_of, pack
from indexer.index.segment import Segment
from indexer.search.evaluation import Matches, restrict
from indexer.search.request import SearchRequest
from indexer.search.results import Facet, FacetValue

SHOWN_VALUES = 12
"""Values shown of a facet, besides those selected; the others are added up in `other`."""

FEW_HITS = 16
"""With fewer hits than one document in 16 the hits' own values are read; else bitmaps and a sweep are quicker."""


class Selection:
    """What the facet selections of a request leave of the matches of one segment; each computed once."""

    def __init__(self, request: SearchRequest, segment: Segment, matches: Matches) -> None:
        self._matches = matches
        names = dict.fromkeys((*request.include, *request.exclude))
        self._masks = {name: _allowed(name, request, segment) for name in names}

    def hits(self) -> Matches:
        """The matches that every selection leaves."""
        return reduce(restrict, self._masks.values(), self._matches)

    def hits_without(self, name: str) -> Matches:
        """The matches that the selections of the other facets leave."""
        return reduce(restrict, [mask for other, mask in self._masks.items() if other != name], self._matches)

    @property
    def names(self) -> frozenset[str]:
        """The facets that have a selection."""
        return frozenset(self._masks)


def canonical_request(request: SearchRequest, reader: IndexReader) -> SearchRequest:
    """The request with every facet value as the index writes it, whatever its case, accents, apostrophes and spaces."""

    def canonical(selection: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        return {
            name: tuple(dict.fromkeys(reader.folded_values[name].get(fold(value), value) for value in chosen))
            for name, chosen in selection.items()
        }

    return request.replace(include=canonical(request.include), exclude=canonical(request.exclude))


def count_facets(request: SearchRequest, reader: IndexReader, selections: list[Selection]) -> dict[str, Facet]:
    """Every facet that the request wants."""
    everything = [_Hits(selection.hits()) for selection in selections]
    facets = {}
    for name in request.facets:
        hits = [
            _Hits(selection.hits_without(name)) if name in selection.names else whole
            for selection, whole in zip(selections, everything, strict=True)
        ]
        labels = reader.facet_labels[name]
        counts, missing = np.zeros(len(labels.values), np.int64), 0
        for part, places, found in zip(reader.segments, labels.places, hits, strict=True):
            values = part.segment.facets[name]
            counts[places] += found.count(values)
            missing += found.without(values)
        facets[name] = _facet(name, labels, counts, missing, request)
    return facets


class _Hits:
    """The hits of one segment in the form that is counted quickest."""

    def __init__(self, matches: Matches) -> None:
        self._docs, self._mask = matches.docs, matches.mask
        if self._mask is not None and matches.total * FEW_HITS < len(self._mask):
            self._docs = np.flatnonzero(self._mask)
        self._packed = pack(self._mask) if self._docs is None and self._mask is not None else None

    def count(self, values: FacetValues) -> Array:
        """How many hits have each value of the segment."""
        if self._docs is not None:
            start = values.forward_bounds.take(self._docs).astype(np.int64)
            sizes = values.forward_bounds.take(self._docs + 1).astype(np.int64) - start
            within = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
            return np.bincount(values.forward.take(np.repeat(start, sizes) + within), minlength=len(values.values))
        assert self._mask is not None
        counts = np.zeros(len(values.values), np.int64)
        counts[values.frequent] = np.bitwise_count(values.bitmaps & self._packed).sum(axis=1, dtype=np.int64)
        documents, starts = values.rare_documents
        if len(starts):
            counts[values.rare] = np.add.reduceat(self._mask.view(np.uint8).take(documents), starts, dtype=np.int64)
        return counts

    def without(self, values: FacetValues) -> int:
        """How many hits have no value at all."""
        if self._docs is not None:
            return int(np.count_nonzero(~values.with_value.take(self._docs)))
        assert self._mask is not None
        return int(np.count_nonzero(self._mask & ~values.with_value))


def _allowed(name: str, request: SearchRequest, segment: Segment) -> Array:
    """A boolean for each document: whether the selection of one facet leaves it."""
    values, size = segment.facets[name], segment.size
    allowed = np.zeros(size, bool) if request.include.get(name) else np.ones(size, bool)
    for value in request.include.get(name, ()):
        allowed |= mask_of(values.documents_with(value), size)
    for value in request.exclude.get(name, ()):
        allowed &= ~mask_of(values.documents_with(value), size)
    return allowed


def _facet(name: str, labels: FacetLabels, counts: Array, missing: int, request: SearchRequest) -> Facet:
    selected, excluded = request.include.get(name, ()), request.exclude.get(name, ())
    present = {labels.values[at]: int(counts[at]) for at in np.flatnonzero(counts).tolist()}
    present |= {value: 0 for value in (*selected, *excluded) if value not in present}
    if name == "date":
        ordered = sorted(present, reverse=True)
    else:
        ordered = sorted(present, key=lambda value: (-present[value], fold(value), value))
    shown = [value for at, value in enumerate(ordered) if at < SHOWN_VALUES or value in (*selected, *excluded)]
    return Facet(
        values=tuple(
            FacetValue(
                value=value, label=value, count=present[value], selected=value in selected, excluded=value in excluded
            )
            for value in shown
        ),
        missing=missing,
        other=sum(present.values()) - sum(present[value] for value in shown),
    )
