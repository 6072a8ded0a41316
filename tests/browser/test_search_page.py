"""The page as people use it, in a real Chromium: with scripts off, but for the completion in the search box."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.serving import WIDTHS, overflow


def box(page: Page, value: str) -> Locator:
    """The checkbox of a facet value; its name ends with the count."""
    return page.get_by_role("checkbox", name=re.compile(rf"^{value} \d"))


def follow(page: Page, link: Locator) -> None:
    """Click and wait for what comes: reading a page while it goes gives what was there before."""
    with page.expect_navigation():
        link.click()


def apply_filters(page: Page) -> None:
    follow(page, page.get_by_role("button", name="Appliquer les filtres"))


def search(page: Page, address: str, query: str) -> None:
    page.goto(address)
    page.get_by_role("searchbox").fill(query)
    follow(page, page.get_by_role("button", name="Rechercher"))


def test_a_search_is_typed_filtered_sorted_opened_and_gone_back_to(page: Page, address: str) -> None:
    search(page, address, "missiles Ukraine")
    expect(page.get_by_role("status")).to_contain_text("résultats pour")
    before = page.get_by_role("status").inner_text()

    box(page, "États-Unis").check()
    apply_filters(page)
    expect(box(page, "États-Unis")).to_be_checked()
    expect(page.get_by_role("list", name="Filtres actifs")).to_contain_text("États-Unis")
    assert page.get_by_role("status").inner_text() != before

    page.get_by_role("link", name="Plus récents").click()
    expect(page.get_by_role("link", name="Plus récents")).to_have_attribute("aria-current", "true")
    expect(box(page, "États-Unis")).to_be_checked()

    listed = page.url
    title = page.locator(".hit h2 a").first.inner_text()
    follow(page, page.locator(".hit h2 a").first)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.go_back()
    assert page.url == listed

    follow(page, page.get_by_role("link", name="Tout retirer"))
    assert page.get_by_role("status").inner_text() == before


def test_paging_goes_on_and_back(page: Page, address: str) -> None:
    search(page, address, "Ukraine")
    first = page.locator(".hit h2").all_inner_texts()

    follow(page, page.get_by_role("link", name="Suivante"))
    second = page.locator(".hit h2").all_inner_texts()
    assert second
    assert set(first).isdisjoint(second)
    expect(page).to_have_title(re.compile(r"^«\sUkraine\s»\s: \d+\srésultats, page 2 sur \d+ – Vigie$"))

    follow(page, page.get_by_role("link", name="Précédente"))
    assert page.locator(".hit h2").all_inner_texts() == first


def test_an_address_is_shared(browser: Browser, page: Page, address: str) -> None:
    """What is looked for, chosen, left out, ordered and paged is all in the address: others see the same."""
    search(page, address, "Ukraine")
    box(page, "Ukraine").check()
    page.get_by_role("checkbox", name="sauf Allemagne").check()
    apply_filters(page)
    follow(page, page.get_by_role("link", name="Plus récents"))
    follow(page, page.get_by_role("link", name="Suivante"))

    def read(page: Page) -> list[str]:
        parts = page.locator("[role=status], .hit, .chips li")
        return [page.title(), *parts.all_inner_texts()]

    context = browser.new_context(viewport={"width": 1280, "height": 900})
    other = context.new_page()
    other.goto(page.url)
    assert read(other) == read(page)
    assert len(read(page)) > 5
    assert other.get_by_role("searchbox").or_(other.get_by_role("combobox")).input_value() == "Ukraine"
    context.close()


def test_found_words_are_marked(page: Page, address: str) -> None:
    search(page, address, "F16")

    assert {
        mark.replace("-", "").replace("\u2011", "").replace(" ", "") for mark in page.locator("mark").all_inner_texts()
    } == {"F16"}


def test_a_chip_removes_its_filter(page: Page, address: str) -> None:
    page.goto(f"{address}/?q=otan&country=France&country=Allemagne")
    page.get_by_role("link", name="Retirer le filtre Pays France").click()

    expect(box(page, "France")).not_to_be_checked()
    expect(box(page, "Allemagne")).to_be_checked()


def test_the_search_box_comes_first_by_keyboard(page: Page, address: str) -> None:
    page.goto(address)
    names = []
    for _ in range(3):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.textContent || document.activeElement.name").strip())

    assert names == ["Aller au contenu", "Vigie", "q"]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    [
        *("/", "/?q=missiles+Kiev&country=Ukraine&explain=1", "/?q=introuvablement", "/?page=x"),
        *("/?q=Rafale+introuvablement&-country=France", "/facette/equipment", "/facette/source?match=e"),
    ],
)
def test_nothing_runs_off_the_page(browser: Browser, address: str, width: int, scheme: str, path: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    page.goto(address + path)

    assert overflow(page) <= 0
    context.close()


def test_on_a_phone_the_filters_are_a_drawer(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 375, "height": 700}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/?q=otan")
    france = box(page, "France")
    expect(france).not_to_be_visible()

    page.get_by_role("link", name="Filtres", exact=True).click()
    expect(france).to_be_visible()
    france.check()
    apply_filters(page)

    expect(france).not_to_be_visible()
    expect(page.get_by_role("list", name="Filtres actifs")).to_contain_text("France")
    context.close()


def test_no_request_leaves_the_server(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    problems: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: problems.append(message.text))
    page.goto(f"{address}/?q=otan")

    assert asked
    assert all(url.startswith(address) for url in asked)
    assert problems == []
    context.close()


def test_folded_values_are_unfolded_without_scripts(page: Page, address: str) -> None:
    page.goto(f"{address}/?sort=newest")
    country = page.locator("details.facet").first
    seen = country.get_by_role("checkbox").count()
    country.get_by_text("voir plus").click()

    assert country.get_by_role("checkbox").count() > seen
    expect(country.get_by_text("voir moins")).to_be_visible()


def test_versions_are_grouped_by_a_link(page: Page, address: str) -> None:
    search(page, address, "Rafale")
    before = page.get_by_role("status").inner_text()
    follow(page, page.get_by_role("link", name="Regrouper les versions"))

    assert page.get_by_role("status").inner_text() != before
    follow(page, page.get_by_role("link", name="Montrer chaque version"))
    assert page.get_by_role("status").inner_text() == before


def test_a_value_is_left_out_and_comes_back(page: Page, address: str) -> None:
    search(page, address, "otan")
    before = page.get_by_role("status").inner_text()
    page.get_by_role("checkbox", name="sauf France").check()
    apply_filters(page)

    expect(page.get_by_role("list", name="Filtres actifs")).to_contain_text("Pays sauf France")
    expect(page.get_by_role("checkbox", name="sauf France")).to_be_checked()
    expect(box(page, "France")).not_to_be_checked()
    assert "France" not in page.locator(".hit .tags li").all_inner_texts()
    assert page.get_by_role("status").inner_text() != before

    page.get_by_role("checkbox", name="sauf France").uncheck()
    apply_filters(page)
    expect(page.get_by_role("list", name="Filtres actifs")).to_have_count(0)
    assert page.get_by_role("status").inner_text() == before


def test_any_value_can_be_looked_for_and_chosen(page: Page, address: str) -> None:
    search(page, address, "Ukraine")
    page.get_by_role("link", name="Tout voir et chercher dans Pays").click()
    page.get_by_label("Chercher une valeur").fill("coree")
    page.get_by_role("button", name="Chercher", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("pour «\u00a0coree\u00a0»")

    box(page, "Corée du Sud").check()
    apply_filters(page)
    expect(page.get_by_role("list", name="Filtres actifs")).to_contain_text("Corée du Sud")
    expect(page.get_by_role("status")).to_contain_text("pour «\u00a0Ukraine\u00a0»")


def test_a_branch_of_the_equipment_opens(page: Page, address: str) -> None:
    page.goto(f"{address}/?q=Leopard")
    leopard = box(page, "Leopard 2")
    land = page.locator(".branch", has=page.get_by_role("checkbox", name=re.compile(r"^Terrestre \d"))).locator(
        "summary"
    )
    was_open = leopard.is_visible()
    land.click()

    expect(leopard).to_be_visible(visible=not was_open)


def test_a_bar_leads_to_its_articles(page: Page, address: str) -> None:
    page.goto(f"{address}/?sort=newest")
    page.get_by_text("Les chiffres par date").click()
    row = page.get_by_role("row").nth(5)
    month = row.get_by_role("link").inner_text()
    row.get_by_role("link").click()

    expect(page.get_by_role("list", name="Filtres actifs")).to_contain_text(f"Période {month}")
    page.go_back()
    page.locator(".timeline svg a").nth(4).click()
    expect(page.get_by_role("list", name="Filtres actifs")).to_contain_text(f"Période {month}")


def test_the_page_size_is_chosen(page: Page, address: str) -> None:
    search(page, address, "Ukraine")
    follow(page, page.get_by_role("navigation", name="Résultats par page").get_by_role("link", name="20"))

    assert page.locator(".hit").count() == 20


@pytest.mark.parametrize(
    "path", ["/", "/?q=missiles+Kiev", "/?q=otan&-country=France&page=2", "/?q=introuvablement", "/facette/equipment"]
)
def test_scripts_change_nothing_of_what_is_read(browser: Browser, address: str, path: str) -> None:
    texts = []
    for scripts in (True, False):
        context = browser.new_context(java_script_enabled=scripts)
        page = context.new_page()
        page.goto(address + path)
        texts.append(page.locator("main").inner_text())
        context.close()

    assert texts[0] == texts[1]


SEEN_FOCUS = """() => {
    const here = document.activeElement, [box] = here.getClientRects();
    const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return getComputedStyle(here).outlineStyle !== "none" && (here.contains(at) || at?.contains(here));
}"""
"""Whether what has the focus is outlined, on the screen, and under nothing else."""


def test_from_search_to_filter_to_page_2_to_an_article_by_keyboard(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    stops = 0

    def tab_to(wanted: str) -> None:
        nonlocal stops
        for _ in range(25):
            page.keyboard.press("Tab")
            stops += 1
            assert page.evaluate(SEEN_FOCUS), page.evaluate("document.activeElement.outerHTML")
            if page.evaluate(f"document.activeElement.matches({wanted!r})"):
                return
        raise AssertionError(wanted)

    page.goto(address)
    tab_to("#q")
    page.keyboard.type("Ukraine")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=Ukraine**")
    tab_to("a[href='#filtres']")
    page.keyboard.press("Enter")
    tab_to("input[type=checkbox]")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name="Filtres actifs")).to_be_visible()
    tab_to("a[href='#pages']")
    page.keyboard.press("Enter")
    tab_to("a[rel=next], .pages a[href*='page=2']")
    page.keyboard.press("Enter")
    page.wait_for_url("**page=2**")
    tab_to("a[href='#liste']")
    page.keyboard.press("Enter")
    tab_to(".hit h2 a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/document/**")

    assert stops <= 25
    context.close()


@pytest.fixture
def scripted(browser: Browser) -> Iterator[Page]:
    """A page that runs scripts and has no problem with them."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert problems == []


