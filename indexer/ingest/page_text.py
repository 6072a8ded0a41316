"""The words of a page as its readers see them."""

import re

from lxml.html import HtmlElement

_BLANKS = re.compile(r"[ \t\n\r\f]+")


def visible_text(element: HtmlElement) -> str:
    """The words of an element on one line."""
    return spaced(" ".join(element.itertext()))


def spaced(text: str) -> str:
    """On one line; no-break spaces are typography and stay."""
    return _BLANKS.sub(" ", text).strip()
