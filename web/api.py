"""The JSON endpoint: the engine's answer as it is."""

import msgspec
from flask import Blueprint, Response

from web import current

bp = Blueprint("api", __name__)


@bp.get("/api/v1/search")
def search() -> Response:
    """Search: SearchResults as JSON."""
    results = current.engine().search(current.search_request())
    return Response(results.to_json(), mimetype="application/json")


@bp.get("/healthz")
def health() -> Response:
    """Whether the process answers; it asks nothing of the index."""
    return Response(msgspec.json.encode({"status": "ok"}), mimetype="application/json")
