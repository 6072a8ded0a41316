import html
import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from indexer.document import FACETS
from indexer.engine import Engine
from indexer.search import SearchRequest
from tests.making import make_document, make_engine
from tests.search.malformed import QUERIES
from web import create_app

HIT_KEYS = {
    *(
        "id",
        "title",
        "url",
        "source",
        "path",
        "language",
        "authors",
        "published",
        "score",
        "snippets",
        "facets",
        "amounts",
        "story",
        "explanation",
    )
}


def test_the_answer_has_the_shape_that_is_promised(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?q=missiles+Kiev&size=2").get_json()

    assert set(answer) == {"query", "total", "partial", "took_ms", "index", "hits", "facets", "timelines", "links"}
    assert set(answer["query"]) == {
        *("q", "understood", "corrections", "expansions", "relaxation", "question", "notices"),
    }
    assert answer["total"]["relation"] == "eq"
    assert set(answer["index"]) == {"generation", "documents", "committed", "degraded"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", answer["index"]["committed"])
    assert len(answer["hits"]) == 2
    for hit in answer["hits"]:
        assert set(hit) == HIT_KEYS
        assert set(hit["published"]) == {"date", "precision"}
        assert set(hit["facets"]) == {"country", "equipment", "organisation", "person", "designation", "topic"}
        for snippet in hit["snippets"]:
            assert set(snippet) == {"field", "text", "marks"}
    assert list(answer["facets"]) == list(FACETS)
    for facet in answer["facets"].values():
        assert set(facet) == {"values", "missing", "other", "note"}
        for value in facet["values"]:
            assert set(value) == {"value", "label", "count", "selected", "excluded"}


def test_the_links_lead_on(client: FlaskClient) -> None:
    seen: list[str] = []
    address: str | None = "/api/v1/search?q=ukraine&size=7"
    while address:
        answer = client.get(address).get_json()
        seen += [hit["id"] for hit in answer["hits"]]
        assert answer["links"]["self"] == address
        address = answer["links"]["next"]

    assert len(seen) == len(set(seen)) == answer["total"]["value"] > 7


def test_only_the_facets_asked_for_are_counted(client: FlaskClient) -> None:
    assert list(client.get("/api/v1/search?facets=country").get_json()["facets"]) == ["country"]
    assert client.get("/api/v1/search?facets=").get_json()["facets"] == {}


@pytest.mark.parametrize("query", ["q=%22", "page=0", "pays=Ukraine", "q=a&q=b", "sort=date", "q=" + "a" * 2000])
def test_what_makes_no_sense_is_a_problem_document(client: FlaskClient, query: str) -> None:
    response = client.get(f"/api/v1/search?{query}")

    assert response.status_code == 400
    assert response.content_type == "application/problem+json"
    problem = json.loads(response.data)
    assert set(problem) == {"type", "title", "status", "detail", "parameter"}
    assert problem["status"] == 400


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/absent", 404),
        ("/api/", 404),
        ("/api/v1/documents/absent", 404),
        ("/api/v1/entities/country/Nullepart", 404),
        ("/api/v1/entities/planet/Mars", 404),
    ],
)
def test_every_failure_below_api_is_a_problem_document(client: FlaskClient, path: str, status: int) -> None:
    response = client.get(path)

    assert response.status_code == status
    assert response.content_type == "application/problem+json"


def test_only_get_and_head_are_answered(client: FlaskClient) -> None:
    assert client.head("/api/v1/search").status_code == 200
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        response = client.open("/api/v1/search", method=method)
        assert response.status_code == 405
        assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize("text", QUERIES, ids=lambda text: repr(text)[:40])
def test_a_malformed_query_is_answered_or_refused(client: FlaskClient, text: str) -> None:
    query = {"q": text.encode("utf-8", "surrogatepass")}
    for path in ("/api/v1/search", "/"):
        response = client.get(path, query_string=query)

        assert response.status_code in {200, 400}
        if response.status_code == 400 and path != "/":
            assert response.get_json()["parameter"] == "q"


