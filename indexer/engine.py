"""Engine: the one interface that the command line and the web face know."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import msgspec

from indexer.article import Article
from indexer.changes import IndexReport, Progress, Removal, Telling
from indexer.document import FACETS, Document
from indexer.entity import Entity, EntityKind, entity_request, find_label, make_entity
from indexer.errors import (
    CursorGoneError,
    EntityNotFoundError,
    IndexAccessError,
    IndexMissingError,
    IndexStorageError,
    QueryError,
    SettingsError,
)
from indexer.index import (
    INDEXING,
    Change,
    CheckReport,
    Commit,
    IndexReader,
    IndexWriter,
    Repair,
    check_index,
    copy_index,
    latest_generation,
    open_generation,
    open_reader,
    repair_index,
    take_lock,
    take_snapshot,
)
from indexer.search import (
    LARGEST_PAGE,
    MOST_VALUES,
    SIMILAR,
    SUGGESTIONS,
    Alternative,
    AnySearcher,
    Collection,
    Cursor,
    EquipmentNode,
    FacetList,
    FacetLookup,
    Hit,
    IndexState,
    Order,
    Rising,
    Searcher,
    SearchRequest,
    SearchResults,
    Shown,
    Similar,
    Snippet,
    Sort,
    Suggestions,
    find_alternatives,
)
from indexer.settings import Settings
from indexer.thesaurus import Thesaurus, load_thesaurus

MEGABYTE = 1_000_000

CLUSTER = "opensearch+"
"""What the address of a cluster begins with, and no folder should."""

WALKED = 2
"""Older commits kept open for the cursors that go through them; what is on disk of them may be gone meanwhile."""


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


class Extent(NamedTuple):
    """How large an index is: different terms, bytes, different values of each facet."""

    terms: int
    bytes: int
    facets: dict[str, int]


class Engine(ABC):
    """Documents go in, SearchResults come out. Safe to share between threads."""

    @abstractmethod
    def index(
        self, paths: Iterable[Path], *, sync: bool = False, progress: Callable[[Progress], None] | None = None
    ) -> IndexReport:
        """Bring the index up to date with every file at or below *paths*; what cannot be read is reported.

        With *sync*, articles go whose files are gone. Raises IndexLockedError when another process is indexing.
        """

    @property
    @abstractmethod
    def thesaurus(self) -> Thesaurus:
        """The names that documents are enriched with and queries widened by."""

    @abstractmethod
    def change(self, changes: Iterable[Document | Removal | Telling]) -> Sequence[Change]:
        """Add or replace documents, remove others, tell the stories of some, all of it or nothing.

        What each document changed, in order.
        """

    @abstractmethod
    def documents(self) -> Iterator[Document]:
        """Every document; none when there is no index yet."""

    def add(self, documents: Iterable[Document]) -> Sequence[Change]:
        """Add or replace *documents*, all of them or none; what each one changed, in order."""
        return self.change(documents)

    @abstractmethod
    def search(self, request: SearchRequest) -> SearchResults:
        """The answer to *request*; RequestError when it cannot be answered as it stands."""

    @abstractmethod
    def walk(self, request: SearchRequest) -> Iterator[Hit]:
        """All hits of *request* in the order of its pages, each once, of one commit, however many they are.

        RequestError, at once, when it cannot be answered as it stands. Page and size do not count.
        """

    @abstractmethod
    def highlight(self, document_id: str, request: SearchRequest) -> tuple[Snippet, Snippet]:
        """Title and text of a document, whole, with the words marked by which *request* finds it.

        DocumentNotFoundError; RequestError when the request cannot be answered as it stands.
        """

    @abstractmethod
    def suggest(self, text: str, number: int = SUGGESTIONS) -> Suggestions:
        """How a query that has been typed so far may go on: names, frequent phrases, titles.

        RequestError when it is too long, or the *number* out of bounds.
        """

    @abstractmethod
    def similar(self, document_id: str, number: int = SIMILAR) -> tuple[Similar, ...]:
        """The articles most like one, other versions of its story aside, and what they have in common with it.

        DocumentNotFoundError; RequestError when the *number* is out of bounds.
        """

    @abstractmethod
    def look_up(self, request: SearchRequest, lookup: FacetLookup) -> FacetList:
        """The values of a facet under *request*, all of them, page by page; RequestError as for a search."""

    @abstractmethod
    def equipment_tree(self, request: SearchRequest, shown: Shown | None = None) -> tuple[EquipmentNode, ...]:
        """The facets `kind` and `equipment` under *request* as one tree; what is not *shown* left out."""

    @abstractmethod
    def rising(self) -> Rising:
        """What the articles of the newest month name more than those of the twelve months before."""

    def alternatives(self, request: SearchRequest) -> tuple[Alternative, ...]:
        """What finds something when *request* finds nothing: without filters, less strictly, word by word."""
        return find_alternatives(request, self.search)

    @abstractmethod
    def document(self, document_id: str) -> Document:
        """The whole document; DocumentNotFoundError when there is none with this id."""

    def article(self, document_id: str) -> Article:
        """A document with what is recognised in it, and the versions of its story; DocumentNotFoundError."""
        from indexer.marking import mark_text  # noqa: PLC0415 - as below

        document = self.document(document_id)
        return Article(
            document=document,
            title_marks=mark_text(document.title, document, self.thesaurus),
            text_marks=mark_text(document.text, document, self.thesaurus),
            versions=self._versions(document_id),
        )

    @abstractmethod
    def _versions(self, document_id: str) -> tuple[Hit, ...]:
        """The other documents that tell the story of this one, in order of date."""

    def entity(self, kind: EntityKind, label: str) -> Entity:
        """What is known of an entry of the thesaurus, by its label or a name; EntityNotFoundError when none has it."""
        label = find_label(kind, label, self.thesaurus)
        try:
            results = self.search(entity_request(kind, label))
        except QueryError:  # there is no word in it, or there are too many
            raise EntityNotFoundError(label) from None
        return make_entity(kind, label, self.thesaurus, results)

    def original(self, document_id: str) -> bytes:
        """What the source file of a document says, uncleaned; SourceError when it is not there any more."""
        from indexer.ingest import read_original  # noqa: PLC0415 - as below

        return read_original(self.document(document_id).provenance)

    @abstractmethod
    def state(self) -> IndexState:
        """The commit that answers; nothing is searched to know it."""

    def warm(self) -> None:
        """Make what the first searches would wait for: three seconds for 100,000 articles, half of one for few."""
        for request in (SearchRequest(), SearchRequest(q="vigie missile"), SearchRequest(q="qui dirige l’OTAN ?")):
            self.search(request)
        self.suggest("missi")
        self.rising()

    @abstractmethod
    def stats(self) -> Stats:
        """What the index holds."""

    @abstractmethod
    def check(self) -> CheckReport:
        """Whether the index is what it should be."""

    @abstractmethod
    def repair(self) -> Repair:
        """Make it so, with what can still be read; the next run of indexing reads all files again."""

    @abstractmethod
    def snapshot(self, folder: Path) -> IndexState:
        """Copy the newest commit to a new *folder*, while others write; IndexInTheWayError when it has an index."""

    @abstractmethod
    def restore(self, folder: Path) -> IndexState:
        """Make what a snapshot in *folder* holds the newest commit; the next run of indexing reads all files again."""

    @abstractmethod
    def merge(self) -> None:
        """Bring the index into the form that is searched quickest."""

    @abstractmethod
    def close(self) -> None:
        """Let go of files and connections."""


class SearchingEngine(Engine):
    """What engines share that answer from the newest commit of an index, and note elsewhere what they have read."""

    def __init__(self, path: Path, settings: Settings) -> None:
        self.path = path
        """The folder of the ledger and of the stories."""
        self._settings = settings

    @abstractmethod
    def lineage(self) -> str:
        """Names the line of commits, each built on the one before, that the index is of; "" when there is none."""

    @abstractmethod
    def _newest(self) -> tuple[Collection, AnySearcher]:
        """The newest commit, and what searches it."""

    @abstractmethod
    def _searcher(self, request: SearchRequest) -> AnySearcher:
        """What searches the commit that the cursor goes through; CursorGoneError. The newest one without."""

    @abstractmethod
    def _story_of(self, document_id: str) -> str | None:
        """The name of the story that a document shares with others."""

    @abstractmethod
    def _extent(self) -> Extent:
        """How large the newest commit is."""

    @property
    def thesaurus(self) -> Thesaurus:
        """The thesaurus that comes with Vigie, with the user's own file; SettingsError when that cannot be used."""
        own = self._settings.thesaurus
        return load_thesaurus(own=Path(own) if own else None)

    def index(
        self, paths: Iterable[Path], *, sync: bool = False, progress: Callable[[Progress], None] | None = None
    ) -> IndexReport:
        """Read files; the ledger of what was read lies beside the index."""
        # Reading and enriching take a second to import, which a search, or a page of results, need not wait for.
        from indexer.enrich import Stories  # noqa: PLC0415
        from indexer.indexing import Options, index_files  # noqa: PLC0415
        from indexer.ingest import DEFAULT_NAMES, Ledger  # noqa: PLC0415

        options = Options(
            jobs=self._settings.jobs,
            sync=sync,
            names=DEFAULT_NAMES.preferring(self._settings.fields),
            progress=progress or (lambda _: None),
        )
        with take_lock(self.path, INDEXING), Ledger(self.path) as ledger, Stories(self.path) as stories:
            return index_files(paths, self, ledger, stories, self.thesaurus, options)

    def search(self, request: SearchRequest) -> SearchResults:
        """The answer from the newest commit, or the one that the cursor goes through; CursorGoneError."""
        return self._searcher(request).search(request)

    def walk(self, request: SearchRequest) -> Iterator[Hit]:
        """All hits from the newest commit; a later one does not change what is under way."""
        return self._newest()[1].walk(request)

    def highlight(self, document_id: str, request: SearchRequest) -> tuple[Snippet, Snippet]:
        """Title and text as the newest commit has them."""
        return self._newest()[1].highlight(document_id, request)

    def suggest(self, text: str, number: int = SUGGESTIONS) -> Suggestions:
        """How the newest commit completes a query; what that takes is made at the first one."""
        return self._newest()[1].suggest(text, number)

    def similar(self, document_id: str, number: int = SIMILAR) -> tuple[Similar, ...]:
        """The articles of the newest commit most like one."""
        return self._newest()[1].similar(document_id, number)

    def look_up(self, request: SearchRequest, lookup: FacetLookup) -> FacetList:
        """The values of a facet in the newest commit."""
        return self._newest()[1].look_up(request, lookup)

    def equipment_tree(self, request: SearchRequest, shown: Shown | None = None) -> tuple[EquipmentNode, ...]:
        """The equipment of the newest commit."""
        return self._newest()[1].equipment_tree(request, shown)

    def rising(self) -> Rising:
        """What rises in the newest commit; found once."""
        return self._newest()[1].rising

    def document(self, document_id: str) -> Document:
        """The document of the newest commit with this id."""
        return self._newest()[0].document(document_id)

    def _versions(self, document_id: str) -> tuple[Hit, ...]:
        story = self._story_of(document_id)
        if story is None:
            return ()
        request = SearchRequest(story=story, sort=Sort.OLDEST, size=LARGEST_PAGE, facets=())
        return tuple(hit for hit in self.search(request).hits if hit.id != document_id)

    def stats(self) -> Stats:
        """What the newest commit holds."""
        reader, searcher = self._newest()
        extent = self._extent()
        every = SearchRequest(size=1, facets=())
        oldest, newest = (searcher.search(every.replace(sort=sort)).hits for sort in (Sort.OLDEST, Sort.NEWEST))
        years = searcher.look_up(every, FacetLookup(field="date", size=1))
        languages = searcher.look_up(every, FacetLookup(field="language", order=Order.LABEL, size=MOST_VALUES))
        return Stats(
            index=searcher.state(),
            terms=extent.terms,
            size_bytes=extent.bytes,
            dated=reader.size - years.missing,
            oldest=oldest[0].published.date if oldest else None,
            newest=newest[0].published.date if newest else None,
            languages={language.value: language.count for language in languages.values},
            facets=extent.facets,
        )


