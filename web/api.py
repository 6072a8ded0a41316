"""The JSON endpoint: the engine's answers as they are (contract.py says what is asked and answered)."""

from collections.abc import Callable, Mapping

import msgspec
from flask import Blueprint, Response, redirect, request, url_for

from indexer.entity import EntityKind
from indexer.search import HIT_FIELDS, PAGE_SIZE, SIMILAR, SUGGESTIONS, Links, SearchRequest, SearchResults, Snippet
from web import current
from web.conditional import conditional
from web.contract import ARRANGING, MarkedSnippet, SimilarArticles, Timelines
from web.language import say_plain
from web.openapi import openapi_document
from web.page import ENTITY_KINDS, mark

bp = Blueprint("api", __name__)

DESCRIPTIONS = {"service-desc": "/api/v1/openapi.json", "service-doc": "/api"}
TYPES_OF_LINKS = {"html": "text/html", "atom": "application/atom+xml"}
_ARRANGING = tuple(parameter.name for parameter in ARRANGING)


@bp.get("/api/v1/search")
def search() -> Response:
    """Search: SearchResults as JSON, each hit with the fields asked for."""
    asked = current.search_request(PAGE_SIZE, without=())

    def answer() -> Response:
        results = current.engine().search(asked)
        return _json(_told(results, asked), links=results.links)

    return _conditional(sorted(asked.parameters()), answer)


@bp.get("/api/v1/timeline")
def timeline() -> Response:
    """The hits of a search over time."""
    asked = current.search_request(PAGE_SIZE, without=[name for name in _ARRANGING if name != "timelines"])
    asked = asked.replace(timelines=asked.timelines or ("published",), facets=(), size=1)

    def answer() -> Response:
        found = current.engine().search(asked)
        timelines = dict(found.timelines)
        return _json(Timelines(query=found.query, total=found.total, index=found.index, timelines=timelines))

    return _conditional(sorted(asked.parameters()), answer)


@bp.get("/api/v1/suggest")
def suggest() -> Response:
    """How a query may go on: Suggestions as JSON."""
    given = current.parameters("q", "size")
    size = current.size(given, SUGGESTIONS)
    text = given.get("q", "")
    return _conditional((text, size), lambda: _json(current.engine().suggest(text, size)))


@bp.get("/api/v1/facets/<field>")
def facet(field: str) -> Response:
    """The values of a facet under a search, all of them, page by page: FacetList as JSON."""
    asked, lookup = current.facet_lookup(field, without=_ARRANGING)
    return _conditional((asked, lookup), lambda: _json(current.engine().look_up(asked, lookup)))


@bp.get("/api/v1/documents/<document_id>")
def document(document_id: str) -> Response:
    """One article: Article as JSON, but for the server's own folder that it was read from."""
    current.refuse_parameters()

    def answer() -> Response:
        article = current.engine().article(document_id)
        provenance = msgspec.structs.replace(article.document.provenance, root="")
        published = msgspec.structs.replace(article.document, provenance=provenance)
        return _json(msgspec.structs.replace(article, document=published))

    return _conditional(document_id, answer)


@bp.get("/api/v1/documents/<document_id>/similar")
def similar(document_id: str) -> Response:
    """The articles most like one, each with what they share."""
    size = current.size(current.parameters("size"), SIMILAR)

    def answer() -> Response:
        return _json(SimilarArticles(id=document_id, similar=current.engine().similar(document_id, size)))

    return _conditional((document_id, size), answer)


@bp.get(f"/api/v1/entities/<any({', '.join(ENTITY_KINDS)}):kind>/<path:label>")
def entity(kind: EntityKind, label: str) -> Response:
    """One entity: Entity as JSON."""
    current.refuse_parameters()
    return _conditional((kind, label), lambda: _json(current.engine().entity(kind, label)))


@bp.get("/api/v1/stats")
def stats() -> Response:
    """What the index holds: Stats as JSON."""
    current.refuse_parameters()
    return _conditional((), lambda: _json(current.engine().stats()))


@bp.get("/api/v1/openapi.json")
def openapi() -> Response:
    """The contract of all this."""
    current.refuse_parameters()
    response = _json(openapi_document())
    response.add_etag(weak=True)
    response.cache_control.no_cache = True
    response.make_conditional(request)
    return response


@bp.get("/api/v1/problems")
def problems() -> Response:
    """The types of problems are anchors of the reference page; a browser takes the anchor along."""
    return redirect(url_for("reference.reference"), 308)  # type: ignore[return-value]


def _conditional(asked: object, answer: Callable[[], Response]) -> Response:
    return conditional(current.engine().state(), (request.path, asked), answer)


def _told(results: SearchResults, asked: SearchRequest) -> SearchResults | Mapping[str, object]:
    """The answer with the fields of its hits that are *asked* for, with all when none is; snippets as HTML too."""
    if not asked.fields and not asked.html:
        return results
    hits = [{name: getattr(hit, name) for name in asked.fields or HIT_FIELDS} for hit in results.hits]
    if asked.html:
        hits = [hit | {"snippets": [_with_html(snippet) for snippet in hit["snippets"]]} for hit in hits]
    return {**{name: getattr(results, name) for name in results.__struct_fields__}, "hits": hits}


def _with_html(snippet: Snippet) -> MarkedSnippet:
    """A snippet with its HTML, escaped and marked as on the page."""
    return MarkedSnippet(field=snippet.field, text=snippet.text, marks=snippet.marks, html=str(mark(snippet)))


def _json(answer: object, *, links: Links | None = None) -> Response:
    response = Response(msgspec.json.encode(answer, enc_hook=say_plain), mimetype="application/json")
    for name, address in {**(msgspec.structs.asdict(links) if links else {}), **DESCRIPTIONS}.items():
        if address and name in TYPES_OF_LINKS:
            response.headers.add("Link", f'<{address}>; rel="alternate"; type="{TYPES_OF_LINKS[name]}"')
        elif address:
            response.headers.add("Link", f'<{address}>; rel="{name}"')
    return response
