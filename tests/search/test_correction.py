"""Words that are in no article: what is searched for instead, and what is left alone."""

import pytest

from indexer.engine import Engine, open_engine
from indexer.search import Correction, SearchRequest, SearchResults
from tests.making import make_document


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Some articles whose words are spelt rightly."""
    texts = [
        "la frégate Languedoc tire un missile",
        "un hélicoptère de la marine",
        "le marin du sous-marin nucléaire",
        "des Rafale pour l’Indonésie",
        "le F-16 et le Su-35",
        "Rheinmetall livre des obus",
    ]
    engine = open_engine(tmp_path_factory.mktemp("correction") / "index")
    engine.add(make_document(text, id=str(number), title="") for number, text in enumerate(texts))
    return engine


def search(engine: Engine, q: str, *, correct: bool = True) -> SearchResults:
    """The answer, all words required."""
    return engine.search(SearchRequest(q=q, correct=correct, strict=True))


@pytest.mark.parametrize(
    ("q", "typed", "corrected", "found"),
    [
        ("fregate Langedoc", "Langedoc", "languedoc", ["0"]),
        ("hélicoptaire", "hélicoptaire", "hélicoptère", ["1"]),
        ("rafalle Indonésie", "rafalle", "rafale", ["3"]),
        ("sous marrin nucléaire", "marrin", "marin", ["2"]),
        ("Rheinmettal obus", "Rheinmettal", "rheinmetall", ["5"]),
        ("Rheimentaal", "Rheimentaal", "rheinmetall", ["5"]),
    ],
)
def test_an_unknown_word_is_corrected(engine: Engine, q: str, typed: str, corrected: str, found: list[str]) -> None:
    results = search(engine, q)
    assert results.query.corrections == (Correction(typed=typed, corrected=corrected),)
    assert [hit.id for hit in results.hits] == found


@pytest.mark.parametrize("q", ["F-18", "F18 missile", "155", "2A6", "Su-34", "mrn", '"fregatte"', "titre:fregatte"])
def test_designations_numbers_short_words_and_quotations_are_left_alone(engine: Engine, q: str) -> None:
    assert search(engine, q).query.corrections == ()


def test_a_known_name_is_left_alone(engine: Engine) -> None:
    """« Rafael » is a maker, though only « Rafale » is in the articles."""
    assert search(engine, "Rafael").query.corrections == ()


def test_what_is_written_can_be_searched_for(engine: Engine) -> None:
    results = search(engine, "hélicoptaire", correct=False)
    assert results.query.corrections == ()
    assert results.total.value == 0


def test_the_correction_goes_with_the_rest_of_the_query(tmp_path_factory: pytest.TempPathFactory) -> None:
    """« drohne » is as near to « drohme », which is in more articles; only « drone » stands with « obus »."""
    engine = open_engine(tmp_path_factory.mktemp("rest") / "index")
    texts = ["un drone et un obus", *["la drohme et le festival"] * 5]
    engine.add(make_document(text, id=str(number), title="") for number, text in enumerate(texts))
    results = search(engine, "drohne obus")
    assert results.query.corrections == (Correction(typed="drohne", corrected="drone"),)
    assert [hit.id for hit in results.hits] == ["0"]
