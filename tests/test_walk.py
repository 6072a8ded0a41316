"""Walking through all hits of a request: what its pages show, in their order, beyond where they end."""

import itertools
import random
from pathlib import Path

import pytest

from indexer.document import FACETS, PartialDate
from indexer.engine import Engine, open_engine
from indexer.errors import RequestError
from indexer.search import Hit, SearchRequest, Sort
from tests.making import make_document, make_engine
from tests.search.corpora import CORPUS

WORDS = "Ukraine drones missile chars Rafale OTAN aide France défense Kiev le milliards balisti* commande".split()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The sample corpus with its stories: versions come behind other articles, or together."""
    engine = open_engine(tmp_path_factory.mktemp("walk") / "index")
    engine.index([CORPUS])
    return engine


def random_request(draw: random.Random, engine: Engine) -> SearchRequest:
    """A request of any kind; it may find nothing."""
    values = engine.search(SearchRequest()).facets
    words = draw.sample(WORDS, draw.choice((0, 1, 1, 2, 3)))
    chosen = {
        field: tuple(value.value for value in draw.sample(values[field].values, 1))
        for field in draw.sample(FACETS, draw.choice((0, 0, 1, 2)))
        if values[field].values
    }
    excluded = draw.random() < 0.3
    return SearchRequest(
        q=draw.choice((" ", " OU ", " SAUF ")).join(words),
        include={} if excluded else chosen,
        exclude=chosen if excluded else {},
        published_from=PartialDate.parse("2023") if draw.random() < 0.1 else None,
        sort=draw.choice((None, *Sort)),
        size=draw.choice((1, 3, 7, 10, 20, 100)),
        collapse=draw.random() < 0.3,
        expand=draw.random() < 0.8,
        strict=draw.random() < 0.2,
        diversity=draw.random() < 0.8,
    )


def paged(engine: Engine, request: SearchRequest) -> list[Hit]:
    """The hits of all pages."""
    pages = (engine.search(request.replace(page=page)) for page in itertools.count(1))
    return [hit for results in itertools.takewhile(lambda results: results.hits, pages) for hit in results.hits]


@pytest.mark.parametrize("seed", range(10))
def test_a_walk_goes_through_the_pages(engine: Engine, seed: int) -> None:
    draw = random.Random(seed)
    found = 0
    for _ in range(20):
        request = random_request(draw, engine)
        walked = list(engine.walk(request))

        assert walked == paged(engine, request), request
        assert len(walked) == len({hit.id for hit in walked}) == engine.search(request).total.value
        found += len(walked)
    assert found > 100


@pytest.mark.parametrize("query", ["Kiev", "aide OU milliards", "armée"])
def test_scores_are_those_of_a_first_page_of_any_size(engine: Engine, query: str) -> None:
    """What a repeated story keeps of its score depends on what comes behind the hits looked at more closely."""
    walked = list(engine.walk(SearchRequest(q=query)))

    assert len(walked) > 20
    for size in (10, 20, 21, 100):
        assert list(engine.search(SearchRequest(q=query, size=size)).hits) == walked[:size]


def test_hits_are_those_of_the_pages(engine: Engine) -> None:
    request = SearchRequest(q="Rafale", size=5, explain=True)

    assert list(engine.walk(request))[:5] == list(engine.search(request).hits)


@pytest.mark.parametrize("collapse", [False, True])
@pytest.mark.parametrize("sort", list(Sort))
def test_a_walk_goes_on_where_pages_end(tmp_path: Path, sort: Sort, collapse: bool) -> None:  # noqa: FBT001
    documents = [
        make_document(f"drone {'drone ' * (n % 7)}", id=f"d{n:04}", date=f"20{n % 20:02}") for n in range(1300)
    ]
    engine = make_engine(tmp_path, *documents)
    request = SearchRequest(q="drone", sort=sort, size=100, collapse=collapse)
    walked = [hit.id for hit in engine.walk(request)]

    assert sorted(walked) == [document.id for document in documents]
    assert walked[:1000] == [hit.id for page in range(1, 11) for hit in engine.search(request.replace(page=page)).hits]


def test_a_walk_stays_in_its_commit(tmp_path: Path) -> None:
    engine = make_engine(tmp_path, *(make_document("drone", id=f"d{n}") for n in range(5)))
    walk = engine.walk(SearchRequest(q="drone"))
    begun = next(walk).id
    engine.add([make_document("tout autre chose", id=f"d{n}", title="Changé") for n in range(5)])
    rest = list(walk)

    assert sorted([begun, *(hit.id for hit in rest)]) == [f"d{n}" for n in range(5)]
    assert {hit.title for hit in rest} == {"Titre"}
    assert not list(engine.walk(SearchRequest(q="drone", strict=True, correct=False)))


def test_what_cannot_be_answered_is_refused_before_the_first_hit(engine: Engine) -> None:
    with pytest.raises(RequestError):
        engine.walk(SearchRequest(q="("))
