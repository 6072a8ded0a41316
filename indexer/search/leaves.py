"""Leaves of a query that are no words: facet values, dates, prefixes and the like. They match, or they don't."""

import datetime as dt
import fnmatch
import re
from collections.abc import Callable, Iterable, Iterator
from functools import singledispatchmethod
from typing import Any

import numpy as np
from whoosh import query as whoosh_query

from indexer.document import FACETS
from indexer.index import IndexReader
from indexer.index.arrays import Array
from indexer.index.facet_values import NONE
from indexer.index.live import LiveSegment
from indexer.index.schema import CONTENT, PUBLISHED, TEXT, TITLE, WORD_FIELDS
from indexer.index.segment import UNKNOWN_DAY, Segment
from indexer.search.amounts import amounts_within
from indexer.search.matches import Matches, dense, everything, nothing, sparse
from indexer.search.query import AmountRange, DateRange
from indexer.search.words import with_any, with_any_of_range

Query = Any  # whoosh.query.Query: Whoosh has no types

SCORED = (
    whoosh_query.Prefix,
    whoosh_query.TermRange,
    whoosh_query.Wildcard,
    whoosh_query.FuzzyTerm,
    whoosh_query.NumericRange,
    whoosh_query.DateRange,
)
"""Leaves whose matches all score 1; the others filter."""


