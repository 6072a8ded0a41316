"""What every engine of the benchmark gives: the same records, timed in the same way.

Queries are interleaved over rounds, so that a disturbance of the machine falls on all of them.
"""

import argparse
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from statistics import median
from typing import Any

from tests.bench.queries import Query

Counts = Mapping[str, Mapping[str, int]]
TOP_HITS, TOP_VALUES, SHOWN_VALUES = 10, 12, 5


@dataclass(frozen=True)
class Effort:
    """Rounds of the mix that are not timed, at least so many and for so many seconds, and rounds that are."""

    warmup: int = 3
    warmup_seconds: int = 15
    runs: int = 30


@dataclass(frozen=True)
class Indexing:
    """One index built: seconds of work on documents already in memory, up to the end of the last merge."""

    version: str
    threads: int
    seconds: float
    bytes: int
    documents: int
    segments: int
    memory: int = 0
    """Bytes in memory at the height of it, all processes together; 0 when nobody measured it."""


@dataclass(frozen=True)
class Answer:
    """What one run of one query gives; facets hold the TOP_VALUES most frequent values of each field."""

    total: int
    titles: Sequence[str]
    facets: Counts


@dataclass(frozen=True)
class Timing:
    """The runs of one query, and the answer of the last one."""

    name: str
    total: int
    median_ms: float
    p99_ms: float
    times_ms: Sequence[float]
    facets: Counts
    titles: Sequence[str]


@dataclass(frozen=True)
class Timings:
    """One engine's answers to the mix."""

    version: str
    documents: int
    segments: int
    queries: Sequence[Timing]
    memory: Mapping[str, int] = field(default_factory=dict)
    """Bytes in memory after the mix: `own`, and `shared` with every process that has the index open."""

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "Timings":
        """The record that an engine printed as JSON."""
        return cls(**{**record, "queries": tuple(Timing(**each) for each in record["queries"])})


def measure(answer: Callable[[Query], Answer], asked: Sequence[Query], effort: Effort) -> tuple[Timing, ...]:
    """Time the mix."""
    _warm_up(answer, asked, effort)
    times: list[list[float]] = [[] for _ in asked]
    answers: list[Answer] = []
    for _ in range(effort.runs):
        answers = []
        for query, spent in zip(asked, times, strict=True):
            start = time.perf_counter_ns()
            answers.append(answer(query))
            spent.append((time.perf_counter_ns() - start) / 1e6)
    return tuple(
        Timing(
            query.name,
            last.total,
            median(spent),
            percentile_99(spent),
            spent,
            {field: dict(list(values.items())[:SHOWN_VALUES]) for field, values in last.facets.items()},
            last.titles,
        )
        for query, spent, last in zip(asked, times, answers, strict=True)
    )


def add_effort(parser: argparse.ArgumentParser) -> None:
    """The options that say how long to measure."""
    for each in fields(Effort):
        parser.add_argument(f"--{each.name.replace('_', '-')}", type=int, default=each.default)


def given_effort(given: argparse.Namespace) -> Effort:
    """What those options say."""
    return Effort(given.warmup, given.warmup_seconds, given.runs)


def percentile_99(values: Sequence[float]) -> float:
    """The nearest-rank 99th percentile: with fewer than a hundred values, the greatest."""
    return sorted(values)[math.ceil(0.99 * len(values)) - 1]


def _warm_up(answer: Callable[[Query], Answer], asked: Sequence[Query], effort: Effort) -> None:
    start = time.perf_counter()
    done = 0
    while done < effort.warmup or time.perf_counter() - start < effort.warmup_seconds:
        for query in asked:
            answer(query)
        done += 1
