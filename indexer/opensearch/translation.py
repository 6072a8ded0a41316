"""Query tree -> a query of the cluster: one function for each class of query, as in search/evaluation.py.

What it matches is exactly what the evaluation on one machine matches. What it scores is nearly that: the impacts of the
terms of a word are added up, instead of their frequencies before they are saturated; the best hits are scored again
(searcher.py).
"""

import datetime as dt
import fnmatch
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import singledispatchmethod
from itertools import pairwise
from typing import Any

from whoosh import query as whoosh_query

from indexer.analysis import Kin
from indexer.document import FACETS
from indexer.errors import QueryError
from indexer.index.dictionary import Dictionary
from indexer.index.excerpt import Excerpt
from indexer.index.reader import words_within
from indexer.index.schema import CONTENT, PUBLISHED, TEXT, TITLE, WORD_FIELDS
from indexer.index.weighting import inverse_document_frequency
from indexer.message import Message
from indexer.money import RATES
from indexer.opensearch.mapping import ANY_CURRENCY, document_of, facet_key, feature
from indexer.opensearch.reader import EVERYTHING, ClusterReader, Json
from indexer.search.evaluation import Evaluation
from indexer.search.leaves import SCORED
from indexer.search.query import AmountRange, DateRange, Phrase, TermSet

Query = Any  # whoosh.query.Query: Whoosh has no types

NOTHING: Json = {"match_none": {}}
FIELDS = {CONTENT: ("words",), TITLE: ("title",), TEXT: ("text", "tail")}
"""Where the words of each field stand."""

PHRASE_FIELDS = {CONTENT: ("title", "text"), TITLE: ("title",), TEXT: ("text",)}
"""Where phrases are looked for: none goes from the title on to the text."""

OTHER_FORMS = 0.15
"""What the other forms of a word add to the one that scores most in an article: on one machine frequencies are added
up before they are saturated. Of the first ten 98 % are the same over 5,000 synthetic articles; with 0.3 96, with 1 95.
"""

MOST_SCORED = 24
"""Terms of a word that score in the cluster, the heaviest: each is a clause, and a query has 1,024 at most."""

MOST_CLAUSES = 1000

MOST_TERMS = 65_000
"""Terms of one clause."""

MOST_UNCERTAIN = 1000
"""Documents that are read to tell whether they have a row of words near each other."""

_PAIR = 2


