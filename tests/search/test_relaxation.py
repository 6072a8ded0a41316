"""When almost no article has all the words: what is asked less strictly, in which order, and what is said of it."""

from pathlib import Path

import pytest

from indexer.engine import Engine, open_engine
from indexer.search import SearchRequest, SearchResults
from tests.making import make_document

FILLER = [make_document(f"remplissage numéro {number}", id=f"z{number:02}", title="") for number in range(40)]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Forty articles on nothing, and some on tanks."""
    texts = {
        "all": "livraison de chars Leopard en Pologne",
        "rare": "chars Leopard en Pologne",
        "common": "livraison de chars",
        "one": "chars d’assaut",
        "two": "chars d’assaut en montagne",
        "quoted": "on parle de chars, puis de Pologne",
    }
    engine = open_engine(tmp_path_factory.mktemp("relaxation") / "index")
    engine.add([*FILLER, *(make_document(text, id=name, title="") for name, text in texts.items())])
    return engine


def search(engine: Engine, q: str, *, strict: bool = False) -> SearchResults:
    """The answer, without other names."""
    return engine.search(SearchRequest(q=q, strict=strict, expand=False, size=50))


def test_enough_complete_articles_are_all_there_is(engine: Engine) -> None:
    results = search(engine, "chars Pologne")
    assert results.query.relaxation is None
    assert {hit.id for hit in results.hits} == {"all", "rare", "quoted"}


def test_complete_articles_come_first(engine: Engine) -> None:
    results = search(engine, "livraison chars Leopard Pologne")
    assert results.query.relaxation is not None
    assert results.query.relaxation.complete == 1
    assert results.hits[0].id == "all"
    assert results.total.value == len(results.hits) > 1


def test_the_commonest_words_go_first(engine: Engine) -> None:
    results = search(engine, "Leopard Pologne chars montagne")
    relaxation = results.query.relaxation
    assert relaxation is not None
    assert relaxation.any_word or "chars" in relaxation.dropped


def test_a_word_that_is_nowhere_goes_before_the_others(engine: Engine) -> None:
    results = search(engine, "chars Pologne introuvableabsolument")
    relaxation = results.query.relaxation
    assert relaxation is not None
    assert relaxation.dropped == ("introuvableabsolument",)
    assert relaxation.sentence == (
        "Aucun article ne contient tous les mots\xa0: «\xa0introuvableabsolument\xa0» n’est pas exigé."
    )
    assert {hit.id for hit in results.hits} == {"all", "rare", "quoted"}


def test_any_word_comes_last(engine: Engine) -> None:
    results = search(engine, "montagne Leopard")
    assert results.query.relaxation is not None
    assert results.query.relaxation.any_word
    assert {hit.id for hit in results.hits} == {"two", "all", "rare"}
    assert "voici ceux qui en contiennent au moins un" in results.query.relaxation.sentence


def test_strict_asks_for_every_word(engine: Engine) -> None:
    results = search(engine, "montagne Leopard", strict=True)
    assert results.query.relaxation is None
    assert results.total.value == 0


@pytest.mark.parametrize(
    "q", ['"montagne Leopard"', "titre:montagne titre:Leopard", "montagne -assaut", "montagne ET Leopard"]
)
def test_what_is_meant_as_it_stands_is_not_relaxed(engine: Engine, q: str) -> None:
    results = search(engine, q)
    assert results.query.relaxation is None
    assert results.total.value == 0


def test_exclusions_hold_when_words_go(engine: Engine) -> None:
    results = search(engine, "montagne Leopard -livraison")
    assert {hit.id for hit in results.hits} == {"two", "rare"}


def test_selections_do_not_decide(engine: Engine) -> None:
    wide = engine.search(SearchRequest(q="chars Pologne"))
    narrow = engine.search(SearchRequest(q="chars Pologne", exclude={"language": ("fr",)}))
    assert wide.query.relaxation == narrow.query.relaxation is None
    assert narrow.total.value == 0


def test_a_small_pile_is_asked_for_all_words(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "index")
    engine.add(make_document(text, id=text, title="") for text in ("missile drone", "missile", "drone"))
    assert [hit.id for hit in search(engine, "missile drone").hits] == ["missile drone"]


def test_a_question_takes_any_word_and_weighs_names(engine: Engine) -> None:
    results = search(engine, "Quels sont les chars de la Pologne ?")
    assert results.query.question
    assert results.query.relaxation is None
    assert results.query.understood == "chars ET Pologne"
    assert {"all", "one", "common"} < {hit.id for hit in results.hits}
    assert results.hits[0].id in {"all", "rare", "quoted"}
    assert not search(engine, "Quels sont les chars de la Pologne ?", strict=True).query.question
