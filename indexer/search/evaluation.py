"""Query tree -> the documents of every segment that match, with their scores: one function for each class of query.

A segment is evaluated by itself, as whole arrays (matches.py, words.py).
"""

import datetime as dt
import fnmatch
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, reduce, singledispatchmethod
from typing import Any

import numpy as np
from whoosh import query as whoosh_query

from indexer.analysis import Kin
from indexer.document import FACETS
from indexer.index import IndexReader
from indexer.index.arrays import Array
from indexer.index.facet_values import NONE
from indexer.index.schema import CONTENT, PUBLISHED, TEXT, TITLE, WORD_FIELDS
from indexer.index.segment import UNKNOWN_DAY, Segment
from indexer.index.weighting import inverse_document_frequency
from indexer.search.matches import (
    Matches,
    constant,
    dense,
    everything,
    intersection,
    nothing,
    restrict,
    sparse,
    union,
    without,
)
from indexer.search.query import Phrase, TermSet
from indexer.search.words import SegmentWord, in_phrase, only_in, with_any, with_any_of_range

Query = Any  # whoosh.query.Query: Whoosh has no types


class Evaluation:
    """One query over all segments of a commit. Scores are left out when nobody asks for them."""

    def __init__(self, query: Query, reader: IndexReader, *, scored: bool = True) -> None:
        self._query = query
        self._reader = reader
        self._scored = scored
        self._words: dict[TermSet, _Word] = {}
        self._near: dict[Query, list[str]] = {}

    def matches(self, number: int) -> Matches:
        """The live matches in one segment; every call evaluates anew."""
        part = self._reader.parts[number]
        found = self._evaluate(self._query, number)
        return found if part.live is None else restrict(found, part.live)

    def _evaluate(self, query: Query, number: int) -> Matches:
        found: Matches = self._by_class(query, number)
        boost = getattr(query, "boost", 1.0)
        return found if boost == 1 or found.scores is None else found._replace(scores=found.scores * np.float32(boost))

    @singledispatchmethod
    def _by_class(self, query: Query, number: int) -> Matches:
        raise NotImplementedError(f"no evaluation of {type(query).__name__}")

    def _segment(self, number: int) -> Segment:
        return self._reader.parts[number].segment

    def _word(self, word: TermSet) -> "_Word":
        if word not in self._words:
            self._words[word] = _Word(word, self._reader)
        return self._words[word]

    @_by_class.register(TermSet)
    def _term_set(self, query: TermSet, number: int) -> Matches:
        """BM25 on the frequencies of all its terms together, in title and text, whatever the field asked for."""
        word = self._word(query)
        found = word.inside(number).matches
        if self._scored:
            found = found._replace(scores=word.scores(number))
        return only_in(found, query, self._segment(number))

    @_by_class.register(Phrase)
    def _phrase(self, query: Phrase, number: int) -> Matches:
        """Its words in order and near enough; it scores as they do."""
        together = intersection([self._word(word).inside(number).matches for word in query.words])
        if not together.total:
            return nothing()
        docs = in_phrase(query.words, query.slop, query.field, self._segment(number), together)
        return self._scored_by(query.words, sparse(docs), number)

    @_by_class.register(whoosh_query.Term)
    def _term(self, query: whoosh_query.Term, number: int) -> Matches:
        """One term as it stands; a facet value filters and does not score."""
        if query.fieldname in WORD_FIELDS:
            return self._term_set(TermSet((Kin(query.text, 1.0),), query.fieldname), number)
        docs = self._segment(number).facets.documents_with(_facet(query.fieldname), query.text)
        return sparse(docs.astype(np.intp))

    @_by_class.register(whoosh_query.Phrase)
    def _whoosh_phrase(self, query: whoosh_query.Phrase, number: int) -> Matches:
        words = tuple(TermSet((Kin(word, 1.0),), query.fieldname) for word in query.words)
        if not words:
            return nothing()
        return self._phrase(Phrase(words, slop=query.slop, field=query.fieldname), number)

    @_by_class.register(whoosh_query.And)
    def _and(self, query: whoosh_query.And, number: int) -> Matches:
        """Words are scored last, where all children match: a rare word spares the others most of their work."""
        wanted = [child for child in query.subqueries if not isinstance(child, whoosh_query.Not)]
        unwanted = [child.query for child in query.subqueries if isinstance(child, whoosh_query.Not)]
        words = [child for child in wanted if isinstance(child, TermSet) and child.field == CONTENT]
        found = [self._word(word).inside(number).matches for word in words]
        found += [self._evaluate(child, number) for child in wanted if child not in words]
        together = intersection(found) if found else everything(self._segment(number).size)
        for child in unwanted:
            together = without(together, self._evaluate(child, number))
        return self._scored_by(words, together, number)

    def _scored_by(self, words: Sequence[TermSet], found: Matches, number: int) -> Matches:
        """The same matches, with the scores of *words*, which they all have, added."""
        if not self._scored or not words:
            return found
        scores = [self._word(word).scores(number, found.docs) for word in words]
        total = reduce(np.add, scores if found.scores is None else [found.scores, *scores])
        return found._replace(scores=total if found.mask is None else total * found.mask)

    @_by_class.register(whoosh_query.Or)
    def _or(self, query: whoosh_query.Or, number: int) -> Matches:
        return union([self._evaluate(child, number) for child in query.subqueries], self._segment(number).size)

    @_by_class.register(whoosh_query.Not)
    def _not(self, query: whoosh_query.Not, number: int) -> Matches:
        return without(everything(self._segment(number).size), self._evaluate(query.query, number))

    @_by_class.register(whoosh_query.AndNot)
    def _and_not(self, query: whoosh_query.AndNot, number: int) -> Matches:
        return without(self._evaluate(query.a, number), self._evaluate(query.b, number))

    @_by_class.register(whoosh_query.AndMaybe)
    def _and_maybe(self, query: whoosh_query.AndMaybe, number: int) -> Matches:
        """The first, with the score of the second where that matches too."""
        wanted, perhaps = self._evaluate(query.a, number), self._evaluate(query.b, number)
        size = self._segment(number).size
        return union([wanted, intersection([_unscored(wanted), perhaps])], size)

    @_by_class.register(whoosh_query.ConstantScoreQuery)
    def _constant_score(self, query: whoosh_query.ConstantScoreQuery, number: int) -> Matches:
        return self._constantly(self._evaluate(query.child, number), query.score)

    @_by_class.register(whoosh_query.Every)
    def _every(self, query: whoosh_query.Every, number: int) -> Matches:
        """Every document, or every one that has anything in a field."""
        segment = self._segment(number)
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

    @_by_class.register(type(whoosh_query.NullQuery))
    def _nothing(self, query: Query, number: int) -> Matches:  # noqa: ARG002 - as all of them
        return nothing()

    @_by_class.register(whoosh_query.Prefix)
    def _prefix(self, query: whoosh_query.Prefix, number: int) -> Matches:
        return self._any_of_range(query, number, lambda texts: texts.with_prefix(query.text))

    @_by_class.register(whoosh_query.TermRange)
    def _term_range(self, query: whoosh_query.TermRange, number: int) -> Matches:
        """The terms between two, in the order of code points."""
        start = f"{query.start}\0" if query.startexcl and query.start else query.start or ""
        end = query.end if query.end is None or query.endexcl else f"{query.end}\0"
        return self._any_of_range(query, number, lambda texts: texts.between(start, end))

    @_by_class.register(whoosh_query.Wildcard)
    def _wildcard(self, query: whoosh_query.Wildcard, number: int) -> Matches:
        matches = re.compile(fnmatch.translate(query.text)).match
        begins = re.split(r"[*?\[]", query.text, maxsplit=1)[0]

        def matching(texts: Any) -> Iterator[int]:  # noqa: ANN401 - a Dictionary
            return (number for number in texts.with_prefix(begins) if matches(texts[number]))

        return self._any_of(query, number, matching)

    @_by_class.register(whoosh_query.FuzzyTerm)
    def _fuzzy_term(self, query: whoosh_query.FuzzyTerm, number: int) -> Matches:
        field = CONTENT if query.fieldname in WORD_FIELDS else query.fieldname
        if query not in self._near:
            self._near[query] = list(self._reader.terms_within(field, query.text, query.maxdist, query.prefixlength))
        found = self._near[query]
        return self._any_of(query, number, lambda texts: [at for text in found if (at := texts.find(text)) >= 0])

    @_by_class.register(whoosh_query.NumericRange)
    def _numeric_range(self, query: whoosh_query.NumericRange, number: int) -> Matches:
        """Days of publication, as datetime.date.toordinal counts them."""
        first = None if query.start is None else int(query.start) + query.startexcl
        last = None if query.end is None else int(query.end) - query.endexcl
        return self._constantly(self._published(query.fieldname, first, last, number), 1.0)

    @_by_class.register(whoosh_query.DateRange)
    def _date_range(self, query: whoosh_query.DateRange, number: int) -> Matches:
        first = None if query.startdate is None else _day(query.startdate) + query.startexcl
        last = None if query.enddate is None else _day(query.enddate) - query.endexcl
        return self._constantly(self._published(query.fieldname, first, last, number), 1.0)

    def _published(self, field: str, first: int | None, last: int | None, number: int) -> Matches:
        if field != PUBLISHED:
            raise ValueError(f"no field of numbers is called {field}")
        return dense(published_between(self._segment(number), first, last))

    def _any_of_range(self, query: Query, number: int, find: Callable[[Any], range]) -> Matches:
        """The documents with any term of a range of the dictionary."""
        segment = self._segment(number)
        if query.fieldname in WORD_FIELDS:
            return self._constantly(with_any_of_range(find(segment.terms), query.fieldname, segment), 1.0)
        return self._any_of(query, number, find)

    def _any_of(self, query: Query, number: int, find: Callable[[Any], Iterable[int]]) -> Matches:
        """The documents with any of the terms that *find* chooses from the dictionary of the query's field."""
        segment = self._segment(number)
        if query.fieldname in WORD_FIELDS:
            found = with_any(find(segment.terms), query.fieldname, segment)
        else:
            values, field = segment.facets, _facet(query.fieldname)
            found = np.zeros(segment.size, bool)
            for value in find(values.texts[field]):
                if value:  # 0 is NONE
                    found[values.documents_of(values.spans[field].start + value)] = True
        return self._constantly(dense(found), 1.0)

    def _constantly(self, found: Matches, score: float) -> Matches:
        return constant(found, score) if self._scored else _unscored(found)


