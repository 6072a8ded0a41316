"""Pieces: what stands between two spaces of a text (« l’Ukraine, »). Real text repeats them, so each is analysed once.

A term may go over a space only where a number follows a number or a maker's letters, or a unit of calibre a number
(« 10 000 », « F 16 », « 155 mm »): such runs of pieces are analysed together.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple, TypeVar

from indexer.analysis.surfaces import SPACE, SPACED_LETTERS, START, cut_surfaces
from indexer.analysis.terms import LONGEST_TERM, Term, normalise, terms_of

ENDS_IN_DIGIT, MAY_TAKE_NUMBER, BEGINS_WITH_DIGIT, BEGINS_WITH_UNIT = 1, 2, 4, 8

LONGEST_KEPT = 1000
"""Characters of a piece whose terms are worth keeping: a longer one is no word, and may have 60,000 terms."""

_MOST_KEPT = 1 << 17

_Made = TypeVar("_Made")

_PUNCTUATION = '.,;:!?…()[]«»“”"\n'
_PLAIN_WORD = re.compile("[A-Za-zÀ-ÖØ-öø-ÿŒœ]+")
_MAKER_AT_END = re.compile(rf"(?:\d|{START}(?:{SPACED_LETTERS}|A))\Z", re.IGNORECASE)
_LONGEST_LETTERS = 8
_OTHER_SPACES = [character for character in "\u00a0\u2007\u2009\u202f" if re.fullmatch(SPACE, character)]


class Piece(NamedTuple):
    """What a piece gives: its terms, with their characters in it, and how terms may go over the spaces around it."""

    terms: tuple[Term, ...]
    flags: int


class Kept(dict[str, _Made]):
    """What is made of pieces of text, kept for the next time; half the time of lru_cache, which keeps an order.

    Once *most* are kept they become the older half: what is asked for again is taken from there, the rest forgotten.
    """

    def __init__(self, make: Callable[[str], _Made], most: int = _MOST_KEPT) -> None:
        self._make, self._most = make, most
        self._older: dict[str, _Made] = {}

    def __missing__(self, piece: str) -> _Made:
        made = self._older.get(piece)
        if made is None:
            made = self._make(piece)
        if len(self) >= self._most:
            self._older = dict(self)
            self.clear()
        if len(piece) <= LONGEST_KEPT:
            self[piece] = made
        return made


@lru_cache(maxsize=4)
def cut_pieces(text: str) -> tuple[str, ...]:
    """The pieces of *text*: joined by single spaces they are as long as the text.

    Kept for the last texts, the title and the text of an article, since all that is found there starts from its pieces.
    """
    return tuple(space_out(text).split(" "))


def space_out(text: str) -> str:
    """*text* with a plain space for every kind of space."""
    for space in _OTHER_SPACES:
        text = text.replace(space, " ")
    return text


def read_piece(piece: str) -> Piece:
    """Analyse one piece by itself."""
    word = piece.strip(_PUNCTUATION)
    if _PLAIN_WORD.fullmatch(word):  # nine pieces in ten; the whole chain takes ten times as long
        start = piece.index(word)
        return Piece((Term(normalise(word)[:LONGEST_TERM], start, start + len(word)),), _flags(piece))
    return Piece(_terms(piece), _flags(piece))


def read_run(before: str, run: str, after: str) -> tuple[Term, ...]:
    """The terms of a *run* of pieces; the piece before it and the one after it are only looked at."""
    start = len(before) + 1
    terms = _terms(f"{before} {run} {after}")
    return tuple(
        Term(term.text, term.start - start, term.end - start)
        for term in terms
        if start <= term.start < start + len(run)
    )


def go_together(left: int, right: int) -> bool:
    """Whether a term may go over the space between two pieces with these flags."""
    return bool(
        (left & MAY_TAKE_NUMBER and right & BEGINS_WITH_DIGIT) or (left & ENDS_IN_DIGIT and right & BEGINS_WITH_UNIT)
    )


def _terms(text: str) -> tuple[Term, ...]:
    found: list[Term] = []
    for surface in cut_surfaces(text):
        at = surface.start()
        found += [Term(word, at + start, at + end) for word, start, end in terms_of(surface.group())]
    return tuple(found)


def _flags(piece: str) -> int:
    flags = ENDS_IN_DIGIT * piece[-1:].isdigit() + BEGINS_WITH_DIGIT * piece[:1].isdigit()
    flags += BEGINS_WITH_UNIT * piece[:5].lower().startswith(("mm", "milli"))
    if not piece[-1:].isalnum() or (len(piece) > _LONGEST_LETTERS and piece.isalpha()):
        return flags  # most pieces: a longer word, or one before a comma
    may = _MAKER_AT_END.search(piece, max(0, len(piece) - _LONGEST_LETTERS)) is not None
    return flags + MAY_TAKE_NUMBER * may
