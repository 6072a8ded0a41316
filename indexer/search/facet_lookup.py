"""Facet lookup: every value of a facet, however many there are, with how many hits have it."""

import enum
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np

from indexer.analysis import fold
from indexer.document import FACETS
from indexer.errors import RequestError, UnknownFacetError
from indexer.index import FacetLabels, IndexReader
from indexer.index.arrays import Array
from indexer.message import Message
from indexer.money import RANGES
from indexer.search.matches import Matches, as_sparse
from indexer.search.request import SearchRequest
from indexer.search.results import FacetValue
from indexer.search.stretch import Stretch
from indexer.search.versions import count_repeated_values, versions_among

VALUES, MOST_VALUES = 60, 1000
"""Values of a list when nobody says, and at most."""


class Order(enum.StrEnum):
    """The order of the values of a facet."""

    COUNT = "count"
    LABEL = "label"


class FacetLookup(msgspec.Struct, frozen=True, kw_only=True):
    """Which values of a facet are wanted: those that have every word of *match*, the page *at* of them."""

    field: str
    match: str = ""
    order: Order = Order.COUNT
    at: int = 1
    size: int = VALUES


class FacetList(msgspec.Struct, frozen=True, kw_only=True):
    """Values of a facet that the hits have, without its own selection; *total* counts all that were wanted.

    *missing* counts the hits without any value. Values that the reader chose are there even when no hit has them.
    """

    field: str
    match: str
    order: Order
    at: int
    size: int
    total: int
    missing: int
    values: tuple[FacetValue, ...]

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // self.size))


def check_lookup(lookup: FacetLookup) -> None:
    """Raise RequestError for what is well formed but out of bounds."""
    if lookup.field not in FACETS:
        raise UnknownFacetError("facet", lookup.field)
    if not 1 <= lookup.size <= MOST_VALUES:
        raise RequestError("values", Message("« {name} » va de 1 à {most}.", name="values", most=MOST_VALUES))
    if lookup.at < 1:
        raise RequestError("at", Message("« {name} » doit être un nombre à partir de 1.", name="at"))


def without_selection(request: SearchRequest, field: str) -> SearchRequest:
    """The request without what was chosen of *field*; the same one when nothing was."""
    include = {name: values for name, values in request.include.items() if name != field}
    exclude = {name: values for name, values in request.exclude.items() if name != field}
    if (include, exclude) == (request.include, request.exclude):
        return request
    return request.replace(include=include, exclude=exclude)


def count_all(found: Sequence[tuple[Stretch, Matches]], reader: IndexReader, *, stories: bool) -> Array:
    """By label, how many hits have a value; of *stories* that several hits tell, each counts once."""
    labels = reader.facet_labels
    counts: Array = np.zeros(len(labels.values), np.int64)
    for stretch, matches in found:
        docs = as_sparse(matches).docs
        assert docs is not None
        for number, part, own in stretch.pieces(docs):
            places = labels.places[number]
            counts[places] += np.bincount(part.segment.facets.values_among(own)[0], minlength=len(places))
    if stories:
        counts -= count_repeated_values(versions_among(found, reader), labels, reader)
    return counts


def values_of(field: str, counts: Array, labels: FacetLabels, request: SearchRequest) -> list[FacetValue]:
    """The values of *field* that any hit has, or that the reader chose; the most frequent first, dates the newest."""
    span = labels.spans[field]
    texts, numbers = labels.of(field), counts[span.start + 1 : span.stop].tolist()
    return values_counted(field, dict(zip(texts, numbers, strict=True)), request)


def values_counted(field: str, counts: Mapping[str, int], request: SearchRequest) -> list[FacetValue]:
    """The same, from how many hits have each value."""
    included, excluded = request.include.get(field, ()), request.exclude.get(field, ())
    counted = {text: number for text, number in counts.items() if number}
    every = counted | {value: counted.get(value, 0) for value in (*included, *excluded)}
    values = [
        FacetValue(value=value, label=value, count=count, selected=value in included, excluded=value in excluded)
        for value, count in every.items()
    ]
    if field == "date":
        return sorted(values, key=lambda value: value.value, reverse=True)
    if field == "amount":
        order = list(RANGES)
        return sorted(values, key=lambda value: order.index(value.value) if value.value in order else len(order))
    return sorted(values, key=lambda value: (-value.count, fold(value.label), value.label))


def look_up_values(values: Iterable[FacetValue], missing: int, lookup: FacetLookup) -> FacetList:
    """The page that is wanted of those *values* that are."""
    words = [fold(word) for word in lookup.match.split()]
    wanted = [value for value in values if all(word in fold(value.label) for word in words)]
    if lookup.order is Order.LABEL:
        wanted.sort(key=lambda value: (fold(value.label), value.label))
    first = (lookup.at - 1) * lookup.size
    return FacetList(
        field=lookup.field,
        match=lookup.match,
        order=lookup.order,
        at=lookup.at,
        size=lookup.size,
        total=len(wanted),
        missing=missing,
        values=tuple(wanted[first : first + lookup.size]),
    )
