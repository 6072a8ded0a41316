"""Vigie beside Lucene, tantivy and stock Whoosh: indexes built, the mix timed, one table.

usage: python -m tests.bench [--documents 100000] [--cache var/bench] [--java JAVA] [--python PYTHON] [--json FILE] […]

Prints Markdown. Peers that are not installed are left out, and named. PYTHON is the interpreter that has tantivy.
"""

import argparse
import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import geometric_mean, median
from time import perf_counter
from typing import Any

from tests.bench.measure import Effort, Indexing, Timings, add_effort, given_effort
from tests.bench.peers import (
    CACHE,
    Result,
    find_java,
    has_tantivy,
    indexing_rows,
    options,
    prepare,
    row,
    run_lucene,
    run_tantivy,
)

ROOT = Path(__file__).parents[2]
STOCK_DOCUMENTS = 20_000
"""Articles that stock Whoosh is given: with 100,000 the table would take a day."""


def run_vigie(corpus: Path, asked: Path, effort: Effort, cache: Path, jobs: Sequence[int]) -> Result:
    """Index with one and with two processes, then time the mix."""
    folders = {number: cache / f"vigie-{corpus.stem}-{number}" for number in jobs}
    indexing = []
    for number, folder in folders.items():
        shutil.rmtree(folder, ignore_errors=True)
        indexing.append(Indexing(**_vigie("index", corpus, folder, "--jobs", number)))
    return Result("Vigie", indexing, Timings.of(_vigie("search", folders[max(folders)], asked, *options(effort))))


def first_answer(folder: Path) -> float:
    """Seconds that a fresh process takes to open an index and to answer its first query, starting Python included."""
    program = (
        "from pathlib import Path; from indexer.engine import open_engine; from indexer.search import SearchRequest; "
        f"open_engine(Path({str(folder)!r})).search(SearchRequest(q='missile'))"
    )
    times = []
    for _ in range(5):
        start = perf_counter()
        subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)
        times.append(perf_counter() - start)
    return median(times)


def run_stock_whoosh(corpus: Path, asked: Path, cache: Path) -> tuple[Timings, Timings]:
    """Stock Whoosh, and Vigie over as few articles."""
    command = [sys.executable, "-m", "tests.bench.whoosh_peer", str(corpus), str(asked)]
    done = subprocess.run(command, capture_output=True, check=True, cwd=ROOT)
    stock = Timings.of(json.loads(done.stdout)["timings"])
    small, _ = prepare(STOCK_DOCUMENTS, cache)
    folder = cache / "vigie-stock"
    shutil.rmtree(folder, ignore_errors=True)
    _vigie("index", small, folder, "--jobs", 1)
    return stock, Timings.of(_vigie("search", folder, asked, "--warmup-seconds", 3, "--runs", 10))


def timing_table(results: Sequence[Result]) -> Iterator[str]:
    """A row for each query: medians, and Vigie's share of each peer's time."""
    ours, peers = results[0], results[1:]
    yield row("query", *(f"{result.name}, ms" for result in results), *(f"of {peer.name}" for peer in peers), "hits")
    yield row("---", *["---:"] * (len(results) + len(peers) + 1))
    for timings in zip(*(result.timings.queries for result in results), strict=True):
        medians = [timing.median_ms for timing in timings]
        shares = [f"{medians[0] / other:.2f}" for other in medians[1:]]
        yield row(timings[0].name, *(f"{each:.2f}" for each in medians), *shares, f"{timings[0].total:,}")
    means = [geometric_mean([timing.median_ms for timing in result.timings.queries]) for result in results]
    shares = [f"**{means[0] / other:.2f}**" for other in means[1:]]
    yield row("**geometric mean**", *(f"**{mean:.2f}**" for mean in means), *shares, "")
    worst = [max(timing.p99_ms for timing in result.timings.queries) for result in results]
    yield row("worst p99", *(f"{each:.2f}" for each in worst), *[""] * len(peers), "")
    for peer in peers:
        late = [
            f"{mine.name} (+{mine.median_ms - theirs.median_ms:.2f} ms)"
            for mine, theirs in zip(ours.timings.queries, peer.timings.queries, strict=True)
            if mine.median_ms > theirs.median_ms + 0.3
        ]
        yield f"\nMore than 0.3 ms behind {peer.name}: {', '.join(late) or 'no query'}."


def spread(timings: Timings) -> float:
    """The middle of what lies between the first and the third quartile of each query, as a share of its median."""
    shares = []
    for query in timings.queries:
        times = sorted(query.times_ms)
        shares.append((times[len(times) * 3 // 4] - times[len(times) // 4]) / query.median_ms)
    return median(shares)


def _vigie(*arguments: object) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.vigie", *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=ROOT)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Vigie beside its peers on a synthetic corpus.")
    parser.add_argument("--documents", type=int, default=100_000)
    add_effort(parser)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--java", type=Path, default=find_java())
    parser.add_argument("--python", type=Path, default=Path(sys.executable))
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="threads, or processes, that index")
    parser.add_argument("--no-whoosh", action="store_true", help="leave stock Whoosh out")
    parser.add_argument("--json", type=Path, help="write every figure there too")
    given = parser.parse_args()
    cache = given.cache.absolute()
    corpus, asked = prepare(given.documents, cache)
    effort = given_effort(given)
    vigie = run_vigie(corpus, asked, effort, cache, given.threads)
    results = [vigie]
    if given.java:
        results.append(run_lucene(given.java, corpus, asked, effort, cache, given.threads))
    if has_tantivy(given.python):
        results.append(run_tantivy(given.python, corpus, asked, effort, cache))
    say = sys.stdout.write
    say(f"{given.documents:,} articles, {platform.machine()}, Python {platform.python_version()}; ")
    say(", ".join(f"{result.name} {result.timings.version}" for result in results) + ".\n\n")
    say("\n".join(timing_table(results)) + "\n\n")
    say("\n".join(indexing_rows(results, corpus.stat().st_size)) + "\n\n")
    say(f"Spread (quartiles) {', '.join(f'{each.name} {spread(each.timings):.0%}' for each in results)}.\n")
    folder = cache / f"vigie-{corpus.stem}-{max(given.threads)}"
    pages = list(_vigie("paging", folder).values())
    say(f"The next page, snippets included: {pages[0]:.2f} ms without the cache, {pages[1]:.2f} with it.\n")
    say(f"Fresh process, first answer: {first_answer(folder):.2f} s.\n")
    memory = {name: size // 1_000_000 for name, size in vigie.timings.memory.items()}
    peaks = ", ".join(f"{built.memory // 1_000_000} MB with {built.threads}" for built in vigie.indexing)
    say(f"Memory: a server {memory['own']} MB of its own and {memory['shared']} MB shared; writers {peaks}.\n")
    if not given.no_whoosh:
        stock, same = run_stock_whoosh(corpus, asked, cache)
        means = [geometric_mean([query.median_ms for query in timings.queries]) for timings in (stock, same)]
        share = means[1] / means[0]
        say(
            f"Stock Whoosh, {STOCK_DOCUMENTS:,} articles: {means[0]:.0f} ms; Vigie {means[1]:.2f} ms, {share:.4f} of it.\n"
        )
    if given.json:
        given.json.write_text(json.dumps([asdict(result) for result in results], ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
