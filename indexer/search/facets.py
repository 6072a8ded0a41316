"""How many of the hits have which value? Counted exactly, each facet without its own selection."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import islice

import numpy as np

from indexer.analysis import fold
from indexer.document import FACETS
from indexer.index import FacetLabels, IndexReader
from indexer.index.arrays import Array
from indexer.index.facet_values import FacetValues, pack
from indexer.index.live import LiveSegment
from indexer.index.segment import Segment
from indexer.message import Message
from indexer.money import RANGES, RATES
from indexer.search.collection import Collection
from indexer.search.deadline import check_time
from indexer.search.matches import Matches, as_dense
from indexer.search.request import SearchRequest
from indexer.search.results import Facet, FacetValue
from indexer.search.stretch import Allowed, Stretch
from indexer.search.versions import Versions, count_repeated_values, versions_among

SHOWN_VALUES = 12
"""Values shown of a facet, besides those selected; the others are added up in `other`."""

FEW_HITS = 7
"""With fewer hits than one document in so many the hits' own values are counted, which takes 50 ns a hit."""


_LABEL_BITS, _MOST = 24, 1 << 55
"""A label and a count in one number, so that one sort orders all facets."""


class Selection:
    """What the facet selections of a request leave of the matches of one stretch; each computed once."""

    def __init__(self, request: SearchRequest, stretch: Stretch, matches: Matches) -> None:
        self.stretch = stretch
        self._matches = matches
        self._request = request
        self._names = dict.fromkeys((*request.include, *request.exclude))
        self._masks: dict[tuple[str, str], Array] = {}
        self.hits = self._restricted(self._names)
        """The matches that every selection leaves."""

    def hits_without(self, name: str) -> Matches:
        """The matches that the selections of the other facets leave."""
        if name not in self._names:
            return self.hits
        return self._restricted(other for other in self._names if other != name)

    def _restricted(self, names: Iterable[str]) -> Matches:
        return reduce(self.stretch.restrict, map(self._allowed, names), self._matches)

    def _allowed(self, name: str) -> Allowed:
        def allowed(part: LiveSegment, docs: Array | None) -> Array:
            key = name, part.segment.name
            if key not in self._masks:
                self._masks[key] = _mask_of_selection(name, self._request, part.segment)
            return self._masks[key] if docs is None else self._masks[key].take(docs)

        return allowed


