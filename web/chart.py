"""A timeline as a drawing: rectangles in a box of WIDTH by HEIGHT, which a template writes as SVG."""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

from indexer.document import PartialDate
from indexer.french import counted, french_date
from indexer.search import Bar, Timeline

WIDTH, HEIGHT = 640, 120
GAP = 0.15
"""The part of a unit's width that stays free."""

LEAST_WIDTH, WIDEST = 2.0, 40.0
LEAST_HEIGHT = 2.0
UNIT_NAMES = {"year": "an", "month": "mois", "day": "jour"}


class Column(NamedTuple):
    """The rectangle of a bar, its date as in an address and as people read it, its count, and where it leads."""

    x: float
    y: float
    width: float
    height: float
    date: str
    label: str
    number: int
    href: str | None = None


class Chart(NamedTuple):
    """Columns on a true scale of time: where nothing was published there is room."""

    columns: list[Column]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def highest(self) -> int:
        """The largest count."""
        return max((column.number for column in self.columns), default=0)


def draw_timeline(
    timeline: Timeline, height: int = HEIGHT, address: Callable[[PartialDate], str] | None = None
) -> Chart:
    """The chart of a timeline: the first bar stands at the left edge, the last one at the right.

    *address* says where the bar of a year, a month or a day leads.
    """
    if not timeline.bars:
        return Chart([])
    places = [_place(bar) for bar in timeline.bars]
    units = places[-1] - places[0] + 1
    width = min(max(WIDTH / units * (1 - GAP), LEAST_WIDTH), WIDEST)
    step = (WIDTH - width) / max(units - 1, 1)
    highest = max(bar.count for bar in timeline.bars)
    return Chart(
        [
            _column(bar, (place - places[0]) * step, width, (bar.count / highest, height), address)
            for bar, place in zip(timeline.bars, places, strict=True)
        ],
        height=height,
    )


def timeline_notes(timeline: Timeline) -> str:
    """What a chart does not say: its scale, and how many articles it leaves out."""
    notes = []
    if timeline.bars:
        highest = max(bar.count for bar in timeline.bars)
        notes.append(f"Au plus {counted(highest, 'article')} par {UNIT_NAMES[timeline.unit]}.")
    if timeline.coarser:
        notes.append(f"{counted(timeline.coarser, 'article daté', 'articles datés')} moins précisément.")
    if timeline.missing:
        notes.append(f"{counted(timeline.missing, 'article')} sans date connue.")
    return " ".join(notes)


def _column(
    bar: Bar, x: float, width: float, part: tuple[float, int], address: Callable[[PartialDate], str] | None
) -> Column:
    share, most = part
    height = max(share * most, LEAST_HEIGHT)
    date = PartialDate.parse(bar.date)
    return Column(
        x=round(x, 2),
        y=round(most - height, 2),
        width=round(width, 2),
        height=round(height, 2),
        date=bar.date,
        label=french_date(date),
        number=bar.count,
        href=address(date) if address else None,
    )


def _place(bar: Bar) -> int:
    """The number of the bar's year, month or day."""
    parts = [int(part) for part in bar.date.split("-")]
    if len(parts) == 1:
        return parts[0]
    year, month, *day = parts
    return dt.date(year, month, day[0]).toordinal() if day else year * 12 + month
