"""Numbers, dates and sums as readers of English expect them: the counterpart of `indexer/french.py`."""

import datetime as dt

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, get_currency_symbol

from indexer.document import Amount, PartialDate, Precision, Quantity
from indexer.french import unit_of
from indexer.typography import NO_BREAK

LOCALE = Locale("en")
_PATTERNS = {Precision.DAY: "d MMMM y", Precision.MONTH: "MMMM y", Precision.YEAR: "y"}
_SCALES = ((1e9, "billion"), (1e6, "million"), (0.0, ""))
_PER = {"an": "a year", "mois": "a month", "jour": "a day", "heure": "an hour"}


def english(thing: object) -> str:
    """What a Figure is of, in English."""
    match thing:
        case PartialDate():
            return english_date(thing)
        case Amount():
            return english_amount(thing)
        case Quantity():
            return english_quantity(thing)
        case (dt.date() | None, dt.date() | None):
            return english_span(*thing)
        case int() | float():
            return english_number(thing)
    raise NotImplementedError(f"no English for {type(thing).__name__}")


def english_number(number: float) -> str:
    """A number with its thousands apart.

    >>> english_number(1234567.5)
    '1,234,567.5'
    """
    return format_decimal(number, locale=LOCALE)


def english_date(published: PartialDate) -> str:
    """A date as far as it is known.

    >>> english_date(PartialDate.parse("2024-03-01")), english_date(PartialDate())
    ('1 March 2024', 'unknown date')
    """
    first = published.first
    return format_date(first, _PATTERNS[published.precision], locale=LOCALE) if first else "unknown date"


def english_span(first: dt.date | None, last: dt.date | None) -> str:
    """The days from the first to the last, either of which may be open, in as few words as they take.

    >>> english_span(dt.date(2026, 11, 16), dt.date(2026, 11, 22)), english_span(dt.date(2024, 3, 1), None)
    ('16 to 22 November 2026', 'since 1 March 2024')
    """
    if first is None or last is None:
        known = first or last
        said = english_date(PartialDate.parse(known.isoformat())) if known else "unknown date"
        return f"{'since' if first else 'until'} {said}" if known else said
    for size in (4, 7, 10):
        whole = PartialDate.parse(first.isoformat()[:size])
        if (whole.first, whole.last) == (first, last):
            return english_date(whole)
    shared = " y" if first.year == last.year else ""
    shared = " MMMM y" if shared and first.month == last.month else shared
    begin = format_date(first, "d MMMM y".removesuffix(shared), locale=LOCALE)
    return f"{begin} to {format_date(last, 'd MMMM y', locale=LOCALE)}"


def english_amount(amount: Amount) -> str:
    """A sum of money.

    >>> english_amount(Amount(1.5e9, "EUR")) == "€1.5\u00a0billion"
    True
    """
    largest = amount.value if amount.highest is None else amount.highest
    least, word = next(row for row in _SCALES if largest >= row[0])
    ends = [english_number(round(end / (least or 1), 3)) for end in (amount.value, amount.highest) if end is not None]
    symbol = get_currency_symbol(amount.currency, locale=LOCALE) if amount.currency else ""
    sign = f"{symbol}{NO_BREAK}" if symbol.isalpha() else symbol
    scale = f"{NO_BREAK}{word}" if word else ""
    per = f" {_PER.get(amount.per, f'per {amount.per}')}" if amount.per else ""
    return f"{sign}{'–'.join(ends)}{scale}{per}"


def english_quantity(quantity: Quantity) -> str:
    """A number of things; what they are stays as the article names it."""
    ends = [english_number(end) for end in (quantity.value, quantity.highest) if end is not None]
    return f"{'–'.join(ends)}{NO_BREAK}{unit_of(quantity)}"
