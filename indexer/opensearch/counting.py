"""Counting: facets and timelines of the hits, by aggregations; those of a facet without its own selection.

The cluster counts articles. Where stories are to be counted, the hits that share one are looked at here (stories.py),
and what they count too often is taken off.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from indexer.document import FACETS, PartialDate
from indexer.index.arrays import Array
from indexer.opensearch.mapping import UNIT_LETTERS, facet_key, facet_value
from indexer.opensearch.reader import ClusterReader, Json
from indexer.opensearch.stories import Repeats, StoryRows
from indexer.opensearch.translation import selected
from indexer.search.facets import SHOWN_VALUES, chosen_values, make_facet
from indexer.search.request import SearchRequest
from indexer.search.results import Bar, Facet, Timeline
from indexer.search.timeline import MIDDLE, unit_for

FIRST_VALUES = 1000
"""Values asked of every shard for the twelve that are shown: with fewer different ones their counts are exact."""

ALL_VALUES = 30_000
"""The same when a shard might have left some out that others count, and of the dates of a timeline."""


class Counts(NamedTuple):
    """Some values of a facet, the first in the order in which they are shown, and how many each has."""

    counts: dict[str, int]
    mentions: int
    """How many values the hits have."""
    exact: bool


class Counting:
    """What is counted for one request."""

    def __init__(self, request: SearchRequest) -> None:
        self._request = request
        self._chosen = [name for name in FACETS if name in request.include or name in request.exclude]

    def selection(self, without: str | None = None) -> Json:
        """What the selections leave, that of one facet aside."""
        request, names = self._request, [name for name in self._chosen if name != without]
        filters = [selected(request.include.get(name, ()), request.exclude.get(name, ()), name) for name in names]
        return {"bool": {"filter": filters}} if filters else {"match_all": {}}

    def aggregations(self, size: int = FIRST_VALUES, only: Sequence[str] | None = None) -> Json:
        """What to ask for along with the hits; *only* some facets."""
        wanted = self._request.facets if only is None else only
        free = [name for name in wanted if name not in self._chosen]
        inside = {key: agg for name in free for key, agg in self._of_facet(name, size).items()}
        if only is None:
            inside |= {key: agg for name in self._request.timelines for key, agg in _of_timeline(name).items()}
        aggs = {"hits": {"filter": self.selection(), "aggs": inside}} if inside else {}
        for name in wanted:
            if name in self._chosen:
                own = self._of_facet(name, size)
                aggs[f"without {name}"] = {"filter": self.selection(name), "aggs": own}
        return aggs

    def facets(self, answer: Json, rows: StoryRows | None, reader: ClusterReader, query: Json) -> dict[str, Facet]:
        """The facets that an answer has counted; those that a shard might have counted too low are asked for again."""
        found = {name: self._read(name, answer) for name in self._request.facets}
        again = [name for name, counts in found.items() if not counts.exact]
        names = [name for name in found if name in again or (rows and rows.told)]
        if names:
            body = {"size": 0, "query": query, "aggs": self.aggregations(ALL_VALUES, names)}
            more = reader.search(body)["aggregations"]
            found |= {name: self._read(name, more, whole=True) for name in names}
            answer = {**answer, **more}
        return {name: self._facet(name, counts, answer, rows) for name, counts in found.items()}

    def timeline(self, name: str, answer: Json, rows: StoryRows | None, total: int) -> Timeline:
        """A timeline that an answer has counted; *total* is how many hits, or stories, there are."""
        inside = answer["hits"]
        counts = _buckets(inside[f"{name} dates"])
        dates = [PartialDate.parse(date) for date in counts]
        having = np.array(list(counts.values()), np.int64)
        repeats = rows.repeated_dates(name, self._request) if rows else {}

        def known(field: str) -> int:
            own = repeats.get(f"{field}?", Repeats())
            return int(inside[f"{name} {field}?"]["doc_count"]) - own.total

        def as_fine(unit: str) -> int:
            return sum(count for date, count in counts.items() if len(date) >= UNIT_LETTERS[unit])

        days = np.array([date.first.toordinal() for date in dates if date.first], np.int64)
        unit = unit_for(_middle(days, having), int(having.sum()), as_fine) if counts else "year"
        bars = _buckets(inside[f"{name} {unit}"])
        for date, repeated in repeats.get(unit, Repeats()).counts.items():
            bars[date] -= repeated
        return Timeline(
            unit=unit,
            bars=tuple(Bar(date=date, count=count) for date, count in sorted(bars.items())),
            coarser=known("dates") - known(unit),
            missing=total - known("dates"),
        )

    def _of_facet(self, name: str, size: int) -> Json:
        field = f"facets.{name}"
        order = [{"_key": "desc"}] if name == "date" else [{"_count": "desc"}, {"_key": "asc"}]
        shown = size if size == ALL_VALUES else SHOWN_VALUES
        aggs: Json = {
            name: {"terms": {"field": field, "size": shown, "shard_size": size, "order": order}},
            f"{name}?": {"missing": {"field": field}},
        }
        if chosen := chosen_values(name, self._request):
            keys = [facet_key(value) for value in chosen]
            aggs[f"{name}!"] = {"terms": {"field": field, "size": len(keys), "include": keys}}
        return aggs

    def _read(self, name: str, answer: Json, *, whole: bool = False) -> Counts:
        found = self._inside(name, answer)[name]
        counts = {facet_value(bucket["key"]): int(bucket["doc_count"]) for bucket in found["buckets"]}
        others = int(found["sum_other_doc_count"])
        error = found["doc_count_error_upper_bound"]
        return Counts(counts, sum(counts.values()) + others, exact=whole or error == 0 or name == "date")

    def _inside(self, name: str, answer: Json) -> Json:
        inside: Json = answer[f"without {name}" if name in self._chosen else "hits"]
        return inside

    def _facet(self, name: str, counts: Counts, answer: Json, rows: StoryRows | None) -> Facet:
        inside = self._inside(name, answer)
        chosen = dict.fromkeys(chosen_values(name, self._request), 0)
        if chosen:
            chosen |= {facet_value(each["key"]): int(each["doc_count"]) for each in inside[f"{name}!"]["buckets"]}
        missing, mentions, shown = int(inside[f"{name}?"]["doc_count"]), counts.mentions, counts.counts
        if rows:
            repeats, without = rows.repeated_values(name, self._request)
            shown = {value: count - repeats.counts.get(value, 0) for value, count in shown.items()}
            chosen = {value: count - repeats.counts.get(value, 0) for value, count in chosen.items()}
            missing, mentions = missing - without, mentions - repeats.total
            if name != "date":  # sorted is stable, and equal ones stand in order
                in_order = sorted(shown, key=lambda value: (-shown[value], facet_key(value)))
                shown = {value: shown[value] for value in in_order}
        first = dict(list(shown.items())[:SHOWN_VALUES])
        return make_facet(name, shown=first, chosen=chosen, missing=missing, mentions=mentions, request=self._request)


def _of_timeline(name: str) -> Json:
    fields = ("dates", *UNIT_LETTERS)
    by_value = {
        f"{name} {field}": {"terms": {"field": f"{name}.{field}", "size": ALL_VALUES // 4, "order": {"_key": "asc"}}}
        for field in fields
    }
    return by_value | {f"{name} {field}?": {"filter": {"exists": {"field": f"{name}.{field}"}}} for field in fields}


def _buckets(found: Json) -> dict[str, int]:
    return {bucket["key"]: int(bucket["doc_count"]) for bucket in found["buckets"]}


def _middle(days: Array, having: Array) -> int:
    """How many days lie between the quantiles MIDDLE of so many of each day."""
    order = np.argsort(days, kind="stable")
    ends = np.cumsum(having[order])
    places = np.rint((int(ends[-1]) - 1) * np.array(MIDDLE))
    low, high = days[order].take(np.searchsorted(ends, places, side="right")).tolist()
    return int(high - low)


def all_values(
    reader: ClusterReader, query: Json, fields: Sequence[str], request: SearchRequest, *, stories: bool
) -> Iterator[tuple[dict[str, int], int]]:
    """Every value of each facet that the hits have, without its own selection, and how many have none."""
    counting = Counting(request)
    rows = StoryRows(reader, query, request, fields) if stories else None
    for field in fields:
        own = {"bool": {"filter": [query, counting.selection(field)]}}
        counts = reader.values_of(field, own)
        missing = reader.count({"bool": {"filter": [own], "must_not": [{"exists": {"field": f"facets.{field}"}}]}})
        if rows:
            repeats, without = rows.repeated_values(field, request)
            counts = {value: count - repeats.counts.get(value, 0) for value, count in counts.items()}
            missing -= without
        yield counts, missing