class _Word:
    """A word of the query over all segments."""

    def __init__(self, word: TermSet, reader: IndexReader) -> None:
        self._inside = [SegmentWord(word, part.segment) for part in reader.parts]
        self._documents = reader.bases[-1]

    def inside(self, number: int) -> SegmentWord:
        """The word in one segment."""
        return self._inside[number]

    def scores(self, number: int, docs: Array | None = None) -> Array:
        """Its scores in one segment, as SegmentWord gives them."""
        return self._inside[number].scores(self._idf, docs)

    @cached_property
    def _idf(self) -> np.float32:
        """How much rarity counts, times K1 + 1."""
        having = sum(found.having for found in self._inside)
        return np.float32(inverse_document_frequency(self._documents, having))


def published_between(segment: Segment, first: int | None, last: int | None) -> Array:
    """A mask of the documents that may have been published between two days, both included."""
    allowed: Array = segment.first_days != UNKNOWN_DAY
    if first is not None:
        allowed &= segment.last_days >= first
    if last is not None:
        allowed &= segment.first_days <= last
    return allowed


def _unscored(found: Matches) -> Matches:
    return found._replace(scores=None)


def _day(moment: dt.date) -> int:
    return moment.toordinal()


def _facet(field: str) -> str:
    if field not in FACETS:
        raise ValueError(f"no field is called {field}")
    return field
