"""A text as a row of letters."""

from time import process_time

import pytest

from indexer.thesaurus import load_thesaurus
from indexer.thesaurus.words import Alphabet, Sights, Words


def test_each_of_many_words_has_a_letter_that_can_be_encoded() -> None:
    words = [f"mot{number}" for number in range(60_000)]
    row = Alphabet(words, str).spell(words)

    assert len(set(row)) == len(words)
    assert row.encode().decode() == row


def test_a_letter_of_the_row_leads_to_its_word_in_the_text() -> None:
    text = "L’Ukraine\u00a0: « 10 000 obus de 155 mm », F 16-F-16,  etc."
    words = Words(text, Sights(Alphabet(["obus", "f16"], str), str.isupper))
    terms = [words.term(place) for place in range(len(words.row))]

    assert [text[term.start : term.end] for term in terms] == [
        *("Ukraine", "10 000", "obus", "de", "155 mm", "F 16", "F-16", "etc")
    ]
    assert [words.row[place] != words.row[0] for place in range(len(terms))] == [
        term.text in {"obus", "f16"} for term in terms
    ]
    assert [words.before(place) for place in range(len(terms))] == [None, *terms[:-1]]


def test_a_piece_that_is_noted_leads_to_its_words() -> None:
    text = "(OTAN) 10 000 obus\u00a0– L’ONU; 155 MM"
    words = Words(text, Sights(Alphabet([], str), str.isupper))

    assert [text[slice(*words.span_of(number))] for number in words.noted()] == ["(OTAN)", "L’ONU;", "MM"]
    assert [words.place_in(number, words.span_of(number)[0]) for number in words.noted()] == [None, None, None]
    assert [
        words.place_in(number, text.index(word))
        for number, word in zip(words.noted(), ["OTAN", "ONU", "155"], strict=True)
    ] == [*(0, 3, 4)]


@pytest.mark.parametrize("name", ["France,", "Lokheed,"])
def test_a_long_text_without_spaces_is_analysed_once(name: str) -> None:
    """Of 8,000 letters once for each name, it takes 4 s."""
    start = process_time()
    load_thesaurus().find(name * 1000)

    assert process_time() - start < 2
