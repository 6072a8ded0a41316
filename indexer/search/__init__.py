"""Which documents answer this request, in which order, with which counts? SearchRequest -> SearchResults."""

from indexer.search.request import SearchRequest, Sort, parse_parameters
from indexer.search.results import (
    Expansion,
    Facet,
    FacetValue,
    Hit,
    IndexState,
    Links,
    QueryReport,
    SearchResults,
    Snippet,
    Total,
)
from indexer.search.searcher import Searcher

__all__ = [
    "Expansion",
    "Facet",
    "FacetValue",
    "Hit",
    "IndexState",
    "Links",
    "QueryReport",
    "SearchRequest",
    "SearchResults",
    "Searcher",
    "Snippet",
    "Sort",
    "Total",
    "parse_parameters",
]
