"""Searcher: a SearchRequest answered from one commit of the index."""

import time
from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

import numpy as np
from whoosh import query as whoosh_query

from indexer.analysis import Classes
from indexer.document import ENTITIES
from indexer.index import IndexReader
from indexer.index.arrays import Array
from indexer.index.live import LiveSegment
from indexer.index.memory import keep_freed_memory
from indexer.money import RATES, euros_of
from indexer.search.amounts import amounts_within, largest_amounts
from indexer.search.cache import Cache
from indexer.search.evaluation import Evaluation
from indexer.search.facets import Selection, canonical_request, count_facets
from indexer.search.leaves import published_between
from indexer.search.matches import Matches
from indexer.search.parser import parse_query
from indexer.search.query import AmountRange, describe, leaves
from indexer.search.ranking import Ranked, best
from indexer.search.request import DEEPEST_RESULT, PAGE_SIZE, SearchRequest, Sort, check_request
from indexer.search.results import (
    Expansion,
    Facet,
    Hit,
    IndexState,
    Links,
    QueryReport,
    SearchResults,
    Timeline,
    Total,
    Versions,
)
from indexer.search.snippets import make_snippets
from indexer.search.stretch import Stretch
from indexer.search.timeline import make_timeline
from indexer.search.understanding import add_variants, drop_stop_words, find_values, join_compounds, resolve
from indexer.search.versions import count_repeats, first_versions, versions_among
from indexer.thesaurus import Thesaurus

CACHE = 64_000_000
"""Bytes of what was found that are kept for an open commit."""

VALUE_BYTES, ANSWER_BYTES = 200, 5000
"""What a facet value takes, and the rest of what is kept besides arrays, about."""

SHOWN_FACETS = (*ENTITIES, "designation", "topic")
"""The facet values that a hit shows; its date and source have their own places."""


class Found(NamedTuple):
    """What a query found, whatever the page: the matches of every stretch, and the facets."""

    stretches: tuple[Stretch, ...]
    matches: tuple[Matches, ...]
    total: int
    facets: Mapping[str, Facet]
    timelines: Mapping[str, Timeline]

    @property
    def bytes(self) -> int:
        """What it takes in memory, about."""
        arrays = (array for matches in self.matches for array in matches if array is not None)
        values = sum(len(facet.values) for facet in self.facets.values())
        values += sum(len(timeline.bars) for timeline in self.timelines.values())
        return sum(array.nbytes for array in arrays) + VALUE_BYTES * values + ANSWER_BYTES


class _Answer(NamedTuple):
    """What is kept of a request, its page and size aside."""

    report: QueryReport
    query: whoosh_query.Query
    found: Found


