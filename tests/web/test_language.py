"""The language of an answer: who chooses it, and that all of it is in that language."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from urllib.parse import quote, unquote_plus

import msgspec
import pytest
from flask import template_rendered
from flask.testing import FlaskClient
from jinja2 import Template
from lxml import html

from indexer.document import FACETS, Amount, PartialDate, Quantity
from indexer.engine import Engine
from indexer.errors import (
    CursorGoneError,
    DocumentNotFoundError,
    EntityNotFoundError,
    IndexMissingError,
    SettingsError,
    UnknownFacetError,
    VigieError,
)
from indexer.french import counted, french_amount, french_date, french_number, french_quantity, french_span
from indexer.message import Message, joined
from indexer.search import ENGLISH, HIT_FIELDS, PARAMETERS, Order, SearchRequest, Sort, explain_query
from tests.web.test_api_errors import FAILURES
from web import create_app, language
from web.english import english
from web.errors import problem_of
from web.help_page import CHAPTERS
from web.language import LANGUAGES, Catalogue, say

SPEAKS_ENGLISH = {"Accept-Language": "en"}
PAGE = "/aide"


@pytest.fixture
def reader(engine: Engine) -> FlaskClient:
    """A client that remembers nothing yet."""
    app = create_app(engine=engine)
    app.testing = True
    return app.test_client()


# --- who chooses ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "cookie", "accepted", "answered"),
    [
        ("", "", "", "fr"),
        ("", "", "de,pt;q=0.8", "fr"),
        ("", "", "en-GB,en;q=0.9,fr;q=0.8", "en"),
        ("", "", "fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("", "", "de,en;q=0.3", "en"),
        ("", "", "*", "fr"),
        ("", "en", "fr", "en"),
        ("", "fr", "en", "fr"),
        ("", "tlh", "en", "en"),
        ("fr", "en", "en", "fr"),
        ("en", "fr", "fr", "en"),
    ],
)
def test_the_address_decides_then_the_cookie_then_the_browser(
    reader: FlaskClient, asked: str, cookie: str, accepted: str, answered: str
) -> None:
    if cookie:
        reader.set_cookie("lang", cookie)
    response = reader.get(PAGE + (f"?lang={asked}" if asked else ""), headers={"Accept-Language": accepted})

    assert response.headers["Content-Language"] == answered
    assert {"Accept-Language", "Cookie"} <= set(response.headers["Vary"].split(", "))
    assert f'<html lang="{answered}">' in response.text


def test_the_choice_is_kept_for_the_pages_that_follow(reader: FlaskClient) -> None:
    chosen = reader.get("/?lang=en")

    assert "SameSite=Lax" in chosen.headers["Set-Cookie"]
    assert "Set-Cookie" not in reader.get("/?q=Rafale").headers
    assert reader.get("/?q=Rafale").headers["Content-Language"] == "en"
    assert reader.get("/absent").headers["Content-Language"] == "en"
    assert reader.get("/?lang=fr").headers["Content-Language"] == "fr"
    assert reader.get("/?q=Rafale").headers["Content-Language"] == "fr"


def test_the_choice_is_no_part_of_a_search(reader: FlaskClient) -> None:
    text = reader.get("/?q=Rafale&lang=en").text
    tree = html.fromstring(text)
    addresses = [link.get("href") for link in tree.xpath("//a[@href]") if link.get("lang") is None]

    assert not [address for address in addresses if "lang=" in address]
    assert not tree.xpath("//input[@name='lang']")
    assert "French-language defence news" in reader.get("/?lang=en").text  # the start page


@pytest.mark.parametrize("address", ["/?lang=de", "/?lang=", "/aide?lang=en-GB", "/absent?lang=x", "/?lang=en&lang=fr"])
def test_another_language_is_refused(reader: FlaskClient, address: str) -> None:
    response = reader.get(address)

    assert response.status_code == 400
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    "address", ["/api/v1/search?lang=en", "/atom?lang=en", "/csv?lang=en", "/suggestions?q=a&lang=en"]
)
def test_only_pages_take_the_parameter(reader: FlaskClient, address: str) -> None:
    assert reader.get(address).status_code == 400


@pytest.mark.parametrize("address", ["/", "/?q=Rafale&country=France&-country=Italie", "/aide", "/absent?a=b c&d=é"])
def test_every_page_leads_to_itself_in_the_other_language(reader: FlaskClient, address: str) -> None:
    for here, other in (("fr", "en"), ("en", "fr")):
        response = reader.get(address, headers={"Accept-Language": here})
        (link,) = html.fromstring(response.text).xpath("//footer//a[@lang]")
        followed = reader.get(address.partition("?")[0] + link.get("href"))

        assert (link.get("lang"), link.get("hreflang")) == (other, other)
        assert followed.status_code == response.status_code
        assert followed.headers["Content-Language"] == other
        reader.delete_cookie("lang")


def test_an_answer_of_one_language_is_not_the_known_one_of_the_other(reader: FlaskClient) -> None:
    address = "/api/v1/search?q=« Rafale"
    french = reader.get(address, headers={"Accept-Language": "fr"})
    known = {"If-None-Match": french.headers["ETag"]}

    assert reader.get(address, headers={"Accept-Language": "fr", **known}).status_code == 304
    assert reader.get(address, headers={"Accept-Language": "en", **known}).status_code == 200


def test_notices_of_the_endpoint_are_in_the_language_of_the_program(reader: FlaskClient) -> None:
    said = {
        code: reader.get("/api/v1/search?q=« Rafale&explain=1", headers={"Accept-Language": code})
        for code in ("fr", "en", "")
    }

    assert said[""].get_json()["query"]["notices"] == said["fr"].get_json()["query"]["notices"]
    assert said["fr"].get_json()["query"]["notices"] == ["Un guillemet sans pendant a été ignoré."]
    assert said["en"].get_json()["query"]["notices"] == ["A quotation mark without its pair was ignored."]
    assert "Accept-Language" in said["en"].headers["Vary"]


def test_what_is_taken_away_is_french_whatever_the_reader_speaks(reader: FlaskClient) -> None:
    for path in ("/atom", "/rss", "/csv", "/bibtex"):
        french = reader.get(f"{path}?q=Rafale", headers={"Accept-Language": "fr"})

        assert reader.get(f"{path}?q=Rafale", headers={"Accept-Language": "en"}).data == french.data


# --- that all of it is -----------------------------------------------------------------------------------------------

PIECE = re.compile(r"</?\w[^>]*>|%\(\w+\)s|\{\w+\}|&#?\w+;")
"""Of a text, what no translation changes."""
ATTRIBUTES = ("aria-label", "title", "alt", "placeholder", "data-label", "data-one", "data-many", "data-side")
NAMES = {
    "Vigie",
    "API",
    "Français",
    "English",
    "Atom",
    "RSS",
    "CSV",
    "JSON Lines",
    "BibTeX",
    "A",
    "B",
    "EUR",
    "missiles",
}

EXAMPLES = {example.query for chapter in CHAPTERS for example in chapter.examples}


class Bracketed(Catalogue):
    """A language in which every text is the French one in brackets; what it does not know has none."""

    def translate(self, text: str, plural: str | None = None, number: float = 1) -> str:
        french = text if plural is None or number == 1 else plural
        if text not in self.texts or text in EXAMPLES:
            return french
        pieces = re.split(f"({PIECE.pattern})", french)
        return "".join(piece if at % 2 or not piece else f"⟦{piece}⟧" for at, piece in enumerate(pieces))


@pytest.fixture
def bracketed(monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = Bracketed(Path(language.__file__).parent / "catalogues" / "en.po")
    monkeypatch.setattr(language, "CATALOGUES", {"en": catalogue})
    monkeypatch.setattr(language, "english", lambda thing: f"⟦{english(thing)}⟧")


def addresses(engine: Engine) -> Iterator[str]:
    """Pages of every kind and in every state."""
    first, *_ = engine.search(SearchRequest(q="missiles Kiev")).hits
    told = next(hit for hit in engine.search(SearchRequest(size=100)).hits if hit.story)
    versions = engine.search(SearchRequest(story=told.story.id if told.story else "")).hits
    yield from (
        "/",
        "/aide",
        "/accessibilite",
        "/lot",
        "/?sort=newest",
        "/?sort=newest&page=3",
        "/?q=missiles+Kiev&explain=1",
    )
    yield "/?q=missiles+Zelenski+2024&country=Ukraine&-country=Russie&from=2022&to=2025&collapse=story"
    yield "/?q=Rafale&amount_from=1e6&amount_to=1e12&currency=USD&sort=amount&from=2021"
    yield "/?q=missiles+Kyiv&correct=0&expand=0&mode=strict&to=2026&language=fr&topic=Drones+et+lutte+antidrones"
    yield from (f"/?q={quote(q)}" for q in NOTICED)
    yield f"/?story={told.story.id if told.story else ''}&size=20"
    yield from (f"/facette/{field}" for field in ("country", "equipment", "amount", "language", "topic", "date"))
    yield from (
        "/facette/equipment?match=leo&q=Ukraine",
        "/facette/person?order=label&at=1",
        "/facette/person?match=zzz",
    )
    yield from (f"/document/{first.id}?q=missiles", f"/document/{first.id}/similaires", f"/document/{told.id}")
    yield f"/document/{versions[0].id}/versions/{versions[1].id}"
    yield from ("/entity/equipment/Leopard%202", "/entity/country/Ukraine", "/entity/person/Volodymyr%20Zelensky")
    yield from ("/entity/organisation/OTAN", "/entity/equipment/Leopard%202A6", "/entity/country/Tuvalu")
    yield from ("/absent", "/document/absent", "/entity/country/Nullepart", "/?page=0", "/?x=1", "/?q=a&q=b")
    yield from ("/?q=%28", "/?sort=x", "/?from=x", "/facette/country?order=x", "/aide?x=1", "/?cursor=a", "/csv?page=0")
    yield from ("/?from=2024&to=2022", "/?amount_from=2&amount_to=1", "/?currency=x", "/?page=101", "/?lang=de")


NOTICED = (
    *(
        "misiles Kyiv",
        "(missiles",
        "« missiles",
        "pays:Nullepart",
        "foo:bar missiles",
        "missiles ~ *",
        "montant:x Rafale",
    ),
    *(
        "date:xyz Rafale",
        "date:2023 Rafale",
        "qui dirige l’OTAN ?",
        "« a » zzzz",
        "drones Rafale Leopard Kiev sous-marin",
    ),
    *("zzzzqqq", "« Rafale SAUF zzz »~99 a~9", 'Rafale date:"la semaine dernière"', "montant:>1M$ Rafale"),
)


class Content:
    """What is no text of the page: names, sources, titles, and what was asked for."""

    def __init__(self, engine: Engine) -> None:
        known = {*NAMES, *PARAMETERS, *Sort, *Order, *LANGUAGES, "French"}
        for _, entry in engine.thesaurus.entries():
            known |= {entry.label, entry.office or "", *entry.names, *entry.exact, *entry.demonyms, *entry.surnames}
        for document in engine.documents():
            provenance = document.provenance
            known |= {document.id, document.title, document.source or "", provenance.path, provenance.place or ""}
            known |= {*document.authors, *document.tags, *chain(*document.facets.values())}
        self.known = {*map(_bare, known)}
        self.examples = {word for text in (*EXAMPLES, *ENGLISH.fields.values(), "AND OR NOT") for word in words(text)}

    def has(self, piece: str, address: str) -> bool:
        """Whether a piece of the page at *address* is content alone."""
        piece = piece.strip().removesuffix(" – Vigie")
        parts = [_bare(part) for part in re.split(", | – | · ", piece)]
        if _bare(piece) in self.known or all(part in self.known or not words(part) for part in parts):
            return True
        return words(piece) <= words(unquote_plus(address)) | (self.examples if address == "/aide" else set())


def _bare(text: str) -> str:
    return text.strip(" \xa0\u202f.,:;–()«»“”").casefold()


def words(text: str) -> set[str]:
    """The words of a text; letters alone, as « A », are none."""
    return {word.casefold() for word in re.findall(r"[^\W\d_]{2,}", text)}


def unspoken(page: str) -> Iterator[str]:
    """The pieces of a page that no catalogue has, those marked as of another language aside."""
    for text in filter(None, _shown(html.fromstring(page))):
        yield from filter(words, re.split("⟦[^⟧]*⟧", text))


def _shown(element: html.HtmlElement) -> Iterator[str | None]:
    if element.get("lang", "en") == "en" and element.tag not in {"code", "script", html.etree.Comment}:
        yield from (element.text, *map(element.get, ATTRIBUTES))
        if kinds := element.get("data-kinds"):
            yield from json.loads(kinds).values()
        for child in element:
            yield from _shown(child)
    yield element.tail


def test_a_text_without_english_would_be_seen() -> None:
    page = """<html lang="en"><p>⟦Aide⟧ à la recherche</p><p lang="fr">Un titre</p><a title="⟦Date⟧ : connue">1</a></html>"""

    assert [*unspoken(page)] == [" à la recherche", " : connue"]


@pytest.mark.usefixtures("bracketed")
def test_no_page_says_anything_that_no_catalogue_has(reader: FlaskClient, engine: Engine) -> None:
    content = Content(engine)
    rendered = set[str]()

    def render(_: object, template: Template, **__: object) -> None:
        rendered.add(template.name or "")

    with template_rendered.connected_to(render, reader.application):
        pages = {address: reader.get(address, headers=SPEAKS_ENGLISH).text for address in addresses(engine)}
        pages["/lot drones"] = reader.post("/lot", data={"requetes": "drones\n("}, headers=SPEAKS_ENGLISH).text
    templates = {path.name for path in (Path(language.__file__).parent / "templates").glob("[!_]*.html")}

    assert [
        (address, piece)
        for address, page in pages.items()
        for piece in unspoken(page)
        if not content.has(piece, address)
    ] == []
    assert len(pages) > 25
    assert rendered == templates - {"base.html", "api.html"}  # the reference page is in English as it stands


@pytest.mark.usefixtures("bracketed")
@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: f"{failure[0]} {failure[1][:40]}")
def test_every_failure_of_the_endpoint_is_told_in_full(reader: FlaskClient, failure: tuple[str, str, str, str]) -> None:
    method, address, *_ = failure
    french, problem = (reader.open(address, method=method, headers={"Accept-Language": code}) for code in ("fr", "en"))
    said = problem.get_json()

    assert problem.headers["Content-Language"] == "en"
    assert said["type"] == french.get_json()["type"]
    for text in (said["title"], said["detail"]):
        left = " ".join(re.split("⟦[^⟧]*⟧", text))
        assert "⟦" in text
        assert words(left) <= words(address) | words(" ".join((*PARAMETERS, *HIT_FIELDS, *FACETS)))


PATH = Path("/var/index")
BROKEN = [
    IndexMissingError(PATH),
    DocumentNotFoundError("x"),
    EntityNotFoundError("x"),
    CursorGoneError("/"),
    UnknownFacetError("facet", "x"),
]


@pytest.mark.parametrize("error", BROKEN, ids=lambda error: type(error).__name__)
def test_a_failure_is_told_in_both_languages(error: VigieError) -> None:
    french, in_english = problem_of(error).detail, say(problem_of(error).detail, "en")

    assert str(french) == str(error)
    assert re.search(r"\b(no|the|has|unknown)\b", in_english, re.IGNORECASE)
    assert not re.search(r"[«»àéêè]", in_english)


def test_what_nobody_should_know_is_told_in_neither() -> None:
    assert "secret" not in say(problem_of(SettingsError("secret")).detail, "en")


# --- as each language writes it --------------------------------------------------------------------------------------

FIGURES = [
    (french_number(1234.5), "1,234.5"),
    (french_date(PartialDate.parse("2024-03-03")), "3 March 2024"),
    (french_date(PartialDate.parse("2022-11")), "November 2022"),
    (french_date(PartialDate()), "unknown date"),
    (french_span(dt.date(2024, 3, 1), dt.date(2024, 3, 1)), "1 March 2024"),
    (french_span(dt.date(2024, 3, 1), dt.date(2024, 4, 2)), "1 March to 2 April 2024"),
    (french_span(dt.date(2023, 3, 1), dt.date(2024, 4, 2)), "1 March 2023 to 2 April 2024"),
    (french_span(dt.date(2024, 1, 1), dt.date(2024, 12, 31)), "2024"),
    (french_span(None, dt.date(2024, 3, 1)), "until 1 March 2024"),
    (french_amount(Amount(1.5e9, "EUR")), "€1.5\xa0billion"),
    (french_amount(Amount(1e7, "USD", 5e7, "an")), "$10–50\xa0million a year"),
    (french_amount(Amount(1.2e10, "NOK")), "NOK\xa012\xa0billion"),
    (french_amount(Amount(1e6)), "1\xa0million"),
    (french_amount(Amount(300.0, "GBP")), "£300"),
    (french_quantity(Quantity(10000.0, "obus")), "10,000\xa0obus"),
    (counted(1, "résultat"), "1\xa0result"),
    (counted(0, "résultat"), "0\xa0results"),
    (counted(1234, "résultat"), "1,234\xa0results"),
]


@pytest.mark.parametrize(("french", "in_english"), FIGURES, ids=str)
def test_numbers_dates_and_sums_are_written_as_the_language_does(french: str, in_english: str) -> None:
    assert say(french, "en") == in_english
    assert say(french, "fr") == french


def test_a_message_says_the_messages_and_figures_in_it() -> None:
    results = Message("{results}, page {page} sur {last}", results=counted(12, "résultat"), page=1, last=2)

    assert (
        say(Message("« {query} » : {results}", query="« é »", results=results), "en")
        == "“« é »”: 12\xa0results, page 1 of 2"
    )
    assert say(joined(Message(" ou "), ["a", "b"]), "en") == "a or b"
    assert say("Aide", "en") == "Aide"  # a plain text is content


def test_the_examples_of_the_help_page_ask_the_same_in_both_languages(engine: Engine) -> None:
    for example in (example for chapter in CHAPTERS for example in chapter.examples):
        french, in_english = (explain_query(say(example.query, code), engine.thesaurus) for code in LANGUAGES)

        assert [msgspec.structs.replace(part, text="") for part in french.parts] == [
            msgspec.structs.replace(part, text="") for part in in_english.parts
        ]


def test_headings_in_both_languages(reader: FlaskClient) -> None:
    pages = {
        code: html.fromstring(reader.get("/?q=Rafale", headers={"Accept-Language": code}).text) for code in LANGUAGES
    }
    headings = {code: "".join(page.xpath("//h1//text()")).strip() for code, page in pages.items()}

    assert re.fullmatch(r"\d+\xa0résultats pour «\xa0Rafale\xa0»", headings["fr"])
    assert re.fullmatch(r"\d+\xa0results for “Rafale”", headings["en"])


def test_what_is_french_in_an_english_page_says_so(reader: FlaskClient) -> None:
    page = html.fromstring(reader.get("/?q=Rafale&country=France", headers=SPEAKS_ENGLISH).text)
    marked = ("//span[@class='value' and text()='France']", "//li[@class='hit']//h2/a", "//p[@class='snippet']")

    for path in (*marked, "//ul[@class='chips']//span[text()='France']"):
        assert {element.get("lang") for element in page.xpath(path)} == {"fr"}, path
    entity = reader.get("/entity/equipment/Leopard%202A6", headers=SPEAKS_ENGLISH).text
    assert 'variant of <span lang="fr">Leopard 2</span>' in entity
    assert not html.fromstring(reader.get("/?q=Rafale", headers={"Accept-Language": "fr"}).text).xpath(
        "//main//*[@lang]"
    )
