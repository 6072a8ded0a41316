"""What every answer carries: pages run Vigie's own script only, embed nothing and are embedded nowhere.

Programs of other origins may read the endpoint when the setting `cors` names them; answers are compressed for those
who take it, and have the id of their request, so that a report can name it.
"""

import gzip
import re
from http import HTTPStatus
from uuid import uuid4

from flask import Flask, Response, request
from werkzeug.wrappers import Request

from indexer.settings import Settings
from web.language import API_PREFIX

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; "
        "object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
HTTPS_ONLY = "max-age=31536000; includeSubDomains"
"""Strict-Transport-Security, for who came by https: a year, which is the least that ASVS 3.4.1 asks for."""

REQUEST_ID = "X-Request-ID"
EXPOSED = ("ETag", "Link", "Allow", REQUEST_ID)
"""Headers that programs of other origins may read too."""

COMPRESSION = 5
"""Level: a page of results, 77 kB, becomes 9.7 kB in 0.7 ms; 10.6 kB in 0.3 ms by level 3, 9.4 kB in 1.9 ms by 9."""

SMALLEST = 800
"""Bytes: below, a packet holds it anyway."""

_TEXT = re.compile(r"text/|application/([\w.-]+\+)?(json|xml)$")
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def init_app(app: Flask, settings: Settings) -> None:
    """Do all this to every answer, errors included."""
    origins = {origin.strip() for origin in (settings.cors or "").split(",") if origin.strip()}

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update(HEADERS)
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = HTTPS_ONLY
        response.headers[REQUEST_ID] = request_id(request)
        if origins and request.path.startswith(API_PREFIX):
            _share(response, origins)
        return _compress(response)


def request_id(asked: Request) -> str:
    """The id that a request came with, when it is one; else its own."""
    given = asked.headers.get(REQUEST_ID, "")
    return given if _ID.fullmatch(given) else uuid4().hex


def _share(response: Response, origins: set[str]) -> None:
    """Let pages of *origins* read the answer (CORS); nothing here depends on who reads."""
    origin = request.headers.get("Origin", "")
    if "*" not in origins:
        response.vary.add("Origin")
        if origin not in origins:
            return
    response.headers["Access-Control-Allow-Origin"] = "*" if "*" in origins else origin
    response.headers["Access-Control-Expose-Headers"] = ", ".join(EXPOSED)
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST"
        response.headers["Access-Control-Allow-Headers"] = f"Content-Type, If-None-Match, {REQUEST_ID}"
        response.headers["Access-Control-Max-Age"] = "86400"


def _compress(response: Response) -> Response:
    """Compress (gzip) text for those who take it, files of text too; what is sent as it is made goes as it is."""
    if response.status_code == HTTPStatus.OK and response.direct_passthrough and _TEXT.match(response.mimetype or ""):
        response.direct_passthrough = False
        response.make_sequence()
    if response.is_streamed or response.direct_passthrough or not _TEXT.match(response.mimetype or ""):
        return response
    response.vary.add("Accept-Encoding")
    content = response.get_data()
    if len(content) < SMALLEST or not request.accept_encodings["gzip"]:
        return response
    response.set_data(gzip.compress(content, COMPRESSION, mtime=0))
    response.content_encoding = "gzip"
    tag, weak = response.get_etag()
    if tag and not weak:  # a strong tag would be of other bytes
        response.set_etag(tag, weak=True)
    return response
