"""Which words only hold a sentence together."""

import pytest

from indexer.analysis import STOP_WORDS, analyze, is_stop_word, terms_of


@pytest.mark.parametrize("word", sorted(STOP_WORDS))
def test_each_stop_word_is_one_term_of_the_chain(word: str) -> None:
    assert [term.text for term in terms_of(word)] == [word]


@pytest.mark.parametrize("word", ["le", "à", "où", "ça", "même", "qui", "dans", "pas", "était", "aurait", "ces"])
def test_function_words_are_stop_words(word: str) -> None:
    assert is_stop_word(word)


SUBJECT = "avions été sommes force part état armée guerre sol air mer lance porte f16 155mm 10000 otan aujourd'hui"


@pytest.mark.parametrize("word", [*SUBJECT.split(), ""])
def test_words_of_the_subject_are_not(word: str) -> None:
    assert not is_stop_word(word)


@pytest.mark.parametrize("elided", [*"ldjmtsnc", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"])
def test_what_an_elision_leaves_alone_is_a_stop_word(elided: str) -> None:
    assert [is_stop_word(term.text) for term in analyze(f"{elided}’« opération »")] == [True, False]


def test_stop_words_are_terms_like_the_others_to_the_chain() -> None:
    assert [term.text for term in analyze("Le siège de la ville")] == ["le", "siège", "de", "la", "ville"]
