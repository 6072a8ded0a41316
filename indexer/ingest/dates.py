"""When was it published? Only what a source states as its date is read; nothing is guessed from the story."""

import datetime as dt
import re
from functools import lru_cache
from urllib.parse import urlsplit

from indexer.document import Confidence, PartialDate
from indexer.ingest.calendar_dates import UPDATE, FoundDate, date_of, plain, read_calendar_date
from indexer.ingest.clean import is_rubric
from indexer.ingest.relative_dates import read_relative_date

__all__ = ["Confidence", "FoundDate", "choose_date", "date_in_address", "find_dateline", "parse_date"]

LONGEST_DATE = 200
"""Characters. « Publié le … à …, mis à jour le … à … par … » stays below 120; longer texts are not even looked at."""

EARLIEST = dt.date(1800, 1, 1)
"""What seems to be published before is a damaged date."""

FIRST_ADDRESS = dt.date(1991, 8, 6)
"""The day of the first page of the web: an older date in an address is what the page is about."""

TOLERANCE = dt.timedelta(days=2)
"""How far ahead of today a date may be: zones and clocks differ, nothing is published next week."""

NO_DATE = "1970-01-01"
"""What programs write when they know no date: zero seconds of Unix time."""

_TO_DATE = r"(?: le| on)?[ :|-]*"
_PUBLISHED = re.compile(
    r"\b(?:article )?(?:publi(?:ee?|cation|shed)|poste(?:e|d)?|mise? en ligne|ecrite?|redigee?|diffusee?|creee?|"
    rf"created|parue?|date(?: de (?:publication|parution|mise en ligne|creation))?)\b{_TO_DATE}"
)
_UPDATED = re.compile(UPDATE + _TO_DATE)
_PLACE = re.compile(r"(?:(?:[a-z'-]+ ){0,3}[a-z'-]+, ?)?le ")
_SEPARATOR = re.compile(r"\s[|–—·•-]\s")
_NO_DATELINE = re.compile(rf"\d{{4}}$|{_PLACE.pattern}")
"""Dates that do not stand apart from the sentence after them: « 2022 – une année noire », « Le 3 mars 2024 – »."""

_MACHINE_TIME = re.compile(
    r"((?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4}|\d{4}-\d\d-\d\d)"
    r"[ T]\d\d:\d\d(?::\d\d)?(?: GMT|Z| ?[+-]\d\d:?\d\d)?",
    re.ASCII,
)
"""A day and its time, as programs write them. The time says nothing of the day, and days come again: 3 µs, not 50."""

_YEAR_IN_ADDRESS = re.compile(r"[/_-](?:199|2\d\d)\d", re.ASCII)
"""Sought first: the patterns of dates are tried where it stands, in 2 µs in place of 10."""
_IN_ADDRESS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"/(?P<year>\d{4})/(?P<month>\d\d?)/(?P<day>\d\d?)(?=/|$)",
        r"/(?P<year>\d{4})[/-](?P<month>\d\d)(?=/|$)",
        r"[/_-](?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)",
        r"[/_-](?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?:\d{4})?(?!\d)",  # some add four digits of a number
        r"(?<=[/_-](?P<day>\d\d)-(?P<month>\d\d))-(?P<year>\d{4})(?!\d)",
    )
)


def parse_date(text: str, *, reference: dt.date | None = None, today: dt.date | None = None) -> FoundDate | None:
    """The date that *text* is, and nothing else: « Publié le 3 mars 2024 à 18h25 », 03/03/2024, 2022-11, a feed's date.

    « hier », « mardi », « il y a 3 jours » and « le 3 mars » are read from *reference*, and are None without one.
    The day is that of the zone in which it is written. Of a publication and an update, the publication is given.
    None when it is no date, is not in the calendar, is before 1800, or is more than two days after *today*.

    >>> parse_date("Publié le 3 mars 2024 à 18h25").date.date
    '2024-03-03'
    >>> parse_date("03/04/2024").confidence
    <Confidence.LIKELY: 'likely'>
    """
    if len(text) > LONGEST_DATE:
        return None
    machine_time = _MACHINE_TIME.fullmatch(text)
    statement, found = _read_statement(machine_time.group(1) if machine_time else text)
    if found is None and reference:
        found = read_relative_date(statement, reference)
    return found if found and _may_be_given(found.date, EARLIEST, today) else None


