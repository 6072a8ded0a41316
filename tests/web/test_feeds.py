"""Searches as Atom and RSS feeds."""

import html
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient
from lxml import etree

from indexer.document import PartialDate
from indexer.engine import Engine
from indexer.search import SearchRequest, Sort
from tests.making import make_document, make_engine
from web import create_app
from web.feeds import FEED_SIZE

NAMES = {
    "a": "http://www.w3.org/2005/Atom",
    "dc": "http://purl.org/dc/elements/1.1/",
    "os": "http://a9.com/-/spec/opensearch/1.1/",
}
HOSTILE = (
    "<script>alert(1)</script>",
    "]]><x/><![CDATA[",
    "a\x00b\x0b\x1f\ufffe\U0001f6e9",
    '" onload="alert(1)',
    "&amp; &eacute; <!ENTITY x>",
    "\u2028\u202e\ud7ff",
)


def feed_of(client: FlaskClient, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200
    assert response.mimetype in {"application/atom+xml", "application/rss+xml"}
    return etree.fromstring(response.data, etree.XMLParser(resolve_entities=False))


def ids(feed: Any) -> list[str]:
    """The ids of the articles, from their links."""
    links = feed.xpath("//a:entry/a:link[@rel='alternate']/@href | //item/link/text()", namespaces=NAMES)
    return [link.rsplit("/", 1)[1] for link in links]


def one(feed: Any, path: str) -> str:
    (found,) = feed.xpath(path, namespaces=NAMES)
    return str(found)


@pytest.mark.parametrize("path", ["/atom", "/rss"])
@pytest.mark.parametrize(
    "query",
    ["q=missiles+Kiev&sort=relevance", "", "q=ukraine&size=7&page=2&sort=oldest", "q=absolument+rien&mode=strict"],
)
def test_a_feed_holds_what_the_endpoint_finds(client: FlaskClient, path: str, query: str) -> None:
    feed = feed_of(client, f"{path}?{query}")
    size = "" if "size=" in query else f"&size={FEED_SIZE}"
    answer = client.get(f"/api/v1/search?{query}{size}").get_json()

    assert ids(feed) == [hit["id"] for hit in answer["hits"]]
    assert one(feed, "//os:totalResults/text()") == str(answer["total"]["value"])


def test_the_newest_come_first_unless_asked_otherwise(client: FlaskClient) -> None:
    for path in ("/atom", "/rss"):
        newest = ids(feed_of(client, f"{path}?q=ukraine&sort=newest"))
        assert ids(feed_of(client, f"{path}?q=ukraine")) == newest
        assert ids(feed_of(client, f"{path}?q=ukraine&sort=relevance")) != newest


def test_a_feed_goes_on_page_by_page(client: FlaskClient) -> None:
    total, found, address = client.get("/api/v1/search").get_json()["total"]["value"], list[str](), "/atom?size=30"
    first = feed_of(client, address)
    while address:
        feed = feed_of(client, address)
        found += ids(feed)
        assert one(feed, "/a:feed/a:id/text()") == one(first, "/a:feed/a:id/text()")
        address = next(iter(feed.xpath("/a:feed/a:link[@rel='next']/@href", namespaces=NAMES)), "")

    assert len(found) == len(set(found)) == total
    assert feed_of(client, "/rss?size=30&page=2").xpath("//a:link[@rel='previous']", namespaces=NAMES)


def test_a_feed_goes_on_where_pages_end(tmp_path: Path) -> None:
    engine = make_engine(tmp_path, *(make_document("drone", id=f"d{n}") for n in range(1150)))
    client, address, found = create_app(engine=engine).test_client(), "/rss?q=drone&size=100", list[str]()
    while address:
        feed = feed_of(client, address)
        found += ids(feed)
        address = next(iter(feed.xpath("//channel/a:link[@rel='next']/@href", namespaces=NAMES)), "")

    assert found == [hit.id for hit in engine.walk(SearchRequest(q="drone", sort=Sort.NEWEST))]


@pytest.fixture
def dated(tmp_path: Path) -> FlaskClient:
    """Articles of which more or less of the date is known."""
    documents = [
        make_document("drone", id=date or "sans", date=date) for date in ("2024-03-05", "2022-11", "2023", None)
    ]
    return create_app(engine=make_engine(tmp_path, *documents)).test_client()


def test_dates_say_what_is_known(dated: FlaskClient) -> None:
    atom, rss = feed_of(dated, "/atom"), feed_of(dated, "/rss")
    committed = dated.get("/api/v1/search").get_json()["index"]["committed"]

    assert ids(atom) == ids(rss) == ["2024-03-05", "2023", "2022-11", "sans"]
    for entry in atom.findall("a:entry", NAMES):
        known = entry.findtext("a:id", namespaces=NAMES).rsplit(":", 1)[1]
        day = known if len(known) == 10 else None
        published = entry.findtext("a:published", namespaces=NAMES)
        assert published == (f"{day}T00:00:00Z" if day else None)
        assert entry.findtext("dc:date", namespaces=NAMES) == (known if known != "sans" else None)
        first = PartialDate.parse(known).first if known != "sans" else None
        assert entry.findtext("a:updated", namespaces=NAMES) == (f"{first}T00:00:00Z" if first else committed)
    assert rss.xpath("//pubDate/text()") == ["Tue, 05 Mar 2024 00:00:00 GMT"]
    assert rss.xpath("//dc:date/text()", namespaces=NAMES) == ["2024-03-05", "2023", "2022-11"]
    said = atom.xpath("//a:summary/text()", namespaces=NAMES)
    assert [text.split(" – ")[0] for text in said] == ["5 mars 2024", "2023", "Novembre 2022", "Date inconnue"]


def test_ids_stay_when_the_index_changes(tmp_path: Path) -> None:
    engine = make_engine(tmp_path, make_document("drone", id="a/b c"))
    client = create_app(engine=engine).test_client()
    before = [
        one(feed_of(client, "/atom?q=drone"), "//a:entry/a:id/text()"),
        one(feed_of(client, "/rss"), "//guid/text()"),
    ]
    engine.add([make_document("drone et char", id="a/b c", title="Autre titre")])

    assert [
        one(feed_of(client, "/atom?q=char"), "//a:entry/a:id/text()"),
        one(feed_of(client, "/rss"), "//guid/text()"),
    ] == before
    assert set(before) == {"urn:x-vigie:document:a%2Fb%20c"}


@pytest.mark.parametrize("payload", HOSTILE)
def test_hostile_articles_are_text(payload: str, tmp_path: Path) -> None:
    document = msgspec.structs.replace(
        make_document(
            f"drone {payload} drone", title=f"drone {payload}", source=payload, facets={"country": (payload,)}
        ),
        url=f"https://exemple.example/{payload}",
        authors=(payload,),
    )
    other = msgspec.structs.replace(make_document("drone", id="b"), url="javascript:alert(1)")
    client = create_app(engine=make_engine(tmp_path, document, other)).test_client()
    for path in ("/atom", "/rss"):
        for query in ("", "?q=drone", "?sort=oldest"):
            response = client.get(path + query)
            feed = feed_of(client, path + query)
            assert len(ids(feed)) == 2
            titles = feed.xpath("//a:entry/a:title/text() | //item/title/text()", namespaces=NAMES)
            shown = re.sub("[\x00\x0b\x1f\ufffe]", "\ufffd", f"drone {payload}")
            assert " ".join(shown.split()) in [" ".join(title.split()) for title in titles]
            tags = {etree.QName(each).localname for each in feed.iter() if isinstance(each.tag, str)}
            assert not tags & {"script", "x", "b"}
            assert b"javascript:" not in response.data
            assert client.get(path, query_string={"q": payload}).status_code in {200, 400}


def test_a_description_is_html_without_markup(tmp_path: Path) -> None:
    client = create_app(engine=make_engine(tmp_path, make_document("drone <b>gras</b> & char"))).test_client()
    description = one(feed_of(client, "/rss?q=drone"), "//item/description/text()")

    assert "<" not in description
    assert "<b>gras</b> & char" in html.unescape(description)


def test_a_feed_that_did_not_change_is_not_sent_again(dated: FlaskClient, engine: Engine) -> None:
    first = dated.get("/atom?q=drone")

    assert dated.get("/atom?q=drone", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert create_app(engine=engine).test_client().get("/atom?q=drone").headers["ETag"] != first.headers["ETag"]


def test_a_title_tells_query_and_filters(client: FlaskClient) -> None:
    assert one(feed_of(client, "/atom"), "/a:feed/a:title/text()") == "Vigie\u00a0: tous les articles"
    assert (
        one(feed_of(client, "/rss?q=otan&country=France"), "/rss/channel/title/text()")
        == "Vigie\u00a0: «\u00a0otan\u00a0», Pays France"
    )


@pytest.mark.parametrize("address", ["/atom?page=x", "/rss?inconnu=1", "/atom?q=%28"])
def test_what_makes_no_sense_is_refused(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 400


def test_browsers_learn_how_to_search(client: FlaskClient) -> None:
    described = etree.fromstring(client.get("/opensearch.xml").data)
    templates = {url.get("type"): url.get("template") for url in described.iterfind("os:Url", NAMES)}

    assert client.get("/opensearch.xml").mimetype == "application/opensearchdescription+xml"
    assert len(described.findtext("os:ShortName", namespaces=NAMES)) <= 16
    for kind, template in templates.items():
        response = client.get(template.replace("{searchTerms}", "missiles%20Kiev"))
        assert response.mimetype == kind
    suggestions = client.get(templates["application/x-suggestions+json"].replace("{searchTerms}", "zel")).get_json()
    assert suggestions[0] == "zel"
    assert "Volodymyr Zelensky" in suggestions[1]
    assert 'rel="search" type="application/opensearchdescription+xml"' in client.get("/").get_data(as_text=True)


def test_a_page_of_results_announces_its_feeds(client: FlaskClient) -> None:
    text = html.unescape(client.get("/?q=otan&country=France&page=1&size=5").get_data(as_text=True))

    for name in ("atom", "rss"):
        assert f'type="application/{name}+xml"' in text
        assert text.count(f'href="/{name}?q=otan&country=France"') == 2
