import gc
import threading
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.engine import Engine, LocalEngine, open_engine
from indexer.errors import DocumentNotFoundError
from indexer.search import SearchRequest
from indexer.settings import Settings
from tests.making import make_document, make_engine
from web import create_app

ARTICLE = "Un titre de presse\n\nL’armée ukrainienne a reçu des F-16. Le ministère le confirme.\n"


def pile(folder: Path, **files: str | bytes) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / f"{name}.txt").write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def test_a_folder_is_indexed_and_what_cannot_be_read_is_reported(tmp_path: Path) -> None:
    folder = pile(tmp_path / "pile", a=ARTICLE, b=b"\x00\x01\x02" * 50, c="", d=ARTICLE.replace("F-16", "Rafale"))
    (folder / "lien.txt").symlink_to(folder / "a.txt")
    engine = open_engine(tmp_path / "index")

    report = engine.index([folder, tmp_path / "absent"])

    assert (report.read, report.new, report.changed, report.unchanged, report.copies) == (2, 2, 0, 0, 0)
    assert {rejection.path: rejection.reason.split(",")[0].split(" (")[0] for rejection in report.rejected} == {
        "pile/b.txt": "contenu binaire\u00a0: ce format n’est pas lu",
        "pile/c.txt": "aucun article\u00a0: texte vide ou trop court",
        "pile/lien.txt": "lien symbolique",
        "absent": "introuvable",
    }
    assert engine.search(SearchRequest(q="F16")).total.value == 1


def test_indexing_the_same_folder_twice_changes_nothing(tmp_path: Path) -> None:
    folder = pile(tmp_path / "pile", a=ARTICLE)
    engine = open_engine(tmp_path / "index")
    engine.index([folder])
    before = engine.search(SearchRequest())

    report = engine.index([folder])
    after = engine.search(SearchRequest())

    assert (report.new, report.changed, report.unchanged) == (0, 0, 1)
    assert after.index == before.index
    assert after.hits == before.hits


def test_an_edited_file_replaces_what_it_held(tmp_path: Path) -> None:
    folder = pile(tmp_path / "pile", a=ARTICLE)
    engine = open_engine(tmp_path / "index")
    engine.index([folder])
    pile(folder, a=ARTICLE.replace("F-16", "Rafale"))

    assert engine.index([folder]).changed == 1
    assert engine.search(SearchRequest(q="F16")).total.value == 0
    assert engine.search(SearchRequest(q="Rafale")).total.value == 1


def test_files_of_two_folders_with_one_name_do_not_replace_each_other(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "index")
    for year, text in (("2023", ARTICLE), ("2024", ARTICLE.replace("F-16", "Rafale"))):
        (tmp_path / year).mkdir()
        engine.index([pile(tmp_path / year / "pile", a=text)])

    assert engine.search(SearchRequest()).total.value == 2


def test_progress_is_told_for_every_file(tmp_path: Path) -> None:
    folder = pile(tmp_path / "pile", a=ARTICLE, b="")
    told: list[tuple[int, int]] = []

    open_engine(tmp_path / "index").index([folder], progress=lambda state: told.append(state[:2]))

    assert sorted(set(told)) == [(0, 2), (1, 2), (2, 2)]


def test_an_open_engine_sees_a_new_commit(tmp_path: Path) -> None:
    engine = make_engine(tmp_path, make_document("drone", id="a"))
    assert engine.search(SearchRequest(q="drone")).total.value == 1

    open_engine(tmp_path / "index").add([make_document("drone", id="b")])

    assert engine.search(SearchRequest(q="drone")).total.value == 2


def test_a_damaged_commit_is_answered_from_the_one_before_with_a_notice(tmp_path: Path) -> None:
    engine = make_engine(tmp_path, make_document("drone", id="a"))
    engine.add([make_document("drone", id="b")])
    (tmp_path / "index" / "commit-000000002.json").write_bytes(b"")

    results = open_engine(tmp_path / "index").search(SearchRequest(q="drone"))

    assert [hit.id for hit in results.hits] == ["a"]
    assert "inutilisable" in results.query.notices[0]


def test_a_document_is_found_by_its_id(tmp_path: Path) -> None:
    engine = make_engine(tmp_path, make_document("drone", id="a"))

    assert engine.document("a").text == "drone"
    with pytest.raises(DocumentNotFoundError, match="absent"):
        engine.document("absent")


