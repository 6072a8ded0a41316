"""A saved web page -> Draft: what the page says of its article, and the article without the page around it.

Three steps: facts are read from the whole page (page_metadata); what is furniture by its name, its links or its label
is taken out of the tree; trafilatura finds the main text in what is left. Nothing is fetched.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import lxml.html
from lxml import etree
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document

from indexer.ingest.draft import Draft
from indexer.ingest.page_metadata import read_page_facts

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

MAIN_SHARE = 0.4
"""Of the letters of the page that are no links: what holds more is no furniture, whatever its name (.share-enabled)."""

MOST_BEFORE = 0.8
"""Of the letters that are no links: with more of them before the title, it stands at the end, and all is kept."""

LONGEST_BOX = 600
"""Letters of a box that asks the reader for something, or that leads to one other article."""

LONGEST_LABEL = 60
"""Letters of the heading of a box or section."""

SHORTEST_PARAGRAPH = 12
"""Words; a shorter line is a paragraph when it ends as a sentence does."""

MOST_LINKED = 0.5
MOST_LINKED_PARAGRAPH = 0.8
"""Of the letters of a container or of a paragraph: with more of them in links, it leads elsewhere."""

FURNITURE_TAGS = frozenset(
    "nav aside footer form button input select textarea label dialog iframe object embed svg canvas video audio "
    "figcaption map menu amp-sidebar amp-consent amp-ad amp-iframe amp-user-notification amp-social-share".split()
)
FURNITURE_ROLES = frozenset("navigation banner contentinfo complementary dialog search".split())
FURNITURE_NAMES = frozenset(
    "nav navbar navigation navbox breadcrumb breadcrumbs arbo menu menus sidebar toolbar topbar footer pager pagenav "
    "toc skiplinks share sharing sharedaddy partage social newsletter subscribe subscription signup abo abonnement "
    "paywall cookie cookies consent gdpr rgpd advert advertisement publicite adsbygoogle related relatedposts "
    "similaires recommended comment comments commentaires respond forum reactions meta byline author auteur auteurs "
    "bio tag tags keywords catlinks caption legend legende credit popup modal infobox editsection portfolio bookmark "
    "printfooter sommaire summary promo teaser hidden noprint documents".split()
)
FURNITURE_CLASSES = frozenset("ad ads pub cmp".split())
"""Names only when they stand alone: .pub is an advert, .pub-title belongs to a publication."""

INLINE_TAGS = tuple("a abbr acronym b big cite em font i ins mark s small span strike strong sub sup tt u".split())
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
CONTAINERS = HEADINGS | frozenset("div section ul ol li table tr td dl dd sup".split())
BLOCKS = CONTAINERS - {"sup"} | frozenset(
    "address article blockquote body br cell center dt figure head header hr html item lb list main p pre q quote row "
    "tbody th thead".split()
)


def _any_of(lines: str, flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    """One pattern of several lines; ’ stands for both apostrophes."""
    return re.compile("|".join(lines.split("\n")).replace("’", "[’']"), flags)


_SECTION = _any_of(
    r"""(?:[àa] )?(?:lire|voir) (?:aussi|également|ensuite|dans .{0,30})
[àa] (?:découvrir|suivre|ne pas manquer)(?: également| aussi)?
sur le même (?:sujet|thème)|(?:dans la )?même rubrique|pour aller plus loin|et aussi
nos autres (?:articles|dossiers)|derniers articles|le choix de la rédaction|les vidéos du jour
(?:articles?|publications?|contenus?|sujets?|dossiers?) (?:similaires?|liée?s?|récente?s|connexes|associée?s)
similaires?|vous (?:aimerez|pourriez aimer)(?: aussi| peut-être)?|l[ea]s? (?:plus|derni[eè]re?s) \w+
(?:\d+ )?(?:commentaires?|réponses?|réactions|messages)|contribuer|discussion about this post
(?:laisser|ajouter|enregistrer) un commentaire|citer (?:cet article|cette publication|ce document)
l’auteure?|les auteurs|à propos de l’auteure?|more from .*|written by .*
sources?|documents joints|portfolio|sommaire|(?:article|dépêches?) suivante?s?"""
)
_LEADS_ELSEWHERE = _any_of(r"\W*(?:[àa] )?(?:lire|voir) (?:aussi|également)\W|read also\b|\W*sur le même sujet\b")
_ASKS = _any_of(
    r"""\b(?:abonnez|inscrivez)-vous|\b[sm]’(?:abonne|inscri)|\bnewsletter|\binfolettre|\blettre d’information
