"""`make screenshots`: the pictures of the README, taken in a real Chromium over the sample corpus."""

import shutil
import sys
import tempfile
from pathlib import Path

from indexer.engine import Engine, open_engine
from indexer.search import SearchRequest
from tests.browser.serving import browsing, serving

CORPUS = Path(__file__).parents[2] / "corpus"
SIZES = {"desktop": (1280, 800), "phone": (375, 720)}
SHOTS = (
    *(("search", size, scheme) for size in SIZES for scheme in ("light", "dark")),
    *(
        (name, size, scheme)
        for name in ("article", "entity")
        for size, scheme in (("desktop", "light"), ("phone", "dark"))
    ),
)


def pages(engine: Engine) -> dict[str, str]:
    """The pages to show, by name."""
    article = engine.search(SearchRequest(q="Rafale Marine")).hits[0]
    return {
        "search": "/?q=missiles+Kiev&country=Ukraine",
        "article": f"/document/{article.id}",
        "entity": "/entity/equipment/Leopard 2",
    }


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
            for name, size, scheme in SHOTS:
                width, height = SIZES[size]
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light"
                )
                page = context.new_page()
                page.goto(address + pages(engine)[name])
                page.screenshot(path=folder / f"{name}-{size}-{scheme}.png")
                context.close()
        engine.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
