"""The whole contract, on three nodes: 5,000 random requests, and a node killed while articles come (`make opensearch`)."""

import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from indexer.document import Document
from indexer.engine import LocalEngine, open_engine
from indexer.errors import ClusterUnavailableError
from indexer.search import SearchRequest, Sort
from indexer.settings import Settings
from tests.bench.corpus import write_corpus
from tests.bench.vigie import documents as synthetic_documents
from tests.conftest import missing
from tests.making import CORPUS, make_document
from tests.opensearch.asking import Asking
from tests.opensearch.cluster import CannotStartError, Cluster, running_cluster
from tests.opensearch.comparing import Agreement, cluster_engine
from web import create_app

pytestmark = [pytest.mark.opensearch, pytest.mark.long]

SYNTHETIC = 20_000
REQUESTS = {"sample": 2000, "wikinews": 1500, "synthetic": 1500}
NODES = 3
AT_ONCE = 250
"""Articles of one commit while a node is killed."""


@pytest.fixture(scope="module")
def three_nodes() -> Iterator[Cluster]:
    """A cluster of three nodes."""
    try:
        running = running_cluster(NODES)
        started = running.__enter__()
    except CannotStartError as error:
        missing(f"a JDK and Maven, which start OpenSearch ({error})")
    try:
        yield started
    finally:
        running.__exit__(None, None, None)


def sample(folder: Path) -> LocalEngine:
    """The sample corpus."""
    return _indexed(folder, [CORPUS])


def wikinews(folder: Path) -> LocalEngine:
    """The Wikinews articles of ../shared."""
    data = Path(__file__).parents[3] / "shared" / "data" / "wikinews_fr_100" / "html"
    if not data.is_dir():
        pytest.skip("needs ../shared")
    return _indexed(folder, [data])


def synthetic(folder: Path) -> LocalEngine:
    """Synthetic articles, every fifth of which tells the story of others."""
    engine = open_engine(folder / "index")
    assert isinstance(engine, LocalEngine)
    write_corpus(SYNTHETIC, folder / "corpus.jsonl")
    engine.add(synthetic_documents(folder / "corpus.jsonl"))
    return engine


def _indexed(folder: Path, paths: Sequence[Path]) -> LocalEngine:
    engine = open_engine(folder / "index")
    assert isinstance(engine, LocalEngine)
    engine.index(paths)
    return engine


SETS: dict[str, Callable[[Path], LocalEngine]] = {"sample": sample, "wikinews": wikinews, "synthetic": synthetic}


def test_five_thousand_requests_are_asked() -> None:
    assert sum(REQUESTS.values()) == 5000


@pytest.mark.parametrize("name", SETS)
def test_five_thousand_requests_are_answered_alike(name: str, three_nodes: Cluster, tmp_path: Path) -> None:
    local = SETS[name](tmp_path)
    there = cluster_engine(three_nodes, tmp_path, name, shards=3, replicas=1)
    there.restore(local.path)
    agreement = Agreement(local, there)
    asking = Asking(list(local.documents()), seed=20)
    for _ in range(REQUESTS[name]):
        agreement.check(asking.request())

    tell(f"{name}: {dict(agreement.asked)}, first ten {agreement.overlap:.3f} of {len(agreement.overlaps)}")
    assert agreement.asked["found"] > REQUESTS[name] / 3
    assert agreement.overlap >= 0.95
    there.close()


def tell(text: str) -> None:
    """Have it seen with `pytest -s`, as `make opensearch` runs this."""
    sys.stdout.write(f"{text}\n")


class Watching:
    """Searches while articles come and a node goes, through the page's endpoint, and what it is answered."""

    def __init__(self, address: str, folder: Path) -> None:
        self.statuses: Counter[int] = Counter()
        self.wrong: list[str] = []
        self._done = threading.Event()
        self._engine = open_engine(address, Settings(notes=str(folder), cache=0))
        self._client = create_app(Settings(), self._engine).test_client()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def end(self) -> None:
        """Stop."""
        self._done.set()
        self._thread.join()
        self._engine.close()

    def _watch(self) -> None:
        queries = ["", "char", "char OU missile", "« char numéro »"]
        while not self._done.is_set():
            for q in queries:
                answer = self._client.get("/api/v1/search", query_string={"q": q, "size": 3})
                self.statuses[answer.status_code] += 1
                if answer.status_code == 200:
                    found = answer.get_json()
                    if found["total"]["value"] != found["index"]["documents"] and q == "":
                        self.wrong.append(f"{found['total']} of {found['index']}")
                elif answer.status_code != 503 or not int(answer.headers.get("Retry-After", 0)):
                    self.wrong.append(f"{answer.status_code} {answer.text[:300]}")


