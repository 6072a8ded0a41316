"""Segment: up to 65,536 documents, written once, in four files of arrays.

NAME.terms       the sorted terms, their fold and stem classes
NAME.postings    which documents have a term, how much it counts there, where it stands
NAME.facets      facet values, dates
NAME.documents   ids, source files, the compressed Documents
"""

import datetime as dt
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from indexer.analysis import fold, stem_class
from indexer.analysis.numbering import TermNumbers
from indexer.document import FACETS, Document
from indexer.index.arrays import Array, Arrays, write_arrays
from indexer.index.dictionary import Dictionary, Filing, dictionary_arrays, filing_arrays
from indexer.index.facet_values import FacetValues, facet_arrays
from indexer.index.inversion import invert
from indexer.index.schema import facet_values
from indexer.index.storage import Storage
from indexer.index.stored import StoredDocuments, stored_arrays

PARTS = ("terms", "postings", "facets", "documents")
UNKNOWN_DAY = 0
"""Stands for no date; days are counted as in datetime.date.toordinal, which begins at 1."""


def segment_files(name: str) -> list[str]:
    """The files of a segment."""
    return [f"{name}.{part}" for part in PARTS]


def write_segment(storage: Storage, name: str, documents: Sequence[Document], numbers: TermNumbers) -> None:
    """Write *documents* as segment *name*, MOST_DOCUMENTS at most, and sync its files."""
    inversion = invert([document.title for document in documents], [document.text for document in documents], numbers)
    terms = inversion.terms
    parts: dict[str, dict[str, Array]] = {
        "terms": {
            **dictionary_arrays("terms", terms),
            **filing_arrays("folds", [fold(term) for term in terms]),
            **filing_arrays("stems", [stem_class(term) for term in terms]),
        },
        "postings": {label: array for label, array in inversion._asdict().items() if label != "terms"},
        "facets": _facets(documents),
        "documents": {**_identities(documents), **stored_arrays(documents)},
    }
    for part, arrays in parts.items():
        write_arrays(storage, f"{name}.{part}", part, arrays, {"documents": len(documents)})


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
        postings = self._parts["postings"]
        self.document_frequencies = postings["document_frequencies"]
        self.row_numbers = postings["row_numbers"]
        self.docs, self.impacts, self.rows = postings["docs"], postings["impacts"], postings["rows"]
        self.first_days, self.last_days = self._parts["facets"]["first_days"], self._parts["facets"]["last_days"]

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

    def postings(self, term: int) -> tuple[Array, Array]:
        """The documents of a term, ascending, and its impacts there."""
        row = int(self.row_numbers[term])
        if row >= 0:
            docs = np.flatnonzero(self.rows[row])
            return docs, self.rows[row].take(docs)
        start = int(self.sparse_starts[term])
        end = start + int(self.document_frequencies[term])
        return self.docs[start:end], self.impacts[start:end]

    def verify(self) -> None:
        """Read every byte; IndexDamagedError when any is not as written."""
        for arrays in self._parts.values():
            arrays.verify()


def _facets(documents: Sequence[Document]) -> dict[str, Array]:
    values = [facet_values(document) for document in documents]
    arrays: dict[str, Array] = {}
    for name in FACETS:
        arrays |= facet_arrays(name, [found[name] for found in values])
    dates = [document.published for document in documents]
    arrays["first_days"] = np.array([_day(date.first) for date in dates], np.int32)
    arrays["last_days"] = np.array([_day(date.last) for date in dates], np.int32)
    return arrays


def _day(date: dt.date | None) -> int:
    return date.toordinal() if date else UNKNOWN_DAY


def _identities(documents: Sequence[Document]) -> dict[str, Array]:
    files = [f"{document.provenance.root}\0{document.provenance.path}" for document in documents]
    return {**filing_arrays("ids", [document.id for document in documents]), **filing_arrays("files", files)}
