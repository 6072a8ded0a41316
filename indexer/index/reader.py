"""IndexReader: one commit of the index, as it was when it was opened. Immutable, and safe to share between threads."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from whoosh import matching, reading
from whoosh.codec.base import Automata

from indexer.analysis import fold
from indexer.document import FACETS, Document
from indexer.errors import DocumentNotFoundError, IndexAccessError
from indexer.index.arrays import Array
from indexer.index.dictionary import Dictionary
from indexer.index.facet_values import NONE
from indexer.index.inversion import TITLE_ROOM
from indexer.index.live import FacetLabels, LiveSegment, facet_labels
from indexer.index.manifest import Commit, commit_name, newest_generation, open_newest, read_commit
from indexer.index.schema import CONTENT, TEXT, TITLE, WORD_FIELDS, make_schema
from indexer.index.segment import UNKNOWN_DAY
from indexer.index.storage import Storage
from indexer.index.stories import SharedStories


class Whole(Protocol):
    """A larger collection, as far as the scores of its documents depend on it."""

    @property
    def size(self) -> int:
        """How many documents it has."""

    @property
    def newest_day(self) -> int:
        """The newest day of publication, as datetime.date.toordinal counts."""

    def having_any(self, terms: frozenset[str]) -> int:
        """How many documents have any of *terms*."""


class IndexReader(reading.IndexReader):
    """One commit, its documents numbered through all segments.

    What Whoosh asks of its readers is here too, so that its prefixes, wildcards, fuzzy terms and spelling work over it;
    searching goes to the segments' arrays (`parts`). Texts of terms are accepted as str and as UTF-8.
    """

    schema = make_schema()
    whole: Whole | None = None
    """What these documents are an excerpt of: words are as rare as there (excerpt.py)."""

    def __init__(self, storage: Storage, commit: Commit) -> None:
        self.commit = commit
        self.parts = tuple(LiveSegment(storage, state) for state in commit.segments)
        self.bases = tuple(accumulate((part.segment.size for part in self.parts), initial=0))
        """The number of the first document of each part, and the number after the last one."""
        self.newest_seen = commit.generation
        """The newest generation when this one was opened: a later one when that could not be used."""
        self.warnings: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many documents a search can find."""
        return self.commit.documents

    @cached_property
    def newest_day(self) -> int:
        """The newest day of publication, as datetime.date.toordinal counts; UNKNOWN_DAY when there is none."""
        return max((int(part.segment.first_days.max(initial=UNKNOWN_DAY)) for part in self.parts), default=UNKNOWN_DAY)

    @cached_property
    def stories(self) -> SharedStories:
        """The stories that several documents share."""
        return SharedStories([(part.stories, part.live) for part in self.parts], self.bases)

    def documents(self) -> Iterator[Document]:
        """Every live document."""
        for part in self.parts:
            for doc in range(part.segment.size):
                if part.is_live(doc):
                    yield part.segment.documents[doc]

    def document(self, document_id: str) -> Document:
        """The document with this id; DocumentNotFoundError when there is none."""
        for part in self.parts:
            doc = part.find_id(document_id)
            if doc is not None:
                return part.segment.documents[doc]
        raise DocumentNotFoundError(document_id)

    def card(self, docnum: int) -> Document:
        """A document without its text, by its number."""
        part, doc = self._locate(docnum)
        return part.segment.documents.card(doc)

    def number_of(self, document_id: str) -> int | None:
        """The number of the live document with this id."""
        for part, base in zip(self.parts, self.bases, strict=False):
            doc = part.find_id(document_id)
            if doc is not None:
                return base + doc
        return None

    def with_fold(self, folded: str) -> set[str]:
        """The terms of title and text whose fold is *folded*."""
        return {part.segment.terms[term] for part in self.parts for term in part.segment.folds.find(folded)}

    def with_stem(self, name: str) -> set[str]:
        """The terms whose own stem class is *name*."""
        return {part.segment.terms[term] for part in self.parts for term in part.segment.stems.find(name)}

    def with_prefix(self, prefix: str) -> set[str]:
        """The terms of title and text that begin with *prefix*."""
        inside = [part.segment.terms for part in self.parts]
        return {terms[term] for terms in inside for term in terms.with_prefix(prefix)}

    def like(self, word: str, least: float) -> dict[str, float]:
        """The terms like *word*, which is given without accents, and their Dice coefficients from *least* on."""
        return {
            part.segment.terms[term]: dice for part in self.parts for term, dice in part.segment.grams.like(word, least)
        }

    @property
    def dictionaries(self) -> list[Dictionary]:
        """The terms of title and text of every segment."""
        return [part.segment.terms for part in self.parts]

    def frequencies(self, terms: Iterable[str]) -> list[int]:
        """How many documents have each of *terms*, deleted ones included."""
        return [sum(part.segment.frequency(term) for part in self.parts) for term in terms]

    def having_value(self, field: str, value: str) -> int:
        """How many documents have a value of a facet, deleted ones included."""
        return sum(len(part.segment.facets.documents_with(field, value)) for part in self.parts)

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """Every term of title and text, sorted."""
        return tuple(sorted({term for part in self.parts for term in part.segment.terms}))

    @cached_property
    def facet_labels(self) -> FacetLabels:
        """The values of every facet."""
        return facet_labels(self.parts)

    @cached_property
    def folded_values(self) -> Mapping[str, Mapping[str, str]]:
        """For every facet: the fold of a value -> the value, so that « Taiwan » means « Taïwan »."""
        return {name: {fold(value): value for value in self.facet_labels.of(name)} for name in FACETS}

    # What whoosh.reading.IndexReader says: document numbers, texts of terms as bytes.

    def generation(self) -> int:
        """The number of the commit."""
        return self.commit.generation

    def __contains__(self, term: tuple[str, str | bytes]) -> bool:
        """Whether a live document has this (field, text)."""
        return self.doc_frequency(*term) > 0

    def indexed_field_names(self) -> Iterable[str]:
        """The fields that have terms."""
        return (*WORD_FIELDS, *FACETS)

    def all_terms(self) -> Iterator[tuple[str, bytes]]:
        """Every (field, text), sorted."""
        for field in sorted(self.indexed_field_names()):
            yield from self.terms_from(field, b"")

    def terms_from(self, fieldname: str, prefix: str | bytes) -> Iterator[tuple[str, bytes]]:
        """Every (field, text) of one field from *prefix* on; the words of title or text may also stand in the other."""
        start = _text(prefix)
        if fieldname in WORD_FIELDS:
            dictionaries = [part.segment.terms for part in self.parts]
            texts = sorted({terms[number] for terms in dictionaries for number in terms.between(start, None)})
        elif fieldname in FACETS:
            texts = sorted(value for value in self.facet_labels.of(fieldname) if value >= start)
        else:
            texts = []
        return ((fieldname, text.encode()) for text in texts)

    def expand_prefix(self, fieldname: str, prefix: str | bytes) -> Iterator[bytes]:
        """The terms of a field that begin with *prefix*, sorted."""
        if fieldname not in WORD_FIELDS:
            yield from super().expand_prefix(fieldname, _text(prefix))
            return
        dictionaries = [part.segment.terms for part in self.parts]
        found = {terms[number] for terms in dictionaries for number in terms.with_prefix(_text(prefix))}
        yield from (text.encode() for text in sorted(found))

    def terms_within(self, fieldname: str, text: str, maxdist: int, prefix: int = 0) -> Iterator[str]:
        """The words within *maxdist* edits of *text* that begin as it does, over *prefix* letters; in no order."""
        inside = [part.segment for part in self.parts]
        known = [each.terms if fieldname in WORD_FIELDS else each.facets.texts[fieldname] for each in inside]
        yield from words_within(known, text, maxdist, prefix) - {NONE}

    def term_info(self, fieldname: str, text: str | bytes) -> reading.TermInfo:
        """The figures of one term; whoosh.reading.TermNotFound when it is not there."""
        docs, counts = self._postings(fieldname, text)
        if not len(docs):
            raise reading.TermNotFound(f"{fieldname}:{_text(text)}")
        lengths = self._lengths(fieldname).take(docs)
        return reading.TermInfo(
            weight=int(counts.sum()),
            df=len(docs),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=int(counts.max()),
            minid=int(docs[0]),
            maxid=int(docs[-1]),
        )

    def values_of(self, field: str, docnum: int) -> list[str]:
        """One document's values of a facet."""
        part, doc = self._locate(docnum)
        return part.segment.facets.values_of(field, doc)

    def has_deletions(self) -> bool:
        """Whether any document is deleted."""
        return any(part.live is not None for part in self.parts)

    def is_deleted(self, docnum: int) -> bool:
        """Whether a document is deleted; a number beyond the last is not, Whoosh looks there."""
        if docnum >= self.bases[-1]:
            return False
        part, doc = self._locate(docnum)
        return not part.is_live(doc)

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """The whole document, under the name of each field."""
        part, doc = self._locate(docnum)
        document = part.segment.documents[doc]
        return {"id": document.id, TITLE: document.title, TEXT: document.text}

    def doc_count_all(self) -> int:
        """How many document numbers there are."""
        return self.bases[-1]

    def doc_count(self) -> int:
        """How many documents a search can find."""
        return self.size

    def frequency(self, fieldname: str, text: str | bytes) -> int:
        """How often a term occurs in live documents."""
        return int(self._postings(fieldname, text)[1].sum())

    def doc_frequency(self, fieldname: str, text: str | bytes) -> int:
        """How many live documents have a term."""
        return len(self._postings(fieldname, text)[0])

    def field_length(self, fieldname: str) -> int:
        """Terms of a field in all documents."""
        return int(self._lengths(fieldname).sum())

    def min_field_length(self, fieldname: str) -> int:
        """Terms of a field in the document that has fewest."""
        return int(self._lengths(fieldname).min(initial=1 << 32))

    def max_field_length(self, fieldname: str) -> int:
        """Terms of a field in the document that has most."""
        return int(self._lengths(fieldname).max(initial=0))

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Terms of a field in one document."""
        if fieldname not in self.indexed_field_names():
            return default
        part, doc = self._locate(docnum)
        if fieldname in FACETS:
            return len(part.segment.facets.numbers_of(fieldname, doc))
        return int(_part_lengths(part, fieldname)[doc])

    def postings(self, fieldname: str, text: str | bytes, scorer: Any = None) -> matching.ListMatcher:  # noqa: ANN401
        """The live documents that have a term, as a Whoosh matcher whose weights are counts."""
        docs, counts = self._postings(fieldname, text)
        if not len(docs):
            raise reading.TermNotFound(f"{fieldname}:{_text(text)}")
        return matching.ListMatcher(docs.tolist(), counts.astype(float).tolist(), scorer=scorer)

    def has_vector(self, docnum: int, fieldname: str) -> bool:  # noqa: ARG002 - as Whoosh calls it
        """No term vectors are kept."""
        return False

    def vector(self, docnum: int, fieldname: str, format_: object = None) -> None:  # noqa: ARG002
        """No term vectors are kept: KeyError."""
        raise KeyError(fieldname)

    def _locate(self, docnum: int) -> tuple[LiveSegment, int]:
        number = int(np.searchsorted(self.bases, docnum, side="right")) - 1
        return self.parts[number], docnum - self.bases[number]

    def _postings(self, fieldname: str, text: str | bytes) -> tuple[Array, Array]:
        """Live documents and counts of a term of any field."""
        found = [_part_postings(part, fieldname, _text(text)) for part in self.parts]
        docs = [docs.astype(np.int64) + base for (docs, _), base in zip(found, self.bases, strict=False)]
        nothing = np.zeros(0, np.int64)
        return np.concatenate([*docs, nothing]), np.concatenate([*(counts for _, counts in found), nothing])

    def _lengths(self, fieldname: str) -> Array:
        """Terms of a field in every document."""
        lengths = [_part_lengths(part, fieldname) for part in self.parts]
        return np.concatenate([*lengths, np.zeros(0, np.int64)])


def words_within(known: Iterable[Dictionary], text: str, maxdist: int, prefix: int = 0) -> set[str]:
    """The words within *maxdist* edits of *text* that begin as it does, over *prefix* letters."""
    automata = Automata()
    cursors = [_Cursor(terms) for terms in known if len(terms)]
    return {near for cursor in cursors for near in automata.terms_within(cursor, text, maxdist, prefix)}


class _Cursor:
    """A place in a dictionary, as Whoosh's automata move it."""

    def __init__(self, terms: Dictionary) -> None:
        self._terms, self._at = terms, 0

    def text(self) -> str | None:
        """The term at this place; None behind the last one."""
        return self._terms[self._at] if self._at < len(self._terms) else None

    def find(self, text: str) -> None:
        """Move to the first term that is not before *text*."""
        self._at = self._terms.between(text, None).start


