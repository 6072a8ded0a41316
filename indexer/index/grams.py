"""Which terms look like a word? The sequences of three letters that they share, accents ignored.

Made in memory when first asked for, 90 ms for 100,000 terms: kept on disk they would be 4 % of an index.
"""

from typing import NamedTuple

import numpy as np

from indexer.index.arrays import Array

GRAM = 3
"""Letters of a sequence; the edges of a word count as one."""

_EDGE, _OTHER = 0, 31
_BITS = 5
"""A letter is a number from 1 to 26."""


def _letter_table() -> tuple[Array, Array]:
    """For every byte its letter; and for those that follow 0xC3 in UTF-8 the letter of Latin-1 without its accent."""
    plain, accented = np.full(256, _OTHER, np.uint8), np.full(256, _OTHER, np.uint8)
    for at, letter in enumerate("abcdefghijklmnopqrstuvwxyz", start=1):
        plain[ord(letter)] = at
    for letters, letter in (("àáâãäå", "a"), ("ç", "c"), ("èéêë", "e"), ("ìíîï", "i"), ("ñ", "n"), ("òóôõöø", "o")):
        accented[[each.encode()[1] for each in letters]] = ord(letter) - ord("a") + 1
    for letters, letter in (("ùúûü", "u"), ("ýÿ", "y")):
        accented[[each.encode()[1] for each in letters]] = ord(letter) - ord("a") + 1
    return plain, accented


_PLAIN, _ACCENTED = _letter_table()
_LATIN = 0xC3


class Alike(NamedTuple):
    """A term that looks like a word: its number, and their Dice coefficient, 1 for the same letters."""

    term: int
    dice: float


class Grams:
    """The sequences of letters of the terms of one dictionary."""

    def __init__(self, text: Array, bounds: Array) -> None:
        """From the terms as UTF-8 one after the other, and where each begins and ends."""
        grams, terms = _all_grams(text, bounds)
        self._terms = terms
        self._starts = np.searchsorted(grams, np.arange(1 << GRAM * _BITS, dtype=np.uint32))
        self._sizes = np.bincount(terms, minlength=len(bounds) - 1).astype(np.uint16)

    def like(self, word: str, least: float) -> list[Alike]:
        """The terms with a Dice coefficient of *least* or more, the most alike first; *word* in letters from a to z."""
        wanted = _grams_of(word)
        if not wanted:
            return []
        ends = self._starts.take(np.minimum(np.array(wanted) + 1, len(self._starts) - 1))
        lists = [self._terms[self._starts[gram] : end] for gram, end in zip(wanted, ends, strict=True)]
        shared = np.bincount(np.concatenate(lists), minlength=len(self._sizes))
        found = np.flatnonzero(shared * 2 >= least * (self._sizes + len(wanted)))
        dice = 2 * shared[found] / (self._sizes[found] + len(wanted))
        order = np.argsort(-dice, kind="stable")
        return [Alike(*pair) for pair in zip(found[order].tolist(), dice[order].tolist(), strict=True)]


def _grams_of(word: str) -> list[int]:
    text = np.frombuffer(word.encode(), np.uint8)
    return np.unique(_all_grams(text, np.array([0, len(text)]))[0]).tolist() if len(text) else []


def _all_grams(text: Array, bounds: Array) -> tuple[Array, Array]:
    """Every sequence and the term it stands in, once for each term, by sequence; those with no letter are left out."""
    letters = _PLAIN.take(text)
    accented = np.flatnonzero(text == _LATIN) + 1
    letters[accented] = _ACCENTED.take(text[accented])
    terms = np.repeat(np.arange(len(bounds) - 1, dtype=np.uint32), np.diff(bounds))
    kept = np.ones(len(text), bool)
    kept[accented - 1] = False
    letters, terms = letters[kept], terms[kept]
    begins = np.flatnonzero(np.diff(terms, prepend=np.uint32(0xFFFFFFFF)))
    letters = np.append(np.insert(letters, begins, _EDGE), _EDGE).astype(np.uint32)
    terms = np.append(np.insert(terms, begins, terms[begins]), 0)
    # A sequence that ends at the edge before the next term belongs to the term of its middle letter.
    grams = letters[:-2] << 2 * _BITS | letters[1:-1] << _BITS | letters[2:]
    owners = terms[1:-1]
    whole = (letters[1:-1] != _EDGE) & (np.maximum(np.maximum(letters[:-2], letters[1:-1]), letters[2:]) != _OTHER)
    grams, owners = grams[whole], owners[whole]
    order = np.argsort(grams.astype(np.uint16), kind="stable")  # a radix sort: 16 bits are the whole of it
    grams, owners = grams[order], owners[order]
    once = np.ones(len(grams), bool)
    once[1:] = (np.diff(grams) != 0) | (np.diff(owners) != 0)
    return grams[once], owners[once]
