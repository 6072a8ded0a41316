"""Which sums of money does a text name? « 700 millions de dollars », « 0,7 Md$ », « 60 à 70 M€ », « €2 billion »."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from indexer.enrich.amount_reading import BARE, PER, Amount, period_after, read_amounts
from indexer.enrich.currencies import CURRENCY_BEGINNINGS
from indexer.enrich.number_words import GAP
from indexer.enrich.numbers import ANY_JOINT, is_change, joint_of, number_spans
from indexer.enrich.words import starts_of

__all__ = ["Amount", "find_amounts"]

_REACH, _NEAR_REACH = 60, 24
"""Characters from a number to its currency, « milliard » or abbreviation, with and without the other end of a range."""

_NEAR = 1000
"""Characters within which a sum lends its currency to another."""

_LONGEST_LINK = 60
"""Characters between a sum and its conversion."""

_ABOUT = r"(?:(?:soit|ou|environ|quelque|près d[e’']|plus d[e’']|moins d[e’']|presque|à peu près|[≈~=]),?\s?)*"
_CONVERSION = re.compile(rf"(?:{PER})?(?:\s?[(\[]\s?{_ABOUT}|,?\s(?:[–—]\s)?soit\s{_ABOUT}|\s?/\s?)", re.IGNORECASE)
_DASH = re.compile(r"\s[–—]\s")
_CLOSED = re.compile(r"\s?[–—]|[,.;]|$")
_BRACKET = re.compile(r"[^()\[\]\n]{0,60}[)\]]")
_COST = re.compile(
    r"\b(?:surcoût|coût|prix|facture|montant|somme|enveloppe|rançon|amende|loyer|chiffre d['’]affaires)s?\b"
    r"[^.;!?]{0,40}\b(?:est|sont|était|serait|atteint|dépasse|vaut|(?:estim|évalu|fix|chiffr|arrêt)ée?s?|s['’](?:élève|établit))"
    rf"{GAP}(?:(?:à|au{GAP}moins|près{GAP}de|plus{GAP}de|environ){GAP})*$",
    re.IGNORECASE,
)
_LONGEST_COST = 90
"""Characters of « le coût … est estimé à » before a sum without a currency."""
_SENTENCE_END = re.compile(r"[.!?…]\s|\n")
_PARAGRAPH_END = re.compile(r"\n")
_MILLIONS = re.compile(rf"millions?(?:{GAP}et{GAP}demi)?$", re.IGNORECASE)
_money_starts = starts_of([*CURRENCY_BEGINNINGS, "milli", "md", "mrd", "mld"], inside=True)


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
    money = _money_starts(text)
    if not money:  # three texts in four
        return []
    found: list[Amount] = []
    for amount in _with_currencies(list(_read_all(text, money)), text):
        if found and (joined := _join(found[-1], amount, text)):
            found[-1] = joined
        else:
            found.append(amount)
    return found


def _read_all(text: str, money: Sequence[int]) -> Iterator[Amount]:
    """The sums whose currency or scale may be one of those that start where *money* says."""
    end = 0
    for start, number_end in number_spans(text):
        near = bisect_left(money, start - 5)
        if start < end or near == len(money) or money[near] >= number_end + _REACH:
            continue
        if money[near] < number_end + _NEAR_REACH or ANY_JOINT.match(text, number_end):
            for amount in read_amounts(text, (start, number_end), end):
                yield amount
                end = amount.end


def _with_currencies(amounts: list[Amount], text: str) -> Iterator[Amount]:
    """Give sums without a currency the one named before them, else after; drop millions that no sum stands before."""
    named: list[Amount | None] = [None]
    for amount in reversed(amounts):
        named.append(amount if amount.currency != BARE else named[-1])
    before: Amount | None = None
    for amount, after in zip(amounts, reversed(named), strict=False):
        if amount.currency == BARE:
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
        period = last.per or amount.per or (period_after(text, bracket.end()) if bracket else None)
        return last._replace(converted=amount, per=period)
    if last.currency != amount.currency or last.highest or amount.highest or last.value >= amount.value:
        return None
    if joint_of(text, last.start).fullmatch(between) and not is_change(text, last.start):
        return last._replace(highest=amount.value, end=amount.end, per=amount.per)
    return None
