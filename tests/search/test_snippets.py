import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import Classes, WordList, analyze
from indexer.search.parser import parse_query
from indexer.search.results import Snippet
from indexer.search.snippets import MOST_SNIPPETS, SNIPPET_LENGTH, make_snippets
from indexer.search.understanding import drop_stop_words, join_compounds, resolve
from tests.making import make_document

LONG = "Une phrase sans rapport. " * 40


def snippets_of(text: str, query: str, title: str = "–") -> tuple[Snippet, ...]:
    document = make_document(text, title=title)
    classes = Classes(WordList(term.text for part in (title, text) for term in analyze(part)))
    return make_snippets(document, resolve(drop_stop_words(join_compounds(parse_query(query).tree)), classes))


def marked(snippet: Snippet) -> list[str]:
    return [snippet.text[start:end] for start, end in snippet.marks]


@pytest.mark.parametrize(
    ("text", "query", "words"),
    [
        ("Des F‑16 et 16 pilotes.", "F16", ["F‑16"]),
        ("L’OTAN, l'Otan.", "otan", ["OTAN", "Otan"]),
        ("Un système, des systèmes.", "système", ["système", "systèmes"]),
        ("Un système, des systèmes.", '"système"', ["système"]),
        ("Le système de défense, la défense du système.", '"système de défense"', ["système de défense"]),
        ("Un sous-marin, des marins.", "sous marin", ["sous-marin"]),
        ("Les États-Unis.", "etats unis", ["États-Unis"]),
        ("Un drone et un char.", "drone SAUF missile", ["drone"]),
    ],
)
def test_the_words_found_are_marked_as_they_stand(text: str, query: str, words: list[str]) -> None:
    (snippet,) = snippets_of(text, query)

    assert snippet.text == text
    assert marked(snippet) == words


def test_a_title_that_matches_is_a_snippet_of_its_own() -> None:
    title, text = snippets_of("Rien ici.", "drone", title="Un drone")

    assert (title.field, title.text, marked(title)) == ("title", "Un drone", ["drone"])
    assert (text.field, text.text, text.marks) == ("text", "Rien ici.", ())


def test_a_long_text_is_cut_around_the_words_with_ellipses() -> None:
    (snippet,) = snippets_of(f"{LONG}Le drone est là. {LONG}", "drone")

    assert snippet.text.startswith("… Le drone")
    assert snippet.text.endswith(" …")
    assert len(snippet.text) <= SNIPPET_LENGTH + 4


def test_a_second_piece_is_shown_for_a_word_that_the_first_lacks() -> None:
    pieces = snippets_of(f"Un drone ici. {LONG}Un char là.", "drone char")

    assert [marked(piece) for piece in pieces] == [["drone"], ["char"]]
    assert len(snippets_of(f"Un drone ici. {LONG}Un drone là.", "drone")) == 1


def test_a_piece_stays_in_its_paragraph() -> None:
    (snippet,) = snippets_of("Un titre de section\n\nUn drone passe.\n\nUne suite.", "drone")

    assert snippet.text == "Un drone passe."


def test_without_a_query_the_text_begins() -> None:
    (snippet,) = snippets_of(LONG, "")

    assert LONG.startswith(snippet.text.removesuffix(" …"))
    assert snippet.marks == ()


words = st.sampled_from(["drone", "char", "l’Otan", "F 16", "sous-marin", "été.", "\n\n", "…", "x" * 300, "😀", "É"])


@given(
    st.lists(words, max_size=60).map(" ".join),
    st.sampled_from(["drone", "char otan", "F16", "sous marin OU drone", '"drone char"']),
)
def test_marks_are_ordered_ranges_of_the_shown_text(text: str, query: str) -> None:
    pieces = snippets_of(text, query)

    assert 1 <= len(pieces) <= MOST_SNIPPETS
    for piece in pieces:
        at = 0
        for start, end in piece.marks:
            assert at <= start < end <= len(piece.text)
            at = end
        assert piece.text.removeprefix("… ").removesuffix(" …") in text


def test_snippets_hold_no_markup() -> None:
    (snippet,) = snippets_of("<b>drone</b> & char", "drone")

    assert snippet.text == "<b>drone</b> & char"
    assert marked(snippet) == ["drone"]
