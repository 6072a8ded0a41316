import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import RequestError, SourceError
from indexer.typography import typeset


@pytest.mark.parametrize(
    ("plain", "typeset_text"),
    [
        ("Absent : créez-le.", "Absent\u00a0: créez-le."),
        ("« un » et « deux ».", "«\u00a0un\u00a0» et «\u00a0deux\u00a0»."),
        ("Un ; deux ? trois !", "Un\u202f; deux\u202f? trois\u202f!"),
        ("http://127.0.0.1:8000/?q=a;b 18:25 a:b", "http://127.0.0.1:8000/?q=a;b 18:25 a:b"),
        ("--json : non", "--json\u00a0: non"),
    ],
)
def test_tall_marks_and_quotation_marks_take_their_spaces(plain: str, typeset_text: str) -> None:
    assert typeset(plain) == typeset_text


@given(st.text("ab :;?!«».", max_size=30))
def test_nothing_but_spaces_changes_and_twice_is_once(text: str) -> None:
    once = typeset(text)

    assert once.replace("\u00a0", " ").replace("\u202f", " ") == text
    assert typeset(once) == once


def test_errors_are_typeset() -> None:
    assert str(SourceError("a.txt", "vide")) == "a.txt\u00a0: vide"
    assert RequestError("q", "Quoi ?").detail == "Quoi\u202f?"
