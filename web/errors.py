"""Failures as answers: one page in French for people, RFC 9457 problem documents for programs."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple

import msgspec
from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from indexer.errors import (
    CursorGoneError,
    DocumentNotFoundError,
    EntityNotFoundError,
    IndexAccessError,
    QueryError,
    RepeatedParameterError,
    RequestError,
    UnknownParameterError,
    VigieError,
)
from indexer.typography import typeset

API_PREFIX = "/api/"
TYPES = "/api/v1/problems"
"""Where the types of problems are explained; a type is an anchor there, and does not change."""

LANGUAGES = ("fr", "en")
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
    titles: Mapping[str, str]
    details: Mapping[str, str]


def _kind(status: HTTPStatus, french: tuple[str, str], english: tuple[str, str]) -> Kind:
    titles, details = ({"fr": typeset(fr), "en": en} for fr, en in zip(french, english, strict=True))
    return Kind(status, titles, details)


KINDS = {
    "unknown-parameter": _kind(
        HTTPStatus.BAD_REQUEST,
        ("Paramètre inconnu", "Cette adresse ne prend pas ce paramètre."),
        ("Unknown parameter", "This address takes no parameter “{parameter}”."),
    ),
    "repeated-parameter": _kind(
        HTTPStatus.BAD_REQUEST,
        ("Paramètre répété", "Ce paramètre ne peut figurer qu’une fois."),
        ("Repeated parameter", "The parameter “{parameter}” may stand only once."),
    ),
    "bad-parameter": _kind(
        HTTPStatus.BAD_REQUEST,
        ("Requête mal formée", "La valeur d’un paramètre n’est pas de celles qu’il peut prendre."),
        ("Bad parameter", "The parameter “{parameter}” cannot have this value."),
    ),
    "bad-query": _kind(
        HTTPStatus.BAD_REQUEST,
        ("Requête impossible", "La recherche est trop longue, trop coûteuse ou ne contient aucun mot."),
        ("Query refused", "The query is too long, too expensive, or has no word to search for."),
    ),
    "bad-request": _kind(
        HTTPStatus.BAD_REQUEST,
        ("Demande mal formée", "La demande n’est pas ce que cette adresse attend."),
        ("Bad request", "The request is not what this address expects."),
    ),
    "not-found": _kind(
        HTTPStatus.NOT_FOUND,
        ("Page introuvable", "Cette adresse ne mène à rien : vérifiez-la, ou repartez d’une recherche."),
        ("Not found", "There is nothing at this address."),
    ),
    "no-document": _kind(
        HTTPStatus.NOT_FOUND,
        ("Article introuvable", "Aucun article ne porte cet identifiant."),
        ("No such article", "No article has this id."),
    ),
    "no-entity": _kind(
        HTTPStatus.NOT_FOUND,
        ("Nom inconnu", "Ce nom n’est ni dans le thésaurus ni dans les articles."),
        ("No such entity", "Neither the thesaurus nor any article knows this name."),
    ),
    "method-not-allowed": _kind(
        HTTPStatus.METHOD_NOT_ALLOWED,
        ("Méthode non permise", "Cette adresse ne répond pas à cette méthode ; « Allow » dit lesquelles."),
        ("Method not allowed", "This address does not answer this method; see the header Allow."),
    ),
    "cursor-gone": _kind(
        HTTPStatus.GONE,
        ("Parcours interrompu", "L’index a changé depuis le début de ce parcours : reprenez-le du début."),
        ("Cursor gone", "The index has changed since this walk began: start afresh."),
    ),
    "content-too-large": _kind(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        ("Demande trop longue", "Ce qui est envoyé dépasse ce que cette adresse accepte."),
        ("Content too large", "The body is larger than this address takes."),
    ),
    "unsupported-media-type": _kind(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        ("Format inattendu", "Cette adresse attend « application/json »."),
        ("Unsupported media type", "This address takes application/json."),
    ),
    "internal-error": _kind(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        ("Erreur", "La demande n’a pas pu aboutir."),
        ("Internal error", "The request could not be answered."),
    ),
    "index-unavailable": _kind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        ("Index indisponible", "L’index ne peut pas être lu."),
        ("Index unavailable", "The index cannot be read."),
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
    (IndexAccessError, "index-unavailable"),
    (VigieError, "internal-error"),
)
"""The first that an error is of."""


def init_app(app: Flask) -> None:
    """Answer every failure, the unforeseen ones too."""
    app.register_error_handler(VigieError, lambda error: _answer(problem_of(error, _language())))
    app.register_error_handler(HTTPException, _http_error)


def problem_of(error: VigieError, language: str = "fr") -> Problem:
    """What the failure is to the outside; nothing of the inside is told but what its message says."""
    name = next(name for kind, name in _RAISED if isinstance(error, kind))
    parameter = error.parameter[:LONGEST_SHOWN] if isinstance(error, RequestError) else None
    said = str(error) if language == "fr" and name != "internal-error" else None
    start = error.start if isinstance(error, CursorGoneError) else None
    return _problem(name, language, said, parameter, start)


def _problem(
    name: str, language: str, detail: str | None = None, parameter: str | None = None, start: str | None = None
) -> Problem:
    kind = KINDS[name]
    return Problem(
        type=f"{TYPES}#{name}",
        title=kind.titles[language],
        status=kind.status,
        detail=detail or kind.details[language].replace("{parameter}", parameter or ""),
        parameter=parameter,
        start=start,
    )


def _http_error(error: HTTPException) -> Response:
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    if status in _HTTP:
        problem = _problem(_HTTP[status], _language())
    else:
        problem = msgspec.structs.replace(_problem("internal-error", _language()), status=status)
    response = _answer(problem)
    for header in ("Allow", "Retry-After"):
        if value := error.get_response().headers.get(header):
            response.headers[header] = value
    return response


def _language() -> str:
    """The language of a problem document; pages are in French."""
    if not request.path.startswith(API_PREFIX):
        return "fr"
    return request.accept_languages.best_match(LANGUAGES) or "fr"


def _answer(problem: Problem) -> Response:
    if not request.path.startswith(API_PREFIX):
        return Response(render_template("error.html", problem=problem), status=problem.status)
    response = Response(msgspec.json.encode(problem), status=problem.status, mimetype="application/problem+json")
    response.content_language.add(_language())
    response.vary.add("Accept-Language")
    response.cache_control.no_store = True
    if problem.start:
        response.headers.add("Link", f'<{problem.start}>; rel="start"')
    return response
