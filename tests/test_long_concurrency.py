"""A minute of eight threads on one engine, while a writer commits: every answer is the one that a single thread gives."""

import random
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from indexer.document import Document, PartialDate
from indexer.engine import Engine, open_engine
from indexer.index import IndexWriter
from indexer.search import SearchRequest, SearchResults, Sort
from tests.length import PARTS
from tests.making import make_document

SECONDS, THREADS, DOCUMENTS = 60, 8, 300
WORDS = ("missile", "drone", "char", "missiles", "frégate", "F 16", "sous-marin", "armée", "Otan", "de", "155 mm")
COUNTRIES = ("Ukraine", "France", "Mali")
REQUESTS = (
    SearchRequest(q="missile"),
    SearchRequest(q="missile drone", sort=Sort.NEWEST),
    SearchRequest(q='"missile drone" OU char', size=100),
    SearchRequest(q="frégate SAUF drone", page=2),
    SearchRequest(q="titre:char OU armée", include={"country": ("Ukraine", "Mali")}),
    SearchRequest(q="sous-marin", exclude={"country": ("France",)}),
    SearchRequest(q="OTAN", published_from=PartialDate.parse("2022"), published_to=PartialDate.parse("2023-06")),
    SearchRequest(q="F16 155mm", include={"date": ("2023",), "country": ("Ukraine",)}),
    SearchRequest(q="", sort=Sort.OLDEST, size=50),
    SearchRequest(q='"de missile"', facets=("country",)),
    SearchRequest(q="introuvable"),
)

Answer = tuple[int, int]
"""The number of a request, and the generation that answered."""


@pytest.fixture
def _tiny_switches() -> Iterator[None]:
    """Threads are switched as often as can be, to lay races bare."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.slow
@PARTS
@pytest.mark.usefixtures("_tiny_switches")
def test_a_minute_of_searching_while_a_writer_commits(part: int, tmp_path: Path) -> None:
    draw = random.Random(11)
    with IndexWriter(tmp_path) as writer:
        for number in range(DOCUMENTS):
            writer.add(document(number, draw))
    shared = open_engine(tmp_path)
    expected: dict[Answer, bytes] = {}
    given: list[tuple[Answer, bytes]] = []
    failures: list[BaseException] = []
    done = threading.Event()

    def search(seed: int) -> None:
        own = random.Random(seed)
        try:
            while not done.is_set():
                number = own.randrange(len(REQUESTS))
                results = shared.search(REQUESTS[number])
                given.append(((number, results.index.generation), content(results)))
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test reports it
            failures.append(error)

    threads = [threading.Thread(target=search, args=(seed,)) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    timer = threading.Timer(SECONDS / part, done.set)
    timer.start()
    expect(tmp_path, expected)
    while not done.is_set():
        with IndexWriter(tmp_path) as writer:
            for number in draw.sample(range(DOCUMENTS), 5):
                writer.add(document(number, draw))
            writer.delete(f"{draw.randrange(DOCUMENTS):03}")
        expect(tmp_path, expected)
    for thread in threads:
        thread.join()

    assert failures == []
    compared = [(answer, found) for answer, found in given if answer in expected]
    assert [answer for answer, found in compared if found != expected[answer]] == []
    assert len(compared) > len(given) * 0.9
    assert len(compared) > 1000 / part
    assert min(Counter(number for (number, _), _ in compared).values()) > 10 / part
    assert len({generation for (_, generation), _ in compared}) > 10 / part


def expect(folder: Path, expected: dict[Answer, bytes]) -> None:
    """What a single thread finds in the newest commit, by an engine of its own."""
    engine: Engine = open_engine(folder)
    for number, request in enumerate(REQUESTS):
        results = engine.search(request)
        expected[number, results.index.generation] = content(results)


def content(results: SearchResults) -> bytes:
    """The answer without the time that it took."""
    return replace(results, took_ms=0.0).to_json()


def document(number: int, draw: random.Random) -> Document:
    return make_document(
        " ".join(draw.choices(WORDS, k=draw.randrange(3, 40))),
        id=f"{number:03}",
        title=" ".join(draw.choices(WORDS, k=3)),
        date=draw.choice([None, "2022", "2022-11", "2023-05-06"]),
        source=draw.choice([None, "un.example", "deux.example"]),
        facets={"country": tuple(draw.sample(COUNTRIES, draw.randrange(3)))},
    )
