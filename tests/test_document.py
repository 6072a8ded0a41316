import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.document import PartialDate, Precision


@pytest.mark.parametrize(
    ("text", "precision", "first", "last"),
    [
        ("2024-02-29", Precision.DAY, dt.date(2024, 2, 29), dt.date(2024, 2, 29)),
        ("2022-11", Precision.MONTH, dt.date(2022, 11, 1), dt.date(2022, 11, 30)),
        ("2024-02", Precision.MONTH, dt.date(2024, 2, 1), dt.date(2024, 2, 29)),
        ("2023", Precision.YEAR, dt.date(2023, 1, 1), dt.date(2023, 12, 31)),
    ],
)
def test_a_partial_date_spans_the_days_it_may_mean(
    text: str, precision: Precision, first: dt.date, last: dt.date
) -> None:
    date = PartialDate.parse(text)

    assert (date.precision, date.first, date.last) == (precision, first, last)


@pytest.mark.parametrize(
    "text", ["", "2022-13", "2023-02-29", "22-11", "2022/11", "2022-1", "20221", "２０２２", "abcd"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        PartialDate.parse(text)


def test_an_unknown_date_spans_nothing() -> None:
    assert PartialDate().first is None
    assert PartialDate().last is None


@given(st.dates())
def test_every_day_is_read_back(day: dt.date) -> None:
    assert PartialDate.parse(day.isoformat()).first == day
