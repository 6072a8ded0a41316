"""The states of the pages that are checked: what readers may see, and the addresses that show it.

They are shown over the sample corpus and two versions of an article in English, since languages have to be marked.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec
from playwright.sync_api import Page

from indexer.document import Document
from indexer.engine import Engine, open_engine
from indexer.search import SearchRequest
from tests.making import CORPUS, make_document

ENGLISH = (
    "Poland signed a contract with Dassault Aviation for Rafale fighters worth $4.2bn, the ministry in Warsaw said."
)


class State(NamedTuple):
    """A page, and what the reader does there first; names in braces stand for what `places` finds."""

    address: str
    then: Callable[[Page], object] | None = None
    status: int = 200
    widest: int = 9999
    """The widest window, in pixels, that shows it."""


def documents() -> list[Document]:
    """Two versions of an article in English."""
    one = make_document(ENGLISH, id="english", title="Poland buys Rafale fighters", date="2026-03-02", source="press")
    other = make_document(
        ENGLISH.replace("signed", "has signed") + " Deliveries begin in 2029.",
        id="english-again",
        title="Poland has bought Rafale fighters",
        date="2026-03-03",
        source="wire",
    )
    return [msgspec.structs.replace(each, language="en") for each in (one, other)]


def engine_of_states(folder: Path) -> Engine:
    """An engine over what the states show."""
    engine = open_engine(folder / "index")
    engine.index([CORPUS])
    engine.add(documents())
    return engine


class Site(NamedTuple):
    """A server over what the states show."""

    address: str
    places: dict[str, str]

    def address_of(self, name: str) -> str:
        """The whole address of a state."""
        return self.address + STATES[name].address.format_map(self.places)

    def show(self, page: Page, name: str) -> None:
        """Have *page* show a state."""
        page.context.clear_cookies()  # the language that another state chose
        page.goto("about:blank")  # else an address that differs by its anchor only is not loaded
        answer = page.goto(self.address_of(name))
        assert answer
        assert answer.status == STATES[name].status
        then = STATES[name].then
        if then:
            then(page)


def places(engine: Engine) -> dict[str, str]:
    """The articles that addresses of states name: one of several versions, another version of it, and any one."""
    several = next(hit for hit in engine.search(SearchRequest(q="Rafale Marine")).hits if hit.story)
    return {
        "several": several.id,
        "other": engine.article(several.id).versions[0].id,
        "one": engine.search(SearchRequest(q="Leopard 2")).hits[0].id,
    }


def unfold(page: Page) -> None:
    """Open all that opens."""
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")


def complete(page: Page) -> None:
    """Type what is completed, and go to the first suggestion."""
    page.locator("#q").fill("leop")
    page.get_by_role("option").first.wait_for()
    page.locator("#q").press("ArrowDown")


def open_timeline(page: Page) -> None:
    """Show the figures of the timeline."""
    page.locator(".figures summary").first.click()


def ask_batch(page: Page) -> None:
    """Search three queries at once."""
    page.locator("#requetes").fill("Rafale\nKiev SAUF drones\n(")
    page.locator(".batch button").first.click()
    page.locator(".answers").wait_for()


STATES = {
    "start": State("/"),
    "results": State("/?q=Ukraine"),
    "results-unfolded": State("/?q=Rafale&explain=1", unfold),
    "results-page-2": State("/?q=Ukraine&page=2"),
    "results-in-english": State("/?language=en&q=rafale"),
    "results-by-amount": State("/?q=Ukraine&sort=amount&collapse=story&amount_from=1000000&currency=EUR"),
    "filtered": State("/?q=otan&country=France"),
    "excluded": State("/?q=otan&-country=Russie&from=2022-11"),
    "filters-on-a-phone": State("/?q=otan&country=France#filtres", widest=800),
    "suggestions": State("/?q=otan", complete),
    "nothing-found": State("/?q=introuvablement&country=France"),
    "corrected": State("/?q=balistque"),
    "relaxed": State("/?q=rafale+introuvablement"),
    "expanded": State("/?q=missiles+Kiev"),
    "as-written": State("/?q=missiles+Kyiv&expand=0&correct=0&mode=strict"),
    "timeline": State("/?sort=newest", open_timeline),
    "facet": State("/facette/source?q=Ukraine"),
    "facet-searched": State("/facette/country?match=coree"),
    "equipment": State("/facette/equipment"),
    "article": State("/document/{one}?q=Leopard+2"),
    "article-with-versions": State("/document/{several}"),
    "article-in-english": State("/document/english"),
    "versions": State("/document/{several}/versions/{other}"),
    "versions-in-english": State("/document/english/versions/english-again"),
    "similar": State("/document/{several}/similaires"),
    "entity": State("/entity/equipment/Leopard 2"),
    "entity-not-cited": State("/entity/country/Tuvalu"),
    "help": State("/aide"),
    "batch": State("/lot"),
    "batch-answered": State("/lot", ask_batch),
    "reference": State("/api"),
    "declaration": State("/accessibilite"),
    "bad-parameter": State("/?from=hier", status=400),
    "not-found": State("/rien", status=404),
    "start-in-english": State("/?lang=en"),
    "results-read-in-english": State("/?q=Ukraine&lang=en"),
}
