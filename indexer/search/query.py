"""The leaves of a query: what a reader typed, and the weighted terms that stand for it in one index.

The branches are Whoosh's own And, Or, Not, Every and NullQuery.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from whoosh import query as whoosh_query

from indexer.analysis import Kin
from indexer.index.schema import CONTENT, TEXT, TITLE
from indexer.message import Message

FIELD_NAMES: Mapping[str, str] = {
    TITLE: Message("titre"),
    TEXT: Message("texte"),
    "country": Message("pays"),
    "equipment": Message("arme"),
    "kind": Message("type"),
    "designation": Message("désignation"),
    "organisation": Message("organisation"),
    "person": Message("personne"),
    "topic": Message("sujet"),
    "source": Message("source"),
    "language": Message("langue"),
}
"""How a reader names the fields that a query can name."""


class Wording(NamedTuple):
    """How queries are written out: the parser reads both languages."""

    both: str
    either: str
    but: str
    quoted: str
    fields: Mapping[str, str]


FRENCH = Wording(" ET ", " OU ", "SAUF", "« {} »", FIELD_NAMES)
ENGLISH = Wording(
    *(" AND ", " OR ", "NOT", "“{}”"),
    {TITLE: "title", TEXT: "text", **{field: field for field in FIELD_NAMES if field not in {TITLE, TEXT}}},
)


class Leaf(whoosh_query.Query):
    """A leaf that compares by what it holds."""

    def __init__(self, *content: Any) -> None:  # noqa: ANN401
        self.content = content

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.content == getattr(other, "content", None)

    def __hash__(self) -> int:
        return hash((type(self).__name__, self.content))

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self.content!r}"

    def is_leaf(self) -> bool:
        """Whoosh asks before it looks for children."""
        return True


class Words(Leaf):
    """What was typed as one piece: a word, a compound (« sous-marin ») or a quotation. Several terms are a phrase."""

    def __init__(
        self, text: str, terms: tuple[str, ...], *, quoted: bool = False, field: str = CONTENT, weight: float = 1.0
    ) -> None:
        super().__init__(text, terms, quoted, field, weight)
        self.text, self.terms, self.quoted, self.field, self.weight = text, terms, quoted, field, weight

    def weighing(self, weight: float) -> "Words":
        """The same, with another weight."""
        return Words(self.text, self.terms, quoted=self.quoted, field=self.field, weight=weight)


class TermSet(Leaf):
    """One word as the weighted terms that stand for it; none at all when the index has none."""

    def __init__(self, kin: tuple[Kin, ...], field: str = CONTENT, *, weight: float = 1.0) -> None:
        super().__init__(kin, field, weight)
        self.kin, self.field, self.weight = kin, field, weight

    @cached_property
    def texts(self) -> frozenset[str]:
        """The terms without their weights."""
        return frozenset(kin.term for kin in self.kin)

    @property
    def strong(self) -> "TermSet":
        """Without the terms that only look like the word."""
        if all(kin.strong for kin in self.kin):
            return self
        return TermSet(tuple(kin for kin in self.kin if kin.strong), self.field, weight=self.weight)


class Phrase(Leaf):
    """Words that follow each other, each a TermSet, at most *slop* places after the one before: 1 is side by side.

    Or before it, when they are not *ordered*.
    """

    def __init__(
        self, words: tuple[TermSet, ...], *, slop: int = 1, field: str = CONTENT, ordered: bool = True
    ) -> None:
        super().__init__(words, slop, field, ordered)
        self.words, self.slop, self.field, self.ordered = words, slop, field, ordered


class Prefix(Leaf):
    """How a word begins, « balisti* »; of several terms, as in « missile balisti* », the last one's beginning."""

    def __init__(self, text: str, terms: tuple[str, ...], *, quoted: bool = False, field: str = CONTENT) -> None:
        super().__init__(text, terms, quoted, field)
        self.text, self.terms, self.quoted, self.field = text, terms, quoted, field


class Fuzzy(Leaf):
    """A word that may be spelt with a few other letters, *edits* of them at most: « Rheinmetal~ »."""

    def __init__(self, text: str, term: str, edits: int, *, field: str = CONTENT) -> None:
        super().__init__(text, term, edits, field)
        self.text, self.term, self.edits, self.field = text, term, edits, field


class Near(Leaf):
    """Words of which each stands at most *slop* places from the one before it, on either side: « "aide Ukraine"~5 »."""

    def __init__(self, text: str, terms: tuple[str, ...], slop: int, *, field: str = CONTENT) -> None:
        super().__init__(text, terms, slop, field)
        self.text, self.terms, self.slop, self.field = text, terms, slop, field


