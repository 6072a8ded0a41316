"""The markup that feeds and records have for a text -> its lines. No page is around it, so nothing is judged by place.

What most feeds have (paragraphs, breaks, links, pictures) is read without a tree: six paragraphs in 75 µs, not in 136.
"""

import html
import re
from functools import lru_cache

from lxml.html import HtmlElement

from indexer.ingest.html import block_lines, is_notice, parse_html, without_sections
from indexer.ingest.page_furniture import (
    LONGEST_BOX,
    MAIN_SHARE,
    Weight,
    cut_to_article,
    is_label,
    leads_elsewhere,
    remove_furniture,
)
from indexer.ingest.page_text import spaced

_PARAGRAPH = re.compile(r"</?p\s*>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_LINK = re.compile(r"(<a\s[^<>]*>|</a>)", re.IGNORECASE)
_MARKS = re.compile("[<>]")
_WITHOUT_WORDS = re.compile(r"</?(?:em|strong|b|i|u)\s*>|<img\s[^<>]*>", re.IGNORECASE)
_JUDGED = re.compile(r"<a\s[^<>]*\b(?:class|style|id|hidden|role|aria-hidden)\b", re.IGNORECASE)
"""Links whose names or style may say what they are."""

_REFERENCE = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)")
"""What html.unescape takes for a character reference."""

_LEADS_ON = re.compile(
    r"([…\]])\s?(?:lire (?:la suite|plus|l[’']article)|(?:continuer|poursuivre) (?:la lecture|à lire)|read more"
    r"|continue reading)\b[^.!?…]{0,120}$",
    re.IGNORECASE,
)
_LEADS_ON_REACH = 150
"""« Lire la suite » behind a summary that is cut short: « Le ministre […] Lire la suite »."""


def read_fragment(text: str) -> str:
    """The words of *text*, a line for each block, without share links, captions, scripts and what leads elsewhere.

    All its words when nothing would be left: somebody sent them as an article. ValueError, with the reason in French,
    when it is larger than a page may be.

    >>> read_fragment("<p>Un <b>texte</b>.</p><p><a href='/b'>Un autre texte</a></p>")
    'Un texte.'
    """
    lines = read_plainly(text)
    if lines is None:
        lines = read_as_tree(text)
    return "\n".join(line for line in map(_without_link_on, lines) if line and not is_notice(line))


def _without_link_on(line: str) -> str:
    link = _LEADS_ON.search(line, max(0, len(line) - _LEADS_ON_REACH))
    return line[: link.end(1)] if link else line


def read_as_tree(text: str) -> list[str]:
    """The lines of any markup."""
    tree = _without_scripts(text)
    elements = list(tree.iter())  # held: see read_html
    remove_furniture(tree)
    del elements
    lines = [line for line, _ in without_sections(block_lines(tree))]
    return lines or [line for line, _ in block_lines(_without_scripts(text))]


def _without_scripts(text: str) -> HtmlElement:
    tree = parse_html(text)
    cut_to_article(tree, None)
    return tree


def read_plainly(text: str) -> list[str] | None:
    """The same, of markup that has paragraphs, breaks, emphasis, pictures and links only; None for any other."""
    if _JUDGED.search(text):
        return None
    text = _BREAK.sub("\r", _WITHOUT_WORDS.sub("", text.replace("\r", " ")))
    written = [paragraph for paragraph in _PARAGRAPH.split(text) if paragraph and not paragraph.isspace()]
    if any(_has_marks(paragraph) for paragraph in written):
        return None
    paragraphs = list(map(_weigh, written))
    most = MAIN_SHARE * sum(weight.told for weight, _ in paragraphs)
    kept = [words for weight, words in paragraphs if weight.told > most or not leads_elsewhere("p", weight)]
    lines = [spaced(line) for words in kept for line in words.split("\r")]
    told = [line for line in lines if line and not is_label(line)]
    return told or [spaced(words) for _, words in paragraphs]


def _has_marks(paragraph: str) -> bool:
    """Whether it has any markup but links."""
    return ("<" in paragraph or ">" in paragraph) and bool(_MARKS.search(_LINK.sub("", paragraph)))


def _weigh(paragraph: str) -> tuple[Weight, str]:
    """What a paragraph holds, and its words."""
    weight, pieces, linked = Weight(), [], False
    for number, piece in enumerate(_LINK.split(paragraph) if "<" in paragraph else (paragraph,)):
        if number % 2:
            linked = not piece.startswith("</")
            continue
        words = _REFERENCE.sub(_read_reference, piece) if "&" in piece else piece
        letters = words.strip()
        weight.first = weight.first or letters[:LONGEST_BOX]
        weight.letters += len(letters)
        weight.linked += len(letters) if linked else 0
        pieces.append(words)
    return weight, "".join(pieces)


def _read_reference(match: re.Match[str]) -> str:
    return _character(match.group())


_character = lru_cache(maxsize=1024)(html.unescape)
"""0.4 µs in place of 2: French has a dozen of them in a paragraph."""
