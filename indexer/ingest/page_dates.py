"""When was this page published, as it says near its title?"""

import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement

from indexer.ingest.page_text import spaced

NEAR_TITLE = 20
"""Pieces of text after the title among which its date is looked for; half as many before it."""

MOST_BESIDES = 8
"""Words beside a date (« Publié le », « par Claire Vasseur | »); with more, the date is told, not stated."""

LONGEST_LABEL = 100
"""Characters before a date that may say what it is the date of."""

_MONTH = (
    "janvier|janv|février|fevrier|févr|fév|mars|avril|avr|mai|juin|juillet|juil|août|aout|septembre|sept"
    "|octobre|oct|novembre|nov|décembre|decembre|déc"
)
_TIME = r"(?:[\s,]*(?:à|[-–—])?\s*\d{1,2}\s?[h:]\s?\d{2}\b)?"
_DAY = rf"\d{{1,2}}(?:er)?\s+(?:{_MONTH})\.?\s+\d{{4}}|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{4}}|\d{{4}}-\d{{2}}-\d{{2}}"
_DATE = re.compile(rf"\b(?:{_DAY})\b{_TIME}", re.IGNORECASE)
_IS_UPDATE = re.compile(r"(?:mise? à jour|modifi|actualis|updated|modified)[^|\d]{0,30}$", re.IGNORECASE)
_IS_OTHER = re.compile(
    r"(?:imprim|consult|expire|jusqu|télécharg|dépos|enregistr|adopt|séance|réunion|promulgu|officiel|rapporteur|nomm"
    r"|\b(?:JO|loi)\b)[^|\d]{0,60}$",
    re.IGNORECASE,
)
_CITY = re.compile(r"(?:[A-ZÀ-Ý][\w’'-]*(?: [A-ZÀ-Ý][\w’'-]*)*(?: \([^()]{2,20}\))?,? (?:le )?)?")
_WORD = re.compile(r"\w+")
_OPENS = re.compile(r"(?:, [A-ZÀ-Ý][\w’'-]+)?\s*(?:\.?\s*[-–—]|\(|:)")


def dates_near(tree: HtmlElement, heading: HtmlElement | None) -> tuple[str | None, str | None]:
    """The dates of publication and of update that stand near the title, below it rather than above."""
    before, after = _pieces_around(tree, heading)
    dates = [*_dates_in(after), *reversed(list(_dates_in(before)))]
    published = next((date for date, is_update in dates if not is_update), None)
    return published, next((date for date, is_update in dates if is_update), None)


def _pieces_around(tree: HtmlElement, heading: HtmlElement | None) -> tuple[list[str], list[str]]:
    """The pieces of text before and after the title, the nearest ones."""
    before: list[str] = []
    after: list[str] = []
    pieces = before if heading is not None else after
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        unseen = event == "start" and element.tag in {"script", "style", "title", "option"}
        text = "" if unseen else spaced((element.text if event == "start" else element.tail) or "")
        if event == "end" and element is heading:
            pieces = after
        pieces += [text] if text else []
        if len(after) > NEAR_TITLE:
            break
    return before[-NEAR_TITLE // 2 :], after[:NEAR_TITLE]


def _dates_in(pieces: list[str]) -> Iterator[tuple[str, bool]]:
    """The dates that these pieces state, and whether each is that of an update.

    It has little else, or begins a story: « 22 mai 2012. - », « PARIS, 3 mars 2024 (Agence) - ».
    """
    for number, piece in enumerate(pieces):
        is_short = len(_WORD.findall(_DATE.sub("", piece))) <= MOST_BESIDES
        for match in _DATE.finditer(piece):
            begin, end = match.span()
            before = piece[max(0, begin - LONGEST_LABEL) : begin]  # all of it, date by date, took a minute for 100,000
            label = f"{pieces[number - 1][-LONGEST_LABEL:] if number else ''} {before}"
            is_dateline = begin < LONGEST_LABEL and _CITY.fullmatch(before) and _OPENS.match(piece, end)
            if (is_short or is_dateline) and not _IS_OTHER.search(label):
                yield match.group(), bool(_IS_UPDATE.search(label))
