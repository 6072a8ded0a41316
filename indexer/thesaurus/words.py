"""A text as a row of letters: one for each word that names are made of, the same one for all other words.

In this alphabet a name is a short word, and a text is short too: a row is searched in a third of the time that its
words take spelt out. A text is read piece by piece (what stands between two spaces), and what a piece gives is kept.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate

from indexer.analysis import Term
from indexer.analysis.pieces import Kept, cut_pieces, go_together, read_piece, read_run, space_out

_OTHER = "."
"""Stands for every word that has no letter."""

_FIRST, _SURROGATES, _NUMBER_OF_SURROGATES = 0x100, 0xD800, 0x800

_PIECES = Kept(read_piece)


class Alphabet:
    """A letter for each of the *words*, which are terms brought into one *form*."""

    def __init__(self, words: Iterable[str], form: Callable[[str], str]) -> None:
        self._form = form
        self._letters = {word: _letter(number) for number, word in enumerate(dict.fromkeys(words))}
        self._kept = Kept(lambda piece: self.spell(term.text for term in _PIECES[piece].terms))

    def spell(self, terms: Iterable[str]) -> str:
        """A letter for each of the *terms*."""
        return "".join([self._letters.get(self._form(term), _OTHER) for term in terms])

    def spell_pieces(self, pieces: Iterable[str]) -> Iterable[str]:
        """The letters of each piece: 8 million pieces a second."""
        return map(self._kept.__getitem__, pieces)


def _letter(number: int) -> str:
    code = _FIRST + number
    return chr(code if code < _SURROGATES else code + _NUMBER_OF_SURROGATES)


class Words:
    """The words of *text*. The *row* has a letter for each; places in it stand for words."""

    def __init__(self, text: str, alphabet: Alphabet) -> None:
        self.text = text
        self._cut = cut_pieces(text)
        self._spelt = list(alphabet.spell_pieces(self._cut))
        self._runs: dict[int, Sequence[Term]] = {}
        """The terms of pieces that have to be read together, under the number of the first; the others have none."""
        for first, last in _runs(self._cut, space_out(text)):
            before, after = self._cut[first - 1] if first else "", self._cut[last] if last < len(self._cut) else ""
            terms = read_run(before, " ".join(self._cut[first:last]), after)
            self._runs[first] = terms
            self._spelt[first:last] = [alphabet.spell(term.text for term in terms), *[""] * (last - first - 1)]
        self.row = "".join(self._spelt)
        self._ends: list[int] = []
        self._starts: list[int] = []
        """Where pieces end in the row, and begin in the text less a space for each before; made for the first term."""

    def term(self, place: int) -> Term:
        """The term at a *place* of the row."""
        if not self._ends:
            self._ends = list(accumulate(map(len, self._spelt)))
            self._starts = list(accumulate(map(len, self._cut), initial=0))
        number = bisect_right(self._ends, place)
        terms = self._runs[number] if number in self._runs else _PIECES[self._cut[number]].terms
        text, start, end = terms[place - self._ends[number]]  # counted from the end of the piece
        offset = self._starts[number] + number
        return Term(text, offset + start, offset + end)

    def before(self, place: int) -> Term | None:
        """The term before a *place*."""
        return self.term(place - 1) if place else None


def _runs(cut: Sequence[str], text: str) -> Iterator[tuple[int, int]]:
    """Where terms may go over the spaces between pieces: from the first piece to before the last."""
    at = end = place = 0
    for joint in _JOINT.finditer(text):
        at += 1 + text.count(" ", place, joint.start())
        place = joint.end()
        if at < end or not _goes_on(cut, at):
            continue
        first, end = at - 1, at + 1
        while end < len(cut) and _goes_on(cut, end):
            end += 1
        yield first, end


_JOINT = re.compile(r" (?=\d|[mM][mMiI])")
"""Before a piece that may go on with the one before."""


def _goes_on(cut: Sequence[str], at: int) -> bool:
    return go_together(_PIECES[cut[at - 1]].flags, _PIECES[cut[at]].flags)
