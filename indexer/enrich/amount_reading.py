"""Which sum of money is written here? A number or a range, and the currency behind or before it."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from indexer.enrich.currencies import CURRENCY_SIGN, currency_name_end, currency_of
from indexer.enrich.number_words import GAP, SPACE
from indexer.enrich.numbers import (
    TO,
    WrittenRange,
    find_range,
    is_change,
    joint_of,
    read_number,
    read_range,
)
from indexer.enrich.words import any_of


class Amount(NamedTuple):
    """A sum of money: *value* of *currency*, or from *value* to *highest*.

    *currency* is an ISO 4217 code; None when neither the words nor what stands near them say which it is.
    *per* is « an », « mois », « jour » or « heure » for what is paid again and again.
    *start* and *end* cut the words of the number and the currency out of the text.
    *converted* is the same sum in another currency, as the text gives it: « (647,4 millions d’euros) ».
    """

    value: Decimal
    highest: Decimal | None
    currency: str | None
    per: str | None
    start: int
    end: int
    converted: "Amount | None" = None


class _Sum(NamedTuple):
    """The words of a sum: *scale* abbreviates a scale, *of* says that « de » stands before the currency."""

    numbers: WrittenRange
    scale: str | None
    currency: str | None
    of: bool
    end: int


BARE = ""
"""Stands for the currency of « 295 milliards » until what is around is known."""

_SCALES = {"k": "mille", **dict.fromkeys("m mn mln mio".split(), "millions")}
_SCALES |= dict.fromkeys("g bn md mds mrd mrds mld mlds".split(), "milliards")
"""What abbreviations stand for. MM is not among them: a million to some, a thousand millions to others."""

_SURELY_MONEY = 10**6
"""From here on. « 500 livres » is a bomb, « 2 millions de livres » are pounds; « 12 couronnes » of nobody no sum."""

_POUNDS = {"livre", "livres"}

_ALONE = r"(?![-\u2010\u2011]?\w)"
_SMALL_GAP = f"{SPACE}{{0,2}}"
_OF = f"d(?:e?{GAP}|['’]{_SMALL_GAP})"
_MORE = f"(?:(?:supplémentaire|additionnel|additionnelle)s?{GAP})?"
_SCALE = f"(?P<scale>{any_of(_SCALES)})"
_ABBREVIATED = f"{_SMALL_GAP}{_SCALE}(?:[.](?={SPACE}))?(?={SPACE}|euro|d['’]|{CURRENCY_SIGN})"

_CURRENCY = re.compile(
    rf"(?:{_ABBREVIATED})?{_SMALL_GAP}{_MORE}(?P<of>{_OF})?(?:(?P<sign>{CURRENCY_SIGN}){_ALONE}|(?P<name>(?=€?[^\W\d_])))",
    re.IGNORECASE,
)
"""What stands behind a number: a sign, or where a name may begin."""
_BARE_SCALE = re.compile(rf"{_SMALL_GAP}(?P<scale>m[rl]?ds?){_ALONE}", re.IGNORECASE)
_TO_SIGN = re.compile(f"{TO.pattern}(?:{CURRENCY_SIGN}{SPACE}?)?", re.IGNORECASE)
_SCALE_AFTER_SIGN = re.compile(f"{_SMALL_GAP}{_SCALE}{_ALONE}", re.IGNORECASE)
_BEFORE_NAME = re.compile(f"{_SMALL_GAP}(?:{_OF})?", re.IGNORECASE)
_SIGN_BEFORE = re.compile(rf"(?<![\w$€£])({CURRENCY_SIGN}){SPACE}?\Z")
_PERIODS = {"année": "an", "annuel": "an", "mensuel": "mois", "h": "heure"}
_OTHER_DATE = rf"(?!{GAP}(?:derni|pass|proch|écoul|suiv|préc|[0-9]))"
"""« L’an passé » is no « par an »."""
PER = (
    rf"{SPACE}?(?:(?:par|chaque){GAP}|/{SPACE}?|(?:de{GAP})?l['’])(année|an|mois|jour|heure|(?<=/)h)\b{_OTHER_DATE}"
    rf"|{GAP}(annuel|mensuel)(?:le)?s?\b"
)
"""A pattern for how often a sum is paid, with two groups."""
_PERIOD = re.compile(PER, re.IGNORECASE)
_SCALE_OF_MONEY = re.compile(rf"(?:(m[rl]?ds?|milliards?)|millions?)(?:{GAP}et{GAP}demi)?$", re.IGNORECASE)
_OF_THINGS = re.compile(rf"{GAP}(?:d['’](?!ici)|de{GAP}(?!plus\b|moins\b))", re.IGNORECASE)
_OF_MONEY = re.compile(
    rf"{GAP}d(?:e{GAP}|['’])(?:crédit|autorisation|dépense|recette|investissement|prêt|dette|aide|don|subvention|garantie|"
    r"perte|bénéfice|vente|commande|contrat|économie|avoir|actif|budget|dividende|déficit|surcoût)s?(?!\w)",
    re.IGNORECASE,
)
"""What is counted in money and in nothing else: « 16 milliards d’autorisations d’engagement »."""
_ONE = {"un", "une"}
_SYMBOLIC, _PRICE_END = re.compile(rf"{GAP}symbolique", re.IGNORECASE), re.compile(r"\s?(?:[,.;:!?)»\n]|$)")
_FOR_ONE = re.compile(rf"\b(?:pour|contre|à){GAP}$", re.IGNORECASE)
_BILLION = re.compile(r"billion(s?)$", re.IGNORECASE)


def read_amounts(text: str, number: tuple[int, int], free: int) -> Iterator[Amount]:
    """The sum whose *number* has this start and end and whose sign may stand from *free* on, or the two of a change.

    « Passe de 32 à 44 milliards » is a change. The currency is BARE where none is named.
    """
    amount = _read_after_sign(text, number, free) or _read(text, number)
    if amount and amount.highest and amount.start == number[0] and is_change(text, amount.start):
        yield from _ends_of_change(amount, number, text)
    elif amount:
        yield amount


def _ends_of_change(amount: Amount, number: tuple[int, int], text: str) -> Iterator[Amount]:
    numbers = find_range(text, number, TO)
    if not numbers.high or amount.highest is None:
        yield amount
        return
    ends = (amount.value, amount.highest)
    before, after = reversed(ends) if _figures(read_number(numbers.low)) == _figures(amount.highest) else ends
    yield amount._replace(value=before, highest=None, end=numbers.low_end, per=None)
    yield amount._replace(value=after, highest=None, start=numbers.high_start)


def _figures(number: Decimal | None) -> tuple[int, ...]:
    """The figures of a number without its zeros, the same for « 50 » and « 50 millions »."""
    return (number or Decimal()).normalize().as_tuple().digits


def _read_after_sign(text: str, number: tuple[int, int], free: int) -> Amount | None:
    """Read « €2 billion », « USD 2.5bn », whose sign stands between *free* and the number."""
    start = number[0]
    sign = _SIGN_BEFORE.search(text[max(free, start - 6) : start])
    if not sign:
        return None
    numbers = find_range(text, number, _TO_SIGN)
    scale = _SCALE_AFTER_SIGN.match(text, numbers.end)
    end = scale.end() if scale else numbers.end
    if before_name := _BEFORE_NAME.match(text, end):
        end = currency_name_end(text, before_name.end()) or end
    written = _Sum(numbers, scale["scale"] if scale else None, sign[1], of=False, end=end)
    amount = _amount(written, text, currency_of(sign[1], text, start), english=True)
    return amount and amount._replace(start=amount.start - len(sign[0]))


def _read(text: str, number: tuple[int, int]) -> Amount | None:
    written = _read_currency(text, find_range(text, number, joint_of(text, number[0])))
    if written.numbers.high and not (written.currency or _has_scale(written, text)):
        written = _read_currency(text, written.numbers.without_high())
    if written.currency:
        return _read_named(written, text, written.currency)
    of_things = _OF_THINGS.match(text, written.end) and not _OF_MONEY.match(text, written.end)
    return None if of_things or not _has_scale(written, text) else _amount(written, text, BARE, english=False)


def _read_currency(text: str, numbers: WrittenRange) -> _Sum:
    """Read what stands behind numbers: an abbreviation and a currency, or one of these, or nothing."""
    if before := _CURRENCY.match(text, numbers.end):
        end = before.end() if before["sign"] else currency_name_end(text, before.end())
        if end:
            start = before.start("sign" if before["sign"] else "name")
            return _Sum(numbers, before["scale"], text[start:end], of=bool(before["of"]), end=end)
    bare = _BARE_SCALE.match(text, numbers.end)
    return _Sum(numbers, bare["scale"] if bare else None, None, of=False, end=bare.end() if bare else numbers.end)


def _has_scale(written: _Sum, text: str) -> bool:
    return bool(_SCALE_OF_MONEY.search(text[written.numbers.start : written.end]))


def _read_named(written: _Sum, text: str, currency: str) -> Amount | None:
    """Read a sum whose currency is named, unless its words may as well mean something else."""
    start = written.numbers.start
    amount = _amount(written, text, currency_of(currency, text, start), english=_is_english(written))
    if not amount:
        return None
    if amount.value == 1 and written.numbers.low.lower() in _ONE and not _is_price(text, start, written.end):
        return None
    if amount.value < _SURELY_MONEY and (not amount.currency or currency.lower() in _POUNDS):
        return None
    return amount


def _is_price(text: str, start: int, end: int) -> bool:
    """Whether « un euro » is a sum, and « un » not the article."""
    return bool(
        _SYMBOLIC.match(text, end) or (_FOR_ONE.search(text, max(0, start - 10), start) and _PRICE_END.match(text, end))
    )


def _is_english(written: _Sum) -> bool:
    """Whether a billion before the currency is the English one."""
    number = written.numbers.high or written.numbers.low
    billion = _BILLION.search(number)
    if not billion:
        return False
    return not written.of or (not billion[1] and (read_number(number) or 0) >= 2 * 10**12)


def _amount(written: _Sum, text: str, currency: str | None, *, english: bool) -> Amount | None:
    numbers = written.numbers
    scale = f" {_SCALES[written.scale.lower()]}" if written.scale else ""
    start, number, ends = numbers.start, numbers.low + scale, None
    if numbers.high:
        ends = read_range(numbers.low, numbers.high + scale, english=english)
        start, number = (start, "") if ends else (numbers.high_start, numbers.high + scale)
    value, highest = ends or (read_number(number, english=english), None)
    return (
        None if value is None else Amount(value, highest, currency, period_after(text, written.end), start, written.end)
    )


def period_after(text: str, start: int) -> str | None:
    """How often the sum is paid that ends at *start*: « an », « mois », « jour », « heure », or None."""
    match = _PERIOD.match(text, start)
    word = (match[1] or match[2]).lower() if match else None
    return _PERIODS.get(word, word) if word else None
