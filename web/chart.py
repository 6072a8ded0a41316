"""A timeline as a drawing: rectangles in a box of WIDTH by HEIGHT, which a template writes as SVG."""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

from indexer.document import PartialDate
from indexer.french import counted, french_date, french_number
from indexer.message import Message, joined
from indexer.search import Bar, Timeline

WIDTH, HEIGHT = 640, 56
GAP = 0.15
"""The part of a unit's width that stays free."""

LEAST_WIDTH, WIDEST = 2.0, 40.0
LEAST_HEIGHT = 2.0
LEAST_SCALE = 2
"""Articles that a column of full height stands for at least: one article is no peak."""

UNIT_NAMES = {"year": Message("par an"), "month": Message("par mois"), "day": Message("par jour")}


class Column(NamedTuple):
    """The rectangle of a bar, its date as people read it, its count, and where it leads."""

    x: float
    y: float
    width: float
    height: float
    label: str
    number: int
    href: str


class Chart(NamedTuple):
    """Columns on a true scale of time: where nothing was published there is room. *notes* say what it does not."""

    columns: list[Column]
    notes: Message
    width: int = WIDTH
    height: int = HEIGHT


def draw_timeline(timeline: Timeline | None, address: Callable[[PartialDate], str]) -> Chart | None:
    """The chart of a timeline: the first bar stands at the left edge, the last one at the right.

    *address* says where the bar of a year, a month or a day leads. One bar compares nothing and is no chart.
    """
    if timeline is None or len(timeline.bars) < 2:  # noqa: PLR2004 - one bar
        return None
    places = [_place(bar) for bar in timeline.bars]
    units = places[-1] - places[0] + 1
    width = min(max(WIDTH / units * (1 - GAP), LEAST_WIDTH), WIDEST)
    step = (WIDTH - width) / (units - 1)
    scale = max(LEAST_SCALE, *(bar.count for bar in timeline.bars))
    columns = [
        _column(bar, (place - places[0]) * step, width, bar.count / scale, address)
        for bar, place in zip(timeline.bars, places, strict=True)
    ]
    return Chart(columns, _notes(timeline))


def _notes(timeline: Timeline) -> Message:
    """What a chart does not say: its scale, and how many articles it leaves out."""
    most = counted(max(bar.count for bar in timeline.bars), "article")
    notes = [Message("Au plus {articles} {per}.", articles=most, per=UNIT_NAMES[timeline.unit])]
    if timeline.coarser:
        notes.append(
            Message(
                "{number} article daté moins précisément.",
                "{number} articles datés moins précisément.",
                number=french_number(timeline.coarser),
            )
        )
    if timeline.missing:
        notes.append(
            Message(
                "{number} article sans date connue.",
                "{number} articles sans date connue.",
                number=french_number(timeline.missing),
            )
        )
    return joined(" ", notes)


def _column(bar: Bar, x: float, width: float, share: float, address: Callable[[PartialDate], str]) -> Column:
    height = max(share * HEIGHT, LEAST_HEIGHT)
    date = PartialDate.parse(bar.date)
    return Column(
        x=round(x, 2),
        y=round(HEIGHT - height, 2),
        width=round(width, 2),
        height=round(height, 2),
        label=french_date(date),
        number=bar.count,
        href=address(date),
    )


def _place(bar: Bar) -> int:
    """The number of the bar's year, month or day."""
    parts = [int(part) for part in bar.date.split("-")]
    if len(parts) == 1:
        return parts[0]
    year, month, *day = parts
    return dt.date(year, month, day[0]).toordinal() if day else year * 12 + month
