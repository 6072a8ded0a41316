"""Searcher: a SearchRequest answered from one commit of the index."""

import time
from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from whoosh import query as whoosh_query

from indexer.analysis import Classes
from indexer.index import IndexReader
from indexer.index.memory import keep_freed_memory
from indexer.search.cache import Cache
from indexer.search.evaluation import Evaluation
from indexer.search.facets import Selection, canonical_request, count_facets
from indexer.search.leaves import published_between
from indexer.search.matches import Matches
from indexer.search.parser import parse_query
from indexer.search.query import describe
from indexer.search.ranking import Ranked, best
from indexer.search.request import DEEPEST_RESULT, PAGE_SIZE, SearchRequest, Sort, check_request
from indexer.search.results import Expansion, Facet, Hit, IndexState, Links, QueryReport, SearchResults, Total
from indexer.search.snippets import make_snippets
from indexer.search.stretch import Stretch
from indexer.search.understanding import add_variants, drop_stop_words, join_compounds, resolve
from indexer.thesaurus import Thesaurus

CACHE = 64_000_000
"""Bytes of what was found that are kept for an open commit."""

VALUE_BYTES, ANSWER_BYTES = 200, 5000
"""What a facet value takes, and the rest of what is kept besides arrays, about."""

SHOWN_FACETS = ("country", "equipment", "organisation", "person")
"""The facet values that a hit shows; its date and source have their own places."""


class Found(NamedTuple):
    """What a query found, whatever the page: the matches of every stretch, and the facets."""

    stretches: tuple[Stretch, ...]
    matches: tuple[Matches, ...]
    total: int
    facets: Mapping[str, Facet]

    @property
    def bytes(self) -> int:
        """What it takes in memory, about."""
        arrays = (array for matches in self.matches for array in matches if array is not None)
        values = sum(len(facet.values) for facet in self.facets.values())
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
        page = self.rank(answer.found, request.order, first + request.size)[first:]
        return SearchResults(
            query=answer.report,
            total=Total(value=answer.found.total),
            hits=tuple(self._hit(match, answer.query) for match in page),
            facets=answer.found.facets,
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
            selections.append(Selection(request, stretch, matches))
        hits = tuple(selection.hits for selection in selections)
        return Found(
            stretches=tuple(stretches),
            matches=hits,
            total=sum(matches.total for matches in hits),
            facets=count_facets(request, self._reader, selections),
        )

    def rank(self, found: Found, order: Sort, number: int) -> list[Ranked]:
        """The first *number* of what was found."""
        return best(found.stretches, found.matches, order, number)

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
        report = QueryReport(
            q=request.q,
            understood=describe(drop_stop_words(tree)),
            expansions=expansions,
            notices=(*self._reader.warnings, *parsed.notices),
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
        )


def _links(request: SearchRequest, total: int) -> Links:
    after = request.page * request.size
    return Links(
        self=request.address(),
        next=request.replace(page=request.page + 1).address() if after < min(total, DEEPEST_RESULT) else None,
        prev=request.replace(page=request.page - 1).address() if request.page > 1 else None,
    )
