"""Words that share letters, against sets in plain Python."""

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import fold
from indexer.index import IndexWriter, open_reader
from indexer.index.grams import Grams
from tests.making import make_document

WORDS = st.text(alphabet="abcdeéèçœi1f-жλ", min_size=1, max_size=9)


def grams_of(letters: str) -> set[str]:
    """The sequences of three of a word with its edges; those with anything but letters from a to z are left out."""
    marked = f" {letters} "
    found = {marked[at : at + 3] for at in range(len(marked) - 2)}
    return {gram for gram in found if gram.replace(" ", "").isascii() and gram.replace(" ", "").isalpha()}


def latin(word: str) -> str:
    """*word* without the accents of Latin-1; other letters stay."""
    return "".join(fold(letter) if "à" <= letter <= "ÿ" else letter for letter in word)


@given(st.sets(WORDS, min_size=1, max_size=12), st.text(alphabet="abcdeif", min_size=1, max_size=9))
def test_dice_is_that_of_sets(words: set[str], wanted: str) -> None:
    terms = sorted(words)
    encoded = [term.encode() for term in terms]
    bounds = np.cumsum([0, *map(len, encoded)])
    grams = Grams(np.frombuffer(b"".join(encoded), np.uint8), bounds)

    asked = grams_of(wanted)
    expected = {}
    for number, term in enumerate(terms):
        own = grams_of(latin(term))
        dice = 2 * len(own & asked) / (len(own) + len(asked))
        if dice >= 0.4:
            expected[number] = dice
    found = grams.like(wanted, 0.4)
    assert dict(found) == expected
    assert [dice for _, dice in found] == sorted(expected.values(), reverse=True)


def test_a_reader_knows_the_words_of_all_segments(tmp_path: Path) -> None:
    for number, text in enumerate(("hélicoptère", "hélicoptères", "porte-avions")):
        with IndexWriter(tmp_path) as writer:
            writer.add(make_document(text, id=str(number), title=""))
    found = open_reader(tmp_path).like("helicoptere", 0.5)
    assert found == {"hélicoptère": 1.0, "hélicoptères": 2 * 10 / (11 + 12)}
