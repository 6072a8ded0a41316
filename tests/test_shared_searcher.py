"""One Searcher shared by eight threads from its first moment on gives each of them what it gives one alone."""

import random
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from indexer.document import Document, PartialDate
from indexer.index import IndexWriter, open_reader
from indexer.search import Searcher, SearchRequest, SearchResults, Sort
from indexer.thesaurus import load_thesaurus
from tests.making import make_document

SECONDS, THREADS = 5, 8
WORDS = (
    "missile missiles drone drones char chars obus armée arme côte côté frégate sous-marin Otan Taïwan Kiev Kyiv "
    "F 16 155 mm Leopard 2 le la de des un livré livrée croisière"
).split()
REQUESTS = (
    SearchRequest(),
    SearchRequest(q="drones livrés à l’armée"),
    SearchRequest(q="drones livrés à l’armée", page=2),
    SearchRequest(q='"de croisière"', size=25),
    SearchRequest(q="char OU obus OU absent", sort=Sort.NEWEST),
    SearchRequest(q="drone SAUF char", sort=Sort.OLDEST, page=3, size=7),
    SearchRequest(q='(frégate OU "le sous marin") -otan'),
    SearchRequest(q="F16 Kiev", expand=False),
    SearchRequest(q="kyiv", include={"country": ("Ukraine", "taiwan")}),
    SearchRequest(q="arme", exclude={"source": ("un.example",), "person": ("Zola",)}),
    SearchRequest(
        q="côte",
        published_from=PartialDate.parse("2022-03"),
        published_to=PartialDate.parse("2023"),
        facets=("country",),
    ),
    SearchRequest(q="155 mm « obus"),
)


@pytest.fixture
def _tiny_switches() -> Iterator[None]:
    """Threads are switched as often as can be, to lay races bare."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.slow
@pytest.mark.usefixtures("_tiny_switches")
def test_all_threads_get_the_answers_of_one(tmp_path: Path) -> None:
    """Again and again over a reader just opened, of which nothing is read or kept yet."""
    write_index(tmp_path)
    expected = [content(new_searcher(tmp_path).search(request)) for request in REQUESTS]
    wrong: list[object] = []
    rounds = 0
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        searcher = new_searcher(tmp_path)
        together = threading.Barrier(THREADS)

        def search(seed: int, searcher: Searcher = searcher, together: threading.Barrier = together) -> None:
            pairs = list(zip(REQUESTS, expected, strict=True))
            random.Random(seed // 2).shuffle(pairs)  # two threads each ask the same at the same time
            try:
                together.wait(timeout=60)
                wrong.extend(request for request, right in pairs if content(searcher.search(request)) != right)
            except Exception as error:  # noqa: BLE001 - whatever it is, the test reports it
                wrong.append(error)

        threads = [threading.Thread(target=search, args=(seed,)) for seed in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rounds += 1

    assert wrong == []
    assert rounds >= 2


def write_index(folder: Path) -> None:
    """Five segments, all but the last with documents replaced."""
    draw = random.Random(7)
    for part in range(5):
        with IndexWriter(folder) as writer:
            for number in range(part * 50, part * 50 + 70):
                writer.add(document(number, draw))


def document(number: int, draw: random.Random) -> Document:
    made = make_document(
        ". ".join(" ".join(draw.choices(WORDS, k=8)) for _ in range(draw.randrange(8))),
        id=f"{number:03}",
        title=" ".join(draw.choices(WORDS, k=5)),
        date=draw.choice([None, "2022", "2022-03", "2022-05-06", "2023-11"]),
        source=draw.choice([None, "un.example", "deux.example"]),
    )
    countries = tuple(draw.sample(["Ukraine", "France", "Taïwan", "Mali"], draw.randrange(4)))
    return replace(made, facets={"country": countries, "person": ("Zola",) * draw.randrange(2)})


def new_searcher(folder: Path) -> Searcher:
    return Searcher(open_reader(folder), load_thesaurus())


def content(results: SearchResults) -> bytes:
    """The answer without the time that it took."""
    return replace(results, took_ms=0.0).to_json()