class Translation:
    """Translates queries for one commit; without scores when nobody asks for them."""

    def __init__(self, reader: ClusterReader, *, scored: bool = True) -> None:
        self._reader, self._scored = reader, scored

    def query(self, query: Query) -> Json:
        """The query in the cluster's language; NotImplementedError for a class that is not known."""
        if self._scored:
            self._reader.count_any([word.strong.texts for word in words_of(query)])
        return self._translate(query)

    def _translate(self, query: Query) -> Json:
        translated: Json = self._by_class(query)
        boost = getattr(query, "boost", 1.0)
        return translated if boost == 1 else {"bool": {"must": [translated], "boost": boost}}

    @singledispatchmethod
    def _by_class(self, query: Query) -> Json:
        raise NotImplementedError(f"no translation of {type(query).__name__}")

    @_by_class.register(TermSet)
    def _term_set(self, query: TermSet) -> Json:
        found = having_any(query.texts, FIELDS[query.field])
        return {"bool": {"filter": [found], "should": self._scores([query])}} if query.kin else NOTHING

    def _scores(self, words: Iterable[TermSet]) -> list[Json]:
        """What the words add to the score of a document that has them."""
        found = [list(self._score(word)) for word in words] if self._scored else []
        return [
            scores[0] if len(scores) == 1 else {"dis_max": {"queries": scores, "tie_breaker": OTHER_FORMS}}
            for scores in found
            if scores
        ]

    def _score(self, word: TermSet) -> Iterator[Json]:
        having = self._reader.having_any(word.strong.texts)
        most = inverse_document_frequency(self._reader.size, having) * word.weight
        for kin in word.kin[:MOST_SCORED]:
            boost = most * kin.weight / 255
            if boost > 0:
                yield {"rank_feature": {"field": f"impacts.{feature(kin.term)}", "linear": {}, "boost": boost}}

    @_by_class.register(Phrase)
    def _phrase(self, query: Phrase) -> Json:
        if not all(word.kin for word in query.words):
            return NOTHING
        fields = PHRASE_FIELDS[query.field]
        if len(query.words) <= _PAIR or (query.slop == 1 and query.ordered):
            found = any_of(_row(query, field) for field in fields)
        else:
            found = self._row_of_many(query, fields)
        return {"bool": {"filter": [found], "should": self._scores(query.words)}}

    def _row_of_many(self, query: Phrase, fields: Sequence[str]) -> Json:
        """Several words, each near the one before.

        Of several places of a word the cluster tries only the nearest. What it finds going only on or only back is
        certain; where every pair is near but no such row was found, the documents are read.
        """
        ways = [query.words] if query.ordered else [query.words, query.words[::-1]]
        certain = any_of(_chain(words, query.slop, field) for words in ways for field in fields)
        pairs = [
            Phrase(pair, slop=query.slop, field=query.field, ordered=query.ordered) for pair in pairwise(query.words)
        ]
        possible = any_of({"bool": {"filter": [_row(pair, field) for pair in pairs]}} for field in fields)
        uncertain = {"bool": {"filter": [possible], "must_not": [certain]}}
        sources = self._reader.sources(uncertain, MOST_UNCERTAIN + 1)
        if len(sources) > MOST_UNCERTAIN:
            raise too_much(" ".join(word.kin[0].term for word in query.words))
        if not sources:
            return certain
        documents = [document_of(source) for source in sources]
        excerpt = Excerpt(documents, [None] * len(documents), self._reader)
        evaluation = Evaluation(query, excerpt, scored=False)
        (stretch,) = evaluation.stretches()
        docs = evaluation.matches(stretch).docs
        return any_of(
            [certain, {"terms": {"id": [documents[doc].id for doc in (() if docs is None else docs.tolist())]}}]
        )

    @_by_class.register(whoosh_query.Term)
    def _term(self, query: whoosh_query.Term) -> Json:
        if query.fieldname in WORD_FIELDS:
            return self._term_set(TermSet((Kin(query.text, 1.0),), query.fieldname))
        return only({"term": {f"facets.{_facet(query.fieldname)}": facet_key(query.text)}})

    @_by_class.register(whoosh_query.Phrase)
    def _whoosh_phrase(self, query: whoosh_query.Phrase) -> Json:
        words = tuple(TermSet((Kin(word, 1.0),), query.fieldname) for word in query.words)
        return self._phrase(Phrase(words, slop=query.slop, field=query.fieldname)) if words else NOTHING

    @_by_class.register(whoosh_query.And)
    def _and(self, query: whoosh_query.And) -> Json:
        if not query.subqueries:
            return NOTHING
        wanted = [self._translate(child) for child in query.subqueries if not isinstance(child, whoosh_query.Not)]
        unwanted = [self._translate(child.query) for child in query.subqueries if isinstance(child, whoosh_query.Not)]
        return {"bool": {"must": wanted, "must_not": unwanted, "filter": [EVERYTHING]}}

    @_by_class.register(whoosh_query.Or)
    def _or(self, query: whoosh_query.Or) -> Json:
        return any_of(map(self._translate, query.subqueries))

    @_by_class.register(whoosh_query.Not)
    def _not(self, query: whoosh_query.Not) -> Json:
        return {"bool": {"filter": [EVERYTHING], "must_not": [self._translate(query.query)]}}

    @_by_class.register(whoosh_query.AndNot)
    def _and_not(self, query: whoosh_query.AndNot) -> Json:
        return {"bool": {"must": [self._translate(query.a)], "must_not": [self._translate(query.b)]}}

    @_by_class.register(whoosh_query.AndMaybe)
    def _and_maybe(self, query: whoosh_query.AndMaybe) -> Json:
        return {"bool": {"must": [self._translate(query.a)], "should": [self._translate(query.b)]}}

    @_by_class.register(whoosh_query.ConstantScoreQuery)
    def _constant_score(self, query: whoosh_query.ConstantScoreQuery) -> Json:
        child = Translation(self._reader, scored=False).query(query.child)
        return {"constant_score": {"filter": child, "boost": query.score}}

    @_by_class.register(AmountRange)
    def _amount_range(self, query: AmountRange) -> Json:
        return only(amounts_within(query))

    @_by_class.register(DateRange)
    def _days(self, query: DateRange) -> Json:
        return only(published_between(query.first, query.last))

    @_by_class.register(whoosh_query.Every)
    def _every(self, query: whoosh_query.Every) -> Json:
        if not query.fieldname:
            return only(EVERYTHING)
        if query.fieldname in FIELDS:
            return only(any_of({"exists": {"field": field}} for field in FIELDS[query.fieldname]))
        if query.fieldname == PUBLISHED:
            return only({"exists": {"field": "first_day"}})
        return only({"exists": {"field": f"facets.{_facet(query.fieldname)}"}})

    @_by_class.register(type(whoosh_query.NullQuery))
    def _nothing(self, query: Query) -> Json:  # noqa: ARG002 - as all of them
        return NOTHING

    @_by_class.register(whoosh_query.Prefix)
    def _prefix(self, query: whoosh_query.Prefix) -> Json:
        return self._any_of(query, lambda texts: texts.with_prefix(query.text))

    @_by_class.register(whoosh_query.TermRange)
    def _term_range(self, query: whoosh_query.TermRange) -> Json:
        start = f"{query.start}\0" if query.startexcl and query.start else query.start or ""
        end = query.end if query.end is None or query.endexcl else f"{query.end}\0"
        return self._any_of(query, lambda texts: texts.between(start, end))

    @_by_class.register(whoosh_query.Wildcard)
    def _wildcard(self, query: whoosh_query.Wildcard) -> Json:
        matches = re.compile(fnmatch.translate(query.text)).match
        begins = re.split(r"[*?\[]", query.text, maxsplit=1)[0]
        return self._any_of(
            query, lambda texts: (number for number in texts.with_prefix(begins) if matches(texts[number]))
        )

    @_by_class.register(whoosh_query.FuzzyTerm)
    def _fuzzy_term(self, query: whoosh_query.FuzzyTerm) -> Json:
        known = self._known(query.fieldname)
        return self._having(query, words_within(known, query.text, query.maxdist, query.prefixlength))

    @_by_class.register(whoosh_query.NumericRange)
    def _numeric_range(self, query: whoosh_query.NumericRange) -> Json:
        first = None if query.start is None else int(query.start) + query.startexcl
        last = None if query.end is None else int(query.end) - query.endexcl
        return self._published(query, first, last)

    @_by_class.register(whoosh_query.DateRange)
    def _date_range(self, query: whoosh_query.DateRange) -> Json:
        first = None if query.startdate is None else query.startdate.toordinal() + query.startexcl
        last = None if query.enddate is None else query.enddate.toordinal() - query.endexcl
        return self._published(query, first, last)

    def _published(self, query: Query, first: int | None, last: int | None) -> Json:
        if query.fieldname != PUBLISHED:
            raise ValueError(f"no field of numbers is called {query.fieldname}")
        return self._scored_leaf(query, _between(first, last))

    def _any_of(self, query: Query, find: Callable[[Dictionary], Iterable[int]]) -> Json:
        """What has any of the terms that *find* chooses from the words, or the values, of the query's field."""
        return self._having(query, {texts[at] for texts in self._known(query.fieldname) for at in find(texts)})

    def _known(self, field: str) -> Sequence[Dictionary]:
        return self._reader.dictionaries if field in WORD_FIELDS else [self._reader.facet_dictionary(_facet(field))]

    def _having(self, query: Query, texts: Iterable[str]) -> Json:
        if query.fieldname in WORD_FIELDS:
            return self._scored_leaf(query, having_any(texts, FIELDS[query.fieldname]))
        return self._scored_leaf(query, having_any(map(facet_key, texts), [f"facets.{query.fieldname}"]))

    def _scored_leaf(self, query: Query, found: Json) -> Json:
        return {"constant_score": {"filter": found, "boost": 1.0}} if isinstance(query, SCORED) else only(found)


