"""Which numbers are written here? « 10 000 », « 2.000.000 », « 1,5 milliard », « deux cent dix », « une vingtaine ».

Amounts and quantities have a number or a range found by `find_range`, and what it covers read by `read_number`.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from indexer.enrich.number_words import (
    ABOUT,
    DASH,
    FIGURES,
    GAP,
    SCALES,
    SPACE,
    TEENS,
    TENS,
    UNITS,
    is_number,
    number_end,
)
from indexer.enrich.words import starts_of

_ENGLISH_SCALES = SCALES | {"billion": 10**9}

_TO, _AND = f"(?:{SPACE}?{DASH}{SPACE}?|{GAP}(?:à|ou){GAP})", f"{GAP}et{GAP}"
TO, AND, NOTHING = (re.compile(joint, re.IGNORECASE) for joint in (_TO, _AND, "(?!)"))
"""What may stand between the ends of a range; see `joint_of`."""

ANY_JOINT = re.compile(f"{_TO}|{_AND}", re.IGNORECASE)

_PART = re.compile(rf"{FIGURES}|[^\W\d_]+")
_SEPARATORS = re.compile(f"{SPACE}|['’]")
_MARKS = re.compile("[.,]")
_LAST_MARK = re.compile("(.*)([.,])([0-9]+)")
_MULTIPLIERS = re.compile(rf"(?:{GAP}(?:cents?|milles?|(?:m|b|tr)illions?|milliards?|milliers?))+$", re.IGNORECASE)
_GAP = re.compile(GAP)
_ROUND_THOUSANDS = re.compile(f"(?<=[0-9])(?:{SPACE}|[.])000$")
_ONE, _HALF_OF_ONE = Decimal(1), Decimal("0.5")
_LONGEST_FIGURES = 15
_GROUP = 3
"""Figures between two marks of thousands."""

_ENTRE = re.compile(rf"\bentre{GAP}$", re.IGNORECASE)
_CHANGE = re.compile(
    r"\b(?:pass(?!ag|if)|port(?!ion|e-)|mont(?!ant|agn)|grimp|bond|tomb|chut|recul|baiss|augment|relev|ramen|progress|réduit|réduire|croît|évolu|saut)"
    rf"\w{{0,7}}{GAP}(?:\w+{GAP}){{0,3}}d(?:e|['’]environ){GAP}$",
    re.IGNORECASE,
)
_LONGEST_CHANGE = 60
_NAME_BEFORE = re.compile(rf"\b(?!(?:De|Environ|Quelque|Les|Des|Soit|Presque)\b)[A-ZÀ-Þ][\w-]*{SPACE}$")

_AFTER_UN = ("mill", "bill", "trill", "demi", "autre", "et ", "ou ", "à ", "euro", "dollar", "rouble")
"""Before which « un » is a number, or may be one."""
_BEGINNINGS = starts_of(
    [
        *"0123456789",
        *(f"un{space}{begin}" for space in " \u00a0\u202f" for begin in _AFTER_UN),
        *(
            f"une{space}{begin}"
            for space in " \u00a0\u202f"
            for begin in ("di", "dou", "qu", "vi", "tr", "ci", "so", "cen", "bonne", "pet", "gros", "demi")
        ),
    ],
    words=[
        *(word for word in (*UNITS, *TEENS, *TENS) if not word.startswith("un")),
        *("cent", "cents", "mille", "million", "millions", "milliard", "milliards", "demi"),
    ],
)


@lru_cache(maxsize=2)
def number_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where numbers begin and end: not inside a word, a designation (« F-16 ») or another number.

    What is part of a longer number may come once more by itself. Kept for the last texts, since amounts and quantities
    are looked for in the same.
    """
    starts = (start for start in _BEGINNINGS(text) if start == 0 or _may_begin(text, start))
    return tuple((start, end) for start in starts if (end := number_end(text, start)))


def _may_begin(text: str, start: int) -> bool:
    before = text[start - 1]
    if before in "_°":
        return False
    if before in "-\u2010\u2011\u2013/":
        return not text[start - 2 : start - 1].isalnum()
    if before in ".,:":
        return not text[start - 2 : start - 1].isdecimal()
    return not (text[start : start + 1] in "cC" and text[max(0, start - 5) : start - 1] == "pour")


def joint_of(text: str, start: int) -> re.Pattern[str]:
    """What may join the number at *start* to another as a range: AND after « entre », NOTHING after a name, else TO.

    A number after a name may belong to it: « des Leopard 2 à 3 milliards ».
    """
    before = text[max(0, start - 20) : start]
    return AND if _ENTRE.search(before) else NOTHING if _NAME_BEFORE.search(before) else TO


class WrittenRange(NamedTuple):
    """The words of a number, or of the lower and the higher one of a range, and where they stand in a text."""

    low: str
    high: str | None
    start: int
    high_start: int
    end: int

    @property
    def low_end(self) -> int:
        """Where the lower number ends."""
        return self.start + len(self.low)

    def without_high(self) -> "WrittenRange":
        """The lower number alone."""
        return self._replace(high=None, high_start=self.low_end, end=self.low_end)


