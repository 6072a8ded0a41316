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

from web.headers import REQUEST_ID

LONGEST = 256
"""Characters of what a client sent."""

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
    def tell(response: Response) -> Response:
        if logger.isEnabledFor(logging.INFO):
            logger.info("request", extra={"fields": _fields(response)})
        return response


def _fields(response: Response) -> dict[str, object]:
    return {
        "id": response.headers.get(REQUEST_ID),
        "method": request.method[:LONGEST],
        "path": request.path[:LONGEST],
        "query": request.query_string.decode("ascii", "replace")[:LONGEST],
        "status": response.status_code,
        "ms": round((time.perf_counter() - g.begun) * 1000, 2),
        "bytes": response.content_length,
    }