def test_stats_say_what_the_index_holds(tmp_path: Path) -> None:
    engine = make_engine(
        tmp_path,
        make_document("drone char", id="a", date="2022-11", facets={"country": ("Ukraine", "Russie")}),
        make_document("drone", id="b", date="2024"),
        make_document("obus", id="c"),
    )

    stats = engine.stats()

    assert (stats.index.documents, stats.dated, stats.oldest, stats.newest) == (3, 2, "2022-11", "2024")
    assert stats.terms == len({"titre", "drone", "char", "obus"})
    assert stats.languages == {"fr": 3}
    assert stats.facets["country"] == 2
    assert stats.size_bytes > 0


def test_an_engine_is_shared_by_threads(tmp_path: Path) -> None:
    engine = make_engine(tmp_path, *(make_document(f"drone {n % 3}", id=f"d{n}") for n in range(30)))
    wrong: list[int] = []

    def search(number: int) -> None:
        for _ in range(20):
            total = engine.search(SearchRequest(q=f"drone {number % 3}")).total.value
            if total != 10:
                wrong.append(total)

    threads = [threading.Thread(target=search, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_the_seeds_answer_as_they_should(shared: Path, tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "index")
    engine.index([shared / "seeds"])

    def found(query: str) -> set[str]:
        return {hit.path[6:9] for hit in engine.search(SearchRequest(q=query)).hits}

    assert found("Oumerov") == found("Umerov") == {"002", "004"}
    assert found("F16") == found("F-16") == found("F 16") == {"002"}
    assert found("155mm") == {"004"}
    assert found("missile") == found("missiles") == {"000", "001", "003"}
    assert found('"système de défense"') == set()
    assert found('"systèmes de défense"') == {"000", "002", "003"}
    assert found("l'OTAN") == found("l’Otan") == found("otan") == {"001", "002", "003"}
    for left_over in ("Akismet", "Pinterest", "Facebook"):
        assert found(left_over) == set()


def test_a_country_of_the_seeds_keeps_the_other_counts_and_a_second_widens(shared: Path, tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "index")
    engine.index([shared / "seeds"])
    counts = [
        (results.total.value, {value.value: value.count for value in results.facets["country"].values})
        for results in (
            engine.search(SearchRequest(include={"country": countries} if countries else {}))
            for countries in ((), ("Portugal",), ("Portugal", "Lettonie"))
        )
    ]

    assert [total for total, _ in counts] == [5, 1, 2]
    for _, selected in counts[1:]:
        assert selected.items() >= counts[0][1].items()


LOOKS: dict[str, Callable[[Engine], object]] = {
    query: lambda engine, query=query: engine.search(SearchRequest(q=query, explain=True))
    for query in (
        "missile",
        "missiles antichars français",
        '"missile antichar"~4',
        "miss*",
        "missille~",
        "pays:Ukraine",
        "titre:drone OU date:2024",
        "drone -missile",
        "montant:>1M€",
        "quel missile vole ?",
    )
} | {
    "collapse": lambda engine: engine.search(SearchRequest(q="drone", collapse=True)),
    "suggest": lambda engine: engine.suggest("mis"),
    "similar": lambda engine: engine.similar("1"),
    "rising": lambda engine: engine.rising(),
    "walk": lambda engine: list(engine.walk(SearchRequest(q="drone"))),
    "page": lambda engine: create_app(Settings(), engine).test_client().get("/?q=drone").get_data(),
    "article": lambda engine: create_app(Settings(), engine).test_client().get("/article/1?q=drone").get_data(),
    "refused": lambda engine: create_app(Settings(), engine).test_client().get("/?q=drone&size=x").get_data(),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_commit_is_let_go_of_when_the_next_one_is_opened(look: Callable[[Engine], object], tmp_path: Path) -> None:
    """At once: what refers to itself would keep arrays and open files until garbage is collected."""
    engine = open_engine(tmp_path)
    assert isinstance(engine, LocalEngine)
    engine.add([make_document("Un drone, un missile antichar français.", id=str(number)) for number in range(9)])
    gc.collect()
    gc.disable()
    try:
        look(engine)
        before = weakref.ref(engine._newest()[0])
        engine.add([make_document("Un drone.", id="9")])
        engine.state()
        assert before() is None
    finally:
        gc.enable()
