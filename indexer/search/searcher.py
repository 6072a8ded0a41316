"""Searcher: a SearchRequest answered from one commit of the index."""

import time

from whoosh import query as whoosh_query

from indexer.document import Document
from indexer.index import IndexReader
from indexer.search.evaluation import to_whoosh
from indexer.search.facets import allowed_by, canonical_request, count_facet
from indexer.search.parser import parse_query
from indexer.search.query import describe
from indexer.search.request import DEEPEST_RESULT, SearchRequest, Sort, check_request
from indexer.search.results import Expansion, Facet, Hit, IndexState, Links, QueryReport, SearchResults, Total
from indexer.search.snippets import make_snippets
from indexer.search.understanding import add_variants, drop_stop_words, join_compounds, resolve
from indexer.thesaurus import Thesaurus

SHOWN_FACETS = ("country", "equipment", "organisation", "person")
"""The facet values that a hit shows; its date and source have their own places."""


class Searcher:
    """Answers requests from one IndexReader."""

    def __init__(self, reader: IndexReader, thesaurus: Thesaurus) -> None:
        self._reader = reader
        self._thesaurus = thesaurus

    def search(self, request: SearchRequest) -> SearchResults:
        """The answer to *request*; RequestError when it cannot be answered as it stands."""
        begin = time.perf_counter()
        check_request(request)
        report, query = self._understand(request)
        request = canonical_request(request, self._reader.facets)
        scores = self._reader.scores(to_whoosh(query))
        matches = self._published_in_span(request, frozenset(scores))
        allowed = allowed_by(request, self._reader.facets, matches)
        found = matches.intersection(*allowed.values())
        page = self._ordered(found, scores, request.order)[(request.page - 1) * request.size :][: request.size]
        hits = tuple(self._hit(number, scores[number], query) for number in page)
        facets = {name: self._facet(name, request, matches, allowed) for name in request.facets}
        return SearchResults(
            query=report,
            total=Total(value=len(found)),
            took_ms=round((time.perf_counter() - begin) * 1000, 2),
            index=self.state(),
            hits=hits,
            facets=facets,
            links=_links(request, len(found)),
        )

    def state(self) -> IndexState:
        """The commit that answers."""
        return IndexState(
            generation=self._reader.generation,
            documents=len(self._reader.documents),
            committed=self._reader.committed.isoformat(timespec="seconds").replace("+00:00", "Z"),
        )

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
            notices=parsed.notices,
        )
        return report, resolve(drop_stop_words(widened), self._reader.classes)

    def _published_in_span(self, request: SearchRequest, matches: frozenset[int]) -> frozenset[int]:
        """The matches that may have been published in the span asked for."""
        start = request.published_from.first if request.published_from else None
        end = request.published_to.last if request.published_to else None
        if start is None and end is None:
            return matches

        def overlaps(document: Document) -> bool:
            first, last = document.published.first, document.published.last
            return first is not None and last is not None and (not start or last >= start) and (not end or first <= end)

        return frozenset(number for number in matches if overlaps(self._reader.documents[number]))

    def _ordered(self, found: frozenset[int], scores: dict[int, float], order: Sort) -> list[int]:
        """All of *found*: by score or date; equal ones newest first, then by id. Undated ones come last."""

        def by_date(number: int) -> tuple[bool, int, str]:
            document = self._reader.documents[number]
            first = document.published.first
            day = first.toordinal() if first else 0
            return first is None, day if order is Sort.OLDEST else -day, document.id

        if order is Sort.RELEVANCE:
            return sorted(found, key=lambda number: (-round(scores[number], 6), *by_date(number)))
        return sorted(found, key=by_date)

    def _hit(self, number: int, score: float, query: whoosh_query.Query) -> Hit:
        document = self._reader.documents[number]
        return Hit(
            id=document.id,
            title=document.title,
            url=document.url,
            source=document.source,
            path=document.provenance.path,
            language=document.language,
            published=document.published,
            score=round(score, 4),
            snippets=make_snippets(document, query),
            facets={name: document.facets.get(name, ()) for name in SHOWN_FACETS},
        )

    def _facet(
        self, name: str, request: SearchRequest, matches: frozenset[int], allowed: dict[str, frozenset[int]]
    ) -> Facet:
        """One facet, counted over the hits that the other facets' selections leave."""
        hits = matches.intersection(*(left for field, left in allowed.items() if field != name))
        return count_facet(name, self._reader.facets[name], hits, request)


def _links(request: SearchRequest, total: int) -> Links:
    after = request.page * request.size
    return Links(
        self=request.address(),
        next=request.replace(page=request.page + 1).address() if after < min(total, DEEPEST_RESULT) else None,
        prev=request.replace(page=request.page - 1).address() if request.page > 1 else None,
    )
