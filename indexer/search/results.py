"""SearchResults: the one answer, which the page, the JSON and the command line all render."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from indexer.document import Amount, PartialDate

TIMELINES = ("published", "mentioned")
"""What there are timelines of: the days of publication, and the dates that articles speak of."""


class Expansion(msgspec.Struct, frozen=True, kw_only=True):
    """Other names that were searched for along with *name*."""

    name: str
    variants: tuple[str, ...]


class QueryReport(msgspec.Struct, frozen=True, kw_only=True):
    """The query as given and as understood, and everything the reader should know of the difference."""

    q: str
    understood: str
    corrections: tuple[str, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    notices: tuple[str, ...] = ()
    """Sentences in French."""


class Total(msgspec.Struct, frozen=True, kw_only=True):
    """How many documents match."""

    value: int
    relation: Literal["eq"] = "eq"


class IndexState(msgspec.Struct, frozen=True, kw_only=True):
    """The commit that answered."""

    generation: int
    documents: int
    committed: str
    """UTC, ISO 8601 to the second."""


class Snippet(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a field as plain text; *marks* are [start, end) offsets of the matched words, in characters."""

    field: Literal["title", "text"]
    text: str
    marks: tuple[tuple[int, int], ...]


class Versions(msgspec.Struct, frozen=True, kw_only=True):
    """The story that a document shares with others: how many tell it, from how many sources."""

    id: str
    """The value of the parameter `story` that finds them."""
    versions: int
    sources: int


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One document found."""

    id: str
    title: str
    url: str | None
    source: str | None
    path: str
    language: str
    published: PartialDate
    score: float
    snippets: tuple[Snippet, ...]
    facets: Mapping[str, tuple[str, ...]]
    amounts: tuple[Amount, ...] = ()
    """The sums of money that it names, the largest first, in euros; last those without a rate."""
    story: Versions | None = None


class FacetValue(msgspec.Struct, frozen=True, kw_only=True):
    """A value of a facet and how many of the hits have it."""

    value: str
    label: str
    count: int
    selected: bool = False
    excluded: bool = False


class Facet(msgspec.Struct, frozen=True, kw_only=True):
    """The values of one facet field, most frequent first (dates: newest first), counted without its own selection.

    *missing* counts the documents without any value, *other* adds up the counts of the values not shown.
    """

    values: tuple[FacetValue, ...]
    missing: int
    other: int
    note: str | None = None
    """What the reader should know of how it was counted, in French."""


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """A year, month or day (YYYY, YYYY-MM, YYYY-MM-DD), and how many of the hits are in it."""

    date: str
    count: int


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """Bars in order, those of 0 left out.

    *coarser* counts the hits whose date is known less well than the unit asks; *missing* those without any date.
    """

    unit: Literal["year", "month", "day"]
    bars: tuple[Bar, ...]
    coarser: int
    missing: int


class Links(msgspec.Struct, frozen=True, kw_only=True):
    """Addresses of this answer and of its neighbours."""

    self: str
    next: str | None
    prev: str | None


class SearchResults(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one SearchRequest."""

    query: QueryReport
    total: Total
    partial: bool = False
    """Whether the search was cut short."""
    took_ms: float
    index: IndexState
    hits: tuple[Hit, ...]
    facets: Mapping[str, Facet]
    timelines: Mapping[str, Timeline] = msgspec.field(default_factory=dict)
    links: Links

    def to_json(self) -> bytes:
        """The answer as the endpoint and `vigie search --json` give it."""
        return msgspec.json.encode(self)
