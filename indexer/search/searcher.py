"""Searcher: a SearchRequest answered from one commit of the index."""

import time

from whoosh import query as whoosh_query

from indexer.analysis import Classes
from indexer.index import IndexReader
from indexer.index.segment import UNKNOWN_DAY, Segment
from indexer.search.evaluation import Evaluation, Matches, restrict
from indexer.search.facets import Selection, canonical_request, count_facets
from indexer.search.parser import parse_query
from indexer.search.query import describe
from indexer.search.ranking import Ranked, best
from indexer.search.request import DEEPEST_RESULT, SearchRequest, check_request
from indexer.search.results import Expansion, Hit, IndexState, Links, QueryReport, SearchResults, Total
from indexer.search.snippets import make_snippets
from indexer.search.understanding import add_variants, drop_stop_words, join_compounds, resolve
from indexer.thesaurus import Thesaurus

SHOWN_FACETS = ("country", "equipment", "organisation", "person")
"""The facet values that a hit shows; its date and source have their own places."""


class Searcher:
    """Answers requests from one IndexReader. Immutable, and safe to share between threads."""

    def __init__(self, reader: IndexReader, thesaurus: Thesaurus) -> None:
        self._reader = reader
        self._thesaurus = thesaurus
        self._classes = Classes(reader)

    def search(self, request: SearchRequest) -> SearchResults:
        """The answer to *request*; RequestError when it cannot be answered as it stands."""
        begin = time.perf_counter()
        check_request(request)
        report, query = self._understand(request)
        request = canonical_request(request, self._reader)
        evaluation = Evaluation(query, self._reader)
        selections = [
            Selection(request, part.segment, _published_in_span(evaluation.matches(number), request, part.segment))
            for number, part in enumerate(self._reader.segments)
        ]
        found = [selection.hits() for selection in selections]
        total = sum(matches.total for matches in found)
        first = (request.page - 1) * request.size
        page = best(found, self._reader, request.order, first + request.size)[first:]
        return SearchResults(
            query=report,
            total=Total(value=total),
            hits=tuple(self._hit(match, query) for match in page),
            facets=count_facets(request, self._reader, selections),
            index=self.state(),
            links=_links(request, total),
            took_ms=round((time.perf_counter() - begin) * 1000, 2),
        )

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
        document = self._reader.segments[match.segment].segment.documents[match.doc]
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


def _published_in_span(matches: Matches, request: SearchRequest, segment: Segment) -> Matches:
    """The matches that may have been published in the span asked for."""
    start = request.published_from.first if request.published_from else None
    end = request.published_to.last if request.published_to else None
    if start is None and end is None:
        return matches
    allowed = segment.first_days != UNKNOWN_DAY
    if start:
        allowed &= segment.last_days >= start.toordinal()
    if end:
        allowed &= segment.first_days <= end.toordinal()
    return restrict(matches, allowed)


def _links(request: SearchRequest, total: int) -> Links:
    after = request.page * request.size
    return Links(
        self=request.address(),
        next=request.replace(page=request.page + 1).address() if after < min(total, DEEPEST_RESULT) else None,
        prev=request.replace(page=request.page - 1).address() if request.page > 1 else None,
    )
