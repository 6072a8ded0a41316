"""The order of the hits is that of a plain sort, in one segment or several, for any number of them."""

import random
from pathlib import Path

import pytest

from indexer.document import Document
from indexer.search import SearchRequest, Sort
from indexer.search.ranking import best
from tests.making import make_document
from tests.search.arrays import Arrays, write

NUMBER = 2000


@pytest.fixture(scope="module", params=[1, 5])
def arrays(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Arrays, list[Document]]:
    """Articles of few days and few scores, in one segment or in several, so that most are as good as another."""
    draw = random.Random(request.param)
    documents = [
        make_document(
            "drone " * draw.choice((1, 2, 5)) + f"{draw.choice((1, 2, 3))} millions d’euros",
            id=f"{draw.getrandbits(32):08x}{number}",
            date=draw.choice((None, "2021", "2021-01-01", "2022-02-03", "2024-12-31")),
        )
        for number in range(NUMBER)
    ]
    arrays = write(
        tmp_path_factory.mktemp("ranking") / "index", documents, memory=1 << (30 if request.param == 1 else 17)
    )
    assert (len(arrays.reader.parts) == 1) == (request.param == 1)
    return arrays, documents


@pytest.mark.parametrize("sort", list(Sort))
def test_hits_are_in_the_order_of_a_plain_sort(arrays: tuple[Arrays, list[Document]], sort: Sort) -> None:
    index, documents = arrays
    request = SearchRequest(q="drone", sort=sort, facets=())
    found = index.searcher._answer(request).found
    ranked = best(found.stretches, found.matches, sort, NUMBER)
    of = {(each.segment, each.doc): documents[index.places[each.segment][each.doc]] for each in ranked}

    def key(place: tuple[int, int, float]) -> tuple[float, bool, int, str]:
        document = of[place[:2]]
        day = document.published.first.toordinal() if document.published.first else 0
        by_score = sort in (Sort.RELEVANCE, Sort.AMOUNT)
        return -place[2] if by_score else 0.0, not day, day if sort is Sort.OLDEST else -day, document.id

    places = [(each.segment, each.doc, each.words) for each in ranked]
    assert len(set(places)) == NUMBER
    assert places == sorted(places, key=key)
    for number in (1, 2, 10, 200, 1023, NUMBER - 1, NUMBER + 1):
        assert best(found.stretches, found.matches, sort, number) == ranked[:number]


def test_of_nothing_comes_nothing(tmp_path: Path) -> None:
    index = write(tmp_path / "index", [make_document("drone")])
    found = index.searcher._answer(SearchRequest(q="char", strict=True, correct=False)).found

    assert best(found.stretches, found.matches, Sort.NEWEST, 10) == []
    assert best([], [], Sort.NEWEST, 10) == []