def only(found: Json) -> Json:
    """What filters, and scores nothing."""
    return {"bool": {"filter": [found]}}


def any_of(found: Iterable[Json]) -> Json:
    """What any of several queries finds, their scores added up."""
    queries = list(found)
    return {"bool": {"should": queries, "minimum_should_match": 1}} if queries else NOTHING


def having_any(texts: Iterable[str], fields: Iterable[str]) -> Json:
    """The documents that have any of *texts* in any of *fields*."""
    ordered = sorted(texts)
    parts = [ordered[at : at + MOST_TERMS] for at in range(0, len(ordered), MOST_TERMS)]
    found = [{"terms": {field: part}} for field in fields for part in parts]
    return found[0] if len(found) == 1 else any_of(found)


def selected(include: Sequence[str], exclude: Sequence[str], field: str) -> Json:
    """The documents that the selection of one facet leaves."""
    name = f"facets.{field}"
    wanted = [{"terms": {name: list(map(facet_key, include))}}] if include else []
    unwanted = [{"terms": {name: list(map(facet_key, exclude))}}] if exclude else []
    return {"bool": {"filter": [EVERYTHING, *wanted], "must_not": unwanted}}


def published_between(first: dt.date | None, last: dt.date | None) -> Json:
    """The documents that may have been published between two days, both included."""
    return _between(*(None if day is None else day.toordinal() for day in (first, last)))


