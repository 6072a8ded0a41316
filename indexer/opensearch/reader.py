"""ClusterReader: one commit of the index in the cluster, as it was when it was opened: a point in time.

What understanding a request asks of a commit on this machine (Collection) it answers too. Safe to share between
threads.
"""

import threading
from collections.abc import Collection as Several
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from opensearchpy.exceptions import ConflictError, NotFoundError

from indexer.analysis import fold
from indexer.document import FACETS, Document
from indexer.errors import ClusterUnavailableError, CursorGoneError, DocumentNotFoundError
from indexer.index.dictionary import Dictionary, text_arrays
from indexer.index.manifest import Commit
from indexer.index.segment import UNKNOWN_DAY
from indexer.opensearch.connection import Connection
from indexer.opensearch.mapping import SEPARATOR, document_of, facet_key, facet_value
from indexer.opensearch.state import KEPT_OPEN, State, view_name
from indexer.opensearch.vocabulary import Vocabulary
from indexer.search.deadline import check_time

Json = dict[str, Any]
K = TypeVar("K")
V = TypeVar("V")

AT_ONCE = 200
"""Counts of one request, and documents of one page of a walk."""

VALUES_AT_ONCE = 5000
MOST_KEPT = 50_000
"""Counts that are kept for an open commit."""

EVERYTHING: Json = {"match_all": {}}

_SPECIAL = frozenset('.?+*|{}[]()"\\#@&<>~^$-')


class Told(NamedTuple):
    """A story: its articles that are there, and their sources."""

    versions: int
    sources: int


