"""What rises, against counting in plain Python."""

import datetime as dt
from collections.abc import Iterator
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.changes import Telling
from indexer.document import document_number
from indexer.index import open_reader
from indexer.search.rising import LEAST_ARTICLES, MONTHS_BEFORE, Rising, find_rising, likelihood_ratio
from tests.making import make_document, make_engine

TODAY = dt.date(2024, 6, 15)
DATES = (None, "2023", "2024-07", "2022-11", *(f"2023-{month:02d}" for month in range(4, 13)), "2024-04", "2024-05-02")
LABELS = ("Chars", "Drones", "Mines")
Row = tuple[str | None, tuple[str, ...], int]


def rows() -> st.SearchStrategy[list[Row]]:
    """Articles: a date, the entities named, and the story, which others may share."""
    labels = st.lists(st.sampled_from(LABELS), unique=True).map(tuple)
    dates = st.one_of(st.sampled_from(DATES), st.just("2024-05"), st.just("2023-10-12"))
    return st.lists(st.tuples(dates, labels, st.integers(0, 30)), min_size=1, max_size=40)


def rising_among(articles: list[Row]) -> Rising:
    """What rises in an index of these articles."""
    documents = [
        make_document(id=f"a{number}", date=date, facets={"country": labels})
        for number, (date, labels, _) in enumerate(articles)
    ]
    with TemporaryDirectory() as folder:
        engine = make_engine(Path(folder), *documents)
        engine.change(Telling(f"a{number}", document_number(f"{row[2]}")) for number, row in enumerate(articles))
        found = find_rising(open_reader(Path(folder) / "index"), TODAY)
        engine.close()
    return found


def expected(articles: list[Row]) -> dict[str, tuple[int, float, int, float]]:
    """What rises, counted as a reader would: stories, those a month before, articles, and how much that says."""
    months = [(month_of(date), labels, story) for date, labels, story in articles if date and len(date) > len("2024")]
    months = [row for row in months if row[0] <= TODAY.year * 12 + TODAY.month]
    if not months:
        return {}
    newest = max(month for month, *_ in months)
    now = [row for row in months if row[0] == newest]
    before = [row for row in months if newest - MONTHS_BEFORE <= row[0] < newest]
    total, total_before = (len({story for *_, story in rows}) for rows in (now, before))
    found = {}
    for label in LABELS:
        stories, earlier = (len({story for _, labels, story in rows if label in labels}) for rows in (now, before))
        named = sum(label in labels for _, labels, _ in now)
        if named >= LEAST_ARTICLES and total_before and stories / total > earlier / total_before:
            weight = dunning(stories, total, earlier, total_before)
            found[label] = (stories, round(earlier / MONTHS_BEFORE, 2), named, weight)
    return found


def month_of(date: str) -> int:
    return int(date[:4]) * 12 + int(date[5:7])


def dunning(one: int, of_one: int, other: int, of_other: int) -> float:
    """G² by the formula of the article: twice the difference of the logarithms of the likelihoods."""

    def likelihood(share: float, hits: int, of: int) -> float:
        return (hits * log(share) if hits else 0.0) + ((of - hits) * log(1 - share) if of > hits else 0.0)

    shared = (one + other) / (of_one + of_other)
    apart = likelihood(one / of_one, one, of_one) + likelihood(other / of_other, other, of_other)
    return 2 * (apart - likelihood(shared, one, of_one) - likelihood(shared, other, of_other))


@settings(max_examples=60, deadline=None)
@given(rows())
def test_what_rises_is_what_plain_python_counts(articles: list[Row]) -> None:
    rises = rising_among(articles).rises
    wanted = expected(articles)

    assert {rise.label: (rise.stories, rise.before, rise.articles) for rise in rises} == {
        label: row[:3] for label, row in wanted.items()
    }
    weights = [wanted[rise.label][3] for rise in rises]
    assert weights == pytest.approx(sorted(weights, reverse=True))


def months_before() -> Iterator[Row]:
    """A story a month of each of two entities."""
    for month in range(5, 13):
        for label in ("Chars", "Drones"):
            yield f"2023-{month:02d}", (label,), month * 2 + (label == "Drones") + 100


def test_the_one_that_is_named_more_rises() -> None:
    articles = [*months_before(), *(("2024-05", ("Drones",), story) for story in range(6)), ("2024-05", ("Chars",), 7)]
    found = rising_among(articles)

    assert found.month == "2024-05"
    assert [(rise.label, rise.stories, rise.articles) for rise in found.rises] == [("Drones", 6, 6)]


def test_one_story_that_all_repeat_is_one_story() -> None:
    repeated = [*months_before(), *(("2024-05", ("Drones",), 1) for _ in range(6)), ("2024-05", ("Chars",), 2)]

    assert [rise for rise in rising_among(repeated).rises if rise.stories > 1] == []


def test_without_dated_articles_nothing_rises() -> None:
    assert rising_among([(None, LABELS, 1), ("2023", LABELS, 2), ("2024-07", LABELS, 3)]) == Rising(month=None)


@given(st.integers(0, 50), st.integers(1, 50), st.integers(0, 50), st.integers(1, 50))
def test_the_ratio_is_that_of_the_article(one: int, more: int, other: int, others: int) -> None:
    arguments = (one, one + more, other, other + others)

    assert likelihood_ratio(*arguments) == pytest.approx(dunning(*arguments), abs=1e-9)
