"""Failures as answers: one page for people, RFC 9457 problem documents for programs, in the reader’s language."""

from http import HTTPStatus
from typing import NamedTuple

import msgspec
from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException, SecurityError

from indexer.errors import (
    CursorGoneError,
    DocumentNotFoundError,
    EntityNotFoundError,
    IndexAccessError,
    OverloadError,
    QueryError,
    RepeatedParameterError,
    RequestError,
    TooManyRequestsError,
    UnknownParameterError,
    VigieError,
)
from indexer.message import Message
from web.language import API_PREFIX, answer_the_reader, language, say_plain

TYPES = "/api/v1/problems"
"""Where the types of problems are explained; a type is an anchor there, and does not change."""

LONGEST_SHOWN = 100
"""Characters of what was sent that an answer repeats."""


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A problem document (RFC 9457); *type* is stable and is what programs should look at."""

    type: str
    title: str
    status: int
    detail: str
    parameter: str | None = None
    """The parameter at fault, when it is one."""
    start: str | None = None
    """Where to start afresh, when a cursor leads nowhere any more."""


class Kind(NamedTuple):
    """What a type of problem is called, and what is said of it when the failure itself says nothing better."""

    status: HTTPStatus
    title: Message
    detail: Message


KINDS = {
    "unknown-parameter": Kind(
        HTTPStatus.BAD_REQUEST,
        Message("Paramètre inconnu"),
        Message("Cette adresse ne prend pas ce paramètre."),
    ),
    "repeated-parameter": Kind(
        HTTPStatus.BAD_REQUEST,
        Message("Paramètre répété"),
        Message("Ce paramètre ne peut figurer qu’une fois."),
    ),
    "bad-parameter": Kind(
        HTTPStatus.BAD_REQUEST,
        Message("Requête mal formée"),
        Message("La valeur d’un paramètre n’est pas de celles qu’il peut prendre."),
    ),
    "bad-query": Kind(
        HTTPStatus.BAD_REQUEST,
        Message("Requête impossible"),
        Message("La recherche est trop longue, trop coûteuse ou ne contient aucun mot."),
    ),
    "bad-request": Kind(
        HTTPStatus.BAD_REQUEST,
        Message("Demande mal formée"),
        Message("La demande n’est pas ce que cette adresse attend."),
    ),
    "not-found": Kind(
        HTTPStatus.NOT_FOUND,
        Message("Page introuvable"),
        Message("Cette adresse ne mène à rien : vérifiez-la, ou repartez d’une recherche."),
    ),
    "no-document": Kind(
        HTTPStatus.NOT_FOUND,
        Message("Article introuvable"),
        Message("Aucun article ne porte cet identifiant."),
    ),
    "no-entity": Kind(
        HTTPStatus.NOT_FOUND,
        Message("Nom inconnu"),
        Message("Ce nom n’est ni dans le thésaurus ni dans les articles."),
    ),
    "method-not-allowed": Kind(
        HTTPStatus.METHOD_NOT_ALLOWED,
        Message("Méthode non permise"),
        Message("Cette adresse ne répond pas à cette méthode ; « Allow » dit auxquelles."),
    ),
    "cursor-gone": Kind(
        HTTPStatus.GONE,
        Message("Parcours interrompu"),
        Message("L’index a changé depuis le début de ce parcours : reprenez-le du début."),
    ),
    "content-too-large": Kind(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        Message("Demande trop longue"),
        Message("Ce qui est envoyé dépasse ce que cette adresse accepte."),
    ),
    "unsupported-media-type": Kind(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        Message("Format inattendu"),
        Message("Cette adresse attend « application/json »."),
    ),
    "internal-error": Kind(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        Message("Erreur"),
        Message("La demande n’a pas pu aboutir."),
    ),
    "busy": Kind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        Message("Serveur très demandé"),
        Message("Réessayez dans un instant."),
    ),
    "too-many-requests": Kind(
        HTTPStatus.TOO_MANY_REQUESTS,
        Message("Trop de demandes"),
        Message("Réessayez un peu plus tard."),
    ),
    "index-unavailable": Kind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        Message("Index indisponible"),
        Message("L’index ne peut pas être lu."),
    ),
}
"""Every type of problem, by its anchor."""

_HTTP = {
    HTTPStatus.BAD_REQUEST: "bad-request",
    HTTPStatus.NOT_FOUND: "not-found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method-not-allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "content-too-large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "unsupported-media-type",
}
_RAISED: tuple[tuple[type[VigieError], str], ...] = (
    (UnknownParameterError, "unknown-parameter"),
    (RepeatedParameterError, "repeated-parameter"),
    (QueryError, "bad-query"),
    (RequestError, "bad-parameter"),
    (DocumentNotFoundError, "no-document"),
    (EntityNotFoundError, "no-entity"),
    (CursorGoneError, "cursor-gone"),
    (TooManyRequestsError, "too-many-requests"),
    (OverloadError, "busy"),
    (IndexAccessError, "index-unavailable"),
    (VigieError, "internal-error"),
)
"""The first that an error is of."""


def init_app(app: Flask) -> None:
    """Answer every failure, the unforeseen ones too."""
    app.register_error_handler(VigieError, _vigie_error)
    app.register_error_handler(HTTPException, _http_error)


def problem_of(error: VigieError) -> Problem:
    """What the failure is to the outside; nothing of the inside is told but what its message says."""
    name = next(name for kind, name in _RAISED if isinstance(error, kind))
    parameter = error.parameter[:LONGEST_SHOWN] if isinstance(error, RequestError) else None
    start = error.start if isinstance(error, CursorGoneError) else None
    detail = error.message if name != "internal-error" else None
    return _problem(name, detail, parameter, start)


def _problem(name: str, detail: str | None = None, parameter: str | None = None, start: str | None = None) -> Problem:
    kind = KINDS[name]
    return Problem(
        type=f"{TYPES}#{name}",
        title=kind.title,
        status=kind.status,
        detail=detail or kind.detail,
        parameter=parameter,
        start=start,
    )


def _vigie_error(error: VigieError) -> Response:
    response = _answer(problem_of(error))
    if isinstance(error, OverloadError):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _http_error(error: HTTPException) -> Response:
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    if status in _HTTP:
        problem = _problem(_HTTP[status])
    else:
        problem = msgspec.structs.replace(_problem("internal-error"), status=status)
    response = _answer(problem)
    for header in ("Allow", "Retry-After"):
        if value := error.get_response().headers.get(header):
            response.headers[header] = value
    return response


def _answer(problem: Problem) -> Response:
    if not request.path.startswith(API_PREFIX):
        answer_the_reader()
        if isinstance(request.routing_exception, SecurityError):  # called by another name: a page could link to nothing
            return Response(say_plain(problem.title), status=problem.status, mimetype="text/plain")
        return Response(render_template("error.html", problem=problem), status=problem.status)
    response = Response(
        msgspec.json.encode(problem, enc_hook=say_plain), status=problem.status, mimetype="application/problem+json"
    )
    response.content_language.add(language())
    response.cache_control.no_store = True
    if problem.start:
        response.headers.add("Link", f'<{problem.start}>; rel="start"')
    return response
