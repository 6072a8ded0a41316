"""Lucene and tantivy, started as processes of their own: build their indexes, time the mix, compare.

usage: python -m tests.bench.peers [--documents 10000] [--cache var/bench] [--java JAVA] [--python PYTHON] […]

Prints Markdown: medians of both, hits, seconds to index, sizes. The corpus and the queries are kept in the cache folder; indexes are built
anew. PYTHON is the interpreter that has numpy and tantivy, when it is not the running one.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from statistics import geometric_mean
from typing import Any

from tests.bench.corpus import SEED, write_corpus
from tests.bench.measure import Effort, Indexing, Timings, add_effort, given_effort
from tests.bench.queries import write_queries

ROOT = Path(__file__).parents[2]
LUCENE = Path(__file__).parent / "lucene"
CACHE = ROOT / "var" / "bench"
OLDEST_JAVA = 21
JAVA_OPTIONS = (
    "-Xms1g",
    "-Xmx4g",
    "-XX:+UseParallelGC",
    "--add-modules=jdk.incubator.vector",  # Lucene decodes and scores with it when it may
    "--enable-native-access=ALL-UNNAMED",
)


@dataclass(frozen=True)
class Lucene:
    """The Java program, built, and the Java that runs it."""

    java: Path
    classes: str

    def index(self, corpus: Path, folder: Path, threads: int) -> Indexing:
        """Build a new index in *folder*."""
        return Indexing(**self._run("index", corpus.absolute(), _empty(folder), "--threads", threads))

    def search(self, folder: Path, asked: Path, effort: Effort) -> Timings:
        """Time the mix over the index in *folder*."""
        return Timings.of(self._run("search", folder.absolute(), asked.absolute(), *options(effort)))

    def _run(self, *arguments: object) -> dict[str, Any]:
        program = ("-cp", self.classes, "vigie.bench.LuceneBench")
        return answer_of([str(self.java), *JAVA_OPTIONS, *program, *map(str, arguments)])


@dataclass(frozen=True)
class Tantivy:
    """The Python program, and the Python that runs it."""

    python: Path

    def index(self, corpus: Path, folder: Path, threads: int) -> Indexing:
        """Build a new index in *folder*."""
        return Indexing(**self._run("index", corpus.absolute(), _empty(folder), "--threads", threads))

    def search(self, folder: Path, asked: Path, effort: Effort) -> Timings:
        """Time the mix over the index in *folder*."""
        return Timings.of(self._run("search", folder.absolute(), asked.absolute(), *options(effort)))

    def _run(self, *arguments: object) -> dict[str, Any]:
        return answer_of([str(self.python), "-m", "tests.bench.tantivy_peer", *map(str, arguments)])


@dataclass(frozen=True)
class Result:
    """What one peer gave on one corpus."""

    name: str
    indexing: Sequence[Indexing]
    timings: Timings


@lru_cache
def find_java() -> Path | None:
    """The newest installed Java that Lucene 10 runs on, or None."""
    named = [os.environ.get("JAVA_HOME"), *map(str, Path("/usr/lib/jvm").glob("*")), *map(str, Path("/opt").glob("*"))]
    found = [Path(home, "bin", "java") for home in named if home]
    found += [Path(java) for java in (shutil.which("java"),) if java]
    versions = {java: java_version(java) for java in found if java.is_file()}
    newest = max(versions, key=versions.__getitem__, default=None)
    return newest if newest and versions[newest] >= OLDEST_JAVA else None


def java_version(java: Path) -> int:
    """The feature number of a Java, 0 when it does not say."""
    try:
        said = subprocess.run([str(java), "-version"], capture_output=True, text=True, check=False, timeout=30).stderr
    except (OSError, subprocess.TimeoutExpired):
        return 0
    number = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(number[1]) if number else 0


def has_tantivy(python: Path = Path(sys.executable)) -> bool:
    """Whether *python* can run that peer."""
    return (
        subprocess.run([str(python), "-c", "import numpy, tantivy"], capture_output=True, check=False).returncode == 0
    )


def lucene_is_built() -> bool:
    """Whether Maven has been here since the program last changed."""
    compiled = LUCENE / "target" / "classes" / "vigie" / "bench" / "LuceneBench.class"
    sources = [LUCENE / "pom.xml", *(LUCENE / "src").rglob("*.java")]
    return compiled.is_file() and compiled.stat().st_mtime >= max(source.stat().st_mtime for source in sources)


def build_lucene(java: Path) -> Lucene:
    """The Java program, compiled when it has to be; Maven fetches Lucene the first time."""
    if not lucene_is_built():
        maven = shutil.which("mvn")
        if maven is None:
            raise FileNotFoundError(
                "mvn is needed to build tests/bench/lucene: install Maven (Debian: apt install maven)"
            )
        home = {**os.environ, "JAVA_HOME": str(java.resolve().parents[1])}
        subprocess.run(
            [maven, "-q", "-B", "clean", "process-classes"], cwd=LUCENE, env=home, check=True, stdout=sys.stderr
        )
    return Lucene(java, os.pathsep.join(str(LUCENE / "target" / part) for part in ("classes", "lib/*")))


def prepare(documents: int, cache: Path = CACHE, seed: int = SEED) -> tuple[Path, Path]:
    """The corpus and the queries as files, made when they are missing."""
    corpus, asked = cache / f"corpus-{documents}-{seed}.jsonl", cache / f"queries-{seed}.json"
    if not corpus.exists():
        write_corpus(documents, corpus, seed)
    write_queries(asked, seed)
    return corpus, asked


def run_lucene(
    java: Path, corpus: Path, asked: Path, effort: Effort, cache: Path = CACHE, threads: Sequence[int] = (1, 2)
) -> Result:
    """Index with one and with two threads, then time the mix over the index that fewer made, the faster to search."""
    peer = build_lucene(java)
    folders = {number: cache / f"lucene-{corpus.stem}-{number}" for number in threads}
    indexing = [peer.index(corpus, folder, number) for number, folder in folders.items()]
    return Result("Lucene", indexing, peer.search(folders[min(folders)], asked, effort))


def run_tantivy(python: Path, corpus: Path, asked: Path, effort: Effort, cache: Path = CACHE) -> Result:
    """Index with two threads, then time the mix."""
    peer = Tantivy(python)
    folder = cache / f"tantivy-{corpus.stem}-2"
    indexing = peer.index(corpus, folder, 2)
    return Result("tantivy", [indexing], peer.search(folder, asked, effort))


def table(results: Sequence[Result], corpus_bytes: int) -> str:
    """The results as Markdown."""
    return "\n".join(chain(_timing_rows(results), [""], indexing_rows(results, corpus_bytes)))


def _timing_rows(results: Sequence[Result]) -> Iterator[str]:
    yield row("query", *(f"{result.name}, ms" for result in results), *(f"{result.name}, hits" for result in results))
    yield row("---", *["---:"] * 2 * len(results))
    for timings in zip(*(result.timings.queries for result in results), strict=True):
        medians = (f"{timing.median_ms:.2f}" for timing in timings)
        yield row(timings[0].name.replace("|", "\\|"), *medians, *(f"{timing.total:,}" for timing in timings))
    means = (geometric_mean([timing.median_ms for timing in result.timings.queries]) for result in results)
    yield row("**geometric mean**", *(f"**{mean:.2f}**" for mean in means), *[""] * len(results))


def indexing_rows(results: Sequence[Result], corpus_bytes: int) -> Iterator[str]:
    """The table of how the indexes were built."""
    yield row("index", "threads", "seconds", "MB/s", "MB on disk", "segments")
    yield row("---", *["---:"] * 5)
    for built in chain.from_iterable(result.indexing for result in results):
        speed = corpus_bytes / 1e6 / built.seconds
        size = f"{built.bytes / 1e6:.1f}"
        yield row(built.version, built.threads, f"{built.seconds:.1f}", f"{speed:.1f}", size, built.segments)


def row(*cells: object) -> str:
    """A row of a Markdown table."""
    return f"| {' | '.join(map(str, cells))} |"


def answer_of(command: Sequence[str]) -> dict[str, Any]:
    """The JSON object that a program prints; what it says besides goes to the error of the exception."""
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def options(effort: Effort) -> Iterator[str]:
    """The arguments that say how long to measure."""
    for name, value in asdict(effort).items():
        yield from (f"--{name.replace('_', '-')}", str(value))


def _empty(folder: Path) -> Path:
    """The absolute path of *folder*, with nothing there."""
    shutil.rmtree(folder, ignore_errors=True)
    return folder.absolute()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Time Lucene and tantivy on a synthetic corpus.")
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=SEED)
    add_effort(parser)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--java", type=Path, default=find_java())
    parser.add_argument("--python", type=Path, default=Path(sys.executable))
    parser.add_argument("--json", type=Path, help="write every figure there too")
    given = parser.parse_args()
    corpus, asked = prepare(given.documents, given.cache.absolute(), given.seed)
    effort, cache = given_effort(given), given.cache.absolute()
    results = []
    if given.java:
        results.append(run_lucene(given.java, corpus, asked, effort, cache))
    else:
        sys.stderr.write(f"Lucene is left out: no Java {OLDEST_JAVA} or newer (see {LUCENE / 'README.md'})\n")
    if has_tantivy(given.python):
        results.append(run_tantivy(given.python, corpus, asked, effort, cache))
    else:
        sys.stderr.write("tantivy is left out: pip install tantivy, or --python an interpreter that has it\n")
    if given.json:
        given.json.write_text(json.dumps([asdict(result) for result in results], ensure_ascii=False), encoding="utf-8")
    sys.stdout.write(f"{table(results, corpus.stat().st_size)}\n")


if __name__ == "__main__":
    main()