def test_an_article_is_given_with_its_marks_and_versions(client: FlaskClient, engine: Engine) -> None:
    hit = next(hit for hit in engine.search(SearchRequest(size=100)).hits if hit.story)
    answer = client.get(f"/api/v1/documents/{hit.id}").get_json()

    assert set(answer) == {"document", "title_marks", "text_marks", "versions"}
    assert answer["document"]["title"] == hit.title
    assert hit.story is not None
    assert len(answer["versions"]) == hit.story.versions - 1
    text = answer["document"]["text"]
    for found in answer["text_marks"]:
        assert set(found) == {"kind", "start", "end", "label", "detail"}
        assert text[found["start"] : found["end"]].strip()


def test_an_article_does_not_tell_where_it_lies_on_the_server(client: FlaskClient, engine: Engine) -> None:
    hit = engine.search(SearchRequest()).hits[0]
    root = engine.document(hit.id).provenance.root

    assert root.startswith("/")
    assert root not in client.get(f"/api/v1/documents/{hit.id}").get_data(as_text=True)


def test_an_entity_is_given_with_what_the_articles_say_of_it(client: FlaskClient, engine: Engine) -> None:
    answer = client.get("/api/v1/entities/equipment/Leopard%202").get_json()

    assert (answer["kind"], answer["label"]) == ("equipment", "Leopard 2")
    assert {"kind": "equipment", "label": "Leopard"} in answer["families"]
    assert answer["total"] == engine.search(SearchRequest(include={"equipment": ("Leopard 2",)})).total.value > 1
    assert set(answer["timeline"]) == {"unit", "bars", "coarser", "missing"}
    assert answer["related"]["country"][0]["count"] <= answer["total"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/v1/documents/absent", "/api/v1/problems#no-document"),
        ("/api/v1/entities/person/Personne", "/api/v1/problems#no-entity"),
    ],
)
def test_what_is_not_there_is_a_problem_of_its_own_type(client: FlaskClient, path: str, kind: str) -> None:
    assert client.get(path).get_json()["type"] == kind


@pytest.mark.parametrize("path", ["/api/v1/documents/absent", "/api/v1/entities/country/France"])
def test_an_unknown_parameter_is_a_problem_everywhere(client: FlaskClient, path: str) -> None:
    response = client.get(f"{path}?langue=fr")

    assert response.status_code == 400
    assert response.content_type == "application/problem+json"
    assert response.get_json()["parameter"] == "langue"


PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</mark><svg/onload=alert(1)>",
    "\"'><b onmouseover='x'>",
    "&lt;script&gt; &amp; &#60;i&#62;",
)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_snippets_come_as_html_that_is_safe(tmp_path: Path, payload: str) -> None:
    engine = make_engine(
        tmp_path, make_document(f"Un drone {payload} et un drone.", title=f"{payload} drone {payload}")
    )
    client = create_app(engine=engine).test_client()
    plain = client.get("/api/v1/search?q=drone").get_json()["hits"][0]
    hit = client.get("/api/v1/search?q=drone&html=1").get_json()["hits"][0]

    assert [{name: snippet[name] for name in ("field", "text", "marks")} for snippet in hit["snippets"]] == plain[
        "snippets"
    ]
    assert {name: value for name, value in hit.items() if name != "snippets"} == {
        name: value for name, value in plain.items() if name != "snippets"
    }
    assert {snippet["field"] for snippet in hit["snippets"]} == {"title", "text"}
    for snippet in hit["snippets"]:
        marked = re.findall("<mark>(.*?)</mark>", snippet["html"])
        without = re.sub("</?mark>", "", snippet["html"])
        assert marked == [snippet["text"][start:end] for start, end in snippet["marks"]]
        assert not re.search("[<>\"']", without)
        assert html.unescape(without) == snippet["text"]


def test_html_is_told_of_snippets_alone_and_stays_on_the_way(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?q=Rafale&html=1&size=3&fields=id,snippets").get_json()
    refused = client.get("/api/v1/search?q=Rafale&html=1&fields=id,title")

    assert all(set(hit) == {"id", "snippets"} for hit in answer["hits"])
    assert all("html" in snippet for hit in answer["hits"] for snippet in hit["snippets"])
    assert "html=1" in answer["links"]["next"]
    assert "html=" not in answer["links"]["html"]
    assert (refused.status_code, refused.get_json()["parameter"]) == (400, "html")


def test_health(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}