def canonical_request(request: SearchRequest, collection: Collection) -> SearchRequest:
    """The request with every facet value as the index writes it, whatever its case, accents, apostrophes and spaces."""

    def canonical(selection: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        return {
            name: tuple(dict.fromkeys(collection.folded_values[name].get(fold(value), value) for value in chosen))
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
            check_time()
            found = [(selection.stretch, selection.hits_without(names[0])) for selection in selections]
            counting = _Counting(names, reader.facet_labels, found, request)
            if request.collapse:
                counting.count_stories(versions_among(found, reader), reader)
            shown = _first_values(names, reader.facet_labels, counting.counts)
            facets |= {
                name: _facet(name, reader.facet_labels, counting, pairs, request) for name, pairs in shown.items()
            }
    return {name: facets[name] for name in request.facets}


class _Counting:
    """Some facets over all stretches: the counts of the values that may be shown, and of all values together.

    With few hits their own values are counted. With many, those that have a bitmap are, and then only those rare ones
    that could come among the first: a value counts no more hits than it has documents.
    """

    def __init__(
        self,
        names: Sequence[str],
        labels: FacetLabels,
        found: Sequence[tuple[Stretch, Matches]],
        request: SearchRequest,
    ) -> None:
        self._labels = labels
        self.counts = np.zeros(len(labels.values), np.int64)
        """By label; too low for values that cannot be shown."""
        self.mentions = np.zeros(len(FACETS), np.int64)
        """How many values the hits have in each field, NONE aside."""
        uncounted: list[tuple[FacetValues, Array, Array]] = []
        for stretch, matches in found:
            if matches.docs is not None and 0 < matches.total * FEW_HITS < stretch.size:
                self._count_own(stretch, matches.docs)
        starts = [span.start for span in labels.spans.values()]
        self.mentions += np.add.reduceat(self.counts, starts) - self.counts.take(starts)
        for stretch, matches in found:
            if matches.docs is None or (matches.total and matches.total * FEW_HITS >= stretch.size):
                for number, part, mask in _masks(stretch, matches):
                    values, places = part.segment.facets, labels.places[number]
                    self._count_frequent(names, values, places, mask)
                    uncounted.append((values, places, mask))
        if uncounted:
            self._count_rare(names, uncounted, request)

    def count_stories(self, versions: Sequence[Versions], reader: IndexReader) -> None:
        """Have every story counted once for a value, however many of its hits have it."""
        repeats = count_repeated_values(versions, self._labels, reader)
        self.counts -= repeats
        starts = [span.start for span in self._labels.spans.values()]
        self.mentions -= np.add.reduceat(repeats, starts) - repeats.take(starts)

    def _count_own(self, stretch: Stretch, docs: Array) -> None:
        """Count all values of the hits."""
        for number, part, own in stretch.pieces(docs):
            places = self._labels.places[number]
            counts = np.bincount(part.segment.facets.values_among(own)[0], minlength=len(places))
            self.counts[places] += counts

    def _count_frequent(self, names: Sequence[str], values: FacetValues, places: Array, mask: Array) -> None:
        """Count the values that have a bitmap, and all values of the hits together."""
        packed, frequent = pack(mask), values.frequent
        rows, bits = slice(None), slice(None)
        if len(names) == 1:
            span, field = values.spans[names[0]], FACETS.index(names[0])
            rows = slice(*frequent.searchsorted((span.start, span.stop)).tolist())
            bits = slice(*values.bit_fields.searchsorted((field, field + 1)).tolist())
        self.counts[places.take(frequent[rows])] += _common_bits(values.bitmaps[rows], packed)
        weighted = _common_bits(values.bits[bits], packed).astype(np.int64) << values.bit_powers[bits]
        np.add.at(self.mentions, values.bit_fields[bits], weighted)

    def _count_rare(
        self, names: Sequence[str], uncounted: Sequence[tuple[FacetValues, Array, Array]], request: SearchRequest
    ) -> None:
        labels = self._labels
        rest = np.zeros(len(self.counts), np.int64)
        for values, places, _ in uncounted:
            rest[places] += values.rare_sizes
        order, least = _in_order(self.counts, labels), np.full(len(FACETS), 1 << 32)
        for name in names:  # of stories all are counted: a shown value may count fewer of them than one that is not
            last = labels.spans[name].start + SHOWN_VALUES
            shown = name != "date" and last < labels.spans[name].stop and not request.collapse
            least[FACETS.index(name)] = max(1, self.counts[order[last]]) if shown else 1
        wanted = self.counts + rest >= least.take(labels.fields)
        for name in names:
            wanted[labels.spans[name].start] = True
            for value in (*request.include.get(name, ()), *request.exclude.get(name, ())):
                if value in labels.of(name):
                    wanted[labels.spans[name].start + 1 + labels.of(name).index(value)] = True
        for values, places, mask in uncounted:
            numbers = np.flatnonzero(wanted.take(places) & (values.rare_sizes > 0))
            if len(numbers):
                self.counts[places.take(numbers)] += _count_listed(values, numbers, mask)


def _masks(stretch: Stretch, matches: Matches) -> Iterator[tuple[int, LiveSegment, Array]]:
    """The hits in every segment, by the segment's number in the commit."""
    whole = as_dense(matches, stretch.size).the_mask
    yield from zip(stretch.numbers, stretch.parts, np.split(whole, stretch.bases[1:-1]), strict=True)


def _common_bits(bitmaps: Array, packed: Array) -> Array:
    """How many bits each of the bitmaps has in common with one."""
    common: Array = np.bitwise_count(bitmaps & packed).sum(axis=1, dtype=np.uint32)  # as uint64: 20 µs more
    return common


def _in_order(counts: Array, labels: FacetLabels) -> Array:
    """All labels, those of a field together: NONE, then the values by count, equal ones as labels stand."""
    by_count = counts << _LABEL_BITS
    by_count[[span.start for span in labels.spans.values()]] = _MOST
    keys = labels.keys - by_count
    keys.sort()
    order: Array = keys & ((1 << _LABEL_BITS) - 1)
    return order


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


def _mask_of_selection(name: str, request: SearchRequest, segment: Segment) -> Array:
    """A boolean for each document: whether the selection of one facet leaves it."""
    values, size = segment.facets, segment.size
    allowed = np.zeros(size, bool) if request.include.get(name) else np.ones(size, bool)
    for value in request.include.get(name, ()):
        allowed |= values.mask_with(name, value)
    for value in request.exclude.get(name, ()):
        allowed &= ~values.mask_with(name, value)
    return allowed


def _first_values(names: Sequence[str], labels: FacetLabels, counts: Array) -> dict[str, list[tuple[int, int]]]:
    """The labels of each field that are shown, and their counts: the most frequent ones, of dates the newest."""
    in_order, spans = _in_order(counts, labels), [labels.spans[name] for name in names]
    chosen = []
    for name, span in zip(names, spans, strict=True):
        if name == "date":
            dates = counts[span.start + 1 : span.stop].nonzero()[0]
            chosen.append(dates[: -SHOWN_VALUES - 1 : -1] + (span.start + 1))
        else:
            chosen.append(in_order[span.start + 1 : min(span.start + 1 + SHOWN_VALUES, span.stop)])
    together = np.concatenate(chosen)
    pairs = iter(zip(together.tolist(), counts.take(together).tolist(), strict=True))
    return {name: list(islice(pairs, len(own))) for name, own in zip(names, chosen, strict=True)}


def _facet(
    name: str, labels: FacetLabels, counting: _Counting, pairs: Sequence[tuple[int, int]], request: SearchRequest
) -> Facet:
    counts, texts = counting.counts, labels.values
    values, first = labels.of(name), labels.spans[name].start + 1
    return make_facet(
        name,
        shown={texts[label]: count for label, count in pairs if count},
        chosen={
            value: int(counts[first + values.index(value)]) if value in values else 0
            for value in chosen_values(name, request)
        },
        missing=int(counts[labels.spans[name].start]),
        mentions=int(counting.mentions[FACETS.index(name)]),
        request=request,
    )


def chosen_values(name: str, request: SearchRequest) -> tuple[str, ...]:
    """The values of a facet that the reader asks for, or excludes."""
    return (*request.include.get(name, ()), *request.exclude.get(name, ()))


def make_facet(
    name: str,
    *,
    shown: dict[str, int],
    chosen: Mapping[str, int],
    missing: int,
    mentions: int,
    request: SearchRequest,
) -> Facet:
    """A facet of its first values in their order, those chosen by the reader, and how many values the hits have."""
    if name in request.include or name in request.exclude:
        selected, excluded = request.include.get(name, ()), request.exclude.get(name, ())
        shown = _with_chosen(shown, chosen, name)
        values = [
            FacetValue(value=value, label=value, count=count, selected=value in selected, excluded=value in excluded)
            for value, count in shown.items()
        ]
    else:
        values = [FacetValue(value=value, label=value, count=count) for value, count in shown.items()]
    if name == "amount":
        order = {label: at for at, label in enumerate(RANGES)}
        values.sort(key=lambda value: order.get(value.value, len(order)))
    return Facet(
        values=tuple(values),
        missing=missing,
        other=mentions - sum(shown.values()),
        note=Message("En euros, d’après les {rates}.", rates=RATES.source) if name == "amount" else None,
    )


def _with_chosen(shown: dict[str, int], chosen: Mapping[str, int], name: str) -> dict[str, int]:
    """The same with the values chosen by the reader, whatever their count, in their places."""
    if name == "date":
        return dict(sorted((shown | dict(chosen)).items(), reverse=True))
    return dict(sorted((shown | dict(chosen)).items(), key=lambda pair: (-pair[1], fold(pair[0]), pair[0])))