def test_a_query_is_completed_by_keyboard(scripted: Page, address: str) -> None:
    scripted.goto(address)
    field = scripted.get_by_role("combobox", name="Rechercher dans les articles")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("leopard 2a")
    options = scripted.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(options.first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")

    field.press("ArrowDown")
    field.press("ArrowDown")
    field.press("ArrowUp")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "")
    chosen = options.first.locator(".said").inner_text()
    field.press("Enter")

    expect(scripted.get_by_role("status")).to_contain_text(f"pour «\u00a0{chosen}\u00a0»")
    expect(scripted.get_by_role("combobox")).to_have_value(chosen)


def test_escape_closes_the_suggestions_and_keeps_what_was_typed(scripted: Page, address: str) -> None:
    scripted.goto(address)
    field = scripted.get_by_role("combobox")
    field.press_sequentially("leop")
    expect(scripted.get_by_role("listbox")).to_be_visible()
    field.press("ArrowDown")
    field.press("Escape")
    expect(scripted.get_by_role("listbox")).not_to_be_visible()
    expect(field).to_have_value("leop")
    assert field.get_attribute("aria-activedescendant") is None

    field.press("ArrowDown")
    expect(scripted.get_by_role("listbox")).to_be_visible()
    scripted.keyboard.press("Tab")
    expect(scripted.get_by_role("listbox")).not_to_be_visible()


