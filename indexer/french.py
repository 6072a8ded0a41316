"""Numbers and dates as readers of French expect them, for the command line and the page alike."""

import datetime as dt
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from indexer.document import Amount, PartialDate, Precision, Quantity
from indexer.message import Figure, Message
from indexer.typography import NO_BREAK

_LOCALE = Locale("fr")
_PATTERNS = {Precision.DAY: "d MMMM y", Precision.MONTH: "MMMM y", Precision.YEAR: "y"}


def french_number(number: float) -> Figure:
    """A number with its thousands apart.

    >>> french_number(1234567) == "1\u202f234\u202f567"
    True
    """
    if isinstance(number, int):  # what a page has 150 of; Babel takes 40 µs for each
        return Figure(f"{number:,}".replace(",", "\u202f"), number)
    return Figure(format_decimal(number, locale=_LOCALE), number)


@lru_cache(1 << 12)  # Babel takes 40 µs for each, and a page has 60
def french_date(published: PartialDate) -> Figure:
    """A date as far as it is known.

    >>> french_date(PartialDate.parse("2022-11")), french_date(PartialDate())
    ('novembre 2022', 'date inconnue')
    """
    first = published.first
    if first is None:
        return Figure("date inconnue", published)
    text = format_date(first, _PATTERNS[published.precision], locale=_LOCALE)
    begins = published.precision is Precision.DAY and first.day == 1
    return Figure(text.replace("1 ", "1er ", 1) if begins else text, published)


def french_span(first: dt.date | None, last: dt.date | None) -> Figure:
    """The days from *first* to *last*, either of which may be open, in as few words as they take.

    >>> french_span(dt.date(2026, 11, 16), dt.date(2026, 11, 22))
    'du 16 au 22 novembre 2026'
    >>> french_span(dt.date(2022, 1, 1), dt.date(2022, 12, 31)), french_span(dt.date(2024, 3, 1), None)
    ('2022', 'depuis le 1er mars 2024')
    """
    return Figure(_french_span(first, last), (first, last))


def _french_span(first: dt.date | None, last: dt.date | None) -> str:
    if first is None or last is None:
        known = first or last
        return f"{'depuis le' if first else 'jusqu’au'} {_french_day(known)}" if known else "date inconnue"
    for size in (4, 7):
        whole = PartialDate.parse(first.isoformat()[:size])
        if (whole.first, whole.last) == (first, last):
            return french_date(whole)
    if first == last:
        return f"le {_french_day(first)}"
    begin, end = _french_day(first), _french_day(last)
    for pattern in (" MMMM y", " y") if first.year == last.year else ():
        shared = format_date(last, pattern, locale=_LOCALE)
        if begin.endswith(shared):
            begin = begin.removesuffix(shared)
            break
    return f"du {begin} au {end}"


def _french_day(day: dt.date) -> str:
    return french_date(PartialDate.parse(day.isoformat()))


def french_amount(amount: Amount) -> Figure:
    """A sum of money, short: « 1,5 Md€ », « 10 à 50 M$ par an », « 300 millions » of an unknown currency.

    >>> french_amount(Amount(1.5e9, "EUR")) == "1,5\u00a0Md€"
    True
    """
    largest = amount.value if amount.highest is None else amount.highest
    least, short, whole = next(row for row in _SCALES if largest >= row[0])
    scale = least or 1
    ends = [french_number(round(end / scale, 3)) for end in (amount.value, amount.highest) if end is not None]
    sign = _SIGNS.get(amount.currency or "")
    if amount.currency is None:
        unit = f"{NO_BREAK}{whole.removesuffix('s') if largest < 2 * scale else whole}" if whole else ""
    elif sign:
        unit = f"{NO_BREAK}{short}{sign}"
    else:
        unit = f"{NO_BREAK}{short}{NO_BREAK if short else ''}{amount.currency}"
    per = f" par {amount.per}" if amount.per else ""
    return Figure(f"{' à '.join(ends)}{unit}{per}", amount)


_SCALES = ((1e9, "Md", "milliards"), (1e6, "M", "millions"), (0.0, "", ""))
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}


def french_quantity(quantity: Quantity) -> Figure:
    """A number of things: « 10 000 obus », « 20 à 30 chars de combat », « 12 Rafale », « 300 km »."""
    ends = [french_number(end) for end in (quantity.value, quantity.highest) if end is not None]
    return Figure(f"{' à '.join(ends)}{NO_BREAK}{unit_of(quantity)}", quantity)


def unit_of(quantity: Quantity) -> str:
    """What there are so many of, in the plural when there are."""
    most = quantity.value if quantity.highest is None else quantity.highest
    return _plural(quantity.unit) if most >= 2 else quantity.unit  # noqa: PLR2004 - French plurals begin at 2


def _plural(noun: str) -> str:
    """A noun with its first word in the plural; signs of measures and names stay."""
    word, space, rest = noun.partition(" ")
    if not word.islower() or len(word) < _SHORTEST_NOUN or word[-1] in "sxz":
        return noun
    if word.endswith("al"):
        return f"{word[:-1]}ux{space}{rest}"
    return f"{word}{'x' if word.endswith(('eau', 'eu')) else 's'}{space}{rest}"


_SHORTEST_NOUN = 3
"""Letters; km, m, t, h are signs."""


def counted(number: int, singular: str, plural: str | None = None) -> Message:
    """A number and its noun: « 0 résultat », « 1 résultat », « 2 résultats ».

    >>> counted(2, "résultat") == "2\u00a0résultats"
    True
    """
    return Message(f"{{number}} {singular}", f"{{number}} {plural or f'{singular}s'}", number=french_number(number))
