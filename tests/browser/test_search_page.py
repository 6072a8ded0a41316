"""The page as people use it, in a real Chromium with scripts off."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

WIDTHS = (320, 375, 768, 1280)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A desktop page that runs no script."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=False)
    yield context.new_page()
    context.close()


def box(page: Page, value: str) -> Locator:
    """The checkbox of a facet value; its name ends with the count."""
    return page.get_by_role("checkbox", name=re.compile(rf"^{value} \d"))


def search(page: Page, address: str, query: str) -> None:
    page.goto(address)
    page.get_by_role("searchbox").fill(query)
    page.get_by_role("button", name="Rechercher").click()


def test_a_search_is_typed_filtered_sorted_opened_and_gone_back_to(page: Page, address: str) -> None:
    search(page, address, "missiles Ukraine")
    expect(page.get_by_role("status")).to_contain_text("résultats pour")
    before = page.get_by_role("status").inner_text()

    box(page, "États-Unis").check()
    page.get_by_role("button", name="Appliquer les filtres").click()
    expect(box(page, "États-Unis")).to_be_checked()
    expect(page.get_by_role("list", name="Filtres actifs")).to_contain_text("États-Unis")
    assert page.get_by_role("status").inner_text() != before

    page.get_by_role("link", name="Plus récents").click()
    expect(page.get_by_role("link", name="Plus récents")).to_have_attribute("aria-current", "true")
    expect(box(page, "États-Unis")).to_be_checked()

    listed = page.url
    title = page.locator(".hit h2 a").first.inner_text()
    page.locator(".hit h2 a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.go_back()
    assert page.url == listed

    page.get_by_role("link", name="Tout retirer").click()
    assert page.get_by_role("status").inner_text() == before


def test_paging_goes_on_and_back(page: Page, address: str) -> None:
    search(page, address, "Ukraine")
    first = page.locator(".hit h2").all_inner_texts()

    page.get_by_role("link", name="Suivante").click()
    second = page.locator(".hit h2").all_inner_texts()
    assert second
    assert set(first).isdisjoint(second)
    expect(page).to_have_title(re.compile(r"^«\sUkraine\s»\s: \d+\srésultats, page 2 sur \d+ – Vigie$"))

    page.get_by_role("link", name="Précédente").click()
    assert page.locator(".hit h2").all_inner_texts() == first


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
@pytest.mark.parametrize("path", ["/", "/?q=missiles+Kiev&country=Ukraine", "/?q=introuvablement", "/?page=x"])
def test_nothing_runs_off_the_page(browser: Browser, address: str, width: int, scheme: str, path: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    page.goto(address + path)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_on_a_phone_the_filters_are_a_drawer(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 375, "height": 700}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/?q=otan")
    france = box(page, "France")
    expect(france).not_to_be_visible()

    page.get_by_role("link", name="Filtres").click()
    expect(france).to_be_visible()
    france.check()
    page.get_by_role("button", name="Appliquer les filtres").click()

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
    page.goto(address)
    country = page.locator("details.facet").first
    seen = country.get_by_role("checkbox").count()
    country.get_by_text("voir plus").click()

    assert country.get_by_role("checkbox").count() > seen
    expect(country.get_by_text("voir moins")).to_be_visible()


def test_an_excluded_value_can_be_let_in_again(page: Page, address: str) -> None:
    page.goto(f"{address}/?q=otan&-country=Russie")
    page.get_by_role("checkbox", name=re.compile("^sauf Russie")).uncheck()
    page.get_by_role("button", name="Appliquer les filtres").click()

    expect(page.get_by_role("list", name="Filtres actifs")).to_have_count(0)


def test_versions_are_grouped_by_a_link(page: Page, address: str) -> None:
    search(page, address, "Rafale")
    before = page.get_by_role("status").inner_text()
    page.get_by_role("link", name="Regrouper les versions").click()

    assert page.get_by_role("status").inner_text() != before
    page.get_by_role("link", name="Montrer chaque version").click()
    assert page.get_by_role("status").inner_text() == before
