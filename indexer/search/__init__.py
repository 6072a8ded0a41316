"""Which documents answer this request, in which order, with which counts? SearchRequest -> SearchResults."""

from indexer.search.query import FIELD_NAMES
from indexer.search.request import LARGEST_PAGE, SearchRequest, Sort, parse_parameters
from indexer.search.results import (
    Bar,
    Expansion,
    Facet,
    FacetValue,
    Hit,
    IndexState,
    Links,
    QueryReport,
    SearchResults,
    Snippet,
    Timeline,
    Total,
    Versions,
)
from indexer.search.searcher import Searcher

__all__ = [
    "FIELD_NAMES",
    "LARGEST_PAGE",
    "Bar",
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
    "Timeline",
    "Total",
    "Versions",
    "parse_parameters",
]
