"""What articles, queries and addresses say never runs, with the Content-Security-Policy and without it.

Without it, pages are loaded in frames of one page, a dozen at a time, and looked through for anything that Vigie did not
put there. With it, the browser would say that it refused something, and that counts as a failure too.
"""

import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import msgspec
import pytest
from lxml import etree
from playwright.sync_api import Browser, Dialog, Page

from indexer.document import Document, Quantity
from indexer.engine import Engine
from tests.browser.hostile import PATTERNS, PAYLOADS
from tests.browser.serving import serving
from tests.making import make_document, make_engine

FACETS = ("country", "equipment", "kind", "designation", "organisation", "person", "topic")
NAMESPACES = {
    *("http://www.w3.org/2005/Atom", "http://purl.org/dc/elements/1.1/", "http://a9.com/-/spec/opensearch/1.1/"),
    None,
}

TELL = (
    "window.ran = number => console.log('ran ' + number); window.alert = window.prompt = window.confirm = window.ran;"
)

FOREIGN = """root => [...root.querySelectorAll("*")].filter(each =>
    (each.localName === "script" && each.getAttribute("src") !== "/static/completion.js")
    || (each.localName === "link" && !/^(\\/|https?:)/.test(each.getAttribute("href")))
    || ["iframe", "object", "embed", "base", "marquee", "math", "video", "audio", "style", "noscript", "template",
        "animate", "x"].includes(each.localName)
    || each.matches("meta[http-equiv], [style], [srcdoc], [autofocus]")
    || [...each.attributes].some(({ name, value }) => name.startsWith("on")
        || (/^(href|src|action|formaction|data|xlink:href)$/.test(name)
            && /^(javascript|data|vbscript):/i.test(value.replace(/[\\u0000-\\u0020]/g, ""))))
).map(each => each.outerHTML.slice(0, 200))"""
"""The elements below a root that Vigie would not write."""

LOAD = f"""async frames => {{
    const foreign = {FOREIGN}, found = [], left = [...frames];
    const work = async () => {{
        while (left.length) {{
            const [name, content] = left.shift(), frame = document.createElement("iframe");
            await new Promise(done => {{
                frame.onload = done;
                if (content === null) frame.src = name; else frame.srcdoc = content;
                document.body.append(frame);
            }});
            if (!frame.contentDocument?.body) found.push([name, "no page"]);
            else found.push(...foreign(frame.contentDocument).map(each => [name, each]));
            await new Promise(done => setTimeout(done, content === null ? 0 : 60));
            frame.remove();
        }}
    }};
    await Promise.all(Array.from({{ length: 12 }}, work));
    return found;
}}"""
"""Load pages (addresses, or what they say) in frames; gives what is foreign in each."""


def without_policy(app: WSGIApplication) -> WSGIApplication:
    """The same answers without the headers that forbid scripts and frames; what is static is kept."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> object:
        def start(status: str, headers: list[tuple[str, str]], *rest: object) -> Callable[[bytes], object]:
            left_out = {"content-security-policy", "x-content-type-options", "cache-control"}
            headers = [(name, value) for name, value in headers if name.lower() not in left_out]
            if environ["PATH_INFO"].startswith("/static/"):
                headers.append(("Cache-Control", "max-age=600"))
            return start_response(status, headers, *rest)  # type: ignore[arg-type]

        return app(environ, start)

    return answer  # type: ignore[return-value]


def hostile_article(number: int, payload: str) -> Document:
    """An article that says the payload wherever an article says something."""
    document = make_document(
        f"drone {payload} Ukraine 3 chars\n\n{payload} drone",
        id=f"d{number}",
        title=f"drone {payload}",
        source=payload,
        date=f"2024-{number % 12 + 1:02}",
        facets=dict.fromkeys(FACETS, (payload,)),
    )
    return msgspec.structs.replace(
        document,
        url=payload if number % 2 else f"https://exemple.example/{payload}",
        authors=(payload,),
        tags=(payload,),
        quantities=(Quantity(3, payload),),
        language="en" if number % 3 == 0 else "fr",
        provenance=msgspec.structs.replace(document.provenance, path=payload, member=payload, place=payload),
    )


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine over an article for each payload."""
    articles = [hostile_article(number, payload) for number, payload in enumerate(PAYLOADS)]
    engine = make_engine(tmp_path_factory.mktemp("hostile"), *articles)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def guarded(hostile: Engine) -> Iterator[str]:
    with serving(hostile) as address:
        yield address


