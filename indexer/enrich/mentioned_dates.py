"""Which dates does a text speak of? « le 15 décembre », « mardi », « le mois dernier », « en 2023 », « d’ici 2030 »."""

import datetime as dt
import re
from collections.abc import Callable

from indexer.document import PartialDate, Precision
from indexer.enrich import date_patterns as written
from indexer.enrich.date_choice import (
    Side,
    closest_weekday,
    day_of,
    made_of,
    month_of,
    side_of,
    weekday_of,
    with_year,
    year_of,
)
from indexer.enrich.date_place import MentionedDate, Place
from indexer.enrich.number_words import TEENS, TENS, UNITS, number_end
from indexer.enrich.quantities import counted_noun
from indexer.enrich.relative_periods import read_ago, read_named_day, read_part_of_day, read_period, read_season
from indexer.enrich.words import starts_of

__all__ = ["MentionedDate", "find_mentioned_dates"]

_PIVOT = 50
"""Of years of two digits: 49 is 2049 and 50 is 1950."""

_LONGEST_PERIOD = 120
"""Years. « 1500-1900 » is rather two numbers."""

_NEAREST = 20
"""Days from the publication to a « lundi 24 » without a month."""

_MONTHS_OF_A_YEAR = 12
_SOUND_YEARS = range(1000, 9000)
"""Publication dates outside are damaged, and counting from them may leave the calendar."""


def find_mentioned_dates(text: str, published: PartialDate) -> list[MentionedDate]:
    """The dates that *text* speaks of, in order, without overlap, seen from the day when it was *published*.

    A date never says more than is known: « la semaine prochaine » is a month, or the year when the week lies in two.
    « Mardi » is the last one, the next one where the sentence expects it; a missing year is the closest that fits.
    What needs a better known date of publication is left out: without any, only dates with their year are given.
    So are what hangs on another date (« la veille », « ce jour-là »), decades, and numbers that are parts of names.
    """
    starts = _STARTS(text)
    if starts and (first := published.first) and first.year not in _SOUND_YEARS:
        published = PartialDate()
    found: list[MentionedDate] = []
    end = 0
    for start in starts:
        if start < end or ("0" <= text[start] <= "9" and not written.MAYBE_FIGURES.match(text, start)):
            continue
        if start == 0 or _may_begin(text, start, end):
            mentioned = _read(Place(text, start, published, found[-1] if found else None))
            if mentioned:
                found.append(mentioned)
                end = mentioned.end
    return found


def _may_begin(text: str, start: int, end: int) -> bool:
    """Whether a date may begin at *start*: behind a dash or in a number only when a date ends there, at *end*."""
    before = text[start - 1]
    if before in "_°":
        return False
    if before in "-‐‑–/.," and text[start - 2 : start - 1].isalnum():
        return end == start - 1 or bool(_PREFIX.search(text[max(0, start - 7) : start]))
    return True


def _read(place: Place) -> MentionedDate | None:
    text, start = place.text, place.start
    if digits := _DIGITS.match(text, start):
        end = digits.end()
        if text[end : end + 1] in _MARKS and (found := _read_figures(place)):
            return found
        return _read_day(place, start, None) if end - start <= 2 else _read_year(place)  # noqa: PLR2004
    word = written.WORD.match(text, start)
    reader = _READERS.get(word[0].lower()) if word else None
    return reader(place) if reader else None


def _read_figures(place: Place) -> MentionedDate | None:
    """Read 14/07/2024, 2024-07-14, « le 14/07 »."""
    match = written.FIGURES.match(place.text, place.start)
    if not match:
        return None
    if match["day3"]:
        if not written.BEFORE_FIGURES.search(place.near):
            return None
        side = side_of(place.text, place.start, match.end())
        month, day = int(match["month3"]), int(match["day3"])
        date = with_year(month, day, published=place.published, side=side) if 1 <= month <= _MONTHS_OF_A_YEAR else None
        return place.found(date, match.end())
    year, month, day = (int(match[name] or match[f"{name}2"]) for name in ("year", "month", "day"))
    if year < 100:  # noqa: PLR2004
        if match["mark2"] != "/":
            return None
        year += 1900 if year >= _PIVOT else 2000
    if month > _MONTHS_OF_A_YEAR >= day:  # the American order
        month, day = day, month
    return place.found(
        made_of(year, month, day) if 1 <= month <= _MONTHS_OF_A_YEAR else None, match.end(), resolved=False
    )


