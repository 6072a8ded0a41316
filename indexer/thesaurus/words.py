"""The folded words of a text in a row, to be searched in one pass, and where each of them stands.

A text is read piece by piece (what stands between two spaces), and what a piece gives is kept: a row is made of 20 MB
of text a second, where `analyze` makes its terms of 4 MB.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

from indexer.analysis import AnalyzedTerm, Term, fold
from indexer.analysis.pieces import LONGEST_KEPT, Piece, go_together, read_piece, read_run, space_out


@lru_cache(maxsize=1 << 18)
def between_spaces(term: str) -> str:
    """The folded term between two spaces of its own, so that neighbours never share one and names end at word ends."""
    return f" {fold(term)} "


class Words:
    """The words of *text*. Places in *row* stand for words; they are in the order of the text."""

    def __init__(self, text: str, words: Sequence[str], terms: Callable[[int], Sequence[Term]]) -> None:
        """*words* are parts of the row; *terms* gives the terms of a part, by its number."""
        self.text = text
        self.row = "".join(words)
        self._ends = list(accumulate(map(len, words)))
        self._terms = terms
        self._several: dict[int, tuple[Sequence[Term], list[int]]] = {}
        """The terms of the parts that have several, and where each of them begins in the row."""

    def span(self, start: int, end: int) -> list[Term]:
        """The terms from the place *start* of the row to before *end*."""
        number = bisect_right(self._ends, start)
        terms = self._terms(number)
        if len(terms) == 1 and self._ends[number] == end:  # nine in ten
            return list(terms)
        found: list[Term] = []
        while number < len(self._ends) and (self._ends[number - 1] if number else 0) < end:
            terms, starts = self._part(number)
            found += terms[bisect_left(starts, start) : bisect_left(starts, end)]
            number += 1
        return found

    def _part(self, number: int) -> tuple[Sequence[Term], list[int]]:
        """The terms of a part and where they begin, kept: one part may hold thousands (« F-16-F-16-F-16… »)."""
        if number not in self._several:
            terms = self._terms(number)
            lengths = [len(between_spaces(term.text)) for term in terms[:-1]]
            begin = self._ends[number - 1] if number else 0
            self._several[number] = terms, list(accumulate(lengths, initial=begin))[: len(terms)]
        return self._several[number]

    def before(self, start: int) -> Term | None:
        """The term that ends at the place *start*."""
        return self.span(self.row.rindex(" ", 0, start - 1), start)[0] if start else None

    def after(self, end: int) -> Term | None:
        """The term that begins at the place *end*."""
        return self.span(end, self.row.index(" ", end + 1) + 1)[0] if end < len(self.row) else None


def words_of_terms(text: str, terms: Sequence[AnalyzedTerm]) -> Words:
    """The words of a text that has been analysed before."""
    return Words(text, [between_spaces(term.text) for term in terms], lambda number: (Term(*terms[number][:3]),))


def words_of_text(text: str) -> Words:
    """The words of a text."""
    spaced = space_out(text)
    cut = spaced.split(" ")
    rows = list(map(_ROWS.__getitem__, cut))
    runs: dict[int, tuple[Term, ...]] = {}
    for first, last in _runs(cut, spaced):
        before, after = cut[first - 1] if first else "", cut[last] if last < len(cut) else ""
        runs[first] = read_run(before, " ".join(cut[first:last]), after)
        rows[first:last] = [_row(runs[first]), *[""] * (last - first - 1)]
    starts: list[int] = []
    made: dict[int, list[Term]] = {}

    def terms_of(number: int) -> Sequence[Term]:
        if number in made:
            return made[number]
        if not starts:
            starts.extend(accumulate(map(len, cut), initial=0))
        offset = starts[number] + number  # one space after each piece before
        terms = runs[number] if number in runs else _piece(cut[number]).terms
        made[number] = [Term(text, offset + start, offset + end) for text, start, end in terms]
        return made[number]

    return Words(text, rows, terms_of)


def _row(terms: Sequence[Term]) -> str:
    return "".join([between_spaces(term.text) for term in terms])


class _Rows(dict[str, str]):
    """The row of each piece; half the time of lru_cache, which keeps an order."""

    def __missing__(self, piece: str) -> str:
        if len(self) >= _MOST_KEPT:
            self.clear()
        row = _row(_piece(piece).terms)
        if len(piece) <= LONGEST_KEPT:
            self[piece] = row
        return row


_MOST_KEPT = 1 << 18
_ROWS = _Rows()
_kept_piece = lru_cache(maxsize=1 << 16)(read_piece)


def _piece(piece: str) -> Piece:
    return _kept_piece(piece) if len(piece) <= LONGEST_KEPT else read_piece(piece)


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
    return go_together(_piece(cut[at - 1]).flags, _piece(cut[at]).flags)
