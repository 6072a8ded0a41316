"""Who has to come back later is told so before the application is asked, which is there for the others.

Such an answer goes through the application once for each language and form, and is then repeated: 0.1 ms instead of 2.
Who comes when nobody is let in is even answered without gunicorn, as soon as he is there: a turn that one thread takes
from another that searches costs both more than all there is to say, and gunicorn takes twelve where four are enough.
"""

import re
import time
from collections.abc import Callable, Iterable
from email.utils import formatdate
from io import BytesIO
from typing import NamedTuple
from urllib.parse import unquote_to_bytes
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, request
from werkzeug.wrappers import Request

from indexer.errors import BusyError, OverloadError
from web import logs
from web.admission import ALWAYS, Admission
from web.headers import REQUEST_ID, request_id
from web.language import API_PREFIX, readers_choice
from web.logs import REFUSED
from web.rate import COUNTED, Rate

KEPT = 64
"""Answers kept at most: an origin that programs call from makes one of its own."""


_REQUEST_LINE = re.compile(r"(?P<method>GET|HEAD) (?P<target>/[!-~]*) HTTP/1\.[01]")
_NAME = re.compile(r"[A-Za-z0-9-]+")  # none with « _ », which WSGI takes for « - »
_HAS_BODY = frozenset({"content-length", "transfer-encoding", "upgrade", "expect"})


class Answer(NamedTuple):
    """An answer as it is repeated."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Refusals:
    """Stands before the application."""

    def __init__(self, app: Flask, admission: Admission, rate: Rate | None) -> None:
        # What counts looks at its environment when it is imported (monitoring.py).
        from web import figures  # noqa: PLC0415

        self._app, self._admission, self._rate, self._figures = app, admission, rate, figures
        self._inner: WSGIApplication = app.wsgi_app
        self._always = tuple(
            str(rule).partition("<")[0] for rule in app.url_map.iter_rules() if rule.endpoint in ALWAYS
        )
        self._answers: dict[tuple[object, ...], Answer] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, or have it answered."""
        if REFUSED not in environ:
            begin = time.perf_counter()
            try:
                self._check(environ)
            except OverloadError as error:
                return self._refuse(error, environ, start_response, begin)
        return self._inner(environ, start_response)

    def answer_at_the_door(self, head: bytes, address: str) -> bytes | None:
        """The whole answer to a request from *address*, of which *head* is there, when nobody is let in.

        None when it is none that can be refused, or not all there: gunicorn reads that.
        """
        environ = _environ(head, address)
        if environ is None or environ["PATH_INFO"].startswith(self._always):
            return None
        lines: list[str] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> Callable[[bytes], object]:
            lines.append(f"HTTP/1.1 {status}")
            lines.extend(f"{name}: {value}" for name, value in headers)
            return lines.append  # type: ignore[return-value]

        with self._admission.closed():
            body = b"".join(self._app.wsgi_app(environ, start_response))
        lines += [f"Date: {formatdate(usegmt=True)}", "Connection: close", "", ""]
        return "\r\n".join(lines).encode("latin-1") + body

    def _check(self, environ: WSGIEnvironment) -> None:
        """Raise the OverloadError that a request is to be answered with."""
        if environ.get("PATH_INFO", "").startswith(self._always):
            return
        if self._rate:
            self._rate.take(environ.get("REMOTE_ADDR", ""))
            environ[COUNTED] = True
        if self._admission.full:
            raise BusyError

    def _refuse(
        self, error: OverloadError, environ: WSGIEnvironment, start_response: StartResponse, begin: float
    ) -> Iterable[bytes]:
        asked = Request(environ)
        answer = self._answer(error, asked)
        number = request_id(asked)
        body = b"" if asked.method == "HEAD" else answer.body
        start_response(answer.status, [*answer.headers, ("Retry-After", str(error.retry_after)), (REQUEST_ID, number)])
        seconds = time.perf_counter() - begin
        status = int(answer.status[:3])
        self._figures.count("refused", status, seconds)
        logs.tell(asked, number, status, seconds, len(body))
        return [body]

    def _answer(self, error: OverloadError, asked: Request) -> Answer:
        """The answer of the application itself, to nothing in particular: it repeats nothing of what was sent."""
        path = API_PREFIX if asked.path.startswith(API_PREFIX) else "/"
        language = readers_choice(asked, of_page=True)
        origin = asked.headers.get("Origin", "")
        key = (type(error), path, language, asked.scheme, origin)
        if key not in self._answers:
            response = self._app.test_client(use_cookies=False).get(
                path,
                base_url=f"{asked.scheme}://localhost",
                headers={"Accept-Language": language} | ({"Origin": origin} if origin else {}),
                environ_overrides={REFUSED: error},
            )
            own = {"retry-after", REQUEST_ID.lower()}
            headers = tuple((name, value) for name, value in response.headers if name.lower() not in own)
            if len(self._answers) >= KEPT:
                self._answers.clear()
            self._answers[key] = Answer(response.status, headers, response.get_data())
        return self._answers[key]


def _environ(head: bytes, address: str) -> WSGIEnvironment | None:
    """A request without a body as WSGI has it; None when it is another, or not all there."""
    first, *lines = head.decode("latin-1").split("\r\n")
    match = _REQUEST_LINE.fullmatch(first)
    if match is None or lines[-2:] != ["", ""]:
        return None
    path, _, query = match["target"].partition("?")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": match["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "REMOTE_ADDR": address,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
    }
    for line in lines[:-2]:
        name, colon, value = line.partition(":")
        if not colon or not _NAME.fullmatch(name) or name.lower() in _HAS_BODY:
            return None
        environ["HTTP_" + name.upper().replace("-", "_")] = value.strip()
    return environ


def init_app(app: Flask, admission: Admission, rate: Rate | None) -> None:
    """Stand before *app*, whose routes are known by now."""
    app.extensions["vigie_refusals"] = refusals = Refusals(app, admission, rate)
    app.wsgi_app = refusals  # type: ignore[method-assign]

    @app.before_request
    def refuse() -> None:
        if error := request.environ.get(REFUSED):
            raise error
