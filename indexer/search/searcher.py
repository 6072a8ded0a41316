"""Searcher: a SearchRequest answered from one commit of the index."""

import datetime as dt
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from typing import NamedTuple

import msgspec
import numpy as np
from whoosh import query as whoosh_query

from indexer.analysis import Classes
from indexer.document import ENTITIES
from indexer.index import IndexReader
from indexer.index.arrays import Array
from indexer.index.live import LiveSegment
from indexer.index.memory import keep_freed_memory
from indexer.money import euros_of
from indexer.search.amounts import amounts_within, largest_amounts
from indexer.search.cache import Cache
from indexer.search.collection import Collection, Matching
from indexer.search.completion import SUGGESTIONS, Completion, Suggestions
from indexer.search.deadline import check_time
from indexer.search.equipment_tree import EquipmentNode, Shown, equipment_tree
from indexer.search.evaluation import Evaluation
from indexer.search.explanation import explain
from indexer.search.facet_lookup import (
    FacetList,
    FacetLookup,
    check_lookup,
    count_all,
    look_up_values,
    values_of,
    without_selection,
)
from indexer.search.facets import Selection, canonical_request, count_facets
from indexer.search.interpreter import Interpreter
from indexer.search.leaves import published_between
from indexer.search.matches import Matches
from indexer.search.paging import Paging
from indexer.search.parser import local_day
from indexer.search.proximity import NO_COMPANY, Company, find_company
from indexer.search.ranking import Ranked, best
from indexer.search.relaxation import enough, loose_words, relax, relax_question
from indexer.search.request import DEEPEST_RESULT, LARGEST_PAGE, PAGE_SIZE, SearchRequest, Sort, check_request
from indexer.search.reranking import LOOKED_AT, Preferences, rerank
from indexer.search.results import (
    Facet,
    FacetValue,
    Hit,
    IndexState,
    QueryReport,
    SearchResults,
    Snippet,
    Timeline,
    Total,
    Versions,
)
from indexer.search.rising import Rising, find_rising
from indexer.search.similar import SIMILAR, Similar, find_similar
from indexer.search.snippets import make_snippets, mark_whole
from indexer.search.stretch import Stretch
from indexer.search.timeline import make_timeline
from indexer.search.trials import Trials
from indexer.search.versions import count_repeats, first_versions, versions_among
from indexer.thesaurus import Thesaurus

CACHE = 64_000_000
"""Bytes of what was found that are kept for an open commit."""

VALUE_BYTES, ANSWER_BYTES = 200, 5000
"""What a facet value takes, and the rest of what is kept besides arrays, about."""

_PLACE = np.dtype([("segment", np.uint16), ("doc", np.uint16), ("words", np.float32)])
"""A hit that no closer look changed (Ranked), kept in 8 bytes."""

SHOWN_FACETS = (*ENTITIES, "designation", "topic")
"""The facet values that a hit shows; its date and source have their own places."""


class Found(NamedTuple):
    """What a query found, whatever the page: the matches of every stretch, and the facets."""

    reader: IndexReader
    """What numbers the matches: the whole commit, or an excerpt with the best of them."""
    stretches: tuple[Stretch, ...]
    matches: tuple[Matches, ...]
    total: int
    unselected: int
    """What matches the query alone, whatever the selections."""
    facets: Mapping[str, Facet]
    timelines: Mapping[str, Timeline]
    company: Company
    """The words of the query, for the closer look."""

    @property
    def bytes(self) -> int:
        """What it takes in memory, about."""
        arrays = (array for matches in self.matches for array in matches if array is not None)
        values = sum(len(facet.values) for facet in self.facets.values())
        values += sum(len(timeline.bars) for timeline in self.timelines.values())
        return sum(array.nbytes for array in arrays) + VALUE_BYTES * values + ANSWER_BYTES


class Answer(NamedTuple):
    """What is kept of a request, its page and size aside."""

    report: QueryReport
    query: whoosh_query.Query
    found: Found