class Searcher:
    """Answers requests from one IndexReader. Immutable but for its cache, and safe to share between threads."""

    def __init__(self, reader: IndexReader, thesaurus: Thesaurus, *, cache: int = CACHE) -> None:
        self._reader = reader
        self._thesaurus = thesaurus
        self._classes = Classes(reader)
        self._cache: Cache[_Answer] = Cache(cache)
        keep_freed_memory()

    def search(self, request: SearchRequest) -> SearchResults:
        """The answer to *request*; RequestError when it cannot be answered as it stands."""
        begin = time.perf_counter()
        check_request(request)
        request = canonical_request(request, self._reader)
        key = request.replace(page=1, size=PAGE_SIZE).address()
        answer = self._cache.get(key)
        if answer is None:
            report, query = self._understand(request)
            answer = _Answer(report, query, self.find(query, request))
            self._cache.put(key, answer, answer.found.bytes)
        first = (request.page - 1) * request.size
        page = self.rank(answer.found, request.order, first + request.size, collapse=request.collapse)[first:]
        return SearchResults(
            query=answer.report,
            total=Total(value=answer.found.total),
            hits=tuple(self._hit(match, answer.query) for match in page),
            facets=answer.found.facets,
            timelines=answer.found.timelines,
            index=self.state(),
            links=_links(request, answer.found.total),
            took_ms=round((time.perf_counter() - begin) * 1000, 2),
        )

    def find(self, query: whoosh_query.Query, request: SearchRequest) -> Found:
        """What matches *query*, any query tree, within the selections and the span of *request*, and its facets."""
        evaluation = Evaluation(query, self._reader, scored=request.order is Sort.RELEVANCE)
        first = request.published_from.first if request.published_from else None
        last = request.published_to.last if request.published_to else None
        days = [day.toordinal() if day else None for day in (first, last)]
        stretches = evaluation.stretches()
        selections = []
        for stretch in stretches:
            matches = evaluation.matches(stretch)
            if first or last:
                matches = stretch.restrict(matches, partial(published_between, first=days[0], last=days[1]))
            if request.story:
                matches = stretch.restrict(matches, partial(self._tells, story=request.story))
            if (amounts := _amount_range(request)) is not None:
                matches = stretch.restrict(matches, partial(amounts_within, wanted=amounts))
            selections.append(Selection(request, stretch, matches))
        hits = [selection.hits for selection in selections]
        found = list(zip(stretches, hits, strict=True))
        versions = versions_among(found, self._reader) if request.collapse else None
        total = sum(matches.total for matches in hits) - (count_repeats(versions) if versions else 0)
        if request.order is Sort.AMOUNT:
            hits = [_scored_by_amount(matches, stretch) for stretch, matches in found]
        return Found(
            stretches=tuple(stretches),
            matches=tuple(hits),
            total=total,
            facets=count_facets(request, self._reader, selections),
            timelines={name: make_timeline(name, found, versions, total) for name in request.timelines},
        )

    def rank(self, found: Found, order: Sort, number: int, *, collapse: bool = False) -> list[Ranked]:
        """The first *number* of what was found; of stories, the version that comes first."""
        if not collapse:
            return best(found.stretches, found.matches, order, number)
        looked_at = number
        while True:
            ranked = best(found.stretches, found.matches, order, looked_at)
            first = first_versions(ranked, self._reader)
            if len(first) >= number or len(ranked) < looked_at:
                return first[:number]
            looked_at *= 2

    def state(self) -> IndexState:
        """The commit that answers."""
        commit = self._reader.commit
        return IndexState(generation=commit.generation, documents=commit.documents, committed=commit.created)

    def _understand(self, request: SearchRequest) -> tuple[QueryReport, whoosh_query.Query]:
        """What the reader asked for, said back, and as a query over this index."""
        parsed = parse_query(request.q)
        tree = join_compounds(parsed.tree)
        expansions: tuple[Expansion, ...] = ()
        widened = tree
        if request.expand:
            widened, expansions = add_variants(tree, self._thesaurus)
        widened, unknown = find_values(widened, self._thesaurus, self._reader)
        report = QueryReport(
            q=request.q,
            understood=describe(drop_stop_words(tree)),
            expansions=expansions,
            notices=(*self._reader.warnings, *parsed.notices, *unknown, *_conversions(request, widened)),
        )
        return report, resolve(drop_stop_words(widened), self._classes)

    def _hit(self, match: Ranked, query: whoosh_query.Query) -> Hit:
        document = self._reader.parts[match.segment].segment.documents[match.doc]
        return Hit(
            id=document.id,
            title=document.title,
            url=document.url,
            source=document.source,
            path=document.provenance.path,
            language=document.language,
            published=document.published,
            score=round(match.score, 4),
            snippets=make_snippets(document, query),
            facets={name: document.facets.get(name, ()) for name in SHOWN_FACETS},
            amounts=tuple(sorted(document.amounts, key=lambda amount: -(euros_of(amount) or 0.0))),
            story=self._versions(self._reader.bases[match.segment] + match.doc),
        )

    def _versions(self, doc: int) -> Versions | None:
        """The story that a document shares with others."""
        stories = self._reader.stories
        story = stories.story_of(doc)
        if story is None:
            return None
        members = stories.members(story)
        sources = {source for member in members for source in self._reader.values_of("source", member)}
        return Versions(id=stories.name_of(story), versions=len(members), sources=len(sources))

    def _tells(self, part: LiveSegment, docs: Array | None, story: str) -> Array:
        """Whether each document of a segment tells this story."""
        number = self._reader.stories.find(story)
        base = self._reader.bases[self._reader.parts.index(part)]
        mask = np.zeros(part.segment.size, bool)
        members = [] if number is None else self._reader.stories.members(number)
        mask[[member - base for member in members if 0 <= member - base < part.segment.size]] = True
        return mask if docs is None else mask.take(docs)


def _amount_range(request: SearchRequest) -> AmountRange | None:
    """The sums of money that a request wants named; None when it asks for none."""
    if request.amount_from is None and request.amount_to is None and request.currency is None:
        return None
    return AmountRange(request.amount_from, request.amount_to, request.currency)


def _conversions(request: SearchRequest, query: whoosh_query.Query) -> tuple[str, ...]:
    """By which rates sums of money were converted, when an answer depends on it."""
    ranges = [leaf for leaf in leaves(query) if isinstance(leaf, AmountRange)]
    asked = _amount_range(request)
    converted = any(each.currency for each in [*ranges, *([asked] if asked else [])])
    if converted or request.order is Sort.AMOUNT or "amount" in (*request.include, *request.exclude):
        return (f"Les montants en d’autres monnaies sont comparés d’après les {RATES.source}.",)
    return ()


def _scored_by_amount(matches: Matches, stretch: Stretch) -> Matches:
    amounts = np.concatenate([largest_amounts(part.segment) for part in stretch.parts])
    if matches.docs is not None:
        return matches._replace(scores=amounts.take(matches.docs))
    return matches._replace(scores=amounts * matches.the_mask)


def _links(request: SearchRequest, total: int) -> Links:
    after = request.page * request.size
    return Links(
        self=request.address(),
        next=request.replace(page=request.page + 1).address() if after < min(total, DEEPEST_RESULT) else None,
        prev=request.replace(page=request.page - 1).address() if request.page > 1 else None,
    )
