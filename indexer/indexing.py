"""From a pile of files to an index: what changed is read, cleaned together with what was read before, and indexed.

What comes out depends on the files alone, not on the order in which they were read, nor on runs that were killed: a
document with several copies is taken from the first by path, and the lines that a source prints everywhere are left
out of all its articles, those of earlier runs included.
"""

import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec

from indexer.changes import IndexReport, Progress, Rejection, Removal, Telling
from indexer.document import Document
from indexer.enrich import Stories, enrich, fingerprint, signature
from indexer.errors import SourceError
from indexer.index import Change
from indexer.ingest import (
    DEFAULT_NAMES,
    Applied,
    FieldNames,
    FileState,
    Ledger,
    LineKey,
    Read,
    Readers,
    SourceFile,
    find_files,
    without_recurring,
)
from indexer.thesaurus import Thesaurus

TOGETHER = 64_000_000
"""Characters of articles that are cleaned together, so that of a pile of this size every article is written once."""

BETWEEN_COMMITS = 120.0
"""Seconds of work that a killed run loses at most, the longest file aside."""

ENRICHED = "enriched"
"""The name of what is noted of the thesaurus by which documents were enriched."""

LINEAGE = "lineage"
"""The name of what is noted of the index that the ledger belongs to."""

SETTLED = 2_000_000_000
"""Nanoseconds: a file that changed later than this before it was read may change again unseen, and is read again."""


