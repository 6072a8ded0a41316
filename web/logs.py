"""What the server tells of itself: one line of JSON for each request and each failure, on standard error.

JSON escapes what could end a line or colour a terminal; what a client sent is cut. Addresses of clients are not told.
"""

import datetime as dt
import json
import logging
import sys
import time
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.wrappers import Request

from web.headers import REQUEST_ID

LONGEST = 256
"""Characters of what a client sent."""

REFUSED = "vigie.refused"
"""Where a request that refusal.py makes has the error that it is to be answered with; it is no one's, and not told."""

logger = logging.getLogger("vigie")


class JsonLines(logging.Formatter):
    """A record as one line; what its caller gives as *extra* {"fields": …} stands beside the message."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told: dict[str, Any] = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": record.process,
            "event": record.getMessage()[:LONGEST],
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return json.dumps(told)  # plain ASCII: marks of direction and other kinds of new lines are escaped too


def configure(*, requests: bool) -> None:
    """Write lines; of *requests* too, or of failures alone."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name, level in (("vigie", logging.INFO if requests else logging.WARNING), ("gunicorn.error", logging.WARNING)):
        named = logging.getLogger(name)
        named.handlers, named.propagate = [handler], False
        named.setLevel(level)


def init_app(app: Flask) -> None:
    """Tell every request when it has been answered; how long that took, monitoring.py says."""
    app.logger = logger

    @app.after_request
    def tell_answer(response: Response) -> Response:
        if REFUSED not in request.environ:
            number, seconds = response.headers.get(REQUEST_ID, ""), time.perf_counter() - g.begun
            tell(request, number, response.status_code, seconds, response.content_length)
        return response


def tell(asked: Request, number: str, status: int, seconds: float, size: int | None) -> None:
    """Tell a request, its *number*, and its answer of *size* bytes."""
    if not logger.isEnabledFor(logging.INFO):
        return
    fields = {
        "id": number,
        "method": asked.method[:LONGEST],
        "path": asked.path[:LONGEST],
        "query": asked.query_string.decode("ascii", "replace")[:LONGEST],
        "status": status,
        "ms": round(seconds * 1000, 2),
        "bytes": size,
    }
    logger.info("request", extra={"fields": fields})
