"""Which sums of money does a text name? « 700 millions de dollars », « 0,7 Md$ », « 60 à 70 M€ », « €2 billion »."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from indexer.enrich.currencies import CURRENCY_BEGINNINGS, CURRENCY_NAME, CURRENCY_SIGN, currency_of
from indexer.enrich.numbers import (
    AND,
    GAP,
    NOTHING,
    NUMBER,
    SPACE,
    TO,
    is_change,
    joint_of,
    number_starts,
    read_number,
    read_range,
)
from indexer.enrich.words import any_of, starts_of


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


_SCALES = {"k": "mille", **dict.fromkeys("m mn mln mio".split(), "millions")}
_SCALES |= dict.fromkeys("g bn md mds mrd mrds mld mlds".split(), "milliards")
"""What abbreviations stand for. MM is not among them: a million to some, a thousand millions to others."""

_SURELY_MONEY = 10**6
"""From here on. « 500 livres » is a bomb, « 2 millions de livres » are pounds; « 12 couronnes » of nobody no sum."""

_POUNDS = {"livre", "livres"}
_REACH, _NEAR_REACH = 60, 24
"""Characters from a number to its currency, « milliard » or abbreviation, with and without the other end of a range."""

_LONGEST_NUMBER = 100
"""Characters. « neuf cent quatre-vingt-dix-neuf millions neuf cent quatre-vingt-dix-neuf mille » has 76."""

_NEAR = 1000
"""Characters within which a sum lends its currency to another."""

_LONGEST_LINK = 60
"""Characters between a sum and its conversion."""

_ALONE = r"(?![-\u2010\u2011]?\w)"
_SMALL_GAP = f"{SPACE}{{0,2}}"
_OF = f"d(?:e?{GAP}|['’]{_SMALL_GAP})"
_MORE = f"(?:(?:supplémentaire|additionnel|additionnelle)s?{GAP})?"
_SCALE = f"(?P<scale>{any_of(_SCALES)})"


def _range(to: str) -> str:
    return f"(?P<low>{NUMBER})(?:{to}(?P<high>{NUMBER}))?"


def _pattern(to: str) -> re.Pattern[str]:
    """A number and the currency behind it, or none; *to* is what may stand between the ends of a range."""
    currency = f"{_SMALL_GAP}{_MORE}(?P<of>{_OF})?(?P<currency>{CURRENCY_NAME}|{CURRENCY_SIGN}){_ALONE}"
    abbreviated = f"{_SMALL_GAP}{_SCALE}(?:[.](?={SPACE}))?(?={SPACE}|euro|d['’]|{CURRENCY_SIGN})"
    return re.compile(
        rf"{_range(to)}(?:(?:{abbreviated})?{currency}|{_SMALL_GAP}(?P<bare>m[rl]?ds?){_ALONE})?", re.IGNORECASE
    )


_NUMBER = re.compile(NUMBER, re.IGNORECASE)
_PATTERNS = {joint: _pattern(joint) for joint in (TO, AND, NOTHING)}
_AFTER_SIGN = re.compile(
    f"{_range(f'{TO}(?:{CURRENCY_SIGN}{SPACE}?)?')}(?:{_SMALL_GAP}{_SCALE}{_ALONE})?"
    f"(?:{_SMALL_GAP}(?:{_OF})?{CURRENCY_NAME}{_ALONE})?",
    re.IGNORECASE,
)
_SIGN_BEFORE = re.compile(rf"(?<![\w$€£])({CURRENCY_SIGN}){SPACE}?$")
_PERIODS = {"année": "an", "annuel": "an", "mensuel": "mois", "h": "heure"}
_OTHER_DATE = rf"(?!{GAP}(?:derni|pass|proch|écoul|suiv|préc|[0-9]))"
"""« L’an passé » is no « par an »."""
_PER = (
    rf"{SPACE}?(?:(?:par|chaque){GAP}|/{SPACE}?|(?:de{GAP})?l['’])(année|an|mois|jour|heure|(?<=/)h)\b{_OTHER_DATE}"
    rf"|{GAP}(annuel|mensuel)(?:le)?s?\b"
)
_PERIOD = re.compile(_PER, re.IGNORECASE)
_ABOUT = r"(?:(?:soit|ou|environ|quelque|près d[e’']|plus d[e’']|moins d[e’']|presque|à peu près|[≈~=]),?\s?)*"
_CONVERSION = re.compile(rf"(?:{_PER})?(?:\s?[(\[]\s?{_ABOUT}|,?\s(?:[–—]\s)?soit\s{_ABOUT}|\s?/\s?)", re.IGNORECASE)
_DASH = re.compile(r"\s[–—]\s")
_CLOSED = re.compile(r"\s?[–—]|[,.;]|$")
_BRACKET = re.compile(r"[^()\[\]\n]{0,60}[)\]]")
_JOINTS = {joint: re.compile(joint, re.IGNORECASE) for joint in (TO, AND, NOTHING)}
_ANY_JOINT = re.compile(f"{TO}|{AND}", re.IGNORECASE)
_SCALE_OF_MONEY = re.compile(rf"(?:(m[rl]?ds?|milliards?)|millions?)(?:{GAP}et{GAP}demi)?$", re.IGNORECASE)
_OF_THINGS = re.compile(rf"{GAP}(?:d['’](?!ici)|de{GAP}(?!plus\b|moins\b))", re.IGNORECASE)
_OF_MONEY = re.compile(
    rf"{GAP}d(?:e{GAP}|['’])(?:crédit|autorisation|dépense|recette|investissement|prêt|dette|aide|don|subvention|garantie|"
    r"perte|bénéfice|vente|commande|contrat|économie|avoir|actif|budget|dividende|déficit|surcoût)s?(?!\w)",
    re.IGNORECASE,
)
"""What is counted in money and in nothing else: « 16 milliards d’autorisations d’engagement »."""
_COST = re.compile(
    r"\b(?:surcoût|coût|prix|facture|montant|somme|enveloppe|rançon|amende|loyer|chiffre d['’]affaires)s?\b"
    r"[^.;!?]{0,40}\b(?:est|sont|était|serait|atteint|dépasse|vaut|(?:estim|évalu|fix|chiffr|arrêt)ée?s?|s['’](?:élève|établit))"
    rf"{GAP}(?:(?:à|au{GAP}moins|près{GAP}de|plus{GAP}de|environ){GAP})*$",
    re.IGNORECASE,
)
_LONGEST_COST = 90
"""Characters of « le coût … est estimé à » before a sum without a currency."""
_ONE = {"un", "une"}
_SYMBOLIC, _PRICE_END = re.compile(rf"{GAP}symbolique", re.IGNORECASE), re.compile(r"\s?(?:[,.;:!?)»\n]|$)")
_FOR_ONE = re.compile(rf"\b(?:pour|contre|à){GAP}$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…]\s|\n")
_PARAGRAPH_END = re.compile(r"\n")
_MILLIONS = re.compile(rf"millions?(?:{GAP}et{GAP}demi)?$", re.IGNORECASE)
_BILLION = re.compile(r"billion(s?)$", re.IGNORECASE)

_money_starts = starts_of([*CURRENCY_BEGINNINGS, "milli", "md", "mrd", "mld"], inside=True)
_BARE = ""
"""Stands for the currency of « 295 milliards » until what is around is known."""


def find_amounts(text: str) -> list[Amount]:
    """The sums of money in *text*, in their order, without overlap.

    - A conversion, as « 700 millions de dollars (647,4 millions d’euros) », belongs to its sum and is not counted.
    - « Milliards » without a noun are money, of the currency named before (else after) in the paragraph; « millions »
      are only after a sum in the same sentence, or after what it costs.
    - « De 32 à 44 milliards » is a range, « passe de 32 à 44 milliards » two sums.
    - « Un euro » is a sum where it is a price: « pour un euro », « un euro symbolique ».
    - A billion is 10^12, but 10^9 where it is English: after a sign (« €2 billion »), without « de » (« 2 billion
      dollars »), or without the plural that French wants. A trillion is 10^12.
    - What tells no number (« des millions d’euros ») and what is read in two ways (« 3 MM€ ») is left out.
    """
    found: list[Amount] = []
    for amount in _with_currencies(list(_read_all(text)), text):
        if found and (joined := _join(found[-1], amount, text)):
            found[-1] = joined
        else:
            found.append(amount)
    return found


def _read_all(text: str) -> Iterator[Amount]:
    money = _money_starts(text)
    end = 0
    for start in number_starts(text) if money else ():
        near = bisect_left(money, start - 5)
        if start < end or near == len(money) or money[near] > start + _LONGEST_NUMBER + _REACH:
            continue
        number = _NUMBER.match(text, start)
        if number and money[near] < number.end() + (_REACH if _ANY_JOINT.match(text, number.end()) else _NEAR_REACH):
            amount = _read_after_sign(text, start, end) or _read(text, start)
            if amount:
                yield from _ends_of_change(amount, text) if amount.highest else (amount,)
                end = amount.end


def _ends_of_change(amount: Amount, text: str) -> Iterator[Amount]:
    """Give a range, or the two sums that it is in « passe de 32 à 44 milliards »."""
    low = _NUMBER.match(text, amount.start) if is_change(text, amount.start) else None
    high = _NUMBER.match(text, joint.end()) if low and (joint := _JOINTS[TO].match(text, low.end())) else None
    if not low or not high or amount.highest is None:
        yield amount
        return
    ends = (amount.value, amount.highest)
    before, after = reversed(ends) if _figures(read_number(low[0])) == _figures(amount.highest) else ends
    yield amount._replace(value=before, highest=None, end=low.end(), per=None)
    yield amount._replace(value=after, highest=None, start=high.start())


def _figures(number: Decimal | None) -> tuple[int, ...]:
    """The figures of a number without its zeros, the same for « 50 » and « 50 millions »."""
    return (number or Decimal()).normalize().as_tuple().digits


def _read_after_sign(text: str, start: int, end: int) -> Amount | None:
    """Read « €2 billion », « USD 2.5bn », whose number is at *start* and whose sign is after *end*."""
    sign = _SIGN_BEFORE.search(text[max(end, start - 6) : start])
    match = _AFTER_SIGN.match(text, start) if sign else None
    if not sign or not match:
        return None
    amount = _amount(match, currency_of(sign[1], text, start), english=True)
    return amount and amount._replace(start=amount.start - len(sign[0]))


def _read(text: str, start: int) -> Amount | None:
    match = _PATTERNS[joint_of(text, start)].match(text, start)
    if match and match["high"] and not (match["currency"] or _SCALE_OF_MONEY.search(match[0])):
        match = _PATTERNS[NOTHING].match(text, start)
    if not match:
        return None
    if currency := match["currency"]:
        amount = _amount(match, currency_of(currency, text, start), english=_is_english(match))
        if amount and amount.value == 1 and match["low"].lower() in _ONE and not _is_price(match):
            return None
        if amount and amount.value < _SURELY_MONEY and (not amount.currency or currency.lower() in _POUNDS):
            return None
        return amount
    of_things = _OF_THINGS.match(text, match.end()) and not _OF_MONEY.match(text, match.end())
    if _SCALE_OF_MONEY.search(match[0]) and not of_things:
        return _amount(match, _BARE, english=False)
    return None


def _is_price(match: re.Match[str]) -> bool:
    """Whether « un euro » is a sum, and « un » not the article."""
    text, start = match.string, match.start()
    return bool(
        _SYMBOLIC.match(text, match.end())
        or (_FOR_ONE.search(text, max(0, start - 10), start) and _PRICE_END.match(text, match.end()))
    )


def _is_english(match: re.Match[str]) -> bool:
    """Whether a billion before the currency is the English one."""
    number = match["high"] or match["low"]
    billion = _BILLION.search(number)
    if not billion:
        return False
    return not match["of"] or (not billion[1] and (read_number(number) or 0) >= 2 * 10**12)


def _amount(match: re.Match[str], currency: str | None, *, english: bool) -> Amount | None:
    groups = match.groupdict()
    short = groups["scale"] or groups.get("bare")
    scale = f" {_SCALES[short.lower()]}" if short else ""
    start, number = match.start(), match["low"] + scale
    ends = None
    if match["high"]:
        ends = read_range(match["low"], match["high"] + scale, english=english)
        start, number = (start, "") if ends else (match.start("high"), match["high"] + scale)
    value, highest = ends or (read_number(number, english=english), None)
    return (
        None
        if value is None
        else Amount(value, highest, currency, _period(match.string, match.end()), start, match.end())
    )


def _period(text: str, start: int) -> str | None:
    match = _PERIOD.match(text, start)
    word = (match[1] or match[2]).lower() if match else None
    return _PERIODS.get(word, word) if word else None


def _with_currencies(amounts: list[Amount], text: str) -> Iterator[Amount]:
    """Give sums without a currency the one named before them, else after; drop millions that no sum stands before."""
    named: list[Amount | None] = [None]
    for amount in reversed(amounts):
        named.append(amount if amount.currency != _BARE else named[-1])
    before: Amount | None = None
    for amount, after in zip(amounts, reversed(named), strict=False):
        if amount.currency == _BARE:
            if _are_doubtful(amount, before, text):
                continue
            lender = before if not _are_apart(before, amount, text) else after
            lent = lender.currency if lender and (lender is before or not _are_apart(amount, after, text)) else None
            before = amount._replace(currency=lent)
        else:
            before = amount
        yield before


def _are_doubtful(amount: Amount, before: Amount | None, text: str) -> bool:
    """Whether these may be millions of anything: no sum stands before them in the sentence, and no word of costs."""
    return bool(
        _MILLIONS.search(text, amount.start, amount.end)
        and _are_apart(before, amount, text, _SENTENCE_END)
        and not _COST.search(text[max(0, amount.start - _LONGEST_COST) : amount.start])
    )


def _are_apart(
    first: Amount | None, second: Amount | None, text: str, barrier: re.Pattern[str] = _PARAGRAPH_END
) -> bool:
    if not first or not second or second.start - first.end > _NEAR:
        return True
    return bool(barrier.search(text, first.end, second.start))


def _join(last: Amount, amount: Amount, text: str) -> Amount | None:
    """Make one of two amounts that are a sum and its conversion, or the ends of a range."""
    between = text[last.end : min(amount.start, last.end + _LONGEST_LINK)]
    in_dashes = _DASH.fullmatch(between) and _CLOSED.match(text, amount.end)
    if last.converted is None and last.currency != amount.currency and (in_dashes or _CONVERSION.fullmatch(between)):
        bracket = _BRACKET.match(text, amount.end)
        period = last.per or amount.per or (_period(text, bracket.end()) if bracket else None)
        return last._replace(converted=amount, per=period)
    if last.currency != amount.currency or last.highest or amount.highest or last.value >= amount.value:
        return None
    if _JOINTS[joint_of(text, last.start)].fullmatch(between) and not is_change(text, last.start):
        return last._replace(highest=amount.value, end=amount.end, per=amount.per)
    return None
