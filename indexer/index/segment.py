"""Segment: up to 65,536 documents, written once, in four files of arrays.

NAME.terms       the sorted terms, their fold and stem classes
NAME.postings    which documents have a term, how much it counts there, where it stands
NAME.facets      facet values, dates, sums of money
NAME.documents   ids, the compressed Documents
"""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple
from weakref import WeakValueDictionary

import numpy as np

from indexer.analysis import fold, stem_class
from indexer.errors import IndexAccessError, IndexDamagedError
from indexer.index.arrays import Array, Arrays, write_arrays
from indexer.index.dictionary import Dictionary, Filing, Texts, filing_arrays, name_hashes, text_arrays
from indexer.index.facet_values import FacetValues
from indexer.index.figures import Figures, figure_arrays, read_figures
from indexer.index.grams import Grams
from indexer.index.inversion import TITLE_ROOM, Inversion, Postings
from indexer.index.pairs import Pairs
from indexer.index.positions import Positions, position_arrays
from indexer.index.storage import Identity, Storage
from indexer.index.stored import SELF_CHECKED, StoredDocuments, stored_arrays
from indexer.message import Message

PARTS = ("terms", "postings", "facets", "documents")
_FILE = re.compile(r"segment-(\d{9})\.")
_ROW_BLOCK = 1024
_TITLES_AT_ONCE = 1 << 21
UNKNOWN_DAY = 0
"""Stands for no date; days are counted as in datetime.date.toordinal, which begins at 1."""


def segment_name(number: int) -> str:
    """The name of the segment with this number; numbers are never used twice."""
    return f"segment-{number:09d}"


def newest_segment(files: Sequence[str]) -> int:
    """The highest number that any of *files* belongs to; 0 when none does."""
    return max((int(match.group(1)) for match in map(_FILE.match, files) if match), default=0)


def segment_files(name: str) -> list[str]:
    """The files of a segment."""
    return [f"{name}.{part}" for part in PARTS]


class SegmentContents(NamedTuple):
    """What a segment is made of, a document after the other."""

    inversion: Inversion
    facets: Mapping[str, Array]
    first_days: Array
    last_days: Array
    french: Array
    """Whether each document is in French: words of other languages have no French stems."""
    figures: Figures
    ids: Sequence[str]
    cards: Sequence[bytes]
    texts: Sequence[bytes]


def write_contents(storage: Storage, name: str, contents: SegmentContents) -> None:
    """Write the files of segment *name* and sync them."""
    parts = part_arrays(contents)
    parts["documents"] |= stored_arrays(contents.cards, contents.texts)
    for part, arrays in parts.items():
        write_arrays(storage, f"{name}.{part}", part, arrays, {"documents": len(contents.ids)})


def part_arrays(contents: SegmentContents) -> dict[str, dict[str, Array]]:
    """The arrays of every file of a segment, the compressed Documents aside."""
    terms = contents.inversion.terms
    inflected = _terms_in(contents.inversion, contents.french)
    return {
        "terms": {
            **text_arrays("terms", terms),
            **filing_arrays("folds", name_hashes(map(fold, terms))),
            **filing_arrays("stems", name_hashes(stem_class(terms[term]) for term in inflected), inflected),
        },
        "postings": _posting_arrays(contents.inversion),
        "facets": {
            **contents.facets,
            "first_days": contents.first_days,
            "last_days": contents.last_days,
            "french": contents.french.astype(np.uint8),
            **_date_ranks(contents.ids, contents.first_days),
            **figure_arrays(contents.figures),
        },
        "documents": {
            **text_arrays("ids", contents.ids),
            **filing_arrays("ids", name_hashes(contents.ids)),
        },
    }


def _posting_arrays(inversion: Inversion) -> dict[str, Array]:
    arrays = inversion._asdict()
    del arrays["terms"]
    return {**position_arrays(arrays.pop("counts"), arrays.pop("positions")), **arrays.pop("pairs"), **arrays}


