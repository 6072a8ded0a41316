"""What the endpoint says beside its answers: tags, links, compression, origins, ids."""

import datetime as dt
import gzip
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from indexer.engine import Engine
from indexer.errors import SettingsError
from indexer.search import SearchRequest, SearchResults
from indexer.settings import Settings, load_settings
from tests.making import make_document, make_engine
from web import create_app

SEARCH = "/api/v1/search?q=Ukraine"


@pytest.fixture
def tag(client: FlaskClient) -> str:
    return client.get(SEARCH).headers["ETag"]


def test_a_tag_is_weak_and_the_answer_may_be_kept(client: FlaskClient, tag: str) -> None:
    headers = client.get(SEARCH).headers

    assert re.fullmatch(r'W/"[0-9a-f]{24}"', tag)
    assert headers["Cache-Control"] == "no-cache"
    assert "Accept-Encoding" in headers["Vary"]


CONDITIONS = [
    # address, If-None-Match with {tag} for the tag of SEARCH, status
    (SEARCH, "{tag}", 304),
    (SEARCH, "{strong}", 304),  # weak comparison
    (SEARCH, '"other"', 200),
    (SEARCH, 'W/"other"', 200),
    (SEARCH, '"other", {tag}', 304),
    (SEARCH, '{tag}, "other"', 304),
    (SEARCH, 'W/"a", W/"b", {strong}', 304),
    (SEARCH, "*", 304),
    (SEARCH, "", 200),
    (SEARCH, "without quotes", 200),
    (SEARCH, '"', 200),
    ("/api/v1/search?q=ukraine", "{tag}", 200),
    ("/api/v1/search?q=Ukraine+", "{tag}", 200),
    ("/api/v1/search?q=Ukraine&page=1", "{tag}", 304),
    ("/api/v1/search?page=1&q=Ukraine", "{tag}", 304),
    ("/api/v1/search?q=Ukraine&size=10", "{tag}", 304),
    ("/api/v1/search?q=Ukraine&expand=1", "{tag}", 304),
    ("/api/v1/search?q=Ukraine&expand=0", "{tag}", 200),
    ("/api/v1/search?q=Ukraine&sort=", "{tag}", 304),
    ("/api/v1/search?q=Ukraine&fields=", "{tag}", 304),
    ("/api/v1/search?q=Ukraine&fields=id", "{tag}", 200),
    ("/api/v1/search?q=Ukraine&cursor=", "{tag}", 304),
    ("/api/v1/search?q=Ukraine&page=2", "{tag}", 200),
    ("/api/v1/search?q=Ukraine&size=11", "{tag}", 200),
    ("/api/v1/search?q=Ukraine&country=Ukraine", "{tag}", 200),
    ("/api/v1/search?q=Ukraine&-country=Ukraine", "{tag}", 200),
    ("/api/v1/search?q=Ukraine&from=2023", "{tag}", 200),
    ("/api/v1/search?q=Ukraine&facets=country", "{tag}", 200),
    ("/api/v1/search?q=Ukraine&timelines=published", "{tag}", 200),
    ("/api/v1/search?q=Ukraine&explain=1", "{tag}", 200),
    ("/api/v1/search", "{tag}", 200),
    ("/api/v1/timeline?q=Ukraine", "{tag}", 200),
    ("/api/v1/suggest?q=Ukraine", "{tag}", 200),
    ("/api/v1/stats", "{tag}", 200),
    ("/api/v1/stats", "*", 304),
    # whatever is known, a failure is told
    ("/api/v1/search?q=Ukraine&inconnu=1", "{tag}", 400),
    ("/api/v1/search?q=Ukraine&q=Ukraine", "{tag}", 400),
    ("/api/v1/search?q=%28", "*", 400),
    ("/api/v1/documents/absent", "*", 404),
    ("/api/v1/entities/country/Nullepart", "{tag}", 404),
    ("/api/v1/absent", "{tag}", 404),
]


