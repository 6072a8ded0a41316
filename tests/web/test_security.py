"""What hostile articles, requests and proxies must not be able to do; docs/security.md has the table that these belong to."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from indexer.document import Document
from indexer.engine import Engine
from indexer.errors import BusyError, CursorGoneError, IndexDamagedError, SourceError, VigieError
from indexer.ingest import SourceFile, read_file
from indexer.settings import Settings
from tests.making import make_document, make_engine
from web import create_app
from web.headers import HEADERS
from web.rate import BURST, network_of

SEARCH = "/api/v1/search?q=Ukraine"
PUBLIC = "http://vigie.example"
DIRECTIVES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "connect-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "object-src": "'none'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def failing(engine: Engine, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(engine, "search", fail)
    if isinstance(error, VigieError):
        monkeypatch.setattr(engine, "state", fail)


Ask = Callable[[Engine, pytest.MonkeyPatch], TestResponse]


def plainly(path: str, **options: object) -> Ask:
    return lambda engine, _: create_app(engine=engine).test_client().open(path, **options)  # type: ignore[arg-type]


def with_a_failure(path: str, error: Exception) -> Ask:
    def ask(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> TestResponse:
        failing(engine, monkeypatch, error)
        return create_app(engine=engine).test_client().get(path)

    return ask


def again(path: str) -> Ask:
    def ask(engine: Engine, _: pytest.MonkeyPatch) -> TestResponse:
        client = create_app(engine=engine).test_client()
        return client.get(path, headers={"If-None-Match": client.get(path).headers["ETag"]})

    return ask


def too_often(path: str) -> Ask:
    def ask(engine: Engine, _: pytest.MonkeyPatch) -> TestResponse:
        client = create_app(Settings(rate=1), engine).test_client()
        client.get(path)
        return client.get(path)

    return ask


LARGE = b"x" * 20_000_000
STATUSES: list[tuple[int, Ask]] = [
    *((200, plainly(path)) for path in ("/", "/?q=drone", "/aide", "/lot", "/api", SEARCH, "/atom?q=drone", "/csv", "/healthz")),
    *((200, plainly(path)) for path in ("/metrics", "/readyz", "/static/style.css", "/static/completion.js", "/opensearch.xml")),
    (200, plainly("/", method="OPTIONS")),
    (206, plainly("/static/style.css", headers={"Range": "bytes=0-9"})),
    *((304, again(path)) for path in (SEARCH, "/atom?q=drone", "/static/style.css", "/api/v1/openapi.json")),
    (308, plainly("/api/v1/problems")),
    *((400, plainly(path)) for path in ("/?inconnu=1", "/api/v1/search?page=x", "/atom?page=0", "/csv?q=%28", "/?lang=xx")),
    (400, plainly("/api/v1/batch", method="POST", data=b"[" * 100_000, content_type="application/json")),
    (400, plainly("/", headers={"Host": "ailleurs.example"})),
    *((404, plainly(path)) for path in ("/rien", "/api/v1/rien", "/document/x", "/static/rien", "/api/v1/documents/x")),
    *((405, plainly(path, method="TRACE")) for path in ("/", SEARCH, "/static/style.css")),
    (410, with_a_failure(SEARCH, CursorGoneError(SEARCH))),
    *((413, plainly(path, method="POST", data=LARGE, content_type="application/json")) for path in ("/api/v1/batch",)),
    (413, plainly("/lot", method="POST", data=LARGE, content_type="application/x-www-form-urlencoded")),
    (415, plainly("/api/v1/batch", method="POST", data=b"{}", content_type="text/plain")),
    (416, plainly("/static/style.css", headers={"Range": "bytes=999999999-"})),
    *((429, too_often(path)) for path in ("/?q=drone", SEARCH, "/atom")),
    *((500, with_a_failure(path, RuntimeError("/secret/place"))) for path in ("/?q=drone", SEARCH, "/atom?q=drone")),
    *((503, with_a_failure(path, BusyError())) for path in ("/?q=drone", SEARCH)),
    *((503, with_a_failure(path, IndexDamagedError("secret"))) for path in ("/?q=drone", SEARCH, "/readyz")),
]  # fmt: skip


@pytest.mark.parametrize(("status", "ask"), STATUSES, ids=[f"{status}-{n}" for n, (status, _) in enumerate(STATUSES)])
def test_every_answer_of_every_status_has_the_headers(
    status: int, ask: Ask, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    response = ask(engine, monkeypatch)

    assert response.status_code == status
    assert {name: response.headers.getlist(name) for name in HEADERS} == {name: [HEADERS[name]] for name in HEADERS}
    assert policy(response) == DIRECTIVES
    assert "X-Request-ID" in response.headers
    if status not in {204, 304} and response.get_data():
        kind = response.headers["Content-Type"]
        assert "charset=utf-8" in kind or kind.startswith(("application/json", "application/problem+json", "image/")), (
            kind
        )
    if status >= 500:
        assert "secret" not in response.get_data(as_text=True) or status == 503
        assert "Traceback" not in response.get_data(as_text=True)


def policy(response: TestResponse) -> dict[str, str]:
    parts = response.headers["Content-Security-Policy"].split(";")
    return dict(part.strip().split(" ", 1) for part in parts)


def test_every_status_that_is_told_is_looked_at() -> None:
    assert {status for status, _ in STATUSES} >= {200, 304, 308, 400, 404, 405, 410, 413, 415, 429, 500, 503}


def test_the_policy_allows_nothing_that_is_written_into_a_page() -> None:
    sources = HEADERS["Content-Security-Policy"]

    assert "unsafe" not in sources
    assert "*" not in sources
    assert "http" not in sources
    assert "data:" not in sources


TEMPLATES = sorted((Path(__file__).parents[2] / "web" / "templates").glob("*"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_what_the_policy_forbids_or_marks_anything_as_safe(path: Path) -> None:
    template = path.read_text(encoding="utf-8")

    assert not re.search(r"\|\s*safe\b|autoescape\s+false", template)
    assert not re.search(r"<style|\sstyle=|\son\w+=|<(?:iframe|object|embed|base)\b", template)
    for script in re.findall(r"<script[^>]*>[^<]*", template):
        assert re.fullmatch(r"<script src=\"\{\{[^}]*\}\}\"[^>]*>", script.strip()), script


def test_everything_in_a_template_is_escaped(engine: Engine) -> None:
    environment = create_app(engine=engine).jinja_env
    select = environment.autoescape

    assert select is True or (callable(select) and all(select(path.name) for path in TEMPLATES))


@pytest.mark.parametrize(("scheme", "told"), [("https", ["max-age=31536000; includeSubDomains"]), ("http", [])])
def test_who_came_by_https_stays_there(engine: Engine, scheme: str, told: list[str]) -> None:
    client = create_app(Settings(hosts="vigie.example"), engine).test_client()

    for path in ("/", SEARCH, "/rien", "/static/style.css", "/metrics"):
        with client.get(path, base_url=f"{scheme}://vigie.example") as response:
            assert response.headers.getlist("Strict-Transport-Security") == told


def test_the_cookie_is_out_of_reach(engine: Engine) -> None:
    client = create_app(Settings(hosts="vigie.example"), engine).test_client()

    (secure,) = client.get("/?lang=en", base_url="https://vigie.example").headers.getlist("Set-Cookie")
    assert secure.startswith("__Host-lang=en; ")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(secure.split("; "))
    assert "Domain" not in secure
    assert client.get("/aide", base_url="https://vigie.example").headers["Content-Language"] == "en"
    (plain,) = client.get("/?lang=en", base_url=PUBLIC).headers.getlist("Set-Cookie")
    assert plain.startswith("lang=en; ")
    assert "HttpOnly" in plain
    for path in ("/", "/aide", SEARCH, "/?lang=xx"):
        assert "Set-Cookie" not in client.get(path, base_url=PUBLIC).headers
    forged = client.get("/aide", base_url=PUBLIC, headers={"Cookie": 'lang="><script>"'})
    assert "<script>" not in forged.text


# Addresses of articles

NOT_OF_THE_WEB = (
    *("javascript:ran(1)", "JaVaScRiPt:ran(1)", " javascript:ran(1)", "\x01javascript:ran(1)", "java\tscript:ran(1)"),
    *("java\nscript:ran(1)", "javascript&colon;ran(1)", "jav&#x09;ascript:ran(1)", "&#106;avascript:ran(1)", "javascript\u2028:ran(1)"),
    *("data:text/html,<script>ran(1)</script>", "DATA:text/html;base64,PHNjcmlwdD4=", "vbscript:ran(1)", "VBSCRIPT:ran(1)", "blob:x"),
    *("file:///etc/passwd", "ftp://un.example/x", "mailto:a@un.example", "about:blank", "view-source:http://un.example/", "//un.example/x"),
    *("http:", "http://", "https:///x", "http:javascript:ran(1)", "http\x00://un.example/", "https://un.example/\x00x", "http://[::1", "\u202ehttp://x"),
)  # fmt: skip
OF_THE_WEB = re.compile(r"https?://[^\s\x00-\x1f\x7f\u2028-\u202e<>\"]+")


def escaped(text: str) -> str:
    return (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("\x00", "&#0;")
        .replace("\x01", "&#1;")
    )


WORDS = "Un texte de quelques mots sur les drones."
WRITTEN: dict[str, Callable[[str], str]] = {
    "jsonl": lambda address: json.dumps({"title": "Un titre", "text": WORDS, "url": address}) + "\n{}",
    "csv": lambda address: f'title,text,url\nUn titre,{WORDS},"{address.replace(chr(34), chr(34) * 2)}"\n',
    "rss": lambda address: (
        f"<rss><channel><item><title>Un titre</title><link>{escaped(address)}</link><guid>{escaped(address)}</guid>"
        f"<description>{WORDS}</description></item></channel></rss>"
    ),
    "html": lambda address: (
        f'<!DOCTYPE html><html><head><title>Un titre</title><link rel="canonical" href="{escaped(address)}">'
        f'<meta property="og:url" content="{escaped(address)}"></head><body><article><p>{WORDS}</p><p>{WORDS} Et d’autres.</p>'
        "</article></body></html>"
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", WRITTEN)
def test_what_is_read_has_an_address_of_the_web_or_none(form: str, tmp_path: Path) -> None:
    for number, address in enumerate(NOT_OF_THE_WEB):
        (tmp_path / f"{number}").write_text(WRITTEN[form](address), encoding="utf-8")
        found = [each for each in read_file(SourceFile(tmp_path, f"{number}")) if not isinstance(each, SourceError)]
        assert found or form == "csv", address
        for document in found:
            assert document.url is None or OF_THE_WEB.fullmatch(document.url), (address, document.url)
            assert document.url is None or "ran(" not in document.url, address


def with_addresses(tmp_path: Path) -> FlaskClient:
    """An application over articles whose addresses no reading has looked at."""
    documents: list[Document] = []
    for number, address in enumerate(NOT_OF_THE_WEB):
        made = make_document("Un texte sur les drones.", id=f"d{number}", title=f"drones {number}", source="un.example")
        documents.append(Document(**{name: getattr(made, name) for name in made.__struct_fields__} | {"url": address}))
    return create_app(engine=make_engine(tmp_path, *documents)).test_client()


def test_no_link_leads_out_of_the_web(tmp_path: Path) -> None:
    client = with_addresses(tmp_path)

    pages = ["/?q=drones&size=100", "/", *(f"/document/d{number}" for number in range(len(NOT_OF_THE_WEB)))]
    for page in pages:
        tree = html.fromstring(client.get(page).get_data())
        for _, attribute, address, _ in tree.iterlinks():
            assert attribute in {"href", "src", "action", "content", "cite"}, (page, attribute)
            assert re.match(r"(?:/|\?|#|https?://[\w.\[])", address), (page, address)
    for path in ("/atom", "/rss", "/csv", "/bibtex"):
        told = client.get(f"{path}?q=drones&size=100" if path in {"/atom", "/rss"} else f"{path}?q=drones").text
        assert not re.search(r"(?i)javascript|vbscript|data:text|file:///", told), path


# Where files are


PLACES = (
    *("../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "..%252f..%252fetc%252fpasswd", "/etc/passwd"),
    *("%2fetc%2fpasswd", "..\\..\\etc\\passwd", "..%5c..%5cetc%5cpasswd", "%00", "x%00.css", "....//....//etc/passwd", "%c0%ae%c0%ae/etc/passwd"),
    *("file:///etc/passwd", "%uff0e%uff0e/pyproject.toml", "~root", "CON", "a" * 5000, ".git/config", "../__init__.py", "../templates/base.html"),
)  # fmt: skip
ROOTS = (
    *(
        "/static/",
        "/document/",
        "/api/v1/documents/",
        "/entity/country/",
        "/api/v1/entities/country/",
        "/api/v1/facets/",
        "/facette/",
    ),
    *("/", "/api/v1/", "/document/x/versions/"),
)


@pytest.mark.parametrize("root", ROOTS)
def test_no_address_leads_to_a_file(client: FlaskClient, root: str) -> None:
    for place in PLACES:
        response = client.get(root + place)
        assert response.status_code in {400, 404}, (root, place)
        assert not re.search("root:|\\[core\\]|\\[project\\]|import |{% ", response.get_data(as_text=True)), (
            root,
            place,
        )


def test_folders_are_not_listed(client: FlaskClient) -> None:
    for path in ("/static", "/static/", "/static/.", "/document/", "/api/v1/"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/csv", "/bibtex", "/jsonl"])
def test_a_file_that_is_taken_away_has_a_name_of_ours(client: FlaskClient, path: str) -> None:
    """Of the query, letters and figures alone; in ASCII, and whole as RFC 6266 has it."""
    for query in ('x"; filename="a.exe', "../../a", "é\u202etxt.exe", "Київ 北京", "a" * 500):
        with client.get(path, query_string={"q": query}) as response:
            named = response.headers["Content-Disposition"]
            assert re.fullmatch(
                r"attachment; filename=vigie[\w-]*\.\w+(?:; filename\*=UTF-8''vigie[\w%-]*\.\w+)?", named
            )
            assert named.isascii()
            assert response.get_data() is not None


# Headers


SPLITS = (
    "x\r\nX-Evil: 1",
    "x\nX-Evil: 1",
    "x\r\n\r\n<script>ran(1)</script>",
    "x\u560d\u560aX-Evil: 1",
    "x\x85X-Evil: 1",
)
TAKING = (
    *("/?q={}", "/?lang={}", "/?country={}", "/?sort={}", "/api/v1/search?q={}", "/api/v1/search?cursor={}", "/api/v1/search?country={}"),
    *("/api/v1/suggest?q={}", "/api/v1/facets/country?q={}", "/atom?q={}", "/rss?source={}", "/csv?q={}", "/bibtex?q={}", "/jsonl?q={}"),
    *("/document/{}", "/api/v1/documents/{}/similar", "/entity/person/{}", "/lot?q={}", "/api/v1/problems?x={}", "/{}"),
)  # fmt: skip


@pytest.mark.parametrize("address", TAKING)
def test_no_parameter_makes_a_header(client: FlaskClient, address: str) -> None:
    for split in SPLITS:
        asked = address.format(quote(split))
        with client.get(asked, headers={"Accept": "*/*"}) as response:
            assert response.status_code < 500, asked
            assert "X-Evil" not in response.headers
            assert not [value for _, value in response.headers if re.search("[\r\n\x85]", value)]
            assert "Set-Cookie" not in response.headers


def test_no_header_makes_a_header(client: FlaskClient) -> None:
    for name in ("X-Request-ID", "Origin", "If-None-Match", "Accept-Language", "Cookie", "Accept-Encoding"):
        for value in ("a, X-Evil: 1", 'a"; X-Evil=1', "é" * 10, "x" * 5000):
            response = client.get(SEARCH, headers={name: value.encode().decode("latin-1")})
            assert response.status_code in {200, 304}
            assert "Evil" not in str(response.headers)


def test_no_address_leads_elsewhere(engine: Engine) -> None:
    """Every route, with whatever may be taken for an address: only the page of problems moved, within the site."""
    app = create_app(engine=engine)
    client, elsewhere = app.test_client(), "//ailleurs.example/"
    found: set[str] = set()
    for rule in app.url_map.iter_rules():
        values = dict.fromkeys(rule.arguments, "x") | ({"field": "country"} if "field" in rule.arguments else {})
        path = rule.build(values | ({"kind": "country"} if "kind" in rule.arguments else {}))
        assert path, rule
        for asked in (path[1], f"/{path[1]}", f"{path[1]}/", f"/{elsewhere}{path[1]}", f"/\\ailleurs.example{path[1]}"):
            for query in (
                "",
                *(f"?{name}=http:{elsewhere}" for name in ("q", "url", "next", "return", "redirect", "lang", "cursor")),
            ):
                with client.get("/", environ_overrides={"PATH_INFO": asked, "QUERY_STRING": query[1:]}) as response:
                    found |= set(response.headers.getlist("Location"))
    assert found == {"/api"}


# Names of the server


def test_a_page_of_elsewhere_cannot_have_its_name_lead_here(engine: Engine) -> None:
    """DNS rebinding: who listens to the own machine alone answers to its names alone."""
    for host, names, status in (
        ("127.0.0.1", None, 400),
        ("localhost", None, 400),
        ("127.0.0.1", "ailleurs.example", 200),
        ("0.0.0.0", None, 200),
    ):
        client = create_app(Settings(host=host, hosts=names), engine).test_client()
        for called in ("ailleurs.example", "ailleurs.example:8000"):
            assert client.get(SEARCH, headers={"Host": called}).status_code == status, (host, names)
        for called in ("localhost:8000", "127.0.0.1", "127.0.0.1:8000"):
            assert client.get(SEARCH, headers={"Host": called}).status_code == 200


def test_a_name_that_is_not_ours_is_in_no_answer(engine: Engine) -> None:
    client = create_app(Settings(hosts="vigie.example", proxies=1), engine).test_client()
    for headers in (
        {"Host": "ailleurs.example"},
        {"Host": "vigie.example", "X-Forwarded-Host": "ailleurs.example"},
        {"Host": "vigie.example@ailleurs.example"},
        {"Host": 'vigie.example"><script>'},
        {"Host": "vigie.example.ailleurs.example"},
        {
            "Host": "vigie.example",
            "Forwarded": "host=ailleurs.example",
            "X-Host": "ailleurs.example",
            "X-Original-URL": "/metrics",
        },
    ):
        for path in ("/", "/atom?q=Ukraine", "/opensearch.xml", "/csv?q=Ukraine", "/api", SEARCH):
            with client.get(path, headers=headers) as response:
                assert response.status_code == (200 if "Forwarded" in headers else 400), (headers, path)
                assert "ailleurs" not in response.get_data(as_text=True)
                assert "ailleurs" not in str(response.headers)


def test_headers_of_proxies_are_not_believed_without_one(engine: Engine) -> None:
    client = create_app(Settings(hosts="vigie.example"), engine).test_client()
    forged = {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "localhost",
        "X-Forwarded-Prefix": "/x",
        "X-Forwarded-For": "192.0.2.1",
    }

    plain, with_forged = (client.get("/atom?q=Ukraine", base_url=PUBLIC, headers=given) for given in ({}, forged))

    assert with_forged.get_data() == plain.get_data()
    assert "Strict-Transport-Security" not in with_forged.headers


def test_a_client_of_a_network_of_its_own_is_one_client(engine: Engine) -> None:
    client = create_app(Settings(rate=1), engine).test_client()
    statuses = [
        client.get(SEARCH, environ_overrides={"REMOTE_ADDR": address}).status_code
        for address in (
            "2001:db8:1:2::1",
            "2001:db8:1:2:ffff::9",
            "2001:db8:1:3::1",
            "::ffff:192.0.2.1",
            "192.0.2.1",
            "?",
            "?",
        )
    ]

    assert statuses == [200, 429, 200, 200, 429, 200, 429]
    assert network_of("fe80::1%eth0") == "fe80::/64"


# Other origins


@pytest.mark.parametrize("setting", [None, "*", "https://carte.example"])
def test_no_origin_is_given_what_is_kept_for_a_reader(engine: Engine, setting: str | None) -> None:
    client = create_app(Settings(cors=setting), engine).test_client()

    for origin in (
        "null",
        "https://carte.example",
        "https://carte.example.ailleurs.example",
        "http://carte.example",
        "https://CARTE.example",
    ):
        for path in (SEARCH, "/", "/api/v1/rien"):
            response = client.get(path, headers={"Origin": origin})
            assert "Access-Control-Allow-Credentials" not in response.headers
            allowed = response.headers.get("Access-Control-Allow-Origin")
            assert allowed in {None, setting}
            assert allowed is None or path != "/"


def test_answers_run_nothing_that_a_caller_names(client: FlaskClient) -> None:
    """No JSONP: what is called so is an unknown parameter."""
    for name in ("callback", "jsonp", "cb"):
        assert client.get(f"{SEARCH}&{name}=ran").status_code == 400


# What the server says of itself


def test_nothing_tells_which_versions_run(client: FlaskClient) -> None:
    for path in ("/", "/rien", SEARCH, "/healthz", "/readyz", "/metrics", "/atom", "/api"):
        response = client.get(path)
        names = {name.lower() for name, _ in response.headers}
        assert not names & {"x-powered-by", "x-aspnet-version", "via"}
        assert "Server" not in response.headers or not re.search(r"\d", response.headers["Server"])
        assert not re.search(r"(?i)werkzeug|gunicorn/|python/\d|python_info|site-packages|/usr/lib", response.text), (
            path
        )


class Served(NamedTuple):
    """A real server, and what it said on standard error."""

    port: int
    said: Callable[[], str]

    def send(self, request: bytes, client: str = "127.0.0.1") -> str:
        """What comes back for these bytes until it ends."""
        with socket.create_connection(("127.0.0.1", self.port), 20, (client, 0)) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b"")).decode("latin-1")


RATE = 6
"""Requests a minute, hence two at once."""


@pytest.fixture(scope="module")
def served(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Two processes that count a client's requests together."""
    folder = tmp_path_factory.mktemp("serveur")
    command = [sys.executable, "-m", "indexer.cli", "serve", "--index", str(engine.path), "--port", "0"]  # type: ignore[attr-defined]
    environment = {**os.environ, "VIGIE_WORKERS": "2", "VIGIE_RATE": f"{RATE}"}
    with (
        (folder / "dit").open("w") as said,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=said, text=True, cwd=folder, env=environment
        ) as process,
    ):
        assert process.stdout
        address = re.search(r"http://127\.0\.0\.1:(\d+)/", process.stdout.readline())
        assert address
        yield Served(int(address[1]), (folder / "dit").read_text)
        process.terminate()
        process.wait(30)


