"""ClusterSearcher: a SearchRequest answered by a cluster.

The way is that of one machine (search/searcher.py), but that the cluster finds, counts and sorts. Of the best hits in
its order an Excerpt is made: what scores, ranks again, explains and shows them is the code of one machine over that.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial
from itertools import islice
from typing import NamedTuple

import numpy as np
from whoosh import query as whoosh_query

from indexer.document import ENTITIES
from indexer.index import IndexReader
from indexer.index.excerpt import Excerpt
from indexer.opensearch.completion import ClusterCompletion
from indexer.opensearch.counting import Counting, all_values
from indexer.opensearch.mapping import document_of, story_name
from indexer.opensearch.reader import ClusterReader, Json
from indexer.opensearch.stories import StoryRows
from indexer.opensearch.translation import (
    NOTHING,
    Translation,
    amounts_within,
    check_work,
    published_between,
)
from indexer.search.completion import SUGGESTIONS, Suggestions
from indexer.search.evaluation import Evaluation
from indexer.search.facet_lookup import values_counted
from indexer.search.matches import Matches, as_dense, sparse
from indexer.search.paging import Paging
from indexer.search.parser import local_day
from indexer.search.proximity import NO_COMPANY, find_company
from indexer.search.ranking import Ranked
from indexer.search.request import SearchRequest, Sort
from indexer.search.results import FacetValue, Hit, IndexState, Versions
from indexer.search.rising import MONTHS_BEFORE, Entity, Rising, make_rising, month_number
from indexer.search.searcher import CACHE, Answer, AnySearcher, Found, scored_by_amount
from indexer.search.similar import (
    SIMILAR,
    VALUE_FIELDS,
    Similar,
    check_number,
    rank_similar,
    similar_query,
    traits_of,
)
from indexer.search.stretch import whole
from indexer.thesaurus import Thesaurus

CANDIDATES = 50
"""Hits that are scored again, the best in the cluster's order: 35 ms. The first twenty are looked at more closely."""

WALKED_AT_ONCE = 500
"""Hits of one request of a walk."""

WINDOW = 10_000
"""Hits that a cluster gives by their number; further ones behind the one before (index.max_result_window)."""

SORTS: dict[Sort, list[Json]] = {
    Sort.RELEVANCE: [{"_score": "desc"}],
    Sort.AMOUNT: [{"largest_amount": {"order": "desc"}}],
    Sort.NEWEST: [],
    Sort.OLDEST: [],
}

Key = tuple[float | int | str | None, ...]
"""What a hit is sorted by."""


class Candidate(NamedTuple):
    """A hit as the cluster gives it."""

    source: Json
    key: Key

    @property
    def story(self) -> int | None:
        """The story that it shares."""
        name = self.source.get("story")
        return None if name is None else int(name, 16)


class Candidates(Excerpt):
    """The first hits of a query, and how the rest is asked for."""

    def __init__(
        self, hits: Sequence[Candidate], reader: ClusterReader, body: Json, *, analysed: bool, more: bool = False
    ) -> None:
        documents = [document_of(hit.source) for hit in hits]
        super().__init__(documents, [hit.story for hit in hits], reader, analysed=analysed)
        self.hits = hits
        self.body = body
        """The request for the hits, without their number."""
        self.more = more
        """Whether there are others."""
        self.last: Key = hits[-1].key if hits else ()


class Trials:
    """What Matching says, of a commit in a cluster."""

    def __init__(self, reader: ClusterReader) -> None:
        self._reader = reader
        self._nothing = Excerpt([], [], reader)

    def count(self, query: whoosh_query.Query) -> int:
        """How many documents match."""
        return self._reader.count(Translation(self._reader, scored=False).query(query))

    def most(self, query: whoosh_query.Query) -> float:
        """The score that no document reaches."""
        return Evaluation(query, self._nothing).most(query)

    def check_work(self, query: whoosh_query.Query) -> None:
        """Raise QueryError for what a cluster does not take."""
        check_work(query)


