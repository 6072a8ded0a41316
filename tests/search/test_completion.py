"""Completion against plain Python, on small indexes, and against what a reader wants, on the sample corpus."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from indexer.analysis import analyze, fold
from indexer.changes import Removal
from indexer.document import Document
from indexer.engine import Engine
from indexer.errors import RequestError
from indexer.index import open_reader
from indexer.search import MOST_SUGGESTIONS, SearchRequest, Suggestion
from indexer.search.completion import NAMED, Typed
from indexer.search.frequent_phrases import FrequentPhrase, frequent_phrases, written_form
from indexer.search.title_words import TitleWords
from indexer.thesaurus import load_thesaurus
from tests.making import make_document, make_engine
from tests.search.malformed import QUERIES

WANTED = (
    ("zel", "Volodymyr Zelensky"),
    ("ZÉLENS", "Volodymyr Zelensky"),
    ("volo", "Volodymyr Zelensky"),
    ("oumer", "Rustem Umerov"),
    ("umer", "Rustem Umerov"),
    ("poutine", "Vladimir Poutine"),
    ("macr", "Emmanuel Macron"),
    ("stolt", "Jens Stoltenberg"),
    ("shoig", "Sergueï Choïgou"),
    ("choig", "Sergueï Choïgou"),
    ("lecor", "Sébastien Lecornu"),
    ("aust", "Lloyd Austin"),
    ("leo", "Leopard 2"),
    ("leopard 2a6", "Leopard 2A6"),
    ("leopard2a6", "Leopard 2A6"),
    ("F-1", "F-16"),
    ("f1", "F-16"),
    ("f 16", "F-16"),
    ("f-3", "F-35"),
    ("hima", "HIMARS"),
    ("atac", "ATACMS"),
    ("patr", "Patriot"),
    ("caes", "CAESAR"),
    ("s4", "S-400"),
    ("su-3", "Su-35"),
    ("abra", "Abrams"),
    ("shah", "Shahed-136"),
    ("samp", "SAMP/T"),
    ("raf", "Rafale"),
    ("mirage 2", "Mirage 2000-5"),
    ("char lec", "char Leclerc"),
    ("ota", "OTAN"),
    ("nato", "OTAN"),
    ("penta", "Pentagone"),
    ("ely", "Élysée"),
    ("union eu", "Union européenne"),
    ("dassa", "Dassault Aviation"),
    ("rheinm", "Rheinmetall"),
    ("ukr", "Ukraine"),
    ("états-u", "États-Unis"),
    ("etats u", "États-Unis"),
    ("roy", "Royaume-Uni"),
    ("coree du n", "Corée du Nord"),
    ("obus de 15", "obus de 155 mm"),
    ("l'ukr", "l'Ukraine"),
    ("pays:all", "pays:Allemagne"),
    ("arme:leopard 2a4", "arme:« Leopard 2A4 »"),
    ("missiles bal", "missiles balistiques"),
    ("missiles de cr", "missiles de croisière"),
    ("defense aer", "défense aérienne"),
    ("armee de l'a", "armée de l'air"),
    ("ministre de la d", "ministre de la Défense"),
    ("mer r", "mer Rouge"),
    ("porte-a", "porte-avions"),
    ("lance r", "lance-roquettes"),
    ("etat m", "état-major"),
    ("secretaire g", "secrétaire général"),
    ("livraison zel", "livraison Volodymyr Zelensky"),
)
"""What is typed over the sample corpus, and what is wanted among the first three."""


def given_for(engine: Engine, text: str, kind: str | None = None, number: int = 8) -> list[Suggestion]:
    return [each for each in engine.suggest(text, number).suggestions if kind in (None, each.kind)]


def texts(engine: Engine, text: str, kind: str | None = None) -> list[str]:
    return [each.text for each in given_for(engine, text, kind)]


def plain(text: str) -> str:
    return text.replace("’", "'")


@pytest.mark.parametrize(("typed", "wanted"), WANTED)
def test_what_a_reader_wants_is_among_the_first_three(engine: Engine, typed: str, wanted: str) -> None:
    assert plain(wanted) in [plain(each.text) for each in engine.suggest(typed).suggestions[:3]]


@pytest.mark.parametrize("field", NAMED)
def test_an_entity_says_how_many_articles_name_it(engine: Engine, field: str) -> None:
    documents = list(engine.documents())
    for value in sorted({value for document in documents for value in document.facets.get(field, ())})[::5]:
        expected = sum(value in document.facets.get(field, ()) for document in documents)
        found = {(each.field, each.label): each.count for each in given_for(engine, value, "entity", MOST_SUGGESTIONS)}

        assert found[field, value] == expected


def test_entities_that_begin_alike_come_by_the_number_of_their_articles(engine: Engine) -> None:
    labels = [each for each in given_for(engine, "le", "entity", MOST_SUGGESTIONS) if fold(each.text).startswith("le")]

    assert len(labels) > 2
    assert [each.count for each in labels] == sorted((each.count or 0 for each in labels), reverse=True)


def test_an_entity_that_no_article_names_is_not_suggested(engine: Engine) -> None:
    named = {value for document in engine.documents() for field in NAMED for value in document.facets.get(field, ())}
    absent = sorted({entry.label for _, entry in load_thesaurus().entries()} - named)[::40]

    assert len(absent) > 20
    for label in absent:
        assert label not in {each.label for each in given_for(engine, label, "entity", MOST_SUGGESTIONS)}


def story(number: int, title: str, text: str = "Rien.", **facets: tuple[str, ...]) -> Document:
    return make_document(text, id=f"d{number:02}", title=title, date=f"2024-01-{number + 1:02}", facets=facets)


TITLES = (
    "L’armée de l’Air reçoit ses Rafale",
    "L'ARMEMENT TERRESTRE A EUROSATORY",
    "Élections à Saint-Pétersbourg",
    "Les Élections d’Elena Jean-Baptiste",
    "Des sous-marins pour Saint-Denis",
    "Les armes de l’armée",
    "Aujourd’hui, l’armée élit",
    "Un drone F-16",
)


def by_hand(documents: list[Document], typed: str) -> list[str]:
    """The titles that have every word of what was typed, the last one begun, the newest first."""
    *words, begun = [fold(term.text) for term in analyze(typed)]
    found = []
    for document in sorted(documents, key=lambda document: document.published.date or "", reverse=True):
        title = [fold(term.text) for term in analyze(document.title)]
        if all(word in title for word in words) and any(term.startswith(begun) for term in title):
            found.append(document.title)
    return found


TYPED = (
    "arm",
    "l'arm",
    "L’ARMÉ",
    "elec",
    "élec",
    "saint-p",
    "jean-bap",
    "sous-mar",
    "armee rafale",
    "f16",
    "F-16",
    "auj",
)


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("several", [False, True])
def test_titles_have_every_word(tmp_path: Path, typed: str, several: bool) -> None:  # noqa: FBT001
    documents = [story(number, title) for number, title in enumerate(TITLES)]
    engine = make_engine(tmp_path, *(documents[:3] if several else documents))
    for document in documents[3:] if several else ():
        engine.add([document])

    assert texts(engine, typed, "title") == by_hand(documents, typed)[:8] != []


def test_titles_of_two_letters_are_not_looked_for(tmp_path: Path) -> None:
    engine = make_engine(tmp_path, story(0, "Armée"))

    assert texts(engine, "ar", "title") == []
    assert texts(engine, "arm", "title") == ["Armée"]


def test_a_deleted_article_counts_no_more(tmp_path: Path) -> None:
    documents = [
        story(0, "Aide militaire", "L’aide militaire.", country=("Ukraine",)),
        story(1, "Aide militaire, suite", "Une aide militaire.", country=("Ukraine",)),
        story(2, "Aide", "Encore une aide militaire.", country=("Ukraine", "Mali")),
    ]
    engine = make_engine(tmp_path, *documents)
    assert [each.count for each in given_for(engine, "ukr")] == [3]
    assert [each.text for each in given_for(engine, "mal")] == ["Mali"]

    engine.add(
        [
            replace(documents[2], facets={"country": ("Ukraine",)}),
            replace(documents[1], title="Autre chose", text="Rien."),
        ]
    )

    assert texts(engine, "mal") == []
    assert [each.count for each in given_for(engine, "aide mil", "phrase")] == [2]
    assert texts(engine, "aide mil", "title") == ["Aide militaire"]


def test_equal_titles_are_suggested_once(tmp_path: Path) -> None:
    engine = make_engine(tmp_path, *(story(number, "Le même titre") for number in range(5)))

    assert [(each.text, each.id) for each in given_for(engine, "même", "title")] == [("Le même titre", "d04")]


PHRASES = (
    "L’aide militaire des États-Unis arrive. Des missiles de croisière, de la défense sol-air.",
    "Une AIDE MILITAIRE. Le ministère de la Défense dit : aide militaire ; l’armée de l’Air attend.",
    "aide militaire, missiles de croisière. L’armée de l’Air vole. Le ministère de la Défense aussi. Kiev aide, militaire.",
)


def test_a_phrase_says_how_many_articles_have_it_and_is_shown_as_it_is_written(tmp_path: Path) -> None:
    engine = make_engine(tmp_path, *(story(number, "Titre", text) for number, text in enumerate(PHRASES)))
    found = {typed: [(each.text, each.count) for each in given_for(engine, typed, "phrase")] for typed in TYPED_PHRASES}

    assert found == TYPED_PHRASES


TYPED_PHRASES = {
    "aide m": [("aide militaire", 3)],
    "AIDE MILITAI": [("aide militaire", 3)],
    "missiles de cr": [("missiles de croisière", 2)],
    "armee de l'": [("armée de l’Air", 2)],
    "grosse aide mil": [("grosse aide militaire", 3)],
    "ministere d": [("ministère de la Défense", 2)],
    "de la def": [],  # begins with a function word
}


def test_a_phrase_counts_as_a_quotation_finds(engine: Engine) -> None:
    for typed in ("missiles", "drones", "defense", "forces", "mer", "chars"):
        for each in given_for(engine, typed, "phrase"):
            quoted = engine.search(SearchRequest(q=f'"{each.text}"', expand=False, correct=False)).total.value
            assert each.count == quoted, each.text
            assert not each.estimated


def test_phrases_of_a_sample_are_estimated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.search.frequent_phrases.SAMPLE", 10)
    engine = make_engine(tmp_path, *(story(number % 28, "T", "L’aide militaire.") for number in range(28)))

    (suggestion,) = given_for(engine, "aide", "phrase")

    assert (suggestion.text, suggestion.count, suggestion.estimated) == ("aide militaire", 28, True)


def test_no_phrase_begins_or_ends_with_a_function_word(engine: Engine) -> None:
    engine.suggest("a")
    reader = open_reader(engine.path)  # type: ignore[attr-defined]
    for phrase in frequent_phrases(reader).phrases:
        assert not {phrase.terms[0], phrase.terms[-1]} & {"de", "la", "le", "et", "à", "des", "un", "une"}


def test_no_phrase_crosses_a_title(tmp_path: Path) -> None:
    engine = make_engine(tmp_path, *(story(number, "Titre", "militaire") for number in range(3)))

    assert frequent_phrases(open_reader(engine.path)).phrases == ()  # type: ignore[attr-defined]


def test_a_phrase_with_a_comma_is_none() -> None:
    phrase = FrequentPhrase((("kiev",), ("aide",)), 2, ())

    assert written_form(phrase, ["À Kiev, aide reçue."]) is None
    assert written_form(phrase, ["À Kiev, aide reçue. Kiev aide, KIEV AIDE, Kiev aide."]) == "Kiev aide"


def test_marks_are_what_was_typed(engine: Engine) -> None:
    for typed in ("zel", "F-1", "missiles de cr", "livraison leo", "etats u", "armées"):
        words = [fold(term.text) for term in analyze(typed)]
        for suggestion in engine.suggest(typed).suggestions:
            for start, end in suggestion.marks:
                assert fold(suggestion.text[start:end]) in words

    assert [each.marks for each in engine.suggest("zel").suggestions[:1]] == [((10, 13),)]


@pytest.mark.parametrize("text", ["", " ", "?", "…", "l'", "qu’", "«", '""', "\x00", "\ud800"])
def test_nothing_is_completed_to_nothing(engine: Engine, text: str) -> None:
    assert engine.suggest(text).suggestions == ()


@pytest.mark.parametrize("text", QUERIES, ids=lambda text: repr(text)[:40])
def test_whatever_is_typed_is_answered_or_refused(engine: Engine, text: str) -> None:
    try:
        answer = engine.suggest(text)
    except RequestError as error:
        assert error.parameter == "q"
        assert len(text) > 1000
    else:
        assert len(answer.suggestions) <= 8
        assert not any(character < " " for each in answer.suggestions for character in each.text)
        assert msgspec.json.encode(answer)


@pytest.mark.parametrize("number", [0, -1, MOST_SUGGESTIONS + 1])
def test_the_number_is_bounded(engine: Engine, number: int) -> None:
    with pytest.raises(RequestError) as refused:
        engine.suggest("a", number)

    assert refused.value.parameter == "size"


@given(st.text(st.characters(codec="utf-8"), max_size=40), st.integers(1, MOST_SUGGESTIONS))
def test_answers_are_short_distinct_and_always_the_same(engine: Engine, text: str, number: int) -> None:
    answer = engine.suggest(text, number).suggestions

    assert len(answer) <= number
    assert len({(each.text, each.field, each.id) for each in answer}) == len(answer)
    assert engine.suggest(text, number).suggestions == answer


@given(st.text(st.sampled_from("aé d'l’-F16 "), max_size=12))
def test_what_is_read_of_a_text_is_its_words(text: str) -> None:
    typed = Typed.read(text)

    assert len(typed.words) <= len(list(analyze(text)))
    assert typed.begun == "" or typed.begun == fold(typed.words[-1].text)


def test_an_index_without_articles_completes_nothing(tmp_path: Path) -> None:
    engine = make_engine(tmp_path, story(0, "Ukraine", country=("Ukraine",)))
    assert engine.suggest("ukr").suggestions

    engine.change([Removal("d00")])

    assert engine.suggest("ukr").suggestions == ()


def test_title_words_know_frequent_and_rare_words(tmp_path: Path) -> None:
    """A word in more than a quarter of the articles is kept in another form."""
    documents = [story(number, f"Drone {'rare' if number == 7 else f'mot{number}'}") for number in range(12)]
    engine = make_engine(tmp_path, *documents)
    titles = TitleWords(open_reader(engine.path))  # type: ignore[attr-defined]

    assert titles.newest_with(["drone"], "rar", 5) == [7]
    assert titles.newest_with([], "dro", 3) == [11, 10, 9]
    assert titles.newest_with(["drone"], "mot", 20) == [11, 10, 9, 8, 6, 5, 4, 3, 2, 1, 0]
    assert titles.newest_with(["absent"], "dro", 3) == []
