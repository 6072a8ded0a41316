"""A saved web page -> Draft: what the page says of its article, and the article without the page around it.

Three steps: facts are read from the whole page (page_metadata); what is furniture by its name, its links or its label
is taken out of the tree (page_furniture); trafilatura finds the main text in what is left. Nothing is fetched.
"""

import re
from collections.abc import Iterable, Iterator

import lxml.html
from lxml import etree
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document

from indexer.ingest.draft import Draft
from indexer.ingest.page_furniture import (
    BLOCKS,
    HEADINGS,
    LONGEST_BOX,
    MAIN_SHARE,
    any_of,
    cut_to_article,
    is_label,
    remove_furniture,
)
from indexer.ingest.page_metadata import read_page_facts
from indexer.ingest.page_text import spaced

LARGEST_PAGE = 5_000_000
"""Characters. Pages of the press stay below 2 million; 5 million take 4 s and 250 MB."""

MOST_ELEMENTS = 100_000
"""Pages have 500 to 5,000, a live blog of some days 30,000."""

MOST_JUDGED = 20_000
"""Elements up to which trafilatura judges what is left; it compares each with all (50,000 took 8 s)."""

DEEPEST_PAGE = 1000
"""Elements in one another; libxml2 silently drops what is below 2,048. Pages stay below 100, unclosed <font> aside."""

LONGEST_TAG = 20_000
MOST_ATTRIBUTES = 500
"""Of a tag of more than LONGEST_TAG marks: libxml2 compares each with those before it (200,000 took two minutes)."""

FEWEST_WORDS = 15
"""Words below which a page holds no article; a short item of news has 40."""

SHORTEST_PARAGRAPH = 12
"""Words; a shorter line is a paragraph when it ends as a sentence does."""

INLINE_TAGS = tuple("a abbr acronym b big cite em font i ins mark s small span strike strong sub sup tt u".split())
_NOTICE = any_of(
    r"""copyright|tous droits réservés|(?:crédits?|photos?|illustration)(?: ?photo)? ?[:©]|publicité$|chargement…
(?:temps de )?lecture\b.{0,4}\d+ ?min|\d+ ?min(?:utes)? (?:de lecture|read)|il vous reste .{0,20}à lire
(?:la suite|article|contenu) (?:est )?réservée? aux abonnés|adresse de cet article|les opinions exprimées
haut de page|(?:abonnez|inscrivez)-vous|partager\b.{0,40}$|cet article vous a plu|récupérée de «"""
)
_CREDIT = any_of(r"©|\((?:photos?|crédits?|illustration)\b[^()]*\)$|\bcrédits? ?: [^.]{2,60}$")
_DATELINE = any_of(
    r"(?:publiée?|postée?|mise? à jour|modifiée?|rédigé|écrit|par|propos recueillis)\b.*\b(?:19|20)\d\d\b.*[^.!?…]$"
)
_SENTENCE_END = re.compile(r"[.!?…;:][\s»”\")\]]*$")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_LONG_TAG = re.compile(rf"<[a-zA-Z](?:[^<>\"']|\"[^\"]*\"|'[^']*'){{{LONGEST_TAG},}}+")


def read_html(text: str, *, url: str | None = None) -> Draft:
    """The article of a page that was saved from *url*; ValueError, with the reason in French, when it holds none.

    Refused: more than LARGEST_PAGE characters, MOST_ELEMENTS elements, or DEEPEST_PAGE elements in one another.
    """
    tree = parse_html(text)
    elements = list(tree.iter())  # held: lxml makes each element anew when nobody holds it, a third of the time
    facts = read_page_facts(tree, url=url)
    cut_to_article(tree, facts.heading)
    remove_furniture(tree)
    del elements
    lines = _without_margins(_main_lines(tree), facts.title)
    if sum(len(line.split()) for line in lines) < FEWEST_WORDS:
        raise ValueError("aucun article dans cette page : vide, formulaire ou liste de liens")
    return Draft(
        title=facts.title,
        text="\n".join(lines),
        url=facts.url,
        source=facts.source,
        authors=facts.authors,
        tags=facts.tags,
        published=facts.published,
        modified=facts.modified,
        language=facts.language,
    )


