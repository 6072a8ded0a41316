"""The pictures of the README are those that `make screenshots` takes, all shown, and light."""

import re
from itertools import product
from pathlib import Path

from indexer.engine import Engine
from tests.browser.screenshots import SCHEMES, SIZES, pages

ROOT = Path(__file__).parents[2]
MOST_BYTES = 1_500_000


def test_every_picture_is_shown_and_none_is_missing(engine: Engine) -> None:
    taken = {f"docs/{'-'.join(name)}.webp" for name in product(pages(engine), SIZES, SCHEMES)}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert set(re.findall(r"docs/[\w-]+\.webp", readme)) == taken
    assert {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.webp")} == taken
    assert sum((ROOT / path).stat().st_size for path in taken) < MOST_BYTES
