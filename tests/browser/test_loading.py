"""What a page costs to load, and that nothing of it moves while it comes in."""

import time
from collections.abc import Iterator
from itertools import pairwise
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from playwright.sync_api import Browser, Page, Playwright

from indexer.engine import Engine
from indexer.search import SearchRequest
from tests.browser.serving import launched, serving

PIECES = 6
PAUSE = 0.08
"""Seconds between the pieces of a page that comes slowly: Chromium paints what it has in between."""

SHIFTS = """
new Promise(resolve => {
  const found = [];
  new PerformanceObserver(list => {
    for (const entry of list.getEntries())
      found.push([entry.value, entry.sources.map(each => each.node?.outerHTML?.slice(0, 80)).join(" | ")]);
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(found), 150);
})
"""


def in_pieces(app: WSGIApplication) -> WSGIApplication:
    """The same answers, pages in pieces with pauses between them."""

    def slowly(body: bytes) -> Iterator[bytes]:
        head = body.find(b"</header>")  # what comes in the first packet, whatever the network
        ends = [head + (len(body) - head) * part // PIECES for part in range(PIECES + 1)]
        ends = [body.find(b"\n", end) + 1 or len(body) for end in ends]  # a word cut in two moves itself
        for first, last in pairwise([0, *ends]):
            yield body[first:last]
            time.sleep(PAUSE)

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        environ.pop("HTTP_ACCEPT_ENCODING", None)
        answered = app(environ, start_response)
        if environ["PATH_INFO"].startswith("/static/"):
            yield from answered
        else:
            yield from slowly(b"".join(answered))
        if hasattr(answered, "close"):
            answered.close()

    return answer


@pytest.fixture(scope="module")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    """A Chromium with the scrollbars of a desk.

    Without room kept for one, a page that came in pieces moved when it got longer than its window: 12 loads of 100
    did, none of 100 does since.
    """
    with launched(playwright, chromium, scrollbars=True) as browser:
        yield browser


@pytest.fixture(scope="module")
def slow_address(engine: Engine) -> Iterator[str]:
    """The address of a server that sends its pages slowly."""
    with serving(engine, in_pieces) as address:
        yield address


def paths(engine: Engine) -> list[str]:
    article = engine.search(SearchRequest(q="Rafale Marine")).hits[0].id
    return [
        *("/", "/?q=Ukraine", "/?q=otan&country=France", "/?q=introuvablement", "/facette/equipment", "/aide", "/api"),
        *(f"/document/{article}", f"/document/{article}/similaires", "/entity/equipment/Leopard 2", "/rien"),
    ]


def shifts(page: Page) -> list[tuple[float, str]]:
    found: list[tuple[float, str]] = page.evaluate(SHIFTS)
    return found


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_moves_while_a_page_comes_in(browser: Browser, slow_address: str, engine: Engine, width: int) -> None:
    """Slow pages are painted half: what comes later must not move what is there."""
    for path in paths(engine):
        context = browser.new_context(
            viewport={"width": width, "height": 700}
        )  # nothing kept: the style sheet is fetched
        page = context.new_page()
        page.goto(slow_address + path)
        moved = shifts(page)
        context.close()

        assert moved == [], path


def test_the_measure_sees_what_moves(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<p>a</p>")
    page.evaluate("""new Promise(done => requestAnimationFrame(() => setTimeout(() => {
        document.body.insertAdjacentHTML('afterbegin', '<div style=height:200px></div>'); setTimeout(done, 50) }, 50)))""")

    assert shifts(page)
    page.close()


def test_the_first_page_of_results_is_light(browser: Browser, address: str) -> None:
    """Over the wire, compressed where the server does: at most 40 kB in at most 4 requests."""
    context = browser.new_context()
    page = context.new_page()
    sizes: dict[str, int] = {}
    page.on("requestfinished", lambda request: sizes.update({request.url: request.sizes()["responseBodySize"]}))
    page.goto(f"{address}/?q=Ukraine")
    page.wait_for_timeout(300)  # the icon is asked for last
    context.close()

    assert f"{address}/?q=Ukraine" in sizes
    assert len(sizes) <= 4, sizes
    assert sum(sizes.values()) <= 40_000, sizes
