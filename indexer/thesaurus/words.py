"""A text as a row of letters: one for each word that names are made of, the same one for all other words.

In this alphabet a name is a short word, and a text is short too: a row is searched in a third of the time that its
words take spelt out. A text is read piece by piece (what stands between two spaces), and what a piece gives is kept.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from indexer.analysis import Term
from indexer.analysis.pieces import (
    BEGINS_WITH_DIGIT,
    BEGINS_WITH_UNIT,
    ENDS_IN_DIGIT,
    MAY_TAKE_NUMBER,
    Kept,
    cut_pieces,
    read_piece,
    read_run,
)

OTHER = "."
"""Stands for every word that has no letter."""

_FIRST, _SURROGATES, _NUMBER_OF_SURROGATES = 0x100, 0xD800, 0x800

_PIECES = Kept(read_piece)

NOTED = 16
"""The flag of a piece that is noted, beside those of `pieces`."""


class Alphabet:
    """A letter for each of the *words*, which are terms brought into one *form*."""

    def __init__(self, words: Iterable[str], form: Callable[[str], str]) -> None:
        self._form = form
        self._letters = {word: _letter(number) for number, word in enumerate(dict.fromkeys(words))}
        self._kept = Kept(lambda piece: self.spell(term.text for term in _PIECES[piece].terms))

    def spell(self, terms: Iterable[str]) -> str:
        """A letter for each of the *terms*."""
        return "".join([self._letters.get(self._form(term), OTHER) for term in terms])

    def spell_pieces(self, pieces: Iterable[str]) -> Iterable[str]:
        """The letters of each piece: 8 million pieces a second."""
        return map(self._kept.__getitem__, pieces)


def _letter(number: int) -> str:
    code = _FIRST + number
    return chr(code if code < _SURROGATES else code + _NUMBER_OF_SURROGATES)


class Sight(NamedTuple):
    """What is known of a piece by itself: a letter for each of its words, and its flags as one character."""

    letters: str
    mark: str


class Sights(Kept[Sight]):
    """Every piece that was seen, *noted* or not.

    Half of the time goes to waiting for memory, as the table is too large for the processor's caches: so a piece is
    looked up once for all, and pieces of which the same is known share one Sight.
    """

    def __init__(self, alphabet: Alphabet, is_noted: Callable[[str], bool]) -> None:
        super().__init__(self._see)
        self.alphabet = alphabet
        self._is_noted = is_noted
        self._shared: dict[Sight, Sight] = {}

    def _see(self, piece: str) -> Sight:
        terms, flags = _PIECES[piece]
        letters = self.alphabet.spell(term.text for term in terms)
        sight = Sight(letters, chr(flags | NOTED * self._is_noted(piece)))
        return self._shared.setdefault(sight, sight) if len(letters) <= 1 else sight


class Words:
    """The words of *text*. The *row* has a letter for each; places in it stand for words."""

    def __init__(self, text: str, sights: Sights) -> None:
        self.text = text
        self._cut = cut_pieces(text)
        letters, marks = zip(*map(sights.__getitem__, self._cut), strict=True)
        self._spelt: list[str] = list(letters)
        self._marks = "".join(marks)
        self._terms: dict[int, Sequence[Term]] = {}
        """The terms of pieces that were looked at, and of runs of pieces under the number of the first of them."""
        for first, last in (run.span() for run in _RUN.finditer(self._marks)):
            before, after = self._cut[first - 1] if first else "", self._cut[last] if last < len(self._cut) else ""
            terms = read_run(before, " ".join(self._cut[first:last]), after)
            self._terms[first] = terms
            self._spelt[first:last] = [sights.alphabet.spell(term.text for term in terms), *[""] * (last - first - 1)]
        self.row = "".join(self._spelt)

    @cached_property
    def _ends(self) -> list[int]:
        """Where pieces end in the row. Made for the first term."""
        return list(accumulate(map(len, self._spelt)))

    @cached_property
    def _starts(self) -> list[int]:
        """Where pieces begin in the text, less a space for each piece before."""
        return list(accumulate(map(len, self._cut), initial=0))

    def noted(self) -> Iterator[int]:
        """The numbers of the pieces that are noted."""
        return (match.start() for match in _NOTED.finditer(self._marks))

    def span_of(self, number: int) -> tuple[int, int]:
        """Where a piece begins and ends in the text."""
        start = self._starts[number] + number
        return start, start + len(self._cut[number])

    def place_in(self, number: int, start: int) -> int | None:
        """The place of the word of a piece that begins at this character of the text."""
        while number and not self._spelt[number]:
            number -= 1  # to the beginning of its run
        end = self._ends[number]
        places = range(end - len(self._spelt[number]), end)
        at = bisect_left(places, start, key=lambda place: self.term(place).start)
        return places[at] if at < len(places) and self.term(places[at]).start == start else None

    def term(self, place: int) -> Term:
        """The term at a *place* of the row."""
        number = bisect_right(self._ends, place)
        terms = self._terms.get(number)
        if terms is None:  # a long piece is in no table, and would be analysed again for every term
            terms = self._terms[number] = _PIECES[self._cut[number]].terms
        text, start, end = terms[place - self._ends[number]]  # counted from the end of the piece
        offset = self._starts[number] + number
        return Term(text, offset + start, offset + end)

    def before(self, place: int) -> Term | None:
        """The term before a *place*."""
        return self.term(place - 1) if place else None


_ALL_FLAGS = 2 * NOTED


def _flagged(wanted: int) -> str:
    """A pattern for the marks of the pieces that have one of these flags."""
    return f"[{''.join(re.escape(chr(flags)) for flags in range(_ALL_FLAGS) if flags & wanted)}]"


_NOTED = re.compile(_flagged(NOTED))
_TAKES, _FIGURE, _ENDS, _UNIT = map(_flagged, (MAY_TAKE_NUMBER, BEGINS_WITH_DIGIT, ENDS_IN_DIGIT, BEGINS_WITH_UNIT))
_GOES_ON = f"(?:(?<={_TAKES})(?={_FIGURE})|(?<={_ENDS})(?={_UNIT}))"
_RUN = re.compile(f"{_flagged(MAY_TAKE_NUMBER | ENDS_IN_DIGIT)}(?:{_GOES_ON}.)+", re.DOTALL)
"""Pieces that terms may go over the spaces between; see `pieces.go_together`."""
