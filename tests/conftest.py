"""What every test may ask for."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

from indexer.engine import Engine
from tests.making import corpus_engine

settings.register_profile("vigie", parent=settings.get_profile("default"), deadline=None)  # machines are busy
if "CI" not in os.environ:  # which has a profile of its own
    settings.load_profile("vigie")

LONGEST = (
    "web/test_api_fuzzing.py",
    "faults/test_faults.py",
    "test_zoo.py",
    "index/test_model.py",
    "browser/test_scripts_off.py",
    "browser/test_injection.py",
    "opensearch/test_contract.py",
)
"""The files that take longest, run first, so that no process is left alone with one of them at the end."""

REQUIRE_ALL = "TESTS_REQUIRE_ALL"
"""Set by .ci/run: what is missing on the machine fails the run instead of skipping tests."""


def pytest_configure(config: pytest.Config) -> None:
    """Have several processes take files in the order below, not those with most tests first."""
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first."""
    first = [Path(__file__).parent / name for name in LONGEST]
    items.sort(key=lambda item: first.index(item.path) if item.path in first else len(first))


def missing(what: str) -> NoReturn:
    """Skip the test for want of *what*, or fail where everything has to be there."""
    if os.environ.get(REQUIRE_ALL):
        pytest.fail(f"needs {what}, and .ci/run has to install it")
    pytest.skip(f"needs {what}")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of research data beside the checkout; the tests that need it are skipped without it."""
    folder = Path(__file__).parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("needs ../shared")
    return folder


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine over the sample corpus, which no test changes."""
    with corpus_engine(tmp_path_factory.mktemp("corpus")) as engine:
        yield engine


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    return found or missing("Chromium")
