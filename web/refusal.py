"""Who has to come back later is told so before the application is asked, which is there for the others.

Such an answer goes through the application once for each language and form, and is then repeated: 0.1 ms instead of 2,
so that a server that is asked three times as much as it can do still does nearly all that it can.
"""

import time
from collections.abc import Iterable
from typing import NamedTuple
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


def init_app(app: Flask, admission: Admission, rate: Rate | None) -> None:
    """Stand before *app*, whose routes are known by now."""
    app.wsgi_app = Refusals(app, admission, rate)  # type: ignore[method-assign]

    @app.before_request
    def refuse() -> None:
        if error := request.environ.get(REFUSED):
            raise error
