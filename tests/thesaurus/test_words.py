"""A text as a row of letters."""

from indexer.thesaurus.words import Alphabet, Sights, Words


def test_each_of_many_words_has_a_letter_that_can_be_encoded() -> None:
    words = [f"mot{number}" for number in range(60_000)]
    row = Alphabet(words, str).spell(words)

    assert len(set(row)) == len(words)
    assert row.encode().decode() == row


def test_a_letter_of_the_row_leads_to_its_word_in_the_text() -> None:
    text = "L’Ukraine\u00a0: « 10 000 obus de 155 mm », F 16-F-16,  etc."
    words = Words(text, Sights(Alphabet(["obus", "f16"], str)))
    terms = [words.term(place) for place in range(len(words.row))]

    assert [text[term.start : term.end] for term in terms] == [
        *("Ukraine", "10 000", "obus", "de", "155 mm", "F 16", "F-16", "etc")
    ]
    assert [words.row[place] != words.row[0] for place in range(len(terms))] == [
        term.text in {"obus", "f16"} for term in terms
    ]
    assert [words.before(place) for place in range(len(terms))] == [None, *terms[:-1]]
