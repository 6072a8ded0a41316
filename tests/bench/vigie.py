"""Vigie in the speed benchmark: the same documents, the same questions, the same answer as the peers.

usage: python -m tests.bench.vigie index CORPUS.jsonl FOLDER [--jobs 2]
       python -m tests.bench.vigie search FOLDER QUERIES.json [--warmup …]
       python -m tests.bench.vigie paging FOLDER
"""

import argparse
import itertools
import json
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from statistics import median

from whoosh import query as whoosh_query

from indexer.analysis import Classes, analyze
from indexer.document import Document, PartialDate, Provenance
from indexer.index import IndexReader, IndexWriter, open_reader
from indexer.index.schema import CONTENT
from indexer.search import Searcher, SearchRequest, Sort
from indexer.search.query import Words
from indexer.search.understanding import resolve
from indexer.thesaurus import load_thesaurus
from tests.bench.measure import TOP_HITS, Answer, Effort, Indexing, Timings, add_effort, given_effort, measure
from tests.bench.queries import FACETS, Query, read_queries

READ_AHEAD = 5000
MEMORY = 3_000_000_000
SEVERAL = ("country", "equipment", "organisation", "person")


def index(corpus: Path, folder: Path, jobs: int) -> Indexing:
    """Build a new index; only the time of work on documents already in memory counts."""
    seconds = 0.0
    start = time.perf_counter()
    writer = IndexWriter(folder, memory=MEMORY, jobs=jobs)
    seconds += time.perf_counter() - start
    with corpus.open(encoding="utf-8") as lines:
        while ready := [_document(line) for line in itertools.islice(lines, READ_AHEAD)]:
            start = time.perf_counter()
            for document in ready:
                writer.add(document)
            seconds += time.perf_counter() - start
    start = time.perf_counter()
    writer.commit()
    seconds += time.perf_counter() - start
    reader = open_reader(folder)
    size = sum(path.stat().st_size for path in folder.iterdir())
    peak = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) * 1024
    return Indexing(version("vigie"), jobs, seconds, size, reader.size, len(reader.parts), peak)


def search(folder: Path, questions: Path, effort: Effort) -> Timings:
    """Time the mix over an index, without a cache."""
    peer = Peer(open_reader(folder))
    timings = measure(peer.answer, read_queries(questions), effort)
    return Timings(version("vigie"), peer.reader.size, len(peer.reader.parts), timings, memory())


def paging(folder: Path, runs: int = 15) -> dict[str, float]:
    """Milliseconds that the second page of an answer takes after the first, snippets included, by the cache's size."""
    took: dict[str, float] = {}
    reader = open_reader(folder)
    for cache in (0, 64_000_000):
        searcher = Searcher(reader, load_thesaurus(), cache=cache)
        times = []
        for run in range(runs):
            for text in (
                "missile",
                "défense ukraine",
                "aide militaire ukraine",
                "missile OU drone",
                '"aide militaire"',
            ):
                request = SearchRequest(q=text, size=10 + run % 3)
                searcher.search(request)
                start = time.perf_counter()
                searcher.search(request.replace(page=2))
                times.append((time.perf_counter() - start) * 1000)
        took[str(cache)] = median(times)
    return took


def memory() -> dict[str, int]:
    """The memory of this process in bytes, after Linux."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {name: int(status[key].split()[0]) * 1024 for name, key in (("own", "RssAnon"), ("shared", "RssFile"))}


class Peer:
    """One open index, asked by one thread."""

    def __init__(self, reader: IndexReader) -> None:
        self.reader = reader
        self.classes = Classes(reader)
        self.searcher = Searcher(reader, load_thesaurus(), cache=0)

    def answer(self, query: Query) -> Answer:
        """One run: hits and exact total, the facets, the titles."""
        request = SearchRequest(
            facets=FACETS,
            include=query.filters,
            published_from=PartialDate.parse(query.date_from) if query.date_from else None,
            published_to=PartialDate.parse(query.date_to) if query.date_to else None,
            sort=Sort.NEWEST if query.sort == "newest" else Sort.RELEVANCE,
        )
        found = self.searcher.find(self._tree(query), request)
        ranked = self.searcher.rank(found, request, TOP_HITS)
        titles = [self.reader.parts[hit.segment].segment.documents.card(hit.doc).title for hit in ranked]
        facets = {name: {value.value: value.count for value in found.facets[name].values} for name in FACETS}
        return Answer(found.total, titles, facets)

    def _tree(self, query: Query) -> whoosh_query.Query:
        words = [Words(word, tuple(term.text for term in analyze(word))) for word in query.words]
        children = [whoosh_query.Or(words)] if words and query.operator == "or" else list(words)
        if query.phrase:
            phrase = " ".join(query.phrase)
            children.append(Words(phrase, tuple(term.text for term in analyze(phrase)), quoted=True))
        if query.prefix:
            children.append(whoosh_query.Prefix(CONTENT, query.prefix))
        tree = whoosh_query.And(children) if len(children) > 1 else next(iter(children), whoosh_query.Every())
        return resolve(tree, self.classes)


def documents(corpus: Path, number: int | None = None) -> Iterator[Document]:
    """The articles of a corpus."""
    with corpus.open(encoding="utf-8") as lines:
        yield from map(_document, itertools.islice(lines, number))


def _document(line: str) -> Document:
    article = json.loads(line)
    return Document(
        id=article["id"],
        title=article["title"],
        text=article["text"],
        source=article["source"],
        published=PartialDate.parse(article["date"]),
        facets={name: tuple(article[name]) for name in SEVERAL},
        provenance=Provenance(path=f"{article['id']}.txt", root="/corpus", format="text"),
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Vigie in the speed benchmark.")
    modes = parser.add_subparsers(dest="mode", required=True)
    indexing = modes.add_parser("index")
    indexing.add_argument("corpus", type=Path)
    indexing.add_argument("folder", type=Path)
    indexing.add_argument("--jobs", type=int, default=2)
    searching = modes.add_parser("search")
    searching.add_argument("folder", type=Path)
    searching.add_argument("queries", type=Path)
    add_effort(searching)
    pages = modes.add_parser("paging")
    pages.add_argument("folder", type=Path)
    given = parser.parse_args()
    if given.mode == "paging":
        sys.stdout.write(f"{json.dumps(paging(given.folder))}\n")
        return
    answer: Indexing | Timings
    if given.mode == "index":
        answer = index(given.corpus, given.folder, given.jobs)
    else:
        answer = search(given.folder, given.queries, given_effort(given))
    sys.stdout.write(f"{json.dumps(asdict(answer), ensure_ascii=False)}\n")


if __name__ == "__main__":
    main()
