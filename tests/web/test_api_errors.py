"""Failures as problem documents: a type of its own for each, in French or in English."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer.engine import Engine, open_engine
from web import create_app
from web.errors import KINDS, TYPES
from web.language import say

FAILURES = [
    ("GET", "/api/v1/search?pays=Ukraine", "unknown-parameter", "pays"),
    ("GET", "/api/v1/search?q=a&q=b", "repeated-parameter", "q"),
    ("GET", "/api/v1/search?page=0", "bad-parameter", "page"),
    ("GET", "/api/v1/search?fields=id,texte", "bad-parameter", "fields"),
    ("GET", "/api/v1/search?cursor=abc", "bad-parameter", "cursor"),
    ("GET", "/api/v1/search?q=%28", "bad-query", "q"),
    ("GET", "/api/v1/search?q=" + "a" * 2000, "bad-query", "q"),
    ("GET", "/api/v1/timeline?page=2", "unknown-parameter", "page"),
    ("GET", "/api/v1/facets/country?fields=id", "unknown-parameter", "fields"),
    ("GET", "/api/v1/facets/country?match=a&match=b", "repeated-parameter", "match"),
    ("GET", "/api/v1/facets/rien", "bad-parameter", "facet"),
    ("GET", "/api/v1/documents/absent", "no-document", None),
    ("GET", "/api/v1/entities/country/Nullepart", "no-entity", None),
    ("GET", "/api/v1/rien", "not-found", None),
    ("POST", "/api/v1/search", "method-not-allowed", None),
    ("GET", "/api/v1/batch", "method-not-allowed", None),
    ("POST", "/api/v1/batch", "unsupported-media-type", None),
]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: f"{failure[0]} {failure[1][:40]}")
@pytest.mark.parametrize(
    ("accepted", "language"), [("", "fr"), ("en-GB,en;q=0.8", "en"), ("de", "fr"), ("fr, en", "fr")]
)
def test_a_failure_has_its_type_its_language_and_the_parameter_at_fault(
    client: FlaskClient, failure: tuple[str, str, str, str | None], accepted: str, language: str
) -> None:
    method, address, name, parameter = failure
    response = client.open(address, method=method, headers={"Accept-Language": accepted})
    problem = response.get_json()

    assert response.mimetype == "application/problem+json"
    assert response.status_code == problem["status"] == KINDS[name].status
    assert problem["type"] == f"{TYPES}#{name}"
    assert problem["title"] == say(KINDS[name].title, language)
    assert problem.get("parameter") == parameter
    assert problem["detail"].endswith(".")
    assert "{" not in problem["detail"]
    assert response.headers["Content-Language"] == language
    assert "Accept-Language" in response.headers["Vary"]
    assert response.headers["Cache-Control"] == "no-store"


def test_a_method_that_is_not_answered_is_told_which_are(client: FlaskClient) -> None:
    for path, allowed in (("/api/v1/search", {"GET", "HEAD", "OPTIONS"}), ("/api/v1/batch", {"POST", "OPTIONS"})):
        response = client.delete(path)

        assert response.status_code == 405
        assert set(response.headers["Allow"].split(", ")) == allowed


def test_without_an_index_the_endpoint_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    client = create_app(engine=open_engine(tmp_path_factory.mktemp("vide"))).test_client()
    response = client.get("/api/v1/search")

    assert response.status_code == 503
    assert response.get_json()["type"] == f"{TYPES}#index-unavailable"


@pytest.fixture
def broken(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An application whose engine fails in an unforeseen way."""

    def fail(*_: object) -> None:
        raise RuntimeError("/secret/place")

    monkeypatch.setattr(engine, "search", fail)
    return create_app(engine=engine)


def test_an_unforeseen_failure_is_a_problem_that_tells_nothing_of_the_inside(broken: Flask) -> None:
    response = broken.test_client().get("/api/v1/search")

    assert response.status_code == 500
    assert response.mimetype == "application/problem+json"
    assert response.get_json()["type"] == f"{TYPES}#internal-error"
    assert b"secret" not in response.data
    assert "X-Request-ID" in response.headers


def test_an_unforeseen_failure_is_a_page_for_people(broken: Flask) -> None:
    response = broken.test_client().get("/?q=drone")

    assert response.status_code == 500
    assert response.mimetype == "text/html"
    assert "secret" not in response.get_data(as_text=True)


def test_pages_know_no_cursors_and_no_fields(client: FlaskClient) -> None:
    for path in ("/", "/atom", "/csv", "/facette/country"):
        for parameter in ("cursor=id", "fields=id", "html=1"):
            assert client.get(f"{path}?{parameter}").status_code == 400
