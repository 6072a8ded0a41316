"""Several requests in one call."""

import pytest
from flask.testing import FlaskClient

from web.contract import LARGEST_BATCH, MOST_REQUESTS


def without_time(answer: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in answer.items() if name != "took_ms"}


def test_each_answer_is_that_of_its_own_get(client: FlaskClient) -> None:
    addresses = [
        "/api/v1/search?q=missiles+Kiev&size=2&country=Ukraine&country=France",
        "/api/v1/stats",
        "/api/v1/search?pays=Ukraine",
        "/api/v1/documents/absent",
        "/api/v1/rien",
        "/api/v1/suggest?q=zel",
        "/api/v1/entities/equipment/Leopard%202",
        "/api/v1/batch",
    ]
    response = client.post("/api/v1/batch", json={"requests": addresses}, headers={"Accept-Language": "en"})
    answers = response.get_json()["answers"]

    assert response.status_code == 200
    assert [answer["request"] for answer in answers] == addresses
    for answer in answers:
        alone = client.get(answer["request"], headers={"Accept-Language": "en"})
        assert answer["status"] == alone.status_code
        assert without_time(answer["body"]) == without_time(alone.get_json())


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'{"requests": []}', 400),
        (b'{"requests": "x"}', 400),
        (b'{"requests": ["/"]}', 400),
        (b'{"requests": ["https://ailleurs.example/api/v1/search"]}', 400),
        (b'{"requests": ["/api/v1/stats"], "encore": 1}', 400),
        (b'{"requests": [%s]}' % b",".join([b'"/api/v1/stats"'] * (MOST_REQUESTS + 1)), 400),
        (b'{"requests": ["/api/v1/search?q=%s"]}' % (b"a" * LARGEST_BATCH), 413),
    ],
)
def test_what_is_no_batch_is_refused(client: FlaskClient, body: bytes, status: int) -> None:
    response = client.post("/api/v1/batch", data=body, content_type="application/json")

    assert response.status_code == status
    assert response.mimetype == "application/problem+json"


def test_it_takes_no_parameters(client: FlaskClient) -> None:
    response = client.post("/api/v1/batch?q=a", json={"requests": ["/api/v1/stats"]})

    assert response.get_json()["parameter"] == "q"


def test_as_many_as_are_promised(client: FlaskClient) -> None:
    response = client.post("/api/v1/batch", json={"requests": ["/api/v1/stats"] * MOST_REQUESTS})

    assert [answer["status"] for answer in response.get_json()["answers"]] == [200] * MOST_REQUESTS
