"""The reference page tells the whole contract, and its examples run."""

import html
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from indexer.engine import Engine
from tests.conftest import missing
from web import create_app
from web.contract import ROUTES
from web.errors import KINDS
from web.examples import BATCH, CURL, PYTHON


@pytest.fixture(scope="module")
def server(engine: Engine) -> Iterator[str]:
    """The address of a real server over the sample articles."""
    served = make_server("127.0.0.1", 0, create_app(engine=engine), threaded=True)
    thread = threading.Thread(target=served.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{served.port}"
    served.shutdown()
    thread.join()


def run(command: list[str], source: str = "") -> str:
    done = subprocess.run(command, input=source, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_page_has_every_address_parameter_and_problem(client: FlaskClient) -> None:
    response = client.get("/api")
    text = html.unescape(response.get_data(as_text=True))

    assert response.status_code == 200
    for route in ROUTES:
        assert f"<code>{route.method.upper()} {route.path}</code>" in text
        section = text.partition(f'<h2 id="{route.name}">')[2].partition("</section>")[0]
        assert re.findall("<dt><code>(.*?)</code>", section) == [parameter.name for parameter in route.parameters]
    assert "{server}" not in text
    assert CURL.replace("{server}", "http://localhost") in text
    for name in KINDS:
        assert f'id="{name}"' in text
    identifiers = re.findall(r' id="(.*?)"', text)
    assert len(identifiers) == len(set(identifiers))


def test_every_link_of_the_page_leads_somewhere(client: FlaskClient) -> None:
    text = html.unescape(client.get("/api").get_data(as_text=True))
    links = set(re.findall(r'href="(.*?)"', text))

    assert "/api/v1/openapi.json" in links
    for link in links:
        if link.startswith("#"):
            assert f'id="{link[1:]}"' in text
        else:
            with client.get(urljoin("/api", link)) as response:
                assert response.status_code == 200, link


def test_a_type_of_problem_leads_to_its_explanation(client: FlaskClient) -> None:
    response = client.get("/api/v1/problems")

    assert response.status_code == 308
    assert response.headers["Location"] == "/api"


def test_the_python_example_takes_all_away_in_ten_lines(server: str, client: FlaskClient) -> None:
    source = PYTHON.replace("{server}", server)
    lines = run([sys.executable, "-W", "error", "-"], source).splitlines()

    assert len([line for line in PYTHON.splitlines() if line]) <= 10
    assert len(lines) == client.get("/api/v1/search?q=Ukraine").get_json()["total"]["value"] > 20


@pytest.mark.parametrize(("example", "shown"), [(CURL, '"understood"'), (BATCH, '"answers"')])
def test_the_curl_examples_are_answered(server: str, example: str, shown: str) -> None:
    if not shutil.which("curl"):
        missing("curl")
    assert shown in run(["bash", "-euc", example.replace("{server}", server).replace("curl ", "curl -sf ")])
