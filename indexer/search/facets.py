"""How many of the hits have which value? Counted exactly, each facet without its own selection."""

from collections.abc import Mapping, Sequence
from functools import reduce

import numpy as np

from indexer.analysis import fold
from indexer.document import FACETS
from indexer.index import FacetLabels, IndexReader
from indexer.index.arrays import Array
from indexer.index.facet_values import FacetValues, mask_of, pack
from indexer.index.segment import Segment
from indexer.search.matches import Matches, as_sparse, restrict
from indexer.search.request import SearchRequest
from indexer.search.results import Facet, FacetValue

SHOWN_VALUES = 12
"""Values shown of a facet, besides those selected; the others are added up in `other`."""

FEW_HITS = 10
"""With fewer hits than one document in so many the hits' own values are counted, which takes 50 ns a hit."""


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
    selected = [name for name in request.facets if name in request.include or name in request.exclude]
    free = [name for name in request.facets if name not in selected]
    facets: dict[str, Facet] = {}
    for names in (free, *([name] for name in selected)):
        if names:
            matches = [selection.hits_without(names[0]) for selection in selections]
            counting = _Counting(names, reader, matches, request)
            facets |= {name: _facet(name, reader.facet_labels, counting, request) for name in names}
    return {name: facets[name] for name in request.facets}


class _Counting:
    """Some facets over all segments: the counts of the values that may be shown, and how many values there are in all.

    With few hits their own values are counted. With many, those that have a bitmap are, and then only those rare ones
    that could come among the first: a value counts no more hits than it has documents.
    """

    def __init__(
        self, names: Sequence[str], reader: IndexReader, matches: Sequence[Matches], request: SearchRequest
    ) -> None:
        self._labels = reader.facet_labels
        self.counts = np.zeros(len(self._labels.values), np.int64)
        """By label; too low for values that cannot be shown."""
        self.mentions = dict.fromkeys(names, 0)
        uncounted: list[tuple[FacetValues, Array, Array]] = []
        for part, places, found in zip(reader.parts, self._labels.places, matches, strict=True):
            values, total = part.segment.facets, found.total
            if total * FEW_HITS < part.segment.size:
                docs = as_sparse(found).docs
                if total and docs is not None:
                    own = np.bincount(_values_of(values, docs), minlength=len(places))
                    self.counts[places] += own
                    for name in names:
                        span = values.spans[name]
                        self.mentions[name] += int(own[span.start + 1 : span.stop].sum())
            else:
                mask = found.the_mask if found.docs is None else mask_of(found.docs, part.segment.size)
                self._count_frequent(names, values, places, mask)
                uncounted.append((values, places, mask))
        if uncounted:
            self._count_rare(names, uncounted, request)

    def _count_frequent(self, names: Sequence[str], values: FacetValues, places: Array, mask: Array) -> None:
        """Count the values that have a bitmap, and all values of the hits together."""
        packed, frequent = pack(mask), values.frequent
        rows = slice(None)
        if len(names) == 1:
            span = values.spans[names[0]]
            rows = slice(*frequent.searchsorted((span.start, span.stop)).tolist())
        found = np.bitwise_count(values.bitmaps[rows] & packed).sum(axis=1, dtype=np.uint32)
        self.counts[places.take(frequent[rows])] += found
        hits = mask.astype(values.mentions.dtype)
        for name in names:
            self.mentions[name] += int(values.mentions[FACETS.index(name)] @ hits)

    def _count_rare(
        self, names: Sequence[str], uncounted: Sequence[tuple[FacetValues, Array, Array]], request: SearchRequest
    ) -> None:
        rest = np.zeros(len(self.counts), np.int64)
        for values, places, _ in uncounted:
            rest[places] += values.rare_sizes
        wanted = np.zeros(len(self.counts), bool)
        for name in names:
            span = self._labels.spans[name]
            own = self.counts[span.start + 1 : span.stop]
            least = 1
            if name != "date" and len(own) > SHOWN_VALUES:
                least = max(1, int(np.partition(own, -SHOWN_VALUES)[-SHOWN_VALUES]))
            wanted[span.start + 1 : span.stop] = own + rest[span.start + 1 : span.stop] >= least
            wanted[span.start] = True
            for value in (*request.include.get(name, ()), *request.exclude.get(name, ())):
                if value in self._labels.of(name):
                    wanted[span.start + 1 + self._labels.of(name).index(value)] = True
        for values, places, mask in uncounted:
            numbers = np.flatnonzero(wanted.take(places) & (values.rare_sizes > 0))
            if len(numbers):
                self.counts[places.take(numbers)] += _count_listed(values, numbers, mask)


def _count_listed(values: FacetValues, numbers: Array, mask: Array) -> Array:
    """How many documents of a mask are listed for each of these values."""
    sizes = values.rare_sizes.take(numbers)
    if int(sizes.sum()) * 2 > len(values.inverted):
        listed = mask.view(np.uint8).take(values.inverted)
        every = np.flatnonzero(values.rare_sizes)
        counts = np.add.reduceat(listed, values.inverted_bounds.take(every).astype(np.intp), dtype=np.int32)
        own: Array = counts[np.searchsorted(every, numbers)]
        return own
    bounds = values.inverted_bounds
    pieces = zip(bounds.take(numbers).tolist(), bounds.take(numbers + 1).tolist(), strict=True)
    listed = mask.view(np.uint8).take(np.concatenate([values.inverted[start:end] for start, end in pieces]))
    some: Array = np.add.reduceat(listed, np.cumsum(sizes, dtype=np.intp) - sizes, dtype=np.int32)
    return some


def _values_of(values: FacetValues, docs: Array) -> Array:
    """The numbers of all values of *docs*."""
    start = values.forward_bounds.take(docs).astype(np.int64)
    sizes = values.forward_bounds.take(docs + 1) - start
    ends = np.cumsum(sizes)
    return values.forward.take(np.repeat(start - ends + sizes, sizes) + np.arange(int(ends[-1])))


def _allowed(name: str, request: SearchRequest, segment: Segment) -> Array:
    """A boolean for each document: whether the selection of one facet leaves it."""
    values, size = segment.facets, segment.size
    allowed = np.zeros(size, bool) if request.include.get(name) else np.ones(size, bool)
    for value in request.include.get(name, ()):
        allowed |= values.mask_with(name, value)
    for value in request.exclude.get(name, ()):
        allowed &= ~values.mask_with(name, value)
    return allowed


def _facet(name: str, labels: FacetLabels, counting: _Counting, request: SearchRequest) -> Facet:
    counts = counting.counts
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
        other=counting.mentions[name] - sum(shown.values()),
    )