class ClusterSearcher(AnySearcher):
    """Answers requests from one commit in a cluster."""

    def __init__(
        self,
        reader: ClusterReader,
        thesaurus: Thesaurus,
        *,
        cache: int = CACHE,
        today: Callable[[], dt.date] = local_day,
    ) -> None:
        super().__init__(reader, Trials(reader), thesaurus, cache=cache, today=today)
        self._reader = reader

    def find(self, query: whoosh_query.Query, request: SearchRequest) -> Found:
        """What matches *query*, any query tree, within the selections and the span of *request*, and its facets."""
        reader, relevant = self._reader, request.order is Sort.RELEVANCE
        wanted = Translation(reader, scored=relevant).query(query)
        filters = self._filters(request)
        whole_query: Json = {"bool": {"must": [wanted], "filter": filters}} if filters else wanted
        counting = Counting(request)
        body: Json = {"query": whole_query, "sort": _sort(request.order), "post_filter": counting.selection()}
        first = {**body, "size": CANDIDATES, "track_total_hits": True, "aggs": counting.aggregations()}
        if filters or request.include or request.exclude:
            first["aggs"]["unselected"] = {"global": {}, "aggs": {"query": {"filter": wanted}}}
        answer = reader.search(first)
        total = int(answer["hits"]["total"]["value"])
        aggregations: Json = answer.get("aggregations", {})
        unselected = int(aggregations["unselected"]["query"]["doc_count"]) if "unselected" in aggregations else total
        rows = StoryRows(reader, whole_query, request, request.facets, request.timelines) if request.collapse else None
        stories = total - (rows.repeated() if rows else 0)
        hits = _hits(answer)
        candidates = Candidates(hits, reader, body, analysed=relevant or request.explain, more=total > len(hits))
        evaluation = Evaluation(query, candidates, scored=relevant)
        stretch = whole(candidates)
        matches = _matches(evaluation, candidates, request.order)
        return Found(
            reader=candidates,
            stretches=(stretch,),
            matches=(matches,),
            total=stories,
            unselected=unselected,
            facets=counting.facets(aggregations, rows, reader, whole_query),
            timelines={name: counting.timeline(name, aggregations, rows, stories) for name in request.timelines},
            company=find_company(query, evaluation) if relevant else NO_COMPANY,
        )

    @cached_property
    def rising(self) -> Rising:
        """What is named more in the newest month than before."""
        today = month_number(self._today())
        months = [_month(date) for date in self._reader.published_months()]
        newest = max((month for month in months if month <= today), default=None)
        if newest is None:
            return Rising(month=None)
        now = self._named([newest])
        before = self._named(range(newest - MONTHS_BEFORE, newest))
        entities = [
            Entity(field, label, stories, before.stories[field].get(label, 0), now.articles[field][label])
            for field in ENTITIES
            for label, stories in now.stories[field].items()
        ]
        return make_rising(newest, now.total, before.total, entities)

    def suggest(self, text: str, number: int = SUGGESTIONS) -> Suggestions:
        """How a query may go on; RequestError for one too long, or a *number* out of bounds."""
        return self._completion.suggest(text, number)

    @cached_property
    def _completion(self) -> ClusterCompletion:
        """Made when a first letter is typed."""
        return ClusterCompletion(self._reader, self._thesaurus)

    def similar(self, document_id: str, number: int = SIMILAR) -> tuple[Similar, ...]:
        """The articles most like one, and why; DocumentNotFoundError, RequestError for a *number* out of bounds."""
        check_number(number)
        reader = self._reader
        own = Candidate(reader.source(document_id), ())
        document = document_of(own.source)
        reader.having_values([(field, value) for field in VALUE_FIELDS for value in document.facets.get(field, ())])
        traits = traits_of(document, reader)
        query = similar_query(traits, self._classes)
        body = {"query": Translation(reader).query(query), "sort": _sort(Sort.RELEVANCE), "size": 2 * CANDIDATES}
        hits = _hits(reader.search(body)) if traits else []
        if not any(hit.source["document"]["id"] == document_id for hit in hits):
            hits.append(own)
        excerpt = Candidates(hits, reader, {}, analysed=True)
        self._look_up_stories(hits)
        return rank_similar(document_id, traits, query, number, excerpt, partial(self._hit, reader=excerpt))

    def state(self) -> IndexState:
        """The commit that answers."""
        state = self._reader.state
        return IndexState(generation=state.generation, documents=self._reader.size, committed=state.created)

    def _filters(self, request: SearchRequest) -> list[Json]:
        """What a request asks for besides its query and its selections."""
        first = request.published_from.first if request.published_from else None
        last = request.published_to.last if request.published_to else None
        filters = [published_between(first, last)] if first or last else []
        filters += [self._tells(request.story)] if request.story else []
        return filters + ([amounts_within(request.amounts)] if request.amounts is not None else [])

    def _tells(self, story: str) -> Json:
        """The articles of a story that several tell."""
        try:
            name = story_name(int(story, 16))
        except ValueError:
            return NOTHING
        return {"term": {"story": name}} if self._reader.stories([name])[name].versions > 1 else NOTHING

    def _page(self, answer: Answer, request: SearchRequest, paging: Paging) -> tuple[Hit, ...]:
        """The hits of a page: those looked at more closely, then the others in the cluster's order."""
        found, first, end = answer.found, paging.first, paging.first + request.size
        assert isinstance(found.reader, Candidates)
        ranked = self.rank(found, request, found.reader.size)
        on_page = ranked[first:end]
        self._look_up_stories([found.reader.hits[match.doc] for match in on_page])
        hits = [self._hit(match, answer.query, found.reader, explained=request.explain) for match in on_page]
        paging.reached = found.reader.last if end == found.reader.size and not request.collapse else ()
        if len(hits) < request.size and found.reader.more:
            start = max(first, len(ranked))
            behind = self._behind(found, request, paging, start, end)
            hits += self._as_hits(behind, answer, request)
            paging.reached = behind[-1].key if behind and not request.collapse else ()
        return tuple(hits)

    def _behind(self, found: Found, request: SearchRequest, paging: Paging, start: int, end: int) -> list[Candidate]:
        """The hits from *start* to *end*, behind those looked at more closely."""
        assert isinstance(found.reader, Candidates)
        body = {**found.reader.body, "size": end - start}
        if request.collapse:
            ranked = self.rank(found, request, found.reader.size)
            return list(islice(self._others(found, request), start - len(ranked), end - len(ranked)))
        if paging.behind and start == paging.first:
            return _hits(self._reader.search({**body, "search_after": paging.behind}))
        if end <= WINDOW:
            return _hits(self._reader.search({**body, "from": start}))
        return list(islice(self._others(found, request), start - found.reader.size, end - found.reader.size))

    def _others(self, found: Found, request: SearchRequest) -> Iterator[Candidate]:
        """All hits behind those looked at more closely, of each story the first when stories are asked for."""
        assert isinstance(found.reader, Candidates)
        told = {hit.story for hit in found.reader.hits} - {None} if request.collapse else set()
        last = found.reader.last if found.reader.more else ()
        while last:
            body = {**found.reader.body, "size": WALKED_AT_ONCE, "search_after": last}
            hits = _hits(self._reader.search(body))
            for hit in hits:
                if hit.story is None or hit.story not in told:
                    yield hit
                told |= {hit.story} if request.collapse else set()
            last = hits[-1].key if len(hits) == WALKED_AT_ONCE else ()

    def _walk(self, answer: Answer, request: SearchRequest) -> Iterator[Hit]:
        found = answer.found
        assert isinstance(found.reader, Candidates)
        ranked = self.rank(found, request, found.reader.size)
        self._look_up_stories(found.reader.hits)
        yield from (self._hit(match, answer.query, found.reader, explained=request.explain) for match in ranked)
        others = self._others(found, request)
        while some := list(islice(others, 2 * CANDIDATES)):
            yield from self._as_hits(some, answer, request)

    def _as_hits(self, hits: Sequence[Candidate], answer: Answer, request: SearchRequest) -> list[Hit]:
        """Hits in the order given, with their scores."""
        if not hits:
            return []
        excerpt = Candidates(hits, self._reader, {}, analysed=request.order is Sort.RELEVANCE or request.explain)
        evaluation = Evaluation(answer.query, excerpt, scored=request.order is Sort.RELEVANCE)
        matches = _matches(evaluation, excerpt, request.order)
        scores = np.zeros(len(hits)) if matches.scores is None else as_dense(matches, len(hits)).scores
        assert scores is not None
        self._look_up_stories(hits)
        ranked = (Ranked(0, doc, score) for doc, score in enumerate(scores.tolist()))
        return [self._hit(match, answer.query, excerpt, explained=request.explain) for match in ranked]

    def _values(self, request: SearchRequest, *fields: str) -> Iterable[tuple[list[FacetValue], int]]:
        """Every value of each facet, and how many hits have none."""
        asked = request.replace(include={}, exclude={}, facets=(), timelines=(), collapse=False)
        query = Translation(self._reader, scored=False).query(self._answer(asked).query)
        within = {"bool": {"filter": [query, *self._filters(request)]}}
        counted = all_values(self._reader, within, fields, request, stories=request.collapse)
        for field, (counts, missing) in zip(fields, counted, strict=True):
            yield values_counted(field, counts, request), missing

    def _story(self, reader: IndexReader, doc: int) -> Versions | None:
        story = reader.parts[0].stories.story_of(doc)
        if story is None:
            return None
        name = story_name(story)
        told = self._reader.stories([name])[name]
        return Versions(id=name, versions=told.versions, sources=told.sources) if told.versions > 1 else None

    def _look_up_stories(self, hits: Iterable[Candidate]) -> None:
        """Ask for the stories of several hits at once."""
        self._reader.stories([story_name(hit.story) for hit in hits if hit.story is not None])

    def _named(self, months: Iterable[int]) -> "_Named":
        """What the articles of some months name."""
        names = [f"{(month - 1) // 12:04d}-{(month - 1) % 12 + 1:02d}" for month in months]
        query = {"terms": {"published.month": names}}
        rows = StoryRows(self._reader, query, SearchRequest(), ENTITIES)
        articles = {field: self._reader.values_of(field, query) for field in ENTITIES}
        stories: dict[str, dict[str, int]] = {}
        for field, counts in articles.items():
            repeats, _ = rows.repeated_values(field, SearchRequest())
            stories[field] = {value: count - repeats.counts.get(value, 0) for value, count in counts.items()}
        return _Named(self._reader.count(query) - rows.repeated(), stories, articles)


