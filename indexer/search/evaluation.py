"""Query tree -> the documents that match, with their scores: one function for each class of query.

A stretch of segments is evaluated at once, as whole arrays (stretch.py, matches.py, words.py).
"""

from collections.abc import Sequence
from functools import reduce, singledispatchmethod
from typing import Any

import numpy as np
from whoosh import query as whoosh_query

from indexer.analysis import Kin
from indexer.index import IndexReader
from indexer.index.arrays import Array
from indexer.index.live import LiveSegment
from indexer.index.schema import CONTENT, WORD_FIELDS
from indexer.search.deadline import check_time
from indexer.search.leaves import SCORED, Leaves, postings_with_prefix
from indexer.search.matches import (
    Matches,
    constant,
    everything,
    intersection,
    joined,
    nothing,
    sparse,
    take,
    union,
    without,
)
from indexer.search.phrases import in_phrase
from indexer.search.query import Phrase, TermSet
from indexer.search.stretch import Stretch, one_by_one, whole
from indexer.search.words import SPARSE_SHARE, Word, only_in

Query = Any  # whoosh.query.Query: Whoosh has no types


class Evaluation:
    """One query over a commit. Scores are left out when nobody asks for them."""

    def __init__(self, query: Query, reader: IndexReader, *, scored: bool = True) -> None:
        self._query = query
        self._reader = reader
        self._scored = scored
        self._words: dict[TermSet, Word] = {}
        self._leaves = Leaves(reader)

    def stretches(self) -> list[Stretch]:
        """What to search at once: everything when few documents can match, else segment by segment."""
        few = self._at_most(self._query) * SPARSE_SHARE < self._reader.bases[-1]
        return [whole(self._reader)] if few and len(self._reader.parts) > 1 else one_by_one(self._reader)

    def matches(self, stretch: Stretch) -> Matches:
        """The live matches in one stretch; every call evaluates anew."""
        found = self._evaluate(self._query, stretch)
        if all(part.live is None for part in stretch.parts):
            return found
        return stretch.restrict(found, _live)

    def count(self) -> int:
        """How many documents match."""
        return sum(self.matches(stretch).total for stretch in self.stretches())

    def most(self, query: Query) -> float:
        """The score that no document reaches for a part of the query."""
        match query:
            case TermSet():
                most = self._word(query.strong).most
            case Phrase():
                most = sum(map(self.most, query.words))
            case whoosh_query.And() | whoosh_query.Or():
                most = sum(self.most(child) for child in query.subqueries) * query.boost
            case whoosh_query.AndMaybe():
                most = self.most(query.a) + self.most(query.b)
            case whoosh_query.ConstantScoreQuery():
                most = query.score
            case _:
                most = 1.0 if isinstance(query, SCORED) else 0.0
        return float(most)

    def _at_most(self, query: Query) -> int:
        """No more documents match than this."""
        every_document = self._reader.bases[-1]
        match query:
            case TermSet():
                bound = self._word(query).at_most
            case Phrase():
                bound = min(map(self._at_most, query.words))
            case whoosh_query.And():
                wanted = [child for child in query.subqueries if not isinstance(child, whoosh_query.Not)]
                bound = min(map(self._at_most, wanted), default=every_document)
            case whoosh_query.AndNot() | whoosh_query.AndMaybe():
                bound = self._at_most(query.a)
            case whoosh_query.Or():
                bound = sum(map(self._at_most, query.subqueries))
            case whoosh_query.Prefix() if query.fieldname in WORD_FIELDS:
                bound = sum(postings_with_prefix(query.text, part.segment) for part in self._reader.parts)
            case _:
                bound = every_document
        return bound

    def _evaluate(self, query: Query, stretch: Stretch) -> Matches:
        check_time()
        found: Matches = self._by_class(query, stretch)
        boost = getattr(query, "boost", 1.0)
        return found if boost == 1 or found.scores is None else found._replace(scores=found.scores * np.float32(boost))

    @singledispatchmethod
    def _by_class(self, query: Query, stretch: Stretch) -> Matches:
        """Branches and words are evaluated over the whole stretch, other leaves in each of its segments."""
        return self._leaf(query, stretch)

    def _leaf(self, query: Query, stretch: Stretch) -> Matches:
        found = joined([self._leaves.matches(query, part) for part in stretch.parts], stretch.bases)
        return self._constantly(found, 1.0) if isinstance(query, SCORED) else found

    def _word(self, word: TermSet) -> Word:
        if word not in self._words:
            self._words[word] = Word(word, self._reader)
        return self._words[word]

    @_by_class.register(TermSet)
    def _term_set(self, query: TermSet, stretch: Stretch) -> Matches:
        """BM25 on the frequencies of all its terms together, in title and text, whatever the field asked for."""
        if query.field != CONTENT and len(stretch.parts) > 1:
            return joined([self._term_set(query, single) for single in stretch.singles()], stretch.bases)
        word = self._word(query)
        found = word.within(stretch).matches
        if self._scored:
            found = found._replace(scores=word.scores(stretch))
        return found if query.field == CONTENT else only_in(found, query, stretch.parts[0].segment)

    @_by_class.register(Phrase)
    def _phrase(self, query: Phrase, stretch: Stretch) -> Matches:
        """Its words in order and near enough; it scores as they do."""
        found = joined([self._documents_with(query, single) for single in stretch.singles()], stretch.bases)
        return self._scored_by(query.words, found, stretch)

    def _documents_with(self, query: Phrase, single: Stretch) -> Matches:
        together = self._all_words(query.words, [], single)
        if not together.total:
            return nothing()
        return sparse(in_phrase(query, single.parts[0].segment, together))

    @_by_class.register(whoosh_query.Term)
    def _term(self, query: whoosh_query.Term, stretch: Stretch) -> Matches:
        """One term as it stands."""
        if query.fieldname in WORD_FIELDS:
            return self._term_set(TermSet((Kin(query.text, 1.0),), query.fieldname), stretch)
        return self._leaf(query, stretch)

    @_by_class.register(whoosh_query.Phrase)
    def _whoosh_phrase(self, query: whoosh_query.Phrase, stretch: Stretch) -> Matches:
        words = tuple(TermSet((Kin(word, 1.0),), query.fieldname) for word in query.words)
        if not words:
            return nothing()
        return self._phrase(Phrase(words, slop=query.slop, field=query.fieldname), stretch)

    @_by_class.register(whoosh_query.And)
    def _and(self, query: whoosh_query.And, stretch: Stretch) -> Matches:
        """Words are scored last, where all children match: a rare word spares the others most of their work."""
        if not query.subqueries:
            return nothing()
        wanted = [child for child in query.subqueries if not isinstance(child, whoosh_query.Not)]
        unwanted = [child.query for child in query.subqueries if isinstance(child, whoosh_query.Not)]
        words = [child for child in wanted if isinstance(child, TermSet) and child.field == CONTENT]
        found = [self._evaluate(child, stretch) for child in wanted if child not in words]
        together = self._all_words(words, found, stretch)
        for child in unwanted:
            together = without(together, self._evaluate(child, stretch), stretch.size)
        return self._scored_by(words, together, stretch)

    def _all_words(self, words: Sequence[TermSet], found: Sequence[Matches], stretch: Stretch) -> Matches:
        """The documents *found* everywhere that have all words.

        Rare words come first, and frequent ones are only looked up where those are.
        """
        together = intersection(found, stretch.size) if found else None
        for word in sorted(map(self._word, words), key=lambda word: word.at_most):
            placed = word.within(stretch)
            if together is None:
                together = placed.matches
            elif together.docs is None or placed.is_listed:
                together = intersection([together, placed.matches], stretch.size)
            else:
                together = take(together, placed.has(together.docs))
        return everything(stretch.size) if together is None else together

    def _scored_by(self, words: Sequence[TermSet], found: Matches, stretch: Stretch) -> Matches:
        """The same matches, with the scores of *words*, which they all have, added."""
        if not self._scored or not words:
            return found
        scores = [self._word(word).scores(stretch, found.docs) for word in words]
        total = reduce(np.add, scores if found.scores is None else [found.scores, *scores])
        return found._replace(scores=total if found.mask is None else total * found.mask)

    @_by_class.register(whoosh_query.Or)
    def _or(self, query: whoosh_query.Or, stretch: Stretch) -> Matches:
        return union([self._evaluate(child, stretch) for child in query.subqueries], stretch.size)

    @_by_class.register(whoosh_query.Not)
    def _not(self, query: whoosh_query.Not, stretch: Stretch) -> Matches:
        return without(everything(stretch.size), self._evaluate(query.query, stretch), stretch.size)

    @_by_class.register(whoosh_query.AndNot)
    def _and_not(self, query: whoosh_query.AndNot, stretch: Stretch) -> Matches:
        return without(self._evaluate(query.a, stretch), self._evaluate(query.b, stretch), stretch.size)

    @_by_class.register(whoosh_query.AndMaybe)
    def _and_maybe(self, query: whoosh_query.AndMaybe, stretch: Stretch) -> Matches:
        """The first, with the score of the second where that matches too."""
        wanted, perhaps = self._evaluate(query.a, stretch), self._evaluate(query.b, stretch)
        return union([wanted, intersection([_unscored(wanted), perhaps], stretch.size)], stretch.size)

    @_by_class.register(whoosh_query.ConstantScoreQuery)
    def _constant_score(self, query: whoosh_query.ConstantScoreQuery, stretch: Stretch) -> Matches:
        return self._constantly(self._evaluate(query.child, stretch), query.score)

    def _constantly(self, found: Matches, score: float) -> Matches:
        return constant(found, score) if self._scored else _unscored(found)


def _live(part: LiveSegment, docs: Array | None) -> Array:
    if part.live is None:
        return np.ones(part.segment.size if docs is None else len(docs), bool)
    return part.live if docs is None else part.live.take(docs)


def _unscored(found: Matches) -> Matches:
    return found._replace(scores=None)