def _read_day(place: Place, start: int, weekday: int | None) -> MentionedDate | None:
    """Read « 15 décembre 2022 », « 15 décembre », the « 9 » of « du 9 au 11 juillet », with figures at *start*."""
    text = place.text
    match = written.DAY_MONTH.match(text, start)
    if not match:
        return None
    if match["month"]:
        return _dated(place, match, match.end(), _day_number(match), weekday)
    later = written.LATER_MONTH.match(text, match.end("day"))
    if later and (weekday is not None or written.BEFORE_DAY.search(place.near) or place.is_joined()):
        return _dated(place, later, match.end("day"), _day_number(match), weekday)
    return None


def _dated(place: Place, match: re.Match[str], end: int, day: int | None, weekday: int | None) -> MentionedDate | None:
    """Make a date of the month and year in *match*; without a year, of that of a range's end, else the fitting one."""
    text = place.text
    month = _month_number(match["month"])
    if match["year"]:
        return place.found(made_of(int(match["year"]), month, day), end, resolved=False)
    if later := written.LATER_YEAR.match(text, match.end()):
        last_day = _day_number(later) if later["day"] else 31
        after = (month, day or 0) > (_month_number(later["month"]), last_day)
        return place.found(made_of(int(later["year"]) - after, month, day), end, resolved=False)
    if match.end() == end and (shift := written.SHIFT.match(text, end)):
        side, end = _side(shift), shift.end()
    else:
        side = side_of(text, place.start, match.end())
    return place.found(with_year(month, day, published=place.published, side=side, weekday=weekday), end)


def _day_number(match: re.Match[str]) -> int:
    return int(re.sub(r"\D", "", match["day"]))


def _month_number(name: str) -> int:
    return written.MONTHS[name.lower().rstrip(".")]


def _side(shift: re.Match[str]) -> Side:
    return Side.BEFORE if shift["before"] else Side.AFTER


def _read_year(place: Place) -> MentionedDate | None:
    match = written.YEARS.match(place.text, place.start)
    if match and _is_year(place, match):
        return place.found(year_of(int(match["year"])), match.end("year"), resolved=False)
    return None


def _is_year(place: Place, match: re.Match[str]) -> bool:
    """Whether a number from 1500 to 2199 is a year: by what introduces it, by a range, by its neighbour."""
    text, end = place.text, match.end("year")
    if match["last"]:
        return 0 < int(match["last"]) - int(match["year"]) <= _LONGEST_PERIOD
    if not (place.is_joined() or _introduces_year(place.before)):
        maybe = written.MAYBE_BEFORE_YEAR.search(place.near)
        decade = maybe and maybe[0].lower().startswith("années") and match["year"].endswith("0")
        if not maybe or decade or not written.AFTER_YEAR.match(text, end):
            return False
    return not counted_noun(text, end) and not _is_other_number(place, end)


def _is_other_number(place: Place, end: int) -> bool:
    """Whether the number up to *end* is the lower end of a range that is none of years: « de 1800 à 2500 hommes »."""
    text = place.text
    joint = written.TO_NUMBER.match(text, end)
    last = number_end(text, joint.end()) if joint else None
    if not joint or not last:
        return False
    if re.fullmatch(written.YEAR, text[joint.end() : last]) and not counted_noun(text, last):
        return False
    return bool(written.MAYBE_BEFORE_YEAR.search(place.near) and not written.MONTH_YEAR.match(text, last))


def _introduces_year(before: str) -> bool:
    """Whether the last words before a number say that it is a year; the last one mostly says so by itself.

    A search through all that stands before takes 8 µs, a look at the last word 1 µs.
    """
    last = before.lower().replace("'", "’").split()[-1:]
    if not last or (word := last[0].rpartition("’")[2]) not in written.LAST_BEFORE_YEAR:
        return False
    at = len(before.rstrip()) - len(word)
    return bool(written.BEFORE_YEAR.match(before, at) or written.BEFORE_YEAR.search(before))


def _read_month(place: Place) -> MentionedDate | None:
    """Read « février 2022 », « en mars », « avril dernier », the « mars » of « mars-avril 2024 »."""
    text, start, before = place.text, place.start, place.before
    if english := written.ENGLISH_DAY.match(text, start):
        return _dated(place, english, english.end(), _day_number(english), None)
    match = written.MONTH_YEAR.match(text, start)
    short = place.text[start : match.end("month")].rstrip(".").lower() not in written.MONTH_NAMES if match else False
    if not match or (short and not match["year"]) or written.IMPOSSIBLE_DAY.search(place.near):
        return None
    known = match["year"] or written.LATER_YEAR.match(text, match.end()) or written.SHIFT.match(text, match.end())
    if not known and written.TWO_FIGURES.match(text, match.end()):
        return None
    introduced = written.BEFORE_MONTH.search(before) or (text[start].islower() and written.OF_OR_TO.search(place.near))
    joined = place.is_joined() and place.last is not None and place.last.date.precision is Precision.MONTH
    found = _dated(place, match, match.end(), None, None) if known or introduced or joined else None
    return _after_last(place, found) if joined and not known else found


