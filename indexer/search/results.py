"""SearchResults: the one answer, which the page, the JSON and the command line all render."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from indexer.document import Amount, PartialDate
from indexer.message import Message, joined

TIMELINES = ("published", "mentioned")
"""What there are timelines of: the days of publication, and the dates that articles speak of."""


class Expansion(msgspec.Struct, frozen=True, kw_only=True):
    """Other names that were searched for along with *name*."""

    name: str
    variants: tuple[str, ...]


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """A word that is in no article, and the one that was searched for instead."""

    typed: str
    corrected: str


class Relaxation(msgspec.Struct, frozen=True, kw_only=True):
    """What was not asked for any more, because almost no article has all the words."""

    complete: int
    """Articles with all of them; they come first."""
    dropped: tuple[str, ...]
    """Words that an article need not have."""
    any_word: bool = False
    """Whether any one word is enough."""

    @property
    def sentence(self) -> Message:
        """What the reader should know of it."""
        complete = Message(
            "Un seul article contient tous les mots",
            "Seuls {number} articles contiennent tous les mots",
            number=self.complete,
        )
        if not self.complete:
            complete = Message("Aucun article ne contient tous les mots")
        if self.any_word and self.complete:
            return Message("{complete} : les suivants en contiennent au moins un.", complete=complete)
        if self.any_word:
            return Message("{complete} : voici ceux qui en contiennent au moins un.", complete=complete)
        *words, last = (Message("« {word} »", word=word) for word in self.dropped)
        if not words:
            return Message("{complete} : {word} n’est pas exigé.", complete=complete, word=last)
        return Message(
            "{complete} : {words} et {last} ne sont pas exigés.",
            complete=complete,
            words=joined(", ", words),
            last=last,
        )


class QueryReport(msgspec.Struct, frozen=True, kw_only=True):
    """The query as given and as understood, and everything the reader should know of the difference."""

    q: str
    understood: str
    corrections: tuple[Correction, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    relaxation: Relaxation | None = None
    question: bool = False
    """Whether it was read as a question: any of its words will do, and names count more."""
    notices: tuple[str, ...] = ()
    """Sentences in French, each a Message."""


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
    degraded: bool = False
    """Whether a newer commit is there that cannot be read."""


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


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a score: what it is for, in French, and what it adds, or what the sum before it is multiplied by."""

    label: str
    value: float
    factor: bool = False
    parts: tuple["Part", ...] = ()


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
    authors: tuple[str, ...] = ()
    amounts: tuple[Amount, ...] = ()
    """The sums of money that it names, the largest first, in euros; last those without a rate."""
    story: Versions | None = None
    explanation: tuple[Part, ...] = ()
    """The parts of the score, when the request asks for them: they add up, and the factors apply to all before them."""


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
    """Addresses of this answer, of its neighbours, and of the same search for people and for those who follow it."""

    self: str
    next: str | None
    prev: str | None
    html: str
    atom: str


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
        return msgspec.json.encode(self, enc_hook=str)