class LocalEngine(SearchingEngine):
    """The engine over an index in a folder of this machine."""

    def __init__(self, path: Path, settings: Settings) -> None:
        super().__init__(path, settings)
        self._lock = threading.Lock()
        self._opened: tuple[IndexReader, Searcher] | None = None
        self._refused = False
        """Whether the system does not let a newer commit than the one at hand be read."""
        self._walked: dict[int, Searcher] = {}
        """The older commits that cursors go through, by generation."""

    def documents(self) -> Iterator[Document]:
        """Every document of the newest commit."""
        with suppress(IndexMissingError):
            yield from self._newest()[0].documents()

    def change(self, changes: Iterable[Document | Removal | Telling]) -> Sequence[Change]:
        """Carry out *changes* in one commit; IndexLockedError when another process is writing."""
        made: list[Change] = []
        with IndexWriter(self.path, memory=self._settings.memory * MEGABYTE, jobs=self._settings.jobs) as writer:
            for change in changes:
                if isinstance(change, Removal):
                    writer.delete(change.id)
                elif isinstance(change, Telling):
                    writer.tell_story(change.id, change.story)
                else:
                    made.append(writer.add(change))
        return made

    def _story_of(self, document_id: str) -> str | None:
        reader, _ = self._newest()
        doc = reader.number_of(document_id)
        story = None if doc is None else reader.stories.story_of(doc)
        return None if story is None else reader.stories.name_of(story)

    def _extent(self) -> Extent:
        reader, _ = self._newest()
        return Extent(
            terms=len(reader.vocabulary),
            bytes=sum(file.stat().st_size for file in self.path.iterdir() if file.is_file()),
            facets={name: len(reader.facet_labels.of(name)) for name in FACETS},
        )

    def state(self) -> IndexState:
        """The newest commit."""
        state = self._newest()[1].state()
        return msgspec.structs.replace(state, degraded=state.degraded or self._refused)

    def check(self) -> CheckReport:
        """Check the kept commits, every byte."""
        return check_index(self.path)

    def repair(self) -> Repair:
        """Repair the index; IndexLockedError when another process is writing."""
        with take_lock(self.path, INDEXING):
            return repair_index(self.path)

    def snapshot(self, folder: Path) -> IndexState:
        """Copy the newest commit; the ledger and the stories, which can be found out again, are left behind."""
        return _state_of(take_snapshot(self.path, folder))

    def restore(self, folder: Path) -> IndexState:
        """Restore a snapshot; IndexLockedError when another process is writing or indexing."""
        open_reader(folder)
        with take_lock(self.path, INDEXING):
            return _state_of(copy_index(folder, self.path))

    def lineage(self) -> str:
        """That of the newest commit; another when that one cannot be used, and the one before is served."""
        try:
            reader = self._newest()[0]
        except IndexMissingError:
            return ""
        return reader.commit.lineage if not reader.warnings else f"{reader.commit.lineage}, behind"

    def merge(self) -> None:
        """Merge to as few segments as possible; IndexLockedError when another process is writing."""
        open_reader(self.path)
        IndexWriter(self.path).merge()

    def close(self) -> None:
        """Let go of the commits that are open."""
        self._opened = None
        self._walked.clear()

    def _newest(self) -> tuple[IndexReader, Searcher]:
        """Reader and Searcher of the newest commit, opened when it is another than the one at hand."""
        opened = self._opened
        try:
            if opened is None or opened[0].newest_seen != latest_generation(self.path):
                with self._lock:
                    opened = self._opened
                    if opened is None or opened[0].newest_seen != latest_generation(self.path):
                        reader = open_reader(self.path)
                        self._opened = opened = (
                            reader,
                            Searcher(reader, self.thesaurus, cache=self._settings.cache * MEGABYTE),
                        )
        except IndexStorageError:
            if opened is None:
                raise
            self._refused = True  # the one at hand answers, until the system lets the newest be read
        else:
            self._refused = False
        return opened

    def _searcher(self, request: SearchRequest) -> Searcher:
        """The Searcher of the commit that the cursor goes through, of the newest one without."""
        newest = self._newest()[1]
        if request.cursor is None:
            return newest
        generation = Cursor.parse(request.cursor).generation
        if generation == newest.state().generation:
            return newest
        with self._lock:
            if generation not in self._walked:
                try:
                    reader = open_generation(self.path, generation)
                except IndexAccessError:
                    raise CursorGoneError(request.replace(cursor=None).address()) from None
                while len(self._walked) >= WALKED:
                    del self._walked[next(iter(self._walked))]
                cache = self._settings.cache * MEGABYTE // WALKED
                self._walked[generation] = Searcher(reader, self.thesaurus, cache=cache)
            return self._walked[generation]