HOST = b"Host: localhost\r\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "request_"),
    [
        (414, b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n"),
        (431, b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 20_000 + b"\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\n" + HOST + b"X\x1b[31m: 1\r\n\r\n"),
        (400, b"\x16\x03\x01\x02\x00<script>\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\n" + HOST + b"X: a\r\n b\r\n\r\n"),
        (400, b"POST /api/v1/batch HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde"),
        (400, b"POST /api/v1/batch HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\nHost: ailleurs.example\r\nConnection: close\r\n\r\n"),
    ],
    ids=["414", "431", "name", "no-http", "folded", "two-lengths", "negative", "host"],
)
def test_what_the_server_refuses_by_itself_has_the_headers_too(served: Served, status: int, request_: bytes) -> None:
    answer = served.send(request_)

    assert re.match(rf"HTTP/1\.1 {status} ", answer), answer[:200]
    for name, value in HEADERS.items():
        assert f"\r\n{name}: {value}\r\n" in answer
    assert "<script>" not in answer
    assert not re.search(r"gunicorn/\d|Python/\d|Traceback", answer)


@pytest.mark.slow
def test_a_request_ends_where_it_says_once(served: Served) -> None:
    """Request smuggling: two ways of saying its length are no way to have a second request answered."""
    hidden = b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"
    for headers in (
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Content-Length: +4\r\n",
        b"Content-Length: 0x4\r\n",
    ):
        answer = served.send(b"POST /api/v1/batch HTTP/1.1\r\n" + HOST + headers + b"\r\n0\r\n\r\n" + hidden)
        assert answer.count("HTTP/1.1 ") == 1, (headers, answer)
        assert '{"status":"ok"}' not in answer


