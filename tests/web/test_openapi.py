"""The contract and the answers are the same thing."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from indexer.document import FACETS
from indexer.engine import Engine
from indexer.errors import RequestError
from indexer.search import PARAMETERS, SearchRequest, parse_parameters
from web.contract import ARRANGING, MATCHING, ROUTES, Parameter, Route
from web.errors import KINDS
from web.openapi import openapi_document

DOCUMENT = openapi_document()


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """What checks answers against a schema of the document."""
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def documented(path: str, method: str, status: int) -> dict[str, Any]:
    """The one content that is promised: its type and its schema."""
    answer = DOCUMENT["paths"][path][method]["responses"][str(status)]
    if "$ref" in answer:
        answer = DOCUMENT["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    found: dict[str, Any] = answer.get("content", {})
    return found


def check(client: FlaskClient, route: Route, address: str) -> int:
    """Ask, and hold the answer against what is promised; its status."""
    response = client.get(address)
    ((kind, content),) = documented(route.path, "get", response.status_code).items()
    assert response.mimetype == kind
    errors = [error.message for error in validator(content["schema"]).iter_errors(response.get_json())]
    assert not errors, (address, errors[:3])
    return response.status_code


@pytest.fixture(scope="session")
def an_id(engine: Engine) -> str:
    return engine.search(SearchRequest(q="Rafale")).hits[0].id


def test_it_is_an_openapi_document() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    assert [error.message for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []


def test_it_is_served(client: FlaskClient) -> None:
    response = client.get("/api/v1/openapi.json")

    assert response.get_json() == DOCUMENT
    tagged = client.get("/api/v1/openapi.json", headers={"If-None-Match": response.headers["ETag"]})
    assert (tagged.status_code, tagged.data) == (304, b"")


def test_every_address_of_the_endpoint_is_documented_and_the_other_way_round(client: FlaskClient) -> None:
    app: Flask = client.application
    rules = {
        (re.sub(r"<(?:[^:<>]*:)?(\w+)>", "{}", str(rule)), method.lower())
        for rule in app.url_map.iter_rules()
        if str(rule).startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    promised = {
        (re.sub(r"\{\w+\}", "{}", path), method) for path, methods in DOCUMENT["paths"].items() for method in methods
    }

    assert promised == rules - {("/api/v1/problems", "get")}  # leads to the reference page


def test_every_parameter_of_a_search_is_documented_and_the_other_way_round() -> None:
    documented = [parameter.name for parameter in (*MATCHING, *ARRANGING)]

    assert len(documented) == len(set(documented))
    assert set(documented) == set(PARAMETERS)


@pytest.mark.parametrize("parameter", [*MATCHING, *ARRANGING], ids=lambda parameter: parameter.name)
def test_a_documented_parameter_is_taken_and_stands_several_times_where_it_may(parameter: Parameter) -> None:
    value = example_of(parameter)
    request = parse_parameters([(parameter.name, value)]) if parameter.name != "cursor" else SearchRequest()

    assert parameter.is_repeated == (parameter.name.removeprefix("-") in FACETS)
    if not parameter.is_repeated:
        with pytest.raises(RequestError, match="qu’une fois"):
            parse_parameters([(parameter.name, value)] * 2)
    if parameter.schema.get("default") not in {value, 10, 1} and parameter.name not in {"cursor", "facets"}:
        assert request != SearchRequest(), "it is heard"


def example_of(parameter: Parameter) -> str:
    """A value that is promised to be taken, another than the default where there is one."""
    if parameter.example is not None:
        return ",".join(parameter.example) if isinstance(parameter.example, list) else str(parameter.example)
    choices = parameter.schema.get("items", parameter.schema).get("enum", ())
    other = [choice for choice in choices if choice != parameter.schema.get("default")]
    kind = parameter.schema["type"]
    return other[0] if other else "5" if "number" in kind else {"integer": "2", "string": "EUR"}.get(kind, "x")


@pytest.mark.parametrize("route", [route for route in ROUTES if not route.body], ids=lambda route: route.name)
def test_every_example_is_answered_as_promised(client: FlaskClient, an_id: str, route: Route) -> None:
    assert check(client, route, route.example.replace("{id}", an_id)) == 200


@pytest.mark.parametrize("route", [route for route in ROUTES if not route.body], ids=lambda route: route.name)
def test_an_unknown_parameter_is_refused_everywhere_as_promised(client: FlaskClient, an_id: str, route: Route) -> None:
    address = route.example.replace("{id}", an_id)

    assert check(client, route, f"{address}{'&' if '?' in address else '?'}inconnu=1") == 400


@pytest.mark.parametrize("route", [route for route in ROUTES if not route.body], ids=lambda route: route.name)
def test_every_documented_parameter_is_known_to_its_address(client: FlaskClient, an_id: str, route: Route) -> None:
    path = route.example.partition("?")[0].replace("{id}", an_id)
    for parameter in route.parameters:
        if parameter.place == "query":
            value = "1" if parameter.schema["type"] == "integer" else example_of(parameter)
            response = client.get(path, query_string={parameter.name: value})
            if response.status_code != 200:
                assert response.get_json()["type"].partition("#")[2] == "bad-parameter", parameter.name


def values(parameter: Parameter) -> st.SearchStrategy[str]:
    """Values that the document promises, and others."""
    schema = parameter.schema.get("items", parameter.schema)
    if "enum" in schema:
        return st.sampled_from([*schema["enum"], "", "rien"])
    if schema["type"] == "integer":
        return st.integers(-1, 120).map(str)
    if schema["type"] == ["number", "null"]:
        return st.sampled_from(["0", "1e6", "1e9", "-1", "nan", "inf", "beaucoup"])
    words = 'Ukraine France drones ( " « Rafale missile* -char pays:Italie date:2023 montant:>1M Kiev OU'.split()
    return st.lists(st.sampled_from(words), max_size=4).map(" ".join) | st.text(max_size=8)


@st.composite
def addresses(draw: st.DrawFn) -> tuple[Route, str, list[tuple[str, str]]]:
    """An address of the endpoint with any of its parameters, and any values."""
    route = draw(st.sampled_from([route for route in ROUTES if not route.body]))
    path = route.path
    for parameter in route.parameters:
        if parameter.place == "path":
            path = path.replace(f"{{{parameter.name}}}", quote(draw(values(parameter)) or "x", safe=""))
    queried = [parameter for parameter in route.parameters if parameter.place == "query"]
    chosen = draw(st.lists(st.sampled_from(queried), max_size=5)) if queried else []
    return route, path, [(parameter.name, draw(values(parameter))) for parameter in chosen]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(addresses())
def test_any_request_has_an_answer_that_is_documented(
    client: FlaskClient, asked: tuple[Route, str, list[tuple[str, str]]]
) -> None:
    route, path, pairs = asked
    response = client.get(path, query_string=[(name, value.encode("utf-8", "surrogatepass")) for name, value in pairs])

    assert response.status_code < 500
    if response.status_code == 404 and "404" not in DOCUMENT["paths"][route.path]["get"]["responses"]:
        return  # a path that leads elsewhere
    ((kind, content),) = documented(route.path, "get", response.status_code).items()
    assert response.mimetype == kind
    assert not [error.message for error in validator(content["schema"]).iter_errors(response.get_json())]


def objects(schema: object) -> Iterator[dict[str, Any]]:
    """Every object inside a schema."""
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from objects(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from objects(value)


def test_nothing_of_the_inside_shows_in_the_document() -> None:
    descriptions = [each["description"] for each in objects(DOCUMENT) if isinstance(each.get("description"), str)]

    assert len(descriptions) > 80
    assert all(description and ">>>" not in description and "\n" not in description for description in descriptions)


def test_every_type_of_problem_has_an_example_in_the_document() -> None:
    shown = {
        name
        for each in DOCUMENT["components"]["responses"].values()
        for name in each["content"]["application/problem+json"]["examples"]
    }

    assert shown == set(KINDS)
