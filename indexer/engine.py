"""Engine: the one interface that the command line and the web face know."""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from indexer.document import FACETS, Document
from indexer.enrich import enrich
from indexer.errors import SourceError
from indexer.index import Change, CheckReport, IndexReader, IndexWriter, check_index, latest_generation, open_reader
from indexer.ingest import find_files, read_text_file
from indexer.search import IndexState, Searcher, SearchRequest, SearchResults
from indexer.settings import Settings
from indexer.thesaurus import Thesaurus, load_thesaurus

MEGABYTE = 1_000_000


class Rejection(msgspec.Struct, frozen=True, kw_only=True):
    """A source file that gave no Document, and why (in French)."""

    path: str
    reason: str


class IndexReport(msgspec.Struct, frozen=True, kw_only=True):
    """What one run of indexing did. *read* = new + changed + unchanged + copies; *took* in seconds."""

    read: int
    new: int
    changed: int
    unchanged: int
    copies: int
    rejected: tuple[Rejection, ...]
    took: float


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """What an index holds."""

    index: IndexState
    terms: int
    """Different terms of title and text."""
    size_bytes: int
    dated: int
    """Documents whose date of publication is known, to the year at least."""
    oldest: str | None
    newest: str | None
    languages: dict[str, int]
    facets: dict[str, int]
    """Different values of each facet."""


Progress = Callable[[int, int], None]
"""Called with the files done and the files found."""


class Engine(ABC):
    """Documents go in, SearchResults come out. Safe to share between threads."""

    def index(self, paths: Iterable[Path], progress: Progress | None = None) -> IndexReport:
        """Read every file at or below *paths*, enrich and index what it holds; what cannot be read is reported.

        Raises IndexLockedError when another process is indexing.
        """
        begin = time.perf_counter()
        sources = list(find_files(paths))
        rejected: list[Rejection] = []

        def documents() -> Iterable[Document]:
            thesaurus = self.thesaurus
            for done, source in enumerate(sources, start=1):
                try:
                    if isinstance(source, SourceError):
                        raise source
                    yield enrich(read_text_file(source), thesaurus)
                except SourceError as error:
                    rejected.append(Rejection(path=error.path, reason=error.reason))
                if progress:
                    progress(done, len(sources))

        changes = self.add(documents())
        return IndexReport(
            read=len(changes),
            new=changes.count(Change.NEW),
            changed=changes.count(Change.CHANGED),
            unchanged=changes.count(Change.UNCHANGED),
            copies=changes.count(Change.COPY),
            rejected=tuple(rejected),
            took=round(time.perf_counter() - begin, 3),
        )

    @property
    @abstractmethod
    def thesaurus(self) -> Thesaurus:
        """The names that documents are enriched with and queries widened by."""

    @abstractmethod
    def add(self, documents: Iterable[Document]) -> Sequence[Change]:
        """Add or replace *documents*, all of them or none; what each one changed, in order."""

    @abstractmethod
    def search(self, request: SearchRequest) -> SearchResults:
        """The answer to *request*; RequestError when it cannot be answered as it stands."""

    @abstractmethod
    def document(self, document_id: str) -> Document:
        """The whole document; DocumentNotFoundError when there is none with this id."""

    @abstractmethod
    def stats(self) -> Stats:
        """What the index holds."""

    @abstractmethod
    def check(self) -> CheckReport:
        """Whether the index is what it should be."""

    @abstractmethod
    def merge(self) -> None:
        """Bring the index into the form that is searched quickest."""

    @abstractmethod
    def close(self) -> None:
        """Let go of files and connections."""


class LocalEngine(Engine):
    """The engine over an index in a folder of this machine."""

    def __init__(self, path: Path, settings: Settings) -> None:
        self.path = path
        self._settings = settings
        self._lock = threading.Lock()
        self._opened: tuple[IndexReader, Searcher] | None = None

    @property
    def thesaurus(self) -> Thesaurus:
        """The thesaurus that comes with Vigie."""
        return load_thesaurus()

    def add(self, documents: Iterable[Document]) -> Sequence[Change]:
        """Add or replace *documents* in one commit; IndexLockedError when another process is writing."""
        with IndexWriter(self.path, memory=self._settings.memory * MEGABYTE, jobs=self._settings.jobs) as writer:
            return [writer.add(document) for document in documents]

    def search(self, request: SearchRequest) -> SearchResults:
        """The answer from the newest commit."""
        return self._newest()[1].search(request)

    def document(self, document_id: str) -> Document:
        """The document of the newest commit with this id."""
        return self._newest()[0].document(document_id)

    def stats(self) -> Stats:
        """What the newest commit holds."""
        reader, searcher = self._newest()
        documents = list(reader.documents())
        days = sorted(document.published.date for document in documents if document.published.date)
        languages = [document.language for document in documents]
        return Stats(
            index=searcher.state(),
            terms=len(reader.vocabulary),
            size_bytes=sum(file.stat().st_size for file in self.path.iterdir() if file.is_file()),
            dated=len(days),
            oldest=days[0] if days else None,
            newest=days[-1] if days else None,
            languages={language: languages.count(language) for language in sorted(set(languages))},
            facets={name: len(reader.facet_labels.of(name)) for name in FACETS},
        )

    def check(self) -> CheckReport:
        """Check the kept commits, every byte."""
        return check_index(self.path)

    def merge(self) -> None:
        """Merge to as few segments as possible; IndexLockedError when another process is writing."""
        open_reader(self.path)
        IndexWriter(self.path).merge()

    def close(self) -> None:
        """Let go of the commit that is open."""
        self._opened = None

    def _newest(self) -> tuple[IndexReader, Searcher]:
        """Reader and Searcher of the newest commit, opened when it is another than the one at hand."""
        opened = self._opened
        if opened is None or opened[0].newest_seen != latest_generation(self.path):
            with self._lock:
                opened = self._opened
                if opened is None or opened[0].newest_seen != latest_generation(self.path):
                    reader = open_reader(self.path)
                    self._opened = opened = (
                        reader,
                        Searcher(reader, self.thesaurus, cache=self._settings.cache * MEGABYTE),
                    )
        return opened


def open_engine(index: str | Path, settings: Settings | None = None) -> Engine:
    """The engine for *index*, with the other *settings* as they are; nothing is opened before it is used."""
    return LocalEngine(Path(index), settings or Settings())
