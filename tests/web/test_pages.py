import html
import re

import pytest
from flask.testing import FlaskClient

from indexer.engine import open_engine
from indexer.search import Snippet
from tests.making import make_document, make_engine
from web import create_app
from web.page import mark, value_name

HEADERS = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy")


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.get_data(as_text=True)


def hits(text: str) -> list[str]:
    return re.findall(r'<h2><a href="/document/([^"?]+)[?"]', text)


@pytest.mark.parametrize(
    "query",
    [
        "sort=newest",
        "q=missiles+Kiev",
        "q=ukraine&page=2",
        "q=otan&country=France&country=Allemagne",
        "q=rafale&sort=oldest",
        "from=2024&to=2024-06",
    ],
)
def test_the_page_shows_the_hits_and_counts_of_the_endpoint(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/v1/search?{query}").get_json()
    text = page(client, f"/?{query}")

    assert hits(text) == [hit["id"] for hit in answer["hits"]]
    assert re.search(rf'role="status"><h1[^>]*>{answer["total"]["value"]}\s', text)
    for name, facet in answer["facets"].items():
        for value in facet["values"]:
            label = html.escape(value_name(name, value["label"]), quote=False)
            assert re.search(
                rf'name="{name}" value="{re.escape(html.escape(value["value"]))}" form="recherche"{" checked" if value["selected"] else ""}>'
                rf'\s*<span class="value">{re.escape(label)}</span>\s*<span class="number">{value["count"]}<',
                text,
            ), (name, value)


def test_the_window_title_tells_query_count_and_page(client: FlaskClient) -> None:
    title = re.search(r"<title>(.*)</title>", page(client, "/?q=ukraine&page=2"))

    assert title
    assert re.fullmatch(r"«\u00a0ukraine\u00a0»\u00a0: \d+\u00a0résultats, page 2 sur \d+ – Vigie", title.group(1))


def test_an_active_filter_is_a_chip_that_can_be_removed(client: FlaskClient) -> None:
    text = page(client, "/?q=otan&country=France&-country=Russie&from=2022-11")

    assert re.findall(r'<li><a href="([^"]+)"><span class="unseen">Retirer', text) == [
        "/?q=otan&amp;-country=Russie&amp;from=2022-11",
        "/?q=otan&amp;country=France&amp;from=2022-11",
        "/?q=otan&amp;country=France&amp;-country=Russie",
    ]
    assert 'class="clear" href="/?q=otan"' in text


def test_an_expansion_is_told_and_can_be_undone(client: FlaskClient) -> None:
    text = page(client, "/?q=Kyiv")

    assert "élargi à" in text
    assert 'href="/?q=Kyiv&amp;expand=0"' in text
    assert "Les chercher aussi" in page(client, "/?q=Kyiv&expand=0")


def test_no_result_offers_something_to_do(client: FlaskClient) -> None:
    text = page(client, "/?q=introuvablement&country=France")

    assert "Aucun article" in text
    assert "retirer les filtres" in text


def test_page_links_keep_the_search_and_go_to_both_ends(client: FlaskClient) -> None:
    text = page(client, "/?q=ukraine&size=2&page=5")

    assert 'rel="prev" href="/?q=ukraine&amp;page=4&amp;size=2"' in text
    assert 'rel="next" href="/?q=ukraine&amp;page=6&amp;size=2"' in text
    assert 'aria-current="page"' in text
    assert 'href="/?q=ukraine&amp;size=2"' in text


def test_an_unknown_article_is_a_404_in_french(client: FlaskClient) -> None:
    assert "Aucun article" in page(client, "/document/absent", 404)


@pytest.mark.parametrize(
    ("address", "status"), [("/?page=x", 400), ("/?inconnu=1", 400), ("/rien", 404), ("/?q=%28", 400)]
)
def test_a_failure_is_a_page_that_says_what_to_do(client: FlaskClient, address: str, status: int) -> None:
    text = page(client, address, status)

    assert '<html lang="fr">' in text
    assert "Revenir à tous les articles" in text


def test_without_an_index_the_page_says_how_to_make_one(tmp_path_factory: pytest.TempPathFactory) -> None:
    client = create_app(engine=open_engine(tmp_path_factory.mktemp("vide"))).test_client()

    assert "vigie index" in page(client, "/", 503)
    assert client.get("/healthz").status_code == 200


def test_every_answer_carries_the_security_headers(client: FlaskClient) -> None:
    for address in ("/", "/rien", "/?page=x", "/api/v1/search", "/healthz", "/static/style.css"):
        with client.get(address) as response:
            for header in HEADERS:
                assert header in response.headers, (address, header)
            assert "unsafe" not in response.headers["Content-Security-Policy"]


PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</title><script>alert(1)</script>",
)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markup_in_articles_and_queries_is_text(payload: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    document = make_document(
        f"drone {payload} drone",
        title=f"drone {payload}",
        source=payload,
        facets={"country": (payload,), "person": (payload,)},
    )
    client = create_app(engine=make_engine(tmp_path_factory.mktemp("payload"), document)).test_client()

    for address in ("/", f"/document/{document.id}"):
        for query in ({}, {"q": "drone"}, {"q": payload}, {"country": payload}):
            text = client.get(address, query_string=query if address == "/" else {}).get_data(as_text=True)
            assert not re.search(r"<(script>|img src=x|svg onload)", text)


def test_a_snippet_becomes_escaped_html_with_marks() -> None:
    snippet = Snippet(field="text", text='<b>drone</b> & "char"', marks=((3, 8),))

    assert mark(snippet) == "&lt;b&gt;<mark>drone</mark>&lt;/b&gt; &amp; &#34;char&#34;"


def test_a_foreign_article_is_marked_as_such(tmp_path_factory: pytest.TempPathFactory) -> None:
    document = make_document("a drone", title="English title")
    document = type(document)(
        **{**{name: getattr(document, name) for name in document.__struct_fields__}, "language": "en"}
    )
    text = page(create_app(engine=make_engine(tmp_path_factory.mktemp("langue"), document)).test_client(), "/")

    assert 'lang="en"' in text
    assert "en anglais" in text