@pytest.mark.parametrize(("address", "known", "status"), CONDITIONS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_condition_is_answered(
    client: FlaskClient, tag: str, method: str, address: str, known: str, status: int
) -> None:
    known = known.replace("{tag}", tag).replace("{strong}", tag.removeprefix("W/"))
    response = client.open(address, method=method, headers={"If-None-Match": known} if known else {})

    assert response.status_code == status
    if status == 304:
        assert response.data == b""
        assert response.headers["ETag"] == client.get(address).headers["ETag"]
        assert response.headers["Cache-Control"] == "no-cache"
        assert "Content-Length" not in response.headers


def test_facets_in_another_order_are_the_same_request(client: FlaskClient) -> None:
    one, other = "country=France&source=a&country=Italie", "source=a&country=France&country=Italie"

    tags = {client.get(f"/api/v1/search?{query}").headers["ETag"] for query in (one, other)}
    assert len(tags) == 1


def test_a_known_answer_is_told_before_any_search(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    client = create_app(engine=engine).test_client()
    tags = {path: client.get(path).headers["ETag"] for path in (SEARCH, "/api/v1/timeline", "/api/v1/facets/country")}

    def never(*_: object) -> None:
        raise AssertionError

    for name in ("search", "look_up"):
        monkeypatch.setattr(engine, name, never)
    for path, known in tags.items():
        assert client.get(path, headers={"If-None-Match": known}).status_code == 304


def test_what_was_answered_a_moment_ago_is_told_before_the_application_is_asked(tmp_path: Path) -> None:
    engine = make_engine(tmp_path, make_document("Ukraine"))
    app = create_app(Settings(cors="https://a.example"), engine)
    client = app.test_client()
    first = client.get(SEARCH)
    conditional = {"If-None-Match": first.headers["ETag"]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "full_dispatch_request", None)  # the application is not asked
        response = client.get(SEARCH, headers={**conditional, "X-Request-ID": "mine"})

        assert (response.status_code, response.data) == (304, b"")
        assert response.headers["X-Request-ID"] == "mine"
        for name in ("ETag", "Cache-Control", "Vary", "Link", "Content-Security-Policy"):
            assert response.headers.getlist(name) == first.headers.getlist(name), name
        assert not {"Content-Type", "Content-Length", "Content-Encoding"} & set(dict(response.headers))

    # what the answer depends on is not what it was
    english = client.get(SEARCH, headers={**conditional, "Accept-Language": "en"})
    assert english.status_code == 200
    shared = client.get(SEARCH, headers={**conditional, "Origin": "https://a.example"})
    assert shared.headers["Access-Control-Allow-Origin"] == "https://a.example"
    assert client.get(f"{SEARCH}&page=2", headers=conditional).status_code == 200
    engine.add([make_document("Ukraine", id="b")])
    assert client.get(SEARCH, headers=conditional).status_code == 200


def test_on_another_day_it_is_another_answer(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    client = create_app(engine=engine).test_client()
    known = {"If-None-Match": client.get(SEARCH).headers["ETag"]}
    assert client.get(SEARCH, headers=known).status_code == 304

    for place in ("web.unchanged.today", "web.conditional.today"):
        monkeypatch.setattr(place, lambda: dt.date(2000, 1, 1))
    assert client.get(SEARCH, headers=known).status_code == 200


def test_a_new_commit_and_a_new_index_have_new_tags(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make_engine(tmp_path, make_document("Ukraine"))
    client = create_app(engine=engine).test_client()
    tags = [client.get(SEARCH).headers["ETag"]]
    engine.add([make_document("Ukraine", id="b")])
    tags.append(client.get(SEARCH).headers["ETag"])
    monkeypatch.setattr("indexer.index.writer.now", lambda: "2020-01-01T00:00:00Z")
    anew = make_engine(tmp_path / "anew", make_document("Ukraine"))
    tags.append(create_app(engine=anew).test_client().get(SEARCH).headers["ETag"])

    assert len(set(tags)) == 3


def links_of(header: list[str]) -> dict[str, str]:
    pairs = [re.fullmatch(r'<(.*?)>; rel="([\w-]+)"(?:; type="(.*)")?', link) for link in header]
    return {(pair[3] or pair[2]): pair[1] for pair in pairs if pair}


def test_links_are_headers_too(client: FlaskClient) -> None:
    response = client.get("/api/v1/search?q=Ukraine&size=3&page=2&country=France")
    links, headers = response.get_json()["links"], links_of(response.headers.getlist("Link"))

    assert {name: headers[name] for name in ("self", "next", "prev")} == {
        name: links[name] for name in ("self", "next", "prev")
    }
    assert headers["text/html"] == links["html"]
    assert headers["application/atom+xml"] == links["atom"]
    assert headers["service-desc"] == "/api/v1/openapi.json"
    for address in headers.values():
        assert client.get(address).status_code == 200, address
    shown = client.get(links["html"]).get_data(as_text=True)
    assert all(f"/document/{hit['id']}" in shown for hit in response.get_json()["hits"])


@pytest.mark.parametrize("path", ["/", SEARCH, "/api/v1/openapi.json", "/aide", "/atom"])
def test_text_is_compressed_for_those_who_take_it(client: FlaskClient, path: str) -> None:
    plain = client.get(path, headers={"Accept-Encoding": "br, gzip;q=0"})
    small = client.get(path, headers={"Accept-Encoding": "deflate, gzip"})

    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert int(small.headers["Content-Length"]) == len(small.data) < len(plain.data) / 2
    ignored = rb'"took_ms":[\d.]+'
    assert re.sub(ignored, b"", gzip.decompress(small.data)) == re.sub(ignored, b"", plain.data)
    for response in (plain, small):
        assert "Accept-Encoding" in response.headers["Vary"]
        assert response.headers.get("ETag", "W/").startswith("W/") or response is plain


@pytest.mark.parametrize("path", ["/healthz", "/csv", "/static/icon.svg"])
def test_what_is_short_or_sent_as_it_is_made_goes_as_it_is(client: FlaskClient, path: str) -> None:
    with client.get(path, headers={"Accept-Encoding": "gzip"}) as response:
        assert "Content-Encoding" not in response.headers


@pytest.mark.parametrize(("given", "kept"), [("a-Z_0.9", True), ("x" * 64, True), ("x" * 65, False), ("a b", False)])
def test_every_answer_has_the_id_of_its_request(client: FlaskClient, given: str, kept: bool) -> None:  # noqa: FBT001
    for path in ("/", SEARCH, "/api/v1/absent"):
        answered = client.get(path, headers={"X-Request-ID": given}).headers["X-Request-ID"]

        assert (answered == given) == kept
        assert re.fullmatch(r"[\w.-]{1,64}", answered)
    assert client.get(SEARCH).headers["X-Request-ID"] != client.get(SEARCH).headers["X-Request-ID"]


OURS, THEIRS = "https://carte.example", "https://autre.example"


@pytest.mark.parametrize(
    ("setting", "origin", "allowed"),
    [
        (None, OURS, None),
        ("*", OURS, "*"),
        ("*", None, "*"),
        (OURS, OURS, OURS),
        (OURS, THEIRS, None),
        (OURS, None, None),
        (f"{THEIRS}, {OURS}", OURS, OURS),
        (OURS, f"{OURS}.pirate.example", None),
    ],
)
def test_pages_of_other_origins_read_it_when_they_may(
    engine: Engine, setting: str | None, origin: str | None, allowed: str | None
) -> None:
    client = create_app(Settings(cors=setting), engine).test_client()
    headers = {"Origin": origin} if origin else {}

    for path in (SEARCH, "/api/v1/absent"):
        response = client.get(path, headers=headers)
        assert response.headers.get("Access-Control-Allow-Origin") == allowed
        assert ("Origin" in response.headers["Vary"].split(", ")) == (setting not in {None, "*"})
    assert "Access-Control-Allow-Origin" not in client.get("/", headers=headers).headers
    asked = {**headers, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    before = client.options("/api/v1/batch", headers=asked)
    assert before.headers.get("Access-Control-Allow-Origin") == allowed
    assert ("POST" in before.headers.get("Access-Control-Allow-Methods", "")) == (allowed is not None)


@pytest.mark.parametrize("value", ["carte.example", "https://carte.example/", "https://a.example b", "**", ""])
def test_what_is_no_origin_is_refused(value: str) -> None:
    with pytest.raises(SettingsError):
        load_settings({"VIGIE_CORS": value})


def test_the_answer_is_the_engines_whatever_goes_with_it(client: FlaskClient, engine: Engine) -> None:
    sent = client.get(SEARCH).get_json()
    own: SearchResults = engine.search(SearchRequest(q="Ukraine"))

    assert [hit["id"] for hit in sent["hits"]] == [hit.id for hit in own.hits]
    assert sent["total"]["value"] == own.total.value
