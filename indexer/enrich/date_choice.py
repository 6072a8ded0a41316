"""Which day, month or year is meant, seen from the day of publication? Arithmetic, and the tense of the sentence."""

import calendar
import datetime as dt
import enum
import re
from functools import lru_cache

from indexer.document import PartialDate, Precision


class Side(enum.Enum):
    """Where a date lies, seen from the publication; the days before and after it among which a year is chosen."""

    BEFORE = (-366, -1)
    """« dernier »"""
    TOLD = (-330, 35)
    """Told in a past tense: mostly before, but « a annoncé une visite le 3 décembre »."""
    OPEN = (-245, 120)
    EXPECTED = (-35, 330)
    AFTER = (1, 366)
    """« prochain »"""


_PAST = frozenset(
    "a ont ai avons est sont fut furent avait avaient était étaient aurait auraient serait seraient".split()
)
_FUTURE = frozenset(
    "doit doivent va vont expire expirent prévu prévue prévus prévues attendu attendue attendus attendues "
    "programmé programmée programmés programmées sera seront aura auront fera feront ira iront".split()
)
_FUTURE_ENDINGS = tuple(
    f"{stem}{ending}" for stem in ("er", "ir", "dr", "vr", "ttr") for ending in ("a", "ont", "ait", "aient")
)
_PAST_ENDINGS = ("ait", "aient", "èrent")
_SHORTEST_VERB = 5
"""Letters. Shorter words that end like a verb (« fait », « mira ») mostly are none in its tense."""
_EXPECTED_BEFORE = re.compile(
    r"\b(?:pour|avant|d['’]ici(?: à)?|à (?:partir|compter) d[eu]|jusqu['’](?:à|au|en)"
    r"|(?:report|repouss|décal|ajourn)\w+ (?:à|au))(?: le| ce)?\s?$",
    re.IGNORECASE,
)
_CLAUSE_START, _CLAUSE_END = re.compile(r"[.!?;:\n«»(]"), re.compile(r"[.!?;\n]")
_WORD = re.compile(r"[^\W\d_]+")
_PARTICIPLE = re.compile(r"\b(\w{3,}ée?s?) (?:en|le|fin|début|au mois de|au mois d['’]) ?$", re.IGNORECASE)
"""« Les travaux, commencés en mars, s’achèvent »."""
_INTRODUCTION = 30
"""Characters in which what introduces a date stands directly before it."""
_CLAUSE = 100
"""Characters in which a verb tells the tense of a date."""


def side_of(text: str, start: int, end: int) -> Side:
    """Whether the sentence tells of a date or expects it: by the last verb before it, else the next one."""
    before = text[max(0, start - _CLAUSE) : start]
    if _EXPECTED_BEFORE.search(before[-_INTRODUCTION:]):
        return Side.EXPECTED
    told = map(_side_told_by, _WORD.findall(_CLAUSE_START.split(before)[-1])[::-1])
    if side := next(filter(None, told), None):
        return side
    if participle := _PARTICIPLE.search(before[-_INTRODUCTION:]):
        return _side_told_by(participle[1]) or Side.TOLD
    told = map(_side_told_by, _WORD.findall(_CLAUSE_END.split(text[end : end + _CLAUSE])[0]))
    return next(filter(None, told), Side.OPEN)


def _side_told_by(word: str) -> Side | None:
    word = word.lower()
    if word in _PAST:
        return Side.TOLD
    if word in _FUTURE:
        return Side.EXPECTED
    if len(word) < _SHORTEST_VERB:
        return None
    return Side.EXPECTED if word.endswith(_FUTURE_ENDINGS) else Side.TOLD if word.endswith(_PAST_ENDINGS) else None


def day_of(day: dt.date) -> PartialDate:
    """A day as a PartialDate."""
    return PartialDate(date=day.isoformat(), precision=Precision.DAY)


def month_of(year: int, month: int) -> PartialDate:
    """A month, *month* counted from 1 and running over into other years."""
    years, month = divmod(month - 1, 12)
    return PartialDate(date=f"{year + years:04}-{month + 1:02}", precision=Precision.MONTH)


def year_of(year: int) -> PartialDate:
    """A year as a PartialDate."""
    return PartialDate(date=f"{year:04}", precision=Precision.YEAR)


def made_of(year: int, month: int, day: int | None) -> PartialDate | None:
    """The date of these numbers; None when the calendar has no such day."""
    if day is None:
        return month_of(year, month)
    return day_of(dt.date(year, month, day)) if 1 <= day <= calendar.monthrange(year, month)[1] else None


def stretch_of(first: dt.date, last: dt.date) -> PartialDate | None:
    """The month, else the year, that holds all days from *first* to *last*: no date says « this week »."""
    if first.year != last.year:
        return None
    return year_of(first.year) if first.month != last.month else month_of(first.year, first.month)


def week_of(day: dt.date) -> PartialDate | None:
    """The month or year that holds the week of *day*, Monday to Sunday."""
    monday = day - dt.timedelta(days=day.weekday())
    return stretch_of(monday, monday + dt.timedelta(days=6))


def weekday_of(weekday: int, published: dt.date, side: Side) -> dt.date:
    """The last such day, *published* included, unless it is expected: then the next."""
    if side in {Side.EXPECTED, Side.AFTER}:
        start = published + dt.timedelta(days=side is Side.AFTER)
        return start + dt.timedelta(days=(weekday - start.weekday()) % 7)
    end = published - dt.timedelta(days=side is Side.BEFORE)
    return end - dt.timedelta(days=(end.weekday() - weekday) % 7)


def closest_weekday(weekday: int, published: dt.date) -> dt.date:
    """The day of « ce vendredi »: the closest one, three days away at most."""
    return published + dt.timedelta(days=(weekday - published.weekday() + 3) % 7 - 3)


@lru_cache(maxsize=4096)
def with_year(
    month: int, day: int | None, *, published: PartialDate, side: Side, weekday: int | None = None
) -> PartialDate | None:
    """The month, or day of a month, of the year that is meant; a day of the week that is written with it decides.

    None when the month of publication is unknown. Kept, as a day is mostly named by several articles of the same day.
    """
    first = published.first
    if first is None or published.precision is Precision.YEAR:
        return None
    seen_from = first if published.precision is Precision.DAY else first + dt.timedelta(days=14)
    dates = [date for year in (first.year - 1, first.year, first.year + 1) if (date := made_of(year, month, day))]
    agreeing = [date for date in dates if weekday is not None and date.first and date.first.weekday() == weekday]
    early, late = side.value
    near = [date for date in dates if early <= _days_between(seen_from, date) <= late]
    if agreeing:
        return min(agreeing, key=lambda date: abs(_days_between(seen_from, date)))
    if side is Side.OPEN:
        return min(near, key=lambda date: abs(_days_between(seen_from, date)), default=None)
    return near[0] if near else None


def _days_between(seen_from: dt.date, date: PartialDate) -> int:
    """Days from the publication to a day or a month; 0 within the month."""
    assert date.first
    assert date.last
    return max(0, (date.first - seen_from).days) or min(0, (date.last - seen_from).days)