def _part_postings(part: LiveSegment, fieldname: str, text: str) -> tuple[Array, Array]:
    segment = part.segment
    if fieldname not in WORD_FIELDS:
        docs = segment.facets.documents_with(fieldname, text) if fieldname in FACETS else np.zeros(0, np.int64)
        counts = np.ones(len(docs), np.int64)
    elif (term := segment.terms.find(text)) < 0:
        docs = counts = np.zeros(0, np.int64)
    elif fieldname == CONTENT:
        docs, counts = segment.postings(term)[0], segment.counts(term)
    else:
        places = segment.places(term)
        inside = ((places & 0xFFFF) < TITLE_ROOM) == (fieldname == TITLE)
        docs, counts = np.unique(places[inside] >> 16, return_counts=True)
    if part.live is None:
        return docs, counts
    live = part.live.take(docs)
    return docs[live], counts[live]


def _part_lengths(part: LiveSegment, fieldname: str) -> Array:
    segment = part.segment
    titles, texts = segment.title_lengths.astype(np.int64), segment.text_lengths.astype(np.int64)
    if fieldname in WORD_FIELDS:
        return {TITLE: titles, TEXT: texts}.get(fieldname, titles + texts)
    return segment.facets.counts(fieldname)


def _text(text: str | bytes) -> str:
    return text if isinstance(text, str) else text.decode()


def open_reader(path: Path) -> IndexReader:
    """The newest commit of the index in *path* that can be opened.

    Raises IndexMissingError when there is none, IndexVersionError, or IndexDamagedError when no commit can be used.
    """
    storage = Storage(path)
    while True:
        newest = newest_generation(storage)
        try:
            reader, warnings = open_newest(storage, lambda commit: IndexReader(storage, commit))
        except IndexAccessError:
            if newest_generation(storage) == newest:
                raise
            continue  # a writer made newer commits and collected the files of this one meanwhile
        if not warnings or newest_generation(storage) == newest:
            reader.newest_seen, reader.warnings = newest, warnings
            return reader


def open_generation(path: Path, generation: int) -> IndexReader:
    """One kept commit; IndexAccessError when it cannot be opened, or not any more."""
    storage = Storage(path)
    return IndexReader(storage, read_commit(storage, commit_name(generation)))


def latest_generation(path: Path) -> int:
    """The generation of the newest commit, without opening it; 0 when there is none."""
    return newest_generation(Storage(path))
