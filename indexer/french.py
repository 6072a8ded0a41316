"""Numbers and dates as readers of French expect them, for the command line and the page alike."""

from babel.dates import format_date
from babel.numbers import format_decimal

from indexer.document import PartialDate, Precision
from indexer.typography import NO_BREAK

_PATTERNS = {Precision.DAY: "d MMMM y", Precision.MONTH: "MMMM y", Precision.YEAR: "y"}


def french_number(number: float) -> str:
    """A number with its thousands apart.

    >>> french_number(1234567) == "1\u202f234\u202f567"
    True
    """
    return format_decimal(number, locale="fr")


def french_date(published: PartialDate) -> str:
    """A date as far as it is known.

    >>> french_date(PartialDate.parse("2022-11")), french_date(PartialDate())
    ('novembre 2022', 'date inconnue')
    """
    first = published.first
    if first is None:
        return "date inconnue"
    text = format_date(first, _PATTERNS[published.precision], locale="fr")
    return text.replace("1 ", "1er ", 1) if published.precision is Precision.DAY and first.day == 1 else text


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """A number and its noun: « 0 résultat », « 1 résultat », « 2 résultats ».

    >>> counted(2, "résultat") == "2\u00a0résultats"
    True
    """
    noun = singular if abs(number) < 2 else plural or f"{singular}s"  # noqa: PLR2004 - French plurals begin at 2
    return f"{french_number(number)}{NO_BREAK}{noun}"