def parse_html(text: str) -> HtmlElement:
    """The tree of a page or of a part of one; ValueError when it is empty or larger than read_html takes."""
    if len(text) > LARGEST_PAGE:
        raise ValueError(f"page de plus de {LARGEST_PAGE // 1_000_000} millions de caractères")
    if any(_count_attributes(tag.group()) > MOST_ATTRIBUTES for tag in _LONG_TAG.finditer(text)):
        raise ValueError(f"balise de plus de {MOST_ATTRIBUTES} attributs")
    # As bytes: lxml refuses a str that declares an encoding, and stops at a lone surrogate.
    content = text.replace("\0", "").encode("utf-8", "replace")
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        tree: HtmlElement = lxml.html.document_fromstring(content, parser=parser)
    except etree.ParserError as error:
        raise ValueError("page vide") from error
    if text.count("<") > DEEPEST_PAGE / 2:  # half of them: the parser adds some of its own
        _check_size(tree)
    return tree


def _count_attributes(tag: str) -> int:
    return len(_QUOTED.sub("", tag).split())


def _check_size(tree: HtmlElement) -> None:
    depth = deepest = count = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        deepest = max(deepest, depth)
    if deepest > DEEPEST_PAGE:
        raise ValueError(f"page aux balises trop imbriquées (plus de {DEEPEST_PAGE} niveaux)")
    if count > MOST_ELEMENTS:
        raise ValueError(f"page de plus de {MOST_ELEMENTS} balises")


def _main_lines(tree: HtmlElement) -> list[str]:
    """What is left of the page, as far as trafilatura's main text goes.

    trafilatura says where the article ends and which short lines belong to it. What it loses inside, mostly standfirsts
    outside the container of the body, stays: F1 0.996 on the test pages, 0.91 for trafilatura alone.
    """
    etree.strip_tags(tree, *INLINE_TAGS)
    left = list(without_sections(block_lines(tree)))
    main = {_key(line) for line in _judged_lines(tree)}
    recognised = [number for number, (line, _) in enumerate(left) if _key(line) in main]
    if sum(len(left[number][0]) for number in recognised) < MAIN_SHARE * sum(len(line) for line, _ in left):
        return [line for line, _ in left]
    until_last = left[: recognised[-1] + 1] if recognised else []
    return [line for line, is_heading in until_last if is_heading or _key(line) in main or _is_paragraph(line)]


def _judged_lines(tree: HtmlElement) -> Iterator[str]:
    """The lines that trafilatura takes for the main text. Its slower second opinions changed no page of the tests."""
    if sum(1 for _ in tree.iter()) <= MOST_JUDGED:
        found = bare_extraction(tree, fast=True, include_comments=False, include_tables=True)
        if isinstance(found, Document):
            yield from (line for line, _ in block_lines(found.body))


def _key(line: str) -> str:
    """What two readings of one line share, whatever they make of its spaces."""
    return "".join(line.split())


def block_lines(tree: etree._Element) -> Iterator[tuple[str, bool]]:
    """The text of a tree, a line for each block, and whether it is a heading."""
    pieces: list[str] = []
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if element.tag in BLOCKS:
            if line := spaced("".join(pieces)):
                yield line, event == "end" and element.tag in HEADINGS
            pieces.clear()
        pieces.append((element.text if event == "start" else element.tail) or "")


def without_sections(lines: Iterable[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """The lines without labels, and without what stands below a heading that is one."""
    elsewhere = False
    for line, is_heading in lines:
        labels = is_label(line)
        elsewhere = labels if is_heading else elsewhere
        if not (elsewhere or labels):
            yield line, is_heading


def _without_margins(lines: list[str], title: str) -> list[str]:
    """The lines without notices, and without the short lines (dates, names, buttons) above and below the text."""
    kept = [line for line in lines if line != title and not is_notice(line)]
    while kept and not _is_paragraph(kept[0]):
        del kept[0]
    while kept and not _is_paragraph(kept[-1]):
        del kept[-1]
    return kept


def _is_paragraph(line: str) -> bool:
    return len(line.split()) >= SHORTEST_PARAGRAPH or bool(_SENTENCE_END.search(line))


def is_notice(line: str) -> bool:
    """Whether a line is a credit, a right, a dateline or a call: short, and no sentence of the story."""
    is_short = len(line) <= LONGEST_BOX / 2
    return is_short and bool(_NOTICE.match(line) or _CREDIT.search(line) or _DATELINE.match(line))
