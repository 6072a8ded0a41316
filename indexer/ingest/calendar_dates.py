"""Which day, month or year is written here? Dates that need nothing but themselves to be understood.

Everything here reads what `plain` makes of a text, so that patterns know one kind of space, hyphen
and apostrophe, small letters, and no accents.
"""

import datetime as dt
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from indexer.document import Confidence, PartialDate

PIVOT = 50
"""Of years of two digits: 49 is 2049 and 50 is 1950, as RFC 5322 says for mails and feeds."""


class FoundDate(NamedTuple):
    """A date that was read, and how far it can be trusted."""

    date: PartialDate
    confidence: Confidence


def _numbered(*names: str, first: int) -> dict[str, int]:
    return {name: number for number, line in enumerate(names, start=first) for name in line.split()}


MONTHS = _numbered(
    "janvier janv jan january",
    "fevrier fevr fev february feb",
    "mars mar march",
    "avril avr april apr",
    "mai may",
    "juin jun june",
    "juillet juill juil july jul",
    "aout august aug",
    "septembre september sept sep",
    "octobre october oct",
    "novembre november nov",
    "decembre december dec",
    first=1,
)
WEEKDAYS = _numbered(
    "lundi lun monday mon",
    "mardi mar tuesday tues tue",
    "mercredi mer wednesday wed",
    "jeudi jeu thursday thurs thur thu",
    "vendredi ven friday fri",
    "samedi sam saturday sat",
    "dimanche dim sunday sun",
    first=0,
)


def any_of(names: dict[str, int]) -> str:
    """A pattern for any of the names."""
    return "|".join(sorted(names, key=len, reverse=True))


_MARKS = str.maketrans("’‘ʼ´`‐‑‒–—―−", "'''''-------")
_AROUND = " \"'«»“”()[]<>|.,;:*•·/+-"


def plain(text: str) -> str:
    """*text* in small letters without accents, with single spaces and straight marks, and none at its ends."""
    letters = text
    if not text.isascii() or "`" in text:  # most dates are: a third of the time of reading one
        decomposed = unicodedata.normalize("NFKD", text.translate(_MARKS))
        letters = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(letters.casefold().split()).strip(_AROUND)


_CLOCK = (
    r"\d{1,2}(?: ?(?:h|heures?)(?: ?\d\d(?: ?mi?n(?: ?\d\d ?s)?)?)?|(?::\d\d){1,2}(?:[.,]\d+)?|(?= ?[ap]\.?m))"
    r"(?: ?[ap]\.? ?m\b\.?)?"
)
# Zones are not checked: feeds invent them, and the day stays that of whoever wrote it.
_ZONE = r"(?: ?(?:[a-z]{1,5}(?![a-z/])|[a-z]+/[a-z_/]+))?(?: ?[+-]?\d{1,2}(?:[:']?\d\d)?)?"
_REMARK = r"(?: ?\([^()]*\)?| ?\[[^\[\]]*\]?| heure [a-z' ]+)?"
UPDATE = (
    r"(?:date de )?(?:derniere |last )?"
    r"(?:mise? a jour|maj|updated?|modifi(?:ee?|cation|ed)|actualis(?:ee?|ation))\b"
)
_ASIDE = rf"(?:{UPDATE}.*|(?:par|by) [^.!?;:]+|temps de lecture.*|\d+ min(?:utes?)? de lecture)?"

AFTER = rf"(?:[ ,|:·@-]*(?:(?<=[ ,])(?:a|at|vers) |(?<=\d)t)?{_CLOCK}{_ZONE})?{_REMARK}[ .,;|·(-]*{_ASIDE}"
"""All that may follow a date which is the whole text: the time, its zone, an update, an author."""

WEEKDAY = rf"(?:(?:ce )?(?P<weekday>{any_of(WEEKDAYS)})\b[., ]*(?:le )?)?"
DAY = r"(?P<day>\d{1,2})(?: ?(?:(?:er|st|nd|rd|th)\b|°))?"
MONTH = rf"(?P<month>{any_of(MONTHS)})"
GAP = r"[ .,/-]{0,3}"
_YEAR = r"(?P<year>\d{4})(?!\d)"
_SHORT_YEAR = r"'?(?P<year>\d\d)(?!\d|:| ?h)"
_FIGURES = r"(?P<{}>\d{{1,2}}) ?(?P<mark>{}) ?(?P<{}>\d{{1,2}}) ?(?P=mark) ?"
_DAY_FIRST = _FIGURES.format("day", "[/.-]", "month")
_ONE_ORDER = r"(?=(?:1[3-9]|[23]\d)\b|0?(?P<same>\d+) ?[/.-] ?0?(?P=same)\b)"
"""Day and month cannot be taken for each other: 15/03 and 3/3, but not 03/04."""