def _after_last(place: Place, found: MentionedDate | None) -> MentionedDate | None:
    """Put the « mars » of « de décembre à mars » into the year after when it would lie before its beginning."""
    begin = place.last.date.first if place.last else None
    first = found.date.first if found else None
    if not found or not begin or not first or first >= begin or not written.RISES.fullmatch(place.between):
        return found
    return found._replace(date=month_of(begin.year + (first.month < begin.month), first.month))


def _read_weekday(place: Place) -> MentionedDate | None:
    """Read « mardi », « mardi dernier », « ce mardi », « mardi 15 décembre », « lundi 24 »."""
    text = place.text
    match = written.WEEKDAY_DAY.match(text, place.start)
    if not match or written.NO_DAY.match(text, match.end()):
        return None
    weekday = written.WEEKDAYS[match["weekday"].lower()]
    if match.end() > match.end("weekday"):
        return _read_day(place, match.end(), weekday) or _read_numbered_weekday(place, match.end(), weekday)
    day, this = place.day, written.THIS.search(place.near)
    if day is None or written.EACH.search(place.near):
        return None
    start, end = place.start, match.end()
    if shift := written.SHIFT.match(text, end):
        meant, end = weekday_of(weekday, day, _side(shift)), shift.end()
    elif this:
        meant, start = closest_weekday(weekday, day), place.start - len(this[0])
    elif before := _joined_day(place):
        meant = weekday_of(weekday, before, Side.AFTER)
    else:
        meant = weekday_of(weekday, day, side_of(text, start, end))
    return place.found(day_of(meant), end, start=start)


def _joined_day(place: Place) -> dt.date | None:
    """The day that « à mercredi » follows in « de mardi à mercredi »."""
    last = place.last
    joined = last and last.resolved and last.date.precision is Precision.DAY and place.is_joined()
    return last.date.first if last and joined else None


def _read_numbered_weekday(place: Place, start: int, weekday: int) -> MentionedDate | None:
    """Read « lundi 24 »: the closest Monday that is the 24th of its month."""
    number = written.DAY_MONTH.match(place.text, start)
    if not number or not place.day:
        return None
    wanted = _day_number(number)
    days = [place.day + dt.timedelta(days=away) for away in sorted(range(-_NEAREST, _NEAREST + 1), key=abs)]
    fitting = [day for day in days if day.day == wanted and day.weekday() == weekday]
    return place.found(day_of(fitting[0]), number.end("day")) if fitting else None


_DIGITS = re.compile("[0-9]+")
_MARKS = {"-", "/", "."}
_PREFIX = re.compile(r"(?:\b(?:mi|avant|après))[-‑]$", re.IGNORECASE)
_READERS: dict[str, Callable[[Place], MentionedDate | None]] = {
    **dict.fromkeys(written.MONTHS, _read_month),
    **dict.fromkeys(written.WEEKDAYS, _read_weekday),
    **dict.fromkeys(written.SEASONS, read_season),
    **dict.fromkeys(("hier", "demain", "aujourd"), read_named_day),
    **dict.fromkeys(("matin", "midi", "soir", "nuit"), read_part_of_day),
    **dict.fromkeys(("semaine", "week", "mois", "année", "an"), read_period),
    **dict.fromkeys(("il", "dans", "voici", "voilà", "ici"), read_ago),
}
_FIGURES = "0123456789"
_AFTER_WORDS = {
    "an": ("dern", "pass", "proch"),
    "il": ("y",),
    "dans": (*_FIGURES, *UNITS, *TEENS, *TENS, "cent", "mille", "demi", "à"),
}
"""Words that begin a date before certain others only."""
_STARTS = starts_of(
    [
        *_FIGURES,
        *(
            f"{word}{space}{after}"
            for space in " \u00a0\u202f"
            for word, others in _AFTER_WORDS.items()
            for after in others
        ),
    ],
    words=_READERS.keys() - _AFTER_WORDS.keys(),
)
