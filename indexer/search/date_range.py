"""« 2023 », « 2022-10..2022-12 », « >=2023 », « mars 2024 », « la semaine dernière » -> the days of publication meant.

What is counted from a day is counted from *today*: the same words on the same day give the same days.
"""

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from babel.dates import get_day_names, get_month_names

from indexer.document import PartialDate

LONGEST_DATE = 60
"""Characters: « du 28 septembre 2023 au 31 décembre 2024 » has 41."""

MOST_PIECES = 8
"""Pieces between spaces that a date without quotation marks may have."""


class Span(NamedTuple):
    """Days, both included; either may be open. *told*: the reader should be told what was understood."""

    first: dt.date | None
    last: dt.date | None
    told: bool = False


def read_span(text: str, today: dt.date) -> Span | None:
    """The days that *text* means; None when it is no date."""
    written = _plain(text)
    if not written or len(written) > LONGEST_DATE:
        return None
    try:
        unit = _unit(written, today)
        return Span(*unit) if unit else _bounded(written, today) or _range(written, today)
    except (ValueError, OverflowError):  # no such day, or beyond the calendar
        return None


def longest_span(text: str, start: int, today: dt.date) -> tuple[Span | None, int]:
    """The longest date that begins at *start*, and where it ends; without any, None and the end of the first piece."""
    ends = [piece.end() for piece in islice(_PIECE.finditer(text, start), MOST_PIECES)]
    for end in reversed(ends):
        if end - start <= LONGEST_DATE and (span := read_span(text[start:end], today)):
            return span, end
    return None, ends[0] if ends else start


class _Unit(NamedTuple):
    """A day, month, year… of the calendar."""

    first: dt.date
    last: dt.date
    told: bool = False


_Words = re.Match[str]
_PIECE = re.compile(r'[^\s()«»“”„"]+')
_MARKS = str.maketrans("’‘ʼ´`‐‑‒–—−", "'''''------")
_ARTICLE = re.compile(r"\A(?:(?:le|la|les|en|au|on|in|the) |mois d(?:e |')|l'|an(?:nee)? (?=\d))+")
_FIGURES = (
    re.compile(r"(?P<year>\d{4})(?:(?P<mark>[-/.])(?P<month>\d{1,2})(?:(?P=mark)(?P<day>\d{1,2}))?)?"),
    re.compile(r"(?:(?P<day>\d{1,2})[-/.])?(?P<month>\d{1,2})[-/.](?P<year>\d{4})"),
    re.compile(r"(?P<day>\d{1,2})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<year>\d{2})"),
)
_WEEKDAY = r"(?:(?:[a-z]+(?:day|di)|dimanche),? )?"
_DAY = r"(?P<day>\d{1,2})(?:er|st|nd|rd|th)?"
_MONTH = r"(?P<month>[a-z]{3,9})\.?"
_NAMED = (
    re.compile(rf"{_WEEKDAY}(?:{_DAY}[ -])?{_MONTH}(?:[ -](?P<year>\d{{4}}))?"),
    re.compile(rf"{_WEEKDAY}{_MONTH} {_DAY},? (?P<year>\d{{4}})"),
)
_PART_OF_YEAR = re.compile(
    r"(?:[tq](?P<quarter>[1-4])|(?P<number>[1-4])(?:er|e|nd|eme)? (?P<part>trimestre|semestre)"
    r"|(?P<word>[a-z]+) (?P<named>trimestre|semestre))(?: de)?(?: l'annee)? (?P<year>\d{4})"
)
_NUMBERS = dict(zip("un deux trois quatre cinq six sept huit neuf dix".split(), range(1, 11), strict=True)) | {
    "une": 1,
    "douze": 12,
    "quinze": 15,
    "vingt": 20,
    "trente": 30,
    "premier": 1,
    "deuxieme": 2,
    "second": 2,
    "troisieme": 3,
    "quatrieme": 4,
}
_UNITS = {
    **dict.fromkeys("jour jours day days".split(), "day"),
    **dict.fromkeys("semaine semaines week weeks".split(), "week"),
    **dict.fromkeys("mois month months".split(), "month"),
    **dict.fromkeys("trimestre trimestres quarter quarters".split(), "quarter"),
    **dict.fromkeys("an ans annee annees year years".split(), "year"),
}
_MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}
_NAME = rf"(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})"
_NUMBER = rf"(?P<number>\d{{1,4}}|{'|'.join(_NUMBERS)})"
_PAST = r"(?:derni(?:er|ere)s?|passee?s?|ecoulee?s?|precedente?s?)"
_DAYS_AGO = {"aujourd'hui": 0, "ce jour": 0, "today": 0, "hier": 1, "yesterday": 1, "avant-hier": 2, "avant hier": 2}
_THESE_DAYS = 7
"""« Ces derniers jours » says no number."""


