"""A word of a query: how frequent, in which documents, at which places.

On 50,000 documents a dense term takes 20 µs to score and 4 µs to match; a sparse one costs by its postings.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np

from indexer.index import IndexReader
from indexer.index.arrays import Array
from indexer.index.schema import CONTENT, TITLE
from indexer.index.segment import Segment
from indexer.index.weighting import K1, inverse_document_frequency, stored_frequencies
from indexer.search.matches import Matches, add_up, dense, look_up, restrict, sparse, values_at
from indexer.search.query import TermSet
from indexer.search.stretch import Stretch, one_by_one

SPARSE_SHARE = 7
"""A word that stands in fewer than one document in 7 is a list of documents."""

WeightedTerms = list[tuple[int, float]]
"""The numbers of a word's terms in one segment, and how much each counts, the heaviest first."""


class Word:
    """A word over all segments of a commit."""

    def __init__(self, word: TermSet, reader: IndexReader) -> None:
        self._reader = reader
        self._texts = word.texts
        self._weight = word.weight
        self._strong = Word(word.strong, reader) if word.strong is not word else None
        """None for itself: a reference to oneself keeps every array and file of a search until garbage is collected."""
        self._terms = [_weighted_terms(word, part.segment) for part in reader.parts]
        self._is_one = len(word.kin) == 1 and word.kin[0].weight == 1
        self._places: dict[range, PlacedWord] = {}
        self.at_most = sum(
            int(part.segment.document_frequencies[term])
            for part, terms in zip(reader.parts, self._terms, strict=True)
            for term, _ in terms
        )
        """No more documents have it than this."""

    def within(self, stretch: Stretch) -> "PlacedWord":
        """The word in a stretch."""
        if stretch.numbers not in self._places:
            terms = self._terms[stretch.numbers.start : stretch.numbers.stop]
            self._places[stretch.numbers] = PlacedWord(terms, stretch, self._is_one)
        return self._places[stretch.numbers]

    def scores(self, stretch: Stretch, docs: Array | None = None) -> Array:
        """BM25 of *docs*, which all have the word; else of every document it matches, or of the whole stretch."""
        values = self.within(stretch).values(docs)
        most = np.float32(self.most)
        if values.dtype == np.uint8:  # impacts, saturated already
            scores: Array = np.multiply(values, most / np.float32(255), dtype=np.float32)
            return scores
        scores = values + np.float32(K1)
        np.divide(values, scores, out=scores)
        scores *= most
        return scores

    @cached_property
    def most(self) -> float:
        """The score that no number of occurrences reaches."""
        return float((self._strong or self).rarity) * self._weight

    @cached_property
    def rarity(self) -> np.float32:
        """How much rarity counts, times K1 + 1."""
        if (all_of_it := self._reader.whole) is not None:
            return np.float32(inverse_document_frequency(all_of_it.size, all_of_it.having_any(self._texts)))
        everywhere = self._places.get(range(len(self._reader.parts)))
        if all(len(terms) <= 1 for terms in self._terms):
            having = self.at_most
        elif everywhere:
            having = everywhere.matches.total
        else:
            having = sum(self.within(stretch).matches.total for stretch in one_by_one(self._reader))
        return np.float32(inverse_document_frequency(self._reader.bases[-1], having))


class PlacedWord:
    """A word in one stretch: which documents have it, and how often. Both are made when asked for."""

    def __init__(self, terms: Sequence[WeightedTerms], stretch: Stretch, is_one: bool) -> None:  # noqa: FBT001
        self._terms, self._stretch, self._is_one = terms, stretch, is_one
        inside = [
            (part.segment, term, weight) for part, own in zip(stretch.parts, terms, strict=True) for term, weight in own
        ]
        postings = sum(int(segment.document_frequencies[term]) for segment, term, _ in inside)
        has_rows = any(segment.row_numbers[term] >= 0 for segment, term, _ in inside)
        self.is_listed = not has_rows and postings * SPARSE_SHARE < stretch.size
        """Whether it is a list of documents."""

    @cached_property
    def matches(self) -> Matches:
        """The documents that have it, without scores."""
        if self.is_listed:
            return sparse(self._listed[0])
        masks = [
            with_any([term for term, _ in own], CONTENT, part.segment)
            for part, own in zip(self._stretch.parts, self._terms, strict=True)
        ]
        return dense(masks[0] if len(masks) == 1 else np.concatenate(masks))

    def has(self, docs: Array) -> Array:
        """For each of ascending *docs* whether it has the word."""
        if self.is_listed or "matches" in self.__dict__:
            return look_up(self.matches, docs, self._stretch.size)[0]
        found: Array = self.values(docs) > 0
        return found

    def values(self, docs: Array | None = None) -> Array:
        """The frequencies of all terms added up; the impacts when there is one term of weight 1.

        In ascending *docs*; else wherever the word is, or in the whole stretch. In one order for rows and for lists:
        equal documents must not differ in their scores' last bit.
        """
        if self.is_listed:
            listed, values = self._listed
            return values if docs is None else values_at(docs, listed, values, self._stretch.size)
        if docs is None:
            found = [
                _added(own, part.segment, None, self._is_one)
                for part, own in zip(self._stretch.parts, self._terms, strict=True)
            ]
            return found[0] if len(found) == 1 else np.concatenate(found)
        first = self._stretch.numbers.start
        pieces = list(self._stretch.pieces(docs))
        found = [_added(self._terms[at - first], part.segment, own, self._is_one) for at, part, own in pieces]
        return found[0] if len(found) == 1 else np.concatenate([*found, np.zeros(0, np.uint8)])

    @cached_property
    def _listed(self) -> tuple[Array, Array]:
        """The documents of sparse terms, and the frequencies there; the impacts when there is one term of weight 1."""
        docs: list[Array] = []
        values: list[Array] = []
        for base, part, terms in zip(self._stretch.bases, self._stretch.parts, self._terms, strict=False):
            for term, weight in terms:
                own, impacts = part.segment.postings(term)
                docs.append(own + np.uint32(base))
                values.append(impacts if self._is_one else stored_frequencies(impacts, weight))
        if self._is_one and docs:
            return np.concatenate(docs).astype(np.intp), np.concatenate(values)
        return add_up(docs, values)


