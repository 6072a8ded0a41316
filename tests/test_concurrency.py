"""One engine shared by threads, while another process's writer commits."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.document import Document
from indexer.engine import open_engine
from indexer.index import IndexWriter
from indexer.search import SearchRequest
from tests.making import make_document

COMMITS = 60
THREADS = 8
REQUESTS = (
    SearchRequest(q="missile"),
    SearchRequest(q="missile drone", include={"country": ("Ukraine",)}),
    SearchRequest(q='"missile drone" OU char', size=100),
)


@pytest.fixture
def _tiny_switches() -> Iterator[None]:
    """Threads are switched as often as can be, to lay races bare."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("_tiny_switches")
def test_every_answer_is_that_of_one_whole_commit(tmp_path: Path) -> None:
    """After commit n the index holds documents 1 to n, so every answer can be checked against its generation."""
    with IndexWriter(tmp_path) as writer:
        writer.add(document(1))
    engine = open_engine(tmp_path)
    done = threading.Event()
    wrong: list[object] = []

    def search() -> None:
        last = 0
        try:
            while not done.is_set():
                for request in REQUESTS:
                    results = engine.search(request)
                    generation = results.index.generation
                    countries = {value.value: value.count for value in results.facets["country"].values}
                    if generation < last or results.total.value != generation or countries.get("Ukraine") != generation:
                        wrong.append((generation, last, results.total.value, countries))
                    last = generation
        except Exception as error:  # noqa: BLE001 - whatever it is, the test reports it
            wrong.append(error)

    threads = [threading.Thread(target=search) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for number in range(2, COMMITS + 1):
        with IndexWriter(tmp_path) as writer:
            writer.add(document(number))
    done.set()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert engine.search(REQUESTS[0]).total.value == COMMITS


def document(number: int) -> Document:
    return make_document("un missile drone, un char", id=f"{number:03}", facets={"country": ("Ukraine",)})