def test_enter_searches_for_what_was_typed_when_nothing_is_chosen(scripted: Page, address: str) -> None:
    scripted.goto(address)
    field = scripted.get_by_role("combobox")
    field.press_sequentially("otan")
    expect(scripted.get_by_role("listbox")).to_be_visible()
    field.press("Enter")

    expect(scripted.get_by_role("status")).to_contain_text("pour «\u00a0otan\u00a0»")


def test_a_title_leads_to_its_article(scripted: Page, address: str) -> None:
    scripted.goto(f"{address}/?q=Rafale+Marine")
    title = scripted.locator(".hit h2 a").first.inner_text()
    scripted.get_by_role("combobox").fill(title[:40])
    option = scripted.get_by_role("option", name=re.compile("article$")).first
    shown = option.locator(".said").inner_text()
    option.click()

    expect(scripted.get_by_role("heading", level=1)).to_have_text(shown)


def test_suggestions_move_nothing(scripted: Page, address: str) -> None:
    scripted.goto(f"{address}/?q=otan")
    places = "[...document.querySelectorAll('#q, h1, .hit')].map(each => JSON.stringify(each.getBoundingClientRect()))"
    before = scripted.evaluate(places)
    scripted.get_by_role("combobox").press("End")
    scripted.get_by_role("combobox").press_sequentially(" leop")
    expect(scripted.get_by_role("listbox")).to_be_visible()

    assert scripted.evaluate(places) == before


def test_the_choice_keeps_the_filters(scripted: Page, address: str) -> None:
    scripted.goto(f"{address}/?q=otan&country=France")
    field = scripted.get_by_role("combobox")
    field.fill("Macr")
    field.press("ArrowDown")
    expect(scripted.get_by_role("option").first).to_be_visible()
    field.press("ArrowDown")
    field.press("Enter")

    expect(scripted.get_by_role("list", name="Filtres actifs")).to_contain_text("France")
