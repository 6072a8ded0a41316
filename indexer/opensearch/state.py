"""State: what the cluster knows of an index beside its articles, in a small index of its own.

    ALIAS          stands for ALIAS.NUMBER        the articles
    ALIAS.log      stands for ALIAS.NUMBER.log    the state, and the words that each commit brought

A new commit becomes visible by one document, written after all that it tells of. A rebuilt index becomes visible by
giving both aliases to it at once.
"""

import time
import uuid
from typing import Any

import msgspec
from opensearchpy.exceptions import ConflictError, NotFoundError

from indexer.errors import IndexLockedError, IndexMissingError, IndexVersionError
from indexer.index.manifest import now
from indexer.message import Message
from indexer.opensearch.connection import Connection
from indexer.opensearch.mapping import VERSION, index_body, rates_day

KEPT_OPEN = "10m"
"""How long the view of a commit is kept after the last search of it."""

LOCKED_FOR = 120.0
"""Seconds after which a writer that did not say that it goes on counts as dead."""

_LOG_BODY = {
    "settings": {"index": {"number_of_shards": 1}},
    "mappings": {
        "dynamic": False,
        "properties": {"kind": {"type": "keyword"}, "generation": {"type": "long"}, "part": {"type": "integer"}},
    },
}


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A commit of an index in the cluster."""

    articles: str
    """The index that holds them."""
    generation: int
    created: str
    lineage: str
    version: int
    rates: str
    """The day of the rates by which sums were converted."""

    @property
    def log(self) -> str:
        """The index with this state."""
        return f"{self.articles}.log"


def read_state(connection: Connection) -> State:
    """The newest state; IndexMissingError when there is no index, IndexVersionError when another Vigie wrote it."""
    alias = connection.address.name
    try:
        found = connection.ask("GET", f"/{alias}.log/_doc/state")["_source"]
    except NotFoundError:
        raise IndexMissingError(connection.address.text) from None
    return msgspec.convert(found, State)


def check_version(state: State) -> None:
    """IndexVersionError for an index that another version of Vigie wrote."""
    if state.version != VERSION:
        raise IndexVersionError(
            Message(
                "L’index du cluster est de version {version}, ce programme lit la version {own} : "
                "refaites-le avec « vigie merge ».",
                version=state.version,
                own=VERSION,
            )
        )


def write_state(connection: Connection, state: State) -> None:
    """Make *state* the one that readers see."""
    connection.ask("PUT", f"/{state.log}/_doc/state", msgspec.to_builtins(state))


def next_state(state: State) -> State:
    """The state after one more commit."""
    return msgspec.structs.replace(state, generation=state.generation + 1, created=now())


def view_name(generation: int) -> str:
    """The document that says which point in time shows a commit."""
    return f"pit-{generation}"


def create_index(connection: Connection, shards: int, replicas: int, before: State | None = None) -> State:
    """A new index, which nobody sees before its aliases are given to it; it goes on from the state *before*."""
    alias = connection.address.name
    names = connection.ask("GET", "/_cat/indices", format="json", h="index")
    numbers = [_number(each["index"], alias) for each in names]
    articles = f"{alias}.{max(numbers, default=0) + 1:06d}"
    connection.ask("PUT", f"/{articles}", index_body(shards, replicas))
    log_body = {**_LOG_BODY, "settings": {"index": {"number_of_shards": 1, "number_of_replicas": replicas}}}
    connection.ask("PUT", f"/{articles}.log", log_body)
    return State(
        articles=articles,
        generation=before.generation if before else 0,
        created=now(),
        lineage=uuid.uuid4().hex,
        version=VERSION,
        rates=rates_day(),
    )


def give_aliases(connection: Connection, state: State) -> list[str]:
    """Have the aliases stand for an index; those that they stood for before."""
    alias = connection.address.name
    before = _standing_for(connection, alias)
    actions: list[dict[str, Any]] = [
        {"add": {"index": state.articles, "alias": alias}},
        {"add": {"index": state.log, "alias": f"{alias}.log"}},
    ]
    for name in before:
        actions += [{"remove": {"index": name, "alias": alias}}]
        actions += [{"remove": {"index": f"{name}.log", "alias": f"{alias}.log"}}]
    connection.ask("POST", "/_aliases", {"actions": actions})
    return before


def remove_index(connection: Connection, articles: str) -> None:
    """Remove an index that no alias stands for."""
    for name in (articles, f"{articles}.log"):
        try:
            connection.ask("DELETE", f"/{name}")
        except NotFoundError:
            continue


def left_over(connection: Connection) -> list[str]:
    """The indices that a rebuild that did not end has left."""
    alias = connection.address.name
    kept = _standing_for(connection, alias)
    names = [each["index"] for each in connection.ask("GET", "/_cat/indices", format="json", h="index")]
    return [name for name in names if _number(name, alias) and name not in kept and not name.endswith(".log")]


def _standing_for(connection: Connection, alias: str) -> list[str]:
    try:
        return list(connection.ask("GET", f"/_alias/{alias}"))
    except NotFoundError:
        return []


def _number(name: str, alias: str) -> int:
    number = name.removeprefix(f"{alias}.").removesuffix(".log")
    return int(number) if name.startswith(f"{alias}.") and number.isdigit() else 0


class Lock:
    """One writer at a time, wherever it runs; a dead one's lock is free after LOCKED_FOR seconds."""

    def __init__(self, connection: Connection, state: State, holder: str) -> None:
        """Take it. A *holder* that could not let go of it, for the cluster was gone, takes it again."""
        self._connection, self._path = connection, f"/{state.log}/_doc/lock"
        self._holder = holder
        self._renewed = 0.0
        self._take()

    def _take(self) -> None:
        try:
            self._connection.ask("PUT", self._path, self._body(), op_type="create")
        except ConflictError:
            self._take_over()
        self._renewed = time.monotonic()

    def _take_over(self) -> None:
        """Take the lock of a writer that is dead; IndexLockedError when it lives."""
        try:
            held = self._connection.ask("GET", self._path)
            if held["_source"]["until"] > time.time() and held["_source"]["holder"] != self._holder:
                raise locked()
            mark = {"if_seq_no": held["_seq_no"], "if_primary_term": held["_primary_term"]}
            self._connection.ask("PUT", self._path, self._body(), **mark)
        except NotFoundError:
            self._take()
        except ConflictError:
            raise locked() from None

    def renew(self) -> None:
        """Say that this writer goes on; IndexLockedError when another one took it for dead."""
        if time.monotonic() - self._renewed > LOCKED_FOR / 4:
            self._connection.insist(self._take)

    def release(self) -> None:
        """Let go."""
        try:
            if self._connection.ask("GET", self._path)["_source"]["holder"] == self._holder:
                self._connection.ask("DELETE", self._path)
        except NotFoundError:
            return

    def _body(self) -> dict[str, Any]:
        return {"kind": "lock", "holder": self._holder, "until": time.time() + LOCKED_FOR}


def locked() -> IndexLockedError:
    """What a second writer is told."""
    return IndexLockedError("Un autre programme écrit dans cet index : attendez qu’il ait fini.")