class Name(whoosh_query.Or):
    """A name as it was typed, or any other name of the same thing."""


class Value(Leaf):
    """A facet value as it was typed: « pays:Ukraine », « arme:"leopard 2" »."""

    def __init__(self, text: str, field: str) -> None:
        super().__init__(text, field)
        self.text, self.field = text, field


class AmountRange(Leaf):
    """A sum of money from *lowest* to *highest*, both included, in *currency*, an ISO 4217 code.

    Sums in other currencies are compared in euros; without a currency all are, as they are written.
    """

    def __init__(
        self, lowest: float | None, highest: float | None, currency: str | None = None, *, written: str = ""
    ) -> None:
        super().__init__(lowest, highest, currency)
        self.lowest, self.highest, self.currency = lowest, highest, currency
        self.written = written
        """As it was typed."""


class DateRange(Leaf):
    """What may have been published from the day *first* to the day *last*, both included; either may be open."""

    def __init__(self, first: dt.date | None, last: dt.date | None, *, written: str = "") -> None:
        super().__init__(first, last)
        self.first, self.last = first, last
        self.written = written
        """As it was typed."""


def leaves(query: whoosh_query.Query) -> Iterator[whoosh_query.Query]:
    """The leaves of *query* that a document is found by: those under a Not are left out."""
    if isinstance(query, whoosh_query.And | whoosh_query.Or):
        for child in query.subqueries:
            yield from leaves(child)
    elif isinstance(query, whoosh_query.AndMaybe):
        yield from leaves(query.a)
        yield from leaves(query.b)
    elif isinstance(query, whoosh_query.ConstantScoreQuery):
        yield from leaves(query.child)
    elif not isinstance(query, whoosh_query.Not):
        yield query


def simplify(query: whoosh_query.Query) -> whoosh_query.Query | None:
    """*query* with nested groups of one kind joined and groups of one child opened; None when nothing is left of it.

    Exclusions alone exclude from everything: Whoosh's And would find nothing.
    """
    if isinstance(query, whoosh_query.Not):
        child = simplify(query.query)
        return child.query if isinstance(child, whoosh_query.Not) else whoosh_query.Not(child) if child else None
    if not isinstance(query, whoosh_query.And | whoosh_query.Or):
        return None if query == whoosh_query.NullQuery else query
    kind = type(query)
    children: list[whoosh_query.Query] = []
    for child in filter(None, map(simplify, query.subqueries)):
        children.extend(child.subqueries if type(child) is kind and child.boost == 1 else [child])
    if kind is whoosh_query.And and children and all(isinstance(child, whoosh_query.Not) for child in children):
        children.insert(0, whoosh_query.Every())
    if len(children) > 1 or (children and query.boost != 1):
        return kind(children, boost=query.boost)
    return next(iter(children), None)


def describe(query: whoosh_query.Query, wording: Wording = FRENCH) -> str:
    """The query as a reader would write it in full."""
    quoted = wording.quoted.format
    match query:
        case Words():
            said = quoted(query.text.strip()) if query.quoted else query.text
            said = _in_field(said, query.field, wording)
        case Value():
            said = f"{wording.fields[query.field]}:{query.text if query.text.isalnum() else quoted(query.text)}"
        case Prefix():
            said = _in_field(quoted(f"{query.text}*") if query.quoted else f"{query.text}*", query.field, wording)
        case Fuzzy():
            said = _in_field(f"{query.text}~{query.edits}", query.field, wording)
        case Near():
            said = _in_field(f"{quoted(query.text.strip())}~{query.slop}", query.field, wording)
        case AmountRange() | DateRange():
            said = query.written
        case whoosh_query.Not():
            said = f"{wording.but} {_bracketed(query.query, wording)}"
        case whoosh_query.And():
            shown = [child for child in query.subqueries if not isinstance(child, whoosh_query.Every)]
            joined = wording.both.join(_bracketed(child, wording) for child in shown)
            said = joined.replace(f"{wording.both}{wording.but} ", f" {wording.but} ")
        case whoosh_query.Or():
            said = wording.either.join(_bracketed(child, wording) for child in query.subqueries)
        case _:
            said = ""
    return said


def _in_field(said: str, field: str, wording: Wording) -> str:
    return f"{wording.fields[field]}:{said}" if field in wording.fields else said


def _bracketed(query: whoosh_query.Query, wording: Wording) -> str:
    said = describe(query, wording)
    return f"({said})" if isinstance(query, whoosh_query.And | whoosh_query.Or) else said
