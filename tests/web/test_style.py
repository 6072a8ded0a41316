"""The colours of the style sheet can be told apart, in both themes (WCAG 2.2: 4.5 for text, 3 for lines)."""

import re
from pathlib import Path

import pytest

from web.article_page import MARK_NAMES

STYLE = (Path(__file__).parents[2] / "web" / "static" / "style.css").read_text(encoding="utf-8")
TEXTS = ("ink", "soft", "accent", "danger")
GROUNDS = ("paper", "raised", "accent-soft")
LINES = ("bar", "country", "equipment", "organisation", "person", "amount", "quantity", "date")


def themes() -> dict[str, dict[str, str]]:
    """The colours of each theme: the first block of tokens is the light one, the second the dark one."""
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    )
    return {"light": light, "dark": light | dark}


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours."""
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_the_measure_is_right() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read(theme: str) -> None:
    colours = themes()[theme]
    pairs = [(text, ground) for text in TEXTS for ground in GROUNDS] + [("mark-ink", "mark"), ("paper", "accent")]

    for text, ground in pairs:
        assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_drawn_can_be_seen(theme: str) -> None:
    """Bars, borders of fields and buttons, and the line around what has the focus."""
    colours = themes()[theme]

    for drawn in ("accent", "soft"):
        for ground in GROUNDS:
            assert contrast(colours[drawn], colours[ground]) >= 3, (drawn, ground)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_bars_and_the_lines_under_names_can_be_seen(theme: str) -> None:
    colours = themes()[theme]

    for line in LINES:
        assert contrast(colours[line], colours["paper"]) >= 3, line


def test_every_kind_of_mark_has_its_own_look() -> None:
    looks = set()
    for kind in MARK_NAMES:
        rule = re.search(rf"^\.named-{kind} \{{ (.*?) \}}", STYLE, re.MULTILINE)
        assert rule, kind
        looks.add(rule.group(1))

    assert len(looks) == len(MARK_NAMES)
