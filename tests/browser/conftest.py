from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from indexer.engine import open_engine
from tests.browser.serving import browsing, serving

CORPUS = Path(__file__).parents[2] / "corpus"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, so that `make quick` leaves them out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over the sample corpus."""
    engine = open_engine(tmp_path_factory.mktemp("browser") / "index")
    engine.index([CORPUS])
    with serving(engine) as address:
        yield address
    engine.close()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """A real Chromium."""
    with browsing(chromium) as browser:
        yield browser
