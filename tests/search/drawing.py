"""Query trees and requests drawn at random over the terms and the facet values of documents."""

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

from whoosh import query as whoosh_query
from whoosh.query import MultiTerm

from indexer.analysis import Kin
from indexer.document import FACETS, PartialDate, facet_values
from indexer.index.inversion import LAST_POSITION, TITLE_ROOM
from indexer.index.schema import CONTENT, PUBLISHED, TEXT, TITLE, WORD_FIELDS
from indexer.search import SearchRequest, Sort
from indexer.search.query import Phrase, TermSet
from tests.search.stock_whoosh import StockIndex, analyzed

Query = Any  # whoosh.query.Query: Whoosh has no types
ABSENT = "mirliton"
MANY_TERMS = 60
LETTERS = "abdeéilmnorstu"
EDGES = (TITLE_ROOM - 1, LAST_POSITION - TITLE_ROOM)
"""Where the places end that phrases reach, in titles and in texts."""


class Drawing:
    """Draws from the documents of *stock*. Its trees have *leaves* different leaves, so that each is looked up once."""

    def __init__(self, stock: StockIndex, seed: int, *, leaves: int) -> None:
        self._draw = random.Random(seed)
        self._stock = stock
        some = self._draw.sample(stock.documents, min(len(stock.documents), 300))
        self._texts: dict[str, list[list[str]]] = {TITLE: [], TEXT: []}
        for document in some:
            for field, terms in zip((TITLE, TEXT), analyzed(document), strict=True):
                self._texts[field].append(terms)
        self._facets = [facet_values(document) for document in some]
        self._published = [document.published for document in some]
        kinds: dict[Callable[[], Query], int] = {
            self._term_set: 14,
            self._phrase: 8,
            self._term: 4,
            self._whoosh_phrase: 3,
            self._prefix: 2,
            self._wildcard: 2,
            self._fuzzy_term: 1,
            self._term_range: 2,
            self._numeric_range: 1,
            self._date_range: 1,
            self._every: 1,
            lambda: whoosh_query.NullQuery: 1,
        }
        chosen = self._draw.choices(list(kinds), list(kinds.values()), k=leaves)
        self._leaves = [self._narrowed(kind()) for kind in [*kinds, *chosen]]
        self._dates = [*[None] * 12, *(self._date() for _ in range(12))]

    def tree(self, depth: int = 3) -> Query:
        """A query tree."""
        if not depth or self._draw.random() < 0.3:
            return self._draw.choice(self._leaves)
        few = [self.tree(depth - 1) for _ in range(self._draw.choice([1, 2, 2, 2, 3, 5]))]
        first, last = few[0], few[-1]
        boost = self._draw.choice([1.0, 1.0, 2.0, 0.5])
        kinds: list[Callable[[], Query]] = [
            lambda: whoosh_query.And(few, boost=boost),
            lambda: whoosh_query.And([whoosh_query.Not(query) if query is last else query for query in few]),
            lambda: whoosh_query.Or(few, boost=boost),
            lambda: whoosh_query.Or(few),
            lambda: whoosh_query.Not(first),
            lambda: whoosh_query.AndNot(first, last),
            lambda: whoosh_query.AndMaybe(first, last),
            lambda: whoosh_query.ConstantScoreQuery(first, boost),
        ]
        return self._draw.choice(kinds)()

    def request(self) -> SearchRequest:
        """A request with selections and a span, or without."""
        bare = SearchRequest(q="x", sort=self._draw.choice([None, Sort.NEWEST]))
        if self._draw.random() < 0.4:
            return bare
        return bare.replace(
            include=self._selection(),
            exclude=self._selection(),
            published_from=self._draw.choice(self._dates),
            published_to=self._draw.choice(self._dates),
        )

    def order(self) -> Sort:
        """An order that no score decides."""
        return self._draw.choice([Sort.NEWEST, Sort.OLDEST])

    def number(self) -> int:
        """How many hits are wanted."""
        return self._draw.choice([1, 3, 10, 50, 1000])

    def _narrowed(self, leaf: Query) -> Query:
        """The leaf, but for very many terms told apart by their field, which takes a second."""
        if isinstance(leaf, MultiTerm) and leaf.fieldname in (TITLE, TEXT):
            terms = leaf.expanded_terms(self._stock.reader)
            if sum(1 for _ in zip(terms, range(MANY_TERMS), strict=False)) == MANY_TERMS:
                leaf.fieldname = CONTENT
        return leaf

    def _selection(self) -> dict[str, tuple[str, ...]]:
        names = self._draw.sample(FACETS, self._draw.choice([0, 0, 1, 1, 2]))
        return {
            name: tuple(dict.fromkeys(self._value(name) for _ in range(self._draw.choice([1, 1, 2, 3]))))
            for name in names
        }

    def _value(self, name: str) -> str:
        usual = self._draw.choice(self._facets)[name]
        return self._draw.choice([*usual * 9, self._draw.choice([ABSENT, *self._stock.values[name]])])

    def _run(self, field: str, size: int) -> list[str]:
        """Terms that stand side by side; fewer, or none, where the field is short."""
        terms = self._draw.choice(self._texts[self._draw.choice((TITLE, TEXT)) if field == CONTENT else field])
        places = [self._draw.randrange(len(terms) or 1), *(edge - self._draw.randrange(12) for edge in EDGES)]
        at = self._draw.choice([place for place in places if place <= len(terms)])
        return terms[at : at + size]

    def _word(self, field: str) -> str:
        known = self._run(field, 1) or [ABSENT]
        return self._draw.choice([*known * 4, self._draw.choice([*self._stock.terms, ABSENT])])

    def _word_field(self) -> str:
        return self._draw.choice([CONTENT, CONTENT, CONTENT, TITLE, TEXT])

    def _field(self) -> str:
        return self._draw.choice([self._word_field(), self._word_field(), self._draw.choice(FACETS)])

    def _text(self, field: str) -> str:
        return self._word(field) if field in WORD_FIELDS else self._value(field)

    def _kin(self, word: str) -> tuple[Kin, ...]:
        """The word's kin; or just the word, or words that have nothing to do with it; or none."""
        others = [self._word(CONTENT) for _ in range(self._draw.choice([1, 2, 4, 9]))]
        return self._draw.choice(
            [
                self._stock.classes.kin(word),
                self._stock.classes.kin(word, quoted=True),
                (Kin(word, 1.0),),
                tuple(Kin(other, self._draw.choice([1.0, 0.8, 0.4])) for other in dict.fromkeys([word, *others])),
            ]
        )

    def _term_set(self) -> Query:
        field = self._word_field()
        return TermSet(self._kin(self._word(field)), field)

    def _term(self) -> Query:
        field = self._field()
        return whoosh_query.Term(field, self._text(field))

    def _words(self, field: str, slop: int) -> list[str]:
        """Words that follow each other with gaps, sometimes one too wide or a word in the wrong place."""
        run = self._run(field, 12)
        words, at = [], 0
        for _ in range(self._draw.choice([2, 2, 3, 4])):
            words += run[at : at + 1]
            at += self._draw.randrange(1, slop + 2) if self._draw.random() < 0.3 else slop
        if self._draw.random() < 0.1:
            self._draw.shuffle(words)
        return words or [self._word(field)]

    def _phrase(self) -> Query:
        field, slop = self._word_field(), self._draw.choice([1, 1, 1, 2, 3, 6])
        words = tuple(TermSet(self._kin(word), field) for word in self._words(field, slop))
        return Phrase(words, slop=slop, field=field)

    def _whoosh_phrase(self) -> Query:
        field, slop = self._word_field(), self._draw.choice([1, 1, 2, 4])
        return whoosh_query.Phrase(field, self._words(field, slop), slop=slop)

    def _prefix(self) -> Query:
        field = self._field()
        size = self._draw.choice([1, 2, 2, 3, 3, 4, 20]) if self._draw.random() < 0.95 else 0
        return whoosh_query.Prefix(field, self._text(field)[:size])

    def _wildcard(self) -> Query:
        field = self._field()
        text = self._text(field)
        at = self._draw.randrange(min(len(text) - 1, self._draw.choice([0, 2, 3, 4])), len(text))
        gap = self._draw.choice(["?", "*", f"[{text[at]}xyz]", "[!e]"])
        return whoosh_query.Wildcard(field, text[:at] + gap + text[at + self._draw.choice([0, 1, 1, 2]) :])

    def _fuzzy_term(self) -> Query:
        field = self._field()
        text = self._text(field)
        at = self._draw.randrange(len(text))
        text = text[:at] + self._draw.choice(LETTERS) + text[at + self._draw.choice([0, 1]) :]
        most = self._draw.choice([1, 1, 2])
        begins = min(len(text), self._draw.choice([most, 2]))
        return whoosh_query.FuzzyTerm(field, text, maxdist=most, prefixlength=begins)

    def _term_range(self) -> Query:
        """A range of some terms, or a half open one; its ends need not be terms."""
        field = self._field()
        known = (self._stock.terms if field in WORD_FIELDS else self._stock.values[field]) or [ABSENT]
        at, size = self._draw.randrange(len(known)), self._draw.choice([0, 1, 1, 2, 5, 30])
        texts = [text[: self._draw.choice([2, 4, 20])] for text in (known[at], known[min(at + size, len(known) - 1)])]
        start, end = (text if self._draw.random() < 0.95 else None for text in texts)
        return whoosh_query.TermRange(field, start, end, *self._draw.choices([True, False], k=2))

    def _day(self) -> int:
        """A day at the edge of a span of publication, or near it."""
        known = [day.toordinal() for span in self._published for day in (span.first, span.last) if day]
        return self._draw.choice(known or [dt.date(2020, 2, 29).toordinal()]) + self._draw.choice([-1, 0, 0, 1, 200])

    def _numeric_range(self) -> Query:
        start, end = (self._draw.choice([self._day(), self._day(), None]) for _ in range(2))
        return whoosh_query.NumericRange(PUBLISHED, start, end, *self._draw.choices([True, False], k=2))

    def _date_range(self) -> Query:
        days = [self._draw.choice([self._day(), self._day(), None]) for _ in range(2)]
        start, end = (day and dt.datetime.fromordinal(day) for day in days)
        return whoosh_query.DateRange(PUBLISHED, start, end, *self._draw.choices([True, False], k=2))

    def _date(self) -> PartialDate:
        day = dt.date.fromordinal(self._day()).isoformat()
        return PartialDate.parse(day[: self._draw.choice([4, 7, 10])])

    def _every(self) -> Query:
        return whoosh_query.Every(self._draw.choice([None, PUBLISHED, *WORD_FIELDS, *FACETS]))