def _between(first: int | None, last: int | None) -> Json:
    filters: list[Json] = [{"exists": {"field": "first_day"}}]
    filters += [] if first is None else [{"range": {"last_day": {"gte": first}}}]
    filters += [] if last is None else [{"range": {"first_day": {"lte": last}}}]
    return {"bool": {"filter": filters}}


def amounts_within(wanted: AmountRange) -> Json:
    """The documents that name a sum that may lie in a range: in its currency, or in one with a known rate."""
    if wanted.currency is None:
        return _sums(ANY_CURRENCY, wanted.lowest, wanted.highest)
    found = []
    into = RATES.rates.get(wanted.currency)
    for code in {wanted.currency, *(RATES.rates if into else ())}:
        factor = 1.0 if code == wanted.currency else (into or math.nan) / RATES.rates[code]
        lowest = None if wanted.lowest is None else _quotient(wanted.lowest, factor, math.inf)
        highest = None if wanted.highest is None else _quotient(wanted.highest, factor, -math.inf)
        found.append(_sums(code, lowest, highest))
    return any_of(found)


def _sums(currency: str, lowest: float | None, highest: float | None) -> Json:
    field = f"amounts.{currency}"
    if lowest is None and highest is None:
        return {"exists": {"field": field}}
    if lowest is not None and highest is not None and lowest > highest:
        # No number converts into so narrow a range; what goes from below it to above it is still in it.
        return {"range": {field: {"gte": highest, "lte": lowest, "relation": "contains"}}}
    ends = {"gte": lowest, "lte": highest}
    given = {name: end for name, end in ends.items() if end is not None}
    return {"range": {field: {**given, "relation": "intersects"}}}


