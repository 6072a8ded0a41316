"""What watches the server is told how it is; its lines of log cannot be forged."""

import json
import logging
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from indexer.engine import Engine
from indexer.settings import Settings
from tests.making import make_document, make_engine
from web import create_app
from web.logs import LONGEST, JsonLines


def test_ready_says_which_commit_answers(client: FlaskClient, engine: Engine) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.get_json()["status"] == "ready"
    assert answer.get_json()["index"]["generation"] == engine.state().generation
    assert answer.headers["Cache-Control"] == "no-store"


def test_not_ready_without_an_index(tmp_path: Path) -> None:
    client = create_app(Settings(index=str(tmp_path / "none"))).test_client()

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.get_json()["status"] == "unavailable"
    assert "vigie index" in answer.get_json()["detail"]
    assert client.get("/healthz").status_code == 200
    assert "vigie_index_ready 0.0" in client.get("/metrics").text


def test_degraded_when_the_newest_commit_cannot_be_read(tmp_path: Path) -> None:
    engine = make_engine(tmp_path, make_document(id="a"))
    engine.add([make_document(id="b")])
    newest = max(engine.path.glob("commit-*"), key=lambda path: path.stat().st_mtime_ns)  # type: ignore[attr-defined]
    newest.write_bytes(newest.read_bytes()[:-1] + b"?")
    client = create_app(Settings(index=str(engine.path))).test_client()  # type: ignore[attr-defined]

    assert client.get("/readyz").get_json()["status"] == "degraded"
    assert client.get("/api/v1/search").get_json()["index"]["degraded"] is True
    assert "vigie_index_degraded 1.0" in client.get("/metrics").text


def test_figures_are_what_prometheus_reads(client: FlaskClient, engine: Engine) -> None:
    def figures() -> dict[str, float]:
        families = text_string_to_metric_families(client.get("/metrics").text)
        return {
            f"{sample.name}{sorted(sample.labels.values())}": sample.value
            for family in families
            for sample in family.samples
        }

    before = figures()
    for _ in range(3):
        client.get("/api/v1/search?q=Rafale")
    client.get("/api/v1/search?nothing=1")
    after = figures()

    def gained(name: str) -> float:
        return after[name] - before.get(name, 0.0)

    assert gained("vigie_requests_total['200', 'api.search']") == 3
    assert gained("vigie_requests_total['400', 'api.search']") == 1
    assert gained("vigie_request_seconds_count['api.search']") == 4
    assert after["vigie_index_generation[]"] == engine.state().generation
    assert after["vigie_index_documents[]"] == engine.state().documents


HOSTILE = ["a\nb", "a\r\nb", "\x1b[31mrouge", "\u2028", "\u202e", "\x00", '"}', "é\udc80", "x" * 1000]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_request_is_one_line_of_json(engine: Engine, text: str, caplog: pytest.LogCaptureFixture) -> None:
    client = create_app(engine=engine).test_client()
    with caplog.at_level(logging.INFO, "vigie"):
        client.get("/api/v1/search", query_string={"q": text.encode("utf-8", "surrogateescape")})
        client.get(f"/document/{text.encode('utf-8', 'replace').decode()}")

    lines = [JsonLines().format(record) for record in caplog.records if record.getMessage() == "request"]
    assert len(lines) == 2
    for line in lines:
        told = json.loads(line)
        assert line.isprintable()
        assert line.isascii()
        assert told["method"] == "GET"
        assert isinstance(told["status"], int)
        assert told["ms"] >= 0
        assert max(len(told["path"]), len(told["query"])) <= LONGEST


def test_a_failure_has_its_trace_on_one_line() -> None:
    try:
        int("a\nb")
    except ValueError as error:
        record = logging.getLogger("vigie").makeRecord(
            "vigie", logging.ERROR, __file__, 1, "failed", (), (type(error), error, error.__traceback__)
        )

    line = JsonLines().format(record)

    assert "\n" not in line
    assert "ValueError" in json.loads(line)["trace"]
