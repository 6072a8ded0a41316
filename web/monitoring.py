"""Is the server well? For what watches it: /healthz, /readyz, and figures as Prometheus reads them at /metrics."""

import time
from http import HTTPStatus

import msgspec
from flask import Blueprint, Flask, Response, g, request

from indexer.errors import VigieError
from web import current
from web.contract import Health, Readiness
from web.logs import REFUSED

bp = Blueprint("monitoring", __name__)

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable of the folder in which the processes of a server count together."""


@bp.get("/healthz")
def health() -> Response:
    """Whether the process answers; it asks nothing of the index."""
    return _json(Health(status="ok"))


@bp.get("/readyz")
def ready() -> Response:
    """Whether searches are answered, and from which commit; degraded when the newest one cannot be read."""
    try:
        state = current.engine().state()
    except VigieError as error:
        return _json(Readiness(status="unavailable", detail=str(error)), HTTPStatus.SERVICE_UNAVAILABLE)
    return _json(Readiness(status="degraded" if state.degraded else "ready", index=state))


@bp.get("/metrics")
def metrics() -> Response:
    """Figures in the text format of Prometheus."""
    from web import figures  # noqa: PLC0415 - as below

    response = Response(figures.text(current.engine()), content_type=figures.CONTENT_TYPE)
    response.cache_control.no_store = True
    return response


def init_app(app: Flask) -> None:
    """Count every request."""
    # What counts looks at its environment when it is imported, which the server sets before (server.py).
    from web import figures  # noqa: PLC0415

    @app.before_request
    def begin() -> None:
        g.begun = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        if REFUSED in request.environ:
            return response
        figures.count(request.endpoint or "none", response.status_code, time.perf_counter() - g.begun)
        return response


def _json(answer: object, status: HTTPStatus = HTTPStatus.OK) -> Response:
    response = Response(msgspec.json.encode(answer), status=status, mimetype="application/json")
    response.cache_control.no_store = True
    return response
