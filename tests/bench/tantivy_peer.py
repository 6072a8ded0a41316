"""tantivy, through its Python package, as a peer of Vigie.

usage: python -m tests.bench.tantivy_peer index CORPUS.jsonl DIRECTORY [--threads 2]
       python -m tests.bench.tantivy_peer search DIRECTORY QUERIES.json [--warmup 3] [--warmup-seconds 15] [--runs 30]

Both print one JSON object. What the Python API does not allow, and what a user does instead:

- No elision filter and no token filter of one's own: the text is cut at apostrophes and the elided articles are stop words. « aujourd'hui »
  becomes two words, and an elided article leaves a gap in a phrase, as any other stop word does.
- The stemmer is Snowball French; Lucene's analyzer has a lighter one. The stop lists differ by a few words.
- No facet collector, and no aggregation in a search: the hits and their counts are two passes over the query.
- No drill-sideways: one more pass for each filtered field.
- A prefix query stops at 50 terms; a regular expression, as the parser makes of `abc.*`, is exact.
- Terms aggregations keep ten times the wanted values of each segment, so a count could be too small in theory; here none is.
"""

import argparse
import importlib
import itertools
import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from tests.bench.measure import (
    TOP_HITS,
    TOP_VALUES,
    Answer,
    Counts,
    Effort,
    Indexing,
    Timings,
    add_effort,
    given_effort,
    measure,
)
from tests.bench.queries import FACETS, Query, read_queries

TITLE_BOOST = 2.0
WRITER_BYTES = 512_000_000
READ_AHEAD = 100_000
ELIDED = "l d qu n s j m t c jusqu lorsqu puisqu quoiqu".split()
COLUMN = {field: "year" if field == "date" else field for field in FACETS}


def tantivy() -> Any:
    """The package, which the benchmark alone needs."""
    return importlib.import_module("tantivy")


def index(corpus: Path, folder: Path, threads: int) -> Indexing:
    """Build a new index. Only work on articles already in memory is timed, up to the end of the last merge."""
    package = tantivy()
    folder.mkdir(parents=True)
    schema = _schema()
    built = package.Index(schema, str(folder))
    built.register_tokenizer("french", _analyzer())
    writer = built.writer(WRITER_BYTES, threads)
    seconds = 0.0
    with corpus.open(encoding="utf-8") as lines:
        while ready := [_record(line) for line in itertools.islice(lines, READ_AHEAD)]:
            start = time.perf_counter()
            for record in ready:
                writer.add_document(package.Document.from_dict(record, schema))
            seconds += time.perf_counter() - start
    start = time.perf_counter()
    writer.commit()
    writer.wait_merging_threads()
    seconds += time.perf_counter() - start
    built.reload()
    searcher = built.searcher()
    size = sum(path.stat().st_size for path in folder.iterdir())
    return Indexing(version(), threads, seconds, size, searcher.num_docs, searcher.num_segments)


def search(folder: Path, questions: Path, effort: Effort) -> Timings:
    """Time the mix over an index."""
    peer = Peer(folder)
    timings = measure(peer.answer, read_queries(questions), effort)
    return Timings(version(), peer.searcher.num_docs, peer.searcher.num_segments, timings)


def version() -> str:
    """The version of the engine and of its index format."""
    return str(tantivy().__version__)


