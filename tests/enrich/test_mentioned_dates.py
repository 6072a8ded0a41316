"""Dates in sentences: the golden table mentioned_dates.tsv says what is read; the properties, what holds for every text."""

import datetime as dt
import time
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.document import PartialDate
from indexer.enrich.mentioned_dates import find_mentioned_dates
from tests.enrich.golden_tables import case, read_table

WEDNESDAY = "2024-11-20"


class Row(NamedTuple):
    """A line of the table."""

    text: str
    dates: str
    words: str = ""
    published: str = ""
    reason: str = ""


ROWS = read_table("mentioned_dates.tsv", Row)


def _published(row: Row) -> PartialDate:
    if row.published == "unknown":
        return PartialDate()
    return PartialDate.parse(row.published or WEDNESDAY)


@pytest.mark.parametrize("row", [case(row, f"{row.text} | {row.published}") for row in ROWS])
def test_the_table(row: Row) -> None:
    found = find_mentioned_dates(row.text, _published(row))

    assert [f"{found.date.date}{'*' * found.resolved}" for found in found] == [
        written for written in row.dates.split(" ; ") if written != "-"
    ]
    if row.words:
        assert row.text[found[0].start : found[0].end] == row.words


def test_the_table_is_large_and_nearly_all_of_it_is_read_rightly() -> None:
    assert len({(row.text, row.published) for row in ROWS}) == len(ROWS) >= 370
    assert sum(row.dates == "-" for row in ROWS) >= 60
    assert sum(bool(row.reason) for row in ROWS) <= 0.03 * len(ROWS)


MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
WEEKDAYS = "lundi mardi mercredi jeudi vendredi samedi dimanche".split()
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31))
PUBLISHED = st.sampled_from(["unknown", "2023", "2024-02", "2024-02-29", "2024-12-31", "0001-01-01", "9999-12-31"]).map(
    lambda text: PartialDate() if text == "unknown" else PartialDate.parse(text)
)


@given(DAYS, PUBLISHED, st.sampled_from(" \u00a0\u202f"))
def test_a_complete_day_is_read_whenever_it_is_published(day: dt.date, published: PartialDate, space: str) -> None:
    number = "1er" if day.day == 1 else str(day.day)
    for written in (
        f"{number} {MONTHS[day.month - 1]} {day.year}",
        f"{WEEKDAYS[day.weekday()]} {number} {MONTHS[day.month - 1].upper()} {day.year}",
        f"{day:%d/%m/%Y}",
        f"{day:%Y-%m-%d}",
    ):
        words = written.replace(" ", space)
        assert find_mentioned_dates(f"Le {words}, Kiev", published) == [
            (PartialDate.parse(day.isoformat()), 3, 3 + len(words), False)
        ]


@given(st.dates(dt.date(1990, 1, 1), dt.date(2099, 12, 1)))
def test_a_day_of_the_week_is_the_last_one(published: dt.date) -> None:
    for weekday, name in enumerate(WEEKDAYS):
        (found,) = find_mentioned_dates(f"L’armée a frappé {name}.", PartialDate.parse(published.isoformat()))

        assert found.date.first
        assert found.date.first.weekday() == weekday
        assert 0 <= (published - found.date.first).days < 7


@given(st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)), st.integers(-30, 80))
def test_a_day_without_its_year_is_the_closest(published: dt.date, away: int) -> None:
    day = published + dt.timedelta(days=away)
    written = f"Le {day.day} {MONTHS[day.month - 1]}"

    (found,) = find_mentioned_dates(written, PartialDate.parse(published.isoformat()))

    assert found.date == PartialDate.parse(day.isoformat())


PIECES = "le |15 |décembre |2022 |mardi |ce |dernier|prochain|en |du |9 |au |et |, |-|mars|il y a |dans |deux |ans |semaine |fin de l’|année |14/07|\n|. |hier |99999 |mois "


@given(st.lists(st.sampled_from(PIECES.split("|")), max_size=40).map("".join) | st.text(max_size=200), PUBLISHED)
@example("il y a 499 ans", PartialDate.parse("0001-01-01"))
@example("dans 499 jours, demain, mardi prochain, la semaine prochaine", PartialDate.parse("9999-12-31"))
def test_any_text_gives_words_of_its_own_in_order(text: str, published: PartialDate) -> None:
    end = 0
    for mentioned in find_mentioned_dates(text, published):
        assert end <= mentioned.start < mentioned.end <= len(text)
        assert text[mentioned.start : mentioned.end] == text[mentioned.start : mentioned.end].strip()
        assert mentioned.date.date
        assert PartialDate.parse(mentioned.date.date) == mentioned.date
        assert published.date or not mentioned.resolved
        end = mentioned.end


@pytest.mark.parametrize(
    "piece", ["les 7, ", "mardi ", "2022-", "en 2022 et ", "15 mars et ", "1/1/1", "il y a ", "a prévu mardi ", "1, "]
)
def test_time_grows_with_the_text_only(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        begin = time.process_time()
        find_mentioned_dates(text, PartialDate.parse(WEDNESDAY))
        return time.process_time() - begin

    assert min(seconds(80_000) for _ in range(2)) < 12 * max(min(seconds(20_000) for _ in range(3)), 0.005)