class Segment:
    """A segment as it lies on disk. Immutable, and safe to share between threads."""

    def __init__(self, storage: Storage, name: str) -> None:
        files = {part: Arrays(storage, f"{name}.{part}", part, apart=SELF_CHECKED) for part in PARTS}
        self._files = files
        sizes = {arrays.meta.get("documents") for arrays in files.values()}
        if len(sizes) > 1:  # each is sound, but they are not of one segment
            raise IndexDamagedError(Message("{name} : fichiers de segments différents.", name=name))
        self._read(name, files, files["documents"].meta["documents"])

    def _read(self, name: str, parts: Mapping[str, Mapping[str, Array]], size: int) -> None:
        self.name = name
        self._parts = parts
        self.size = size
        """Documents, deleted ones included."""
        self.terms = Dictionary(self._parts["terms"], "terms")
        terms = self.terms  # not self: a segment that is let go of must go at once
        self.folds = Filing(self._parts["terms"], "folds", lambda term: fold(terms[term]))
        self.stems = Filing(self._parts["terms"], "stems", lambda term: stem_class(terms[term]))
        postings, facets = self._parts["postings"], self._parts["facets"]
        self.document_frequencies, self.occurrences = postings["document_frequencies"], postings["occurrences"]
        self.row_numbers, self.rows = postings["row_numbers"], postings["rows"]
        self.docs, self.impacts = postings["docs"], postings["impacts"]
        self.title_lengths, self.text_lengths = postings["title_lengths"], postings["text_lengths"]
        self._positions = Positions(postings)
        self.pairs = Pairs(postings, len(self.rows), self.size)
        self.first_days, self.last_days = facets["first_days"], facets["last_days"]
        self.newest, self.oldest = facets["newest"], facets["oldest"]
        self.french = facets["french"]
        self._row_counts: dict[int, Array] = {}

    @classmethod
    def open(cls, storage: Storage, name: str) -> "Segment":
        """The segment; the one at hand when its files are the same, so that what was found out about it is kept.

        A commit has most segments of the one before: opening it then takes 4 ms for 100,000 articles instead of 60.
        """
        try:
            opened = _opened.get((name, *(storage.identity(f"{name}.{part}") for part in PARTS)))
        except IndexAccessError:  # told by what opens the file
            opened = None
        if opened is None:
            opened = cls(storage, name)
            _opened[name, *(arrays.identity for arrays in opened._files.values())] = opened
        return opened

    def find_term(self, text: str) -> int:
        """The number of a term, or -1; by its fold class, which takes 3 µs instead of the 6 of Dictionary.find."""
        return next((term for term in self.folds.perhaps(fold(text)) if self.terms[term] == text), -1)

    def frequency(self, text: str) -> int:
        """How many documents have a term, deleted ones included."""
        number = self.find_term(text)
        return int(self.document_frequencies[number]) if number >= 0 else 0

    def in_order(self, *, oldest_first: bool) -> Array:
        """The documents, the newest or the oldest first, undated ones last."""
        return self._orders[oldest_first]

    @cached_property
    def _orders(self) -> tuple[Array, Array]:
        return np.argsort(self.newest).astype(np.uint16), np.argsort(self.oldest).astype(np.uint16)

    @cached_property
    def sparse_starts(self) -> Array:
        """Where the postings of every sparse term begin in docs and impacts, and where the last ones end."""
        sizes = np.where(self.row_numbers < 0, self.document_frequencies, 0)
        return np.concatenate(([0], np.cumsum(sizes, dtype=np.int64)))

    @cached_property
    def facets(self) -> FacetValues:
        """The facet values."""
        return FacetValues(self._parts["facets"], self.size)

    @cached_property
    def figures(self) -> Figures:
        """The sums of money and the dates that the documents name."""
        return read_figures(self._parts["facets"])

    @cached_property
    def documents(self) -> StoredDocuments:
        """The Documents by number."""
        return StoredDocuments(self._parts["documents"])

    @cached_property
    def ids(self) -> Filing:
        """Id -> the number of its document."""
        return Filing(self._parts["documents"], "ids", self._ids.__getitem__)

    def id_of(self, doc: int) -> str:
        """The id of a document."""
        return self._ids[doc]

    @cached_property
    def _ids(self) -> Texts:
        return Texts(self._parts["documents"], "ids")

    @cached_property
    def grams(self) -> Grams:
        """The sequences of letters of the terms."""
        return Grams(self._parts["terms"]["terms.text"], self._parts["terms"]["terms.bounds"])

    def postings(self, term: int) -> tuple[Array, Array]:
        """The documents of a term, ascending, and its impacts there."""
        row = int(self.row_numbers[term])
        if row >= 0:
            docs = np.flatnonzero(self.rows[row].astype(bool))
            return docs, self.rows[row].take(docs)
        start = int(self.sparse_starts[term])
        end = start + int(self.document_frequencies[term])
        return self.docs[start:end], self.impacts[start:end]

    def all_postings(self) -> tuple[Postings, Array]:
        """Every posting, and the positions of every occurrence."""
        sizes = self.document_frequencies.astype(np.int64)
        dense = np.repeat(self.row_numbers >= 0, sizes)
        row, in_row = np.nonzero(self.rows)
        doc, impact = np.empty(len(dense), np.int64), np.empty(len(dense), np.uint8)
        doc[~dense], impact[~dense] = self.docs, self.impacts
        doc[dense], impact[dense] = in_row, self.rows[row, in_row]
        end = len(self._positions)
        term = np.repeat(np.arange(len(sizes)), sizes)
        return Postings(term, doc, impact, np.diff(self._positions.bounds(0, end))), self._positions.between(0, end)

    def counts(self, term: int) -> Array:
        """How often a term occurs in each of its documents."""
        return np.diff(self._bounds(term))

    def places(self, term: int, allowed: Array | None = None) -> Array:
        """Where a term stands, as ascending uint32 document << 16 | position.

        With a mask of *allowed* documents those elsewhere may be left out.
        """
        docs, bounds = self.postings(term)[0], self._bounds(term)
        chosen = np.flatnonzero(allowed.take(docs)) if allowed is not None else docs
        if len(chosen) * 2 > len(docs):
            places = np.repeat(docs.astype(np.uint32) << np.uint32(16), np.diff(bounds))
            places |= self._positions.between(int(bounds[0]), int(bounds[-1]))
            return places
        starts = bounds.take(chosen)
        sizes = bounds.take(chosen + 1) - starts
        ends = np.cumsum(sizes)
        occurrences = np.arange(int(sizes.sum())) + np.repeat(starts - ends + sizes, sizes)
        some: Array = np.repeat(docs[chosen].astype(np.uint32) << np.uint32(16), sizes)
        some |= self._positions.at(occurrences)
        return some

    def occurrences_in(self, docs: Array, terms: Sequence[int]) -> tuple[Array, Array, Array]:
        """Every occurrence of some terms in a few ascending documents: its term, its document, its position.

        Terms and documents by their places in what was given; in the order of both.
        """
        ordinals = [self._ordinals(term, docs) for term in terms]
        which, doc = np.nonzero(np.array([ordinal >= 0 for ordinal in ordinals]).reshape(len(terms), len(docs)))
        first = self._first_postings.take(terms)
        postings = np.concatenate([*ordinals, np.zeros(0, np.int64)]).reshape(-1, len(docs))[which, doc] + first[which]
        starts, ends = self._positions.begins_of(postings), self._positions.begins_of(postings + 1)
        sizes = ends - starts
        stops = np.cumsum(sizes)
        occurrences = np.arange(int(sizes.sum())) + np.repeat(starts - stops + sizes, sizes)
        return np.repeat(which, sizes), np.repeat(doc, sizes), self._positions.at(occurrences)

    def _ordinals(self, term: int, docs: Array) -> Array:
        """Which of the postings of a term each document is; -1 when it has none."""
        row = int(self.row_numbers[term])
        if row < 0:
            listed = self.postings(term)[0]
            at = np.minimum(np.searchsorted(listed, docs), len(listed) - 1)
            return np.where(listed.take(at) == docs, at, -1)
        entries = self.rows[row]
        blocks = docs // _ROW_BLOCK
        places = zip((blocks * _ROW_BLOCK).tolist(), docs.tolist(), strict=True)
        before = np.array([np.count_nonzero(entries[start:doc]) for start, doc in places], np.int64)
        return np.where(entries.take(docs) > 0, self._counted(row).take(blocks) + before, -1)

    def _counted(self, row: int) -> Array:
        """How many documents of a row come before each block of them; kept, for each takes 40 µs."""
        if row not in self._row_counts:
            counts = np.add.reduceat(self.rows[row] > 0, np.arange(0, self.size, _ROW_BLOCK), dtype=np.int64)
            self._row_counts[row] = np.cumsum(counts) - counts
        return self._row_counts[row]

    @cached_property
    def _first_postings(self) -> Array:
        """The number of the first posting of every term among all."""
        return np.cumsum(self.document_frequencies, dtype=np.int64) - self.document_frequencies

    def _bounds(self, term: int) -> Array:
        start = int(self._occurrence_starts[term])
        return self._positions.bounds(start, start + int(self.occurrences[term]))

    @cached_property
    def _occurrence_starts(self) -> Array:
        return np.cumsum(self.occurrences, dtype=np.int64) - self.occurrences

    def docs_within(self, terms: range, *, title: bool) -> Array:
        """The documents that have a term in their title, or in their text.

        Of several neighbouring *terms*, none of which is a row, those of one after those of the other.
        """
        first, last = int(self._occurrence_starts[terms.start]), terms.stop - 1
        bounds = self._positions.bounds(first, int(self._occurrence_starts[last] + self.occurrences[last]))
        nearest = self._positions.at(bounds[:-1] if title else bounds[1:] - 1)
        if len(terms) == 1:
            listed = self.postings(terms.start)[0]
        else:
            listed = self.docs[self.sparse_starts[terms.start] : self.sparse_starts[terms.stop]]
        docs: Array = listed[(nearest < TITLE_ROOM) == title]
        return docs

    def title_postings(self) -> tuple[Array, Array]:
        """The term and the document of every posting that stands in a title, terms ascending."""
        found, first = [np.zeros(0, np.int64)], 0
        while first < len(self.terms):  # a part at a time: all postings are half a gigabyte of numbers
            last = int(np.searchsorted(self._occurrence_starts, self._occurrence_starts[first] + _TITLES_AT_ONCE)) or 1
            last = max(last, first + 1)
            start, end = (int(starts) for starts in self._occurrence_starts.take((first, last - 1)))
            begins = self._positions.bounds(start, end + int(self.occurrences[last - 1]))[:-1]
            found.append(np.flatnonzero(self._positions.at(begins) < TITLE_ROOM) + int(self._first_postings[first]))
            first = last
        postings = np.concatenate(found)
        term = np.searchsorted(self._first_postings, postings, side="right") - 1
        nth = postings - self._first_postings.take(term)
        doc = np.zeros(len(term), np.uint16)
        is_row = self.row_numbers.take(term) >= 0
        doc[~is_row] = self.docs.take(self.sparse_starts.take(term[~is_row]) + nth[~is_row])
        for row in np.unique(term[is_row]).tolist():
            own = term == row
            doc[own] = self.postings(row)[0].take(nth[own])
        return term, doc

    def verify(self) -> None:
        """Read every byte; IndexDamagedError when any is not as written."""
        for arrays in self._files.values():
            arrays.verify()

    def differences(self, expected: SegmentContents) -> list[str]:
        """The arrays that are not those of *expected*; none when all is well."""
        return [
            f"{part}, {label}"
            for part, arrays in part_arrays(expected).items()
            for label, array in arrays.items()
            if label not in self._parts[part] or not np.array_equal(self._parts[part][label], array)
        ]