class AnySearcher(ABC):
    """The whole way from a request to its answer, wherever the documents are.

    Immutable but for its cache, and safe to share between threads.
    """

    def __init__(
        self,
        collection: Collection,
        matching: Matching,
        thesaurus: Thesaurus,
        *,
        cache: int = CACHE,
        today: Callable[[], dt.date] = local_day,
    ) -> None:
        self._collection = collection
        self._thesaurus = thesaurus
        self._classes = Classes(collection)
        self._today = today
        self._interpreter = Interpreter(collection, matching, thesaurus, self._classes)
        self._cache: Cache[Answer | Array] = Cache(cache)

    def search(self, request: SearchRequest) -> SearchResults:
        """The answer to *request*; RequestError when it cannot be answered as it stands."""
        begin = time.perf_counter()
        check_request(request)
        request = canonical_request(request, self._collection)
        paging = Paging(request, self._collection.commit, self._today())
        answer = self._answer(request, paging.day)
        hits = self._page(answer, request, paging)
        return SearchResults(
            query=answer.report,
            total=Total(value=answer.found.total),
            hits=hits,
            facets=answer.found.facets,
            timelines=answer.found.timelines,
            index=self.state(),
            links=paging.links(answer.found.total),
            took_ms=round((time.perf_counter() - begin) * 1000, 2),
        )

    def walk(self, request: SearchRequest) -> Iterator[Hit]:
        """Every hit of *request* in order, whatever its page and size; RequestError at once, not on the way."""
        check_request(request)
        request = canonical_request(request, self._collection)
        return self._walk(self._answer(request), request)

    def highlight(self, document_id: str, request: SearchRequest) -> tuple[Snippet, Snippet]:
        """Title and text of a document, whole, with what *request* finds; DocumentNotFoundError, RequestError."""
        check_request(request)
        document = self._collection.document(document_id)
        return mark_whole(document, self._answer(canonical_request(request, self._collection)).query)

    def look_up(self, request: SearchRequest, lookup: FacetLookup) -> FacetList:
        """The values of a facet under *request*, without its own selection; RequestError as for a search."""
        check_request(request)
        check_lookup(lookup)
        request = canonical_request(request, self._collection)
        ((values, missing),) = self._values(request, lookup.field)
        return look_up_values(values, missing, lookup)

    def equipment_tree(self, request: SearchRequest, shown: Shown | None = None) -> tuple[EquipmentNode, ...]:
        """The values of the facets `kind` and `equipment` under *request* as a tree; what is not *shown* left out."""
        check_request(request)
        request = canonical_request(request, self._collection)
        kinds, equipment = (values for values, _ in self._values(request, "kind", "equipment"))
        return equipment_tree(kinds, equipment, self._thesaurus, shown)

    @property
    @abstractmethod
    def rising(self) -> Rising:
        """What is named more in the newest month than before."""

    @abstractmethod
    def find(self, query: whoosh_query.Query, request: SearchRequest) -> Found:
        """What matches *query*, any query tree, within the selections and the span of *request*, and its facets."""

    @abstractmethod
    def suggest(self, text: str, number: int = SUGGESTIONS) -> Suggestions:
        """How a query may go on; RequestError for one too long, or a *number* out of bounds."""

    @abstractmethod
    def similar(self, document_id: str, number: int = SIMILAR) -> tuple[Similar, ...]:
        """The articles most like one, and why; DocumentNotFoundError, RequestError for a *number* out of bounds."""

    @abstractmethod
    def state(self) -> IndexState:
        """The commit that answers."""

    @abstractmethod
    def _page(self, answer: Answer, request: SearchRequest, paging: Paging) -> tuple[Hit, ...]:
        """The hits of a page."""

    @abstractmethod
    def _walk(self, answer: Answer, request: SearchRequest) -> Iterator[Hit]:
        """All hits in order."""

    @abstractmethod
    def _values(self, request: SearchRequest, *fields: str) -> Iterable[tuple[list[FacetValue], int]]:
        """Every value of each facet, and how many hits have none."""

    @abstractmethod
    def _story(self, reader: IndexReader, doc: int) -> Versions | None:
        """The story that a document of *reader* shares with others."""

    def rank(self, found: Found, request: SearchRequest, number: int) -> list[Ranked]:
        """The first *number* of what was found; of stories, when they are asked for, the version that comes first."""
        if not request.collapse:
            return self._best(found, request, number)[:number]
        looked_at = number
        while True:
            ranked = self._best(found, request, looked_at)
            first = first_versions(ranked, found.reader)
            if len(first) >= number or len(ranked) < looked_at:
                return first[:number]
            looked_at *= 2

    def _best(self, found: Found, request: SearchRequest, number: int) -> list[Ranked]:
        """At least the first *number*; in order of relevance, as they are on a closer look."""
        if request.order is not Sort.RELEVANCE:
            return best(found.stretches, found.matches, request.order, number)
        # One more than is looked at: a repeated story does not fall behind that, on the first page as on any other.
        ranked = best(found.stretches, found.matches, request.order, max(number, LOOKED_AT + 1))
        preferences = Preferences(recency=request.recency, diversity=request.diversity and not request.collapse)
        return rerank(ranked, found.company, preferences, found.reader)

    def _answer(self, request: SearchRequest, day: dt.date | None = None) -> Answer:
        """What was found for a canonical request, kept for the next page."""
        day = day or self._today()
        key = self._key(request, day)
        answer = self._cache.get(key)
        if not isinstance(answer, Answer):
            answer = self._find_asked(request, day)
            self._cache.put(key, answer, answer.found.bytes)
        return answer

    def _key(self, request: SearchRequest, day: dt.date) -> str:
        """What the requests have in common that one Answer is kept for."""
        return f"{day} {request.replace(page=1, size=PAGE_SIZE, cursor=None, fields=(), html=False).address()}"

    def _find_asked(self, request: SearchRequest, day: dt.date) -> Answer:
        """What the reader asked for; less strictly when (almost) no article has all of it."""
        asked = self._interpreter.understand(request, day)
        words = () if asked.strict else loose_words(asked.tree)
        if words and asked.report.question:
            query = relax_question(asked.tree, self._interpreter)
            return Answer(asked.report, query, self.find(query, request))
        query = self._interpreter.resolve(asked.tree)
        found = self.find(query, request)
        if not words or found.unselected >= enough(len(words), self._collection.size):
            return Answer(asked.report, query, found)
        query, relaxation = relax(asked.tree, query, found.unselected, self._interpreter)
        report = msgspec.structs.replace(asked.report, relaxation=relaxation)
        return Answer(report, query, self.find(query, request))

    def _hit(self, match: Ranked, query: whoosh_query.Query, reader: IndexReader, *, explained: bool = False) -> Hit:
        check_time()
        document = reader.parts[match.segment].segment.documents[match.doc]
        return Hit(
            id=document.id,
            title=document.title,
            url=document.url,
            source=document.source,
            path=document.provenance.path,
            language=document.language,
            authors=document.authors,
            published=document.published,
            score=round(match.score, 4),
            snippets=make_snippets(document, query),
            facets={name: document.facets.get(name, ()) for name in SHOWN_FACETS},
            amounts=tuple(sorted(document.amounts, key=lambda amount: -(euros_of(amount) or 0.0))),
            story=self._story(reader, reader.bases[match.segment] + match.doc),
            explanation=explain(match, query, reader) if explained else (),
        )


