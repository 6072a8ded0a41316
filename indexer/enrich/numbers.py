"""Which numbers are written here? « 10 000 », « 2.000.000 », « 1,5 milliard », « deux cent dix », « une vingtaine ».

Amounts and quantities build their patterns from NUMBER and have what it matched read by `read_number`.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from indexer.enrich.words import any_of, starts_of

SPACE = "[ \t\u00a0\u2000-\u200a\u202f\u205f]"
GAP = f"{SPACE}{{1,2}}"
_DASH = "[-\u2010\u2011\u2013]"
_LINK = f"(?:{GAP}|{_DASH})"

_DIGITS_OF_WORDS = {
    word: value
    for value, words in enumerate("un une|deux|trois|quatre|cinq|six|sept|huit|neuf".split("|"), start=1)
    for word in words.split()
}
_TEENS = dict(zip("dix onze douze treize quatorze quinze seize".split(), range(10, 17), strict=True))
_TENS = dict(zip("vingt trente quarante cinquante soixante septante".split(), range(20, 80, 10), strict=True))
_TENS |= {"huitante": 80, "octante": 80, "nonante": 90}
_ABOUT = {
    "dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40,
    "cinquantaine": 50, "soixantaine": 60, "centaine": 100,
}  # fmt: skip
_SCALES = {"millier": 10**3, "million": 10**6, "milliard": 10**9, "billion": 10**12, "trillion": 10**12}
"""A billion is the French one. Nothing in the news is counted by 10^18: a trillion always is the English one."""
_ENGLISH_SCALES = _SCALES | {"billion": 10**9}


_UNIT = any_of(_DIGITS_OF_WORDS)
_TEEN = f"dix{_LINK}(?:sept|huit|neuf)|{any_of(_TEENS)}"
_BELOW_100 = (
    f"(?:(?:quatre{_LINK}vingts?|soixante(?:{_LINK}et)?){_LINK}(?:{_TEEN})"
    f"|(?:quatre{_LINK}vingts?|{any_of(_TENS)})(?:(?:{_LINK}et)?{_LINK}(?:{_UNIT}))?|quatre{_LINK}vingts?|{_TEEN}|{_UNIT})"
)
_BELOW_1000 = f"(?:(?:(?:{_UNIT}|{_TEEN}){_LINK})?cents?(?:{_LINK}{_BELOW_100})?|{_BELOW_100})"
_END = r"(?![-\u2010\u2011]?\w)"
_WORDS = f"(?:(?:{_BELOW_1000}{_LINK})?mille(?:{_LINK}{_BELOW_1000})?|{_BELOW_1000}){_END}"

_THOUSANDS = (
    f"[0-9]{{1,3}}(?:(?:{SPACE}[0-9]{{3}}(?![0-9])){{1,4}}|(?:[.'’][0-9]{{3}}(?![0-9])){{1,4}}"
    "|(?:,[0-9]{3}){2,4}|(?:,[0-9]{3})(?=[.][0-9]))"
)
_TORN = f"[0-9]{{1,2}},{SPACE}[0-9]{{1,2}}(?={SPACE}mil(?:lion|liard))"
"""« 3, 95 milliards », as scanned texts have it."""
_FIGURES = f"(?!0[0-9])(?:{_TORN}|{_THOUSANDS}(?:[.,][0-9]{{1,3}})?|[0-9]{{1,15}}(?:[.,][0-9]{{1,6}})?)(?![.,'’]?[0-9])"

_SCALE = rf"(?=[bmt]r?ill)(?:(?:m|b|tr)illions?|milliards?|milliers?|(?<=[0-9]{SPACE})milles?(?!{GAP}nautique)){_END}"
_DOZENS = rf"(?:{_UNIT}|{_TEEN}){GAP}(?:(?:bonne|petite|grosse|demi){_LINK})?(?:{any_of(_ABOUT)})s?{_END}"
_COEFFICIENT = f"(?:{_FIGURES}|(?![0-9])(?:{_DOZENS}|{_WORDS}))"
_OTHERS = f"(?:(?:autres?|nouveaux|premiers|derniers|petits?|bons?){GAP})?"
_OF = f"(?:de{GAP})?"
_SCALED = f"{GAP}{_OF}{_OTHERS}{_SCALE}"
_AND_MORE = f"(?:{GAP}(?:et{GAP})?{_COEFFICIENT}{_SCALED}){{0,2}}(?:{GAP}(?:{_FIGURES}|{_WORDS}))?"
_AND_HALF = f"(?:{GAP}et{GAP}demie?{_END})?"
_HALF = f"(?:une?{GAP})?demi{_LINK}{_SCALE}"
_THE = f"(?:(?<=\\ble{SPACE})|(?<=\\bdu{SPACE})|(?<=\\bau{SPACE})){_SCALE}"

NUMBER = f"(?>{_HALF}|{_COEFFICIENT}(?:{_SCALED}{_AND_MORE}{_AND_HALF})?|{_THE})"
"""A pattern for one number; for `re.IGNORECASE`, without groups. « Des dizaines », « plusieurs » are no numbers."""

TO, AND, NOTHING = f"(?:{SPACE}?{_DASH}{SPACE}?|{GAP}(?:à|ou){GAP})", f"{GAP}et{GAP}", "(?!)"
"""What may stand between the ends of a range; see `joint_of`."""

_WHOLE = re.compile(NUMBER.replace(_THE, _SCALE), re.IGNORECASE)
_PART = re.compile(rf"{_FIGURES}|[^\W\d_]+", re.IGNORECASE)
_SEPARATORS = re.compile(f"{SPACE}|['’]")
_MARKS = re.compile("[.,]")
_LAST_MARK = re.compile("(.*)([.,])([0-9]+)")
_MULTIPLIERS = re.compile(rf"(?:{GAP}(?:cents?|milles?|{_SCALE}))+$", re.IGNORECASE)
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
        *(word for word in (*_DIGITS_OF_WORDS, *_TEENS, *_TENS) if not word.startswith("un")),
        *("cent", "mille", "million", "milliard", "demi"),
        *(f"un{space}{begin}" for space in " \u00a0\u202f" for begin in _AFTER_UN),
        *(
            f"une{space}{begin}"
            for space in " \u00a0\u202f"
            for begin in ("di", "dou", "qu", "vi", "tr", "ci", "so", "cen", "bonne", "pet", "gros", "demi")
        ),
    ]
)


@lru_cache(maxsize=2)
def number_starts(text: str) -> tuple[int, ...]:
    """The offsets at which NUMBER may match: not inside a word, a designation (« F-16 ») or another number.

    Kept for the last texts, since amounts and quantities are looked for in the same.
    """
    return tuple(start for start in _BEGINNINGS(text) if start == 0 or _may_begin(text, start))


def _may_begin(text: str, start: int) -> bool:
    before = text[start - 1]
    if before in "_°":
        return False
    if before in "-\u2010\u2011\u2013/":
        return not text[start - 2 : start - 1].isalnum()
    if before in ".,:":
        return not text[start - 2 : start - 1].isdecimal()
    return not (text[start : start + 1] in "cC" and text[max(0, start - 5) : start - 1] == "pour")


def joint_of(text: str, start: int) -> str:
    """What may join the number at *start* to another as a range: AND after « entre », NOTHING after a name, else TO.

    A number after a name may belong to it: « des Leopard 2 à 3 milliards ».
    """
    before = text[max(0, start - 20) : start]
    return AND if _ENTRE.search(before) else NOTHING if _NAME_BEFORE.search(before) else TO


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
    if not _WHOLE.fullmatch(text):
        return None
    scales = _ENGLISH_SCALES if english else _SCALES
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
        elif word in _ABOUT:
            below, part_of_one = (below or _ONE) * _ABOUT[word] * part_of_one, _ONE
        else:
            below = _add_word(below, part)
    return total + thousands + below + (scale * part_of_one if part_of_one != _ONE else 0)


def _add_word(below: Decimal, word: str) -> Decimal:
    if word in {"cent", "cents"}:
        return 100 * (below or _ONE)
    if word in {"vingt", "vingts"}:
        return below + (76 if below % 100 == 4 else 20)  # noqa: PLR2004 - quatre-vingts
    return below + (_DIGITS_OF_WORDS.get(word) or _TEENS.get(word) or _TENS.get(word) or 0)


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
    if following.removesuffix("s") not in _SCALES:
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
    words = re.split(GAP, multipliers.group())[1:] if multipliers else []
    if zeros := _ROUND_THOUSANDS.search(high[: multipliers.start()] if multipliers else high):
        yield " ".join([zeros.group(), *words])
    for first in range(len(words) + 1):
        yield "".join(f" {word}" for word in words[first:])
