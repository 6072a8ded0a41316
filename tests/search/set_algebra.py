"""What any query tree, selection and span find among documents, by set algebra over what stock Whoosh finds of a leaf.

Phrases with gaps and spans of days, which stock Whoosh has not, are read off the documents in plain Python.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property, reduce
from operator import and_, or_

from whoosh import query as whoosh_query

from indexer.analysis import Kin, fold
from indexer.document import FACETS
from indexer.index.inversion import LAST_POSITION, TITLE_ROOM
from indexer.index.schema import CONTENT, PUBLISHED, TEXT, TITLE
from indexer.money import RANGES
from indexer.search import SearchRequest, Sort
from indexer.search.query import Phrase, TermSet
from tests.search.stock_whoosh import StockIndex, analyzed, bits, members, to_whoosh

FIRST_VALUES = 12
"""Values shown of a facet, besides those selected."""
Places = Mapping[str, Sequence[int]]
"""Where each term of a field stands."""
Value = tuple[str, int, bool, bool]
"""A facet value with its count, and whether it is selected or excluded."""
Counts = tuple[tuple[Value, ...], int, int]
"""The values of a facet that are shown, how many hits have none, and how often the others were counted."""


class SetAlgebra:
    """The documents of a stock index as sets: ints, a bit for each document."""

    def __init__(self, stock: StockIndex) -> None:
        self.stock = stock
        self.everything = (1 << len(stock.documents)) - 1
        self.leaf = cache(self._leaf)
        self.value = cache(self._value)
        self.published_between = cache(self._published_between)
        self.sequence = cache(self._sequence)

    def matching(self, tree: whoosh_query.Query) -> int:
        """The documents that match *tree*."""
        match tree:
            case whoosh_query.And():
                found = reduce(and_, map(self.matching, tree.subqueries), self.everything)
            case whoosh_query.Or():
                found = reduce(or_, map(self.matching, tree.subqueries), 0)
            case whoosh_query.Not():
                found = self.everything & ~self.matching(tree.query)
            case whoosh_query.AndNot():
                found = self.matching(tree.a) & ~self.matching(tree.b)
            case whoosh_query.AndMaybe():
                found = self.matching(tree.a)
            case whoosh_query.ConstantScoreQuery():
                found = self.matching(tree.child)
            case _:
                found = self.leaf(tree)
        return found

    def hits(self, tree: whoosh_query.Query, request: SearchRequest) -> int:
        """The documents that match *tree* and that every selection and the span of *request* leave."""
        return reduce(and_, self._selections(request).values(), self._matching_in_span(tree, request))

    def facets(self, tree: whoosh_query.Query, request: SearchRequest, among: int) -> dict[str, Counts]:
        """Every facet of *request*, counted without its own selection over the documents *among*."""
        matching, selections = self._matching_in_span(tree, request) & among, self._selections(request)
        return {
            name: self._count(
                name, request, reduce(and_, (kept for other, kept in selections.items() if other != name), matching)
            )
            for name in request.facets
        }

    def in_order(self, found: int, order: Sort) -> Iterator[int]:
        """The documents of a set by date, undated ones last, then by id."""
        wanted = set(members(found))
        return (place for place in self._by_date[order] if place in wanted)

    def _leaf(self, tree: whoosh_query.Query) -> int:
        match tree:
            case Phrase() | whoosh_query.Phrase():
                return self._phrase(tree)
            case whoosh_query.DateRange():
                first, last = (day and day.toordinal() for day in (tree.startdate, tree.enddate))
                return self._range(tree, first, last)
            case whoosh_query.NumericRange():
                return self._range(tree, tree.start, tree.end)
            case whoosh_query.Every() if tree.fieldname == PUBLISHED:
                return self.published_between(None, None)
        return self.stock.find(to_whoosh(tree))

    def _range(self, tree: whoosh_query.NumericRange, first: int | None, last: int | None) -> int:
        return self.published_between(
            None if first is None else first + tree.startexcl, None if last is None else last - tree.endexcl
        )

    def _phrase(self, phrase: Phrase | whoosh_query.Phrase) -> int:
        """Stock Whoosh finds words side by side; those further apart, or near the end of positions, are looked for."""
        if not isinstance(phrase, Phrase):
            words = tuple(TermSet((Kin(word, 1.0),), phrase.fieldname) for word in phrase.words)
            phrase = Phrase(words, slop=phrase.slop, field=phrase.fieldname)
        if phrase.slop == 1 and not self.beyond_reach:
            return self.stock.find(to_whoosh(phrase))
        return self.sequence(phrase)

    def _sequence(self, phrase: Phrase) -> int:
        """The documents in which the words follow each other near enough, by reading them."""
        candidates = reduce(and_, (self.leaf(TermSet(word.kin, phrase.field)) for word in phrase.words))
        fields = (TITLE, TEXT) if phrase.field == CONTENT else (phrase.field,)
        words = [word.texts for word in phrase.words]
        found = (
            place
            for place in members(candidates)
            if any(follow(words, phrase.slop, self._places[place][field]) for field in fields)
        )
        return bits(found, len(self.stock.documents))

    @cached_property
    def _places(self) -> list[dict[str, Places]]:
        """The places that phrases reach, of every document and field."""
        reach = {TITLE: TITLE_ROOM - 1, TEXT: LAST_POSITION - TITLE_ROOM}
        return [
            {field: _places(terms[: reach[field]]) for field, terms in zip((TITLE, TEXT), both, strict=True)}
            for both in map(analyzed, self.stock.documents)
        ]

    @cached_property
    def beyond_reach(self) -> bool:
        """Whether any text has terms that no phrase reaches."""
        longest = max(document.text.count(" ") for document in self.stock.documents)
        return longest >= LAST_POSITION - TITLE_ROOM

    def _published_between(self, first: int | None, last: int | None) -> int:
        """The documents that may have been published then."""
        found = (
            at
            for at, (begin, end) in self._spans.items()
            if (first is None or end >= first) and (last is None or begin <= last)
        )
        return bits(found, len(self.stock.documents))

    @cached_property
    def _spans(self) -> dict[int, tuple[int, int]]:
        """The first and the last day of every document that has a date."""
        dates = [(document.published.first, document.published.last) for document in self.stock.documents]
        return {at: (first.toordinal(), last.toordinal()) for at, (first, last) in enumerate(dates) if first and last}

    @cached_property
    def _by_date(self) -> dict[Sort, list[int]]:
        ids = {at: document.id for at, document in enumerate(self.stock.documents)}
        undated = sorted(ids.keys() - self._spans.keys(), key=ids.__getitem__)
        oldest = sorted(self._spans, key=lambda at: (self._spans[at][0], ids[at]))
        newest = sorted(self._spans, key=lambda at: (-self._spans[at][0], ids[at]))
        return {Sort.OLDEST: oldest + undated, Sort.NEWEST: newest + undated}

    def _matching_in_span(self, tree: whoosh_query.Query, request: SearchRequest) -> int:
        first = request.published_from and request.published_from.first
        last = request.published_to and request.published_to.last
        if not first and not last:
            return self.matching(tree)
        return self.matching(tree) & self.published_between(first and first.toordinal(), last and last.toordinal())

    def _value(self, name: str, value: str) -> int:
        return self.stock.find(whoosh_query.Term(name, value))

    def _selections(self, request: SearchRequest) -> dict[str, int]:
        """What the selections of each facet leave."""
        left = {}
        for name in {*request.include, *request.exclude}:
            wanted = [self.value(name, value) for value in request.include.get(name, ())]
            unwanted = [self.value(name, value) for value in request.exclude.get(name, ())]
            left[name] = (reduce(or_, wanted) if wanted else self.everything) & ~reduce(or_, unwanted, 0)
        return left

    def _count(self, name: str, request: SearchRequest, hits: int) -> Counts:
        counts = {value: (hits & having).bit_count() for value, having in self._values[name]}
        first = (value for value in counts if counts[value])
        shown = sorted(first, key=lambda value: -counts[value] if name != "date" else -int(value))[:FIRST_VALUES]
        selected, excluded = request.include.get(name, ()), request.exclude.get(name, ())
        if selected or excluded:
            shown = list(dict.fromkeys([*shown, *selected, *excluded]))
            shown.sort(key=lambda value: (-counts.get(value, 0), fold(value), value))
            if name == "date":
                shown.sort(reverse=True)
        if name == "amount":
            shown.sort(key=lambda value: [*RANGES, value].index(value))
        values = tuple((value, counts.get(value, 0), value in selected, value in excluded) for value in shown)
        missing = (hits & ~reduce(or_, (having for _, having in self._values[name]), 0)).bit_count()
        return values, missing, sum(counts.values()) - sum(count for _, count, _, _ in values)

    @cached_property
    def _values(self) -> dict[str, list[tuple[str, int]]]:
        """The values of every facet in the order in which a reader sorts them, and their documents."""
        return {
            name: [(value, self.value(name, value)) for value in sorted(self.stock.values[name], key=_as_sorted)]
            for name in FACETS
        }


def follow(words: Sequence[frozenset[str]], slop: int, places: Places) -> bool:
    """Whether a term of each of *words* stands at most *slop* places after one of the word before."""
    ends = {at for term in words[0] for at in places.get(term, ())}
    for terms in words[1:]:
        starts = (at for term in terms for at in places.get(term, ()))
        ends = {at for at in starts if not ends.isdisjoint(range(at - slop, at))}
    return bool(ends)


def stock_says_the_same(tree: whoosh_query.Query, *, phrases: bool) -> bool:
    """Whether stock Whoosh can be asked for the whole *tree*: it knows no spans of days."""
    dated = isinstance(tree, whoosh_query.NumericRange) or getattr(tree, "fieldname", None) == PUBLISHED
    if dated or (isinstance(tree, Phrase | whoosh_query.Phrase) and not phrases):
        return False
    return all(stock_says_the_same(child, phrases=phrases) for child in tree.children())


def _places(terms: Sequence[str]) -> Places:
    places = defaultdict(list)
    for at, term in enumerate(terms):
        places[term].append(at)
    return dict(places)


def _as_sorted(value: str) -> tuple[str, str]:
    return fold(value), value
