"""Any query with any filters, sort, size and page, against plain Python: 5,000 of them, some while articles come.

The totals, the counts of every facet and the order by date are those that a list of all articles gives; every way to
the hits, pages or cursors, gives each of them once.
"""

import random
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from indexer.document import Document, facet_values
from indexer.engine import Engine
from indexer.errors import CursorGoneError
from indexer.search import SearchRequest, SearchResults, Sort, parse_parameters
from tests.making import make_document, make_engine
from tests.search.corpora import vocabulary

SEEDS, EACH = 10, 470
WHILE_ARTICLES_COME = 300
"""SEEDS times EACH and these are 5,000."""

PAGES_END = 10
"""Behind so many results a walk goes on by cursors here, so that short ones do too."""

WORDS = [word for word in vocabulary(60) if not word.endswith("s") and word.isascii()][:14]
VALUES = {
    "country": ("France", "Ukraine", "Pologne", "Italie", "Grèce", "Chili"),
    "person": ("Zola", "Hugo"),
    "topic": ("Cyber", "Espace", "Budget"),
    "source": ("Le Journal", "La Gazette", "L’Écho"),
    "date": ("2021", "2022", "2023"),
}
FACETS = tuple(VALUES)


@pytest.fixture(autouse=True)
def _short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.search.paging.DEEPEST_RESULT", PAGES_END)


def articles(number: int, seed: int) -> list[Document]:
    """Some articles, with any of the words and values, and often none; many share their day."""
    draw = random.Random(seed)
    return [
        make_document(
            " ".join(draw.choices(WORDS, [1 / (at + 1) for at in range(len(WORDS))], k=draw.choice((0, 2, 6, 20)))),
            id=f"{seed}-{at}",
            title="Sans",
            date=draw.choice((None, "2021", "2021-05", "2022-02-03", "2022-02-03", "2023-12-31")),
            source=draw.choice((None, *VALUES["source"])),
            facets={
                name: tuple(draw.sample(VALUES[name], draw.choice((0, 0, 1, 2))))
                for name in ("country", "person", "topic")
            },
        )
        for at in range(number)
    ]


def any_request(draw: random.Random) -> SearchRequest:
    """A request of which plain Python knows the answer."""
    words = draw.sample(WORDS, draw.choice((0, 1, 1, 2, 3)))
    names = draw.sample(FACETS, draw.choice((0, 0, 1, 1, 2, 3)))
    chosen = {name: tuple(draw.sample(VALUES[name], draw.choice((1, 1, 2)))) for name in names}
    included = {name for name in names if draw.random() < 0.7}
    return SearchRequest(
        q=draw.choice((" ", " OU ", " SAUF ")).join(words),
        include={name: values for name, values in chosen.items() if name in included},
        exclude={name: values for name, values in chosen.items() if name not in included},
        sort=draw.choice((None, *Sort)),
        size=draw.choice((1, 2, 3, 7, 10, 50, 100)),
        page=draw.choice((1, 1, 2, 3)),
        facets=FACETS,
        expand=False,
        correct=False,
        strict=True,
    )


def finds(request: SearchRequest, document: Document, without: str | None = None) -> bool:
    """Whether a request finds a document, its selection in the facet *without* aside."""
    text = set(document.text.split())
    if " SAUF " in request.q:
        first, *others = request.q.split(" SAUF ")
        matches = first in text and not text.intersection(others)
    elif " OU " in request.q:
        matches = bool(text.intersection(request.q.split(" OU ")))
    else:
        matches = text.issuperset(request.q.split())
    values = facet_values(document)
    included = all(
        set(values[name]).intersection(wanted) for name, wanted in request.include.items() if name != without
    )
    excluded = any(
        set(values[name]).intersection(others) for name, others in request.exclude.items() if name != without
    )
    return matches and included and not excluded


def in_order(found: list[Document], sort: Sort) -> list[str]:
    """Ids by day; undated ones last, those of one day by id."""

    def key(document: Document) -> tuple[bool, int, str]:
        day = document.published.first.toordinal() if document.published.first else 0
        return not day, day if sort is Sort.OLDEST else -day, document.id

    return [document.id for document in sorted(found, key=key)]


def check_counts(request: SearchRequest, answer: SearchResults, documents: list[Document]) -> None:
    """The total, and of every facet the values, the others and the missing ones."""
    assert answer.total.value == sum(finds(request, document) for document in documents)
    for name, facet in answer.facets.items():
        found = [facet_values(document)[name] for document in documents if finds(request, document, without=name)]
        counts = Counter(value for values in found for value in values)
        assert {value.value: value.count for value in facet.values if value.count} == {
            value: counts[value] for value in counts if value in {shown.value for shown in facet.values}
        }
        assert sum(value.count for value in facet.values) + facet.other == sum(counts.values())
        assert facet.missing == sum(not values for values in found)
        if all(len(values) < 2 for values in found):
            assert sum(value.count for value in facet.values) + facet.other + facet.missing == len(found)


