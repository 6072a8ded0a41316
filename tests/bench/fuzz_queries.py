"""Many queries of the language's own tokens and of hostile characters: nothing may break, nothing may take long.

usage: python -m tests.bench.fuzz_queries [--queries 100000] --index FOLDER [--seed 1]

Prints JSON: how many were answered, how many refused, the errors, and the slowest ones. The first of the queries are
those written by hand (tests/search/malformed.py and hostile.py).
"""

import argparse
import heapq
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from indexer.engine import Engine, open_engine
from indexer.errors import RequestError
from indexer.search import SearchRequest
from indexer.settings import Settings
from tests.search.hostile import FREQUENT, TOKENS, hostile_queries
from tests.search.malformed import QUERIES

SLOWEST = 10
MOST_TOKENS = 12
TOLD = 5000
"""Queries after which the standing is told on standard error."""

AGAIN = 2
"""Further runs of a slow query: the least of all counts."""


def queries(number: int, seed: int) -> Iterator[str]:
    """*number* queries: those written by hand, then drawn ones."""
    by_hand = [*QUERIES, *hostile_queries()]
    yield from by_hand[:number]
    draw = random.Random(seed)
    pieces = [*TOKENS, *FREQUENT, *(f"{word} " for word in FREQUENT)]
    for _ in range(number - len(by_hand)):
        yield "".join(draw.choices(pieces, k=draw.randrange(1, MOST_TOKENS)))


class Fuzz:
    """What became of the queries."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.outcomes: Counter[str] = Counter()
        self.errors: list[tuple[str, str]] = []
        self.slowest: list[tuple[float, float, str]] = []
        """Milliseconds that passed, those of them that the processor worked, the query."""

    def ask(self, query: str) -> None:
        """Search with every facet and the snippets of a page; again when it took long, as others use the machine."""
        took, outcome = self.timed(query)
        self.outcomes[outcome] += 1
        if len(self.slowest) < SLOWEST or took > self.slowest[0][0]:
            begin = time.thread_time()
            took = min(took, *(self.timed(query)[0] for _ in range(AGAIN)))
            working = (time.thread_time() - begin) * 1000 / AGAIN
            add = heapq.heappush if len(self.slowest) < SLOWEST else heapq.heappushpop
            add(self.slowest, (round(took, 1), round(working, 1), query[:200]))

    def timed(self, query: str) -> tuple[float, str]:
        begin = time.perf_counter()
        try:
            results = self._engine.search(SearchRequest(q=query))
            outcome = "partial" if results.partial else "answered"
        except RequestError:
            outcome = "refused"
        except Exception as error:  # noqa: BLE001 - what is looked for
            outcome = "error"
            self.errors.append((query, f"{type(error).__name__}: {error}"))
        return (time.perf_counter() - begin) * 1000, outcome


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Many queries: nothing may break, nothing may take long.")
    parser.add_argument("--queries", type=int, default=100_000)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    fuzz = Fuzz(open_engine(given.index, Settings(cache=0)))
    fuzz.timed("missile")  # files are mapped, the thesaurus is read
    for number, query in enumerate(queries(given.queries, given.seed), start=1):
        fuzz.ask(query)
        if not number % TOLD:
            sys.stderr.write(f"{number} {dict(fuzz.outcomes)} {max(fuzz.slowest)}\n")
    report = {
        "queries": fuzz.outcomes.total(),
        **fuzz.outcomes,
        "errors": fuzz.errors[:SLOWEST],
        "slowest_ms_and_cpu_ms": sorted(fuzz.slowest, reverse=True),
    }
    sys.stdout.write(f"{json.dumps(report, ensure_ascii=True, indent=1)}\n")


if __name__ == "__main__":
    main()
