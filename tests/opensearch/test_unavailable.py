"""A cluster that does not answer, or not now."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
import pytest

from indexer.engine import open_engine
from indexer.errors import ClusterError, ClusterUnavailableError
from indexer.opensearch.address import Address
from indexer.opensearch.connection import Connection
from indexer.opensearch.writing import SMALLEST, TOGETHER, Bulk
from indexer.search import SearchRequest
from indexer.settings import Settings
from web import create_app

NOWHERE = "opensearch+http://127.0.0.1:9/presse"
"""A port that nobody listens on."""


def test_a_cluster_that_is_gone_is_an_error_that_says_when_to_come_back() -> None:
    with pytest.raises(ClusterUnavailableError) as told:
        open_engine(NOWHERE).search(SearchRequest(q="missile"))

    assert told.value.retry_after >= 1


@pytest.mark.parametrize("path", ["/api/v1/search?q=missile", "/?q=missile", "/api/v1/documents/a", "/atom?q=missile"])
def test_the_page_and_the_endpoint_say_503_and_when_to_come_back(path: str) -> None:
    client = create_app(Settings(), open_engine(NOWHERE)).test_client()

    answer = client.get(path)

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1


Answer = tuple[int, Any]


@contextmanager
def cluster_that_says(answers: Sequence[Answer]) -> Iterator[tuple[Connection, list[list[Any]]]]:
    """A server with these answers, the last of them again and again, and the bulk requests that it got."""
    asked: list[list[Any]] = []
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                import gzip  # noqa: PLC0415

                content = gzip.decompress(content)
            lines = [msgspec.json.decode(line) for line in content.splitlines()]
            asked.append(lines)
            status, statuses = left.pop(0) if len(left) > 1 else left[0]
            ids = [line["index"]["_id"] for line in lines[::2]]
            items = [
                {
                    "index": {"_id": own, "status": each, "result": "created"}
                    | ({"error": {"reason": "non"}} if each > 299 else {})
                }
                for own, each in zip(ids, statuses(ids) if callable(statuses) else [statuses] * len(ids), strict=True)
            ]
            body = msgspec.json.encode({"items": items, "errors": any(each != 201 for each in (status,))})
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    connection = Connection(Address.parse(f"opensearch+http://127.0.0.1:{server.server_port}/presse", {}))
    try:
        yield connection, asked
    finally:
        connection.close()
        server.shutdown()
        server.server_close()
        thread.join()


def some(number: int) -> list[tuple[str, dict[str, Any]]]:
    return [(str(at), {"title": "un"}) for at in range(number)]


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.opensearch.writing.time.sleep", lambda _: None)


def test_items_that_are_refused_for_now_are_sent_again_and_no_others() -> None:
    def every_third(ids: list[str]) -> list[int]:
        return [429 if int(own) % 3 == 0 else 201 for own in ids]

    with cluster_that_says([(200, every_third), (200, 201)]) as (connection, asked):
        bulk = Bulk(connection)
        bulk.index("presse", some(30))

    sent = [[line["index"]["_id"] for line in lines[::2]] for lines in asked]
    assert sent[0] == [str(at) for at in range(30)]
    assert sorted(own for again in sent[1:] for own in again) == sorted(str(at) for at in range(0, 30, 3))
    assert bulk.refused == 10


@pytest.mark.parametrize("status", [429, 503])
def test_a_cluster_with_too_much_to_do_gets_fewer_at_once(status: int) -> None:
    with cluster_that_says([(status, 201)] * 3 + [(200, 201)]) as (connection, asked):
        Bulk(connection).index("presse", some(TOGETHER))

    sizes = [len(lines) // 2 for lines in asked]
    assert sizes[:4] == [TOGETHER, TOGETHER // 2, TOGETHER // 4, TOGETHER // 8]
    assert min(sizes[:-1]) >= SMALLEST
    assert sum(sizes[3:]) == TOGETHER


def test_one_that_never_can_is_given_up() -> None:
    with cluster_that_says([(429, 201)]) as (connection, _), pytest.raises(ClusterUnavailableError):
        Bulk(connection, patience=0).index("presse", some(3))


def test_an_item_that_is_wrong_is_an_error_at_once() -> None:
    with cluster_that_says([(200, 400)]) as (connection, asked), pytest.raises(ClusterError, match="non"):
        Bulk(connection).index("presse", some(3))

    assert len(asked) == 1
