"""What was found is kept for the next page, within bounds, and changes no answer."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from indexer.index import IndexReader
from indexer.search import SearchRequest, SearchResults, Sort
from indexer.search.cache import Cache
from indexer.search.evaluation import Evaluation
from indexer.search.searcher import Searcher
from indexer.search.stretch import Stretch
from indexer.thesaurus import load_thesaurus
from tests.search import corpora
from tests.search.arrays import write

keys = st.sampled_from("abcdef")
steps = st.lists(st.tuples(keys, st.none() | st.integers(1, 12)), max_size=40)


@given(room=st.integers(0, 20), steps=steps)
def test_those_asked_for_last_are_kept_as_far_as_they_fit(room: int, steps: list[tuple[str, int | None]]) -> None:
    """Against a list of what was asked for, the last at its end: a size is put, None asks."""
    cache: Cache[int] = Cache(room)
    kept: list[tuple[str, int]] = []
    for number, (key, size) in enumerate(steps):
        known = dict(kept)
        if size is None:
            found = cache.get(key)
            assert (found is not None) == (key in known)
            kept = [*(pair for pair in kept if pair[0] != key), *([(key, known[key])] if key in known else [])]
        elif size <= room:
            cache.put(key, number, size)
            kept = [*(pair for pair in kept if pair[0] != key), (key, size)]
            while sum(taken for _, taken in kept) > room:
                kept.pop(0)
        else:
            cache.put(key, number, size)
        assert cache.bytes == sum(taken for _, taken in kept) <= room


def test_the_value_kept_is_the_last_one_put() -> None:
    cache: Cache[str] = Cache(10)
    cache.put("a", "old", 6)
    cache.put("a", "new", 7)

    assert cache.get("a") == "new"
    assert cache.bytes == 7


def test_one_too_large_is_not_kept_and_makes_none_go() -> None:
    cache: Cache[str] = Cache(10)
    cache.put("a", "small", 10)
    cache.put("b", "large", 11)

    assert cache.get("a") == "small"
    assert cache.get("b") is None


def test_no_room_keeps_none() -> None:
    cache: Cache[str] = Cache(0)
    cache.put("a", "any", 1)

    assert cache.get("a") is None
    assert cache.bytes == 0


@pytest.mark.parametrize("room", [0, 1000])
def test_answers_without_a_hit_are_bounded_too(room: int, reader: IndexReader) -> None:
    searcher = Searcher(reader, load_thesaurus(), cache=room)
    for number in range(50):
        searcher.search(SearchRequest(q=f"mirliton{number}"))

    assert len(searcher._cache._kept) < 50


def test_threads_share_it() -> None:
    cache: Cache[str] = Cache(300)
    begin = threading.Barrier(4)

    def use(seed: int) -> None:
        draw = random.Random(seed)
        begin.wait()
        for _ in range(5000):
            key = str(draw.randrange(40))
            cache.put(key, key * 3, draw.randrange(1, 30))
            key = str(draw.randrange(40))
            assert cache.get(key) in {None, key * 3}

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(use, range(4)))
    assert cache.bytes == sum(size for _, size in cache._kept.values()) <= 300


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> IndexReader:
    """The sample corpus in several segments."""
    return write(tmp_path_factory.mktemp("index"), corpora.sample(), memory=50_000).reader


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The segments in which queries were evaluated, one after the other."""
    numbers: list[int] = []
    evaluate = Evaluation.matches

    def matches(self: Evaluation, stretch: Stretch) -> Any:
        numbers.extend(stretch.numbers)
        return evaluate(self, stretch)

    monkeypatch.setattr(Evaluation, "matches", matches)
    return numbers


REQUESTS = [
    SearchRequest(q="missile"),
    SearchRequest(q="défense OU drone", sort=Sort.OLDEST),
    SearchRequest(q='"force de frappe" OU ukraine', include={"country": ("Ukraine", "ukraine")}),
    SearchRequest(q="armée SAUF russie", exclude={"source": ("inconnue",)}, facets=("country",)),
    SearchRequest(q="mirliton"),
    SearchRequest(),
]


def without_time(results: SearchResults) -> SearchResults:
    return replace(results, took_ms=0)


def test_every_page_is_the_same_with_and_without_it(reader: IndexReader) -> None:
    kept, tight, forgetful = (Searcher(reader, load_thesaurus(), cache=room) for room in (1 << 26, 3000, 0))
    draw = random.Random(1)
    for _ in range(150):
        request = draw.choice(REQUESTS).replace(page=draw.randrange(1, 5), size=draw.choice([1, 3, 10, 100]))
        expected = without_time(forgetful.search(request))

        assert without_time(kept.search(request)) == expected
        assert without_time(tight.search(request)) == expected


def test_another_page_or_size_is_not_evaluated_again(reader: IndexReader, evaluated: list[int]) -> None:
    searcher, segments = Searcher(reader, load_thesaurus()), list(range(len(reader.parts)))
    request = SearchRequest(q="missile")
    first = searcher.search(request)
    assert evaluated == segments

    pages = [searcher.search(request.replace(page=page, size=3)) for page in (1, 2)]
    assert evaluated == segments
    assert [hit.id for page in pages for hit in page.hits] == [hit.id for hit in first.hits][:6]
    assert pages[1].links.prev == pages[0].links.self

    for other in (request.replace(q="drone"), request.replace(sort=Sort.NEWEST), request.replace(expand=False)):
        evaluated.clear()
        searcher.search(other)
        assert evaluated == segments


def test_one_value_written_in_two_ways_is_one_request(reader: IndexReader, evaluated: list[int]) -> None:
    searcher = Searcher(reader, load_thesaurus())
    results = [
        searcher.search(SearchRequest(q="missile", include={"country": (name,)})) for name in ("Ukraine", "UKRAINE")
    ]

    assert len(evaluated) == len(reader.parts)
    assert results[0].hits == results[1].hits != ()


def test_without_room_every_page_is_evaluated(reader: IndexReader, evaluated: list[int]) -> None:
    searcher = Searcher(reader, load_thesaurus(), cache=0)
    for page in (1, 2, 1):
        searcher.search(SearchRequest(q="missile", page=page))

    assert len(evaluated) == 3 * len(reader.parts)


def test_threads_get_their_own_answers(reader: IndexReader) -> None:
    shared, alone = Searcher(reader, load_thesaurus(), cache=20_000), Searcher(reader, load_thesaurus(), cache=0)
    asked = [request.replace(page=page, size=2) for request in REQUESTS for page in (1, 2)] * 4
    random.Random(2).shuffle(asked)
    expected = [without_time(alone.search(request)) for request in asked]

    with ThreadPoolExecutor(4) as pool:
        assert list(map(without_time, pool.map(shared.search, asked))) == expected