def _plain(text: str) -> str:
    """*text* in small letters without accents, with straight marks and single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_MARKS))
    letters = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(letters.casefold().split()).strip(" ,;")


_MONTHS = [(_plain(name), at) for locale in ("fr", "en") for at, name in get_month_names(locale=locale).items()]
_WEEKDAYS = {_plain(name): at for locale in ("fr", "en") for at, name in get_day_names(locale=locale).items()}


def _unit(written: str, today: dt.date) -> _Unit | None:
    """One day, month or other unit of the calendar."""
    bare = _ARTICLE.sub("", written)
    return _in_figures(bare) or _named(bare, today) or _part_of_year(bare) or _counted(bare, today)


def _in_figures(written: str) -> _Unit | None:
    """« 05/10/2022 » is 5 October, as the French write it; the reader is told when another might mean May."""
    match = next(filter(None, (pattern.fullmatch(written) for pattern in _FIGURES)), None)
    if match is None:
        return None
    year, month, day = match["year"], match["month"], match["day"]
    doubtful = bool(day) and not written.startswith(year) and int(day) <= max(_MONTHS_OF.values()) and day != month
    short = len(year) == 2  # noqa: PLR2004 - figures
    return _dated(int(year) + 2000 * short, month, day)._replace(told=doubtful or short)


def _named(written: str, today: dt.date) -> _Unit | None:
    """« 5 mars 2024 », « mars 2024 »; without a year the last such day or month that has begun."""
    for pattern in _NAMED:
        match = pattern.fullmatch(written)
        months = {at for name, at in _MONTHS if match and name.startswith(match["month"])}
        if not match or len(months) != 1:  # « jui » may be June or July
            continue
        month, day, year = months.pop(), match["day"], match["year"]
        if year:
            return _dated(int(year), month, day)
        later = (month, int(day or 1)) > (today.month, today.day)
        return _dated(today.year - later, month, day)._replace(told=True)
    return None


def _dated(year: int, month: int | str | None, day: str | None) -> _Unit:
    """A year, a month or a day; ValueError when the calendar has none such."""
    numbers = [f"{year:04}", *(f"{int(part):02}" for part in (month, day) if part)]
    date = PartialDate.parse("-".join(numbers))
    assert date.first
    assert date.last
    return _Unit(date.first, date.last)


def _part_of_year(written: str) -> _Unit | None:
    """« T1 2024 », « premier semestre 2024 »."""
    match = _PART_OF_YEAR.fullmatch(written)
    if match is None:
        return None
    months = 6 if "semestre" in (match["part"], match["named"]) else 3
    number = _number(match["quarter"] or match["number"] or match["word"])
    if not 1 <= number * months <= _MONTHS_OF["year"]:
        return None
    first = dt.date(int(match["year"]), (number - 1) * months + 1, 1)
    return _Unit(first, _shifted(first, months) - dt.timedelta(1))


def _counted(written: str, today: dt.date) -> _Unit | None:
    """What means something on a certain day only: « hier », « le mois dernier », « ces 30 derniers jours »."""
    for pattern, read in _COUNTED:
        if (match := pattern.fullmatch(written)) and (found := read(match, today)):
            return found._replace(told=True)
    return None


def _named_day(match: _Words, today: dt.date) -> _Unit:
    return _around("day", today - dt.timedelta(_DAYS_AGO[match[0]]))


def _weekday(match: _Words, today: dt.date) -> _Unit | None:
    """The last such day, today included."""
    weekday = _WEEKDAYS.get(match["name"])
    return None if weekday is None else _around("day", today - dt.timedelta((today.weekday() - weekday) % 7))


def _last_weekday(match: _Words, today: dt.date) -> _Unit | None:
    """« Mardi dernier » is not today."""
    return _weekday(match, today - dt.timedelta(1))


def _last_weekend(_: _Words, today: dt.date) -> _Unit:
    sunday = today - dt.timedelta(today.weekday() + 1)
    return _Unit(sunday - dt.timedelta(1), sunday)


def _this(match: _Words, today: dt.date) -> _Unit:
    return _around(_UNITS[match["unit"]], today)


def _last(match: _Words, today: dt.date) -> _Unit:
    return _around(_UNITS[match["unit"]], _before(today, match["unit"], 1))


def _ago(match: _Words, today: dt.date) -> _Unit:
    """« Il y a trois mois » is that whole month."""
    return _around(_UNITS[match["unit"]], _before(today, match["unit"], _number(match["number"])))


def _latest(match: _Words, today: dt.date) -> _Unit | None:
    """The last so many days, weeks… up to today, which counts; none are no days."""
    number = _number(match["number"])
    return _Unit(_before(today, match["unit"], number) + dt.timedelta(1), today) if number else None


def _these_days(_: _Words, today: dt.date) -> _Unit:
    return _Unit(today - dt.timedelta(_THESE_DAYS - 1), today)


_Read = Callable[[_Words, dt.date], _Unit | None]
_COUNTED: tuple[tuple[re.Pattern[str], _Read], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        ("|".join(_DAYS_AGO), _named_day),
        (r"(?P<name>[a-z]+)", _weekday),
        (rf"(?P<name>[a-z]+) {_PAST}", _last_weekday),
        (r"last (?P<name>[a-z]+)", _last_weekday),
        (rf"week-?end {_PAST}|last week-?end", _last_weekend),
        (rf"(?:cette|cet|ce|this) {_NAME}(?:[- ]ci)?", _this),
        (rf"{_NAME} en cours", _this),
        (rf"{_NAME} {_PAST}", _last),
        (rf"last {_NAME}", _last),
        (rf"il y a {_NUMBER} {_NAME}", _ago),
        (rf"{_NUMBER} {_NAME} ago", _ago),
        (rf"(?:depuis |ces |last |past )?(?:{_PAST} )?{_NUMBER} (?:{_PAST} )?{_NAME}(?: {_PAST})?", _latest),
        (rf"ces {_PAST} jours", _these_days),
    )
)


def _number(written: str) -> int:
    return int(written) if written.isdecimal() else _NUMBERS.get(written, 0)


def _before(day: dt.date, unit: str, number: int) -> dt.date:
    """The same day, so many units before."""
    months = _MONTHS_OF.get(_UNITS[unit])
    if months:
        return _shifted(day, -number * months)
    return day - dt.timedelta(number * (7 if _UNITS[unit] == "week" else 1))


def _shifted(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return dt.date(day.year + years, month + 1, min(day.day, last))


def _around(unit: str, day: dt.date) -> _Unit:
    """The day, week, month… that holds a day."""
    if unit == "day":
        return _Unit(day, day)
    if unit == "week":
        monday = day - dt.timedelta(day.weekday())
        return _Unit(monday, monday + dt.timedelta(6))
    months = _MONTHS_OF[unit]
    first = day.replace(day=1, month=(day.month - 1) // months * months + 1)
    return _Unit(first, _shifted(first, months) - dt.timedelta(1))


_Bounds = Callable[[_Unit], tuple[dt.date | None, dt.date | None]]
_BOUNDS: tuple[tuple[re.Pattern[str], _Bounds], ...] = tuple(
    (re.compile(rf"(?:{pattern})(?P<date>.+)"), bounds)
    for pattern, bounds in (
        (r"(?:>=|≥) ?|(?:depuis|a partir d[eu]|des|since|from) ", lambda unit: (unit.first, None)),
        (r"(?:<=|≤) ?|(?:jusqu'(?:a|au|en)|until) ", lambda unit: (None, unit.last)),
        (r"> ?|(?:apres|after) ", lambda unit: (unit.last + dt.timedelta(1), None)),
        (r"< ?|(?:avant|before) ", lambda unit: (None, unit.first - dt.timedelta(1))),
        (r"= ?", lambda unit: (unit.first, unit.last)),
    )
)


def _bounded(written: str, today: dt.date) -> Span | None:
    """« >=2023 », « depuis mars 2024 »."""
    for pattern, bounds in _BOUNDS:
        if (match := pattern.fullmatch(written)) and (unit := _unit(match["date"], today)):
            return Span(*bounds(unit), told=unit.told)
    return None


_RANGES = tuple(
    map(
        re.compile,
        (
            r"(?P<first>.*?) ?\.{2,3} ?(?P<last>.*)",
            r"(?:d[eu]|entre|from|between) (?P<first>.+?) (?:a|au|et|to|and) (?P<last>.+)",
            r"\[?(?P<first>.+) to (?P<last>.+?)\]?",
            r"(?P<first>\d{4}) ?- ?(?P<last>\d{4})",
        ),
    )
)


def _range(written: str, today: dt.date) -> Span | None:
    """« 2022..2023 », « 2022.. », « du 3 au 5 mars 2024 »; of two dates in the wrong order the first is the end."""
    for match in filter(None, (pattern.fullmatch(written) for pattern in _RANGES)):
        first, last = match["first"], match["last"]
        begin = next(filter(None, (_unit(each, today) for each in _completed(first, last))), None) if first else None
        end = _unit(last, today) if last else None
        if bool(begin) != bool(first) or bool(end) != bool(last):
            continue
        if begin and end and begin.first > end.last:
            return Span(end.first, begin.last, told=True)
        if begin or end:
            told = any(unit.told for unit in (begin, end) if unit)
            return Span(begin.first if begin else None, end.last if end else None, told=told)
    return None


def _completed(first: str, last: str) -> Iterator[str]:
    """The first date with what it leaves to the last one: in « du 3 au 5 mars 2024 », month and year."""
    pieces = last.split()
    if not re.search(r"\d{4}", first):
        yield from (" ".join([first, *pieces[-size:]]) for size in (2, 1) if len(pieces) > size)
    yield first
