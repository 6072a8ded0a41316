"""Numbers and days that the words of an article state."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from indexer.document import PartialDate, Precision
from indexer.enrich.stories.words import Role, Words

_NUMERIC = frozenset({int(Role.NUMBER), int(Role.GROUP), int(Role.SCALE)})
_AFTER = 3
"""Words after a number among which the one stands that it counts: « 18 000 de ces obus »."""


class Figure(NamedTuple):
    """A number and the code of the word that it counts; 0 when none follows."""

    value: float
    unit: int


class Facts:
    """What a text states in numbers. Words with a role are few: they are read one by one."""

    def __init__(self, words: Words) -> None:
        self._codes: list[int] = words.codes.tolist()
        self._roles: list[int] = words.roles.tolist()
        self._special: list[int] = np.flatnonzero(words.roles).tolist()
        values = words.codes.view(np.float32)[self._special].tolist()
        self._values: dict[int, float] = dict(zip(self._special, values, strict=True))

    def figures(self) -> Iterator[Figure]:
        """The numbers, written in figures or in words; not the day of a month, not a bare « millions »."""
        end = 0
        for start in self._special:
            if start < end or not self._is_numeric(start):
                continue
            value, end = self._number(start)
            alone = self._roles[start] == Role.SCALE and end == start + 1
            if not alone and self._role(end) != Role.MONTH:
                yield Figure(value, self._counted(end))

    def days(self, published: PartialDate) -> Iterator[int]:
        """The days named, as ordinals: « 11 mars », and « mardi », the last one at publication. None when undated."""
        day = published.last
        if day is None:
            return
        for at in self._special:
            role = self._roles[at]
            if role == Role.WEEKDAY and published.precision is Precision.DAY:
                yield day.toordinal() - (day.weekday() - int(self._values[at])) % 7
            elif role == Role.MONTH and self._role(at - 1) == Role.NUMBER:
                year = int(self._values[at + 1]) if self._role(at + 1) == Role.NUMBER else None
                yield from _nearest(day, year, int(self._values[at]), int(self._values[at - 1]))

    def _role(self, at: int) -> int:
        return self._roles[at] if 0 <= at < len(self._roles) else Role.WORD

    def _is_numeric(self, at: int) -> bool:
        return at in self._values and self._roles[at] in _NUMERIC

    def _counted(self, end: int) -> int:
        """The code of the word that a number before *end* counts."""
        places = range(end, min(end + _AFTER, len(self._codes)))
        return next((self._codes[at] for at in places if self._codes[at] and not self._roles[at]), 0)

    def _number(self, start: int) -> tuple[float, int]:
        """The number that begins at *start*, and the place after it."""
        total = current = 0.0
        at = start
        while self._is_numeric(at):
            role, value = self._roles[at], self._values[at]
            if role == Role.SCALE and value == 100:  # noqa: PLR2004
                current = (current or 1) * value
            elif role == Role.SCALE:
                total, current = total + (current or 1) * value, 0.0
            elif role == Role.GROUP and current and (current < 1000 or self._role(at - 1) == Role.GROUP):  # noqa: PLR2004
                current = current * 1000 + value
            elif value == 20 and current % 100 == 4:  # noqa: PLR2004 - quatre-vingts
                current += 76
            elif current and value >= _room(current):
                break
            else:
                current += value
            at += 1
        return total + current, at


def _room(number: float) -> float:
    """A word may add what is below: 100 after « deux cent », 20 after « soixante », 10 after « vingt », else 0."""
    if number % 100 == 0:
        return 100
    if number % 100 in (60, 80):
        return 20
    return 10 if number % 10 == 0 else 0


def _nearest(published: dt.date, year: int | None, month: int, day: int) -> Iterator[int]:
    """The day meant: of the years possible the one nearest to publication; nothing for « 31 avril »."""
    years: Sequence[int] = (year,) if year else (published.year, published.year - 1, published.year + 1)
    found = []
    for possible in years:
        try:
            found.append(dt.date(possible, month, day))
        except ValueError:
            continue
    if found:
        yield min(found, key=lambda date: abs(date - published)).toordinal()
