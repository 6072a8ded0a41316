"""The words of a page as its readers see them."""

import re

from lxml.html import HtmlElement

_BLANKS = re.compile(" {2,}")


def visible_text(element: HtmlElement) -> str:
    """The words of an element on one line."""
    return spaced(" ".join(element.itertext()))


def spaced(text: str) -> str:
    """On one line; no-break spaces are typography and stay."""
    for blank in "\t\n\r\f":  # one by one, and runs after that: a pattern for all takes ten times as long
        text = text.replace(blank, " ")
    return (_BLANKS.sub(" ", text) if "  " in text else text).strip()
