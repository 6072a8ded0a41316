"""A search finds the same articles in the same order whatever its form: page, JSON, feeds, and files to take away."""

import csv
import io
import itertools
import json
import random
import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from lxml import etree

from indexer.engine import Engine
from indexer.search import PAGE_SIZE
from tests.web.drawn_requests import drawn_requests

SEEDS, REQUESTS = range(20), 50
"""A thousand requests, in portions that processors share."""


def on_page(text: str) -> list[str]:
    return re.findall(r'<h2><a href="/document/(\w+)', text)


def in_json(text: str) -> list[str]:
    return [hit["id"] for hit in json.loads(text)["hits"]]


def in_feed(text: str) -> list[str]:
    ids = etree.fromstring(text.encode()).xpath("//*[local-name()='entry']/*[local-name()='id'] | //guid")
    return [found.text.rsplit(":", 1)[1] for found in ids]


def in_csv(text: str) -> list[str]:
    return [row["id"] for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))]


def in_lines(text: str) -> list[str]:
    return [json.loads(line)["id"] for line in text.splitlines()]


def in_bibtex(text: str) -> list[str]:
    return re.findall(r"^@\w+\{vigie-(\w+),$", text, re.MULTILINE)


FORMS: dict[str, Callable[[str], list[str]]] = {
    "/": on_page,
    "/api/v1/search": in_json,
    "/atom": in_feed,
    "/rss": in_feed,
    "/csv": in_csv,
    "/jsonl": in_lines,
}
FILES = {"/csv": in_csv, "/jsonl": in_lines, "/bibtex": in_bibtex}


def ids(client: FlaskClient, path: str, parameters: list[tuple[str, str]]) -> list[str]:
    response = client.get(f"{path}?{urlencode(parameters)}")
    text = response.get_data(as_text=True)
    assert response.status_code == 200, text
    return (FORMS | FILES)[path](text)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_form_holds_the_same_articles_in_the_same_order(client: FlaskClient, engine: Engine, seed: int) -> None:
    draw, answered = random.Random(seed), 0
    for request in itertools.islice(drawn_requests(engine, seed), REQUESTS):
        results = engine.search(request)
        expected = [hit.id for hit in results.hits]
        asked = [*request.replace(size=PAGE_SIZE).parameters(), ("size", str(request.size))]  # feeds are longer without
        found = {path: ids(client, path, asked) for path in FORMS}
        assert found == dict.fromkeys(FORMS, expected), request

        file = draw.choice(list(FILES))
        walked = ids(client, file, request.replace(page=1, size=PAGE_SIZE).parameters())
        assert walked[(request.page - 1) * request.size :][: request.size] == expected, (file, request)
        assert len(walked) == results.total.value, (file, request)
        answered += bool(expected)
    assert answered > REQUESTS / 3