class OpenSearchEngine(SearchingEngine):
    """The engine over an index in an OpenSearch cluster; what was read is noted in a folder of this machine."""

    def __init__(self, address: str, settings: Settings) -> None:
        # Not every installation has the client (the extra `opensearch`).
        from indexer.opensearch.address import Address  # noqa: PLC0415

        place = Address.parse(address)
        super().__init__(Path(settings.notes) / place.name, settings)
        try:
            from indexer.opensearch.cluster import ClusterIndex  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise SettingsError("Il manque le client du cluster : pip install 'vigie[opensearch]'.") from error
        self._index = ClusterIndex(place, lambda: self.thesaurus, settings)

    def documents(self) -> Iterator[Document]:
        """Every document of the newest commit."""
        with suppress(IndexMissingError):
            yield from self._index.documents()

    def change(self, changes: Iterable[Document | Removal | Telling]) -> Sequence[Change]:
        """Carry out *changes*, visible together; ClusterUnavailableError when the cluster does not take them."""
        return self._index.change(changes)

    def state(self) -> IndexState:
        """The newest commit."""
        return self._newest()[1].state()

    def check(self) -> CheckReport:
        """Check the cluster's health, the mapping, the counts, and that every document is written as it should be."""
        return self._index.check()

    def repair(self) -> Repair:
        """Remove what unfinished rebuilds have left, and write every document anew."""
        with take_lock(self.path, INDEXING):
            return self._index.repair()

    def snapshot(self, folder: Path) -> IndexState:
        """Write the newest commit to an index of this machine in *folder*."""
        return _state_of(self._index.snapshot(folder, self._settings))

    def restore(self, folder: Path) -> IndexState:
        """Make what an index of this machine holds the newest commit; searches go on meanwhile."""
        with take_lock(self.path, INDEXING):
            return self._index.restore(folder)

    def lineage(self) -> str:
        """That of the newest commit."""
        return self._index.lineage()

    def merge(self) -> None:
        """Bring the index into this version's form, or merge the segments of its shards."""
        self._index.merge()

    def close(self) -> None:
        """Let go of the connections."""
        self._index.close()

    def _newest(self) -> tuple[Collection, AnySearcher]:
        return self._index.newest()

    def _searcher(self, request: SearchRequest) -> AnySearcher:
        return self._index.searcher(request)

    def _story_of(self, document_id: str) -> str | None:
        return self._index.story_of(document_id)

    def _extent(self) -> Extent:
        return Extent(*self._index.extent())


def _state_of(commit: Commit) -> IndexState:
    return IndexState(generation=commit.generation, documents=commit.documents, committed=commit.created)


def open_engine(index: str | Path, settings: Settings | None = None) -> Engine:
    """The engine for *index*, a folder or the address of a cluster, with the other *settings* as they are.

    Nothing is opened before it is used.
    """
    settings = settings or Settings()
    if str(index).startswith(CLUSTER):
        return OpenSearchEngine(str(index), settings)
    return LocalEngine(Path(index), settings)
