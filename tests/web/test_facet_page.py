"""All values of a facet: as a page with and without a tree, and as JSON."""

import html
import re

import pytest
from flask.testing import FlaskClient

from indexer.document import FACETS
from indexer.engine import Engine
from indexer.search import FacetLookup, SearchRequest

BOX = re.compile(r'name="([a-z]+)" value="([^"]*)" form="valeurs"( checked)?>.*?<span class="number">(\d+)<', re.DOTALL)


def text_of(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return html.unescape(response.get_data(as_text=True))


def boxes(text: str) -> list[tuple[str, str, int]]:
    return [(name, value, int(number)) for name, value, _, number in BOX.findall(text)]


@pytest.mark.parametrize("field", FACETS)
@pytest.mark.parametrize("query", ["", "q=ukraine&country=France", "q=ukraine&order=label&match=a"])
def test_page_and_json_have_the_values_of_the_engine(client: FlaskClient, field: str, query: str) -> None:
    answer = client.get(f"/api/v1/facets/{field}?{query}").get_json()
    shown = boxes(text_of(client, f"/facette/{field}?{query}"))
    listed = [(field, value["value"], value["count"]) for value in answer["values"]]

    if field == "equipment" and "match" not in query:
        assert set(shown) >= set(listed)
        assert len(set(shown)) == len(shown)
    else:
        assert shown == listed


def test_values_are_looked_for_without_accents(client: FlaskClient) -> None:
    text = text_of(client, "/facette/country?q=otan&match=etats+unis")

    assert [value for _, value, _ in boxes(text)] == ["États-Unis"]
    assert "1\u00a0valeur pour «\u00a0etats unis\u00a0»" in text
    assert "Aucune valeur ne correspond." in text_of(client, "/facette/country?match=zzz")


def test_values_are_paged_to_the_last_one(client: FlaskClient, engine: Engine) -> None:
    total = engine.look_up(SearchRequest(), FacetLookup(field="equipment", size=1000)).total
    found: list[str] = []
    address: str | None = "/facette/equipment?order=label"
    while address:
        text = text_of(client, address)
        found += [value for _, value, _ in boxes(text)]
        pages = re.search(r'aria-current="page">.*?(?:<a href="([^"]+)"|</nav>)', text, re.DOTALL)
        address = pages.group(1) if pages else None

    assert len(set(found)) == len(found) == total


def test_what_was_chosen_elsewhere_is_kept(client: FlaskClient) -> None:
    text = text_of(client, "/facette/country?q=otan&country=France&-topic=Budget&match=alle")
    form = text[text.index('<form id="valeurs"') :]

    assert re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)">', form) == [
        *(("q", "otan"), ("country", "France"), ("-topic", "Budget"))
    ]
    chosen = text_of(client, "/facette/country?q=otan&country=France")
    assert ("country", "France", " checked") in [row[:3] for row in BOX.findall(chosen)]


def test_the_search_page_leads_to_all_values_and_they_lead_back(client: FlaskClient) -> None:
    text = text_of(client, "/?q=otan&collapse=story")

    assert 'href="/facette/country?q=otan&collapse=story"' in text
    assert 'href="/?q=otan&collapse=story">Revenir aux résultats' in text_of(
        client, "/facette/country?q=otan&collapse=story"
    )


@pytest.mark.parametrize("query", ["order=x", "at=0", "at=x", "values=0", "values=1001", "inconnu=1", "page=x"])
def test_what_makes_no_sense_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/facette/country?{query}").status_code == 400
    assert client.get(f"/api/v1/facets/country?{query}").mimetype == "application/problem+json"


def test_an_unknown_facet_is_refused(client: FlaskClient) -> None:
    assert client.get("/facette/inconnue").status_code == 404
    assert client.get("/api/v1/facets/inconnue").status_code == 400


def test_values_are_text(client: FlaskClient) -> None:
    payload = '"><script>alert(1)</script>'
    text = client.get("/facette/country", query_string={"match": payload, "country": payload}).get_data(as_text=True)

    assert "<script>alert" not in text