@pytest.mark.slow
def test_nobody_but_the_proxy_says_where_the_application_begins(served: Served) -> None:
    answer = served.send(
        b"GET /x/healthz HTTP/1.1\r\n"
        + HOST
        + b"SCRIPT_NAME: /x\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n"
    )

    assert re.match(r"HTTP/1\.1 404 ", answer)
    assert "Strict-Transport-Security" not in answer


@pytest.mark.slow
def test_the_processes_count_a_client_together(served: Served) -> None:
    request = f"GET {SEARCH} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    with ThreadPoolExecutor(6) as clients:
        answers = clients.map(lambda _: served.send(request, "127.0.0.2"), range(60))
        statuses = [int(answer.split(" ", 2)[1]) for answer in answers]
    processes = {
        line["process"] for line in map(json.loads, served.said().splitlines()) if line.get("path") == "/api/v1/search"
    }

    assert len(processes) == 2, "both have answered"
    assert set(statuses) == {200, 429}
    assert statuses.count(200) <= RATE * BURST / 60 + 3, "each alone would have let as many in"


@pytest.mark.slow
def test_what_is_told_is_lines_of_json_without_addresses_of_clients(served: Served) -> None:
    served.send(b"GET /\x1b[31m HTTP/1.1\r\n" + HOST + b"\r\n")
    lines = served.said().splitlines()

    assert lines
    for line in lines:
        assert line.isascii()
        assert line.isprintable()
        assert json.loads(line)["level"] in {"info", "warning", "error"}
        assert "127.0.0.1" not in line


def test_an_answer_without_debugging_shows_no_fault(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the environment asks for: debugging is an option of the command alone."""
    monkeypatch.setenv("FLASK_DEBUG", "1")
    monkeypatch.setenv("WERKZEUG_DEBUG_PIN", "off")
    failing(engine, monkeypatch, RuntimeError("/secret/place"))
    app: Flask = create_app(engine=engine)
    response: Response | TestResponse = app.test_client().get("/?q=drone&__debugger__=yes&cmd=resource&f=debugger.js")

    assert response.status_code in {400, 500}
    assert "secret" not in response.get_data(as_text=True)
