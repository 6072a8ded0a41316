"""The start page: what there is to read before anything is asked."""

import html
import re

import pytest
from flask.testing import FlaskClient

from indexer.engine import Engine
from indexer.search import SearchRequest, Sort
from tests.making import make_document, make_engine
from web import create_app
from web.start_page import StartPage


def text_of(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return html.unescape(response.get_data(as_text=True))


def test_the_latest_articles_come_first_one_of_each_story(client: FlaskClient, engine: Engine) -> None:
    section = re.search(r'<section class="latest".*?</section>', text_of(client, "/"), re.DOTALL)
    newest = engine.search(SearchRequest(sort=Sort.NEWEST, collapse=True, size=8)).hits

    assert section
    assert re.findall(r'<a href="/document/([^"]+)"', section.group()) == [hit.id for hit in newest]


def test_the_number_and_the_span_of_the_articles_are_said(client: FlaskClient, engine: Engine) -> None:
    stats = engine.stats()

    assert f"{stats.index.documents}\u00a0articles, de février 2022 au 12 mars 2026" in text_of(client, "/")
    assert (stats.oldest, stats.newest) == ("2022-02", "2026-03-12")


def test_every_topic_has_its_count_and_its_search(client: FlaskClient, engine: Engine) -> None:
    text = text_of(client, "/")
    topics = re.findall(r'<li><a href="(/\?topic=[^"]+)"><span>([^<]+)</span> <span class="number">(\d+)', text)

    assert len(topics) == engine.stats().facets["topic"]
    for href, label, number in topics:
        assert engine.search(SearchRequest(include={"topic": (label,)})).total.value == int(number)
        assert re.search(rf'role="status"><h1[^>]*>{number}\s', text_of(client, href))


def test_what_rises_leads_to_its_stories(tmp_path_factory: pytest.TempPathFactory) -> None:
    before = [make_document(id=f"b{n}", date=f"2023-{n:02d}", facets={"country": ("Chili",)}) for n in range(6, 13)]
    now = [make_document(id=f"n{n}", date="2024-01", facets={"person": ("Ada",)}) for n in range(4)]
    engine = make_engine(tmp_path_factory.mktemp("hausse"), *before, *now)
    text = text_of(create_app(engine=engine).test_client(), "/")

    assert "En hausse en janvier 2024" in text
    assert re.search(
        r'<a href="/\?person=Ada&from=2024-01&to=2024-01&collapse=story">Ada</a> .*?4\srécits, 0\spar mois', text
    )


def test_an_address_with_a_parameter_is_a_search(client: FlaskClient) -> None:
    assert 'role="status"' not in text_of(client, "/")
    for address in ("/?q=", "/?sort=newest", "/?q=&from=&to="):
        assert re.search(r'role="status"><h1[^>]*>72\s', text_of(client, address)), address


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ((None,), "1\u00a0article"),
        (("2024",), "1\u00a0article, 2024"),
        (("2024-03-01", "2025"), "2\u00a0articles, du 1er mars 2024 à 2025"),
        (("2023-04", "2025-08"), "2\u00a0articles, d’avril 2023 à août 2025"),
        (("2023-08-11", "2025-10-31", None), "3\u00a0articles, du 11 août 2023 au 31 octobre 2025"),
    ],
)
def test_the_span_is_said_in_french(
    tmp_path_factory: pytest.TempPathFactory, dates: tuple[str | None, ...], said: str
) -> None:
    documents = [make_document(id=f"{number}", date=date) for number, date in enumerate(dates)]
    engine = make_engine(tmp_path_factory.mktemp("dates"), *documents)

    assert StartPage.of(engine).summary == said
