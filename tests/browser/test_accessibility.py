"""What axe cannot see: reflow, large text, the focus, languages, titles, what is announced."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.serving import overflow
from tests.browser.states import STATES, Site
from tests.making import make_document, make_engine
from web import create_app

CLIPPED = """() => [...document.querySelectorAll("body *")].filter(each => {
    const style = getComputedStyle(each), box = each.getBoundingClientRect();
    if (!box.width || !box.height || each.closest(".unseen, .skip, svg, pre, thead") || style.overflowX === "visible") return false;
    return each.scrollWidth > each.clientWidth + 1 && !["auto", "scroll"].includes(style.overflowX)
        && !["INPUT", "TEXTAREA"].includes(each.tagName);
}).map(each => each.outerHTML.slice(0, 120))"""
"""Elements that cut what is in them."""

OUTSIDE = """() => [...document.querySelectorAll("main *, header *, footer *")].filter(each => {
    const box = each.getBoundingClientRect();
    return box.width && box.height && !each.closest(".unseen, .skip, svg, pre, thead")
        && (box.right > document.documentElement.clientWidth + 1 || box.left < -1);
}).map(each => each.outerHTML.slice(0, 120))"""
"""Elements that stand out of the window."""

FOCUS = """() => {
    const each = document.activeElement, style = getComputedStyle(each), box = each.getBoundingClientRect();
    const middle = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, innerHeight) / 2);
    return {
        body: each === document.body,
        name: each.outerHTML.slice(0, 120),
        outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
        covered: !middle || !(each.contains(middle) || middle.contains(each)
            || [...each.labels ?? []].some(label => label.contains(middle))),
    };
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page into which tests may put styles."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    yield context.new_page()
    context.close()


def fits(page: Page) -> None:
    assert overflow(page) <= 0
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate(CLIPPED) == []


@pytest.mark.parametrize("name", STATES)
def test_nothing_is_wider_than_a_narrow_window(page: Page, site: Site, name: str) -> None:
    """320 pixels, which is a window of 1,280 at 400 %."""
    page.set_viewport_size({"width": 320, "height": 800})
    site.show(page, name)

    fits(page)


@pytest.mark.parametrize("name", STATES)
def test_text_twice_as_large_fits(page: Page, site: Site, name: str) -> None:
    page.set_viewport_size({"width": min(1280, STATES[name].widest), "height": 800})
    site.show(page, name)
    page.add_style_tag(content="html { font-size: 200% }")

    fits(page)


@pytest.mark.parametrize("name", STATES)
def test_wider_spacing_loses_nothing(page: Page, site: Site, name: str) -> None:
    """WCAG 1.4.12: lines, paragraphs, letters and words further apart."""
    page.set_viewport_size({"width": min(768, STATES[name].widest), "height": 800})
    site.show(page, name)
    page.add_style_tag(
        content="* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }"
        "p { margin-bottom: 2em !important }"
    )

    fits(page)


