"""Through all results by `links.next`, and what is told of each."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from indexer.search import HIT_FIELDS
from tests.making import make_document, make_engine
from web import create_app

NUMBER = 1230


def test_links_lead_behind_the_last_page_and_say_when_the_way_is_gone(tmp_path: Path) -> None:
    engine = make_engine(tmp_path, *(make_document("drone", id=f"d{n}", date=f"20{n % 20:02}") for n in range(NUMBER)))
    client = create_app(engine=engine).test_client()
    address: str | None = "/api/v1/search?q=drone&size=100&facets=&fields=id"
    seen: list[str] = []
    cursors: list[str] = []
    while address:
        response = client.get(address)
        answer = response.get_json()
        seen += [hit["id"] for hit in answer["hits"]]
        assert answer["total"]["value"] == NUMBER
        assert answer["links"]["self"] == address
        cursors += [address] if "cursor=" in address else []
        known = client.get(address, headers={"If-None-Match": response.headers["ETag"]})
        assert known.status_code == 304
        address = answer["links"]["next"]
    assert len(seen) == len(set(seen)) == NUMBER
    assert len(cursors) == 3

    for n in range(2):
        engine.add([make_document("drone", id=f"new{n}")])
    gone = client.get(cursors[1], headers={"Accept-Language": "en"})
    assert gone.status_code == 410
    assert gone.get_json()["type"] == "/api/v1/problems#cursor-gone"
    start = gone.get_json()["start"]
    assert f'<{start}>; rel="start"' in gone.headers.getlist("Link")
    afresh = client.get(start).get_json()
    assert afresh["total"]["value"] == NUMBER + 2
    assert all(set(hit) == {"id"} for hit in afresh["hits"])


@pytest.mark.parametrize("fields", [["id"], ["title", "score"], ["snippets", "published", "facets"], list(HIT_FIELDS)])
def test_a_hit_tells_what_is_asked_for(client: FlaskClient, fields: list[str]) -> None:
    whole = client.get("/api/v1/search?q=Rafale").get_json()
    told = client.get(f"/api/v1/search?q=Rafale&fields={','.join(fields)}").get_json()

    assert told["hits"] == [{name: hit[name] for name in fields} for hit in whole["hits"]]
    for name in ("query", "total", "facets", "index", "timelines"):
        assert told[name] == whole[name]
    assert f"fields={'%2C'.join(fields)}" in told["links"]["next"]
    assert "fields" not in told["links"]["html"]


def test_timeline_is_that_of_a_search(client: FlaskClient) -> None:
    whole = client.get("/api/v1/search?q=Rafale&timelines=published,mentioned").get_json()
    both = client.get("/api/v1/timeline?q=Rafale&timelines=published,mentioned").get_json()
    alone = client.get("/api/v1/timeline?q=Rafale").get_json()

    assert both == {name: whole[name] for name in ("query", "total", "index", "timelines")}
    assert alone["timelines"] == {"published": whole["timelines"]["published"]}


def test_stats_are_the_engines(client: FlaskClient) -> None:
    stats = client.get("/api/v1/stats").get_json()
    whole = client.get("/api/v1/search?size=100&fields=language,published").get_json()

    assert stats["index"] == whole["index"]
    assert sum(stats["languages"].values()) == whole["total"]["value"] == stats["index"]["documents"]
    assert stats["oldest"] <= stats["newest"]


def test_a_page_size_of_the_setting_does_not_shift_the_links(tmp_path: Path) -> None:
    from indexer.settings import Settings  # noqa: PLC0415

    engine = make_engine(tmp_path, *(make_document("drone", id=f"d{n}") for n in range(35)))
    client = create_app(Settings(page_size=20), engine).test_client()
    address: str | None = "/api/v1/search?q=drone&size=10"
    seen: list[str] = []
    while address:
        answer = client.get(address).get_json()
        seen += [hit["id"] for hit in answer["hits"]]
        address = answer["links"]["next"]

    assert len(seen) == len(set(seen)) == 35
