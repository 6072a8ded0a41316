"""axe, a checker of accessibility that others wrote, finds nothing wrong with any state of the pages.

What it cannot decide (« incomplete ») has to be explained here. Every test run looks at each state in three looks, in
which every width and every scheme of colours occurs; `make accessibility` at all nine.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.states import STATES, Site
from tests.checkers import axe_script

SCREENS = (320, 768, 1280)
SCHEMES = ("light", "dark", "forced")

OPTIONS = {
    "runOnly": {
        "type": "tag",
        "values": [
            *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "RGAAv4", "best-practice"),
        ],
    },
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations", "incomplete"],
    "preload": False,  # no rule of these looks into style sheets
}
RUN = """options => axe.run(document, options).then(({violations, incomplete}) =>
    [["violations", violations], ["incomplete", incomplete]].flatMap(([kind, rules]) => rules.flatMap(rule =>
        rule.nodes.map(({target, any, all, none}) =>
            [kind, rule.id, target.join(" "), [...any, ...all, ...none].map(({message}) => message).join("; ")]))))"""
"""Flat, since most of what axe tells is not needed, and costs as much to send as to find."""

HEIGHT = """() => Math.max(0, ...["html", ".filters:target"].flatMap(each => document.querySelector(each)?.scrollHeight ?? []))"""


class Explained(NamedTuple):
    """What axe cannot decide, and why it is right."""

    rule: str
    target: str
    message: str
    states: Sequence[str]
    reason: str


EXPLAINED = (
    Explained(
        "skip-link",
        r"\[href\$=\"#filtres\"\]",
        "should become visible",
        tuple(STATES),
        "On narrow screens the filters are a drawer, which following this very link shows (:target).",
    ),
    Explained(
        "color-contrast",
        "",
        "overlap|too short",
        ("suggestions",),
        "The list of suggestions lies over what is below the box, as long as it is open.",
    ),
)

Finding = tuple[str, str, str, str]
"""Of what kind, by which rule, where, and what axe says of it."""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def look(page: Page, width: int, scheme: str) -> None:
    """Show the whole page at once, since what a sticky button covers until one scrolls counts as covered."""
    page.emulate_media(
        color_scheme="dark" if scheme == "dark" else "light", forced_colors="active" if scheme == "forced" else "none"
    )
    page.set_viewport_size({"width": width, "height": 600})
    page.set_viewport_size({"width": width, "height": page.evaluate(HEIGHT)})


def findings(page: Page, options: dict[str, Any] = OPTIONS) -> list[Finding]:
    """What axe finds."""
    return [(kind, rule, target, said) for kind, rule, target, said in page.evaluate(RUN, options)]


def explained(finding: Finding, state: str) -> bool:
    """Whether a finding is one that axe only could not decide, and that is explained."""
    kind, rule, target, said = finding
    return kind == "incomplete" and any(
        rule == each.rule and state in each.states and re.search(each.target, target) and re.search(each.message, said)
        for each in EXPLAINED
    )


def check(page: Page, site: Site, name: str, looks: Sequence[tuple[int, str]]) -> None:
    site.show(page, name)
    page.evaluate(axe_script())
    for width, scheme in looks:
        if width <= STATES[name].widest:
            look(page, width, scheme)
            assert [each for each in findings(page) if not explained(each, name)] == [], (name, width, scheme)


@pytest.mark.parametrize("name", STATES)
def test_axe_finds_nothing(page: Page, site: Site, name: str) -> None:
    turn = list(STATES).index(name)
    check(page, site, name, [(width, SCHEMES[(turn + at) % 3]) for at, width in enumerate(SCREENS)])


@pytest.mark.long
@pytest.mark.parametrize("name", STATES)
def test_axe_finds_nothing_in_any_look(page: Page, site: Site, name: str) -> None:
    check(page, site, name, list(product(SCREENS, SCHEMES)))


def test_axe_finds_what_is_wrong(page: Page) -> None:
    page.goto("about:blank")  # the policy of a page that was there would keep the styles out
    look(page, 320, "light")
    page.set_content(
        '<html lang="fr"><title>Essai</title><main><h1>Essai</h1><img src="x"><p style="color: #aaa">Pâle</p>'
        '<button style="width: 9px; height: 9px; padding: 0" aria-label="a"></button>'
        '<button style="width: 9px; height: 9px; padding: 0" aria-label="b"></button>'
    )
    page.evaluate(axe_script())

    assert {rule for kind, rule, _, _ in findings(page) if kind == "violations"} >= {
        "image-alt",
        "color-contrast",
        "target-size",
    }


def test_every_rule_that_is_asked_for_is_known(page: Page) -> None:
    """A tag that axe does not know would check nothing."""
    page.set_content("<p>")
    page.evaluate(axe_script())
    for tag in OPTIONS["runOnly"]["values"]:  # type: ignore[index]
        if tag != "wcag22a":  # WCAG 2.2 adds nothing at level A that axe could see
            assert page.evaluate("tag => axe.getRules([tag]).length", tag) > 0, tag