def test_the_measures_see_what_does_not_fit(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    page.set_content(
        "<main><p style='width: 400px'>a</p><div style='width: 9px; overflow: hidden'>aaaaaaaaaaaa</div></main>"
    )

    assert overflow(page) > 0
    assert len(page.evaluate(OUTSIDE)) == 1
    assert len(page.evaluate(CLIPPED)) == 1


def test_the_count_is_announced(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    announced = {
        "results": r"^\d+\sarticles? pour|^\d+\srésultats? pour",
        "nothing-found": r"^0\srésultat pour",
        "filtered": r"^\d+\srésultats? pour",
        "facet": r"\d+\svaleurs?",
        "batch-answered": r"^3\srequêtes$",
    }
    for name, said in announced.items():
        site.show(page, name)
        assert page.get_by_role("status").count() == 1, name
        assert re.search(said, page.get_by_role("status").inner_text()), name
    site.show(page, "suggestions")
    assert re.search(r"^\d+ suggestions?$", page.locator("[aria-live=polite]").inner_text())


def test_titles_tell_pages_apart(page: Page, site: Site) -> None:
    titles = {}
    for name in STATES:
        site.show(page, name)
        titles[name] = page.title()

    assert all("Vigie" in title and 8 < len(title) < 200 for title in titles.values())
    assert titles.pop("filters-on-a-phone") == titles["filtered"]
    titles.pop("suggestions")  # the page is that of the results
    repeated = {name for name, title in titles.items() if list(titles.values()).count(title) > 1}
    assert repeated <= {"filtered", "excluded"}, repeated


def test_languages_are_marked(page: Page, site: Site) -> None:
    """Every text node with words of an English article is in an element that says so, hidden ones too."""
    words = re.compile(r"Poland (buys|has bought) Rafale|contract with Dassault|ministry in Warsaw")
    for name in ("results-in-english", "article-in-english", "versions-in-english", "start"):
        site.show(page, name)
        texts = page.evaluate("""() => {
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
            while (walker.nextNode()) {
                found.push([walker.currentNode.parentElement.closest("[lang]").lang, walker.currentNode.data]);
            }
            return found;
        }""")
        english = [(lang, text) for lang, text in texts if words.search(text)]
        assert {lang for lang, _ in english} == {"en"}, (name, english)
    assert page.evaluate("document.documentElement.lang") == "fr"
    site.show(page, "reference")
    assert page.locator("main > [lang=en]").count() == 1


def test_what_reads_from_right_to_left_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    article = msgspec.structs.replace(make_document("صاروخ جديد", title="صاروخ"), language="ar")
    engine = make_engine(tmp_path_factory.mktemp("arabic"), article)
    client = create_app(engine=engine).test_client()

    for path in ("/?sort=newest", "/document/a", "/"):
        assert 'lang="ar" dir="rtl"' in client.get(path).get_data(as_text=True), path
    engine.close()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize(
    "name", ["start", "filtered", "facet", "article-with-versions", "versions", "entity", "help", "batch"]
)
def test_the_focus_is_always_seen(page: Page, site: Site, name: str, width: int) -> None:
    """Through the whole page by the Tab key: outlined, in the window, behind nothing, and out at its end."""
    page.set_viewport_size({"width": width, "height": 700})
    site.show(page, name)
    for _ in range(400):
        page.keyboard.press("Tab")
        focus: dict[str, Any] = page.evaluate(FOCUS)
        if focus["body"]:
            return
        assert focus["outlined"], focus["name"]
        assert focus["inside"], focus["name"]
        assert not focus["covered"], focus["name"]
    raise AssertionError("the focus stays in the page")


@pytest.mark.parametrize("name", STATES)
def test_every_page_has_its_regions(page: Page, site: Site, name: str) -> None:
    """The same search and the same menu, at the same places."""
    page.set_viewport_size({"width": min(1280, STATES[name].widest), "height": 800})
    site.show(page, name)

    for role in ("banner", "main", "contentinfo", "search"):
        assert page.get_by_role(role).count() == 1, role
    assert page.locator("body > header form[role=search]").count() == 1
    links = page.locator("body > footer nav").first.get_by_role("link").all()
    assert [link.get_attribute("href") for link in links] == [
        "/",
        "/?sort=newest",
        "/lot",
        "/aide",
        "/api",
        "/accessibilite",
    ]
    assert page.get_by_role("heading", level=1).count() == 1


@pytest.mark.parametrize("name", ["results-unfolded", "timeline", "entity", "versions", "batch-answered"])
def test_tables_have_names_and_headers(page: Page, site: Site, name: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    site.show(page, name)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")

    assert page.get_by_role("table").count() > 0
    assert page.get_by_role("table", name=re.compile(r"\w")).count() == page.get_by_role("table").count()
    assert page.locator("th:not([scope])").count() == 0
    assert page.locator("tbody tr:not(:has(th[scope=row]))").count() == 0


@pytest.mark.parametrize("name", ["start", "results", "timeline"])
def test_charts_have_captions(page: Page, site: Site, name: str) -> None:
    site.show(page, name)

    caption = page.locator("figure.timeline > figcaption").inner_text()
    assert re.match(r"Articles par date, de \S+ \d{4} à ", caption)
    assert page.get_by_role("figure", name=caption).count() == 1


@pytest.mark.parametrize("name", ["results", "article-with-versions", "similar", "entity", "start", "filtered"])
def test_links_say_where_they_lead(page: Page, site: Site, name: str) -> None:
    """Two links of one name lead to one place, a title says the link's own words too, and no link opens a window."""
    page.set_viewport_size({"width": 1280, "height": 800})
    site.show(page, name)
    links: list[dict[str, str]] = (
        page.evaluate("""() => [...document.querySelectorAll("a[href]:not(svg a)")].map(each => ({
        name: each.textContent.replace(/\\s+/g, " ").trim(), href: each.getAttribute("href"),
        title: each.title.replace(/\\s+/g, " "), target: each.target,
    }))""")
    )
    for link in links:
        assert link["name"]
        assert not link["target"]
        assert not link["title"] or link["name"] in link["title"], link
    places: dict[str, set[str]] = {}
    for link in links:
        places.setdefault(link["name"], set()).add(link["href"].partition("?")[0].partition("#")[0])
    assert {
        name: found for name, found in places.items() if len(found) > 1 and name.startswith(("articles", "comparer"))
    } == {}


@pytest.mark.parametrize("name", ["results", "facet", "equipment", "article"])
def test_boxes_are_in_groups_with_names(page: Page, site: Site, name: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    site.show(page, name)

    assert page.locator("input[type=checkbox]").count() > 0
    assert page.locator("input[type=checkbox]:not(fieldset:has(> legend) *)").count() == 0
    assert page.locator("fieldset > legend:empty").count() == 0


@pytest.mark.parametrize("query", ["from=hier", "to=2024-13", "amount_from=x", "currency=zz", "page=x"])
def test_an_error_says_what_is_expected(page: Page, site: Site, query: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{site.address}/?{query}")

    assert re.search(
        r"attend .* : |doit être un nombre de 1 à", page.locator("main p").first.inner_text().replace("\u00a0", " ")
    )
