"""The JSON of completion and of similar articles."""

import pytest
from flask.testing import FlaskClient

from indexer.engine import Engine
from indexer.search import SearchRequest
from tests.search.malformed import QUERIES
from tests.web.test_api import HIT_KEYS


def test_a_query_is_completed(client: FlaskClient) -> None:
    answer = client.get("/api/v1/suggest?q=zel&size=3").get_json()

    assert set(answer) == {"q", "suggestions", "took_ms"}
    assert answer["q"] == "zel"
    first = answer["suggestions"][0]
    assert first == {
        "text": "Volodymyr Zelensky",
        "kind": "entity",
        "marks": [[10, 13]],
        "count": first["count"],
        "field": "person",
        "label": "Volodymyr Zelensky",
    }
    assert len(client.get("/api/v1/suggest?q=a&size=2").get_json()["suggestions"]) == 2


def test_titles_and_phrases_say_what_they_are(client: FlaskClient, engine: Engine) -> None:
    found = client.get("/api/v1/suggest?q=missiles&size=20").get_json()["suggestions"]
    phrases = [each for each in found if each["kind"] == "phrase"]
    titles = [each for each in found if each["kind"] == "title"]

    assert phrases
    assert titles
    assert all(set(each) == {"text", "kind", "marks", "count"} for each in phrases)
    assert all(set(each) == {"text", "kind", "marks", "id"} for each in titles)
    assert all(engine.document(each["id"]).title == each["text"] for each in titles)


def test_nothing_typed_is_nothing_suggested(client: FlaskClient) -> None:
    assert client.get("/api/v1/suggest").get_json()["suggestions"] == []
    assert client.get("/api/v1/suggest?q=").get_json()["suggestions"] == []


def test_similar_articles_come_with_what_they_share(client: FlaskClient, engine: Engine) -> None:
    hit = engine.search(SearchRequest(q="Leopard 2A6")).hits[0]
    answer = client.get(f"/api/v1/documents/{hit.id}/similar?size=3").get_json()

    assert set(answer) == {"id", "similar"}
    assert answer["id"] == hit.id
    assert len(answer["similar"]) == 3
    for each in answer["similar"]:
        assert set(each) == {"hit", "shared"}
        assert set(each["hit"]) >= HIT_KEYS
        assert each["hit"]["id"] != hit.id
        assert 0 < len(each["shared"]) <= 5
        assert all(set(shared) == {"field", "text"} for shared in each["shared"])


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/api/v1/suggest?q=a&q=b", "q"),
        ("/api/v1/suggest?texte=a", "texte"),
        ("/api/v1/suggest?q=a&size=0", "size"),
        ("/api/v1/suggest?q=a&size=21", "size"),
        ("/api/v1/suggest?q=a&size=dix", "size"),
        ("/api/v1/suggest?q=a&size=٣", "size"),
        ("/api/v1/suggest?q=a&size=", "size"),
        ("/api/v1/suggest?q=a&size=-1", "size"),
        ("/api/v1/suggest?q=" + "a" * 1001, "q"),
        ("/api/v1/documents/absent/similar?q=a", "q"),
        ("/api/v1/documents/absent/similar?size=999", "size"),
        ("/api/v1/documents/absent/similar?size=99999999999999999999", "size"),
    ],
)
def test_what_makes_no_sense_is_a_problem_document(client: FlaskClient, path: str, parameter: str) -> None:
    response = client.get(path)

    assert response.status_code == 400
    assert response.content_type == "application/problem+json"
    assert response.get_json()["parameter"] == parameter


def test_an_article_that_is_not_there_has_no_similar_ones(client: FlaskClient) -> None:
    response = client.get("/api/v1/documents/absent/similar")

    assert response.status_code == 404
    assert response.get_json()["type"] == "/api/v1/problems#no-document"


@pytest.mark.parametrize("text", QUERIES, ids=lambda text: repr(text)[:40])
def test_whatever_is_typed_is_answered_or_refused(client: FlaskClient, text: str) -> None:
    response = client.get("/api/v1/suggest", query_string={"q": text.encode("utf-8", "surrogatepass")})

    assert response.status_code in {200, 400}
    if response.status_code == 400:
        assert response.get_json()["parameter"] == "q"
