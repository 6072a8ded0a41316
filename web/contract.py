"""The contract of the endpoint: its addresses, what each takes and what it answers, in typed records.

The OpenAPI document and the reference page are made from this and from the records alone.
"""

from http import HTTPStatus
from typing import Annotated, Any, Literal, NamedTuple

import msgspec

from indexer.article import Article
from indexer.document import FACETS
from indexer.engine import Stats
from indexer.entity import Entity
from indexer.search import (
    DEEPEST_RESULT,
    HIT_FIELDS,
    LARGEST_PAGE,
    LONGEST_QUERY,
    MOST_SIMILAR,
    MOST_SUGGESTIONS,
    MOST_VALUES,
    PAGE_SIZE,
    SIMILAR,
    SUGGESTIONS,
    TIMELINES,
    VALUES,
    FacetList,
    IndexState,
    Order,
    QueryReport,
    SearchResults,
    Similar,
    Snippet,
    Sort,
    Suggestions,
    Timeline,
    Total,
)
from web.page import ENTITY_KINDS

MOST_REQUESTS = 20
"""Requests in a batch."""

LONGEST_REQUEST = 4000
"""Characters of each."""

LARGEST_BATCH = 12 * LONGEST_REQUEST * MOST_REQUESTS
"""Bytes of a batch: JSON takes 12 at most for a character."""

Schema = dict[str, Any]


class SimilarArticles(msgspec.Struct, frozen=True, kw_only=True):
    """The articles most like the one with this id, each with what they share."""

    id: str
    similar: tuple[Similar, ...]


class Timelines(msgspec.Struct, frozen=True, kw_only=True):
    """The hits of a search by year, month or day."""

    query: QueryReport
    total: Total
    index: IndexState
    timelines: dict[str, Timeline]


class MarkedSnippet(Snippet, frozen=True, kw_only=True):
    """A snippet with its HTML, as `html=1` asks for it: everything escaped, matched words in <mark>."""

    html: str


class Batch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Several requests in one call: addresses of this endpoint, as they would be asked for by GET."""

    requests: Annotated[
        tuple[Annotated[str, msgspec.Meta(pattern="^/api/v1/", max_length=LONGEST_REQUEST)], ...],
        msgspec.Meta(min_length=1, max_length=MOST_REQUESTS, examples=[["/api/v1/search?q=Rafale&size=1"]]),
    ]


class BatchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one request of a batch: its status, and its body, a problem document when it failed."""

    request: str
    status: int
    body: msgspec.Raw


class BatchAnswers(msgspec.Struct, frozen=True, kw_only=True):
    """The answers to a batch, in the order of its requests."""

    answers: tuple[BatchAnswer, ...]


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """The process answers."""

    status: Literal["ok"]


