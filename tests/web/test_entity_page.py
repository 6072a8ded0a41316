"""The page of an entity, and its chart."""

import html
import re
from urllib.parse import quote, unquote

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from indexer.engine import Engine
from indexer.search import Bar, SearchRequest, Timeline
from tests.making import make_document, make_engine
from web import create_app
from web.chart import HEIGHT, LEAST_SCALE, LEAST_WIDTH, WIDTH, Chart, draw_timeline
from web.page import ENTITY_KINDS


def text_of(client: FlaskClient, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return html.unescape(response.get_data(as_text=True))


def number_of(client: FlaskClient, address: str) -> int:
    found = re.search(r'role="status"><h1[^>]*>(\d+)\s', text_of(client, address))
    assert found
    return int(found.group(1))


def timeline_of(unit: str, **counts: int) -> Timeline:
    bars = tuple(Bar(date=date.strip("_").replace("_", "-"), count=count) for date, count in counts.items())
    return Timeline(unit=unit, bars=bars, coarser=0, missing=0)  # type: ignore[arg-type]


def test_an_entity_has_its_names_families_and_variants(client: FlaskClient, engine: Engine) -> None:
    entity = engine.entity("equipment", "Leopard 2")
    text = text_of(client, "/entity/equipment/Leopard%202")

    assert "<h1>Leopard 2</h1>" in text
    assert f'<p class="description">{entity.description}</p>' in text
    assert "Leopard II" in text
    assert '<a href="/entity/equipment/Leopard">Leopard</a>' in text
    assert '<a href="/entity/equipment/Leopard%202A6">Leopard 2A6</a>' in text


def test_the_total_is_that_of_the_search_it_leads_to(client: FlaskClient, engine: Engine) -> None:
    entity = engine.entity("country", "Ukraine")
    found = re.search(r'<a class="total" href="([^"]+)">(\d+)', text_of(client, "/entity/country/Ukraine"))

    assert found
    assert int(found.group(2)) == entity.total == number_of(client, found.group(1))


def test_the_counts_of_its_companions_are_those_of_the_searches_they_lead_to(client: FlaskClient) -> None:
    text = text_of(client, "/entity/person/Volodymyr%20Zelensky")
    links = re.findall(r'<a class="counted" href="([^"]+)"><span class="unseen">[^<]*</span>(\d+)<', text)

    assert len(links) > 20
    for address, number in links:
        assert number_of(client, address) == int(number), address


def test_the_figures_of_the_chart_lead_to_their_articles(client: FlaskClient, engine: Engine) -> None:
    text = text_of(client, "/entity/country/Ukraine")
    bars = engine.entity("country", "Ukraine").timeline.bars
    rows = re.findall(r'<th scope="row"><a href="([^"]+)">[^<]+</a></th><td>(\d+)</td>', text)

    assert [int(number) for _, number in rows] == [bar.count for bar in bars]
    assert text.count("<rect ") == 2 * len(bars)  # each with the room above it, for the mouse
    for address, number in rows:
        assert number_of(client, address) >= int(number)  # a date known only as a year may be in that month


def test_the_latest_articles_are_linked(client: FlaskClient, engine: Engine) -> None:
    latest = engine.entity("organisation", "OTAN").latest
    text = text_of(client, "/entity/organisation/OTAN")

    assert latest
    assert re.findall(r'<a href="/document/([^"]+)"', text) == [hit.id for hit in latest]


def test_an_entry_that_no_article_names_has_a_page(client: FlaskClient, engine: Engine) -> None:
    label = next(
        entry.label
        for kind, entry in engine.thesaurus.entries()
        if kind == "country" and not engine.search(SearchRequest(include={"country": (entry.label,)})).total.value
    )
    text = text_of(client, f"/entity/country/{quote(label)}")

    assert "Aucun article ne cite encore ce nom." in text
    assert "<svg" not in text


@pytest.mark.parametrize(
    "address", ["/entity/country/Nullepart", "/entity/planet/Mars", "/entity/country/", "/entity/designation/ZZ-99"]
)
def test_an_unknown_entity_is_a_404_in_french(client: FlaskClient, address: str) -> None:
    assert "Revenir à tous les articles" in text_of(client, address, 404)


LABELS = (
    "F-99/B",
    "a//b",
    "100 %",
    "quoi ? #2 & +1",
    "« guillemets »",
    '" onmouseover="alert(1)',
    "<script>alert(1)</script>",
    "' onmouseover='alert(1)",
    "120\u00a0mm",
    "Élysée",
)


@pytest.mark.parametrize("label", LABELS)
def test_a_name_of_any_characters_has_its_page(label: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    document = make_document("Un article.", facets={"designation": (label,)})
    client = create_app(engine=make_engine(tmp_path_factory.mktemp("noms"), document)).test_client()
    found = re.search(r'<a href="(/entity/designation/[^"]+)"', client.get("/document/a").get_data(as_text=True))

    assert found
    address = html.unescape(found.group(1))
    assert unquote(address) == f"/entity/designation/{label}"
    text = client.get(address).get_data(as_text=True)
    assert f"<h1>{escape(label)}</h1>" in text
    assert not re.search(r"<script>|<[^>\"]*onmouseover", text)
    assert client.get(f"/api/v1{address.replace('entity', 'entities', 1)}").get_json()["label"] == label


def test_all_kinds_have_pages(client: FlaskClient) -> None:
    for kind in ENTITY_KINDS:
        for label in ("Absent tout à fait", "&", "«", "mot " * 200):
            assert client.get(f"/entity/{kind}/{label}").status_code == 404


def chart_of(unit: str, **bars: int) -> Chart:
    chart = draw_timeline(timeline_of(unit, **bars), lambda date: f"/?from={date.date}&to={date.date}")
    assert chart
    return chart


def test_columns_stand_on_a_true_scale() -> None:
    first, second, last = chart_of("month", _2023_01=3, _2023_02=1, _2023_05=6).columns

    assert (first.x, last.x + last.width) == (0, WIDTH)
    assert round((last.x - first.x) / (second.x - first.x), 1) == 4
    assert [column.height for column in (first, second, last)] == [HEIGHT / 2, round(HEIGHT / 6, 2), HEIGHT]
    assert all(round(column.y + column.height, 2) == HEIGHT for column in (first, second, last))
    assert [column.label for column in (first, last)] == ["janvier 2023", "mai 2023"]
    assert [column.href for column in (first, last)] == ["/?from=2023-01&to=2023-01", "/?from=2023-05&to=2023-05"]


def test_one_article_is_no_peak() -> None:
    assert {column.height for column in chart_of("year", _2022=1, _2024=1).columns} == {HEIGHT / LEAST_SCALE}


def test_columns_are_never_too_thin_to_see_nor_outside() -> None:
    chart = chart_of("day", _1994_06_06=1, _2024_06_05=1, _2024_06_06=2)

    assert all(column.width >= LEAST_WIDTH for column in chart.columns)
    assert all(0 <= column.x <= WIDTH - column.width for column in chart.columns)


def test_fewer_than_two_bars_are_no_chart() -> None:
    assert draw_timeline(None, str) is None
    for bars in ({}, {"_2024": 4}):
        assert draw_timeline(timeline_of("year", **bars), str) is None