def _quotient(bound: float, factor: float, towards: float) -> float:
    """The number nearest to *bound* / *factor* whose product with the factor is not beyond the bound.

    Sums are converted by multiplication on one machine; this is that, to the last bit.
    """

    def allowed(number: float) -> bool:
        return number * factor >= bound if towards > 0 else number * factor <= bound

    found = bound / factor
    while not allowed(found):
        found = math.nextafter(found, towards)
    while math.isfinite(found) and allowed(before := math.nextafter(found, -towards)):
        found = before
    return found


def words_of(query: Query) -> Iterator[TermSet]:
    """All words of a query, those of phrases and of what is excluded too."""
    if isinstance(query, TermSet):
        yield query
    elif isinstance(query, Phrase):
        yield from query.words
    elif isinstance(query, whoosh_query.Term) and query.fieldname in WORD_FIELDS:
        yield TermSet((Kin(query.text, 1.0),), query.fieldname)
    elif isinstance(query, whoosh_query.Phrase):
        yield from (TermSet((Kin(word, 1.0),), query.fieldname) for word in query.words)
    elif isinstance(query, whoosh_query.And | whoosh_query.Or):
        for child in query.subqueries:
            yield from words_of(child)
    elif isinstance(query, whoosh_query.Not):
        yield from words_of(query.query)
    elif isinstance(query, whoosh_query.AndNot | whoosh_query.AndMaybe):
        yield from words_of(query.a)
        yield from words_of(query.b)
    elif isinstance(query, whoosh_query.ConstantScoreQuery):
        yield from words_of(query.child)


def check_work(query: Query) -> None:
    """Raise QueryError for a query of more clauses than a cluster takes."""
    clauses = {word: min(len(word.kin), MOST_SCORED) + len(PHRASE_FIELDS[word.field]) for word in words_of(query)}
    for leaf in _phrases(query):
        for word in leaf.words:
            clauses[word] = clauses.get(word, 0) + len(word.kin) * len(PHRASE_FIELDS[leaf.field])
    if sum(clauses.values()) > MOST_CLAUSES:
        heaviest = max(clauses, key=lambda word: clauses[word])
        raise too_much(heaviest.kin[0].term if heaviest.kin else "")


def too_much(words: str) -> QueryError:
    """What is said of words that would take too much work."""
    return QueryError(Message("« {words} » demanderait trop de travail : choisissez des mots plus rares.", words=words))


def _phrases(query: Query) -> Iterator[Phrase]:
    if isinstance(query, Phrase):
        yield query
    elif isinstance(query, whoosh_query.And | whoosh_query.Or):
        for child in query.subqueries:
            yield from _phrases(child)
    elif isinstance(query, whoosh_query.Not):
        yield from _phrases(query.query)


def _row(phrase: Phrase, field: str) -> Json:
    """Words side by side, or two words near each other, or a single one, in a field."""
    spans = [_places(word, field) for word in phrase.words]
    if len(spans) == 1:
        return having_any(phrase.words[0].texts, [field])
    if phrase.ordered:
        return _near(spans, phrase.slop)
    return any_of([_near(spans, phrase.slop), _near(spans[::-1], phrase.slop)])


def _chain(words: Sequence[TermSet], slop: int, field: str) -> Json:
    """Words of which each comes shortly after the one before."""
    first, *others = (_places(word, field) for word in words)
    for other in others:
        first = _near([first, other], slop)
    return first


def _near(spans: Sequence[Json], slop: int) -> Json:
    return {"span_near": {"clauses": list(spans), "slop": slop - 1, "in_order": True}}


def _places(word: TermSet, field: str) -> Json:
    clauses: list[Json] = [{"span_term": {field: text}} for text in sorted(word.texts)]
    return clauses[0] if len(clauses) == 1 else {"span_or": {"clauses": clauses}}


def _facet(field: str) -> str:
    if field not in FACETS:
        raise ValueError(f"no field is called {field}")
    return field