class _Named(NamedTuple):
    """A span of time: its stories, and by field and label the stories and the articles that name an entity."""

    total: int
    stories: dict[str, dict[str, int]]
    articles: dict[str, dict[str, int]]


def _sort(order: Sort) -> list[Json]:
    """What hits are sorted by: as on one machine, equal ones by date, then by id."""
    day = "asc" if order is Sort.OLDEST else "desc"
    return [*SORTS[order], {"first_day": {"order": day, "missing": "_last"}}, {"id": "asc"}]


def _hits(answer: Json) -> list[Candidate]:
    return [Candidate(hit["_source"], tuple(hit["sort"])) for hit in answer["hits"]["hits"]]


def _matches(evaluation: Evaluation, candidates: Candidates, order: Sort) -> Matches:
    """All of the candidates, with what the order goes by."""
    stretch = whole(candidates)
    everything = sparse(np.arange(candidates.size))
    if order is Sort.AMOUNT:
        return scored_by_amount(everything, stretch)
    if order is not Sort.RELEVANCE or not candidates.size:
        return everything
    scores = as_dense(evaluation.matches(stretch), candidates.size).scores
    return everything if scores is None else everything._replace(scores=scores)


def _month(date: str) -> int:
    year, month = date.split("-")
    return int(year) * 12 + int(month)
