"""Which terms one surface token gives."""

import time
import unicodedata

import pytest
from hypothesis import example, given

from indexer.analysis import analyze, cut_surfaces, normalise, terms_of
from indexer.analysis.terms import LONGEST_TERM, PREFIXES
from tests.analysis.texts import HOSTILE, TEXTS


def _texts(surface: str) -> list[str]:
    return [term.text for term in terms_of(surface)]


def _places(surface: str) -> list[tuple[str, str]]:
    """Each term with the slice of the surface that it stands for."""
    return [(term.text, surface[term.start : term.end]) for term in terms_of(surface)]


@given(TEXTS)
@example("İ-16")  # two characters in lower case
@example("ﷺ")  # eighteen characters, spaces among them, once normalised
@example("\U0001e900-\U0001e951")  # a letter and a digit without a Latin twin
@example("´ͺ")
def test_a_term_is_a_word_in_one_form(text: str) -> None:
    for surface in cut_surfaces(text):
        for term in terms_of(surface.group()):
            assert 0 < len(term.text) <= LONGEST_TERM == 64
            assert term.text == term.text.lower()
            assert unicodedata.is_normalized("NFC", term.text)
            assert not any(character.isspace() for character in term.text)


@given(TEXTS)
def test_terms_point_into_their_surface_in_order_and_without_overlap(text: str) -> None:
    for surface in cut_surfaces(text):
        end = 0
        for term in terms_of(surface.group()):
            assert end <= term.start < term.end <= len(surface.group())
            end = term.end


@given(TEXTS)
@example("lʼ")
def test_every_surface_gives_a_term(text: str) -> None:
    for surface in cut_surfaces(text):
        assert terms_of(surface.group())


@given(TEXTS)
@example("Œ\u0300")  # the ligature gone, e and its accent are one character
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_an_elided_article_is_no_term() -> None:
    assert _places("l’OTAN") == [("otan", "OTAN")]
    assert _places("jusqu'aux") == [("aux", "aux")]


def test_an_elided_article_before_a_designation_is_no_term() -> None:
    assert _places("l’A-400M") == [("a400m", "A-400M")]
    assert _places("d’1,5") == [("1,5", "1,5")]


def test_two_elisions_in_a_row_both_go() -> None:
    assert _places("qu’d’armes") == [("armes", "armes")]


def test_a_name_that_only_looks_elided_is_whole() -> None:
    assert _places("N’Djamena") == [("n'djamena", "N’Djamena")]
    assert _places("Sassou-N’Guesso") == [("sassou", "Sassou"), ("n'guesso", "N’Guesso")]


def test_a_compound_gives_its_words() -> None:
    assert _places("Ukraine-États-Unis") == [("ukraine", "Ukraine"), ("états", "États"), ("unis", "Unis")]


def test_a_prefix_is_one_word_with_what_follows() -> None:
    assert _places("d’anti-aérien") == [("antiaérien", "anti-aérien")]
    assert _places("franco-anti-aérien") == [("franco", "franco"), ("antiaérien", "anti-aérien")]


def test_a_prefix_at_the_end_is_a_word() -> None:
    assert _texts("franco-anti") == ["franco", "anti"]
    assert _texts("pour-et-contre") == ["pour", "et", "contre"]


@pytest.mark.parametrize("prefix", sorted(PREFIXES))
def test_each_prefix_joins_its_word_with_or_without_a_dash(prefix: str) -> None:
    assert _texts(f"{prefix}-missile") == _texts(f"{prefix}missile") == [f"{prefix}missile"]


@pytest.mark.parametrize("surface", ["F-16", "F16", "F 16", "F‑16", "f-16", "F-16s", "F16s", "l’F-16", "F\u00a016"])
def test_a_designation_has_one_form(surface: str) -> None:
    assert _texts(surface) == ["f16"]


@pytest.mark.parametrize("surface", ["Su-35", "Sou-35", "SU35", "Soukhoï 35", "Soukhoi-35", "Су-35"])
def test_a_maker_in_transcription_is_the_maker(surface: str) -> None:
    assert _texts(surface) == ["su35"]


def test_a_variant_is_another_designation_but_a_plural_is_not() -> None:
    assert _texts("Su-35S") == ["su35s"]
    assert _texts("Su-35s") == ["su35"]


@pytest.mark.parametrize("surface", ["155 mm", "155mm", "155-mm", "155 millimètres", "155 MILLIMETRE"])
def test_a_calibre_has_one_form(surface: str) -> None:
    assert _texts(surface) == ["155mm"]


@pytest.mark.parametrize(
    ("surface", "number"),
    [("10 000", "10000"), ("10.000", "10000"), ("1 234,5", "1234,5"), ("1.5", "1,5"), ("1,5", "1,5"), ("3.14", "3,14")],
)
def test_a_number_has_one_form(surface: str, number: str) -> None:
    assert _texts(surface) == [number]


@pytest.mark.parametrize("surface", ["O.T.A.N.", "O.T.A.N", "OTAN", "otan", "l’O.T.A.N."])
def test_initials_are_the_acronym(surface: str) -> None:
    assert _texts(surface) == ["otan"]


def test_ligatures_and_accents_are_those_of_one_spelling() -> None:
    assert _texts("MANŒUVRE") == _texts("manoeuvre") == ["manoeuvre"]
    assert _texts("arme\u0301e") == _texts("armée") == ["armée"]


def test_invisible_characters_are_nothing_in_a_word() -> None:
    assert _places("mis\u00adsile") == [("missile", "mis\u00adsile")]


def test_a_letter_that_normalises_to_several_words_stays_one_term() -> None:
    assert len(_texts("ﷺ")) == 1


def test_a_long_word_is_cut() -> None:
    assert _texts("é" * 10_000) == ["é" * LONGEST_TERM]
    assert _texts("anti-" * 10_000 + "char") == [("anti" * LONGEST_TERM)[:LONGEST_TERM]]


@pytest.mark.parametrize("unit", HOSTILE)
def test_analysis_is_linear(unit: str) -> None:
    """Twice the text gives twice the terms (or one cut at its length), in reasonable time."""
    begin = time.perf_counter()
    once, twice = (sum(1 for _ in analyze(unit * size)) for size in (10_000, 20_000))
    assert time.perf_counter() - begin < 2
    assert twice == once or abs(twice - 2 * once) <= 2
