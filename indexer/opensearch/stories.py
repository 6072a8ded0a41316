"""Stories: the hits that tell one, counted once.

Only those that share a story are looked at: of all others there is nothing to take off. Their values and dates come as
columns, 5,000 hits at a time, so that it costs by the number of repeated articles, not by that of all.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from indexer.errors import QueryError
from indexer.french import french_number
from indexer.message import Message
from indexer.opensearch.mapping import UNIT_LETTERS, facet_value
from indexer.opensearch.reader import ClusterReader, Json
from indexer.search.request import SearchRequest

ROWS_AT_ONCE = 5000

MOST_ROWS = 500_000
"""Repeated hits that are counted: half a minute."""

Row = dict[str, list[Any]]


class Repeats:
    """By value, how many hits have it that another hit of their story has too."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        """From pairs of a story and a value, one for each hit."""
        self.counts: dict[str, int] = {}
        for (_, value), hits in Counter(pairs).items():
            if hits > 1:
                self.counts[value] = self.counts.get(value, 0) + hits - 1

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())


class StoryRows:
    """The hits of a query that share a story, with their values of some facets and their dates."""

    def __init__(
        self,
        reader: ClusterReader,
        query: Json,
        request: SearchRequest,
        fields: Sequence[str],
        timelines: Sequence[str] = (),
    ) -> None:
        """Of the *query* without the selections of the *request*: these are carried out here."""
        self._request = request
        names = dict.fromkeys((*fields, *request.include, *request.exclude))
        columns = [f"facets.{name}" for name in names]
        columns += [f"{name}.{unit}" for name in timelines for unit in ("dates", *UNIT_LETTERS)]
        self._rows = list(_rows(reader, query, columns))

    @property
    def told(self) -> int:
        """How many hits there are that share a story."""
        return len(self._rows)

    def repeated(self) -> int:
        """How many hits tell a story that another hit tells too."""
        return Repeats((row["story"][0], "") for row in self._left()).total

    def repeated_values(self, field: str, request: SearchRequest) -> tuple[Repeats, int]:
        """The same of every value of a facet, without its own selection, and of those that have none."""
        rows = list(self._left(without=field, request=request))
        name = f"facets.{field}"
        values = Repeats((row["story"][0], facet_value(key)) for row in rows for key in row.get(name, ()))
        return values, Repeats((row["story"][0], "") for row in rows if not row.get(name)).total

    def repeated_dates(self, timeline: str, request: SearchRequest) -> dict[str, Repeats]:
        """The same of every year, month and day of a timeline, and (« year? ») of the hits that know one."""
        rows = list(self._left(request=request))
        found = {}
        for unit in ("dates", *UNIT_LETTERS):
            name = f"{timeline}.{unit}"
            found[unit] = Repeats((row["story"][0], date) for row in rows for date in row.get(name, ()))
            found[f"{unit}?"] = Repeats((row["story"][0], "") for row in rows if row.get(name))
        return found

    def _left(self, *, without: str | None = None, request: SearchRequest | None = None) -> Iterator[Row]:
        """The hits that the selections leave, that of one facet aside."""
        request = request or self._request
        for row in self._rows:
            if all(_is_left(row, name, request) for name in {*request.include, *request.exclude} - {without}):
                yield row


def _is_left(row: Row, name: str, request: SearchRequest) -> bool:
    values = {facet_value(key) for key in row.get(f"facets.{name}", ())}
    wanted = request.include.get(name, ())
    return (not wanted or not values.isdisjoint(wanted)) and values.isdisjoint(request.exclude.get(name, ()))


def _rows(reader: ClusterReader, query: Json, columns: Sequence[str]) -> Iterator[Row]:
    body: Json = {
        "size": ROWS_AT_ONCE,
        "query": {"bool": {"filter": [query, {"exists": {"field": "story"}}]}},
        "docvalue_fields": ["story", *columns],
        "_source": False,
        "sort": ["id"],
        "track_total_hits": True,
    }
    while True:
        found = reader.search(body)["hits"]
        if found["total"]["value"] > MOST_ROWS:
            raise QueryError(
                Message(
                    "Trop d’articles pour compter leurs récits : plus de {most} en partagent un. "
                    "Précisez la recherche.",
                    most=french_number(MOST_ROWS),
                )
            )
        yield from (hit["fields"] for hit in found["hits"])
        if len(found["hits"]) < ROWS_AT_ONCE:
            return
        body["search_after"] = found["hits"][-1]["sort"]
