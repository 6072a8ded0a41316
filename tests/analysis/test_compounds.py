"""Which neighbouring words of a query are one compound written apart."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import indexer.analysis.compounds
from indexer.analysis import analyze, compound_length

LISTED = Path(indexer.analysis.compounds.__file__).parent / "compounds.txt"
COMPOUNDS = [line for line in LISTED.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
WORDS = sorted({term.text for line in COMPOUNDS for term in analyze(line)} | {"russes", "de", "f16", "armée"})


def _terms(text: str) -> list[str]:
    return [term.text for term in analyze(text)]


@pytest.mark.parametrize("compound", COMPOUNDS)
def test_each_listed_compound_is_one(compound: str) -> None:
    assert compound_length(_terms(compound)) == len(_terms(compound)) >= 2
    assert compound_length(_terms(compound.upper())) == len(_terms(compound))


@pytest.mark.parametrize("compound", COMPOUNDS)
def test_each_listed_compound_is_one_before_another_word(compound: str) -> None:
    assert compound_length([*_terms(compound), "russe"]) == len(_terms(compound))


@pytest.mark.parametrize("compound", COMPOUNDS)
def test_no_compound_begins_with_another_word(compound: str) -> None:
    assert compound_length(["russe", *_terms(compound)]) == 0


def test_a_compound_is_listed_once() -> None:
    compounds = [tuple(_terms(compound)) for compound in COMPOUNDS]
    assert len(set(compounds)) == len(compounds)


INFLECTED = ("sous marins", "porte avion", "lance roquette", "états majors", "sous officiers", "garde frontière")
UNACCENTED = ("Etats Unis", "ETATS UNIS", "quartier general", "Nouvelle Zelande")


@pytest.mark.parametrize("text", [*INFLECTED, *UNACCENTED])
def test_a_compound_follows_its_inflections_and_accents(text: str) -> None:
    assert compound_length(_terms(text)) == 2


def test_the_longest_compound_wins() -> None:
    assert compound_length(_terms("chef d’état major")) == 3
    assert compound_length(_terms("état major général")) == 2


@pytest.mark.parametrize("text", ["", "sous", "marin sous", "sous mer", "sous la mer", "air libre", "porte ouverte"])
def test_other_neighbours_are_no_compound(text: str) -> None:
    assert compound_length(_terms(text)) == 0


@given(st.lists(st.sampled_from(WORDS), max_size=6))
def test_a_compound_is_at_least_two_words_and_no_more_than_there_are(terms: list[str]) -> None:
    size = compound_length(terms)
    assert size == 0 or 2 <= size <= len(terms)
    assert compound_length(terms[:size]) == size
