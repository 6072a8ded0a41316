"""Both engines, the same requests: the same ids, totals, facets, timelines, from one node of a real cluster."""

import random
import re
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from indexer.changes import Removal, Telling
from indexer.cli import main
from indexer.document import Document
from indexer.engine import Engine, LocalEngine, OpenSearchEngine, open_engine
from indexer.errors import CursorGoneError, DocumentNotFoundError, IndexLockedError, IndexMissingError
from indexer.index import Change
from indexer.opensearch.connection import Connection
from indexer.opensearch.state import Lock, read_state
from indexer.search import FacetLookup, Searcher, SearchRequest, Sort
from indexer.settings import Settings
from tests.making import make_document
from tests.opensearch.asking import Asking
from tests.opensearch.cluster import Cluster
from tests.opensearch.comparing import Agreement, cluster_engine, differences, engines_over, same_hits
from tests.search import corpora
from tests.search.drawing import Drawing
from tests.search.stock_whoosh import StockIndex
from tests.search.test_combinations import any_request, articles, check_counts, check_walk, follow
from web import create_app

pytestmark = [pytest.mark.opensearch, pytest.mark.slow]

REQUESTS, TREES, COMBINATIONS = 80, 90, 50

Engines = tuple[LocalEngine, OpenSearchEngine]


