"""The JSON endpoint: the engine's answers as they are."""

import msgspec
from flask import Blueprint, Response

from indexer.entity import EntityKind
from indexer.search import SIMILAR, SUGGESTIONS
from web import current
from web.page import ENTITY_KINDS

bp = Blueprint("api", __name__)


@bp.get("/api/v1/search")
def search() -> Response:
    """Search: SearchResults as JSON."""
    return _json(current.engine().search(current.search_request()))


@bp.get("/api/v1/suggest")
def suggest() -> Response:
    """How a query may go on: Suggestions as JSON."""
    given = current.parameters("q", "size")
    return _json(current.engine().suggest(given.get("q", ""), current.size(given, SUGGESTIONS)))


@bp.get("/api/v1/facets/<field>")
def facet(field: str) -> Response:
    """The values of a facet under a search, all of them, page by page: FacetList as JSON."""
    request, lookup = current.facet_lookup(field)
    return _json(current.engine().look_up(request, lookup))


@bp.get("/api/v1/documents/<document_id>")
def document(document_id: str) -> Response:
    """One article: Article as JSON, but for the server's own folder that it was read from."""
    current.refuse_parameters()
    article = current.engine().article(document_id)
    provenance = msgspec.structs.replace(article.document.provenance, root="")
    published = msgspec.structs.replace(article.document, provenance=provenance)
    return _json(msgspec.structs.replace(article, document=published))


@bp.get("/api/v1/documents/<document_id>/similar")
def similar(document_id: str) -> Response:
    """The articles most like one, each with what they share."""
    given = current.parameters("size")
    return _json({"id": document_id, "similar": current.engine().similar(document_id, current.size(given, SIMILAR))})


@bp.get(f"/api/v1/entities/<any({', '.join(ENTITY_KINDS)}):kind>/<path:label>")
def entity(kind: EntityKind, label: str) -> Response:
    """One entity: Entity as JSON."""
    current.refuse_parameters()
    return _json(current.engine().entity(kind, label))


@bp.get("/healthz")
def health() -> Response:
    """Whether the process answers; it asks nothing of the index."""
    return _json({"status": "ok"})


def _json(answer: object) -> Response:
    return Response(msgspec.json.encode(answer), mimetype="application/json")
