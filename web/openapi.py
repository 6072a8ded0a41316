"""The OpenAPI 3.1 document of the endpoint, made from its contract."""

from functools import cache
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

import msgspec

from web.contract import ROUTES, Parameter, Route, Schema
from web.errors import KINDS, TYPES, Problem
from web.headers import REQUEST_ID
from web.language import say

EVERYWHERE = (
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
"""What may go wrong at every address."""

_REFERENCE = "#/components/schemas/{name}"
_ABOUT = (
    "Search over French-language defence news. GET and HEAD change nothing and may be repeated; a batch is a POST that "
    "changes nothing either. Unknown and repeated parameters are errors, as problem documents (RFC 9457) in French or "
    "English (Accept-Language). Answers carry an ETag: sent back in If-None-Match, it costs 304 and no search. An "
    "answer is whole or refused: what would take too much work is 400 (bad-query), nothing is ever cut short, and "
    "`partial` is always false."
)


@cache
def openapi_document() -> Schema:
    """The document, as JSON would be read."""
    answers = [route.answer for route in ROUTES]
    bodies = [route.body for route in ROUTES if route.body]
    schemas, records = msgspec.json.schema_components((*answers, *bodies, Problem), ref_template=_REFERENCE)
    of_type = dict(zip((*map(id, answers), *map(id, bodies)), schemas, strict=False))
    paths: dict[str, Schema] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method] = _operation(route, of_type)
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Vigie",
            "version": version("vigie"),
            "summary": "Search over French-language defence news",
            "description": _ABOUT,
            "license": {"name": "GPL-3.0-or-later", "identifier": "GPL-3.0-or-later"},
        },
        "servers": [{"url": "/"}],
        "security": [],
        "tags": [{"name": "vigie", "description": "Search and what goes with it"}],
        "paths": paths,
        "components": {
            "schemas": _records(records),
            "headers": _HEADERS,
            "responses": {str(status.value): _failure(status) for status in _statuses()},
        },
    }
    plain: Schema = msgspec.json.decode(msgspec.json.encode(document))
    return plain


_HEADERS: Schema = {
    "ETag": {"description": "Weak tag of the answer, for If-None-Match.", "schema": {"type": "string"}},
    "Link": {"description": "Related addresses (RFC 8288).", "schema": {"type": "string"}},
    "Allow": {"description": "The methods that are answered.", "schema": {"type": "string"}},
    REQUEST_ID: {"description": "Id of the request: yours when you sent one.", "schema": {"type": "string"}},
}


def _operation(route: Route, of_type: dict[int, Schema]) -> Schema:
    answer: Schema = {"schema": of_type[id(route.answer)]}
    responses = {
        "200": {
            "description": route.summary,
            "headers": _headers(REQUEST_ID) if route.body else _headers("ETag", "Link", REQUEST_ID),
            "content": {"application/json": answer},
        },
        **({} if route.body else {"304": {"description": "The answer that you have is still the one."}}),
        **{
            str(status.value): {"$ref": f"#/components/responses/{status.value}"}
            for status in sorted((*route.failures, *EVERYWHERE))
        },
    }
    operation: Schema = {
        "operationId": route.name,
        "summary": route.summary,
        "description": f"{route.summary}. Example: `{route.example}`",
        "tags": ["vigie"],
        "parameters": [_parameter(parameter) for parameter in route.parameters],
        "responses": responses,
    }
    if route.body:
        body = of_type[id(route.body)]
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return operation


def _parameter(parameter: Parameter) -> Schema:
    shown: Schema = {
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.description,
        "required": parameter.place == "path",
        "schema": parameter.schema,
    }
    if parameter.schema["type"] == "array":
        shown |= {"style": "form", "explode": parameter.is_repeated}
    return shown | ({} if parameter.example is None else {"example": parameter.example})


def _records(records: dict[str, Any]) -> Schema:
    """The records, described by the first words of their docstrings; of a hit, what `fields` leaves."""
    for schema in records.values():
        if "description" in schema:
            schema["description"] = " ".join(schema["description"].partition(">>>")[0].split())
    records["Snippet"]["properties"]["html"] = {
        "type": "string",
        "description": "With `html=1`: the text, everything escaped, matched words in `<mark>`.",
    }
    hit = records["Hit"]
    told = {name: value for name, value in hit.items() if name != "required"}
    records["ToldHit"] = told | {"title": "ToldHit", "description": f"{hit['description']} What `fields` asks for."}
    records["SearchResults"]["properties"]["hits"]["items"] = {"$ref": _REFERENCE.format(name="ToldHit")}
    return records


def _statuses() -> list[HTTPStatus]:
    return sorted({*EVERYWHERE, *(status for route in ROUTES for status in route.failures)})


def _failure(status: HTTPStatus) -> Schema:
    """What an answer of this status is, with an example of each type of problem."""
    kinds = {name: kind for name, kind in KINDS.items() if kind.status is status}
    names = ("Allow", REQUEST_ID) if status is HTTPStatus.METHOD_NOT_ALLOWED else (REQUEST_ID,)
    return {
        "description": " / ".join(say(kind.title, "en") for kind in kinds.values()),
        "headers": _headers(*names),
        "content": {
            "application/problem+json": {
                "schema": {"$ref": _REFERENCE.format(name="Problem")},
                "examples": {
                    name: {
                        "value": {
                            "type": f"{TYPES}#{name}",
                            "title": say(kind.title, "en"),
                            "status": status.value,
                            "detail": say(kind.detail, "en"),
                        }
                    }
                    for name, kind in kinds.items()
                },
            }
        },
    }


def _headers(*names: str) -> Schema:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
