"""Many searches at once: every query answered or refused in its place, nothing run, nothing changed."""

import csv
import html
import io
import re

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from indexer.engine import Engine
from indexer.search import SearchRequest
from web.batch import FIRST_RESULTS, MOST_BYTES, MOST_QUERIES, decode, read_queries

QUERIES = 'drones\n\n  missiles Kiev \n"aide Ukraine"~5\n(\n=1+1 char'


def send(client: FlaskClient, text: str, **more: object) -> TestResponse:
    return client.post("/lot", data={"requetes": text, **more}, content_type="multipart/form-data")


def rows_of(response: TestResponse) -> list[dict[str, str]]:
    assert response.status_code == 200
    assert response.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))


def test_every_query_is_answered_as_by_the_endpoint(client: FlaskClient, engine: Engine) -> None:
    rows = rows_of(send(client, QUERIES, forme="csv"))

    assert [row["requête"] for row in rows] == ["drones", "missiles Kiev", '"aide Ukraine"~5', "(", "'=1+1 char"]
    for row in rows:
        if row["requête"] == "(":
            assert "au moins un mot" in row["erreur"]
            assert not row["résultats"]
            continue
        results = engine.search(SearchRequest(q=row["requête"].removeprefix("'"), size=FIRST_RESULTS))
        assert row["résultats"] == str(results.total.value)
        titles = [hit.title for hit in results.hits]
        assert [row[f"titre {n + 1}"] for n in range(len(titles))] == titles
        assert client.get(row["adresse"]).status_code == 200


def test_the_page_shows_the_same(client: FlaskClient) -> None:
    rows = rows_of(send(client, QUERIES, forme="csv"))
    text = html.unescape(send(client, QUERIES).get_data(as_text=True))

    assert re.findall(r'<td class="number">(\d+)</td>', text) == [row["résultats"] for row in rows if row["résultats"]]
    assert "5\u00a0requêtes" in text
    assert QUERIES in text.replace("\r\n", "\n")
    for row in rows:
        assert row["titre 1"] in text


def test_a_table_has_filters_in_columns(client: FlaskClient, engine: Engine) -> None:
    table = "Requête;country;-country;sort\nOTAN;France;;oldest\n;Ukraine;Russie;\nOTAN;;;rien\n"
    content = table.encode("cp1252")
    rows = rows_of(
        client.post(
            "/lot",
            data={"fichier": (io.BytesIO(content), "lot.csv"), "forme": "csv"},
            content_type="multipart/form-data",
        )
    )
    first = engine.search(SearchRequest(q="OTAN", include={"country": ("France",)}))
    second = engine.search(SearchRequest(include={"country": ("Ukraine",)}, exclude={"country": ("Russie",)}))

    assert [row["résultats"] for row in rows] == [str(first.total.value), str(second.total.value), ""]
    assert "Tri inconnu" in rows[2]["erreur"]


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ('"""aide Ukraine""~5"', ['"aide Ukraine"~5']),
        ('"missile balistique"', ['"missile balistique"']),
        ("chars, drones; mines", ["chars, drones; mines"]),
        ("query\tsource\nchars\tX", ["chars"]),
        ('q,country\n"a ""b"" c",', ['a "b" c']),
        ("", []),
    ],
)
def test_queries_are_read_as_they_were_meant(text: str, queries: list[str]) -> None:
    assert [dict(pairs)["q"] for pairs in read_queries(text)] == queries


@given(st.text())
def test_any_text_is_queries(text: str) -> None:
    assert all(name == name.strip() and value for pairs in read_queries(text) for name, value in pairs)


@given(st.binary())
def test_any_file_is_text(content: bytes) -> None:
    assert isinstance(decode(content), str)


def test_size_and_number_have_bounds(client: FlaskClient) -> None:
    assert send(client, "\n".join(["drones"] * MOST_QUERIES)).status_code == 200
    too_many = send(client, "\n".join(["drones"] * (MOST_QUERIES + 1)))
    too_large = send(client, "drones " * (MOST_BYTES // 6))

    assert too_many.status_code == 400
    assert "partagez-le" in too_many.get_data(as_text=True)
    assert too_large.status_code == 413
    assert "Demande trop longue" in too_large.get_data(as_text=True)


def test_nothing_changes(client: FlaskClient, engine: Engine) -> None:
    before = engine.search(SearchRequest()).index
    send(client, QUERIES)

    assert engine.search(SearchRequest()).index == before
    assert client.get("/lot").get_data(as_text=True).count('<table class="answers">') == 0
    for method in (client.put, client.delete):
        assert method("/lot").status_code == 405
    assert client.post("/").status_code == 405


@pytest.mark.parametrize(
    "payload", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</textarea><svg onload=alert(1)>"]
)
def test_markup_in_queries_is_text(client: FlaskClient, payload: str) -> None:
    text = send(client, f"{payload}\n{payload} drone\n(").get_data(as_text=True)

    assert not re.search(r"<(script(?! src=\"/static)|img src=x|svg)", text)


def test_nothing_sent_is_said(client: FlaskClient) -> None:
    assert "au moins une requête" in send(client, " \n").get_data(as_text=True)
