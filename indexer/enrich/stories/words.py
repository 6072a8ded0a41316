"""Words of an article as stories compare them: a number for each folded stem, how much it tells, and what it may count.

A word tells the more, the rarer it is in defence news as a whole (common_words.txt), not in one index: what two
articles have in common must not change when a third one comes.
"""

import enum
import re
import zlib
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import fold, is_stop_word, stem_class
from indexer.analysis.pieces import Kept, cut_pieces, read_piece

WEIGHT_SHIFT = 28
"""Bits of a feature below those of its weight."""

LEAST_WEIGHT = 3
"""Of a word that is a feature: what stands in every third article says nothing of this one."""

RAREST = 7
"""The weight of a stem that is not among the common ones."""

DESIGNATION_WEIGHT = 6
"""Of what mixes letters and figures, « AGM-88G », « 155 mm »."""


class Role(enum.IntEnum):
    """What a word may do for the words around it."""

    WORD = 0
    NUMBER = 1
    SCALE = 2
    MONTH = 3
    WEEKDAY = 4
    GROUP = 5
    """Three figures: a number, or the end of one (« 10 000 »)."""


class Words(NamedTuple):
    """The words of a text in order, as columns.

    *codes*: uint32, the same for all forms of a word, 0 for a function word or a pause; of a word with a role its value
    as float32. *weights*: how much each tells, 0 to 7. *roles*: what it may do (Role).
    """

    codes: NDArray[np.uint32]
    weights: NDArray[np.int64]
    roles: NDArray[np.int64]


_PAUSE = 0
"""After a word with a punctuation mark: no number goes over it."""


def code_of(name: str) -> int:
    """A number for a name, the same on all machines."""
    return zlib.crc32(name.encode("utf-8", "surrogatepass"))


def feature_of(code: int, weight: int) -> int:
    """A code and its weight, 1 to 7, in 32 bits; features sort by weight."""
    return weight << WEIGHT_SHIFT | code >> 32 - WEIGHT_SHIFT


def weight_of(feature: int) -> int:
    """The weight of a feature."""
    return feature >> WEIGHT_SHIFT


def _read_weights() -> dict[str, int]:
    lines = (Path(__file__).parent / "common_words.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if not line.startswith("#")]
    return {stem: int(weight) for weight, *stems in rows for stem in stems}


_WEIGHTS = _read_weights()
_UNITS = "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize".split()
_NUMBERS: dict[str, float] = {name: float(value) for value, name in enumerate(_UNITS) if value > 1} | {
    "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60
}  # fmt: skip
_SCALES: dict[str, float] = {
    "cent": 1e2, "cents": 1e2, "mille": 1e3, "million": 1e6, "millions": 1e6, "milliard": 1e9, "milliards": 1e9
}  # fmt: skip
_MONTHS = "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre".split()
_WEEKDAYS = "lundi mardi mercredi jeudi vendredi samedi dimanche".split()
_SPECIAL: dict[str, tuple[Role, float]] = (
    {name: (Role.NUMBER, value) for name, value in _NUMBERS.items()}
    | {name: (Role.SCALE, value) for name, value in _SCALES.items()}
    | {name: (Role.MONTH, value) for value, name in enumerate(_MONTHS, 1)}
    | {name: (Role.WEEKDAY, value) for value, name in enumerate(_WEEKDAYS)}
)
_SHORT_AMOUNT = re.compile(r"(M|Mds?|milliards?|millions?)?([$€])")
_SHORT_SCALES = {"M": 1e6, "millions": 1e6, "million": 1e6, "": 1}
_CURRENCIES = {"$": "dollars", "€": "euros"}
_GROUP = 3
_WEIGHT_AT, _ROLE_AT = 32, 36
"""Where a word's weight and role stand above its code when all three are one number."""
_FIGURE = re.compile(r"(\d{1,15}(?:,\d{1,6})?)(?:er?|eme)?")
_STRIPPED = '.,;:!?…()[]«»“”"'


def read_words(*texts: str) -> Words:
    """The words of *texts*, one after the other; function words tell nothing and keep their place."""
    pieces = chain.from_iterable(map(cut_pieces, texts))
    words = np.frombuffer(b"".join(map(_WORDS.__getitem__, pieces)), np.int64)
    return Words(words.astype(np.uint32), words >> _WEIGHT_AT & 7, words >> _ROLE_AT)


def _words_of(piece: str) -> bytes:
    """The words of one piece, each in one number."""
    return np.array(list(chain.from_iterable(map(_read_part, piece.split()))), np.int64).tobytes()


_WORDS = Kept(_words_of)


def _read_part(part: str) -> Iterable[int]:
    """The words of a part of a piece without lines' ends."""
    if amount := _SHORT_AMOUNT.fullmatch(part.strip(_STRIPPED)):
        letters, sign = amount.groups("")
        return _special(Role.SCALE, _SHORT_SCALES.get(letters, 1e9)), _word(_CURRENCIES[sign]), _PAUSE
    words = [_word(term.text) for term in read_piece(part).terms]
    return [*words, _PAUSE] if part[-1] in _STRIPPED else words


def _word(term: str) -> int:
    folded = fold(term)
    if figure := _FIGURE.fullmatch(folded):
        role = Role.GROUP if len(folded) == _GROUP and folded.isdecimal() else Role.NUMBER
        return _special(role, float(figure[1].replace(",", ".")))
    if folded in _SPECIAL:
        return _special(*_SPECIAL[folded])
    if is_stop_word(term) or len(folded) == 1:
        return _PAUSE
    stem = fold(stem_class(term))
    weight = _WEIGHTS.get(stem, RAREST) if stem.isalpha() else DESIGNATION_WEIGHT
    return weight << _WEIGHT_AT | code_of(stem)


def _special(role: Role, value: float) -> int:
    return role << _ROLE_AT | int(np.float32(value).view(np.uint32))
