from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from indexer.engine import Engine, open_engine
from web import create_app

CORPUS = Path(__file__).parents[2] / "corpus"


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine over the sample corpus."""
    engine = open_engine(tmp_path_factory.mktemp("web") / "index")
    engine.index([CORPUS])
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def client(engine: Engine) -> FlaskClient:
    """A client of the application over the sample corpus."""
    app = create_app(engine=engine)
    app.testing = True
    return app.test_client()
