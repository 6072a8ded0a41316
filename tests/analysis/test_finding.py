"""Terms found without reading all of a text are those that reading all of it gives."""

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import analyze, find_terms
from indexer.analysis.pieces import space_out
from tests.analysis.texts import HOSTILE, PIECES, TEXTS
from tests.search import corpora

ODD = (
    "F 16 des F-16, un canon de 155 mm (10 000 obus). L’O.T.A.N. d'armes monde.Cette « anti-aérien » cœur ex-æquo",
    "aujourd’hui aujourd'hui l’«armée» N’Zérékoré presqu’île E\u0301tat État so\u00adldat F\u00a016 1\u202f500 ﬁn",
    "С-400 С‑400 Soukhoï 35 su 35 Т-72 ʼarmée l´armée ＇armée porte-avions-école  deux  espaces\n\nligne.Suite",
    "İstanbul missile İ l’armée F 16",
    "_missile_ missile's MISSILES, missile; missile\tdrone 16 F 16 mm 155 mm 20 mm",
    "",
)


def check(text: str, wanted: frozenset[str], reach: int) -> None:
    """Same terms, same places, and near ones as far apart."""
    expected = [term for term in analyze(text) if term.text in wanted]
    found = list(find_terms(text, wanted, reach))

    assert [(term.text, term.start, term.end) for term in found] == [
        (term.text, term.start, term.end) for term in expected
    ]
    for (before, after), (first, second) in zip(pairwise(found), pairwise(expected), strict=True):
        pieces_apart = space_out(text)[first.end : second.start].count(" ")
        apart = after.position - before.position
        assert apart == second.position - first.position or (apart > reach and pieces_apart > reach)


@pytest.mark.parametrize("text", ODD)
def test_odd_pieces_are_read(text: str) -> None:
    terms = [term.text for term in analyze(text)]
    for reach in (0, 2):
        check(text, frozenset(terms), reach)
        for term in terms:
            check(text, frozenset({term}), reach)


def test_the_articles_of_the_corpus() -> None:
    draw = random.Random(1)
    for text in [document.text for document in corpora.sample()]:
        terms = sorted({term.text for term in analyze(text)})
        for reach in (0, 1, 9):
            check(text, frozenset(draw.sample(terms, min(12, len(terms)))), reach)


WORDS = st.sampled_from([*" ".join(ODD).split(" "), *PIECES, "missile", "mm", "–", "«", "de"])


@given(TEXTS | st.lists(WORDS, max_size=25).map(" ".join), st.integers(0, 4), st.data())
def test_any_text(text: str, reach: int, data: st.DataObject) -> None:
    terms = sorted({term.text for term in analyze(text)})
    check(text, data.draw(st.frozensets(st.sampled_from(terms))) if terms else frozenset({"missile"}), reach)


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_hostile_text_takes_no_longer_than_others(unit: str) -> None:
    """One piece of many such, and many pieces."""
    begin = time.perf_counter()
    for text in (unit * 5_000, f"{unit} " * 5_000):
        for wanted in (frozenset({unit, "a", "1"}), frozenset({"missile", "l'a"})):
            list(find_terms(text, wanted, 2))
    assert time.perf_counter() - begin < 4