def check_narrower(request: SearchRequest, answer: SearchResults, engine: Engine, draw: random.Random) -> None:
    """One more filter: no count is higher."""
    free = [name for name in FACETS if name not in request.include and name not in request.exclude]
    if not free:
        return
    name = draw.choice(free)
    more = {name: (draw.choice(VALUES[name]),)}
    keeps = draw.random() < 0.5
    narrower = request.replace(
        include={**request.include, **more} if keeps else request.include,
        exclude=request.exclude if keeps else {**request.exclude, **more},
    )
    less = engine.search(narrower)
    assert less.total.value <= answer.total.value
    for field, facet in less.facets.items():
        before = {value.value: value.count for value in answer.facets[field].values}
        assert all(value.count <= before.get(value.value, value.count) for value in facet.values)
        assert facet.missing <= answer.facets[field].missing


def follow(engine: Engine, request: SearchRequest) -> Iterator[SearchResults]:
    """The answers that links lead to, from the first page on."""
    address: str | None = request.replace(page=1).address()
    while address:
        asked = parse_parameters(parse_qsl(urlsplit(address).query, keep_blank_values=True))
        answer = engine.search(asked)
        yield answer
        address = answer.links.next


def check_walk(request: SearchRequest, answers: list[SearchResults], documents: list[Document]) -> None:
    """All that matches, each once, by date where that is asked for; the total never moves."""
    ids = [hit.id for answer in answers for hit in answer.hits]
    found = [document for document in documents if finds(request, document)]

    assert {answer.total.value for answer in answers} == {len(found)}
    assert sorted(ids) == sorted(document.id for document in found)
    if request.order in (Sort.NEWEST, Sort.OLDEST):
        assert ids == in_order(found, request.order)


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    return articles(60, seed=1)


@pytest.fixture(scope="module")
def engine(documents: list[Document], tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The articles in two segments, a few of them replaced."""
    engine = make_engine(tmp_path_factory.mktemp("combinations"), *documents[:45])
    engine.add(documents[40:])
    return engine


@pytest.mark.parametrize("seed", range(SEEDS))
def test_counts_add_up_and_every_way_gives_every_hit_once(engine: Engine, documents: list[Document], seed: int) -> None:
    draw = random.Random(seed)
    found = cursors = 0
    for _ in range(EACH):
        request = any_request(draw)
        answer = engine.search(request)

        check_counts(request, answer, documents)
        check_narrower(request, answer, engine, draw)
        answers = list(follow(engine, request.replace(size=max(request.size, 10), facets=())))
        check_walk(request, answers, documents)
        ids = [hit.id for each in answers for hit in each.hits]
        begin = (request.page - 1) * request.size
        assert [hit.id for hit in answer.hits] == ids[begin : begin + request.size]
        found += bool(ids)
        cursors += any("cursor=" in each.links.self for each in answers)
    assert found > EACH / 3
    assert cursors > EACH / 20


def test_cursors_give_each_hit_once_while_articles_are_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer commits all the time: a walk ends on the commit where it began, or is told where to start afresh."""
    monkeypatch.setattr("indexer.search.paging.DEEPEST_RESULT", 0)
    there, coming = articles(60, seed=2), articles(1000, seed=3)
    engine = make_engine(tmp_path, *there)
    done = threading.Event()

    def write() -> None:
        for document in coming:
            if done.wait(0.02):
                return
            engine.add([document])

    writer = threading.Thread(target=write)
    writer.start()
    draw = random.Random(4)
    walks = overtaken = 0
    try:
        while walks < WHILE_ARTICLES_COME:
            request = any_request(draw).replace(facets=(), size=draw.choice((3, 7, 10)))
            try:
                answers = list(follow(engine, request))
            except CursorGoneError as error:
                assert parse_parameters(parse_qsl(urlsplit(error.start).query, keep_blank_values=True)).cursor is None
                assert engine.search(request.replace(page=1)).index.generation > 1
                continue
            walks += 1
            (generation,) = {answer.index.generation for answer in answers}
            check_walk(request, answers, [*there, *coming[: generation - 1]])
            overtaken += engine.state().generation > generation
    finally:
        done.set()
        writer.join()
    assert overtaken > WHILE_ARTICLES_COME / 10
