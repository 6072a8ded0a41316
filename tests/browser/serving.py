"""A real server and a real Chromium, for tests and screenshots."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from wsgiref.types import WSGIApplication

from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from werkzeug.serving import make_server

from indexer.engine import Engine
from web import create_app

WIDTHS = (320, 375, 768, 1280)
"""Of windows, in pixels: the narrowest that has to do, a phone, a tablet, a desk."""

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--accept-lang=fr-FR,fr",  # the reader's languages, by which the page answers
]


@contextmanager
def serving(engine: Engine, through: Callable[[WSGIApplication], WSGIApplication] | None = None) -> Iterator[str]:
    """The address of a server over *engine* on a free port of this machine, its answers passed *through* something."""
    app: WSGIApplication = create_app(engine=engine)
    server = make_server("127.0.0.1", 0, through(app) if through else app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def browsing(chromium: str, *, scrollbars: bool = False) -> Iterator[Browser]:
    """A headless Chromium, the system's; with the *scrollbars* that people see and tests usually hide."""
    with sync_playwright() as playwright, launched(playwright, chromium, scrollbars=scrollbars) as browser:
        yield browser


@contextmanager
def launched(playwright: Playwright, chromium: str, *, scrollbars: bool = False) -> Iterator[Browser]:
    """The same when Playwright runs already, which it does once only."""
    hidden = ["--hide-scrollbars"] if scrollbars else None
    browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS, ignore_default_args=hidden)
    yield browser
    browser.close()


def overflow(page: Page) -> int:
    """The pixels that a page is wider than its window."""
    pixels: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return pixels
