"""The reference page of the endpoint, in a real browser."""

import json
import urllib.request

import pytest
from playwright.sync_api import Browser

from tests.browser.serving import WIDTHS, overflow
from web.examples import JAVASCRIPT


def test_the_javascript_example_prints_titles(browser: Browser, address: str) -> None:
    page = browser.new_page()
    printed: list[str] = []
    page.on("console", lambda message: printed.append(message.text))
    page.goto(f"{address}/api")
    page.evaluate(f"async () => {{ {JAVASCRIPT.replace('{server}', address)} }}")
    page.close()
    with urllib.request.urlopen(f"{address}/api/v1/search?q=missiles+Kiev&country=Ukraine&size=2") as response:
        hits = json.load(response)["hits"]

    assert printed == [hit["title"] for hit in hits]
    assert len(printed) == 2


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_runs_off_the_page(browser: Browser, address: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(f"{address}/api")

    assert overflow(page) <= 0
    page.close()
