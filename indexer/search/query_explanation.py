"""How is this query understood? Every part of it, what it stands for, what is left out, and why."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec
from whoosh import query as whoosh_query

from indexer.analysis import Classes, Kin, fold
from indexer.document import Amount
from indexer.french import french_amount, french_span
from indexer.index import IndexReader
from indexer.index.schema import CONTENT
from indexer.message import Message
from indexer.search.parser import local_day, parse_query
from indexer.search.patterns import Patterns
from indexer.search.query import (
    FIELD_NAMES,
    FRENCH,
    AmountRange,
    DateRange,
    Fuzzy,
    Near,
    Phrase,
    Prefix,
    TermSet,
    Value,
    Wording,
    Words,
    describe,
    leaves,
)
from indexer.search.request import SearchRequest
from indexer.search.results import Correction, Relaxation
from indexer.search.searcher import Searcher
from indexer.search.understanding import add_variants, drop_stop_words, find_values, join_compounds
from indexer.thesaurus import Thesaurus

Kind = Literal["word", "name", "quotation", "prefix", "fuzzy", "near", "value", "date", "amount"]
Relation = Literal["own", "accents", "inflection", "beginning", "letters"]


class StandIn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A term of the index that a word finds."""

    term: str
    weight: float
    """What an occurrence counts beside one of the word itself."""
    relation: Relation
    articles: int | None = None
    """How many have it; None without an index."""


class QueryPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a query as it was typed, and what it stands for."""

    text: str
    kind: Kind
    field: str | None = None
    """What readers call the field that it is looked for in."""
    excluded: bool = False
    left_out: bool = False
    """A function word, which need not be there."""
    terms: tuple[StandIn, ...] = ()
    names: tuple[str, ...] = ()
    """Other names of the same thing; of a facet value, the values that it means."""
    meaning: str | None = None
    """The days, the sums, the distance: a Message or a Figure."""


class QueryExplanation(msgspec.Struct, frozen=True, kw_only=True):
    """A query, part by part. What depends on an index is missing without one."""

    q: str
    understood: str
    parts: tuple[QueryPart, ...]
    notices: tuple[str, ...]
    corrections: tuple[Correction, ...] = ()
    relaxation: Relaxation | None = None
    articles: int | None = None
    """How many the query finds."""


def explain_query(
    text: str,
    thesaurus: Thesaurus,
    reader: IndexReader | None = None,
    *,
    today: dt.date | None = None,
    wording: Wording = FRENCH,
) -> QueryExplanation:
    """How *text* is understood, over an index when there is one; QueryError when it cannot be."""
    day = today or local_day()
    parsed = parse_query(text, today=day)
    tree = join_compounds(parsed.tree)
    explained = QueryExplanation(
        q=text,
        understood=describe(drop_stop_words(tree), wording),
        parts=tuple(_parts(tree, thesaurus, _Terms(reader))),
        notices=parsed.notices,
    )
    if reader is None:
        return explained
    found = Searcher(reader, thesaurus, cache=0, today=lambda: day).search(SearchRequest(q=text, facets=(), size=1))
    report = found.query
    return msgspec.structs.replace(
        explained,
        understood=report.understood,
        notices=report.notices,
        corrections=report.corrections,
        relaxation=report.relaxation,
        articles=found.total.value,
    )


def _parts(tree: whoosh_query.Query, thesaurus: Thesaurus, terms: "_Terms") -> Iterator[QueryPart]:
    kept = set(leaves(drop_stop_words(tree)))
    names = {expansion.name: expansion.variants for expansion in add_variants(tree, thesaurus, lambda _: ())[1]}
    for leaf, excluded in _leaves(tree):
        if not isinstance(leaf, whoosh_query.Every):
            part = _part(leaf, thesaurus, terms)
            left_out = isinstance(leaf, Words) and not excluded and leaf not in kept
            others = names.pop(part.text, part.names)
            yield msgspec.structs.replace(part, excluded=excluded, left_out=left_out, names=others)
    for name, variants in names.items():  # of several words
        yield QueryPart(text=name, kind="name", names=variants)


def _leaves(tree: whoosh_query.Query, *, excluded: bool = False) -> Iterator[tuple[whoosh_query.Query, bool]]:
    """Every leaf, and whether it is excluded."""
    if isinstance(tree, whoosh_query.Not):
        yield from _leaves(tree.query, excluded=not excluded)
    elif isinstance(tree, whoosh_query.And | whoosh_query.Or):
        for child in tree.subqueries:
            yield from _leaves(child, excluded=excluded)
    else:
        yield tree, excluded


def _part(leaf: whoosh_query.Query, thesaurus: Thesaurus, terms: "_Terms") -> QueryPart:
    match leaf:
        case Words():
            kind: Kind = "quotation" if leaf.quoted else "word"
            part = QueryPart(text=leaf.text.strip(), kind=kind, terms=terms.of_words(leaf.terms, quoted=leaf.quoted))
        case Prefix():
            part = QueryPart(text=f"{leaf.text}*", kind="prefix", terms=terms.of_pattern(leaf, "beginning"))
        case Fuzzy():
            found = terms.of_pattern(leaf, "letters")
            meaning: str = Message(
                "à une lettre près, la première gardée",
                "à {number} lettres près, la première gardée",
                number=leaf.edits,
            )
            part = QueryPart(text=f"{leaf.text}~{leaf.edits}", kind="fuzzy", terms=found, meaning=meaning)
        case Near():
            found = terms.of_words(leaf.terms, quoted=True)
            meaning = Message(
                "chacun à {number} mot au plus du précédent, avant ou après lui",
                "chacun à {number} mots au plus du précédent, avant ou après lui",
                number=leaf.slop,
            )
            part = QueryPart(text=leaf.text.strip(), kind="near", terms=found, meaning=meaning)
        case Value():
            part = QueryPart(text=leaf.text, kind="value", names=_values(leaf, thesaurus, terms.reader))
        case DateRange():
            part = QueryPart(text=leaf.written, kind="date", meaning=french_span(leaf.first, leaf.last))
        case AmountRange():
            part = QueryPart(text=leaf.written, kind="amount", meaning=_sums(leaf))
        case _:
            raise NotImplementedError(f"no explanation of {type(leaf).__name__}")
    return msgspec.structs.replace(part, field=FIELD_NAMES.get(getattr(leaf, "field", CONTENT)))


def _values(value: Value, thesaurus: Thesaurus, reader: IndexReader | None) -> tuple[str, ...]:
    if reader is None:
        return tuple(entry.label for kind, entry in thesaurus.named(value.text) if kind == value.field)
    found, unknown = find_values(value, thesaurus, reader)
    return () if unknown else tuple(leaf.text for leaf in leaves(found))


def _sums(amount: AmountRange) -> str:
    lowest, highest = (
        None if end is None else french_amount(Amount(round(end, 2), amount.currency))
        for end in (amount.lowest, amount.highest)
    )
    if lowest and highest:
        return lowest if lowest == highest else Message("de {lowest} à {highest}", lowest=lowest, highest=highest)
    return Message("à partir de {sum}", sum=lowest) if lowest else Message("jusqu’à {sum}", sum=highest)


class _Terms:
    """The terms that parts stand for; without an index, the typed ones."""

    def __init__(self, reader: IndexReader | None) -> None:
        self.reader = reader
        self._classes = Classes(reader) if reader else None
        self._patterns = Patterns(reader) if reader else None

    def of_words(self, words: tuple[str, ...], *, quoted: bool) -> tuple[StandIn, ...]:
        """The terms of every word, in turn."""
        return tuple(each for word in words for each in self._kin(word, quoted=quoted))

    def of_pattern(self, pattern: Prefix | Fuzzy, relation: Relation) -> tuple[StandIn, ...]:
        """The terms that a pattern finds, its own words first."""
        if self._patterns is None:
            return ()
        typed = pattern.terms if isinstance(pattern, Prefix) else (pattern.term,)
        return tuple(
            self._stand_in(Kin(kin.term, round(kin.weight * word.weight, 2)), _relation(kin.term, typed, relation))
            for word in _words(self._patterns.expand(pattern))
            for kin in word.kin
        )

    def _kin(self, term: str, *, quoted: bool) -> Iterable[StandIn]:
        if self._classes is None:
            return [StandIn(term=term, weight=1.0, relation="own")]
        found = self._classes.kin(term, quoted=quoted)
        return [self._stand_in(kin, _relation(kin.term, (term,), "inflection")) for kin in found]

    def _stand_in(self, kin: Kin, relation: Relation) -> StandIn:
        articles = self.reader.doc_frequency(CONTENT, kin.term) if self.reader else None
        return StandIn(term=kin.term, weight=kin.weight, relation=relation, articles=articles)


def _relation(term: str, typed: tuple[str, ...], otherwise: Relation) -> Relation:
    if term in typed:
        return "own"
    return "accents" if fold(term) in map(fold, typed) else otherwise


def _words(query: whoosh_query.Query) -> Iterator[TermSet]:
    for leaf in leaves(query):
        yield from leaf.words if isinstance(leaf, Phrase) else (leaf,)
