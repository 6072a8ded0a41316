"""The figures of the judged queries of corpus/, and the floors that follow from them.

usage: python -m tests.judged [--worst N] [--unjudged] [--write-floors [--lower]]
"""

import argparse
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from indexer.engine import Engine, open_engine
from tests.judged.figures import Answer, ask, below, by_kind, new_floors, read_floors, table, write_floors
from tests.judged.judgements import CORPUS, Judged, read_judgements
from tests.judged.pool import pool


def main() -> int:
    """Print the figures and what else is asked for; 1 when a figure is below its floor."""
    parser = argparse.ArgumentParser(prog="python -m tests.judged", description="The judged queries of corpus/.")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="print the N worst queries")
    parser.add_argument(
        "--unjudged", action="store_true", help="print the articles that a pool holds and nobody judged"
    )
    parser.add_argument("--write-floors", action="store_true", help="raise the floors of figures that have improved")
    parser.add_argument("--lower", action="store_true", help="with --write-floors: lower the others too")
    asked = parser.parse_args()
    if asked.lower and not asked.write_floors:
        parser.error("--lower goes with --write-floors")
    queries = read_judgements()
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(Path(folder) / "index")
        engine.index([CORPUS])
        answers = [ask(engine, judged) for judged in queries]
        if asked.unjudged:
            _print_unjudged(engine, queries)
        engine.close()
    _print_worst(answers, asked.worst)
    reached, floors = by_kind(answers), read_floors()
    if asked.write_floors:
        floors = new_floors(floors, reached, lower=asked.lower)
        write_floors(floors)
    missed = below(reached, floors)
    _write(table(answers, floors), *missed)
    return 1 if missed else 0


def _print_unjudged(engine: Engine, queries: Iterable[Judged]) -> None:
    for judged in queries:
        for article in sorted(pool(engine, judged.q) - judged.grades.keys()):
            _write(f"{judged.id}: {judged.q} | {judged.need} | {article}")


def _print_worst(answers: Sequence[Answer], number: int) -> None:
    for answer in sorted(answers, key=lambda answer: answer.figures)[:number]:
        judged, figures = answer.judged, answer.figures
        graded = [f"{article}:{judged.grades.get(article, '?')}" for article in answer.ranked]
        wanted = [f"{article}:{grade}" for article, grade in judged.grades.items() if grade]
        _write(f"{judged.id}: {judged.q} (nDCG {figures.ndcg:.3f}, RR {figures.mrr:.3f})")
        _write(f"  first: {' '.join(graded)}", f"  wanted: {' '.join(wanted)}")


def _write(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