class Leaves:
    """The documents of one segment that a leaf matches, without scores."""

    def __init__(self, reader: IndexReader) -> None:
        self._reader = reader
        self._near: dict[Query, list[str]] = {}

    @singledispatchmethod
    def matches(self, query: Query, part: LiveSegment) -> Matches:
        """The matches, deleted documents included; NotImplementedError for a class of query that is not known."""
        raise NotImplementedError(f"no evaluation of {type(query).__name__}")

    @matches.register(whoosh_query.Term)
    def _facet_value(self, query: whoosh_query.Term, part: LiveSegment) -> Matches:
        docs = part.segment.facets.documents_with(_facet(query.fieldname), query.text)
        return sparse(docs.astype(np.intp))

    @matches.register(AmountRange)
    def _amount_range(self, query: AmountRange, part: LiveSegment) -> Matches:
        return dense(amounts_within(part, None, query))

    @matches.register(DateRange)
    def _days(self, query: DateRange, part: LiveSegment) -> Matches:
        first, last = (None if day is None else _day(day) for day in (query.first, query.last))
        return dense(published_between(part, None, first, last))

    @matches.register(whoosh_query.Every)
    def _every(self, query: whoosh_query.Every, part: LiveSegment) -> Matches:
        """Every document, or every one that has anything in a field."""
        segment = part.segment
        if query.fieldname in WORD_FIELDS:
            lengths = {TITLE: segment.title_lengths, TEXT: segment.text_lengths}
            return dense(lengths.get(query.fieldname, segment.title_lengths + segment.text_lengths) > 0)
        if query.fieldname in FACETS:
            return dense(~segment.facets.mask_with(query.fieldname, NONE))
        if query.fieldname == PUBLISHED:
            return dense(segment.first_days != UNKNOWN_DAY)
        if query.fieldname:
            raise ValueError(f"no field is called {query.fieldname}")
        return everything(segment.size)

    @matches.register(type(whoosh_query.NullQuery))
    def _nothing(self, query: Query, part: LiveSegment) -> Matches:  # noqa: ARG002 - as all of them
        return nothing()

    @matches.register(whoosh_query.Prefix)
    def _prefix(self, query: whoosh_query.Prefix, part: LiveSegment) -> Matches:
        return self._any_of_range(query, part, lambda texts: texts.with_prefix(query.text))

    @matches.register(whoosh_query.TermRange)
    def _term_range(self, query: whoosh_query.TermRange, part: LiveSegment) -> Matches:
        """The terms between two, in the order of code points."""
        start = f"{query.start}\0" if query.startexcl and query.start else query.start or ""
        end = query.end if query.end is None or query.endexcl else f"{query.end}\0"
        return self._any_of_range(query, part, lambda texts: texts.between(start, end))

    @matches.register(whoosh_query.Wildcard)
    def _wildcard(self, query: whoosh_query.Wildcard, part: LiveSegment) -> Matches:
        matches = re.compile(fnmatch.translate(query.text)).match
        begins = re.split(r"[*?\[]", query.text, maxsplit=1)[0]

        def matching(texts: Any) -> Iterator[int]:  # noqa: ANN401 - a Dictionary
            return (number for number in texts.with_prefix(begins) if matches(texts[number]))

        return self._any_of(query, part, matching)

    @matches.register(whoosh_query.FuzzyTerm)
    def _fuzzy_term(self, query: whoosh_query.FuzzyTerm, part: LiveSegment) -> Matches:
        field = CONTENT if query.fieldname in WORD_FIELDS else query.fieldname
        if query not in self._near:
            self._near[query] = list(self._reader.terms_within(field, query.text, query.maxdist, query.prefixlength))
        found = self._near[query]
        return self._any_of(query, part, lambda texts: [at for text in found if (at := texts.find(text)) >= 0])

    @matches.register(whoosh_query.NumericRange)
    def _numeric_range(self, query: whoosh_query.NumericRange, part: LiveSegment) -> Matches:
        """Days of publication, as datetime.date.toordinal counts them."""
        first = None if query.start is None else int(query.start) + query.startexcl
        last = None if query.end is None else int(query.end) - query.endexcl
        return self._published(query.fieldname, first, last, part)

    @matches.register(whoosh_query.DateRange)
    def _date_range(self, query: whoosh_query.DateRange, part: LiveSegment) -> Matches:
        first = None if query.startdate is None else _day(query.startdate) + query.startexcl
        last = None if query.enddate is None else _day(query.enddate) - query.endexcl
        return self._published(query.fieldname, first, last, part)

    def _published(self, field: str, first: int | None, last: int | None, part: LiveSegment) -> Matches:
        if field != PUBLISHED:
            raise ValueError(f"no field of numbers is called {field}")
        return dense(published_between(part, None, first, last))

    def _any_of_range(self, query: Query, part: LiveSegment, find: Callable[[Any], range]) -> Matches:
        """The documents with any term of a range of the dictionary."""
        segment = part.segment
        if query.fieldname in WORD_FIELDS:
            return with_any_of_range(find(segment.terms), query.fieldname, segment)
        return self._any_of(query, part, find)

    def _any_of(self, query: Query, part: LiveSegment, find: Callable[[Any], Iterable[int]]) -> Matches:
        """The documents with any of the terms that *find* chooses from the dictionary of the query's field."""
        segment = part.segment
        if query.fieldname in WORD_FIELDS:
            found = with_any(find(segment.terms), query.fieldname, segment)
        else:
            values, field = segment.facets, _facet(query.fieldname)
            found = np.zeros(segment.size, bool)
            for value in find(values.texts[field]):
                if value:  # 0 is NONE
                    found[values.documents_of(values.spans[field].start + value)] = True
        return dense(found)


def published_between(part: LiveSegment, docs: Array | None, first: int | None, last: int | None) -> Array:
    """For each document, or each of *docs*, whether it may have been published between two days, both included."""
    segment = part.segment
    earliest = segment.first_days if docs is None else segment.first_days.take(docs)
    allowed: Array = earliest != UNKNOWN_DAY
    if first is not None:
        allowed &= (segment.last_days if docs is None else segment.last_days.take(docs)) >= first
    if last is not None:
        allowed &= earliest <= last
    return allowed


def postings_with_prefix(prefix: str, segment: Segment) -> int:
    """How many postings the terms that begin with *prefix* have together."""
    found = segment.terms.with_prefix(prefix)
    return int(segment.document_frequencies[found.start : found.stop].sum())


def _day(moment: dt.date) -> int:
    return moment.toordinal()


def _facet(field: str) -> str:
    if field not in FACETS:
        raise ValueError(f"no field is called {field}")
    return field
