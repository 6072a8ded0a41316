"""Every state of the pages is valid HTML, and the style sheet, the icon and the feeds are what they say they are."""

import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from lxml import etree

from tests.browser.states import STATES, Site
from tests.checkers import Message, validate

STATIC = Path(__file__).parents[2] / "web" / "static"
ATOM, SEARCH = "{http://www.w3.org/2005/Atom}", "{http://a9.com/-/spec/opensearch/1.1/}"


def fetch(address: str, form: dict[str, str] | None = None) -> bytes:
    """What is at an address, failures included."""
    sent = urllib.parse.urlencode(form).encode() if form else None
    try:
        with urllib.request.urlopen(urllib.parse.quote(address, safe=":/?&=+%,"), sent) as response:
            body: bytes = response.read()
    except urllib.error.HTTPError as failure:
        with failure:
            body = failure.read()
    return body


def test_every_state_is_valid(site: Site, tmp_path: Path) -> None:
    """As the server sends it: what scripts make of a page is axe's matter. One run, since the validator takes long to start."""
    pages: dict[str, str | bytes] = {f"{name}.html": fetch(site.address_of(name).partition("#")[0]) for name in STATES}
    pages["batch-answered.html"] = fetch(f"{site.address}/lot", {"requetes": "Rafale\nKiev SAUF drones\n("})

    pages |= {name: (STATIC / name).read_bytes() for name in ("style.css", "icon.svg")}

    assert [each for each in validate(pages, tmp_path / "pages") if not too_new(each)] == []


def too_new(message: Message) -> bool:
    """Whether vnu, which has the properties of some years ago, does not know what browsers do."""
    return any(f"“{name}”" in message.text for name in ("text-wrap", "scrollbar-gutter", "forced-color-adjust"))


def test_the_validator_sees_what_is_wrong(tmp_path: Path) -> None:
    wrong = ["<p>a<div></p>", "<img src=a>", '<a id="a"></a><a id="a"></a>', "<h2 role=status>a</h2>"]
    bodies = {"right.html": "<p>a</p>", **{f"wrong-{at}.html": body for at, body in enumerate(wrong)}}
    pages = {name: f'<!doctype html><html lang="fr"><title>Essai</title>{body}' for name, body in bodies.items()}
    pages |= {
        "wrong.css": "p { colour: red }",
        "wrong.svg": "<svg xmlns='http://www.w3.org/2000/svg'><rect wide='1'/></svg>",
    }

    assert {each.page for each in validate(pages, tmp_path)} == set(pages) - {"right.html"}


@pytest.mark.parametrize(
    "query", ["q=Ukraine", "q=%3Cb%3E+OU+%26", "sort=newest&country=France", "language=en&q=rafale"]
)
@pytest.mark.parametrize(("path", "root"), [("/atom", f"{ATOM}feed"), ("/rss", "rss")])
def test_feeds_are_well_formed(site: Site, path: str, root: str, query: str) -> None:
    assert etree.fromstring(fetch(f"{site.address}{path}?{query}")).tag == root


def test_the_description_for_browsers_is_well_formed(site: Site) -> None:
    assert etree.fromstring(fetch(f"{site.address}/opensearch.xml")).tag == f"{SEARCH}OpenSearchDescription"
