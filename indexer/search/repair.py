"""What is typed -> what the parser can take: bounded, in one kind of marks, nothing left open.

Whoosh's parser is quadratic in the length of words and recurses on parentheses, so the bounds come first.
"""

import re
import unicodedata
from typing import NamedTuple

from indexer.analysis import analyze
from indexer.errors import QueryError
from indexer.message import Message

LONGEST_QUERY = 1000  # characters: Whoosh's parser takes 1.4 s for 16,000 letters in a row
MOST_WORDS = 64
DEEPEST_GROUP = 20  # parentheses

OPENING, CLOSING = '«"“„', '»"”“'
QUOTED = rf"[{OPENING}](?P<text>[^{OPENING}{CLOSING}]*)[{CLOSING}]"

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_OTHER_MARKS = str.maketrans("‹›＂〝〞‟＊～：（）﹡∗", '«»""""*~:()**')
_DOUBLED = (re.compile(r"<<([^<>«»]*)>>"), re.compile(r"''([^']*)''"), re.compile(r"‘‘([^‘’]*)’’"))
"""Quotation marks as keyboards without « » give them."""


class Repaired(NamedTuple):
    """A text that the parser can take, and what the reader should know of what was left out."""

    text: str
    notices: tuple[str, ...]


def repair(text: str) -> Repaired:
    """The text bounded and balanced; QueryError when it is too long, too deep, or has too many words."""
    if len(text) > LONGEST_QUERY:
        raise QueryError(too_long(text))
    plain = unicodedata.normalize("NFC", _CONTROL.sub(" ", text)).strip()
    _check_size(plain)
    plain = plain.translate(_OTHER_MARKS)
    for doubled in _DOUBLED:
        plain = doubled.sub(r"«\1»", plain)
    return _balance(plain)


def too_long(text: str) -> Message:
    """What is said of a query that is longer than LONGEST_QUERY."""
    return Message(
        "La requête compte {length} caractères, {most} au plus : raccourcissez-la.",
        length=len(text),
        most=LONGEST_QUERY,
    )


def _check_size(text: str) -> None:
    if sum(1 for _ in analyze(text)) > MOST_WORDS:
        raise QueryError(Message("La requête compte plus de {most} mots : raccourcissez-la.", most=MOST_WORDS))
    depth = deepest = 0
    for character in text:
        depth = max(0, depth + (character == "(") - (character == ")"))
        deepest = max(depth, deepest)
    if deepest > DEEPEST_GROUP:
        raise QueryError(Message("La requête imbrique plus de {most} parenthèses : simplifiez-la.", most=DEEPEST_GROUP))


def _balance(text: str) -> Repaired:
    """The text with unmatched quotation marks and parentheses blanked, and a notice for each kind."""
    notices = []
    blank = list(text)
    outside = re.sub(QUOTED, lambda match: " " * len(match.group()), text)
    if marks := [at for at, character in enumerate(outside) if character in OPENING + CLOSING]:
        notices.append(Message("Un guillemet sans pendant a été ignoré."))
    opened: list[int] = []
    unmatched: list[int] = []
    for at, character in enumerate(outside):
        if character == "(":
            opened.append(at)
        elif character == ")":
            if opened:
                opened.pop()
            else:
                unmatched.append(at)
    if unmatched or opened:
        notices.append(Message("Une parenthèse sans pendant a été ignorée."))
    for at in (*marks, *unmatched, *opened):
        blank[at] = " "
    return Repaired("".join(blank), tuple(notices))
