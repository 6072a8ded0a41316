"""Which terms a text gives, and where."""

import gzip
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from indexer.analysis import AnalyzedTerm, analyze, french_analyzer, terms_of
from tests.analysis.texts import TEXTS


def _with_whoosh(text: str, **modes: Any) -> list[AnalyzedTerm]:
    tokens = french_analyzer()(text, positions=True, chars=True, **modes)
    return [AnalyzedTerm(token.text, token.startchar, token.endchar, token.pos) for token in tokens]


def _assert_offsets_point_into(text: str) -> None:
    end = 0
    for position, term in enumerate(analyze(text)):
        assert end <= term.start < term.end <= len(text), (text, term)
        assert term.position == position
        end = term.end


@given(TEXTS)
def test_offsets_point_into_the_text_in_order_and_without_overlap(text: str) -> None:
    _assert_offsets_point_into(text)


@given(TEXTS)
def test_whoosh_sees_the_same_terms(text: str) -> None:
    assert _with_whoosh(text) == list(analyze(text))


@given(TEXTS)
def test_analysis_is_deterministic(text: str) -> None:
    first, again = list(analyze(text)), list(analyze(text))
    terms_of.cache_clear()
    assert first == again == list(analyze(text))


@given(TEXTS, TEXTS)
def test_lines_are_analysed_apart_from_each_other(first: str, second: str) -> None:
    terms, begin = list(analyze(first)), len(first) + 1
    moved = [term._replace(start=term.start + begin, end=term.end + begin) for term in analyze(second)]
    both = [term._replace(position=position) for position, term in enumerate(terms + moved)]
    assert list(analyze(f"{first}\n{second}")) == both


def test_terms_know_their_place() -> None:
    text = "L’armée a livré des F 16"
    assert [(term.text, text[term.start : term.end], term.position) for term in analyze(text)] == [
        ("armée", "armée", 0),
        ("a", "a", 1),
        ("livré", "livré", 2),
        ("des", "des", 3),
        ("f16", "F 16", 4),
    ]


def test_the_words_of_a_compound_have_following_positions() -> None:
    assert [(term.text, term.position) for term in analyze("un sous-marin russe")] == [
        ("un", 0),
        ("sous", 1),
        ("marin", 2),
        ("russe", 3),
    ]


@pytest.mark.parametrize("text", ["", " ", "…", "’", "🚀", "\u00ad", "_"])
def test_a_text_without_words_gives_nothing(text: str) -> None:
    assert list(analyze(text)) == _with_whoosh(text) == []


def test_whoosh_counts_on_from_where_it_was() -> None:
    """Whoosh gives a field's second value the position and offset that the first one ended at."""
    terms = _with_whoosh("l’arrière-garde", start_pos=7, start_char=100)
    assert terms == [("arrière", 102, 109, 7), ("garde", 110, 115, 8)]


def test_the_analyzer_can_be_saved_with_a_schema() -> None:
    saved = pickle.loads(pickle.dumps(french_analyzer()))
    assert [token.text for token in saved("l’A400M")] == ["a400m"]


def test_offsets_point_into_every_sentence_of_the_treebanks(shared: Path) -> None:
    files = sorted((shared / "data" / "ud_french" / "conllu").glob("*.conllu.gz"))
    lines = [line for file in files for line in gzip.decompress(file.read_bytes()).decode("utf-8").splitlines()]
    sentences = [line.removeprefix("# text = ") for line in lines if line.startswith("# text = ")]
    assert len(sentences) > 8_000
    for sentence in sentences:
        _assert_offsets_point_into(sentence)
        assert _with_whoosh(sentence) == list(analyze(sentence))
