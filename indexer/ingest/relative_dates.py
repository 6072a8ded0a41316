"""Which day is « hier », « mardi », « il y a 3 jours », « le 3 mars »? Dates that need a known date to start from."""

import datetime as dt
import re
from collections.abc import Callable

from indexer.document import Confidence, PartialDate
from indexer.ingest.calendar_dates import (
    AFTER,
    DAY,
    GAP,
    MONTH,
    WEEKDAY,
    WEEKDAYS,
    FoundDate,
    any_of,
    contradicts,
    date_of,
)

_DAYS_AGO = {
    **dict.fromkeys(("aujourd'hui", "ce jour", "ce matin", "ce midi", "ce soir", "a l'instant"), 0),
    **dict.fromkeys(("cet apres-midi", "cette apres-midi"), 0),
    "hier": 1,
    **dict.fromkeys(("avant-hier", "avant hier"), 2),
}
_PART = r"(?: (?:matin|midi|soir|apres-midi))?"
_NUMBERS = {
    name: number
    for number, name in enumerate(
        "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize".split(), start=1
    )
} | {"une": 1, "vingt": 20, "trente": 30}
_ABOUT = r"environ|pres de|presque|plus de|moins de|moins d'"
_UNIT = r"secondes?|s|minutes?|mi?n|heures?|h|jours?|j|semaines?|mois|ans?|annees?"

_CERTAIN_HOURS = 6
"""« Il y a 6 heures » is mostly the same day, « il y a 11 heures » as often the day before."""

_NOON = 12
"""The known date has no hour: hours are counted back from its noon."""

_LEAP_YEARS = 8
"""« 29 février » may be eight years back: 1896 and 1904 are neighbours."""

_Reader = Callable[[re.Match[str], dt.date], FoundDate | None]


def read_relative_date(text: str, reference: dt.date) -> FoundDate | None:
    """The day, month or year that *text*, made plain, means when it is written on *reference*.

    It never is later: « mardi » is the last Tuesday, that day included, and a missing year the last that fits.
    """
    for pattern, read in _READERS:
        if match := pattern.fullmatch(text):
            try:
                return read(match, reference)
            except (ValueError, OverflowError):  # before the calendar begins
                return None
    return None


def _named_day(match: re.Match[str], reference: dt.date) -> FoundDate:
    return _day(reference - dt.timedelta(days=_DAYS_AGO[match["name"]]))


def _weekday(match: re.Match[str], reference: dt.date) -> FoundDate:
    days = (reference.weekday() - WEEKDAYS[match["name"]]) % 7
    return _day(reference - dt.timedelta(days=7 if match["last"] and not days else days))


def _ago(match: re.Match[str], reference: dt.date) -> FoundDate:
    """« Il y a 2 mois » and longer ago say no day."""
    number = _NUMBERS.get(match["number"]) or int(match["number"])
    unit = match["unit"]
    if unit.startswith("an"):
        return FoundDate(PartialDate.parse(f"{reference.year - number:04}"), Confidence.UNSURE)
    if unit == "mois":
        year, month = divmod(reference.year * 12 + reference.month - 1 - number, 12)
        return FoundDate(PartialDate.parse(f"{year:04}-{month + 1:02}"), Confidence.UNSURE)
    sure = not match["about"]
    if unit.startswith("j"):
        return _day(reference - dt.timedelta(days=number), sure=sure)
    if unit.startswith("sem"):
        return _day(reference - dt.timedelta(weeks=number), sure=False)
    if unit.startswith("h"):
        return _day(reference - dt.timedelta(days=(number + _NOON - 1) // 24), sure=sure and number <= _CERTAIN_HOURS)
    return _day(reference, sure=sure)


def _without_year(match: re.Match[str], reference: dt.date) -> FoundDate | None:
    """The last such day; of the years whose day of the week is the one that is written, if any is."""
    years = range(reference.year, reference.year - _LEAP_YEARS - 1, -1)
    dates = [date for year in years if (date := date_of(match, year)) and date.first and date.first <= reference]
    agreeing = [date for date in dates if not contradicts(match["weekday"], date)]
    if agreeing:
        return FoundDate(agreeing[0], Confidence.LIKELY)
    return FoundDate(dates[0], Confidence.UNSURE) if dates else None


def _day(day: dt.date, *, sure: bool = True) -> FoundDate:
    return FoundDate(PartialDate.parse(day.isoformat()), Confidence.LIKELY if sure else Confidence.UNSURE)


def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern + AFTER, re.ASCII)


_FULL_NAMES = "|".join(name for name in WEEKDAYS if name.endswith("di") or name == "dimanche")
_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_pattern(rf"(?P<name>{any_of(_DAYS_AGO)}){_PART}"), _named_day),
    (_pattern(rf"(?:ce )?(?P<name>{_FULL_NAMES})(?P<last> dernier)?{_PART}"), _weekday),
    (
        _pattern(rf"il y a (?P<about>{_ABOUT})? ?(?P<number>\d{{1,3}}|{any_of(_NUMBERS)}) ?(?P<unit>{_UNIT})\b"),
        _ago,
    ),
    (_pattern(WEEKDAY + DAY + GAP + MONTH + r"\b\.?"), _without_year),
    (_pattern(rf"{WEEKDAY}{MONTH}\.? {DAY}"), _without_year),
    (_pattern(WEEKDAY + r"(?P<day>\d\d)/(?P<month>\d\d)"), _without_year),
)