@pytest.fixture(scope="module")
def unguarded(hostile: Engine) -> Iterator[str]:
    with serving(hostile, without_policy) as address:
        yield address


class Watched:
    """A page, and what it said that means that something ran, or would have."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[str] = []
        page.add_init_script(TELL)
        page.on("console", lambda message: self._hear(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("dialog", self._close)

    def _hear(self, text: str) -> None:
        if text.startswith("ran ") or "Content Security Policy" in text:
            self.said.append(text)

    def _close(self, dialog: Dialog) -> None:
        self.said.append(dialog.message)
        dialog.dismiss()

    def load(self, addresses: Sequence[str]) -> list[tuple[str, str]]:
        """Load pages in frames; what is foreign in them."""
        found: list[tuple[str, str]] = self.page.evaluate(LOAD, [(address, None) for address in addresses])
        return found


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    context = browser.new_context()
    yield Watched(context.new_page())
    context.close()


def quoted(text: str) -> str:
    return urllib.parse.quote(text, safe="")


SLOTS: tuple[Callable[[str], str], ...] = (
    *(
        (lambda value, name=name: f"/?q=drone&{name}={value}")
        for name in (
            *("country", "-country", "source", "-person", "kind", "language", "date", "amount", "from", "to", "sort"),
            *("page", "size", "currency", "amount_from", "collapse", "story", "mode", "expand", "lang", "facets"),
        )
    ),
    lambda value: f"/?q={value}",
    lambda value: f"/?q=drone+{value}&correct=0&expand=0",
    lambda value: f"/?q=titre:{value}+OU+{value}",
    lambda value: f"/?{value}=1",
    lambda value: f"/?q=a&q={value}",
    lambda value: f"/facette/country?match={value}",
    lambda value: f"/facette/source?q={value}&country={value}",
    lambda value: f"/facette/{value}",
    lambda value: f"/entity/country/{value}",
    lambda value: f"/entity/person/{value}",
    lambda value: f"/entity/{value}/Ukraine",
    lambda value: f"/document/{value}",
    lambda value: f"/document/d1?q={value}",
    lambda value: f"/document/{value}/similaires",
    lambda value: f"/document/d1/versions/{value}",
    lambda value: f"/{value}",
    lambda value: f"/aide?{value}={value}",
    lambda value: f"/lot?x={value}",
    lambda value: f"/api?x={value}",
    lambda value: f"/accessibilite?x={value}",
)
"""Where an address may say something."""

REFLECTED = [SLOTS[number % len(SLOTS)](quoted(payload)) for number, payload in enumerate(PAYLOADS)]
LISTS = [f"/?q=drone&size=100&page={page}&explain=1" for page in range(1, 11)] + [
    *(f"/facette/{field}?q=drone" for field in (*FACETS, "source", "language")),
    *("/", "/?sort=newest&size=100&collapse=story", "/document/d1/versions/d2", "/document/d3/similaires"),
    *(f"/entity/{kind}/{quoted(PAYLOADS[40])}" for kind in ("country", "equipment", "organisation", "person")),
]
ARTICLES = [f"/document/d{number}" for number in range(len(PAYLOADS))]


def test_there_are_a_thousand() -> None:
    assert len(PAYLOADS) == len(set(PAYLOADS)) == len(REFLECTED) == len(ARTICLES) == 1000


def test_nothing_stored_runs_without_the_policy(watched: Watched, unguarded: str) -> None:
    """All of the thousand in lists, a ninth of them on pages of their own; `make injection` has every page."""
    nothing_runs(watched, unguarded, [*LISTS, *ARTICLES[::9]])


def test_nothing_reflected_runs_without_the_policy(watched: Watched, unguarded: str) -> None:
    """A ninth: no number of patterns, contexts or slots is a multiple of three, so all of each occur."""
    nothing_runs(watched, unguarded, REFLECTED[::9])


def test_with_the_policy_it_has_nothing_to_refuse(watched: Watched, guarded: str) -> None:
    """Fewer, since these pages are loaded one after the other."""
    refused_by_rule(watched, guarded, [*LISTS, *ARTICLES[::21], *REFLECTED[::17]])


@pytest.mark.long
def test_nothing_runs_anywhere_without_the_policy(watched: Watched, unguarded: str) -> None:
    nothing_runs(watched, unguarded, [*ARTICLES, *REFLECTED])


@pytest.mark.long
def test_with_the_policy_it_has_nothing_to_refuse_anywhere(watched: Watched, guarded: str) -> None:
    refused_by_rule(watched, guarded, [*LISTS, *ARTICLES, *REFLECTED])


def nothing_runs(watched: Watched, server: str, paths: Sequence[str]) -> None:
    watched.page.goto(f"{server}/healthz")

    assert watched.load(paths) == []
    assert watched.said == []


def refused_by_rule(watched: Watched, server: str, paths: Sequence[str]) -> None:
    for path in paths:
        answer = watched.page.goto(server + path, wait_until="domcontentloaded")
        assert answer
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert watched.said == [], path


def test_nothing_in_a_batch_runs(watched: Watched, unguarded: str) -> None:
    watched.page.goto(f"{unguarded}/lot")
    lines = [" ".join(payload.split()).replace("\u2028", "").replace("\u2029", "") for payload in PAYLOADS]
    watched.page.locator("#requetes").fill("\n".join(line for line in lines[::20]))
    watched.page.locator(".batch button").first.click()
    watched.page.locator("main").get_by_role("status").wait_for()

    assert watched.page.evaluate(f"({FOREIGN})(document)") == []
    assert watched.said == []


def test_nothing_that_is_suggested_runs(watched: Watched, unguarded: str) -> None:
    watched.page.goto(f"{unguarded}/?sort=newest")
    for typed in ("drone <", "<script", "<img src", 'drone " auto', "javascript"):
        watched.page.locator("#q").fill(typed)
        watched.page.wait_for_timeout(400)
        assert watched.page.evaluate(f"({FOREIGN})(document)") == []
    assert watched.said == []


def test_feeds_have_elements_of_their_own_only(unguarded: str) -> None:
    for path in ("/atom", "/rss"):
        for page in range(1, 11):
            with urllib.request.urlopen(f"{unguarded}{path}?q=drone&size=100&page={page}") as response:
                tree = etree.fromstring(response.read())
            assert {etree.QName(each).namespace for each in tree.iter(etree.Element)} <= NAMESPACES, (path, page)


def test_what_is_looked_for_is_seen(watched: Watched, unguarded: str) -> None:
    """The same markup, put into a page as it is: nearly all of it is foreign, and most of it runs."""
    watched.page.goto(f"{unguarded}/healthz")
    pages = [
        (str(number), f"<!doctype html><p>{pattern.replace('N', str(number))}><p>")
        for number, pattern in enumerate(PATTERNS)
    ]
    foreign = {name for name, _ in watched.page.evaluate(LOAD, pages)}

    text_anyway = {number for number, pattern in enumerate(PATTERNS) if pattern[0] in "\uff1c&%{j"}
    quirks = {
        number for number, pattern in enumerate(PATTERNS) if "\u0000" in pattern or "<scr<" in pattern or "`" in pattern
    }
    assert {int(name) for name in foreign} >= set(range(len(PATTERNS))) - text_anyway - quirks
    assert len(set(watched.said)) >= 15, watched.said