class Peer:
    """One open index, asked by one thread."""

    def __init__(self, folder: Path) -> None:
        self.package = tantivy()
        opened = self.package.Index.open(str(folder))
        opened.register_tokenizer("french", _analyzer())
        self.analyzer = _analyzer()
        self.schema = opened.schema
        self.searcher = opened.searcher()

    def answer(self, query: Query) -> Answer:
        """One run: hits and exact total, the facets, the titles."""
        wanted = self._query(query, query.filters)
        if query.sort == "newest":
            found = self.searcher.search(wanted, TOP_HITS, order_by_field="day", order=self.package.Order.Desc)
        else:
            found = self.searcher.search(wanted, TOP_HITS)
        titles = [self.searcher.doc(address).get_first("title") for _, address in found.hits]
        return Answer(found.count, titles, self._facets(query, wanted))

    def _facets(self, query: Query, wanted: Any) -> Counts:
        """The counts of each field, without its own filter."""
        counts = self._count([field for field in FACETS if field not in query.filters], wanted)
        for field in query.filters:
            others = {name: values for name, values in query.filters.items() if name != field}
            counts |= self._count([field], self._query(query, others))
        return counts

    def _count(self, fields: Iterable[str], wanted: Any) -> dict[str, dict[str, int]]:
        asked = {field: {"terms": {"field": COLUMN[field], "size": TOP_VALUES}} for field in fields}
        found = self.searcher.aggregate(wanted, asked)
        return {name: {each["key"]: each["doc_count"] for each in found[name]["buckets"]} for name in asked}

    def _query(self, query: Query, filters: Any) -> Any:
        must = list(self._scored(query))
        must += [self._unscored(self._any_value(field, values)) for field, values in filters.items()]
        if query.date_from or query.date_to:
            must.append(self._unscored(self._dates(query)))
        if not must:
            return self.package.Query.all_query()
        return must[0] if len(must) == 1 else self._boolean(self.package.Occur.Must, must)

    def _scored(self, query: Query) -> Iterator[Any]:
        terms = self.analyzer.analyze(" ".join(query.words))
        if query.operator == "and":
            yield from (self._either_field(self._word("title", term), self._word("text", term)) for term in terms)
        elif terms:
            titles = [self._boosted(self._word("title", term)) for term in terms]
            yield self._boolean(self.package.Occur.Should, [*titles, *(self._word("text", term) for term in terms)])
        if query.phrase:
            yield self._either_field(self._phrase("title", query.phrase), self._phrase("text", query.phrase))
        if query.prefix:
            yield self._either_field(self._prefix("title", query.prefix), self._prefix("text", query.prefix))

    def _either_field(self, title: Any, text: Any) -> Any:
        return self._boolean(self.package.Occur.Should, [self._boosted(title), text])

    def _boosted(self, title: Any) -> Any:
        return self.package.Query.boost_query(title, TITLE_BOOST)

    def _boolean(self, occur: Any, parts: Iterable[Any]) -> Any:
        return self.package.Query.boolean_query([(occur, part) for part in parts])

    def _word(self, field: str, term: str) -> Any:
        return self.package.Query.term_query(self.schema, field, term, "freq")

    def _phrase(self, field: str, words: Sequence[str]) -> Any:
        tokens = self.analyzer.pre_tokenize(" ".join(words)).tokens
        places = [(token.position - tokens[0].position, token.text) for token in tokens]
        return self.package.Query.phrase_query(self.schema, field, places)

    def _prefix(self, field: str, start: str) -> Any:
        return self.package.Query.regex_query(self.schema, field, f"{start}.*")

    def _any_value(self, field: str, values: Sequence[str]) -> Any:
        column = COLUMN[field]
        if len(values) == 1:
            return self.package.Query.term_query(self.schema, column, values[0], "basic")
        return self.package.Query.term_set_query(self.schema, column, list(values))

    def _dates(self, query: Query) -> Any:
        first, last = (day and _day(day) for day in (query.date_from, query.date_to))
        return self.package.Query.range_query(self.schema, "day", self.package.FieldType.Unsigned, first, last)

    def _unscored(self, query: Any) -> Any:
        return self.package.Query.const_score_query(query, 0.0)


def _schema() -> Any:
    builder = tantivy().SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for field in ("title", "text"):
        builder.add_text_field(field, stored=True, tokenizer_name="french")
    for column in COLUMN.values():
        builder.add_text_field(column, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("day", indexed=True, fast=True)
    return builder.build()


def _analyzer() -> Any:
    package = tantivy()
    filters = package.Filter
    builder = package.TextAnalyzerBuilder(package.Tokenizer.simple())
    for each in (
        filters.lowercase(),
        filters.stopword("french"),
        filters.custom_stopword(ELIDED),
        filters.stemmer("french"),
    ):
        builder = builder.filter(each)
    return builder.build()


def _record(line: str) -> dict[str, Any]:
    """An article as the schema wants it."""
    article: dict[str, Any] = json.loads(line)
    day = article.pop("date")
    return {**article, "day": _day(day), "year": day[:4]}


def _day(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="tantivy as a peer in the speed benchmark.")
    modes = parser.add_subparsers(dest="mode", required=True)
    indexing = modes.add_parser("index")
    indexing.add_argument("corpus", type=Path)
    indexing.add_argument("folder", type=Path)
    indexing.add_argument("--threads", type=int, default=2)
    searching = modes.add_parser("search")
    searching.add_argument("folder", type=Path)
    searching.add_argument("queries", type=Path)
    add_effort(searching)
    given = parser.parse_args()
    answer: Indexing | Timings
    if given.mode == "index":
        answer = index(given.corpus, given.folder, given.threads)
    else:
        answer = search(given.folder, given.queries, given_effort(given))
    sys.stdout.write(f"{json.dumps(asdict(answer), ensure_ascii=False)}\n")


if __name__ == "__main__":
    main()
