"""How many of the hits have which value? Counted exactly, each facet without its own selection."""

from collections.abc import Mapping
from functools import reduce

import numpy as np

from indexer.analysis import fold
from indexer.index import FacetLabels, IndexReader
from indexer.index.arrays import Array
from indexer.index.facet_values import FacetValues, mask_of, pack
from indexer.index.segment import Segment
from indexer.search.matches import Matches, as_sparse, restrict
from indexer.search.request import SearchRequest
from indexer.search.results import Facet, FacetValue

SHOWN_VALUES = 12
"""Values shown of a facet, besides those selected; the others are added up in `other`."""

FEW_HITS = 8
"""With fewer hits than one document in so many the hits' own values are read; else bitmaps and a sweep are quicker."""


class Selection:
    """What the facet selections of a request leave of the matches of one segment; each computed once."""

    def __init__(self, request: SearchRequest, segment: Segment, matches: Matches) -> None:
        self._matches = matches
        names = dict.fromkeys((*request.include, *request.exclude))
        self._masks = {name: _allowed(name, request, segment) for name in names}
        self.hits = reduce(restrict, self._masks.values(), matches)
        """The matches that every selection leaves."""

    def hits_without(self, name: str) -> Matches:
        """The matches that the selections of the other facets leave."""
        if name not in self._masks:
            return self.hits
        return reduce(restrict, [mask for other, mask in self._masks.items() if other != name], self._matches)


def canonical_request(request: SearchRequest, reader: IndexReader) -> SearchRequest:
    """The request with every facet value as the index writes it, whatever its case, accents, apostrophes and spaces."""

    def canonical(selection: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        return {
            name: tuple(dict.fromkeys(reader.folded_values[name].get(fold(value), value) for value in chosen))
            for name, chosen in selection.items()
        }

    if not request.include and not request.exclude:
        return request
    return request.replace(include=canonical(request.include), exclude=canonical(request.exclude))


def count_facets(request: SearchRequest, reader: IndexReader, selections: list[Selection]) -> dict[str, Facet]:
    """Every facet that the request wants."""
    labels = reader.facet_labels
    counts = np.zeros(len(labels.values), np.int64)
    selected = [name for name in request.facets if name in request.include or name in request.exclude]
    free = [name for name in request.facets if name not in selected]
    for part, places, selection in zip(reader.parts, labels.places, selections, strict=True):
        values = part.segment.facets
        for names, matches in ((free, selection.hits), *(([name], selection.hits_without(name)) for name in selected)):
            if not names or (matches.docs is not None and not len(matches.docs)):
                continue
            hits = _Hits(matches, values)
            for span in _spans(names, values):
                counts[places[span.start : span.stop]] += hits.count(span)
    return {name: _facet(name, labels, counts, request) for name in request.facets}


def _spans(names: list[str], values: FacetValues) -> list[range]:
    """The numbers of the values of these fields: one range when all are wanted, so that one sweep counts them."""
    if set(names) == set(values.spans):
        return [range(max(span.stop for span in values.spans.values()))]
    return [values.spans[name] for name in names]


class _Hits:
    """The hits of one segment in the form that is counted quickest."""

    def __init__(self, matches: Matches, values: FacetValues) -> None:
        self._values = values
        self._docs, self._mask = matches.docs, matches.mask
        if self._mask is not None and matches.total * FEW_HITS < len(self._mask):
            self._docs = as_sparse(matches).docs
        self._packed = pack(self._mask) if self._docs is None and self._mask is not None else None
        self._own: Array | None = None

    def count(self, span: range) -> Array:
        """How many hits have each value of a span."""
        if self._docs is not None:
            if self._own is None:
                self._own = np.bincount(self._values_of(self._docs), minlength=len(self._values.inverted_bounds) - 1)
            return self._own[span.start : span.stop]
        assert self._mask is not None
        counts = np.zeros(len(span), np.int64)
        frequent, rare = self._values.frequent, self._values.rare
        first, last = frequent.searchsorted((span.start, span.stop))
        bits = self._values.bitmaps[first:last] & self._packed
        counts[frequent[first:last] - np.uint32(span.start)] = np.bitwise_count(bits).sum(axis=1, dtype=np.uint32)
        first, last = rare.searchsorted((span.start, span.stop))
        if first < last:
            bounds = self._values.inverted_bounds
            start, end = int(bounds[span.start]), int(bounds[span.stop])
            listed = self._mask.view(np.uint8).take(self._values.inverted[start:end])
            starts = bounds.take(rare[first:last]).astype(np.intp) - start
            counts[rare[first:last] - span.start] = np.add.reduceat(listed, starts, dtype=np.int32)
        return counts

    def _values_of(self, docs: Array) -> Array:
        """The numbers of all values of *docs*."""
        bounds = self._values.forward_bounds
        start = bounds.take(docs).astype(np.int64)
        sizes = bounds.take(docs + 1).astype(np.int64) - start
        ends = np.cumsum(sizes)
        total = int(ends[-1]) if len(ends) else 0
        return self._values.forward.take(np.repeat(start - ends + sizes, sizes) + np.arange(total))


def _allowed(name: str, request: SearchRequest, segment: Segment) -> Array:
    """A boolean for each document: whether the selection of one facet leaves it."""
    values, size = segment.facets, segment.size
    allowed = np.zeros(size, bool) if request.include.get(name) else np.ones(size, bool)
    for value in request.include.get(name, ()):
        allowed |= mask_of(values.documents_with(name, value), size)
    for value in request.exclude.get(name, ()):
        allowed &= ~mask_of(values.documents_with(name, value), size)
    return allowed


def _facet(name: str, labels: FacetLabels, counts: Array, request: SearchRequest) -> Facet:
    selected, excluded = request.include.get(name, ()), request.exclude.get(name, ())
    values, span = labels.of(name), labels.spans[name]
    own = counts[span.start + 1 : span.stop]
    order = (-own).argsort(kind="stable") if name != "date" else np.flatnonzero(own)[::-1]
    order = order[:SHOWN_VALUES]
    shown = {values[at]: count for at, count in zip(order.tolist(), own.take(order).tolist(), strict=True) if count}
    if selected or excluded:
        for value in (*selected, *excluded):
            if value not in shown:
                shown[value] = int(own[values.index(value)]) if value in values else 0
        shown = dict(sorted(shown.items(), key=lambda pair: (-pair[1], fold(pair[0]), pair[0])))
        if name == "date":
            shown = dict(sorted(shown.items(), reverse=True))
    return Facet(
        values=tuple(
            [
                FacetValue(
                    value=value, label=value, count=count, selected=value in selected, excluded=value in excluded
                )
                for value, count in shown.items()
            ]
        ),
        missing=int(counts[span.start]),
        other=int(own.sum()) - sum(shown.values()),
    )
