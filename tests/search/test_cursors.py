"""Cursors: behind the last page, every hit once, on one commit."""

import base64
import datetime as dt
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.document import Document
from indexer.engine import Engine, open_engine
from indexer.errors import CursorGoneError, RequestError
from indexer.index import open_reader
from indexer.search import Cursor, Hit, SearchRequest, SearchResults, Sort, parse_parameters
from indexer.search.searcher import Searcher
from indexer.settings import Settings
from indexer.thesaurus import load_thesaurus
from tests.making import make_document, make_engine

DOCUMENTS = 1700


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """More articles than pages lead to; many are as good as others."""
    return make_engine(tmp_path_factory.mktemp("cursors"), *documents())


def documents() -> list[Document]:
    return [
        make_document(f"drone {'drone ' * (n % 7)} {'char' if n % 3 else ''}", id=f"d{n:04}", date=f"20{n % 20:02}")
        for n in range(DOCUMENTS)
    ]


def follow(engine: Engine, address: str | None, link: str = "next") -> list[SearchResults]:
    """The answers that links lead to, this one first."""
    answers = []
    while address:
        answers.append(engine.search(ask(address)))
        address = getattr(answers[-1].links, link)
    return answers


def ask(address: str) -> SearchRequest:
    return parse_parameters(parse_qsl(urlsplit(address).query, keep_blank_values=True))


def ids(answers: list[SearchResults]) -> list[str]:
    return [hit.id for answer in answers for hit in answer.hits]


@pytest.mark.parametrize("collapse", [False, True])
@pytest.mark.parametrize("sort", list(Sort))
def test_links_lead_through_all_hits_as_a_walk_does(engine: Engine, sort: Sort, collapse: bool) -> None:  # noqa: FBT001
    request = SearchRequest(q="drone", sort=sort, collapse=collapse, size=90, facets=())
    answers = follow(engine, request.address())
    hits = [hit for answer in answers for hit in answer.hits]
    walked = list(engine.walk(request))

    assert [hit.id for hit in hits] == [hit.id for hit in walked]
    assert len({hit.id for hit in hits}) == DOCUMENTS == answers[0].total.value
    assert {answer.total.value for answer in answers} == {DOCUMENTS}
    assert [plain(hit) for hit in hits[1000:]] == [plain(hit) for hit in walked[1000:]]


def plain(hit: Hit) -> tuple[str, float]:
    return hit.id, hit.score


def test_links_lead_back_the_same_way(engine: Engine) -> None:
    answers = follow(engine, SearchRequest(q="char", size=100, facets=()).address())
    back = follow(engine, answers[-1].links.self, "prev")

    assert [answer.links.self for answer in back[::-1]] == [answer.links.self for answer in answers]
    assert back[0].links.self.count("cursor=") == 1


def test_the_size_may_change_on_the_way_and_so_may_what_is_told(engine: Engine) -> None:
    answer = follow(engine, SearchRequest(q="drone", size=100, facets=()).address())[9]
    behind = ask(answer.links.next or "")
    one_by_one = engine.search(behind.replace(size=3, facets=("date",), fields=("id",), timelines=("published",)))

    assert list(one_by_one.hits) == list(engine.search(behind).hits[:3])
    assert ask(one_by_one.links.next or "").size == 3
    assert set(one_by_one.facets) == {"date"}


def test_a_walk_goes_on_while_articles_come_and_go(tmp_path: Path) -> None:
    engine = make_engine(tmp_path, *documents())
    answer = engine.search(SearchRequest(q="drone", size=100, facets=(), page=10))
    before = [hit.id for hit in engine.walk(SearchRequest(q="drone"))]
    found: list[str] = []
    number = 0
    while answer.links.next:
        if number in {1, 2, 3, 5}:  # from the second on, the commit that the walk goes through is off the disk
            engine.add(
                [make_document("drone drone", id=f"new{number}"), make_document("parti", id=before[-number - 1])]
            )
        answer = engine.search(ask(answer.links.next))
        found += [hit.id for hit in answer.hits]
        number += 1

    assert found == before[1000:]
    assert answer.index.generation == 1
    assert engine.state().generation == 5


def test_a_commit_that_is_gone_is_told_with_where_to_start(tmp_path: Path) -> None:
    engine = make_engine(tmp_path, *documents())
    request = SearchRequest(q="drone", size=100, facets=(), page=10, collapse=True)
    cursor = ask(engine.search(request).links.next or "")
    for number in range(2):
        engine.add([make_document("drone", id=f"new{number}")])

    with pytest.raises(CursorGoneError) as caught:
        engine.search(cursor)
    assert ask(caught.value.start) == request.replace(page=1)


