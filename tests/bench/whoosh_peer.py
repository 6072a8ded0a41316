"""Stock Whoosh as a peer: what Vigie's index replaces. It takes minutes where the others take seconds: few articles, few runs.

usage: python -m tests.bench.whoosh_peer CORPUS.jsonl QUERIES.json [--documents 20000] [--runs 3]
"""

import argparse
import itertools
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from whoosh import query as whoosh_query
from whoosh import sorting
from whoosh.analysis import LanguageAnalyzer
from whoosh.fields import ID, KEYWORD, NUMERIC, TEXT, Schema
from whoosh.index import create_in
from whoosh.searching import Searcher

from tests.bench.measure import TOP_HITS, TOP_VALUES, Answer, Effort, Indexing, Timings, measure
from tests.bench.queries import FACETS, Query, read_queries

FIELDS = ("title", "text")


def index(corpus: Path, folder: Path, number: int) -> tuple[Indexing, Searcher]:
    """Build an index of the first articles."""
    analyzer = LanguageAnalyzer("fr")
    schema = Schema(
        id=ID(stored=True),
        title=TEXT(analyzer=analyzer, stored=True),
        text=TEXT(analyzer=analyzer, stored=True),
        day=NUMERIC(sortable=True),
        **{name: KEYWORD(commas=True) for name in FACETS},
    )
    built = create_in(str(folder), schema)
    with corpus.open(encoding="utf-8") as lines:
        articles = [json.loads(line) for line in itertools.islice(lines, number)]
    start = time.perf_counter()
    writer = built.writer(limitmb=512)
    for article in articles:
        day = article.pop("date")
        values = {name: ",".join(article.pop(name)) for name in FACETS if name not in {"date", "source"}}
        writer.add_document(day=int(day.replace("-", "")), date=day[:4], **article, **values)
    writer.commit(optimize=True)
    seconds = time.perf_counter() - start
    size = sum(path.stat().st_size for path in folder.iterdir())
    return Indexing(version("Whoosh-Reloaded"), 1, seconds, size, len(articles), 1), built.searcher()


class Peer:
    """One open index."""

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher
        self.analyzer = LanguageAnalyzer("fr")

    def answer(self, query: Query) -> Answer:
        """One run: hits and exact total, the facets, the titles."""
        groups = sorting.Facets()
        for name in FACETS:
            groups.add_facet(name, sorting.FieldFacet(name, allow_overlap=True, maptype=sorting.Count))
        narrow = self._filter(query, query.filters)
        order = sorting.FieldFacet("day", reverse=True) if query.sort == "newest" else None
        found = self.searcher.search(self._tree(query), limit=TOP_HITS, filter=narrow, groupedby=groups, sortedby=order)
        titles = [found[place]["title"] for place in range(min(TOP_HITS, found.scored_length()))]
        facets = {name: _most(found.groups(name)) for name in FACETS}
        for name in query.filters:
            others = {other: values for other, values in query.filters.items() if other != name}
            wide = self.searcher.search(
                self._tree(query), limit=1, filter=self._filter(query, others), groupedby=groups, sortedby=order
            )
            facets[name] = _most(wide.groups(name))
        return Answer(len(found), titles, facets)

    def _tree(self, query: Query) -> whoosh_query.Query:
        join = whoosh_query.And if query.operator == "and" else whoosh_query.Or
        parts = [join([self._either(word) for word in self._terms(query.words)])] if query.words else []
        if query.phrase:
            words = self._terms(query.phrase)
            parts.append(whoosh_query.Or([whoosh_query.Phrase(field, words) for field in FIELDS]))
        if query.prefix:
            parts.append(whoosh_query.Or([whoosh_query.Prefix(field, query.prefix) for field in FIELDS]))
        return whoosh_query.And(parts) if parts else whoosh_query.Every()

    def _either(self, word: str) -> whoosh_query.Query:
        return whoosh_query.Or([whoosh_query.Term("title", word, boost=3.0), whoosh_query.Term("text", word)])

    def _terms(self, words: Sequence[str]) -> list[str]:
        return [token.text for token in self.analyzer(" ".join(words))]

    def _filter(self, query: Query, filters: Any) -> whoosh_query.Query | None:
        parts: list[whoosh_query.Query] = [
            whoosh_query.Or([whoosh_query.Term(name, value) for value in values]) for name, values in filters.items()
        ]
        if query.date_from and query.date_to:
            days = (int(day.replace("-", "")) for day in (query.date_from, query.date_to))
            parts.append(whoosh_query.NumericRange("day", *days))
        return whoosh_query.And(parts) if parts else None


def _most(counts: dict[Any, int]) -> dict[str, int]:
    ordered = sorted(((str(value), count) for value, count in counts.items() if value), key=lambda pair: -pair[1])
    return dict(ordered[:TOP_VALUES])


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Stock Whoosh as a peer in the speed benchmark.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("queries", type=Path)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        built, searcher = index(given.corpus, Path(folder), given.documents)
        timings = measure(Peer(searcher).answer, read_queries(given.queries), Effort(1, 0, given.runs))
        record = asdict(Timings(built.version, given.documents, 1, timings))
    sys.stdout.write(json.dumps({"indexing": asdict(built), "timings": record}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
