"""Who asks again, and has the answer already, is told so before the application is asked.

The application answers 304 too (conditional.py), but takes half a millisecond to take a request apart and find out what
is asked for; an address that was answered a moment ago, of the same commit, is known as it stands. 0.1 ms: a tenth even
of the quickest search.
"""

import time
from collections.abc import Iterable
from types import TracebackType
from typing import NamedTuple
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.wrappers import Request

from indexer.engine import Engine
from indexer.search import Cache
from web import logs
from web.conditional import today
from web.headers import REQUEST_ID, request_id
from web.language import API_PREFIX

ROOM = 4_000_000
"""Bytes for the addresses that are kept: a few thousand."""

DEPENDS_ON = ("PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT_LANGUAGE", "HTTP_COOKIE", "HTTP_ORIGIN", "wsgi.url_scheme")
"""What answers of the endpoint depend on, but for the index, the day and compression, which changes no weak tag."""

OF_THE_BODY = frozenset({"content-type", "content-length", "content-encoding", "set-cookie", REQUEST_ID.lower()})
"""Headers of an answer that a 304 does without, or has of its own."""

OVERHEAD = 150
"""Bytes of two strings and what holds them."""

NOT_MODIFIED = 304
_STATUS = f"{NOT_MODIFIED} {HTTP_STATUS_CODES[NOT_MODIFIED].upper()}"
_Headers = list[tuple[str, str]]
_Error = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None


class Told(NamedTuple):
    """The tag of an answer, the commit and the day that it is of, and the headers of its 304."""

    tag: str
    state: tuple[object, ...]
    headers: tuple[tuple[str, str], ...]


class Unchanged:
    """Stands before the application."""

    def __init__(self, app: Flask, engine: Engine) -> None:
        # What counts looks at its environment when it is imported (monitoring.py).
        from web import figures  # noqa: PLC0415

        self._inner: WSGIApplication = app.wsgi_app
        self._engine, self._figures = engine, figures
        self._told = Cache[Told](ROOM)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, or have it answered."""
        begin = time.perf_counter()
        if environ["REQUEST_METHOD"] != "GET" or not environ.get("PATH_INFO", "").startswith(API_PREFIX):
            return self._inner(environ, start_response)
        key = "\n".join(environ.get(name, "") for name in DEPENDS_ON)
        told, known = self._told.get(key), environ.get("HTTP_IF_NONE_MATCH")
        if told and told.tag == known and told.state == self._state():
            asked = Request(environ)
            number = request_id(asked)
            start_response(_STATUS, [*told.headers, (REQUEST_ID, number)])
            seconds = time.perf_counter() - begin
            self._figures.count("unchanged", NOT_MODIFIED, seconds)
            logs.tell(asked, number, NOT_MODIFIED, seconds, 0)
            return []
        return self._inner(environ, self._noticing(key, self._state(), start_response))

    def _noticing(self, key: str, state: tuple[object, ...], start_response: StartResponse) -> StartResponse:
        """*start_response* that keeps the tag of what is answered."""

        def start(status: str, headers: _Headers, error: _Error = None, /) -> object:
            tag = next((value for name, value in headers if name.lower() == "etag"), None)
            if tag and status[:3] in {"200", "304"}:
                kept = tuple((name, value) for name, value in headers if name.lower() not in OF_THE_BODY)
                size = len(key) + sum(len(name) + len(value) + OVERHEAD for name, value in kept)
                self._told.put(key, Told(tag, state, kept), size)
            return start_response(status, headers, error)

        return start  # type: ignore[return-value]

    def _state(self) -> tuple[object, ...]:
        """What the answers of all addresses depend on: the commit, as it was before they were made, and the day."""
        try:
            state = self._engine.state()
        except Exception:  # noqa: BLE001 - the application will find it too, and answers for it
            return (object(),)  # like no other
        return state.generation, state.committed, state.degraded, today()


def init_app(app: Flask, engine: Engine) -> None:
    """Stand before *app*."""
    app.wsgi_app = Unchanged(app, engine)  # type: ignore[method-assign]
