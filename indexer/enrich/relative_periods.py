"""Which day, month or year is meant, counted from the publication? « Hier », « le mois dernier », « il y a un an »."""

import datetime as dt
import re

from indexer.document import PartialDate, Precision
from indexer.enrich import date_patterns as written
from indexer.enrich.date_choice import closest_weekday, day_of, month_of, stretch_of, week_of, year_of
from indexer.enrich.date_place import MentionedDate, Place
from indexer.enrich.number_words import number_end
from indexer.enrich.numbers import read_number

_FURTHEST = 500
"""Years or days: more is no date that a reader could name."""

_SATURDAY = 5
_NAMED_DAY = re.compile(r"(?:(?P<before>hier)|(?P<after>demain)|aujourd['’]hui)\b", re.IGNORECASE)
_FURTHER = {
    -1: re.compile(r"\bavant[-‑ ]$", re.IGNORECASE),
    0: re.compile("(?!)"),
    1: re.compile(r"\baprès[-‑]$", re.IGNORECASE),
}


def read_named_day(place: Place) -> MentionedDate | None:
    """Read « hier », « avant-hier », « demain », « aujourd’hui »."""
    match = _NAMED_DAY.match(place.text, place.start)
    if not match or not place.day or (match["after"] and written.OF.search(place.near)):
        return None
    away = -1 if match["before"] else 1 if match["after"] else 0
    further = _FURTHER[away].search(place.before)
    start = place.start - len(further[0]) if further else place.start
    return place.found(day_of(place.day + dt.timedelta(days=away * (2 if further else 1))), match.end(), start=start)


def read_part_of_day(place: Place) -> MentionedDate | None:
    """Read « ce matin », « cette nuit »."""
    word, this = written.WORD.match(place.text, place.start), written.THIS.search(place.near)
    if not word or not this or not place.day or written.NO_DAY.match(place.text, word.end()):
        return None
    return place.found(day_of(place.day), word.end(), start=place.start - len(this[0]))


def read_ago(place: Place) -> MentionedDate | None:
    """Read « il y a trois mois », « dans dix jours », « d’ici deux ans »."""
    text, first = place.text, place.published.first
    before = written.BEFORE_AGO.match(text, place.start)
    end = number_end(text, before.end()) if before else None
    unit = written.AGO_UNIT.match(text, end) if end else None
    number = read_number(text[before.end() : end]) if before and unit else None
    if not before or not unit or not number or first is None or number != int(number) or number > _FURTHEST:
        return None
    away = int(number) if before["ahead"] else -int(number)
    return place.found(_away(unit["unit"].lower(), away, place), unit.end())


def _away(unit: str, away: int, place: Place) -> PartialDate | None:
    """The day, week, month or year that is *away* units from the publication; None when that is not known so well."""
    first, day = place.published.first, place.day
    assert first
    if unit.startswith("an"):
        return year_of(first.year + away)
    if unit == "mois":
        return None if place.published.precision is Precision.YEAR else month_of(first.year, first.month + away)
    if not day:
        return None
    if unit.startswith("jour"):
        return day_of(day + dt.timedelta(days=away))
    if unit == "week":
        saturday = closest_weekday(_SATURDAY, day) + dt.timedelta(weeks=away)
        return stretch_of(saturday, saturday + dt.timedelta(days=1))
    return week_of(day + dt.timedelta(weeks=away))


def read_period(place: Place) -> MentionedDate | None:
    """Read « la semaine prochaine », « ce mois-ci », « fin de l’année », « l’an dernier »."""
    text, word = place.text, written.WORD.match(place.text, place.start)
    match = written.WEEK_END.match(text, place.start) or word
    if not match or not word or place.published.first is None:
        return None
    unit, end = word[0].lower(), match.end()
    if shift := written.SHIFT.match(text, end):
        return place.found(_away(unit, -1 if shift["before"] else 1, place), shift.end())
    this = written.THIS.search(place.near) or written.PART_OF.search(place.before)
    course = written.COURSE.match(text, end)
    if unit == "an" or not (this or course) or written.NO_DAY.match(text, end) or written.OF_WHAT.match(text, end):
        return None
    end = (course or written.THERE.match(text, end) or match).end()
    return place.found(_away(unit, 0, place), end, start=place.start - len(this[0]) if this else None)


def read_season(place: Place) -> MentionedDate | None:
    """Read « l’été dernier », « au printemps prochain », « cet automne »; winter lies in two years."""
    word = written.WORD.match(place.text, place.start)
    if not word or (word[0].lower() == "été" and not written.BEFORE_SUMMER.search(place.near)):
        return None
    first, months = place.published.first, written.SEASONS[word[0].lower()]
    if not months or not first or place.published.precision is Precision.YEAR:
        return None
    begin, end = months
    if shift := written.SHIFT.match(place.text, word.end()):
        year = first.year - (first.month < end) if shift["before"] else first.year + (first.month >= begin)
        return place.found(year_of(year), shift.end())
    if this := written.THIS.search(place.near):
        return place.found(year_of(first.year), word.end(), start=place.start - len(this[0]))
    return None
