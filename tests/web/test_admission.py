"""Who is let in, how often, and for how long."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer.engine import Engine
from indexer.errors import BusyError, DocumentNotFoundError, TooManyRequestsError
from indexer.search import limit_time
from indexer.settings import Settings
from web import create_app, logs
from web.admission import Admission, Loads
from web.rate import BURST, Rate

SEARCH = "/api/v1/search?q=Rafale"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_one_searches_some_wait_and_the_others_are_sent_away() -> None:
    admission, done = Admission(waiting=2, loads=Loads()), []

    def search() -> None:
        admission.enter()
        done.append(1)
        admission.leave()

    admission.enter()
    waiting = [threading.Thread(target=search) for _ in range(2)]
    for thread in waiting:
        thread.start()
    until(lambda: admission.full)
    with pytest.raises(BusyError):
        admission.enter()
    assert done == []

    admission.leave()
    for thread in waiting:
        thread.join(5)
    assert done == [1, 1]
    admission.enter()  # there is room again


def test_who_gives_way_lets_another_go_first() -> None:
    admission, order = Admission(waiting=1, loads=Loads()), []
    admission.enter()

    def other() -> None:
        admission.enter()
        order.append("other")
        admission.leave()

    waiting = threading.Thread(target=other)
    waiting.start()
    until(lambda: admission.full)

    admission.give_way()
    order.append("first")
    admission.leave()
    waiting.join(5)

    assert order == ["other", "first"]


def test_a_process_knows_when_another_has_less_to_do() -> None:
    loads = Loads()
    loads.begin(1)
    assert not loads.another_is_freer()
    loads.begin(2)
    loads.tell(1)
    assert loads.another_is_freer()
    loads.end(1)
    assert not loads.another_is_freer()


@contextmanager
def busy(app: Flask) -> Iterator[FlaskClient]:
    """A client of an application whose only place is taken by a search that does not end."""
    begun, end = threading.Event(), threading.Event()
    engine: Engine = app.extensions["vigie"]

    def search(*_: object) -> None:
        begun.set()
        end.wait(30)
        raise DocumentNotFoundError("x")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(engine), "similar", search)
        thread = threading.Thread(target=lambda: app.test_client().get("/api/v1/documents/x/similar"))
        thread.start()
        assert begun.wait(30)
        yield app.test_client()
        end.set()
        thread.join(30)


def test_a_busy_server_says_so_at_once_and_goes_on_saying_how_it_is(engine: Engine) -> None:
    with busy(create_app(Settings(queue=0, index=str(engine.path)), engine)) as client:  # type: ignore[attr-defined]
        refused = client.get(SEARCH)
        page = client.get("/?q=Rafale")

        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
        assert refused.get_json()["type"] == "/api/v1/problems#busy"
        assert page.status_code == 503
        assert "Serveur très demandé" in page.text
        for address in ("/healthz", "/readyz", "/metrics", "/static/style.css"):
            assert client.get(address).status_code == 200, address
        (answer,) = client.post("/api/v1/batch", json={"requests": [SEARCH]}).get_json()["answers"]
        assert answer["status"] == 503

    assert client.get(SEARCH).status_code == 200


def test_each_is_refused_in_their_own_language_and_form_and_sees_nothing_of_others(engine: Engine) -> None:
    with busy(create_app(Settings(queue=0, cors="https://a.example"), engine)) as client:
        for _ in range(2):  # made, then repeated
            page = client.get("/?q=secret&country=France")
            english = client.get("/?q=secret&lang=en")
            problem = client.get(SEARCH, headers={"Accept-Language": "en", "Origin": "https://a.example"})
            other = client.get(SEARCH, headers={"Origin": "https://b.example"})
            head = client.head("/?q=secret", headers={"X-Request-ID": "mine"})

            assert "Serveur très demandé" in page.text
            assert english.headers["Content-Language"] == "en"
            assert "Serveur" not in english.text
            assert "secret" not in page.text + english.text
            assert "Set-Cookie" not in english.headers
            assert "moment" in problem.get_json()["detail"]
            assert problem.headers["Access-Control-Allow-Origin"] == "https://a.example"
            assert "Access-Control-Allow-Origin" not in other.headers
            assert "default-src 'none'" in page.headers["Content-Security-Policy"]
            assert (head.status_code, head.data, head.headers["X-Request-ID"]) == (503, b"", "mine")
            assert page.headers["X-Request-ID"] != english.headers["X-Request-ID"]


ASKED = "GET {} HTTP/1.1\r\nHost: localhost\r\n{}\r\n"


@pytest.mark.parametrize("path", ["/?q=a", SEARCH, "/article/%C3%A9", "/?q=a&lang=en"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_at_the_door_the_same_is_said(engine: Engine, path: str, language: str) -> None:
    headers = {"Accept-Language": language, "X-Request-ID": "mine"}
    app = create_app(Settings(queue=0), engine)
    with busy(app) as client:
        expected = client.get(path, headers=headers)
    head = ASKED.format(path, "".join(f"{name}: {value}\r\n" for name, value in headers.items()))
    answer = app.extensions["vigie_refusals"].answer_at_the_door(head.encode(), "10.0.0.1")

    begin, body = answer.split(b"\r\n\r\n", 1)
    status, *lines = begin.decode("latin-1").split("\r\n")
    told = {tuple(line.split(": ", 1)) for line in lines if not line.startswith("Date: ")}
    assert status == f"HTTP/1.1 {expected.status}" == "HTTP/1.1 503 SERVICE UNAVAILABLE"
    assert told - {("Connection", "close")} == {pair for pair in expected.headers if pair[0] != "Date"}
    assert body == expected.data
    assert client.get(SEARCH).status_code == 200, "it is closed for a moment only"


@pytest.mark.parametrize(
    "head",
    [
        "",
        "GET / HTTP/1.1\r\nHost: localhost\r\n",
        ASKED.format("/healthz", ""),
        ASKED.format("/static/style.css", ""),
        ASKED.format("/", "Content-Length: 3\r\n") + "abc",
        ASKED.format("/", "Transfer-Encoding: chunked\r\n"),
        ASKED.format("/", "X_Request_ID: a\r\n"),
        ASKED.format("/", " folded\r\n"),
        ASKED.format("/", "Expect: 100-continue\r\n"),
        ASKED.format("/é", ""),
        ASKED.format("http://other/", ""),
        ASKED.format("/", "").replace("GET", "POST"),
        ASKED.format("/", "").replace("1.1", "2.0"),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        ASKED.format("/", "") * 2,
    ],
)
def test_at_the_door_only_whole_requests_without_a_body_are_answered(engine: Engine, head: str) -> None:
    refusals = create_app(Settings(), engine).extensions["vigie_refusals"]

    assert refusals.answer_at_the_door(head.encode(), "10.0.0.1") is None


def test_every_refusal_is_counted_and_told_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, int]] = []
    monkeypatch.setattr(logs, "tell", lambda asked, _, status, *__: told.append((asked.query_string.decode(), status)))
    with busy(create_app(Settings(queue=0), engine)) as client:
        before = refusals(client)
        for number in range(3):
            client.get(f"/?q={number}")

        assert refusals(client) == before + 3
        assert [each for each in told if each[1] == 503] == [(f"q={number}", 503) for number in range(3)]


def refusals(client: FlaskClient) -> float:
    """How many refusals are counted."""
    found = re.search(
        r'^vigie_requests_total{endpoint="refused",status="503"} (.*)$', client.get("/metrics").text, re.MULTILINE
    )
    return float(found[1]) if found else 0


def test_an_export_that_is_read_slowly_keeps_nobody_waiting(engine: Engine) -> None:
    app = create_app(Settings(queue=0), engine)
    export = app.test_client().get("/csv?q=Ukraine", buffered=False)

    assert app.test_client().get(SEARCH).status_code == 200
    assert export.status_code == 200
    assert len(export.get_data()) > 1000


def test_a_search_that_takes_too_long_is_given_up(engine: Engine) -> None:
    client = create_app(Settings(deadline=1e-9), engine).test_client()

    refused = client.get("/api/v1/search?q=missiles+Kharkiv")

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert "trop de temps" in refused.get_json()["detail"]
    limit_time(None)


def test_each_client_has_a_rate_and_a_burst() -> None:
    clock = Clock()
    rate = Rate(per_minute=60, clock=clock)
    for _ in range(int(BURST) + 1):
        rate.take("192.0.2.1")
    with pytest.raises(TooManyRequestsError) as refused:
        rate.take("192.0.2.1")
    assert refused.value.retry_after == 1
    rate.take("192.0.2.2")

    clock.now += 1
    rate.take("192.0.2.1")
    with pytest.raises(TooManyRequestsError):
        rate.take("192.0.2.1")


@pytest.mark.parametrize("per_minute", [1, 30, 600, 6000])
def test_in_the_long_run_the_rate_is_kept(per_minute: int) -> None:
    clock, let_in = Clock(), 0
    rate = Rate(per_minute, clock=clock)
    for _ in range(12_000):
        clock.now += 0.01
        try:
            rate.take("client")
        except TooManyRequestsError:
            continue
        let_in += 1

    assert per_minute * 2 <= let_in <= per_minute * (2 + BURST / 60) + 2


def test_who_asks_too_often_is_told_when_to_come_back(engine: Engine) -> None:
    client = create_app(Settings(rate=1), engine).test_client()
    assert client.get(SEARCH).status_code == 200

    refused = client.get(SEARCH, headers={"Accept-Language": "en"})

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) in range(45, 61)
    assert refused.get_json()["type"] == "/api/v1/problems#too-many-requests"
    assert client.get("/healthz").status_code == 200
    assert client.get(SEARCH, environ_overrides={"REMOTE_ADDR": "192.0.2.9"}).status_code == 200


def test_a_batch_counts_each_of_its_requests_for_its_client(engine: Engine) -> None:
    client = create_app(Settings(rate=6), engine).test_client()

    answers = client.post("/api/v1/batch", json={"requests": [SEARCH] * 4}).get_json()["answers"]

    assert [answer["status"] for answer in answers] == [200, 200, 429, 429]


@pytest.mark.parametrize(("host", "status"), [("vigie.example", 200), ("localhost:8000", 200), ("evil.example", 400)])
def test_the_server_answers_to_its_own_names(engine: Engine, host: str, status: int) -> None:
    client = create_app(Settings(hosts="vigie.example, www.vigie.example"), engine).test_client()

    assert client.get(SEARCH, headers={"Host": host}).status_code == status


def test_only_as_many_proxies_are_believed_as_there_are(engine: Engine) -> None:
    said = {"X-Forwarded-For": "192.0.2.7, 192.0.2.8"}
    for proxies, status in ((0, 429), (1, 200)):
        client = create_app(Settings(rate=1, proxies=proxies), engine).test_client()
        assert client.get(SEARCH).status_code == 200
        assert client.get(SEARCH, headers=said).status_code == status


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.001)
