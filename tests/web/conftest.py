import pytest
from flask.testing import FlaskClient

from indexer.engine import Engine
from web import create_app


@pytest.fixture(scope="session")
def client(engine: Engine) -> FlaskClient:
    """A client of the application over the sample corpus."""
    app = create_app(engine=engine)
    app.testing = True
    return app.test_client(use_cookies=False)  # a language that one test chooses is not remembered for the next