def test_an_index_made_anew_is_another_one(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cursor = ask(engine.search(SearchRequest(size=100, page=10)).links.next or "")
    monkeypatch.setattr("indexer.index.writer.now", lambda: "2020-01-01T00:00:00Z")
    anew = make_engine(tmp_path, *documents())

    with pytest.raises(CursorGoneError):
        anew.search(cursor)


def test_a_walk_goes_on_after_midnight_on_the_day_when_it_began(tmp_path: Path) -> None:
    """« Hier » stays what it was, also without a cache; a day before the commit, or to come, is no walk's."""
    make_engine(
        tmp_path,
        *(make_document("drone", id=f"a{n:04}", date="2030-03-10") for n in range(1100)),
        *(make_document("drone", id=f"b{n:04}", date="2030-03-11") for n in range(1100)),
    )
    today = [dt.date(2030, 3, 11)]
    searcher = Searcher(open_reader(tmp_path / "index"), load_thesaurus(), cache=0, today=lambda: today[0])
    for query, number in (("drone date:hier", 1100), ("drone", 2200)):
        today[0] = dt.date(2030, 3, 11)
        request = SearchRequest(q=query, size=100, facets=())
        before = [hit.id for hit in searcher.walk(request)]
        answer = searcher.search(request.replace(page=10))
        found = [hit.id for hit in answer.hits]
        while answer.links.next:
            today[0] += dt.timedelta(1)
            answer = searcher.search(ask(answer.links.next))
            found += [hit.id for hit in answer.hits]
            assert answer.total.value == len(before) == number
        assert found == before[900:]

    today[0] = dt.date(2030, 3, 11)
    cursor = ask(searcher.search(request.replace(page=10)).links.next or "")
    today[0] -= dt.timedelta(1)
    with pytest.raises(CursorGoneError):
        searcher.search(cursor)
    here = Cursor.parse(cursor.cursor or "")
    for day in (0, 1, dt.date(2020, 1, 1).toordinal(), 10**9):
        other = Cursor(**{name: getattr(here, name) for name in here.__struct_fields__} | {"day": day})
        with pytest.raises(CursorGoneError):
            searcher.search(cursor.replace(cursor=str(other)))


def test_a_cursor_works_in_another_process_and_without_a_cache(engine: Engine) -> None:
    cursor = ask(engine.search(SearchRequest(q="drone", size=100, page=10)).links.next or "")
    other = open_engine(engine.path, Settings(cache=0))  # type: ignore[attr-defined]

    assert other.search(cursor).hits == engine.search(cursor).hits


@pytest.mark.parametrize(
    "change",
    [
        {"q": "char"},
        {"sort": Sort.OLDEST},
        {"include": {"date": ("2001",)}},
        {"exclude": {"date": ("2001",)}},
        {"collapse": True},
        {"expand": False},
        {"strict": True},
        {"diversity": False},
        {"recency": False},
    ],
)
def test_a_cursor_is_of_one_search(engine: Engine, change: dict[str, object]) -> None:
    cursor = ask(engine.search(SearchRequest(q="drone", size=100, page=10)).links.next or "")

    with pytest.raises(RequestError) as caught:
        engine.search(cursor.replace(**change))
    assert caught.value.parameter == "cursor"


def test_a_cursor_has_no_page(engine: Engine) -> None:
    cursor = ask(engine.search(SearchRequest(q="drone", size=100, page=10)).links.next or "")

    with pytest.raises(RequestError) as caught:
        engine.search(cursor.replace(page=2))
    assert caught.value.parameter == "cursor"


def test_beyond_the_last_hit_there_is_nothing(engine: Engine) -> None:
    request = SearchRequest(q="drone", size=100, page=10)
    cursor = Cursor.parse(ask(engine.search(request).links.next or "").cursor or "")
    far = Cursor(**{name: getattr(cursor, name) for name in cursor.__struct_fields__} | {"after": 10**9})
    answer = engine.search(request.replace(page=1, cursor=str(far)))

    assert answer.hits == ()
    assert answer.links.next is None


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda data: base64.urlsafe_b64encode(data).decode()))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(RequestError) as caught:
        Cursor.parse(text)
    assert caught.value.parameter == "cursor"


@given(st.data())
def test_a_cursor_is_read_back_and_a_changed_one_never_leads_elsewhere(data: st.DataObject) -> None:
    numbers = st.integers(0, 1 << 40)
    cursor = Cursor(
        generation=data.draw(numbers), committed="2024", day=data.draw(numbers), request="ab", after=data.draw(numbers)
    )
    text = str(cursor)
    assert Cursor.parse(text) == cursor
    with pytest.raises(RequestError):
        Cursor.parse(text + "=")
