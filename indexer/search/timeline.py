"""When? The hits, or the dates that they speak of, by year, month or day."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

import numpy as np

from indexer.index.arrays import Array
from indexer.index.live import LiveSegment
from indexer.index.segment import UNKNOWN_DAY
from indexer.search.matches import Matches, as_sparse
from indexer.search.results import Bar, Timeline
from indexer.search.stretch import Stretch
from indexer.search.versions import Versions

MOST_BARS = 60
"""Of two units the finer one is taken when it gives no more bars: five years of months, two months of days."""

Unit = Literal["year", "month", "day"]

_SPANS: dict[Unit, int] = {"day": 1, "month": 31, "year": 366}
"""Days of each unit, the finest first."""

MIDDLE = (0.01, 0.99)
"""The quantiles of the days of a timeline that decide its unit: a few far ones do not."""


class _Days(NamedTuple):
    """Rows of a hit (or its story) and the first and the last day of one of its dates."""

    hits: Array
    first: Array
    last: Array


def make_timeline(
    name: str, found: Iterable[tuple[Stretch, Matches]], versions: Iterable[Versions] | None, total: int
) -> Timeline:
    """The timeline *name* over hits; with *versions*, those of a story that fall into one bar count once."""
    told = None if versions is None else list(versions)
    pieces = list(_days(name, found, told))
    days = _Days(*(np.concatenate([np.zeros(0, np.int64), *columns]) for columns in zip(*pieces, strict=True)))
    known = len(distinct(days.hits))
    unit = _unit_for(days)
    exact = _is_as_fine(days, unit)
    units = days.first[exact].astype("datetime64[D]").astype(f"datetime64[{unit[0].upper()}]")
    bars, counts = np.unique(_units_of(units.astype(np.int64), days.hits[exact]), return_counts=True)
    names = np.datetime_as_string(bars.astype(f"datetime64[{unit[0].upper()}]")).tolist()
    return Timeline(
        unit=unit,
        bars=tuple(Bar(date=date, count=count) for date, count in zip(names, counts.tolist(), strict=True)),
        coarser=known - len(distinct(days.hits[exact])),
        missing=total - known,
    )


def distinct(numbers: Array) -> Array:
    """The different numbers, in order; for 100,000 of them this takes 5 ms, np.unique, which hashes, 50."""
    ordered = np.sort(numbers)
    different: Array = ordered[np.concatenate((ordered[:1] == ordered[:1], ordered[1:] != ordered[:-1]))]
    return different


def _units_of(units: Array, hits: Array) -> Array:
    """The unit of every different pair of a unit and a hit."""
    if not len(hits):
        return units
    first, room = int(hits.min()), int(hits.max()) - int(hits.min()) + 1
    return distinct(units * room + (hits - first)) // room


def _days(name: str, found: Iterable[tuple[Stretch, Matches]], versions: list[Versions] | None) -> Iterator[_Days]:
    """The dates of the hits, in every segment; hits are numbered through all stretches, below 0 stand stories."""
    base = 0
    for at, (stretch, matches) in enumerate(found):
        docs = as_sparse(matches).docs
        assert docs is not None
        for number, part, own in stretch.pieces(docs):
            rows = _published(part, own) if name == "published" else _mentioned(part, own)
            offset = stretch.bases[number - stretch.numbers.start]
            hits = rows.hits.astype(np.int64) + offset
            yield rows._replace(hits=_numbered(hits, base, versions[at] if versions is not None else None))
        base += stretch.size
    nothing = np.zeros(0, np.int64)
    yield _Days(nothing, nothing, nothing)


def _numbered(hits: Array, base: int, versions: Versions | None) -> Array:
    if versions is None or not len(versions.docs):
        return hits + base
    at = np.minimum(versions.docs.searchsorted(hits), len(versions.docs) - 1)
    return np.where(versions.docs.take(at) == hits, -1 - versions.stories.take(at), hits + base)


def _published(part: LiveSegment, docs: Array) -> _Days:
    first = part.segment.first_days.take(docs).astype(np.int64)
    dated = first != UNKNOWN_DAY
    return _Days(docs[dated], first[dated] - _EPOCH, part.segment.last_days.take(docs[dated]).astype(np.int64) - _EPOCH)


def _mentioned(part: LiveSegment, docs: Array) -> _Days:
    rows = part.segment.figures.mentioned
    hit = np.zeros(part.segment.size, bool)
    hit[docs] = True
    of_hits = hit.take(rows.docs)
    first, last = (column[of_hits].astype(np.int64) - _EPOCH for column in rows[1:])
    return _Days(rows.docs[of_hits], first, last)


def _unit_for(days: _Days) -> Unit:
    """The finest unit that gives few enough bars for most of the days; no finer than most dates are known."""
    if not len(days.first):
        return "year"
    low, high = np.quantile(days.first, MIDDLE, method="nearest").tolist()
    return unit_for(high - low, len(days.first), lambda unit: int(np.count_nonzero(_is_as_fine(days, unit))))


def unit_for(span: int, dates: int, as_fine: Callable[[Unit], int]) -> Unit:
    """The unit for so many *dates*, most of them within a *span* of days; *as_fine* says how many know a unit."""
    for unit, days in _SPANS.items():
        if span / days < MOST_BARS and as_fine(unit) * 2 >= dates:
            return unit
    return "year"


def _is_as_fine(days: _Days, unit: Unit) -> Array:
    """Whether each date is known to the unit."""
    fine: Array = days.last - days.first < _SPANS[unit]
    return fine


_EPOCH = dt.date(1970, 1, 1).toordinal()