def find_range(text: str, number: tuple[int, int], joint: re.Pattern[str]) -> WrittenRange:
    """The *number* whose start and end are given, and the one behind it when *joint* stands between them."""
    start, low_end = number
    between = joint.match(text, low_end)
    high_end = number_end(text, between.end()) if between else None
    if between and high_end:
        return WrittenRange(text[start:low_end], text[between.end() : high_end], start, between.end(), high_end)
    return WrittenRange(text[start:low_end], None, start, low_end, low_end)


def is_change(text: str, start: int) -> bool:
    """Whether the numbers from *start* on are what something was and what it is: « passe de 32 à 44 milliards »."""
    return bool(_CHANGE.search(text[max(0, start - _LONGEST_CHANGE) : start]))


def read_number(text: str, *, english: bool = False) -> Decimal | None:
    """The number that *text* is, and nothing else.

    A point or a comma before exactly three figures is of thousands or of decimals:

    - after a point (« 2.000 obus ») thousands, unless « million » or « milliard » follows and disagrees: « 1.250
      milliard » in the singular, « 3.141 milliards » (but « 10.471 millions ») not round; and never after a zero;
    - after a comma decimals before a scale (« 1,125 milliard »), else thousands (« 10,000 soldats »);
    - *english*: after a comma thousands, after a point decimals, and a billion is 10^9.

    >>> read_number("deux milliards cinq cents millions"), read_number("10 000"), read_number("une vingtaine")
    (Decimal('2500000000'), Decimal('10000'), Decimal('20'))
    """
    if text.isdecimal() and text.isascii() and text[0] != "0":
        return Decimal(text) if len(text) <= _LONGEST_FIGURES else None
    if not is_number(text):
        return None
    scales = _ENGLISH_SCALES if english else SCALES
    total = thousands = below = Decimal(0)
    scale, part_of_one = Decimal(1), Decimal(1)
    parts = [part.lower() for part in _PART.findall(text)]
    for part, following in zip(parts, [*parts[1:], ""], strict=True):
        word = part.removesuffix("s")
        if part[0].isdecimal():
            below += _read_figures(part, following, english=english)
        elif word in scales:
            scale = Decimal(scales[word])
            total += scale * (thousands + below or _ONE) * part_of_one
            thousands, below, part_of_one = Decimal(0), Decimal(0), _ONE
        elif word == "mille":
            thousands, below = 1000 * (below or _ONE), Decimal(0)
        elif word in {"demi", "demie"}:
            part_of_one = _HALF_OF_ONE
        elif word in ABOUT:
            below, part_of_one = (below or _ONE) * ABOUT[word] * part_of_one, _ONE
        else:
            below = _add_word(below, part)
    return total + thousands + below + (scale * part_of_one if part_of_one != _ONE else 0)


def _add_word(below: Decimal, word: str) -> Decimal:
    if word in {"cent", "cents"}:
        return 100 * (below or _ONE)
    if word in {"vingt", "vingts"}:
        return below + (76 if below % 100 == 4 else 20)  # noqa: PLR2004 - quatre-vingts
    return below + (UNITS.get(word) or TEENS.get(word) or TENS.get(word) or 0)


def _read_figures(figures: str, following: str, *, english: bool) -> Decimal:
    plain = _SEPARATORS.sub("", figures)
    match = _LAST_MARK.fullmatch(plain)
    if not match:
        return Decimal(plain)
    head, mark, last = match.groups()
    may_be_thousands = len(last) == _GROUP and plain == figures and head != "0" and not _MARKS.search(head)
    if mark in head or (may_be_thousands and _are_thousands(match, following, english=english)):
        return Decimal(_MARKS.sub("", plain))
    return Decimal(_MARKS.sub("", head) + f".{last}")


def _are_thousands(match: re.Match[str], following: str, *, english: bool) -> bool:
    """Whether three figures after a single point or comma are no decimals: see `read_number`."""
    head, mark, last = match.groups()
    if english:
        return mark == ","
    if following.removesuffix("s") not in SCALES:
        return True
    return mark == "." and following.endswith("s") and (following == "millions" or head == "1" or last.endswith("00"))


def read_range(low: str, high: str, *, english: bool = False) -> tuple[Decimal, Decimal] | None:
    """The ends of a range, the lower one first: « 60 » and « 70 millions », « deux » and « trois cents ».

    What multiplies the second number also multiplies the first as far as that keeps them in order, or else within
    a factor of ten. None when they are too far apart to be a range (« 500 à 1 milliard »).
    """
    top = read_number(high, english=english)
    if top is None:
        return None
    bottoms = [read_number(low + factor, english=english) for factor in _factors(high)]
    for limit in (top, 10 * top):
        for bottom in bottoms:
            if bottom is not None and top < 1000 * bottom and bottom <= limit:
                return min(bottom, top), max(bottom, top)
    return None


def _factors(high: str) -> Iterator[str]:
    """What may also multiply the number before, from the most to nothing: « cents millions », « millions », « »."""
    multipliers = _MULTIPLIERS.search(high)
    words = _GAP.split(multipliers.group())[1:] if multipliers else []
    if zeros := _ROUND_THOUSANDS.search(high[: multipliers.start()] if multipliers else high):
        yield " ".join([zeros.group(), *words])
    for first in range(len(words) + 1):
        yield "".join(f" {word}" for word in words[first:])
