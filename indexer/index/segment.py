"""Segment: up to 65,536 documents, written once, in four files of arrays.

NAME.terms       the sorted terms, their fold and stem classes
NAME.postings    which documents have a term, how much it counts there, where it stands
NAME.facets      facet values, dates
NAME.documents   ids, source files, the compressed Documents
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from indexer.analysis import fold, stem_class
from indexer.analysis.numbering import TermNumbers
from indexer.document import FACETS, Document, facet_values
from indexer.index.arrays import Array, Arrays, write_arrays
from indexer.index.dictionary import Dictionary, Filing, dictionary_arrays, filing_arrays
from indexer.index.facet_values import FacetValues, facet_arrays
from indexer.index.inversion import LONG_COUNT, Inversion, Postings, invert
from indexer.index.storage import Storage
from indexer.index.stored import StoredDocuments, stored_arrays, stored_contents

PARTS = ("terms", "postings", "facets", "documents")
_FILE = re.compile(r"segment-(\d{9})\.")
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


def write_segment(storage: Storage, name: str, documents: Sequence[Document], numbers: TermNumbers) -> None:
    """Write *documents* as segment *name*, MOST_DOCUMENTS at most, and sync its files."""
    write_contents(storage, name, read_contents(documents, numbers))


def read_contents(documents: Sequence[Document], numbers: TermNumbers) -> "SegmentContents":
    """What a segment of *documents* is made of."""
    values = [facet_values(document) for document in documents]
    dates = [document.published for document in documents]
    return SegmentContents(
        inversion=invert(
            [document.title for document in documents], [document.text for document in documents], numbers
        ),
        facets={field: facet_arrays(field, [found[field] for found in values]) for field in FACETS},
        first_days=np.array([_day(date.first) for date in dates], np.int32),
        last_days=np.array([_day(date.last) for date in dates], np.int32),
        ids=[document.id for document in documents],
        files=[source_file(document) for document in documents],
        stored=stored_contents(documents),
    )


class SegmentContents(NamedTuple):
    """What a segment is made of, a document after the other."""

    inversion: Inversion
    facets: Mapping[str, Mapping[str, Array]]
    first_days: Array
    last_days: Array
    ids: Sequence[str]
    files: Sequence[str]
    stored: Sequence[bytes]


def write_contents(storage: Storage, name: str, contents: SegmentContents) -> None:
    """Write the files of segment *name* and sync them."""
    parts = part_arrays(contents)
    parts["documents"] |= stored_arrays(contents.stored)
    for part, arrays in parts.items():
        write_arrays(storage, f"{name}.{part}", part, arrays, {"documents": len(contents.ids)})


def part_arrays(contents: SegmentContents) -> dict[str, dict[str, Array]]:
    """The arrays of every file of a segment, the compressed Documents aside."""
    terms = contents.inversion.terms
    return {
        "terms": {
            **dictionary_arrays("terms", terms),
            **filing_arrays("folds", [fold(term) for term in terms]),
            **filing_arrays("stems", [stem_class(term) for term in terms]),
        },
        "postings": {label: array for label, array in contents.inversion._asdict().items() if label != "terms"},
        "facets": {
            **{label: array for arrays in contents.facets.values() for label, array in arrays.items()},
            "first_days": contents.first_days,
            "last_days": contents.last_days,
            **_date_ranks(contents.ids, contents.first_days),
        },
        "documents": {**filing_arrays("ids", contents.ids), **filing_arrays("files", contents.files)},
    }


class Segment:
    """A segment as it lies on disk. Immutable, and safe to share between threads."""

    def __init__(self, storage: Storage, name: str) -> None:
        self.name = name
        self._parts = {part: Arrays(storage, f"{name}.{part}", part) for part in PARTS}
        self.size = self._parts["documents"].meta["documents"]
        """Documents, deleted ones included."""
        self.terms = Dictionary(self._parts["terms"], "terms")
        self.folds = Filing(self._parts["terms"], "folds")
        self.stems = Filing(self._parts["terms"], "stems")
        postings, facets = self._parts["postings"], self._parts["facets"]
        self.document_frequencies, self.occurrences = postings["document_frequencies"], postings["occurrences"]
        self.row_numbers, self.rows = postings["row_numbers"], postings["rows"]
        self.docs, self.impacts = postings["docs"], postings["impacts"]
        self._counts, self._long_counts, self._positions = (
            postings["counts"],
            postings["long_counts"],
            postings["positions"],
        )
        self.first_days, self.last_days = facets["first_days"], facets["last_days"]
        self.newest, self.oldest = facets["newest"], facets["oldest"]

    @cached_property
    def sparse_starts(self) -> Array:
        """Where the postings of every sparse term begin in docs and impacts."""
        sizes = np.where(self.row_numbers < 0, self.document_frequencies, 0).astype(np.int64)
        return np.cumsum(sizes) - sizes

    @cached_property
    def facets(self) -> dict[str, FacetValues]:
        """Every facet field."""
        return {name: FacetValues(self._parts["facets"], name) for name in FACETS}

    @cached_property
    def documents(self) -> StoredDocuments:
        """The Documents by number."""
        return StoredDocuments(self._parts["documents"])

    @cached_property
    def ids(self) -> Filing:
        """Id -> the number of its document."""
        return Filing(self._parts["documents"], "ids")

    @cached_property
    def files(self) -> Filing:
        """Source file -> the numbers of its documents."""
        return Filing(self._parts["documents"], "files")

    def id_of(self, doc: int) -> str:
        """The id of a document."""
        return self.ids.name_of(doc)

    def postings(self, term: int) -> tuple[Array, Array]:
        """The documents of a term, ascending, and its impacts there."""
        row = int(self.row_numbers[term])
        if row >= 0:
            docs = np.flatnonzero(self.rows[row])
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
        count = self._counts.astype(np.int64)
        count[self._capped] = self._long_counts
        return Postings(np.repeat(np.arange(len(sizes)), sizes), doc, impact, count), self._positions

    def file_of(self, doc: int) -> str:
        """The name that the source file of a document is filed under."""
        return self.files.name_of(doc)

    def places(self, term: int, docs: Array) -> Array:
        """Where a term stands in *docs* (ascending, all of them have it): document << 16 | position, ascending."""
        all_docs, _ = self.postings(term)
        first = int(self._posting_starts[term])
        counts = self._counts[first : first + len(all_docs)].astype(np.int64)
        if (capped := np.flatnonzero(counts == LONG_COUNT)).size:
            before = int(np.searchsorted(self._capped, first))
            counts[capped] = self._long_counts[before : before + len(capped)]
        ends = np.cumsum(counts)
        chosen = np.searchsorted(all_docs, docs)
        sizes = counts[chosen]
        starts = ends[chosen] - sizes + int(self._occurrence_starts[term])
        within = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        positions = self._positions.take(np.repeat(starts, sizes) + within)
        places: Array = np.repeat(docs.astype(np.int64) << 16, sizes) | positions
        return places

    @cached_property
    def _posting_starts(self) -> Array:
        return np.cumsum(self.document_frequencies, dtype=np.int64) - self.document_frequencies

    @cached_property
    def _occurrence_starts(self) -> Array:
        return np.cumsum(self.occurrences, dtype=np.int64) - self.occurrences

    @cached_property
    def _capped(self) -> Array:
        """The postings whose count is in _long_counts."""
        return np.flatnonzero(self._counts == LONG_COUNT)

    def verify(self) -> None:
        """Read every byte; IndexDamagedError when any is not as written."""
        for arrays in self._parts.values():
            arrays.verify()

    def differences(self) -> list[str]:
        """The arrays that the stored Documents, analysed again, would not give; none when all is well."""
        documents = [self.documents[doc] for doc in range(self.size)]
        expected = part_arrays(read_contents(documents, TermNumbers()))
        return [
            f"{part}, {label}"
            for part, arrays in expected.items()
            for label, array in arrays.items()
            if label not in self._parts[part] or not np.array_equal(self._parts[part][label], array)
        ]


def source_file(document: Document) -> str:
    """The name that the source file of a document is filed under."""
    return f"{document.provenance.root}\0{document.provenance.path}"


def _day(date: dt.date | None) -> int:
    return date.toordinal() if date else UNKNOWN_DAY


def _date_ranks(ids: Sequence[str], first_days: Array) -> dict[str, Array]:
    """The place of every document in the order newest first and oldest first; undated last, equal ones by id."""
    by_id = np.argsort(np.argsort(np.array(ids)))
    days = first_days.astype(np.int64)
    undated = days == UNKNOWN_DAY
    orders = {"newest": np.lexsort((by_id, -days, undated)), "oldest": np.lexsort((by_id, days, undated))}
    return {label: np.argsort(order).astype(np.uint16) for label, order in orders.items()}
