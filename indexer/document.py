"""Document: the record that goes in, shared by every stage."""

import calendar
import datetime as dt
import enum
from collections.abc import Mapping
from hashlib import blake2b
from typing import Self

import msgspec

FACETS = (
    *("date", "source", "country", "kind", "equipment", "designation", "organisation", "person", "topic", "amount"),
    "language",
)
"""The facet fields, in the order in which people read them.

*kind*: what sort of equipment an article names, and the branch of that; *designation*: those of no known equipment;
*amount*: the ranges that its sums of money fall into.
"""

ENTITIES = ("country", "equipment", "organisation", "person")
"""The facet fields whose values are entries of the thesaurus."""


class Precision(enum.StrEnum):
    """How much of a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


class Confidence(enum.StrEnum):
    """How far a date that was read can be trusted."""

    SURE = "sure"
    """Written for machines, or completely."""
    LIKELY = "likely"
    """By a convention (order of day and month, a year of two digits) or from a known date (« hier », « mardi »)."""
    UNSURE = "unsure"
    """A guess."""


class PartialDate(msgspec.Struct, frozen=True, kw_only=True):
    """A date as far as it is known: 2024-03-03, 2022-11, 2023, or nothing.

    >>> PartialDate.parse("2022-11").last
    datetime.date(2022, 11, 30)
    >>> PartialDate().precision
    <Precision.UNKNOWN: 'unknown'>
    """

    date: str | None = None
    precision: Precision = Precision.UNKNOWN

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read YYYY, YYYY-MM or YYYY-MM-DD; ValueError when it is no such date."""
        precision = {4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY}.get(len(text))
        if precision is None or not (text.isascii() and text.replace("-", "").isdigit()):  # weeks are none
            raise ValueError(f"{text!r}: YYYY, YYYY-MM or YYYY-MM-DD expected")
        dt.date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text)  # noqa: PLR2004
        return cls(date=text, precision=precision)

    @property
    def first(self) -> dt.date | None:
        """The first day that it may mean."""
        return dt.date.fromisoformat((self.date + "-01-01")[:10]) if self.date else None

    @property
    def last(self) -> dt.date | None:
        """The last day that it may mean."""
        first = self.first
        if first is None or self.precision is Precision.DAY:
            return first
        month = 12 if self.precision is Precision.YEAR else first.month
        return dt.date(first.year, month, calendar.monthrange(first.year, month)[1])


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """Where a Document was read."""

    path: str
    """The source file from the folder that was named: seeds/002.txt for `vigie index ../seeds`."""
    root: str
    """The absolute folder that *path* starts from."""
    format: str
    """What the file was read as: text, html, feed, json, jsonl or csv."""
    member: str | None = None
    """Inside an archive, which member: « 2024/une.html »."""
    place: str | None = None
    """Inside a file of many articles, which of them: « ligne 12 »."""


class Amount(msgspec.Struct, frozen=True, omit_defaults=True):
    """A sum of money that an article names: *value*, or from *value* to *highest*.

    *currency* is an ISO 4217 code, None when the article does not say; *per* is « an », « mois », « jour », « heure ».
    """

    value: float
    currency: str | None = None
    highest: float | None = None
    per: str | None = None


class Quantity(msgspec.Struct, frozen=True, omit_defaults=True):
    """A number of things that an article names: *value*, or from *value* to *highest*, of *unit*."""

    value: float
    unit: str
    highest: float | None = None


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """One article, cleaned and dated.

    *id* is stable across runs and machines: it depends on the address when there is one, else on the words.
    *language* is an ISO 639-1 code. *confidence* says how far *published* can be trusted; None when nothing is known.
    *facets* maps a name of FACETS to values in order of first appearance. *amounts*, *quantities* and *mentioned* are
    what the article names, in order, nothing twice.
    """

    id: str
    title: str
    text: str
    provenance: Provenance
    url: str | None = None
    source: str | None = None
    published: PartialDate = PartialDate()
    confidence: Confidence | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = "fr"
    facets: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    amounts: tuple[Amount, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    mentioned: tuple[PartialDate, ...] = ()


def facet_values(document: Document) -> dict[str, tuple[str, ...]]:
    """The values that *document* counts under, for every facet; the date counts by year."""
    year = (document.published.date[:4],) if document.published.date else ()
    source = (document.source,) if document.source else ()
    found = {name: document.facets.get(name, ()) for name in FACETS}
    return found | {"date": year, "source": source, "language": (document.language,)}


def document_number(document_id: str) -> int:
    """A number for an id, of 63 bits: that two of a hundred million articles share one has a chance of 1 in 2,000."""
    return int.from_bytes(blake2b(document_id.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") >> 1