@lru_cache(maxsize=4096)
def _read_statement(text: str) -> tuple[str, FoundDate | None]:
    """What *text* states, made plain, and the date that it is when that needs no known date."""
    statement = _without_label(plain(text))
    return statement, read_calendar_date(statement)


def find_dateline(
    line: str, *, reference: dt.date | None = None, today: dt.date | None = None
) -> tuple[FoundDate | None, str]:
    """The date that a line states at its start, and what the line says besides.

    « Publié le 3 mars 2024 à 18h25 », « Analyse — 2024 » and « 12 juillet 2023 » leave nothing;
    « 12 septembre 2025 – Le Danemark a annoncé… » leaves the sentence. A line that states only an update is left.
    """
    if date := _publication(line, reference, today):
        return date, ""
    first, *others = (part.strip() for part in _SEPARATOR.split(line, maxsplit=1))
    if not others:
        return None, line
    if date := _publication(first, reference, today):
        if _UPDATED.match(plain(others[0])):
            return date, ""
        return (None, line) if _NO_DATELINE.match(plain(first)) else (date, others[0])
    if is_rubric(first) and (date := _publication(others[0], reference, today)):
        return date, ""
    return None, line


def date_in_address(url: str, *, today: dt.date | None = None) -> FoundDate | None:
    """The date that sites put, by convention, into the path of an address: /2024/03/03/, /2024-03-03-, -20240303."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    years = [year.start() for year in _YEAR_IN_ADDRESS.finditer(path)]
    dates = (date_of(match) for pattern in _IN_ADDRESS for start in years if (match := pattern.match(path, start)))
    stated = [date for date in dates if date and _may_be_given(date, FIRST_ADDRESS, today)]
    return _closest([FoundDate(date, Confidence.LIKELY) for date in stated])


def choose_date(
    *,
    published: FoundDate | None = None,
    in_text: FoundDate | None = None,
    in_address: FoundDate | None = None,
    modified: FoundDate | None = None,
) -> FoundDate | None:
    """The date of publication, of all that a source states.

    The metadata's comes first, then the one in the text, in the address, and that of the last change, which is only a
    guess. A guess gives way to a date that is none, and a month or a year to a day that lies in it and is stated too.
    """
    stated = [date for date in (published, in_text, in_address) if date]
    stated.sort(key=lambda found: found.confidence is Confidence.UNSURE)
    if stated or not modified:
        return _closest(stated)
    return FoundDate(modified.date, Confidence.UNSURE)


def _closest(stated: list[FoundDate]) -> FoundDate | None:
    """The first of the dates, or the closest that lies in it."""
    within = (found for found in stated if (found.date.date or "").startswith(stated[0].date.date or ""))
    return max(within, key=lambda found: len(found.date.date or ""), default=None)


def _publication(text: str, reference: dt.date | None, today: dt.date | None) -> FoundDate | None:
    found = parse_date(text, reference=reference, today=today)
    return found if found and not _is_update(plain(text)) else None


def _is_update(text: str) -> bool:
    update = _UPDATED.match(text)
    return bool(update and not _PUBLISHED.search(text, update.end()))


def _without_label(text: str) -> str:
    """What stands after « publié le » and « Paris, le »; after « mis à jour le » when nothing else is stated."""
    if update := _UPDATED.match(text):
        label: re.Match[str] | None = _PUBLISHED.search(text, update.end()) or update
    else:
        label = _PUBLISHED.match(text)
    statement = text[label.end() :] if label else text
    place = _PLACE.match(statement)
    return statement[place.end() :] if place else statement


def _may_be_given(date: PartialDate, earliest: dt.date, today: dt.date | None) -> bool:
    first = date.first
    today = today or dt.datetime.now(tz=dt.UTC).date()
    return first is not None and date.date != NO_DATE and earliest <= first and first - today <= TOLERANCE
