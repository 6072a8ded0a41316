"""What of a page is not its article, by its name, its links or its label: taken out of the tree before it is read."""

import re
from functools import lru_cache

from lxml import etree
from lxml.html import HtmlElement

MAIN_SHARE = 0.4
"""Of the letters of the page that are no links: what holds more is no furniture, whatever its name (.share-enabled)."""

MOST_BEFORE = 0.8
"""Of the letters that are no links: with more of them before the title, it stands at the end, and all is kept."""

LONGEST_BOX = 600
"""Letters of a box that asks the reader for something, or that leads to one other article."""

LONGEST_LABEL = 60
"""Letters of the heading of a box or section."""

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

HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
CONTAINERS = HEADINGS | frozenset("div section ul ol li table tr td dl dd sup".split())
BLOCKS = CONTAINERS - {"sup"} | frozenset(
    "address article blockquote body br cell center dt figure head header hr html item lb list main p pre q quote row "
    "tbody th thead".split()
)


def any_of(lines: str, flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    """One pattern of several lines; ’ stands for both apostrophes."""
    return re.compile("|".join(lines.split("\n")).replace("’", "[’']"), flags)


_SECTION = any_of(
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
_LEADS_ELSEWHERE = any_of(r"\W*(?:[àa] )?(?:lire|voir) (?:aussi|également)\W|read also\b|\W*sur le même sujet\b")
_ASKS = any_of(
    r"""\b(?:abonnez|inscrivez)-vous|\b[sm]’(?:abonne|inscri)|\bnewsletter|\binfolettre|\blettre d’information
\bvotre (?:adresse|e-?mail)|réservée? aux abonnés|tout accepter|j’accepte|devez accepter
soutenez-nous|nous soutenir|faire un don|\bcommandez-|\bsubscribe|\bsign up"""
)


def cut_to_article(tree: HtmlElement, heading: HtmlElement | None) -> None:
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


class Weight:
    """What an element holds: letters, those in links, headings, those that are links, its first piece of text."""

    __slots__ = ("first", "headings", "letters", "linked", "linked_headings")

    def __init__(self) -> None:
        self.letters = self.linked = self.headings = self.linked_headings = 0
        self.first = ""

    @property
    def told(self) -> int:
        """Letters that are no links."""
        return self.letters - self.linked


def _weigh(tree: HtmlElement) -> dict[HtmlElement, Weight]:
    """The weights of all elements, in one pass from the last to the first: children come before their parents."""
    weights = {element: Weight() for element in tree.iter()}
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


def remove_furniture(tree: HtmlElement) -> None:
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


def _is_named_furniture(element: HtmlElement, weight: Weight) -> bool:
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


def _leads_elsewhere(element: HtmlElement, weight: Weight) -> bool:
    return (element.tag in BLOCKS or element.tag in CONTAINERS) and leads_elsewhere(element.tag, weight)


def leads_elsewhere(tag: str, weight: Weight) -> bool:
    """Whether a block is mostly links, a section beside the article, or the card of another article."""
    if not weight.letters:
        return False
    most = MOST_LINKED if tag in CONTAINERS else MOST_LINKED_PARAGRAPH
    if weight.linked > most * weight.letters or (weight.letters > LONGEST_LABEL and is_label(weight.first)):
        return True
    is_card = weight.headings > 0 and weight.linked_headings == weight.headings
    is_pointer = tag not in HEADINGS and bool(_LEADS_ELSEWHERE.match(weight.first))  # a heading says it of what follows
    return weight.letters <= LONGEST_BOX and (is_card or is_pointer)


def is_label(text: str) -> bool:
    """Whether it is the heading of a section that is not the article: « Sur le même sujet »."""
    return len(text) <= LONGEST_LABEL and bool(_SECTION.fullmatch(text.strip(" :>…«")))