def _weighted_terms(word: TermSet, segment: Segment) -> WeightedTerms:
    return [(term, kin.weight) for kin in word.kin if (term := segment.find_term(kin.term)) >= 0]


def _added(terms: WeightedTerms, segment: Segment, docs: Array | None, is_one: bool) -> Array:  # noqa: FBT001
    """The values of a word in *docs* of one segment, or in all its documents."""
    size = segment.size if docs is None else len(docs)
    if is_one:
        return _impacts(terms[0][0], segment, docs) if terms else np.zeros(size, np.uint8)
    total: Array | None = None
    for term, weight in terms:
        if docs is None and total is not None and segment.row_numbers[term] < 0:
            listed, impacts = segment.postings(term)
            total[listed] += stored_frequencies(impacts, weight)
        else:
            found = stored_frequencies(_impacts(term, segment, docs), weight)
            total = found if total is None else np.add(total, found, out=total)
    return np.zeros(size, np.float32) if total is None else total


def _impacts(term: int, segment: Segment, docs: Array | None) -> Array:
    """The impacts of a term in *docs*, or in all documents; 0 where it is not."""
    row = int(segment.row_numbers[term])
    if row >= 0:
        dense_row: Array = segment.rows[row]
        return dense_row if docs is None else dense_row.take(docs)
    listed, impacts = segment.postings(term)
    if docs is None:
        spread = np.zeros(segment.size, np.uint8)
        spread[listed] = impacts
        return spread
    return values_at(docs, listed, impacts, segment.size)


def only_in(matches: Matches, word: TermSet, segment: Segment) -> Matches:
    """The matches that have the word in its field."""
    if word.field == CONTENT:
        return matches
    return restrict(matches, with_any(term_numbers(word, segment), word.field, segment))


def with_any(terms: Iterable[int], field: str, segment: Segment) -> Array:
    """A mask of the documents that have any of *terms* in a field."""
    mask = np.zeros(segment.size, bool)
    for term in terms:
        row = int(segment.row_numbers[term])
        if field != CONTENT:
            mask[segment.docs_within(range(term, term + 1), title=field == TITLE)] = True
        elif row >= 0:
            mask |= segment.rows[row].astype(bool)
        else:
            mask[segment.postings(term)[0]] = True
    return mask


def with_any_of_range(terms: range, field: str, segment: Segment) -> Matches:
    """The documents that have any of the terms of a range of the dictionary: their postings lie side by side."""
    if field != CONTENT:
        return dense(_with_any_in_field(terms, segment, title=field == TITLE))
    rows = [row for row in segment.row_numbers[terms.start : terms.stop].tolist() if row >= 0]
    starts = segment.sparse_starts
    docs = segment.docs[starts[terms.start] : starts[terms.stop]]
    if not rows and len(docs) * SPARSE_SHARE < segment.size:
        return sparse(np.unique(docs).astype(np.intp))
    mask = np.zeros(segment.size, bool)
    mask[docs] = True
    for row in rows:
        mask |= segment.rows[row].astype(bool)
    return dense(mask)


def _with_any_in_field(terms: range, segment: Segment, *, title: bool) -> Array:
    """A mask of the documents that have any of a range of terms in their title, or in their text."""
    mask = np.zeros(segment.size, bool)
    rows = terms.start + np.flatnonzero(segment.row_numbers[terms.start : terms.stop] >= 0)
    ends = [terms.start, *(end for row in rows.tolist() for end in (row, row + 1)), terms.stop]
    for start, end in pairwise(ends):
        if start < end:
            mask[segment.docs_within(range(start, end), title=title)] = True
    return mask


def term_numbers(word: TermSet, segment: Segment) -> list[int]:
    """The numbers of a word's terms."""
    return [term for kin in word.kin if (term := segment.find_term(kin.term)) >= 0]