class Searcher(AnySearcher):
    """Answers requests from one commit on this machine."""

    def __init__(
        self,
        reader: IndexReader,
        thesaurus: Thesaurus,
        *,
        cache: int = CACHE,
        today: Callable[[], dt.date] = local_day,
    ) -> None:
        super().__init__(reader, Trials(reader), thesaurus, cache=cache, today=today)
        self._reader = reader
        self._completion = Completion(reader, thesaurus)
        keep_freed_memory()

    @cached_property
    def rising(self) -> Rising:
        """What is named more in the newest month than before."""
        return find_rising(self._reader, self._today())

    def find(self, query: whoosh_query.Query, request: SearchRequest) -> Found:
        """What matches *query*, any query tree, within the selections and the span of *request*, and its facets."""
        evaluation = Evaluation(query, self._reader, scored=request.order is Sort.RELEVANCE)
        first = request.published_from.first if request.published_from else None
        last = request.published_to.last if request.published_to else None
        days = [day.toordinal() if day else None for day in (first, last)]
        stretches = evaluation.stretches()
        selections = []
        unselected = 0
        for stretch in stretches:
            matches = evaluation.matches(stretch)
            unselected += matches.total
            if first or last:
                matches = stretch.restrict(matches, partial(published_between, first=days[0], last=days[1]))
            if request.story:
                matches = stretch.restrict(matches, partial(self._tells, story=request.story))
            if (amounts := request.amounts) is not None:
                matches = stretch.restrict(matches, partial(amounts_within, wanted=amounts))
            selections.append(Selection(request, stretch, matches))
        hits = [selection.hits for selection in selections]
        found = list(zip(stretches, hits, strict=True))
        versions = versions_among(found, self._reader) if request.collapse else None
        total = sum(matches.total for matches in hits) - (count_repeats(versions) if versions else 0)
        if request.order is Sort.AMOUNT:
            hits = [scored_by_amount(matches, stretch) for stretch, matches in found]
        return Found(
            reader=self._reader,
            stretches=tuple(stretches),
            matches=tuple(hits),
            total=total,
            unselected=unselected,
            facets=count_facets(request, self._reader, selections),
            timelines={name: make_timeline(name, found, versions, total) for name in request.timelines},
            company=find_company(query, evaluation) if request.order is Sort.RELEVANCE else NO_COMPANY,
        )

    def _page(self, answer: Answer, request: SearchRequest, paging: Paging) -> tuple[Hit, ...]:
        ranked = self._ranked(answer.found, request, paging)
        return tuple(self._hit(match, answer.query, self._reader, explained=request.explain) for match in ranked)

    def _walk(self, answer: Answer, request: SearchRequest) -> Iterator[Hit]:
        ranked = self.rank(answer.found, request, answer.found.total)
        return (self._hit(match, answer.query, self._reader, explained=request.explain) for match in ranked)

    def _ranked(self, found: Found, request: SearchRequest, paging: Paging) -> list[Ranked]:
        """What stands on a page; what comes behind the pages, in an order that is found once and kept."""
        first = paging.first
        if first + request.size <= DEEPEST_RESULT + LARGEST_PAGE:
            return self.rank(found, request, first + request.size)[first:]
        key = f"order {self._key(request, paging.day)}"
        order = self._cache.get(key)
        if not isinstance(order, np.ndarray):
            ranked = self.rank(found, request, found.total)
            order = np.array([(match.segment, match.doc, match.words) for match in ranked], _PLACE)
            self._cache.put(key, order, order.nbytes)
        return [Ranked(*place) for place in order[first : first + request.size].tolist()]

    def suggest(self, text: str, number: int = SUGGESTIONS) -> Suggestions:
        """How a query may go on; RequestError for one too long, or a *number* out of bounds."""
        return self._completion.suggest(text, number)

    def similar(self, document_id: str, number: int = SIMILAR) -> tuple[Similar, ...]:
        """The articles most like one, and why; DocumentNotFoundError, RequestError for a *number* out of bounds."""
        hit = partial(self._hit, reader=self._reader)
        return find_similar(document_id, number, self._reader, self._classes, hit)

    def state(self) -> IndexState:
        """The commit that answers."""
        commit = self._reader.commit
        return IndexState(
            generation=commit.generation,
            documents=commit.documents,
            committed=commit.created,
            degraded=bool(self._reader.warnings),
        )

    def _values(self, request: SearchRequest, *fields: str) -> Iterator[tuple[list[FacetValue], int]]:
        """Every value of each facet, and how many hits have none."""
        labels = self._reader.facet_labels
        counted: dict[str, Array] = {}  # facets of which nothing is chosen are counted together
        for field in fields:
            asked = without_selection(request, field)
            address = asked.address()
            if address not in counted:
                found = self._answer(asked).found
                pairs = list(zip(found.stretches, found.matches, strict=True))
                counted[address] = count_all(pairs, self._reader, stories=request.collapse)
            counts = counted[address]
            yield values_of(field, counts, labels, request), int(counts[labels.spans[field].start])

    def _story(self, reader: IndexReader, doc: int) -> Versions | None:
        stories = reader.stories
        story = stories.story_of(doc)
        if story is None:
            return None
        members = stories.members(story)
        sources = {source for member in members for source in reader.values_of("source", member)}
        return Versions(id=stories.name_of(story), versions=len(members), sources=len(sources))

    def _tells(self, part: LiveSegment, docs: Array | None, story: str) -> Array:
        """Whether each document of a segment tells this story."""
        number = self._reader.stories.find(story)
        base = self._reader.bases[self._reader.parts.index(part)]
        mask = np.zeros(part.segment.size, bool)
        members = [] if number is None else self._reader.stories.members(number)
        mask[[member - base for member in members if 0 <= member - base < part.segment.size]] = True
        return mask if docs is None else mask.take(docs)


def scored_by_amount(matches: Matches, stretch: Stretch) -> Matches:
    """The same matches, with the largest sum that each names for its score."""
    amounts = np.concatenate([largest_amounts(part.segment) for part in stretch.parts])
    if matches.docs is not None:
        return matches._replace(scores=amounts.take(matches.docs))
    return matches._replace(scores=amounts * matches.the_mask)
