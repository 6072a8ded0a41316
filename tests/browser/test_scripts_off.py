"""Without scripts readers see the same: results, facets and timeline of many searches, in a real Chromium."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from indexer.engine import Engine
from tests.web.drawn_requests import drawn_requests
from web.page import search_page_address

SEEDS, REQUESTS = range(4), 50
"""Two hundred searches."""

PARTS = {"results": ".count, .notice, .hits, .nothing, .pages", "facets": ".filters, .chips", "timeline": ".timeline"}
READ = """parts => Object.fromEntries(Object.entries(parts).map(([name, selector]) =>
    [name, [...document.querySelectorAll(selector)].map(part => part.textContent.replace(/\\s+/g, " "))]))"""
"""The text of each part, whether it is folded or not: no style sheet is waited for."""


@pytest.fixture(scope="module")
def pages(browser: Browser) -> Iterator[list[Page]]:
    """A page that runs scripts, and one that runs none."""
    contexts = [browser.new_context(java_script_enabled=scripts) for scripts in (True, False)]
    for context in contexts:
        context.route(re.compile(r"\.(css|svg)$"), lambda route: route.abort())
    yield [context.new_page() for context in contexts]
    for context in contexts:
        context.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_scripts_change_nothing_of_what_is_found(pages: list[Page], address: str, engine: Engine, seed: int) -> None:
    seen = Counter[str]()
    for request in itertools.islice(drawn_requests(engine, seed), REQUESTS):
        texts = []
        for page in pages:
            page.goto(address + search_page_address(request), wait_until="domcontentloaded")
            texts.append(page.evaluate(READ, PARTS))
        assert texts[0] == texts[1], request
        seen += Counter(name for name, parts in texts[0].items() if parts)
    assert seen["results"] == REQUESTS
    assert min(seen["facets"], seen["timeline"]) > REQUESTS / 3
