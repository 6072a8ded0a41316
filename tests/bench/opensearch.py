"""Vigie on an OpenSearch cluster of one, two and three nodes of this machine: indexing rate, query time, size.

usage: python -m tests.bench.opensearch [--documents 20000] [--nodes 1 2 3] [--json OUT]

All nodes share this machine's processors and its disk with the client: more of them show what spreading costs, not what
more machines give.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

from indexer.document import Document
from indexer.engine import Engine, OpenSearchEngine, open_engine
from indexer.opensearch.mapping import Bodies
from indexer.search import SearchRequest, Sort
from indexer.settings import Settings
from tests.bench.corpus import write_corpus
from tests.bench.vigie import documents
from tests.opensearch.cluster import Cluster, running_cluster

AT_ONCE = 5000
"""Articles of one commit."""

RUNS = 5

REQUESTS = {
    "nothing, newest first": SearchRequest(),
    "missile": SearchRequest(q="missile", strict=True),
    "missiles ukraine": SearchRequest(q="missiles ukraine", strict=True),
    "aide militaire ukraine": SearchRequest(q="aide militaire ukraine", strict=True),
    "« aide militaire »": SearchRequest(q="« aide militaire »", strict=True),
    "missile, without facets": SearchRequest(q="missile", strict=True, facets=()),
    "missile, newest, without facets": SearchRequest(q="missile", strict=True, facets=(), sort=Sort.NEWEST),
    "missile, timelines": SearchRequest(q="missile", strict=True, timelines=("published", "mentioned")),
    "page 50": SearchRequest(q="missile", strict=True, page=50),
}


def measure(corpus: Path, number: int, nodes: int, folder: Path) -> dict[str, Any]:
    """The figures of a cluster of so many nodes."""
    with running_cluster(nodes) as cluster:
        settings = Settings(shards=nodes, replicas=min(1, nodes - 1), notes=str(folder / "notes"), cache=0)
        engine = open_engine(cluster.engine_address("bench"), settings)
        assert isinstance(engine, OpenSearchEngine)
        seconds = _add(engine, documents(corpus, number))
        cluster.wait_for("green")
        found = {
            "nodes": nodes,
            "shards": nodes,
            "replicas": min(1, nodes - 1),
            "articles_per_second": round(number / seconds),
            "megabytes_per_second": round(corpus.stat().st_size / 1e6 / seconds, 2),
            "query_ms": {name: _time(engine, request) for name, request in REQUESTS.items()},
            "in_cluster_ms": {name: _time_in_cluster(engine, request) for name, request in REQUESTS.items()},
            **_sizes(engine, cluster, corpus, number),
        }
        engine.close()
        return found


def _add(engine: Engine, articles: Iterable[Document]) -> float:
    """Seconds that adding them takes, AT_ONCE in a commit; making the articles is not counted."""
    rest, seconds = iter(articles), 0.0
    while some := list(islice(rest, AT_ONCE)):
        begin = time.perf_counter()
        engine.add(some)
        seconds += time.perf_counter() - begin
    return seconds


def _time(engine: Engine, request: SearchRequest) -> float:
    """Milliseconds of a search, the median of a few after a first one."""
    engine.search(request)
    times = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        engine.search(request)
        times.append((time.perf_counter() - begin) * 1000)
    return round(median(times), 1)


def _time_in_cluster(engine: OpenSearchEngine, request: SearchRequest) -> int:
    """Of these, what the cluster says that its requests took."""
    reader = engine._newest()[0]
    ask, taken = reader.search, [0]  # type: ignore[attr-defined]

    def counted(body: Any) -> Any:
        answer = ask(body)
        taken.append(answer["took"])
        return answer

    reader.search = counted  # type: ignore[attr-defined]
    try:
        engine.search(request)
    finally:
        reader.search = ask  # type: ignore[attr-defined]
    return sum(taken)


def _sizes(engine: OpenSearchEngine, cluster: Cluster, corpus: Path, number: int) -> dict[str, Any]:
    stats = engine.stats()
    store = cluster.ask("/bench/_stats/store")["_all"]
    return {
        "bytes_per_article": round(store["primaries"]["store"]["size_in_bytes"] / number),
        "bytes_with_replicas": store["total"]["store"]["size_in_bytes"],
        "source_bytes_per_article": round(corpus.stat().st_size / number),
        "different_terms": stats.terms,
    }


def _client_rate(articles: Sequence[Document]) -> int:
    """Articles that one process of the client makes ready in a second, without sending them."""
    bodies, begin = Bodies(), time.perf_counter()
    for at in range(0, len(articles), 200):
        json.dumps(list(bodies.of(articles[at : at + 200], [None] * len(articles[at : at + 200]))))
    return round(len(articles) / (time.perf_counter() - begin))


def main() -> None:
    """Measure, and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--nodes", type=int, nargs="*", default=[1, 2, 3])
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    try:
        corpus = folder / "corpus.jsonl"
        write_corpus(given.documents, corpus)
        local = open_engine(folder / "index")
        local_seconds = _add(local, documents(corpus, given.documents))
        result: dict[str, Any] = {
            "documents": given.documents,
            "client_articles_per_second": _client_rate(list(documents(corpus, min(given.documents, 5000)))),
            "one machine": {
                "articles_per_second": round(given.documents / local_seconds),
                "query_ms": {name: _time(local, request) for name, request in REQUESTS.items()},
                "bytes_per_article": round(local.stats().size_bytes / given.documents),
            },
            "clusters": [],
        }
        for nodes in given.nodes:
            result["clusters"].append(measure(corpus, given.documents, nodes, folder))
            sys.stderr.write(json.dumps(result["clusters"][-1], ensure_ascii=False) + "\n")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    written = json.dumps(result, indent=1, ensure_ascii=False)
    sys.stdout.write(written + "\n")
    if given.json:
        given.json.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
