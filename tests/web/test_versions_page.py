"""Two versions of a story side by side: nothing is lost, nothing is invented, nothing runs."""

import html
import re
import time
from pathlib import Path

import msgspec
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from indexer.document import Amount
from indexer.engine import Engine
from indexer.search import SearchRequest
from tests.making import make_document, make_engine
from tests.web.test_article_page import HOSTILE, words_of
from web import create_app
from web.versions import MOST_SENTENCES, Comparison, compare, mark_differences, split_sentences

SENTENCES = st.lists(st.sampled_from(["Un char.", "Deux chars.", "Un char de combat.", "Rien.", "Tout à fait autre."]))


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("M. Macron parle. Il dit non.", ["M. Macron parle.", "Il dit non."]),
        ("« Non ! » Il part. « Oui. » Elle reste.", ["« Non ! »", "Il part.", "« Oui. »", "Elle reste."]),
        ("Titre\n\nUn char. 3 Rafale…", ["Titre", "Un char.", "3 Rafale…"]),
        ("Le p. 3 dit 1.5 km. Fin", ["Le p. 3 dit 1.5 km.", "Fin"]),
        ("", []),
    ],
)
def test_a_text_is_its_sentences(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@given(st.text())
def test_no_word_is_lost_between_sentences(text: str) -> None:
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())


@given(SENTENCES, SENTENCES)
def test_both_texts_are_there_in_order(first: list[str], second: list[str]) -> None:
    rows = list(compare(first, second))

    assert [row.first for row in rows if row.first] == first
    assert [row.second for row in rows if row.second] == second
    for row in rows:
        assert (row.first == row.second) == (row.kind == "same")
        assert bool(row.first) == (row.kind != "second")
        assert bool(row.second) == (row.kind != "first")


@given(SENTENCES)
def test_a_text_is_the_same_as_itself(text: list[str]) -> None:
    assert {row.kind for row in compare(text, text)} <= {"same"}


@given(st.text(), st.text())
def test_differences_are_marked_and_the_rest_is_common(first: str, second: str) -> None:
    first, second = first.strip(), second.strip()
    ours, theirs = (str(side) for side in mark_differences(first, second))

    assert words_of(ours) == first
    assert words_of(theirs) == second
    common = [re.sub(r"<(del|ins)>.*?</\1>", "", side, flags=re.DOTALL) for side in (ours, theirs)]
    shared = ["".join(html.unescape(side).replace("’", "'").split()) for side in common]
    assert shared[0] == shared[1]


def test_a_reworded_sentence_stands_beside_its_other_form() -> None:
    rows = list(
        compare(
            ["La France livre dix chars.", "Paris se tait."],
            ["Un ajout.", "La France livrera douze chars.", "Paris se tait."],
        )
    )

    assert [row.kind for row in rows] == ["second", "reworded", "same"]
    assert str(mark_differences(rows[1].first, rows[1].second)[1]) == "La France <ins>livrera douze</ins> chars."


def test_typography_alone_is_no_difference() -> None:
    assert [row.kind for row in compare(["L’État a\u00a010 chars."], ["L'État a 10 chars."])] == ["same"]


def test_figures_are_set_against_each_other() -> None:
    first, second = (
        msgspec.structs.replace(make_document("Texte.", id=name), amounts=amounts, facets={"country": countries})
        for name, amounts, countries in (
            ("a", (Amount(1e9, "EUR"), Amount(2e9, "EUR")), ("France",)),
            ("b", (Amount(2e9, "EUR"),), ("France", "Grèce")),
        )
    )
    found = {row.name: row[1:4] for row in Comparison(first, second).found}

    assert found == {"Montants": (["1\u00a0Md€"], ["2\u00a0Md€"], []), "Pays": ([], ["France"], ["Grèce"])}


def test_versions_of_a_story_are_compared(client: FlaskClient, engine: Engine) -> None:
    hit = next(hit for hit in engine.search(SearchRequest(size=100)).hits if hit.story)
    other = engine.article(hit.id).versions[0]
    link = re.search(
        r'<a href="(/document/\w+/versions/\w+)">comparer', client.get(f"/document/{hit.id}").get_data(as_text=True)
    )

    assert link
    assert link[1] == f"/document/{hit.id}/versions/{other.id}"
    text = html.unescape(client.get(link[1]).get_data(as_text=True))
    for document_id in (hit.id, other.id):
        for sentence in split_sentences(engine.document(document_id).text):
            assert sentence in words_of(text)


@pytest.mark.parametrize("payload", HOSTILE)
def test_a_hostile_version_is_text(payload: str, tmp_path: Path) -> None:
    documents = [
        make_document(f"{payload} un char {n}. Deux {payload} chars.", id=name, title=payload, source=payload)
        for n, name in enumerate("ab")
    ]
    client = create_app(engine=make_engine(tmp_path, *documents)).test_client()
    text = client.get("/document/a/versions/b").get_data(as_text=True)

    assert not re.search(r"<(script(?! src=\"/static)|img src=x|svg)|<[^>]*\sonmouseover=", text)


def test_what_is_not_there_is_not_compared(client: FlaskClient, engine: Engine) -> None:
    known = engine.search(SearchRequest()).hits[0].id

    for address in (f"/document/{known}/versions/absent", f"/document/absent/versions/{known}"):
        assert client.get(address).status_code == 404
    assert client.get(f"/document/{known}/versions/{known}?q=x").status_code == 400


def test_very_long_texts_are_compared_in_a_bounded_time() -> None:
    def long(letters: str) -> str:
        return " ".join(
            f"A{' '.join(letters[at % 5] for at in range(150))} {letters}{n}." for n in range(2 * MOST_SENTENCES)
        )

    begin = time.perf_counter()
    page = Comparison(make_document(long("abcde")), make_document(long("edcba"), id="b"))

    assert page.is_cut
    assert time.perf_counter() - begin < 10