class Target(Protocol):
    """Where documents go."""

    def change(self, changes: Iterable[Document | Removal | Telling]) -> Sequence[Change]:
        """Carry out *changes* in one commit; what each document changed, in order."""

    def documents(self) -> Iterator[Document]:
        """Every document."""

    def document(self, document_id: str) -> Document:
        """The document with this id."""

    def lineage(self) -> str:
        """Names the line of commits, each built on the one before, that all this is kept in; "" for none.

        Another one after a commit was lost, or another index put in its place.
        """


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a pile is read."""

    jobs: int = 1
    """Processes that read files."""
    sync: bool = False
    """Whether articles go whose files are gone."""
    names: FieldNames = DEFAULT_NAMES
    progress: Callable[[Progress], None] = lambda _: None


def index_files(
    paths: Iterable[Path],
    target: Target,
    ledger: Ledger,
    stories: Stories,
    thesaurus: Thesaurus,
    options: Options,
) -> IndexReport:
    """Bring *target* up to date with every file at or below *paths*; what cannot be read is reported."""
    if (ledger.fact(LINEAGE) or "") != target.lineage():  # what was noted is not there: everything is read again
        ledger.forget()
        stories.forget()
    with Readers(options.jobs, names=options.names) as readers:
        run = _Run(target, ledger, stories, thesaurus, readers, options)
        return run.index(list(paths))


@dataclass
class _OpenFile:
    """A file that is being read."""

    id: int
    state: FileState
    articles: int = 0


class _Found(NamedTuple):
    """An article of a file, not yet sent to the index."""

    file: int
    number: int
    source: SourceFile
    document: Document


@dataclass
class _Tally:
    """What is counted for the report."""

    changes: Counter[Change] = field(default_factory=Counter)
    removed: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    done: int = 0
    found: int = 0
    articles: int = 0

    def reject(self, error: SourceError) -> None:
        self.rejected.append(Rejection(path=error.path, reason=error.reason))


class _Run:
    """One run of indexing."""

    def __init__(
        self,
        target: Target,
        ledger: Ledger,
        stories: Stories,
        thesaurus: Thesaurus,
        readers: Readers,
        options: Options,
    ) -> None:
        self._target, self._ledger, self._stories, self._thesaurus = target, ledger, stories, thesaurus
        self._readers, self._options = readers, options
        self._learned = ledger.boilerplate()
        self._recurring: dict[str, frozenset[LineKey]] = {}
        self._touched: set[str] = set()
        self._states: dict[SourceFile, FileState] = {}
        self._open: dict[SourceFile, _OpenFile] = {}
        self._buffer: list[_Found] = []
        self._size = 0
        self._gone: list[str] = []
        self._sent: set[str] = set()
        self._again: dict[SourceFile, None] = {}
        self._tally = _Tally()

    def index(self, paths: Sequence[Path]) -> IndexReport:
        """Read what changed, clean it, index it."""
        begin = time.perf_counter()
        self._tell_again()
        self._enrich_again()
        sources = self._find(paths)
        if self._options.sync:
            self._forget_vanished(paths, sources)
        self._read([source for source in sources if not self._is_unchanged(source)])
        self._read_again()
        self._clean_again()
        tally, changes = self._tally, self._tally.changes
        edited = min(changes[Change.NEW], tally.removed)  # what a file holds in place of what it held
        return IndexReport(
            read=changes.total(),
            new=changes[Change.NEW] - edited,
            changed=changes[Change.CHANGED] + edited,
            unchanged=changes[Change.UNCHANGED],
            copies=changes[Change.COPY],
            removed=tally.removed - edited,
            rejected=tuple(sorted(tally.rejected, key=lambda rejection: rejection.path)),
            took=round(time.perf_counter() - begin, 3),
        )

    def _find(self, paths: Sequence[Path]) -> list[SourceFile]:
        sources: dict[Path, SourceFile] = {}  # a file may be named twice: by itself, and by its folder
        for found in find_files(paths):
            if isinstance(found, SourceError):
                self._tally.reject(found)
            else:
                sources.setdefault(found.file, found)
        self._tally.found = len(sources)
        return list(sources.values())

    def _is_unchanged(self, source: SourceFile) -> bool:
        """Whether a file is as it was when it was read; what it held then counts as read now."""
        known = self._ledger.find(source)
        if known is None or known.state != _state(source):
            return False
        self._tally.changes[Change.UNCHANGED] += self._ledger.articles(known.id)
        for error in self._ledger.rejections(known.id):
            self._tally.reject(error)
        self._tally.done += 1
        return True

    def _forget_vanished(self, paths: Sequence[Path], sources: Iterable[SourceFile]) -> None:
        """Files below *paths* that are not there any more; a folder that is gone itself tells nothing."""
        there, folders = set(sources), [path.absolute() for path in paths if path.exists()]
        for known in list(self._ledger.files()):
            if known.source not in there and any(known.source.file.is_relative_to(folder) for folder in folders):
                self._ledger.begin_file(known.source)
                gone = self._ledger.end_file(known.id, FileState(-1, -1))
                self._ledger.forget_file(known.id)
                self._let_go(gone, known.source)

    def _read(self, sources: Sequence[SourceFile]) -> None:
        """Read files and index what is in them, with a commit from time to time."""
        self._states = {source: _state(source) for source in sources}
        reads = self._readers.read(sources)
        more = bool(sources or self._gone)
        while more:
            self._sent.clear()
            begin = time.monotonic()

            def changes() -> Iterator[Document | Removal]:
                nonlocal more
                more = yield from self._some_of(reads, until=begin + BETWEEN_COMMITS)  # noqa: B023

            self._tally.changes.update(self._change(changes()))
            self._ledger.keep_boilerplate(self._learned)
            self._ledger.commit()

    def _enrich_again(self) -> None:
        """Enrich all documents anew when the thesaurus, the topics or what is made of them has changed."""
        current = fingerprint(self._thesaurus)
        if self._ledger.fact(ENRICHED) == current:
            return
        pairs = ((document, enrich(document, self._thesaurus)) for document in self._target.documents())
        changed = (anew for document, anew in pairs if anew != document)
        if (first := next(changed, None)) is not None:
            self._change(chain([first], changed))
        self._ledger.note(ENRICHED, current)
        self._ledger.commit()

    def _change(self, changes: Iterable[Document | Removal]) -> Sequence[Change]:
        """Carry out changes, and tell which stories they change; a run killed in between tells them again."""

        def with_stories() -> Iterator[Document | Removal | Telling]:
            for change in changes:
                if isinstance(change, Removal):
                    self._stories.remove(change.id)
                else:
                    self._stories.add(change.id, signature(change))
                yield change
            yield from (Telling(document, story) for document, story in self._stories.changes())

        made = self._target.change(with_stories())
        self._ledger.note(LINEAGE, self._target.lineage())
        self._stories.commit()
        return made

    def _tell_again(self) -> None:
        """Find the stories of all documents anew when their file was lost, or is of another version."""
        if len(self._stories):
            return
        for document in self._target.documents():
            self._stories.add(document.id, signature(document))
        if len(self._stories):
            self._target.change(Telling(document, story) for document, story in self._stories.changes())
            self._stories.commit()

    def _read_again(self) -> None:
        """Read files once more of which an article was left out for a copy that is gone. They were counted before."""
        counted, self._tally = self._tally, _Tally()
        while self._again:
            again, self._again = list(self._again), {}
            self._read(again)
        self._tally = counted

    def _some_of(self, reads: Iterator[Read], until: float) -> Generator[Document | Removal, None, bool]:
        """The changes that files bring, up to a moment; whether there are more."""
        for read in reads:
            self._take(read)
            if self._size >= TOGETHER:
                yield from self._flush()
                if time.monotonic() >= until:
                    return True
        yield from self._flush()
        return False

    def _take(self, read: Read) -> None:
        """Note what was read of a file."""
        source, found = read.source, read.found
        opened = self._open.get(source)
        if opened is None:
            opened = self._open[source] = _OpenFile(self._ledger.begin_file(source), self._states[source])
        if isinstance(found, Document):
            self._ledger.add_article(opened.id, opened.articles, found.id, found.source)
            self._buffer.append(_Found(opened.id, opened.articles, source, found))
            self._size += len(found.text)
            opened.articles += 1
            self._tally.articles += 1
            if found.source:
                self._learned.learn(found.source, paragraphs(found))
                if found.source not in self._touched:
                    self._touched.add(found.source)
                    self._ledger.touch(found.source)
        elif found is not None:
            self._ledger.add_rejection(opened.id, found)
            self._tally.reject(found)
        else:
            del self._open[source]
            self._let_go(self._ledger.end_file(opened.id, opened.state), source)
            self._tally.done += 1
        self._options.progress(Progress(self._tally.done, self._tally.found, self._tally.articles))

    def _let_go(self, documents: Iterable[str], source: SourceFile) -> None:
        """A file holds these no more: they go, unless another file has them and so is to be read for them."""
        for document in documents:
            owner = self._ledger.owner(document)
            if owner is None:
                self._gone.append(document)
            elif str(owner.source.file) > str(source.file):
                self._again[owner.source] = None

    def _flush(self) -> Iterator[Document | Removal]:
        """The changes that the articles read so far make."""
        self._recurring.clear()
        for found in self._buffer:
            owner = self._ledger.owner(found.document.id)
            if owner is None or (owner.file, owner.number) != (found.file, found.number):
                self._tally.changes[Change.COPY] += 1
            elif found.document.id in self._sent:  # from a file further down, in this very commit
                self._again[found.source] = None
            else:
                self._sent.add(found.document.id)
                yield self._finished(found.document)
        for document in self._gone:
            if document not in self._sent and self._ledger.owner(document) is None:
                self._tally.removed += 1
                yield Removal(document)
        self._buffer, self._size, self._gone = [], 0, []

    def _finished(self, document: Document) -> Document:
        """A document without what its source prints everywhere, and enriched."""
        if document.source:
            document = without_lines(document, self._lines_left_out(document.source))
        return enrich(document, self._thesaurus)

    def _lines_left_out(self, source: str) -> frozenset[LineKey]:
        """The lines that recur in a source as far as is known, noted as left out of the articles of this flush."""
        if source not in self._recurring:
            recurring = self._recurring[source] = self._learned.recurring(source)
            before = self._ledger.applied(source) or Applied(recurring, recurring)
            self._ledger.apply(source, Applied(before.all_of & recurring, before.some_of | recurring))
        return self._recurring[source]

    def _clean_again(self) -> None:
        """Leave the lines that recur now out of all articles, and put back those that were left out too early."""
        todo: dict[str, frozenset[LineKey]] = {}
        for source in self._ledger.touched():
            applied, recurring = self._ledger.applied(source), self._learned.recurring(source)
            if applied and applied != Applied(recurring, recurring):
                todo[source] = recurring
                if applied.some_of - recurring:
                    self._again |= dict.fromkeys(self._ledger.files_with(source))
        if todo:
            self._read_again()
            self._change(self._cleaned(todo))
        for source, recurring in todo.items():
            self._ledger.apply(source, Applied(recurring, recurring))
        self._ledger.settle()
        self._ledger.commit()

    def _cleaned(self, todo: Mapping[str, frozenset[LineKey]]) -> Iterator[Document]:
        """The articles of the index that still have lines to leave out."""
        for source, recurring in todo.items():
            for document in map(self._target.document, self._ledger.documents_from(source)):
                cleaned = without_lines(document, recurring)
                if cleaned is not document:
                    yield enrich(cleaned, self._thesaurus)


def paragraphs(document: Document) -> list[str]:
    """The paragraphs of a document's text."""
    return document.text.split("\n\n")


def without_lines(document: Document, lines: frozenset[LineKey]) -> Document:
    """A document without these paragraphs: itself when it has none of them, or nothing else."""
    before = paragraphs(document)
    kept = without_recurring(before, lines)
    if not kept or len(kept) == len(before):
        return document
    return msgspec.structs.replace(document, text="\n\n".join(kept))


def _state(source: SourceFile) -> FileState:
    """The state of a file; one that nothing equals when it is gone, or when it has only just changed."""
    try:
        status = source.file.stat()
    except OSError:
        return FileState(-1, -2)
    settled = time.time_ns() - status.st_mtime_ns > SETTLED
    return FileState(status.st_size, status.st_mtime_ns if settled else -2)
