"""Articles and entities as people read them, in a real Chromium with scripts off."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import WIDTHS, overflow


def open_article(page: Page, address: str) -> None:
    page.goto(f"{address}/?q=Rafale+Marine")
    page.locator(".hit h2 a").first.click()
    expect(page.locator(".article")).to_be_visible()


def line_under(page: Page, selector: str) -> str:
    line: str = page.evaluate(f"getComputedStyle(document.querySelector('{selector}')).textDecorationLine")
    return line


def test_each_kind_of_mark_can_be_switched_off_alone(page: Page, address: str) -> None:
    open_article(page, address)
    assert line_under(page, ".article .named-country") == "underline"

    page.get_by_role("group", name="Marquer dans le texte").get_by_role("checkbox", name="Pays").uncheck()

    assert line_under(page, ".article .named-country") == "none"
    assert line_under(page, ".article .named-organisation") == "underline"


def test_marks_are_switched_off_by_keyboard(page: Page, address: str) -> None:
    open_article(page, address)
    box = page.get_by_role("checkbox", name="Organisation")
    box.focus()
    page.keyboard.press("Space")

    expect(box).not_to_be_checked()
    assert line_under(page, ".article .named-organisation") == "none"


def test_from_a_mark_to_the_entity_and_on_to_the_articles(page: Page, address: str) -> None:
    open_article(page, address)
    page.locator(".article").get_by_role("link", name="Dassault Aviation").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dassault Aviation")
    expect(page.get_by_role("figure", name="Articles par date")).to_be_visible()

    total = page.locator(".total").inner_text().split()[0]
    page.locator(".total").click()
    expect(page.get_by_role("status")).to_contain_text(total)

    page.get_by_role("link", name="fiche Dassault Aviation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dassault Aviation")


def test_the_figures_of_the_chart_are_a_table(page: Page, address: str) -> None:
    page.goto(f"{address}/entity/country/Ukraine")
    expect(page.get_by_role("table")).not_to_be_visible()

    page.get_by_text("Les chiffres").click()
    expect(page.get_by_role("table")).to_be_visible()
    assert page.get_by_role("row").count() == page.locator(".chart a").count() + 1


def test_versions_lead_to_one_another(page: Page, address: str) -> None:
    page.goto(f"{address}/?q=Rafale+Marine")
    page.get_by_role("link", name=re.compile("versions, ")).first.click()
    expect(page.get_by_role("list", name="Filtres actifs")).to_contain_text("d’un même récit")
    found = page.locator(".hit h2 a").all_inner_texts()

    page.locator(".hit h2 a").first.click()
    section = page.get_by_role("region", name="Autres versions")
    section_first = section.locator("li > a").first.inner_text()
    assert sorted(section.locator("li > a").all_inner_texts()) == sorted(found[1:])

    section.get_by_role("link", name=re.compile("comparer")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Deux versions d’un récit")
    expect(page.locator("del, ins").first).to_be_visible()
    page.locator(".version a").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(section_first)


def test_words_looked_for_are_marked_and_can_be_switched_off(page: Page, address: str) -> None:
    open_article(page, address)
    marked = page.locator(".article mark").all_inner_texts()
    assert {"Rafale", "Marine"} <= set(marked)
    paper = page.locator(".article mark").first.evaluate("mark => getComputedStyle(mark).backgroundColor")

    page.get_by_role("checkbox", name="Mots cherchés").uncheck()
    assert page.locator(".article mark").first.evaluate("mark => getComputedStyle(mark).backgroundColor") != paper
    assert line_under(page, ".article .named-country") == "underline"


def test_on_paper_there_is_the_article_alone(page: Page, address: str) -> None:
    open_article(page, address)
    page.emulate_media(media="print")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for selector in (".top", ".bottom", ".legend", ".beside"):
        expect(page.locator(selector)).not_to_be_visible()


def test_an_example_of_help_is_a_search(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="Aide", exact=True).click()
    expect(page).to_have_title("Aide à la recherche – Vigie")

    page.get_by_role("link", name="Kiev SAUF drones").click()
    expect(page.get_by_role("searchbox")).to_have_value("Kiev SAUF drones")
    expect(page.get_by_role("status")).to_contain_text("résultats")


def open_comparison(page: Page, address: str) -> None:
    open_article(page, address)
    page.get_by_role("link", name=re.compile("comparer")).first.click()
    expect(page.locator(".comparison")).to_be_visible()


def ask_a_batch(page: Page, address: str) -> None:
    page.goto(f"{address}/lot")
    page.get_by_label("Requêtes").fill(f"Rafale\n{'anticonstitutionnellement' * 9}\n(")
    page.get_by_role("button", name="Chercher", exact=True).click()
    expect(page.locator(".answers")).to_be_visible()


@pytest.mark.parametrize(
    "opened",
    [
        *("/aide", "/entity/country/Ukraine", "/entity/equipment/Leopard 2", "/entity/country/Nullepart"),
        *(open_article, open_comparison, ask_a_batch),
    ],
)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_runs_off_the_page(
    page: Page, address: str, opened: str | Callable[[Page, str], None], width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    if isinstance(opened, str):
        page.goto(address + opened)
    else:
        opened(page, address)

    assert overflow(page) <= 0


@pytest.mark.parametrize("path", ["/", "/entity/country/Ukraine"])
def test_nothing_breaks_the_security_policy(browser: Browser, address: str, path: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.goto(address + path)
    page.locator("a[href^='/document/']").first.click()

    assert problems == []
    context.close()


def test_a_batch_is_searched_and_taken_away(page: Page, address: str) -> None:
    page.goto(f"{address}/lot")
    page.get_by_label("Requêtes").fill("Rafale\nKiev SAUF drones\n(")
    page.get_by_role("button", name="Chercher", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("3\u00a0requêtes")
    expect(page.get_by_role("cell", name="aucun mot")).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("button", name="Télécharger en CSV").click()
    assert download.value.suggested_filename == "vigie-lot.csv"
    page.get_by_role("link", name="Kiev SAUF drones").click()
    expect(page.get_by_role("searchbox")).to_have_value("Kiev SAUF drones")