class _Shape(NamedTuple):
    """A way of writing dates, and how far a date so written can be trusted."""

    pattern: re.Pattern[str]
    confidence: Confidence


def _shape(pattern: str, confidence: Confidence = Confidence.SURE, after: str = AFTER) -> _Shape:
    return _Shape(re.compile(WEEKDAY + pattern + after, re.ASCII), confidence)


_SHAPES = (
    # 2024-03-03T18:25:00Z, 2024/3/3; XML allows a zone without a time: 2024-03-03+01:00
    _shape(r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)(?:t$|z|[+-]\d\d:\d\d$)?"),
    # 20240303T182500Z; D:20240303182500+01'00' of PDF
    _shape(rf"(?:d:)?(?P<year>\d{{4}})(?P<month>\d\d)(?P<day>\d\d)(?:t?\d{{4}}(?:\d\d)?{_ZONE}|(?!\d))"),
    _shape(r"(?P<year>\d{4})[-/](?P<month>\d\d)", after=""),
    # 3 mars 2024 à 18h25, Sun, 03-Mar-24 18:25:00 GMT, mars 2024
    _shape(DAY + GAP + MONTH + GAP + _YEAR),
    _shape(DAY + GAP + MONTH + GAP + _SHORT_YEAR, Confidence.LIKELY),
    _shape(rf"(?:en )?{MONTH}[., ]+{_YEAR}", after=""),
    # March 3rd, 2024; Sun Mar 3 18:25:00 CET 2024
    _shape(rf"{MONTH}\.? ?{DAY},? {_YEAR}"),
    _shape(rf"{MONTH} {DAY} {_CLOCK}{_ZONE} {_YEAR}", after=""),
    # 15/03/2024; 03/15/2024 when it cannot be otherwise; 24-03-03 may also begin with its year
    _shape(_ONE_ORDER + _DAY_FIRST + _YEAR),
    _shape(_DAY_FIRST + _YEAR, Confidence.LIKELY),
    _shape(_FIGURES.format("month", "[/.-]", "day") + _YEAR, Confidence.LIKELY),
    _shape(_FIGURES.format("day", "[/.]", "month") + _SHORT_YEAR, Confidence.LIKELY),
    _shape(_DAY_FIRST + _SHORT_YEAR, Confidence.UNSURE),
    # 11/2022, 2022
    _shape(rf"(?P<month>\d{{1,2}})/{_YEAR}", Confidence.LIKELY, after=""),
    _shape(_YEAR, Confidence.LIKELY, after=""),
)

_TIMESTAMP = re.compile(r"(1\d{9})(?:\d{3}|\d{6}|\d{9}|\.\d+)?", re.ASCII)
"""Seconds since 1970, from 2001 to 2033; or milliseconds, microseconds, nanoseconds."""


def read_calendar_date(text: str) -> FoundDate | None:
    """The date that *text*, made plain, is and nothing else; None when there is none, or not in the calendar."""
    if timestamp := _TIMESTAMP.fullmatch(text):
        day = dt.datetime.fromtimestamp(int(timestamp.group(1)), tz=dt.UTC).date()
        return FoundDate(PartialDate.parse(day.isoformat()), Confidence.SURE)
    for shape in _SHAPES:
        match = shape.pattern.fullmatch(text)
        if match and (date := date_of(match)):
            doubtful = shape.confidence is Confidence.SURE and contradicts(match["weekday"], date)
            return FoundDate(date, Confidence.LIKELY if doubtful else shape.confidence)
    return None


def date_of(match: re.Match[str], year: int | None = None) -> PartialDate | None:
    """The date of the groups year, month and day, as far as they are there; None when the calendar has no such day."""
    parts = match.groupdict()
    numbers = [_full_year(parts["year"]) if year is None else year]
    numbers += [MONTHS.get(part) or int(part) for name in ("month", "day") if (part := parts.get(name))]
    try:
        return _calendar_date("-".join([f"{number:02}" for number in numbers]))
    except ValueError:
        return None


_calendar_date = lru_cache(maxsize=4096)(PartialDate.parse)


def _full_year(written: str) -> int:
    year = int(written)
    if len(written) > 2:  # noqa: PLR2004
        return year
    return year + (1900 if year >= PIVOT else 2000)


def contradicts(weekday: str | None, date: PartialDate) -> bool:
    """Whether *date* is another day of the week than the one that is written beside it."""
    return weekday is not None and date.first is not None and date.first.weekday() != WEEKDAYS[weekday]
