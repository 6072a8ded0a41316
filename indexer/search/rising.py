"""Rising: whom and what do the articles of the newest month name more than those of the twelve months before?

An entity rises when a larger part of the month's stories names it than of the stories before. How much that says is
the log-likelihood ratio G² of the two parts (T. Dunning, "Accurate Methods for the Statistics of Surprise and
Coincidence", Computational Linguistics 19(1), 1993, p. 61-74): it asks for a large rise and for enough stories to
trust it, and does not change when a month has more articles than another. Stories are counted, not articles: what one
agency says and ten newspapers repeat is one story.
"""

import datetime as dt
from collections.abc import Iterable
from math import log
from typing import NamedTuple

import msgspec
import numpy as np

from indexer.analysis import fold
from indexer.document import ENTITIES
from indexer.index import IndexReader
from indexer.index.arrays import Array
from indexer.index.segment import UNKNOWN_DAY
from indexer.search.timeline import distinct

MONTHS_BEFORE = 12
LEAST_ARTICLES = 3
"""An entity is named by so many articles of the month at least: fewer are chance."""

MOST_RISING = 12
_LONGEST_MONTH = 31


class Rise(msgspec.Struct, frozen=True, kw_only=True):
    """An entity that rises: the stories of the month that name it, and those a month before, on average."""

    field: str
    label: str
    stories: int
    before: float
    articles: int


class Rising(msgspec.Struct, frozen=True, kw_only=True):
    """The newest month, YYYY-MM (None without any dated article), and what rises in it, most of all first."""

    month: str | None
    rises: tuple[Rise, ...] = ()


class Entity(NamedTuple):
    """An entity, the stories of the month and of the months before that name it, and the articles of the month."""

    field: str
    label: str
    stories: int
    earlier: int
    articles: int


class _Named(NamedTuple):
    """A span of time: its stories, and by label the stories and the articles that name an entity."""

    total: int
    stories: Array
    articles: Array


def find_rising(reader: IndexReader, today: dt.date) -> Rising:
    """What rises in the newest month of the index, none after *today*'s; dates less exact than a month are left out."""
    months = _months(reader)
    months[months > month_number(today)] = -1
    newest = int(months.max(initial=-1))
    if newest < 0:
        return Rising(month=None)
    now = _named(reader, months == newest)
    before = _named(reader, (months >= newest - MONTHS_BEFORE) & (months < newest))
    labels = reader.facet_labels
    entities = [
        Entity(field, labels.values[at], int(now.stories[at]), int(before.stories[at]), int(now.articles[at]))
        for field in ENTITIES
        for at in labels.spans[field][1:]
    ]
    return make_rising(newest, now.total, before.total, entities)


def make_rising(month: int, total: int, before: int, entities: Iterable[Entity]) -> Rising:
    """What rises in a *month*, given by number, of so many stories in *total*, and so many *before*."""
    rises = []
    for each in entities:
        if each.articles >= LEAST_ARTICLES and each.stories * before > each.earlier * total:
            weight = likelihood_ratio(each.stories, total, each.earlier, before)
            average = round(each.earlier / MONTHS_BEFORE, 2)
            rise = Rise(
                field=each.field, label=each.label, stories=each.stories, before=average, articles=each.articles
            )
            rises.append((-weight, fold(rise.label), each.field, rise))
    first = tuple(rise for *_, rise in sorted(rises, key=lambda row: row[:3])[:MOST_RISING])
    return Rising(month=f"{(month - 1) // 12:04d}-{(month - 1) % 12 + 1:02d}", rises=first)


def likelihood_ratio(one: int, of_one: int, other: int, of_other: int) -> float:
    """Dunning's G² of *one* among *of_one* beside *other* among *of_other*.

    >>> likelihood_ratio(5, 10, 50, 100)
    0.0
    """
    share = (one + other) / (of_one + of_other)
    table = [
        *((one, of_one * share), (of_one - one, of_one * (1 - share))),
        *((other, of_other * share), (of_other - other, of_other * (1 - share))),
    ]
    return 2 * sum(seen * log(seen / expected) for seen, expected in table if seen)


def month_number(day: dt.date) -> int:
    """Months since the beginning of our era."""
    return day.year * 12 + day.month


def _months(reader: IndexReader) -> Array:
    """The month of every document, -1 for those deleted or dated less exactly."""
    months: Array = np.full(reader.bases[-1], -1)
    for part, base in zip(reader.parts, reader.bases, strict=False):
        first, last = (days.astype(np.int64) for days in (part.segment.first_days, part.segment.last_days))
        exact = (first != UNKNOWN_DAY) & (last - first < _LONGEST_MONTH)
        if part.live is not None:
            exact &= part.live
        since = (first[exact] - dt.date(1970, 1, 1).toordinal()).astype("datetime64[D]").astype("datetime64[M]")
        months[base + np.flatnonzero(exact)] = since.astype(np.int64) + 1970 * 12 + 1
    return months


def _named(reader: IndexReader, mask: Array) -> _Named:
    """What the documents of *mask* name."""
    labels, told = reader.facet_labels, _stories(reader)
    size = len(labels.values)
    articles: Array = np.zeros(size, np.int64)
    keys = [np.zeros(0, np.int64)]
    room = int(told.max(initial=0)) + 1
    for number, (part, base) in enumerate(zip(reader.parts, reader.bases, strict=False)):
        docs = np.flatnonzero(mask[base : base + part.segment.size])
        values, sizes = part.segment.facets.values_among(docs)
        places = labels.places[number].take(values).astype(np.int64)
        articles += np.bincount(places, minlength=size)
        keys.append(places * room + np.repeat(told.take(docs + base), sizes))
    stories = np.bincount(distinct(np.concatenate(keys)) // room, minlength=size)
    return _Named(len(distinct(told[mask])), stories, articles)


def _stories(reader: IndexReader) -> Array:
    """The story of every document, as a number; one that no other document tells has a number of its own."""
    told: Array = np.arange(reader.bases[-1]) + reader.stories.count
    told[reader.stories.docs] = reader.stories.stories
    return told