@pytest.fixture(scope="module")
def sample(cluster: Cluster, engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """Both engines over the sample corpus, with its stories."""
    assert isinstance(engine, LocalEngine)
    there = cluster_engine(cluster, tmp_path_factory.mktemp("sample"), "sample")
    there.restore(engine.path)
    yield engine, there
    there.close()


def test_any_request_is_answered_alike(sample: Engines) -> None:
    agreement = Agreement(*sample)
    asking = Asking(list(sample[0].documents()), seed=1)
    for _ in range(REQUESTS):
        agreement.check(asking.request())

    assert agreement.asked["found"] > REQUESTS / 3
    assert agreement.overlap >= 0.95


@pytest.mark.parametrize("name", ["mixed", "shares"])
def test_any_query_tree_finds_the_same(name: str, cluster: Cluster, tmp_path: Path) -> None:
    """Every class of query, phrases at the edges of what is kept of titles and texts among them."""
    stock = StockIndex({"mixed": corpora.mixed, "shares": corpora.shares}[name]())
    local, there = engines_over(stock.documents, cluster, tmp_path, name)
    (_, here), (_, elsewhere) = local._newest(), there._newest()
    assert isinstance(here, Searcher)
    drawing = Drawing(stock, 2, leaves=150)
    telling = 0
    for _ in range(TREES):
        tree, request = drawing.tree(), drawing.request()
        expected, found = here.find(tree, request), elsewhere.find(tree, request)
        assert (found.total, found.unselected) == (expected.total, expected.unselected), (tree, request)
        assert found.facets == expected.facets, (tree, request)
        telling += 0 < expected.total < local.state().documents
    assert telling > TREES / 5
    there.close()


def test_counts_and_walks_are_those_of_plain_python(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With pages that end early and few hits looked at more closely, so that cursors and walks go behind both."""
    monkeypatch.setattr("indexer.search.paging.DEEPEST_RESULT", 10)
    monkeypatch.setattr("indexer.opensearch.searcher.CANDIDATES", 5)
    monkeypatch.setattr("indexer.opensearch.searcher.WALKED_AT_ONCE", 7)
    documents = articles(60, seed=1)
    there = cluster_engine(cluster, tmp_path, "combinations")
    there.add(documents[:45])
    there.add(documents[40:])
    draw = random.Random(5)
    cursors = 0
    for _ in range(COMBINATIONS):
        request = any_request(draw)
        check_counts(request, there.search(request), documents)
        answers = list(follow(there, request.replace(size=max(request.size, 10), facets=())))
        check_walk(request, answers, documents)
        assert sorted(hit.id for hit in there.walk(request)) == sorted(hit.id for each in answers for hit in each.hits)
        cursors += any("cursor=" in each.links.self for each in answers)
    assert cursors > COMBINATIONS / 20
    there.close()


def test_a_walk_goes_on_over_its_own_commit(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.search.paging.DEEPEST_RESULT", 0)
    documents = articles(40, seed=2)
    there = cluster_engine(cluster, tmp_path, "walks")
    there.add(documents)
    pages = follow(there, SearchRequest(size=10, facets=(), sort=Sort.NEWEST))
    answers = [next(pages)]
    there.change([*articles(20, seed=3), Removal(documents[7].id)])
    answers += pages

    assert there.state().generation == 2
    assert {answer.index.generation for answer in answers} == {1}
    assert sorted(hit.id for answer in answers for hit in answer.hits) == sorted(each.id for each in documents)
    assert "cursor=" in answers[1].links.self
    there.close()


def test_suggestions_similar_articles_and_names_are_the_same(sample: Engines) -> None:
    here, there = sample
    for text in ("ukr", "missiles de", "zelen", "leopard 2", "pays:u", "l’ota", "défense aér"):
        assert here.suggest(text).suggestions == there.suggest(text).suggestions, text
    ids = [hit.id for hit in here.search(SearchRequest(q="missile")).hits]
    for document in ids:
        assert [each.shared for each in here.similar(document)] == [each.shared for each in there.similar(document)]
        own, others = ([each.hit for each in engine.similar(document)] for engine in sample)
        assert same_hits(own, others)
        assert here.article(document) == there.article(document)
    assert here.rising() == there.rising()
    assert here.entity("country", "Ukraine") == there.entity("country", "Ukraine")
    assert here.equipment_tree(SearchRequest()) == there.equipment_tree(SearchRequest())
    for field in ("country", "source", "date"):
        for request in (SearchRequest(), SearchRequest(q="missile", collapse=True, include={"country": ("Ukraine",)})):
            lookup = FacetLookup(field=field, size=100)
            assert here.look_up(request, lookup) == there.look_up(request, lookup)
    request = SearchRequest(q="aide militaire")
    assert here.highlight(ids[0], request) == there.highlight(ids[0], request)
    assert here.alternatives(request.replace(q="aide xyzzy")) == there.alternatives(request.replace(q="aide xyzzy"))


PAGES = (
    *("/", "/?q=missile", "/?q=missile&country=Ukraine&collapse=story&page=2", "/facettes/country?q=missile"),
    *("/api/v1/search?q=char&timelines=published", "/api/v1/facets/source", "/atom?q=missile", "/opensearch.xml"),
)


@pytest.mark.parametrize("address", PAGES)
def test_pages_and_answers_are_the_same(address: str, sample: Engines) -> None:
    here, there = (create_app(Settings(), engine).test_client().get(address) for engine in sample)
    committed = [engine.state().committed for engine in sample]

    assert here.status_code == there.status_code
    own, others = (
        re.sub(r'"took_ms":[\d.]+|\d+(?:,\d+)?.ms', "", answer.text.replace(when, ""))
        for answer, when in zip((here, there), committed, strict=True)
    )
    assert own == others


def test_the_commands_take_one_setting(cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Un char\n\nUn char Leclerc est livré.", encoding="utf-8")
    environment = {
        "VIGIE_ENGINE": cluster.engine_address("commands"),
        "VIGIE_NOTES": str(tmp_path),
        "VIGIE_REPLICAS": "0",
    }

    def run(*arguments: str) -> str:
        found = CliRunner().invoke(main, arguments, env=environment)
        assert found.exit_code == 0, found.output
        return found.output

    assert '"new":1' in run("index", str(tmp_path / "a.txt"), "--json")
    assert '"value":1' in run("search", "chars", "--json")
    assert "Tout va bien." in run("check")
    assert "Articles" in run("stats")
    run("merge")
    run("snapshot", str(tmp_path / "copy"))
    run("restore", str(tmp_path / "copy"))
    assert "2" in run("check")


def test_stats_say_the_same_and_the_check_finds_nothing_wrong(sample: Engines) -> None:
    here, there = (engine.stats() for engine in sample)

    assert (here.terms, here.dated, here.languages, here.facets) == (
        *(there.terms, there.dated, there.languages, there.facets),
    )
    assert (here.oldest, here.newest) == (there.oldest, there.newest)
    report = sample[1].check()
    assert (report.documents, report.problems) == (here.index.documents, ())


def test_articles_are_added_replaced_removed_and_told_as_on_one_machine(cluster: Cluster, tmp_path: Path) -> None:
    there, here = cluster_engine(cluster, tmp_path, "changes"), open_engine(tmp_path / "index")
    with pytest.raises(IndexMissingError):
        there.search(SearchRequest())
    with pytest.raises(IndexMissingError):
        here.search(SearchRequest())
    draw = random.Random(7)
    versions = {str(at): 0 for at in range(30)}

    def some() -> Iterator[Document | Removal | Telling]:
        for own in draw.sample(sorted(versions), 12):
            versions[own] += draw.random() < 0.7
            yield make_document(f"char {own} mot{versions[own]}", id=own, date=f"202{int(own) % 6}")
        for own in draw.sample(sorted(versions), 3):
            yield Removal(own)
        for own in draw.sample(sorted(versions), 4):
            yield Telling(own, draw.choice((None, 1, 2)))

    for _ in range(8):
        changes = list(some())
        told: Counter[Change] = Counter(here.change(changes))
        assert Counter(there.change(changes)) == told
        for request in (
            SearchRequest(sort=Sort.NEWEST),
            SearchRequest(q="char", collapse=True, timelines=("published",)),
            SearchRequest(story="1", size=100),
        ):
            own, others = here.search(request), there.search(request)
            found = differences(own, others)
            assert not found or set(found) == {"query"}, found
            assert request.collapse or [hit.id for hit in own.hits] == [hit.id for hit in others.hits]
    assert list(there.documents()) == sorted(here.documents(), key=lambda document: document.id)
    with pytest.raises(DocumentNotFoundError):
        there.document("nulle part")
    there.close()


def test_what_is_not_changed_makes_no_commit(cluster: Cluster, tmp_path: Path) -> None:
    there = cluster_engine(cluster, tmp_path, "unchanged")
    there.add([make_document(id="a"), make_document(id="b")])

    assert there.add([make_document(id="a"), make_document(id="a")]) == [Change.UNCHANGED, Change.COPY]
    assert there.state().generation == 1
    there.close()


def test_files_are_indexed_once_and_a_second_run_has_nothing_to_do(cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Un char\n\nLe 3 mars 2024, un char Leclerc est livré.", encoding="utf-8")
    there = cluster_engine(cluster, tmp_path, "files")

    first, second = there.index([tmp_path / "a.txt"]), there.index([tmp_path / "a.txt"])
    (tmp_path / "a.txt").write_text("Un char\n\nLe 4 mars 2024, deux chars Leclerc sont livrés.", encoding="utf-8")
    third = there.index([tmp_path / "a.txt"])

    assert (first.new, second.unchanged, third.changed) == (1, 1, 1)
    assert there.search(SearchRequest(q="Leclerc")).total.value == 1
    there.close()


def test_an_index_is_made_anew_while_it_is_searched(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.opensearch.cluster.GRACE", 2.0)
    there = cluster_engine(cluster, tmp_path, "anew")
    there.add(articles(300, seed=4))
    before = there.search(SearchRequest(q="")).total.value
    totals, failures, done = list[int](), list[Exception](), threading.Event()

    def search() -> None:
        other = open_engine(cluster.engine_address("anew"), Settings(notes=str(tmp_path), cache=0))
        while not done.is_set():
            try:
                totals.append(other.search(SearchRequest(sort=Sort.NEWEST, facets=())).total.value)
            except Exception as error:  # noqa: BLE001 - whatever it is
                failures.append(error)
        other.close()

    searching = threading.Thread(target=search)
    searching.start()
    try:
        there._index.rebuild()
    finally:
        done.set()
        searching.join()

    assert not failures
    assert set(totals) == {before}
    assert there.search(SearchRequest()).index.generation == 2
    names = [each["index"] for each in cluster.ask("/_cat/indices/anew*?format=json")]
    assert sorted(names) == ["anew.000002", "anew.000002.log"]
    there.close()


def test_one_writer_at_a_time(cluster: Cluster, tmp_path: Path) -> None:
    there = cluster_engine(cluster, tmp_path, "locked")
    there.add([make_document(id="a")])
    connection: Connection = there._index._connection
    lock = Lock(connection, read_state(connection), "another")

    with pytest.raises(IndexLockedError):
        there.add([make_document(id="b")])
    lock.release()
    assert there.add([make_document(id="b")]) == [Change.NEW]
    there.close()


def test_an_index_moves_to_one_machine_and_back(sample: Engines, tmp_path: Path, cluster: Cluster) -> None:
    here, there = sample
    there.snapshot(tmp_path / "copy")
    copy = open_engine(tmp_path / "copy")
    back = cluster_engine(cluster, tmp_path, "back")
    back.restore(tmp_path / "copy")

    asking = Asking(list(here.documents()), seed=9)
    for _ in range(20):
        request = asking.request()
        expected = here.search(request)
        assert not differences(expected, copy.search(request))
        assert not differences(expected, back.search(request))
    back.close()


def test_a_cursor_of_a_commit_that_is_forgotten_says_where_to_start(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.search.paging.DEEPEST_RESULT", 0)
    there = cluster_engine(cluster, tmp_path, "forgotten")
    there.add(articles(30, seed=5))
    pages = follow(there, SearchRequest(size=10, facets=(), sort=Sort.NEWEST))
    next(pages)
    there.add(articles(5, seed=6))
    cluster.ask("/_search/point_in_time/_all", "DELETE")

    with pytest.raises(CursorGoneError) as gone:
        next(pages)

    assert gone.value.start == "/api/v1/search?sort=newest&facets="
    assert there.search(SearchRequest()).total.value == 35
    there.close()