class Readiness(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether searches are answered; *degraded* when the newest commit cannot be read, and the one before answers."""

    status: Literal["ready", "degraded", "unavailable"]
    index: IndexState | None = None
    detail: str | None = None


class Parameter(NamedTuple):
    """A parameter of an address; one with *repeated* may stand several times."""

    name: str
    description: str
    schema: Schema
    place: str = "query"
    example: object = None

    @property
    def is_repeated(self) -> bool:
        """Whether each value stands on its own: `country=France&country=Italie`."""
        return self.schema.get("type") == "array" and self.name.removeprefix("-") in FACETS


class Route(NamedTuple):
    """An address, what it takes, and what it answers; *example* runs over the sample articles."""

    path: str
    name: str
    summary: str
    answer: Any
    parameters: tuple[Parameter, ...]
    example: str
    failures: tuple[HTTPStatus, ...] = ()
    body: Any = None
    """What is sent to it; then it is a POST."""

    @property
    def method(self) -> str:
        """GET stands for HEAD too."""
        return "post" if self.body else "get"


def _whole(least: int, most: int | None = None, default: int | None = None) -> Schema:
    bounds = {"minimum": least, "maximum": most, "default": default}
    return {"type": "integer", **{name: bound for name, bound in bounds.items() if bound is not None}}


def _one_of(*values: str, default: str | None = None) -> Schema:
    return {"type": "string", "enum": list(values), **({"default": default} if default else {})}


def _several_of(*values: str) -> Schema:
    return {"type": "array", "items": _one_of(*values)}


_TEXT: Schema = {"type": "string"}
_QUERY: Schema = {"type": "string", "maxLength": LONGEST_QUERY}
_YEAR = "([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_DATE: Schema = {
    "type": "string",
    "pattern": f"^({_YEAR}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?)?$",
}
_AMOUNT: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1e18}


def _switch(*, on: bool) -> Schema:
    return _one_of("0", "1", default=str(int(on)))


FACET_MEANINGS = {
    "date": "Year of publication",
    "source": "Source",
    "country": "Country, by its French name",
    "kind": "Branch or sort of equipment",
    "equipment": "Piece of equipment",
    "designation": "Designation of no known equipment",
    "organisation": "Organisation",
    "person": "Person",
    "topic": "Topic",
    "amount": "Range of the sums of money named",
    "language": "Language, by its ISO 639-1 code",
}
"""What the values of each facet are."""

_EXAMPLES = {"country": ["France"], "equipment": ["Rafale"], "topic": ["Contrats et exportations"], "language": ["fr"]}
_VALUES: Schema = {"type": "array", "items": _TEXT}

MATCHING = (
    Parameter("q", "The query, in Vigie’s query language; without it, every article.", _QUERY, example="missiles Kiev"),
    *(
        Parameter(name, f"{meaning}: keep articles with any of these values.", _VALUES, example=_EXAMPLES.get(name))
        for name, meaning in FACET_MEANINGS.items()
    ),
    *(
        Parameter(f"-{name}", f"{meaning}: leave out articles with any of these values.", _VALUES)
        for name, meaning in FACET_MEANINGS.items()
    ),
    Parameter("from", "Published on this day, month or year, or later.", _DATE, example="2022-10"),
    Parameter("to", "Published on this day, month or year, or earlier.", _DATE, example="2024"),
    Parameter("amount_from", "Names a sum of money of at least so much.", _AMOUNT, example=1e8),
    Parameter("amount_to", "Names a sum of money of at most so much.", _AMOUNT, example=5e9),
    Parameter(
        "currency",
        "ISO 4217 code of both; other currencies are compared in euros. Without it, sums as they are written.",
        {"type": "string", "pattern": "^([A-Za-z]{3})?$"},
        example="EUR",
    ),
    Parameter("story", "The versions of one story, by its id in a hit.", _TEXT),
    Parameter("collapse", "`story`: the versions of a story are shown and counted once.", _one_of("story", "")),
    Parameter(
        "mode", "`strict`: every word must be there, even when (almost) no article has all.", _one_of("strict", "")
    ),
    Parameter("expand", "Search for the other names of people, places and systems too.", _switch(on=True)),
    Parameter("correct", "Correct words that are in no article.", _switch(on=True)),
)
"""What a search finds depends on these alone."""

_TIMELINES = Parameter(
    "timelines",
    "Timelines to make, separated by commas: days of publication, dates that articles mention.",
    _several_of(*TIMELINES),
    example=["published"],
)

ARRANGING = (
    Parameter(
        "sort", "Order of the hits; without it, by relevance, or the newest first without a query.", _one_of(*Sort, "")
    ),
    Parameter("page", f"Page, as far as the first {DEEPEST_RESULT} hits.", _whole(1, DEEPEST_RESULT, 1)),
    Parameter("size", "Hits on a page.", _whole(1, LARGEST_PAGE, PAGE_SIZE), example=5),
    Parameter(
        "cursor",
        "Where to go on, as `links.next` says behind the last page: at any depth, each hit once, on one commit of the "
        "index. Not with `page`.",
        {"type": "string", "pattern": "^[A-Za-z0-9_-]*$"},
    ),
    Parameter("facets", "Facets to count, separated by commas; empty: none.", _several_of(*FACETS)),
    Parameter(
        "fields",
        "What to tell of each hit, separated by commas; without it, everything.",
        _several_of(*HIT_FIELDS),
        example=["id", "title", "published"],
    ),
    _TIMELINES,
    Parameter("recency", "Recent articles gain a little.", _switch(on=True)),
    Parameter("diversity", "Further versions of a story come behind other articles.", _switch(on=True)),
    Parameter("explain", "Tell the parts of each score.", _switch(on=False)),
    Parameter(
        "html",
        "Give each snippet as HTML too, safe to put in a page: everything escaped, matched words in `<mark>`. "
        "With `fields`, `snippets` has to be among them.",
        _switch(on=False),
    ),
)
"""How what is found is ordered, cut and told."""

_SOME_TEXT: Schema = {"type": "string", "minLength": 1}
_ID = Parameter("id", "Id of an article, as in a hit.", _SOME_TEXT, "path")
_NAME = Parameter("label", "Label or any name of the entity.", _SOME_TEXT, "path")

ROUTES = (
    Route(
        "/api/v1/search",
        "search",
        "Search",
        SearchResults,
        (*MATCHING, *ARRANGING),
        "/api/v1/search?q=missiles+Kiev&country=Ukraine&size=2&facets=country,equipment",
        (HTTPStatus.BAD_REQUEST, HTTPStatus.GONE),
    ),
    Route(
        "/api/v1/timeline",
        "timeline",
        "The hits of a search over time",
        Timelines,
        (*MATCHING, _TIMELINES._replace(description=f"{_TIMELINES.description} Without it, days of publication.")),
        "/api/v1/timeline?q=Rafale&timelines=published,mentioned",
        (HTTPStatus.BAD_REQUEST,),
    ),
    Route(
        "/api/v1/facets/{field}",
        "facet",
        "Every value of a facet under a search, without the facet’s own selection",
        FacetList,
        (
            Parameter("field", "The facet.", _one_of(*FACETS), "path"),
            *MATCHING,
            Parameter("match", "Keep values that have all these words.", _TEXT, example="leopard"),
            Parameter("order", "Order of the values.", _one_of(*Order, default=Order.COUNT.value)),
            Parameter("at", "Page of the values.", _whole(1, 999_999_999, 1)),
            Parameter("values", "Values on a page.", _whole(1, MOST_VALUES, VALUES)),
        ),
        "/api/v1/facets/equipment?q=Ukraine&match=leopard",
        (HTTPStatus.BAD_REQUEST,),
    ),
    Route(
        "/api/v1/suggest",
        "suggest",
        "How a query may go on",
        Suggestions,
        (
            Parameter("q", "What was typed.", _QUERY, example="zel"),
            Parameter("size", "Suggestions at most.", _whole(1, MOST_SUGGESTIONS, SUGGESTIONS)),
        ),
        "/api/v1/suggest?q=zel&size=3",
        (HTTPStatus.BAD_REQUEST,),
    ),
    Route(
        "/api/v1/documents/{id}",
        "document",
        "One article, with everything recognised in it and the other versions of its story",
        Article,
        (_ID,),
        "/api/v1/documents/{id}",
        (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND),
    ),
    Route(
        "/api/v1/documents/{id}/similar",
        "similar",
        "The articles most like one",
        SimilarArticles,
        (_ID, Parameter("size", "Articles at most.", _whole(1, MOST_SIMILAR, SIMILAR))),
        "/api/v1/documents/{id}/similar?size=3",
        (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND),
    ),
    Route(
        "/api/v1/entities/{kind}/{label}",
        "entity",
        "What is known of a name, and what the articles say of it",
        Entity,
        (Parameter("kind", "What sort of entity.", _one_of(*ENTITY_KINDS), "path"), _NAME),
        "/api/v1/entities/equipment/Leopard%202",
        (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND),
    ),
    Route("/api/v1/stats", "stats", "What the index holds", Stats, (), "/api/v1/stats", (HTTPStatus.BAD_REQUEST,)),
    Route(
        "/api/v1/batch",
        "batch",
        f"Several requests in one call, {MOST_REQUESTS} at most; it changes nothing",
        BatchAnswers,
        (),
        "/api/v1/batch",
        (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        Batch,
    ),
    Route(
        "/api/v1/openapi.json",
        "openapi",
        "This contract, as an OpenAPI 3.1 document",
        dict[str, Any],
        (),
        "/api/v1/openapi.json",
        (HTTPStatus.BAD_REQUEST,),
    ),
)
"""Every address of the endpoint."""
