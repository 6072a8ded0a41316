"""« montant:>100M$ », « montant:10..50 M€ », « amount:<=1,5 milliard » -> the sums of money meant."""

import math
import re

from indexer.money import currency_of_sign
from indexer.search.query import AmountRange

_SCALES = {
    **dict.fromkeys(("k", "millier", "milliers"), 10**3),
    **dict.fromkeys(("m", "mio", "million", "millions"), 10**6),
    **dict.fromkeys(("md", "mds", "mrd", "mrds", "g", "bn", "milliard", "milliards"), 10**9),
}
_NUMBER = r"\d{1,3}(?:[ \u00a0\u202f.]\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?"
_SPACE = r"[ \u00a0\u202f]?"
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
_CURRENCY = r"[€$£¥₴₽₺₩₪]|[A-Z]{3}|d[e’'] ?(?:euros?|dollars?|livres?)|euros?|dollars?"
_END = rf"(?:{_NUMBER}){_SPACE}(?:(?:{_SCALE})(?![a-z]))?{_SPACE}(?:{_CURRENCY})?"
AMOUNT_RANGE = re.compile(
    rf"(?<!\w)(?:montant|amount){_SPACE}:{_SPACE}(?P<sign>[<>]=?|[≤≥]|)"
    rf"{_SPACE}(?P<low>{_END})?(?P<to>\.\.)?(?P<high>(?<=\.\.){_END})?(?=[\s)]|$)",
    re.IGNORECASE,
)
"""The whole of it; `read_amount_range` says what it means."""

_PARTS = re.compile(
    rf"(?P<number>{_NUMBER}){_SPACE}(?P<scale>(?:{_SCALE})(?![a-z]))?{_SPACE}(?P<currency>.*)", re.IGNORECASE
)


def read_amount_range(match: re.Match[str]) -> AmountRange | None:
    """The range that a match of AMOUNT_RANGE means; None when it says no number.

    What one end leaves out, scale or currency, it has from the other: « 10..50 M€ ».
    """
    low, high = _parts(match["low"]), _parts(match["high"])
    if low is None and high is None:
        return None
    scale = (high or low or ("", "", ""))[1]
    currency = next((found for part in (high, low) if part and (found := currency_of_sign(part[2]))), None)
    lowest, highest = (None if part is None else _value(part, scale) for part in (low, high))
    written = f"montant:{match.group().partition(':')[2].strip()}"
    sign = match["sign"].replace("≤", "<=").replace("≥", ">=")
    if match["to"]:
        return AmountRange(lowest, highest, currency, written=written)
    assert lowest is not None
    if sign in {">", ">="}:
        return AmountRange(math.nextafter(lowest, math.inf) if sign == ">" else lowest, None, currency, written=written)
    if sign in {"<", "<="}:
        highest = math.nextafter(lowest, -math.inf) if sign == "<" else lowest
        return AmountRange(None, highest, currency, written=written)
    return AmountRange(lowest, lowest, currency, written=written)


def _parts(text: str | None) -> tuple[str, str, str] | None:
    """Number, scale and currency as written."""
    match = _PARTS.fullmatch(text.strip()) if text else None
    return (match["number"], (match["scale"] or "").lower(), match["currency"].strip()) if match else None


def _value(part: tuple[str, str, str], scale: str) -> float:
    number = re.sub(r"[ \u00a0\u202f]", "", part[0])
    if "," in number:
        number = number.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"\d{1,3}(?:\.\d{3})+", number):
        number = number.replace(".", "")
    return float(number) * _SCALES.get(part[1] or scale, 1)
