"""ClusterIndex: an index in a cluster, from its making to its moving: opened, changed, made anew, checked."""

import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from opensearchpy.exceptions import NotFoundError

from indexer.changes import Removal, Telling
from indexer.document import FACETS, Document
from indexer.errors import CursorGoneError, IndexInTheWayError, IndexMissingError
from indexer.index import Change, CheckReport, Commit, IndexWriter, Repair, latest_generation, open_reader
from indexer.opensearch.address import Address
from indexer.opensearch.connection import Connection
from indexer.opensearch.mapping import VERSION, Bodies, digest, document_of, rates_day
from indexer.opensearch.reader import ClusterReader, Json
from indexer.opensearch.searcher import ClusterSearcher
from indexer.opensearch.state import (
    Lock,
    State,
    check_version,
    create_index,
    give_aliases,
    left_over,
    locked,
    read_state,
    remove_index,
    write_state,
)
from indexer.opensearch.vocabulary import Vocabulary, read_vocabulary
from indexer.opensearch.writing import write_changes
from indexer.search import Cursor, IndexState, SearchRequest
from indexer.settings import Settings
from indexer.thesaurus import Thesaurus
from indexer.typography import typeset

MEGABYTE = 1_000_000

SEEN_FOR = 0.5
"""Seconds for which the newest commit at hand is taken for the newest that there is."""

GRACE = 5.0
"""Seconds for which searches that have begun go on over an index that another one has taken the place of."""

WALKED = 2
"""Older commits kept at hand for the cursors that go through them."""

CHECKED_AT_ONCE = 200