def _terms_in(inversion: Inversion, documents: Array) -> list[int]:
    """The terms that any of the *documents*, given by a mask, has."""
    if documents.all():
        return list(range(len(inversion.terms)))
    sizes = np.where(inversion.row_numbers < 0, inversion.document_frequencies, 0).astype(np.int64)
    found = np.repeat(np.arange(len(sizes)), sizes)[documents[inversion.docs]]
    rows = np.flatnonzero(inversion.row_numbers >= 0)
    dense = rows[inversion.rows[inversion.row_numbers[rows]][:, documents].any(axis=1)]
    terms: list[int] = np.union1d(found, dense).tolist()
    return terms


def _date_ranks(ids: Sequence[str], first_days: Array) -> dict[str, Array]:
    """The place of every document in the order newest first and oldest first; undated last, equal ones by id."""
    by_id = np.argsort(np.argsort(np.array(ids)))
    days = first_days.astype(np.int64)
    undated = days == UNKNOWN_DAY
    orders = {"newest": np.lexsort((by_id, -days, undated)), "oldest": np.lexsort((by_id, days, undated))}
    return {label: np.argsort(order).astype(np.uint16) for label, order in orders.items()}


_opened: WeakValueDictionary[tuple[str | Identity, ...], Segment] = WeakValueDictionary()
"""The segments that a reader has open, by their names and files: a snapshot has the same files by other names."""