class ClusterReader:
    """One commit in the cluster."""

    warnings: tuple[str, ...] = ()

    def __init__(self, connection: Connection, state: State, vocabulary: Vocabulary, *, is_newest: bool = True) -> None:
        """Open it. CursorGoneError, with no address, when it is not the newest and is kept no more."""
        self._connection = connection
        self.state = state
        self.vocabulary = vocabulary
        self._is_newest = is_newest
        self._lock = threading.Lock()
        self._counts: dict[frozenset[str], int] = {}
        self._values: dict[tuple[str, str], int] = {}
        self._stories: dict[str, Told] = {}
        self._folded: dict[tuple[str, str], str | None] = {}
        self._dictionaries: dict[str, Dictionary] = {}
        self._pit = self._known_pit() or self._new_pit()
        answer = self.search({"size": 0, "track_total_hits": True, "aggs": {"newest": {"max": {"field": "first_day"}}}})
        self.size = int(answer["hits"]["total"]["value"])
        """How many documents a search can find."""
        self.newest_day = int(answer["aggregations"]["newest"]["value"] or UNKNOWN_DAY)
        """The newest day of publication, as datetime.date.toordinal counts; UNKNOWN_DAY when there is none."""

    @property
    def commit(self) -> Commit:
        """The commit, as far as there is anything to say of one that is elsewhere."""
        return Commit(generation=self.state.generation, created=self.state.created, segments=(), next_segment=1)

    def search(self, body: Json) -> Json:
        """What the cluster answers of this commit; ClusterUnavailableError, CursorGoneError.

        The view of the newest commit is opened once more when the nodes that had it are gone: what it shows is the same
        as long as nothing was committed since.
        """
        for attempt in (1, 2):
            check_time()
            pit = self._pit
            try:
                found: Json = self._connection.ask(
                    "POST",
                    "/_search",
                    {**body, "pit": {"id": pit, "keep_alive": KEPT_OPEN}},
                    allow_partial_search_results="false",
                )
            except (NotFoundError, ClusterUnavailableError) as error:
                if not self._is_newest and isinstance(error, NotFoundError):
                    raise CursorGoneError("") from error
                if attempt == 1 and self._is_newest:
                    self._renew(pit)
                    continue
                raise ClusterUnavailableError from error
            else:
                return found
        raise ClusterUnavailableError

    def _renew(self, gone: str) -> None:
        with self._lock:
            if self._pit == gone:
                self._pit = self._new_pit(gone)

    def _known_pit(self) -> str | None:
        """The view of this commit that some process has opened."""
        try:
            found = self._connection.ask("GET", f"/{self.state.log}/_doc/{self._pit_name}")
        except NotFoundError:
            if not self._is_newest:
                raise CursorGoneError("") from None
            return None
        return str(found["_source"]["pit"])

    def _new_pit(self, gone: str | None = None) -> str:
        """A view, told to other processes: one is enough for all of them."""
        path = f"/{self.state.articles}/_search/point_in_time"
        try:
            pit = str(
                self._connection.ask("POST", path, keep_alive=KEPT_OPEN, allow_partial_pit_creation="false")["pit_id"]
            )
        except NotFoundError as error:  # the index was rebuilt meanwhile
            raise ClusterUnavailableError from error
        kind = {"op_type": "create"} if gone is None else {}
        try:
            self._connection.ask("PUT", f"/{self.state.log}/_doc/{self._pit_name}", {"kind": "pit", "pit": pit}, **kind)
        except ConflictError:
            return self._known_pit() or pit
        return pit

    @property
    def _pit_name(self) -> str:
        return view_name(self.state.generation)

    # Words.

    @property
    def dictionaries(self) -> Sequence[Dictionary]:
        """All terms of title and text, together."""
        return self.vocabulary.dictionaries

    def with_fold(self, folded: str) -> set[str]:
        """The terms whose fold is *folded*."""
        return self.vocabulary.with_fold(folded)

    def with_stem(self, name: str) -> set[str]:
        """The terms whose own stem class is *name*."""
        return self.vocabulary.with_stem(name)

    def with_prefix(self, prefix: str) -> set[str]:
        """The terms that begin with *prefix*."""
        return self.vocabulary.with_prefix(prefix)

    def like(self, word: str, least: float) -> dict[str, float]:
        """The terms like *word*, which is given without accents, and their Dice coefficients from *least* on."""
        return self.vocabulary.like(word, least)

    def frequencies(self, terms: Iterable[str]) -> list[int]:
        """How many documents have each of *terms*."""
        sets = [frozenset([term]) for term in terms]
        self.count_any(sets)
        return [self._counts.get(each, 0) for each in sets]

    def having_any(self, terms: frozenset[str]) -> int:
        """How many documents have any of *terms*."""
        self.count_any([terms])
        return self._counts.get(terms, 0)

    def count_any(self, sets: Several[frozenset[str]]) -> None:
        """Find out for each of many sets of terms how many documents have any, in as few requests as may be."""
        known = {each for each in sets if any(self.vocabulary.knows(term, french=False) for term in each)}
        unknown = [each for each in known if each not in self._counts]
        filters = [{"terms": {"words": sorted(each)}} for each in unknown]
        self._keep(self._counts, zip(unknown, self._count_each(filters), strict=True))

    def having_value(self, field: str, value: str) -> int:
        """How many documents have a value of a facet."""
        return self.having_values([(field, value)])[0]

    def having_values(self, values: Sequence[tuple[str, str]]) -> list[int]:
        """How many documents have each of some values of facets."""
        unknown = [pair for pair in dict.fromkeys(values) if pair not in self._values]
        filters = [{"term": {f"facets.{field}": facet_key(value)}} for field, value in unknown]
        counted = dict(zip(unknown, self._count_each(filters), strict=True))
        found = {pair: self._values.get(pair, counted.get(pair, 0)) for pair in values}
        self._keep(self._values, counted.items())
        return [found[pair] for pair in values]

    def _count_each(self, filters: Sequence[Json]) -> Iterator[int]:
        for at in range(0, len(filters), AT_ONCE):
            some = filters[at : at + AT_ONCE]
            answer = self.search({"size": 0, "aggs": {"each": {"filters": {"filters": some}}}})
            yield from (int(bucket["doc_count"]) for bucket in answer["aggregations"]["each"]["buckets"])

    def _keep(self, kept: dict[K, V], more: Iterable[tuple[K, V]]) -> None:
        if len(kept) > MOST_KEPT:
            kept.clear()
        kept.update(more)

    def count(self, query: Json) -> int:
        """How many documents match."""
        answer = self.search({"size": 0, "track_total_hits": True, "query": query})
        return int(answer["hits"]["total"]["value"])

    # Values of facets.

    @cached_property
    def folded_values(self) -> Mapping[str, Mapping[str, str]]:
        """For every facet: the fold of a value -> the value."""
        return {field: _FoldedValues(self, field) for field in FACETS}

    def value_with_fold(self, field: str, folded: str) -> str | None:
        """The value of a facet with this fold."""
        if (field, folded) not in self._folded:
            pattern = "".join(f"\\{letter}" if letter in _SPECIAL else letter for letter in f"{folded}{SEPARATOR}")
            terms = {"field": f"facets.{field}", "include": f"{pattern}.*", "size": 100}
            answer = self.search({"size": 0, "aggs": {"values": {"terms": terms}}})
            found = [facet_value(bucket["key"]) for bucket in answer["aggregations"]["values"]["buckets"]]
            self._keep(self._folded, [((field, folded), max(found, default=None))])
        return self._folded.get((field, folded))

    def values_of(self, field: str, query: Json | None = None) -> dict[str, int]:
        """Every value of a facet that documents have, and how many of those that match *query*."""
        source: Json = {"value": {"terms": {"field": f"facets.{field}"}}}
        counts: dict[str, int] = {}
        for key, count in self.composite({"sources": [source]}, query):
            counts[facet_value(key["value"])] = count
        return counts

    def composite(self, what: Json, query: Json | None = None) -> Iterator[tuple[Json, int]]:
        """Every bucket of a composite aggregation: its key, and how many documents it has."""
        body: Json = {"size": 0, "query": query or EVERYTHING}
        after: Json = {}
        while True:
            body["aggs"] = {"all": {"composite": {"size": VALUES_AT_ONCE, **what, **after}}}
            found = self.search(body)["aggregations"]["all"]
            yield from ((bucket["key"], int(bucket["doc_count"])) for bucket in found["buckets"])
            if len(found["buckets"]) < VALUES_AT_ONCE:
                return
            after = {"after": found["after_key"]}

    def published_months(self) -> list[str]:
        """The months in which articles were published whose date is known so well."""
        source = {"month": {"terms": {"field": "published.month"}}}
        return [key["month"] for key, _ in self.composite({"sources": [source]})]

    def doc_count_all(self) -> int:
        """How many documents there are."""
        return self.size

    def facet_dictionary(self, field: str) -> Dictionary:
        """All values of a facet, sorted."""
        if field not in self._dictionaries:
            self._dictionaries[field] = Dictionary(text_arrays("values", sorted(self.values_of(field))), "values")
        return self._dictionaries[field]

    # Documents.

    def document(self, document_id: str) -> Document:
        """The document with this id; DocumentNotFoundError when there is none."""
        return document_of(self.source(document_id))

    def source(self, document_id: str) -> Json:
        """What is kept of the document with this id; DocumentNotFoundError when there is none."""
        found = self.sources({"term": {"id": document_id}}, 1)
        if not found:
            raise DocumentNotFoundError(document_id)
        return found[0]

    def sources(self, query: Json, number: int) -> list[Json]:
        """What is kept of the documents that match, *number* of them at most."""
        answer = self.search({"size": number, "query": query})
        return [hit["_source"] for hit in answer["hits"]["hits"]]

    def all_sources(self) -> Iterator[Json]:
        """What is kept of every document, by id."""
        body: Json = {"size": AT_ONCE, "query": EVERYTHING, "sort": ["id"]}
        while True:
            hits = self.search(body)["hits"]["hits"]
            yield from (hit["_source"] for hit in hits)
            if len(hits) < AT_ONCE:
                return
            body["search_after"] = hits[-1]["sort"]

    def stories(self, names: Several[str]) -> Mapping[str, Told]:
        """Of each of some stories, how many articles tell it, from how many sources."""
        unknown = sorted({name for name in names if name not in self._stories})
        if unknown:
            sources = {"terms": {"field": "facets.source", "size": VALUES_AT_ONCE}}
            terms = {"field": "story", "include": unknown, "size": len(unknown)}
            query = {"terms": {"story": unknown}}
            aggs = {"stories": {"terms": terms, "aggs": {"sources": sources}}}
            answer = self.search({"size": 0, "query": query, "aggs": aggs})
            found = dict.fromkeys(unknown, Told(0, 0))
            for bucket in answer["aggregations"]["stories"]["buckets"]:
                found[bucket["key"]] = Told(int(bucket["doc_count"]), len(bucket["sources"]["buckets"]))
            self._keep(self._stories, found.items())
            return {name: found.get(name) or self._stories[name] for name in names}
        return {name: self._stories[name] for name in names}


class _FoldedValues(Mapping[str, str]):
    """The values of one facet by their folds, looked up when they are asked for."""

    def __init__(self, reader: ClusterReader, field: str) -> None:
        self._reader, self._field = reader, field

    def __getitem__(self, folded: str) -> str:
        value = self._reader.value_with_fold(self._field, folded)
        if value is None:
            raise KeyError(folded)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter({fold(value) for value in self._reader.facet_dictionary(self._field)})

    def __len__(self) -> int:
        return sum(1 for _ in self)
