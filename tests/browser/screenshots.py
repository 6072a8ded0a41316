"""`make screenshots`: the pictures of the README, taken in a real Chromium over the sample corpus."""

import base64
import shutil
import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page

from indexer.engine import Engine
from indexer.search import SearchRequest
from tests.browser.serving import browsing, serving
from tests.making import corpus_engine

Scheme = Literal["light", "dark"]

SIZES = {"desktop": (1280, 800), "phone": (375, 720)}
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
QUALITY = 82
"""Of WebP: letters are as sharp as in PNG at a quarter of its size."""


def pages(engine: Engine) -> dict[str, str]:
    """The pages to show, by name."""
    article = engine.search(SearchRequest(q="Rafale Marine")).hits[0]
    return {
        "start": "/",
        "results": "/?q=missiles&country=Ukraine",
        "article": f"/document/{article.id}?q=Rafale+Marine",
        "entity": "/entity/country/Ukraine",
    }


def picture(page: Page) -> bytes:
    """What is seen of a page, as WebP, which Chromium writes but Playwright does not ask for."""
    session = page.context.new_cdp_session(page)
    taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    return base64.b64decode(taken["data"])


def take(browser: Browser, address: str, size: str, scheme: Scheme) -> bytes:
    """The picture of a page, as it is on a desk or on a phone."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, is_mobile=size == "phone"
    )
    page = context.new_page()
    page.goto(address)
    taken = picture(page)
    context.close()
    return taken


def main(folder: Path) -> None:
    """Write the pictures to *folder*."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("make screenshots needs Chromium (Debian: apt install chromium).")
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as index,
        corpus_engine(Path(index)) as engine,
        serving(engine) as address,
        browsing(chromium, scrollbars=True) as browser,
    ):
        for (name, path), size, scheme in product(pages(engine).items(), SIZES, SCHEMES):
            taken = take(browser, address + path, size, scheme)
            (folder / f"{name}-{size}-{scheme}.webp").write_bytes(taken)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