class ClusterIndex:
    """One index in a cluster. Safe to share between threads."""

    def __init__(self, address: Address, thesaurus: Callable[[], Thesaurus], settings: Settings) -> None:
        self._connection = Connection(address)
        self._thesaurus = thesaurus
        self._settings = settings
        self._lock = threading.Lock()
        self._opened: tuple[ClusterReader, ClusterSearcher] | None = None
        self._seen = 0.0
        """When the newest commit was last asked for."""
        self._walked: dict[int, ClusterSearcher] = {}
        self._holder = uuid.uuid4().hex
        self._writing = threading.Lock()

    def newest(self) -> tuple[ClusterReader, ClusterSearcher]:
        """Reader and searcher of the newest commit."""
        opened = self._opened
        if opened is not None and time.monotonic() - self._seen < SEEN_FOR:
            return opened
        state = read_state(self._connection)
        check_version(state)
        with self._lock:
            opened = self._opened
            if opened is None or opened[0].state != state:
                opened = self._open(state)
            self._opened, self._seen = opened, time.monotonic()
        return opened

    def searcher(self, request: SearchRequest) -> ClusterSearcher:
        """What searches the commit that the cursor goes through; CursorGoneError. The newest one without."""
        newest = self.newest()[1]
        if request.cursor is None:
            return newest
        generation = Cursor.parse(request.cursor).generation
        state = self.newest()[0].state
        if generation == state.generation:
            return newest
        with self._lock:
            if generation not in self._walked:
                created = Cursor.parse(request.cursor).committed
                before = State(
                    **{name: getattr(state, name) for name in state.__struct_fields__}
                    | {"generation": generation, "created": created}
                )
                try:
                    reader = ClusterReader(self._connection, before, self.newest_vocabulary(), is_newest=False)
                except CursorGoneError:
                    raise CursorGoneError(request.replace(cursor=None).address()) from None
                while len(self._walked) >= WALKED:
                    del self._walked[next(iter(self._walked))]
                cache = self._settings.cache * MEGABYTE // WALKED
                self._walked[generation] = ClusterSearcher(reader, self._thesaurus(), cache=cache)
            return self._walked[generation]

    def newest_vocabulary(self) -> Vocabulary:
        """The words of the commit at hand."""
        return self._opened[0].vocabulary if self._opened else Vocabulary()

    def documents(self) -> Iterator[Document]:
        """Every document of the newest commit."""
        yield from map(document_of, self.newest()[0].all_sources())

    def story_of(self, document_id: str) -> str | None:
        """The name of the story that a document shares with others."""
        reader, _ = self.newest()
        name: str | None = reader.source(document_id).get("story")
        return name if name is not None and reader.stories([name])[name].versions > 1 else None

    def lineage(self) -> str:
        """Names the line of commits; "" when there is none."""
        try:
            return read_state(self._connection).lineage
        except IndexMissingError:
            return ""

    def change(self, changes: Iterable[Document | Removal | Telling]) -> Sequence[Change]:
        """Carry out *changes* in one commit; the index is made when it is not there."""
        try:
            state = read_state(self._connection)
        except IndexMissingError:
            state = self._connection.insist(self._create)
        check_version(state)
        with self._lock:
            vocabulary = self._vocabulary(state)
        with self._one_writer():
            written = write_changes(self._connection, state, vocabulary, changes, self._holder)
        self._seen = 0.0
        return written.changes

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        """One thread of this process writes at a time; other processes the lock in the cluster keeps out."""
        if not self._writing.acquire(blocking=False):
            raise locked()
        try:
            yield
        finally:
            self._writing.release()

    def extent(self) -> tuple[int, int, dict[str, int]]:
        """How many different terms, bytes, and values of each facet."""
        reader, _ = self.newest()
        values = {name: len(reader.facet_dictionary(name)) for name in FACETS}
        return len(reader.vocabulary), self._bytes(reader.state), values

    def check(self) -> CheckReport:
        """Whether the cluster is well, the mapping is this version's, and all documents are those that were written."""
        state = read_state(self._connection)
        problems = [problem for find in (self._health, self._versions) for problem in find(state)]
        documents = 0
        if state.version == VERSION:
            reader, _ = self.newest()
            documents = reader.size
            problems += self._differences(reader)
        shards = self._connection.ask("GET", f"/{state.articles}/_stats/segments")["_all"]["total"]
        return CheckReport(
            generation=state.generation,
            segments=int(shards["segments"]["count"]),
            documents=documents,
            bytes=self._bytes(state),
            problems=tuple(map(typeset, problems)),
        )

    def repair(self) -> Repair:
        """Write all documents anew into a new index when anything is wrong; what a rebuild left behind goes."""
        for name in left_over(self._connection):
            remove_index(self._connection, name)
        if not self.check().problems:
            return Repair(generation=0)
        state = self.rebuild()
        return Repair(generation=state.generation, rebuilt=self.newest()[0].size)

    def rebuild(self) -> State:
        """Write every document anew into a new index, which then takes the place of this one; searches go on."""
        state = read_state(self._connection)
        sources = ClusterReader(self._connection, state, Vocabulary()).all_sources()
        return self._fill(state, ((document_of(each), _number(each.get("story"))) for each in sources))

    def merge(self) -> None:
        """Make the index anew when it is of another version; else merge the segments of every shard into one."""
        state = read_state(self._connection)
        if state.version != VERSION or state.rates != rates_day():
            self.rebuild()
        else:
            self._connection.ask(
                "POST", f"/{state.articles}/_forcemerge", max_num_segments=1, wait_for_completion="true"
            )

    def snapshot(self, folder: Path, settings: Settings) -> Commit:
        """Write the newest commit to a new index of this machine; IndexInTheWayError when there is one."""
        if latest_generation(folder):
            raise IndexInTheWayError(folder)
        reader, _ = self.newest()
        with IndexWriter(folder, memory=settings.memory * MEGABYTE, jobs=settings.jobs) as writer:
            for source in reader.all_sources():
                writer.add(document_of(source))
                if "story" in source:
                    writer.tell_story(source["document"]["id"], _number(source["story"]))
        return open_reader(folder).commit

    def restore(self, folder: Path) -> IndexState:
        """Make what the index of this machine in *folder* holds the newest commit."""
        reader = open_reader(folder)
        told = (
            (document, None if (story := part.stories.story_of(doc)) is None else story)
            for part in reader.parts
            for doc in range(part.segment.size)
            if part.is_live(doc)
            for document in [part.segment.documents[doc]]
        )
        try:
            before = read_state(self._connection)
        except IndexMissingError:
            before = None
        self._fill(before, told)
        return self.newest()[1].state()

    def close(self) -> None:
        """Let go of the connections."""
        self._opened = None
        self._walked.clear()
        self._connection.close()

    def _open(self, state: State) -> tuple[ClusterReader, ClusterSearcher]:
        vocabulary = self._vocabulary(state)
        reader = ClusterReader(self._connection, state, vocabulary)
        return reader, ClusterSearcher(reader, self._thesaurus(), cache=self._settings.cache * MEGABYTE)

    def _vocabulary(self, state: State) -> Vocabulary:
        """The words of a commit, read on from those at hand."""
        at_hand = self._opened
        goes_on = at_hand is not None and at_hand[0].state.articles == state.articles
        before = at_hand[0].vocabulary if at_hand and goes_on else Vocabulary()
        return read_vocabulary(self._connection, state, before)

    def _create(self) -> State:
        state = create_index(self._connection, self._settings.shards, self._settings.replicas)
        write_state(self._connection, state)
        give_aliases(self._connection, state)
        return state

    def _fill(self, before: State | None, documents: Iterable[tuple[Document, int | None]]) -> State:
        """A new index with *documents* and their stories, in the place of the one *before*."""
        held = None if before is None else Lock(self._connection, before, self._holder)
        state = create_index(self._connection, self._settings.shards, self._settings.replicas, before)
        try:
            rest = iter(documents)

            def changes() -> Iterator[Document | Telling]:
                told = []
                for document, story in rest:
                    yield document
                    told += [] if story is None else [Telling(document.id, story)]
                    if held is not None:
                        held.renew()
                yield from told

            state = write_changes(self._connection, state, Vocabulary(), changes(), self._holder).state
            write_state(self._connection, state)
            former = give_aliases(self._connection, state)
        except BaseException:
            remove_index(self._connection, state.articles)
            if held is not None:
                held.release()
            raise
        self._seen = 0.0
        if former:
            time.sleep(SEEN_FOR + GRACE)
        for name in former:
            remove_index(self._connection, name)
        return state

    def _health(self, state: State) -> Iterator[str]:
        health = self._connection.ask("GET", f"/_cluster/health/{state.articles},{state.log}")
        missing = int(health["unassigned_shards"])
        if health["status"] == "red":
            yield "Le cluster est rouge : il manque des parties de l’index."
        elif health["status"] == "yellow":
            yield f"Le cluster est jaune : {missing} copies de parties de l’index ne sont sur aucun nœud."

    def _versions(self, state: State) -> Iterator[str]:
        mapping = self._connection.ask("GET", f"/{state.articles}/_mapping")[state.articles]["mappings"]
        found = (mapping.get("_meta") or {}).get("version")
        if state.version != VERSION or found != VERSION:
            yield f"L’index est de version {found}, la version courante est {VERSION} : « vigie merge » le refait."
        if state.rates != rates_day():
            yield f"Les montants ont été convertis d’après les taux du {state.rates} : « vigie merge » refait l’index."

    def _differences(self, reader: ClusterReader) -> Iterator[str]:
        """What is not written as its document says, or is not the document that was written."""
        bodies, sources, seen = Bodies(), reader.all_sources(), 0
        while some := list(islice(sources, CHECKED_AT_ONCE)):
            seen += len(some)
            documents = [document_of(source) for source in some]
            for source, document in zip(some, documents, strict=True):
                if source["digest"] != digest(document):
                    yield f"L’article {document.id} n’est pas celui qui a été écrit."
            terms = {
                term
                for body in bodies.of(documents, [None] * len(documents))
                for field in ("title", "text", "tail")
                for term in body.get(field, "").split()
            }
            if lost := sum(not reader.vocabulary.knows(term, french=False) for term in terms):
                yield f"Il manque {lost} mots au vocabulaire."
        if seen != reader.size:
            yield f"{seen} articles se lisent, {reader.size} sont comptés."

    def _bytes(self, state: State) -> int:
        try:
            answer: Json = self._connection.ask("GET", f"/{state.articles}/_stats/store")
        except NotFoundError:
            return 0
        return int(answer["_all"]["primaries"]["store"]["size_in_bytes"])


def _number(story: str | None) -> int | None:
    return None if story is None else int(story, 16)