def some_articles(number: int, seed: int) -> list[Document]:
    """Articles that all have the words of the queries."""
    draw = random.Random(seed)
    words = ["missile", "drone", "frégate", "contrat", "Ukraine", "budget", "marine"]
    return [
        make_document(
            f"Le char numéro {at} et {' '.join(draw.choices(words, k=40))}.",
            id=f"{seed}-{at:05}",
            date=f"202{at % 6}-0{1 + at % 9}",
            facets={"country": (draw.choice(("France", "Ukraine", "Pologne")),)},
        )
        for at in range(number)
    ]


@pytest.mark.parametrize("killed", range(NODES))
def test_a_node_killed_while_articles_come_loses_none_that_was_acknowledged(killed: int, tmp_path: Path) -> None:
    """Every node in turn, the elected one among them. Each commit that a client was told of is there in the end."""
    with running_cluster(NODES) as cluster:
        address = cluster.engine_address("press")
        there = cluster_engine(cluster, tmp_path, "press", shards=3, replicas=1)
        articles = some_articles(SYNTHETIC if killed == 0 else SYNTHETIC // 5, killed)
        there.add(articles[:AT_ONCE])
        watching = Watching(address, tmp_path / "other")
        acknowledged, failures, is_killed = AT_ONCE, list[str](), 0.0
        try:
            for at in range(AT_ONCE, len(articles), AT_ONCE):
                if at >= len(articles) // 3 and not is_killed:
                    cluster.nodes[killed].kill()
                    is_killed = time.monotonic()
                while True:
                    try:
                        there.add(articles[at : at + AT_ONCE])
                    except ClusterUnavailableError as error:  # what a client is to do: come back
                        failures.append(str(error))
                        time.sleep(error.retry_after)
                    else:
                        acknowledged += len(articles[at : at + AT_ONCE])
                        break
            cluster.wait_for("yellow", nodes=NODES - 1)
            assert there.search(SearchRequest(sort=Sort.NEWEST)).total.value == acknowledged
            cluster.nodes[killed].start()
            cluster.wait_for("green", seconds=300)
            green = time.monotonic() - is_killed
        finally:
            watching.end()
        assert acknowledged == len(articles)
        found = there.search(SearchRequest(q="char", facets=("country", "date")))
        counts = Counter(document.facets["country"][0] for document in articles)
        assert found.total.value == len(articles)
        assert {value.value: value.count for value in found.facets["country"].values} == counts
        assert sorted(document.id for document in there.documents()) == sorted(document.id for document in articles)
        assert there.check().problems == ()
        assert not watching.wrong, watching.wrong[:5]
        assert watching.statuses[200] > 10
        tell(
            f"node {killed}: {dict(watching.statuses)}, {len(failures)} commits tried again, green after {green:.0f} s"
        )
        there.close()


def test_a_node_killed_while_requests_are_answered(tmp_path: Path) -> None:
    """Answers are right, or say 503 and when to come back; nobody does anything for the cluster to be green again."""
    with running_cluster(NODES) as cluster:
        there = cluster_engine(cluster, tmp_path, "searched", shards=3, replicas=1)
        there.add(some_articles(3000, 9))
        cluster.wait_for("green")
        watching = Watching(cluster.engine_address("searched"), tmp_path / "other")
        try:
            for node in cluster.nodes:
                time.sleep(5)
                node.kill()
                time.sleep(20)
                before = watching.statuses[200]
                time.sleep(5)
                assert watching.statuses[200] > before
                node.start()
                cluster.wait_for("green", seconds=300)
        finally:
            watching.end()
        assert not watching.wrong, watching.wrong[:5]
        tell(f"searches: {dict(watching.statuses)}")
        there.close()