\bvotre (?:adresse|e-?mail)|réservée? aux abonnés|tout accepter|j’accepte|devez accepter
soutenez-nous|nous soutenir|faire un don|\bcommandez-|\bsubscribe|\bsign up"""
)
_NOTICE = _any_of(
    r"""copyright|tous droits réservés|(?:crédits?|photos?|illustration)(?: ?photo)? ?[:©]|publicité$|chargement…
(?:temps de )?lecture\b.{0,4}\d+ ?min|\d+ ?min(?:utes)? (?:de lecture|read)|il vous reste .{0,20}à lire
(?:la suite|article|contenu) (?:est )?réservée? aux abonnés|adresse de cet article|les opinions exprimées
haut de page|(?:abonnez|inscrivez)-vous|partager\b.{0,40}$|cet article vous a plu|récupérée de «"""
)
_CREDIT = _any_of(r"©|\((?:photos?|crédits?|illustration)\b[^()]*\)$|\bcrédits? ?: [^.]{2,60}$")
_DATELINE = _any_of(
    r"(?:publiée?|postée?|mise? à jour|modifiée?|rédigé|écrit|par|propos recueillis)\b.*\b(?:19|20)\d\d\b.*[^.!?…]$"
)
_SENTENCE_END = re.compile(r"[.!?…;:][\s»”\")\]]*$")
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_LONG_TAG = re.compile(rf"<[a-zA-Z](?:[^<>\"']|\"[^\"]*\"|'[^']*'){{{LONGEST_TAG},}}+")


def read_html(text: str, *, url: str | None = None) -> Draft:
    """The article of a page that was saved from *url*; ValueError, with the reason in French, when it holds none.

    Refused: more than LARGEST_PAGE characters, MOST_ELEMENTS elements, or DEEPEST_PAGE elements in one another.
    """
    tree = _parse(text)
    elements = list(tree.iter())  # held: lxml makes each element anew when nobody holds it, a third of the time
    facts = read_page_facts(tree, url=url)
    _cut_to_article(tree, facts.heading)
    _remove_furniture(tree)
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


def _parse(text: str) -> HtmlElement:
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


def _cut_to_article(tree: HtmlElement, heading: HtmlElement | None) -> None:
    """Leave out scripts, what stands before the title, and the articles that a page appends to its own."""
    etree.strip_elements(tree, "script", "style", "noscript", "template", "title", "head", with_tail=False)
    if heading is None:
        return
    own = next(heading.iterancestors("article"), None)
    for article in list(own.itersiblings("article")) if own is not None else ():
        article.drop_tree()
    before = [
        sibling for element in (heading, *heading.iterancestors()) for sibling in element.itersiblings(preceding=True)
    ]
    if sum(map(_told, before)) <= MOST_BEFORE * _told(tree):
        for element in before:
            element.getparent().remove(element)
        for element in heading.iterancestors():
            element.text = None
    heading.drop_tree()


def _told(element: HtmlElement) -> int:
    """Its letters that are no links."""
    return len(element.text_content()) - sum(len(link.text_content()) for link in element.iter("a"))


class _Weight:
    """What an element holds: letters, those in links, headings, those that are links, its first piece of text."""

    __slots__ = ("first", "headings", "letters", "linked", "linked_headings")

    def __init__(self) -> None:
        self.letters = self.linked = self.headings = self.linked_headings = 0
        self.first = ""

    @property
    def told(self) -> int:
        return self.letters - self.linked


def _weigh(tree: HtmlElement) -> dict[HtmlElement, _Weight]:
    """The weights of all elements, in one pass from the last to the first: children come before their parents."""
    weights = {element: _Weight() for element in tree.iter()}
    for element in reversed(weights):
        weight = weights[element]
        own = (element.text or "").strip()
        weight.letters += len(own)
        weight.first = own[:LONGEST_BOX] or weight.first
        if element.tag == "a" and element.get("href"):
            weight.linked = weight.letters
        if element.tag in HEADINGS and weight.letters:
            weight.headings += 1
            weight.linked_headings += weight.linked > MOST_LINKED_PARAGRAPH * weight.letters
        if element.tag == "a" and weight.headings and not element.get("href", "#").startswith("#"):
            weight.linked_headings = weight.headings
        parent = element.getparent()
        if parent is not None:
            tail = (element.tail or "").strip()
            above = weights[parent]
            above.letters += weight.letters + len(tail)
            above.linked += weight.linked
            above.headings += weight.headings
            above.linked_headings += weight.linked_headings
            above.first = weight.first or tail[:LONGEST_BOX] or above.first
    return weights


def _remove_furniture(tree: HtmlElement) -> None:
    """Names first, so that links are weighed without the buttons and marks inside the text."""
    for is_furniture in (_is_named_furniture, _leads_elsewhere):
        weights = _weigh(tree)
        most = MAIN_SHARE * weights[tree].told
        waiting = [tree]
        while waiting:
            element = waiting.pop()
            if element is not tree and weights[element].told <= most and is_furniture(element, weights[element]):
                element.drop_tree()
            else:
                waiting.extend(element)


def _is_named_furniture(element: HtmlElement, weight: _Weight) -> bool:
    """Whether its tag, role, class or id says so, or what it asks of the reader."""
    style = element.get("style", "").replace(" ", "").lower()
    return (
        element.tag in FURNITURE_TAGS
        or element.get("role") in FURNITURE_ROLES
        or _is_furniture_name(element.get("class", ""))
        or _is_furniture_name(element.get("id", ""))
        or "display:none" in style
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or (weight.letters <= LONGEST_BOX and _asks(element))
    )


@lru_cache(maxsize=4096)
def _is_furniture_name(attribute: str) -> bool:
    """Whether a class or id says so: article__legend, mcnCaptionBlock, share-bar; not the hashes of sc-tagGq."""
    if len(attribute) > LONGEST_BOX:
        return False
    names = [name for name in attribute.split() if not name.startswith(("sc-", "css-"))]
    words = re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", " ".join(names)).lower())
    return bool(FURNITURE_NAMES.intersection(words) or FURNITURE_CLASSES.intersection(names))


def _asks(element: HtmlElement) -> bool:
    """Whether a small box wants something of the reader: it has something to press, and says what for."""
    if element.tag not in CONTAINERS:
        return False
    pressed = any(re.search("btn|button", link.get("class", "")) for link in element.iter("a"))
    pressed = pressed or next(element.iter("button", "input"), None) is not None
    return pressed and bool(_ASKS.search(element.text_content()))


def _leads_elsewhere(element: HtmlElement, weight: _Weight) -> bool:
    """Whether it is mostly links, a section beside the article, or the card of another article."""
    if not weight.letters or not (element.tag in BLOCKS or element.tag in CONTAINERS):
        return False
    most = MOST_LINKED if element.tag in CONTAINERS else MOST_LINKED_PARAGRAPH
    if weight.linked > most * weight.letters or (weight.letters > LONGEST_LABEL and _is_label(weight.first)):
        return True
    is_card = weight.headings > 0 and weight.linked_headings == weight.headings
    return weight.letters <= LONGEST_BOX and (is_card or bool(_LEADS_ELSEWHERE.match(weight.first)))


def _is_label(text: str) -> bool:
    """Whether it is the heading of a section that is not the article: « Sur le même sujet »."""
    return len(text) <= LONGEST_LABEL and bool(_SECTION.fullmatch(text.strip(" :>…«")))


def _main_lines(tree: HtmlElement) -> list[str]:
    """What is left of the page, as far as trafilatura's main text goes.

    trafilatura says where the article ends and which short lines belong to it. What it loses inside, mostly standfirsts
    outside the container of the body, stays: F1 0.996 on the test pages, 0.91 for trafilatura alone.
    """
    etree.strip_tags(tree, *INLINE_TAGS)
    left = list(_without_sections(_lines(tree)))
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
            yield from (line for line, _ in _lines(found.body))


def _key(line: str) -> str:
    """What two readings of one line share, whatever they make of its spaces."""
    return "".join(line.split())


def _lines(tree: etree._Element) -> Iterator[tuple[str, bool]]:
    """The text of a tree, a line for each block, and whether it is a heading."""
    pieces: list[str] = []
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if element.tag in BLOCKS:
            if line := _BLANKS.sub(" ", "".join(pieces)).strip():
                yield line, event == "end" and element.tag in HEADINGS
            pieces.clear()
        pieces.append((element.text if event == "start" else element.tail) or "")


def _without_sections(lines: Iterable[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """The lines without labels, and without what stands below a heading that is one."""
    elsewhere = False
    for line, is_heading in lines:
        is_label = _is_label(line)
        elsewhere = is_label if is_heading else elsewhere
        if not (elsewhere or is_label):
            yield line, is_heading


def _without_margins(lines: list[str], title: str) -> list[str]:
    """The lines without notices, and without the short lines (dates, names, buttons) above and below the text."""
    kept = [line for line in lines if line != title and not _is_notice(line)]
    while kept and not _is_paragraph(kept[0]):
        del kept[0]
    while kept and not _is_paragraph(kept[-1]):
        del kept[-1]
    return kept


def _is_paragraph(line: str) -> bool:
    return len(line.split()) >= SHORTEST_PARAGRAPH or bool(_SENTENCE_END.search(line))


def _is_notice(line: str) -> bool:
    """Whether a line is a credit, a right, a dateline or a call: short, and no sentence of the story."""
    is_short = len(line) <= LONGEST_BOX / 2
    return is_short and bool(_NOTICE.match(line) or _CREDIT.search(line) or _DATELINE.match(line))
