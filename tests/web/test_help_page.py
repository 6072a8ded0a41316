"""The help page: every example searches, finds, and is understood as the page says."""

import datetime as dt
import html
import re

import pytest
from flask.testing import FlaskClient

from indexer.engine import Engine, open_engine
from indexer.search import SearchRequest, explain_query
from indexer.typography import typeset
from web import create_app
from web.help_page import CHAPTERS, Example

EXAMPLES = [example for chapter in CHAPTERS for example in chapter.examples]
RELATIVE = 'date:"la semaine dernière"'
"""What it finds depends on the day."""


@pytest.fixture(scope="module")
def text(client: FlaskClient) -> str:
    return html.unescape(client.get("/aide").get_data(as_text=True))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.query)
def test_an_example_finds_what_it_asks_for(example: Example, engine: Engine) -> None:
    results = engine.search(SearchRequest(q=example.query))
    rates = [notice for notice in results.query.notices if "taux de change" in notice]

    assert results.total.value or example.query == RELATIVE
    assert not results.query.corrections
    assert not results.query.relaxation
    assert len(results.query.notices) == len(rates) or example.query == RELATIVE


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.query)
def test_an_example_leads_to_its_search(example: Example, client: FlaskClient, text: str) -> None:
    link = re.search(rf'<a href="([^"]+)"><code>{re.escape(typeset(example.query))}</code>', text)

    assert link
    assert client.get(link[1]).status_code == 200
    searched = client.get(link[1].replace("/?", "/api/v1/search?")).get_json()["query"]
    assert searched["q"] == example.query
    shown = text[link.end() : text.index("</li>", link.end())]
    assert typeset(searched["understood"]) in shown


def test_the_page_says_what_the_parser_understands(text: str, engine: Engine) -> None:
    for query, said in (
        ("date:2022-10..2022-12", "du 1er octobre au 31 décembre 2022"),
        ("Kiev", "Kiev ou Kyiv"),
        ("montant:1..5 Md€", "de 1\u00a0Md€ à 5\u00a0Md€"),
        ("Rheinmetal~", "à 2\u00a0lettres près"),
        ("personne:Zelensky", "Zelensky, soit Volodymyr Zelensky"),
    ):
        begin = text.index(f"<code>{query}</code>")
        assert said in text[begin : text.index("</li>", begin)], query
    part = explain_query(RELATIVE, engine.thesaurus, today=dt.date(2024, 3, 13)).parts[0]
    assert part.meaning == "du 4 au 10 mars 2024"


def test_every_field_that_people_can_name_has_an_example() -> None:
    asked = " ".join(example.query for example in EXAMPLES)
    named = {
        "titre",
        "pays",
        "arme",
        "type",
        "organisation",
        "personne",
        "sujet",
        "source",
        "langue",
        "date",
        "montant",
    }

    assert {name for name in named if f"{name}:" in asked} == named


def test_every_page_leads_to_help(client: FlaskClient) -> None:
    for address in ("/", "/?q=rien+du+tout+xyz", "/entity/country/Ukraine", "/aide"):
        assert client.get(address).get_data(as_text=True).count('href="/aide"') == 2


def test_help_takes_no_parameter(client: FlaskClient) -> None:
    assert client.get("/aide?q=x").status_code == 400


def test_help_is_there_without_an_index(tmp_path_factory: pytest.TempPathFactory) -> None:
    client = create_app(engine=open_engine(tmp_path_factory.mktemp("vide"))).test_client()

    assert client.get("/aide").status_code == 200


def test_punctuation_is_french(text: str) -> None:
    words = re.sub(r"<(code|a|title)\b.*?</\1>", "", text, flags=re.DOTALL)
    words = re.sub(r"<[^>]*>", "", words)

    assert not re.findall(r"[^\s] [;?!»](?!\w)|\w :(?!\w)|« ", words)
