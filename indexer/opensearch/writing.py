"""Writing: Documents added, replaced, deleted in bulk; visible together when they are committed.

A cluster has no transactions. What is written is not seen before the refresh at the end, and the next run writes it
again when this one does not get there: its ledger is committed after the index.
"""

import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from indexer.changes import Removal, Telling
from indexer.document import Document
from indexer.errors import ClusterError, ClusterUnavailableError
from indexer.index import Change
from indexer.opensearch.connection import PATIENCE, Connection
from indexer.opensearch.mapping import FRENCH, Bodies, digest, document_of
from indexer.opensearch.state import Lock, State, next_state, view_name, write_state
from indexer.opensearch.vocabulary import Vocabulary, log_bodies

TOGETHER = 200
"""Documents of one bulk request: 2 MB."""

VIEWS = 100
"""Commits whose views processes can still tell each other: cursors live for minutes."""

SMALLEST = 10
"""So few are sent at once at least, however often the cluster says that it has too much to do."""


class Written(NamedTuple):
    """What a run of writing did."""

    changes: list[Change]
    state: State


class _There(NamedTuple):
    """What the cluster has of a document."""

    digest: str
    story: int | None


def write_changes(
    connection: Connection,
    state: State,
    known: Vocabulary,
    changes: Iterable[Document | Removal | Telling],
    holder: str,
) -> Written:
    """Carry out *changes* in one commit, as the writer *holder*; IndexLockedError, ClusterUnavailableError."""
    lock = Lock(connection, state, holder)
    try:
        return _Writer(connection, state, known, lock).write(changes)
    finally:
        connection.insist(lock.release)


class _Writer:
    def __init__(self, connection: Connection, state: State, known: Vocabulary, lock: Lock) -> None:
        self._connection, self._state, self._known, self._lock = connection, state, known, lock
        self._bodies = Bodies()
        self._bulk = Bulk(connection)
        self._words: dict[str, bool] = {}
        """What the log is to have of this commit."""
        self._noted: dict[str, int] = {}
        """Terms seen, and whether in a French article."""
        self._seen: set[str] = set()
        self._waiting: list[Document] = []
        self._gone: list[str] = []
        self._told: dict[str, int | None] = {}
        self._changes: dict[str, Change] = {}
        self._order: list[str | None] = []
        self._is_changed = False

    def write(self, changes: Iterable[Document | Removal | Telling]) -> Written:
        for change in changes:
            self._take(change)
        self._send()
        self._tell()
        if self._is_changed:
            self._commit()
        made = [Change.COPY if document is None else self._changes[document] for document in self._order]
        return Written(made, self._state)

    def _take(self, change: Document | Removal | Telling) -> None:
        if isinstance(change, Telling):
            self._told[change.id] = change.story
        elif isinstance(change, Removal):
            if change.id in self._seen:
                self._send()
            if self._changes.get(change.id, Change.UNCHANGED) is Change.UNCHANGED:  # what this commit brings stays
                self._gone.append(change.id)
        elif change.id in self._seen:
            self._order.append(None)
        else:
            self._seen.add(change.id)
            self._order.append(change.id)
            self._waiting.append(change)
            if len(self._waiting) == TOGETHER:
                self._send()

    def _send(self) -> None:
        """Write the waiting documents that are not there as they are."""
        if self._gone:
            self._is_changed |= bool(self._look_up(self._gone))
            self._bulk.delete(self._state.articles, self._gone)
        waiting, self._waiting, self._gone = self._waiting, [], []
        if not waiting:
            return
        self._lock.renew()
        there = self._look_up([document.id for document in waiting])
        fresh = []
        for document in waiting:
            before = there.get(document.id)
            if before is not None and before.digest == digest(document):
                self._changes[document.id] = Change.UNCHANGED
            else:
                self._changes[document.id] = Change.NEW if before is None else Change.CHANGED
                fresh.append(document)
        self._index(fresh, [there[each.id].story if each.id in there else None for each in fresh])

    def _index(self, documents: Sequence[Document], stories: Sequence[int | None]) -> None:
        if not documents:
            return
        bodies = list(self._bodies.of(documents, stories))
        for document, body in zip(documents, bodies, strict=True):
            french = document.language == FRENCH
            self._note({term for field in ("title", "text", "tail") for term in body.get(field, "").split()}, french)
        self._bulk.index(
            self._state.articles, [(document.id, body) for document, body in zip(documents, bodies, strict=True)]
        )
        self._is_changed = True

    def _note(self, terms: Iterable[str], french: bool) -> None:  # noqa: FBT001 - of the article that has the terms
        """Note the words that the vocabulary does not know, or not from French articles; each is looked up once."""
        for term in terms:
            if self._noted.get(term, -1) < french:
                self._noted[term] = int(french)
                if not self._known.knows(term, french=french):
                    self._words[term] = french

    def _tell(self) -> None:
        """Write the documents anew whose story is another one now."""
        told = list(self._told.items())
        for at in range(0, len(told), TOGETHER):
            some = dict(told[at : at + TOGETHER])
            found = self._get(list(some))
            changed = {document: source for document, source in found.items() if _story(source) != some[document]}
            self._index([document_of(source) for source in changed.values()], [some[document] for document in changed])

    def _commit(self) -> None:
        state = next_state(self._state)
        self._bulk.index(state.log, list(log_bodies(self._words, state.generation)))

        def refresh() -> None:
            for name in (state.log, state.articles):
                answer = self._connection.ask("POST", f"/{name}/_refresh")
                if answer["_shards"]["failed"]:
                    raise ClusterUnavailableError

        self._lock.renew()
        self._connection.insist(refresh)
        self._connection.insist(lambda: write_state(self._connection, state))
        self._bulk.delete(state.log, [view_name(state.generation - VIEWS)])
        self._state = state

    def _look_up(self, ids: Sequence[str]) -> dict[str, _There]:
        """What readers see: what a run wrote that did not get to its commit is written again."""
        found = self._get(ids, only="digest,story", realtime="false")
        return {document: _There(source["digest"], _story(source)) for document, source in found.items()}

    def _get(
        self, ids: Sequence[str], only: str = "document,story", realtime: str = "true"
    ) -> dict[str, dict[str, Any]]:
        """What is there of documents; in *realtime* of those that nobody sees yet too."""
        path = f"/{self._state.articles}/_mget"
        answer = self._connection.insist(
            lambda: self._connection.ask("POST", path, {"ids": list(ids)}, _source_includes=only, realtime=realtime)
        )
        if any("error" in each for each in answer["docs"]):
            raise ClusterUnavailableError
        return {each["_id"]: each["_source"] for each in answer["docs"] if each.get("found")}


