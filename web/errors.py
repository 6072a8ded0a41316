"""Failures as answers: one page in French for people, RFC 9457 problem documents for programs."""

from http import HTTPStatus

import msgspec
from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from indexer.errors import DocumentNotFoundError, EntityNotFoundError, IndexAccessError, RequestError, VigieError
from indexer.typography import typeset

API_PREFIX = "/api/"


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A problem document (RFC 9457); *type* is stable and is what programs should look at."""

    type: str
    title: str
    status: int
    detail: str
    parameter: str | None = None
    """The parameter at fault, when it is one."""


TITLES = {
    HTTPStatus.BAD_REQUEST: "Requête mal formée",
    HTTPStatus.NOT_FOUND: "Page introuvable",
    HTTPStatus.METHOD_NOT_ALLOWED: "Méthode non permise",
    HTTPStatus.SERVICE_UNAVAILABLE: "Index indisponible",
}
DETAILS = {
    HTTPStatus.NOT_FOUND: typeset("Cette adresse ne mène à rien : vérifiez-la, ou repartez d’une recherche."),
    HTTPStatus.METHOD_NOT_ALLOWED: "Vigie ne répond qu’à GET et HEAD.",
}
DEFAULT_TITLE = "Erreur"
DEFAULT_DETAIL = "La demande n’a pas pu aboutir."


def init_app(app: Flask) -> None:
    """Answer every expected failure."""
    app.register_error_handler(VigieError, _vigie_error)
    app.register_error_handler(HTTPException, _http_error)


def problem_of(error: VigieError) -> Problem:
    """What the failure is to the outside; nothing of the inside is told but what its message says."""
    if isinstance(error, RequestError):
        return _problem("bad-parameter", HTTPStatus.BAD_REQUEST, error.detail, error.parameter[:100])
    if isinstance(error, DocumentNotFoundError):
        return _problem("no-document", HTTPStatus.NOT_FOUND, str(error))
    if isinstance(error, EntityNotFoundError):
        return _problem("no-entity", HTTPStatus.NOT_FOUND, str(error))
    if isinstance(error, IndexAccessError):
        return _problem("index-unavailable", HTTPStatus.SERVICE_UNAVAILABLE, str(error))
    return _problem("internal", HTTPStatus.INTERNAL_SERVER_ERROR, DEFAULT_DETAIL)


def _problem(name: str, status: HTTPStatus, detail: str, parameter: str | None = None) -> Problem:
    title = TITLES.get(status, DEFAULT_TITLE)
    return Problem(type=f"/problems/{name}", title=title, status=status, detail=detail, parameter=parameter)


def _vigie_error(error: VigieError) -> Response:
    return _answer(problem_of(error))


def _http_error(error: HTTPException) -> Response:
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    name = status.phrase.lower().replace(" ", "-")
    response = _answer(_problem(name, status, DETAILS.get(status, DEFAULT_DETAIL)))
    for header in ("Allow", "Retry-After"):
        if value := error.get_response().headers.get(header):
            response.headers[header] = value
    return response


def _answer(problem: Problem) -> Response:
    if request.path.startswith(API_PREFIX):
        return Response(msgspec.json.encode(problem), status=problem.status, mimetype="application/problem+json")
    return Response(render_template("error.html", problem=problem), status=problem.status)
