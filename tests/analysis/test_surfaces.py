"""Where the words of a text are."""

import time

import pytest
from hypothesis import given

from indexer.analysis import cut_surfaces
from tests.analysis.texts import HOSTILE, TEXTS


def _cut(text: str) -> list[str]:
    return [surface.group() for surface in cut_surfaces(text)]


@given(TEXTS)
def test_surfaces_are_slices_of_the_text_in_order_and_without_overlap(text: str) -> None:
    end = 0
    for surface in cut_surfaces(text):
        assert end <= surface.start() < surface.end() <= len(text)
        assert surface.group() == text[surface.start() : surface.end()]
        end = surface.end()


@given(TEXTS)
def test_no_letter_and_no_digit_is_lost(text: str) -> None:
    covered = {place for surface in cut_surfaces(text) for place in range(surface.start(), surface.end())}
    letters_and_digits = {place for place, character in enumerate(text) if character.isalnum() and character != "ʼ"}
    assert letters_and_digits <= covered


@given(TEXTS)
def test_a_surface_begins_with_a_letter_or_a_digit(text: str) -> None:
    assert all(surface[0].isalnum() for surface in _cut(text))


@given(TEXTS, TEXTS)
def test_lines_are_cut_apart_from_each_other(first: str, second: str) -> None:
    assert _cut(f"{first}\n{second}") == _cut(first) + _cut(second)


@pytest.mark.parametrize("dash", "-\u2010\u2011\u2013")
def test_any_dash_joins_a_compound_and_a_designation(dash: str) -> None:
    assert _cut(f"un sous{dash}marin, un F{dash}16") == ["un", f"sous{dash}marin", "un", f"F{dash}16"]


@pytest.mark.parametrize("space", " \u00a0\u2007\u2009\u202f")
def test_any_space_holds_a_designation_a_calibre_and_a_number_together(space: str) -> None:
    pieces = [f"F{space}16", f"155{space}mm", f"10{space}000"]
    assert _cut(" ; ".join(pieces)) == pieces


def test_a_line_end_holds_nothing_together() -> None:
    assert _cut("F\n16, 155\nmm, 10\n000") == ["F", "16", "155", "mm", "10", "000"]


@pytest.mark.parametrize("apostrophe", "'’ʼ‘′`´＇")
def test_any_apostrophe_joins_an_elided_article_to_its_word(apostrophe: str) -> None:
    assert _cut(f"de l{apostrophe}armée") == ["de", f"l{apostrophe}armée"]


def test_a_compound_stops_before_what_is_one_term_by_itself() -> None:
    assert _cut("ex-MiG-29") == ["ex", "MiG-29"]
    assert _cut("105-155 mm") == ["105", "155 mm"]
    assert _cut("1-1,5 million") == ["1", "1,5", "million"]


def test_an_elided_article_stays_with_a_designation_a_number_and_initials() -> None:
    assert _cut("l’A-400M, d’1,5 million, l’O.N.U.") == ["l’A-400M", "d’1,5", "million", "l’O.N.U."]


@pytest.mark.parametrize("text", ["il a 16 ans", "à 16 heures", "page 16", "le 5 mai", "14 h 30", "a 50 chars"])
def test_a_word_before_a_number_is_no_designation(text: str) -> None:
    assert _cut(text) == text.split()


def test_a_number_in_groups_needs_groups_of_three() -> None:
    assert _cut("en 2022 100 soldats, 10 00, 10 0000") == ["en", "2022", "100", "soldats", "10", "00", "10", "0000"]


def test_a_date_in_digits_is_no_number() -> None:
    assert _cut("24.02.2022 et 15/12/2023") == ["24", "02", "2022", "et", "15", "12", "2023"]


def test_the_dot_that_ends_a_sentence_belongs_to_no_word() -> None:
    assert _cut("La fin. Le début, à Kiev.") == ["La", "fin", "Le", "début", "à", "Kiev"]


def test_a_text_without_words_has_no_surfaces() -> None:
    assert _cut(" … ’ – _ 🚀\n") == []


@pytest.mark.parametrize("unit", HOSTILE)
def test_cutting_is_linear(unit: str) -> None:
    """Twice the text gives twice the surfaces (or one long one), in reasonable time."""
    begin = time.perf_counter()
    once, twice = len(_cut(unit * 10_000)), len(_cut(unit * 20_000))
    assert time.perf_counter() - begin < 2
    assert twice == once or abs(twice - 2 * once) <= 2