def _story(source: dict[str, Any]) -> int | None:
    name = source.get("story")
    return None if name is None else int(name, 16)


class Bulk:
    """Bulk requests. Items that the cluster cannot take now are sent again, fewer at once and further apart."""

    def __init__(self, connection: Connection, patience: float = PATIENCE) -> None:
        self._connection, self._patience = connection, patience
        self._size = TOGETHER
        self.refused = 0
        """Items that had to be sent again."""

    def index(self, name: str, bodies: Sequence[tuple[str, dict[str, Any]]]) -> None:
        """Write documents, given by id and body."""
        self._send(name, [({"index": {"_id": document}}, body) for document, body in bodies])

    def delete(self, name: str, ids: Sequence[str]) -> None:
        """Delete documents; one that is not there is no error."""
        self._send(name, [({"delete": {"_id": document}}, None) for document in ids])

    def _send(self, name: str, items: Sequence[tuple[dict[str, Any], dict[str, Any] | None]]) -> None:
        """Have all *items* done."""
        waiting = deque(items)
        end, pause = time.monotonic() + self._patience, 0.1
        while waiting:
            some = [waiting.popleft() for _ in range(min(self._size, len(waiting)))]
            again = list(self._try(name, some))
            if not again:
                self._size = min(TOGETHER, self._size + SMALLEST)
                end, pause = time.monotonic() + self._patience, 0.1
                continue
            self.refused += len(again)
            waiting.extendleft(reversed(again))
            if time.monotonic() + pause > end:
                raise ClusterUnavailableError
            time.sleep(pause)
            self._size, pause = max(SMALLEST, self._size // 2), min(2 * pause, 5.0)

    def _try(
        self,
        name: str,
        items: Sequence[tuple[dict[str, Any], dict[str, Any] | None]],
    ) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
        """Send *items* once; those that must be sent again. All may be: each says what is to be there in the end."""
        lines = [msgspec.json.encode(part) for item in items for part in item if part is not None]
        try:
            answer = self._connection.ask("POST", f"/{name}/_bulk", b"\n".join([*lines, b""]))
        except ClusterUnavailableError:
            yield from items
            return
        for item, told in zip(items, answer["items"], strict=True):
            (result,) = told.values()
            if result["status"] in {429, 503, 502, 504}:
                yield item
            elif "error" in result:
                raise ClusterError(str(result["status"]), str(result["error"].get("reason", "")))
