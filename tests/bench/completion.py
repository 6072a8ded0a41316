"""How fast is completion as you type, and are similar articles found?

usage: python -m tests.bench.completion FOLDER [--samples 400] [--cpu]

FOLDER has an index (tests.bench.vigie makes one). Every beginning of drawn titles and entities is typed once, in a drawn
order; prints how long the first letter takes, which makes the tables, then the median, the 99th percentile and the worst
of the others, on the clock; with --cpu the thread's processor time, for a machine that others use too. Then the same of
similar articles.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from indexer.index import IndexReader, open_reader
from indexer.search import Searcher
from indexer.search.completion import NAMED
from indexer.thesaurus import load_thesaurus
from tests.bench.measure import percentile_99

Clock = Callable[[], float]

LONGEST = 40
"""Letters typed of a title."""


def beginnings(reader: IndexReader, samples: int, seed: int = 7) -> list[str]:
    """Every beginning of *samples* titles and as many entities, in a drawn order."""
    draw = random.Random(seed)
    docs = draw.sample(range(reader.bases[-1]), min(samples, reader.bases[-1]))
    values = [value for field in NAMED for value in reader.facet_labels.of(field)]
    texts = [reader.card(doc).title for doc in docs] + draw.sample(values, min(samples, len(values)))
    typed = sorted({text[:length] for text in texts for length in range(1, min(len(text), LONGEST) + 1)})
    draw.shuffle(typed)
    return typed


def spent(answer: Callable[[str], object], asked: Sequence[str], clock: Clock) -> list[float]:
    """Milliseconds of each."""
    times = []
    for each in asked:
        start = clock()
        answer(each)
        times.append((clock() - start) * 1000)
    return times


def row(name: str, times: Sequence[float]) -> str:
    """One line of figures."""
    return f"{name} ({len(times)}): p50 {median(times):.2f} ms, p99 {percentile_99(times):.2f} ms, worst {max(times):.2f} ms"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Completion and similar articles in the speed benchmark.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--samples", type=int, default=400)
    parser.add_argument("--cpu", action="store_true")
    given = parser.parse_args()
    clock = time.thread_time if given.cpu else time.perf_counter
    reader = open_reader(given.folder)
    searcher = Searcher(reader, load_thesaurus(), cache=0)
    typed = beginnings(reader, given.samples)
    sys.stdout.write(f"{reader.size} articles, {len(reader.parts)} segments\n")
    sys.stdout.write(f"first letter: {spent(searcher.suggest, ['a'], clock)[0]:.0f} ms\n")
    sys.stdout.write(f"{row('suggest', spent(searcher.suggest, typed, clock))}\n")
    draw = random.Random(7)
    numbers = draw.sample(range(reader.bases[-1]), min(given.samples, reader.bases[-1]))
    ids = [reader.card(number).id for number in numbers]
    spent(searcher.similar, ids[:20], clock)
    sys.stdout.write(f"{row('similar', spent(searcher.similar, ids[20:] or ids, clock))}\n")


if __name__ == "__main__":
    main()
