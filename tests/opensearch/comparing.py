"""Two engines asked the same, and what differs in their answers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from indexer.document import Document
from indexer.engine import Engine, LocalEngine, OpenSearchEngine, open_engine
from indexer.errors import RequestError
from indexer.search import SearchRequest, SearchResults, Sort
from indexer.settings import Settings
from tests.opensearch.cluster import Cluster

FIRST = 10


def cluster_engine(
    cluster: Cluster, folder: Path, name: str, *, shards: int = 2, replicas: int = 0, cache: int = 16
) -> OpenSearchEngine:
    """An engine over an index of the cluster, which is made when it is first written to."""
    settings = Settings(shards=shards, replicas=replicas, notes=str(folder / "notes"), cache=cache)
    engine = open_engine(cluster.engine_address(name), settings)
    assert isinstance(engine, OpenSearchEngine)
    return engine


def engines_over(
    documents: Iterable[Document], cluster: Cluster, folder: Path, name: str, *, shards: int = 2, replicas: int = 0
) -> tuple[LocalEngine, OpenSearchEngine]:
    """Both engines over the same articles."""
    local = open_engine(folder / "index")
    assert isinstance(local, LocalEngine)
    local.add(documents)
    there = cluster_engine(cluster, folder, name, shards=shards, replicas=replicas)
    there.restore(folder / "index")
    return local, there


class Agreement:
    """How far two engines agree over many requests."""

    def __init__(self, local: Engine, cluster: Engine) -> None:
        self._local, self._cluster = local, cluster
        self.asked: Counter[str] = Counter()
        self.overlaps: list[float] = []
        """Of the first ten hits by relevance, how many both have among them."""

    @property
    def overlap(self) -> float:
        """On average."""
        return sum(self.overlaps) / len(self.overlaps) if self.overlaps else 1.0

    def check(self, request: SearchRequest) -> None:
        """Ask both; AssertionError when anything differs but the order by relevance."""
        here, there = (ask(engine, request) for engine in (self._local, self._cluster))
        if not (isinstance(here, SearchResults) and isinstance(there, SearchResults)):
            assert here == there, request.address()
            self.asked["refused"] += 1
            return
        found = differences(here, there)
        assert not found, (request.address(), found)
        self.asked["found" if here.total.value else "nothing"] += 1
        ids, others = ([hit.id for hit in answer.hits] for answer in (here, there))
        if request.order is not Sort.RELEVANCE:
            # Of a story both show the version that comes first, and all else is sorted by what both know.
            assert ids == others, (request.address(), ids, others)
            return
        assert len(ids) == len(others), request.address()
        if here.total.value <= request.size:
            assert request.collapse or sorted(ids) == sorted(others), request.address()
        if request.page == 1 and ids[:FIRST]:
            self.overlaps.append(len({*ids[:FIRST]} & {*others[:FIRST]}) / len(ids[:FIRST]))


def ask(engine: Engine, request: SearchRequest) -> SearchResults | str:
    """The answer, or why there is none."""
    try:
        return engine.search(request)
    except RequestError as error:
        return str(error)


def differences(here: SearchResults, there: SearchResults) -> dict[str, Any]:
    """What two answers do not say alike."""
    found: dict[str, Any] = {
        name: (getattr(here, name), getattr(there, name))
        for name in ("query", "total", "partial")
        if getattr(here, name) != getattr(there, name)
    }
    for name in ("facets", "timelines"):
        own, others = getattr(here, name), getattr(there, name)
        found |= {f"{name} {key}": (own[key], others.get(key)) for key in own if own[key] != others.get(key)}
    if here.index.documents != there.index.documents:
        found["documents"] = here.index.documents, there.index.documents
    return found


def same_hits(here: Sequence[Any], there: Sequence[Any]) -> bool:
    """Whether two lists of hits are the same, in whatever order equal scores stand."""
    return sorted(here, key=lambda hit: str(hit.id)) == sorted(there, key=lambda hit: str(hit.id))
