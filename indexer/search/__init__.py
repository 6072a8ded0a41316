"""Which documents answer this request, in which order, with which counts? SearchRequest -> SearchResults."""

from indexer.search.alternatives import NO_FILTERS, Alternative, find_alternatives
from indexer.search.cache import Cache
from indexer.search.collection import Collection
from indexer.search.completion import MOST_SUGGESTIONS, SUGGESTIONS, Suggestion, Suggestions
from indexer.search.cursor import Cursor
from indexer.search.deadline import limit_time
from indexer.search.equipment_tree import EquipmentNode, Shown
from indexer.search.facet_lookup import MOST_VALUES, VALUES, FacetList, FacetLookup, Order
from indexer.search.query import ENGLISH, FIELD_NAMES, FRENCH
from indexer.search.query_explanation import QueryExplanation, QueryPart, StandIn, explain_query
from indexer.search.repair import LONGEST_QUERY
from indexer.search.request import (
    DEEPEST_RESULT,
    HIT_FIELDS,
    LARGEST_PAGE,
    PAGE_SIZE,
    PARAMETERS,
    SearchRequest,
    Sort,
    parse_parameters,
)
from indexer.search.results import (
    TIMELINES,
    Bar,
    Correction,
    Expansion,
    Facet,
    FacetValue,
    Hit,
    IndexState,
    Links,
    Part,
    QueryReport,
    Relaxation,
    SearchResults,
    Snippet,
    Timeline,
    Total,
    Versions,
)
from indexer.search.rising import Rise, Rising
from indexer.search.searcher import AnySearcher, Searcher
from indexer.search.similar import MOST_SIMILAR, SIMILAR, Shared, Similar

__all__ = [
    "DEEPEST_RESULT",
    "ENGLISH",
    "FIELD_NAMES",
    "FRENCH",
    "HIT_FIELDS",
    "LARGEST_PAGE",
    "LONGEST_QUERY",
    "MOST_SIMILAR",
    "MOST_SUGGESTIONS",
    "MOST_VALUES",
    "NO_FILTERS",
    "PAGE_SIZE",
    "PARAMETERS",
    "SIMILAR",
    "SUGGESTIONS",
    "TIMELINES",
    "VALUES",
    "Alternative",
    "AnySearcher",
    "Bar",
    "Cache",
    "Collection",
    "Correction",
    "Cursor",
    "EquipmentNode",
    "Expansion",
    "Facet",
    "FacetList",
    "FacetLookup",
    "FacetValue",
    "Hit",
    "IndexState",
    "Links",
    "Order",
    "Part",
    "QueryExplanation",
    "QueryPart",
    "QueryReport",
    "Relaxation",
    "Rise",
    "Rising",
    "SearchRequest",
    "SearchResults",
    "Searcher",
    "Shared",
    "Shown",
    "Similar",
    "Snippet",
    "Sort",
    "StandIn",
    "Suggestion",
    "Suggestions",
    "Timeline",
    "Total",
    "Versions",
    "explain_query",
    "find_alternatives",
    "limit_time",
    "parse_parameters",
]
