"""A timeline as a drawing: rectangles in a box of WIDTH by HEIGHT, which a template writes as SVG."""

import datetime as dt
from typing import NamedTuple

from indexer.document import PartialDate
from indexer.french import french_date
from indexer.search import Bar, Timeline

WIDTH, HEIGHT = 640, 120
GAP = 0.15
"""The part of a unit's width that stays free."""

LEAST_WIDTH, WIDEST = 2.0, 40.0


class Column(NamedTuple):
    """The rectangle of a bar, its date as in an address and as people read it, and its count."""

    x: float
    y: float
    width: float
    height: float
    date: str
    label: str
    number: int


class Chart(NamedTuple):
    """Columns on a true scale of time: where nothing was published there is room."""

    columns: list[Column]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def highest(self) -> int:
        """The largest count."""
        return max((column.number for column in self.columns), default=0)


def draw_timeline(timeline: Timeline) -> Chart:
    """The chart of a timeline: the first bar stands at the left edge, the last one at the right."""
    if not timeline.bars:
        return Chart([])
    places = [_place(bar) for bar in timeline.bars]
    units = places[-1] - places[0] + 1
    width = min(max(WIDTH / units * (1 - GAP), LEAST_WIDTH), WIDEST)
    step = (WIDTH - width) / max(units - 1, 1)
    highest = max(bar.count for bar in timeline.bars)
    return Chart(
        [
            _column(bar, (place - places[0]) * step, width, HEIGHT * bar.count / highest)
            for bar, place in zip(timeline.bars, places, strict=True)
        ]
    )


def _column(bar: Bar, x: float, width: float, height: float) -> Column:
    return Column(
        x=round(x, 2),
        y=round(HEIGHT - height, 2),
        width=round(width, 2),
        height=round(height, 2),
        date=bar.date,
        label=french_date(PartialDate.parse(bar.date)),
        number=bar.count,
    )


def _place(bar: Bar) -> int:
    """The number of the bar's year, month or day."""
    parts = [int(part) for part in bar.date.split("-")]
    if len(parts) == 1:
        return parts[0]
    year, month, *day = parts
    return dt.date(year, month, day[0]).toordinal() if day else year * 12 + month
