"""`make screenshots`: the pictures of the README, taken in a real Chromium over the sample corpus."""

import shutil
import sys
import tempfile
from pathlib import Path

from indexer.engine import open_engine
from tests.browser.serving import browsing, serving

CORPUS = Path(__file__).parents[2] / "corpus"
SEARCH = "/?q=missiles+Kiev&country=Ukraine"
SHOTS = (
    ("search-desktop-light", SEARCH, 1280, 800, "light"),
    ("search-desktop-dark", SEARCH, 1280, 800, "dark"),
    ("search-phone-light", SEARCH, 375, 720, "light"),
    ("search-phone-dark", SEARCH, 375, 720, "dark"),
)


def main(folder: Path) -> None:
    """Write the pictures to *folder*."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("make screenshots needs Chromium (Debian: apt install chromium).")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as index:
        engine = open_engine(index)
        engine.index([CORPUS])
        with serving(engine) as address, browsing(chromium) as browser:
            for name, path, width, height, scheme in SHOTS:
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light"
                )
                page = context.new_page()
                page.goto(address + path)
                page.screenshot(path=folder / f"{name}.png")
                context.close()
        engine.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
