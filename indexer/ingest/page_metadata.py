"""What does a web page say of its article? Title, dates, authors, site, address, language, tags: as the page has them.

For each there is one order of precedence: structured data of the article (JSON-LD), then meta elements, then marked-up
elements (microdata, <time>, rel), then what stands near the title. Nothing is guessed from the story.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from indexer.ingest.page_dates import dates_near
from indexer.ingest.page_text import spaced, visible_text

LONGEST_SCRIPT = 1_000_000
"""Characters of a JSON-LD script; those of the press stay below 100,000, live blogs aside."""

LONGEST_TITLE = 300
LONGEST_NAME = 80
"""Characters of a date or title, and of an author; beyond, the mark is on something else."""

MOST_MARKS = 2
"""Elements inside a title that is no heading; it has more words than that."""

MODIFIED_TIMES = (
    "article:modified_time og:article:modified_time og:updated_time dcterms.modified dc.date.modified last-modified"
)
PUBLISHED_TIMES = (
    "article:published_time og:article:published_time og:published_time article:published datepublished "
    "dcterms.issued dc.date.issued dcterms.created dc.date.created dcterms.date dc.date date pubdate publishdate "
    "publish-date publication_date parsely-pub-date sailthru.date citation_publication_date citation_date"
)
AUTHORS = "citation_author dc.creator dcterms.creator author article:author og:article:author parsely-author byl"
TITLES = "og:title citation_title dcterms.title dc.title twitter:title"
SITES = "og:site_name citation_journal_title dc.publisher dcterms.publisher application-name"
LANGUAGES = "content-language dc.language og:locale language"

_SITE_MARKS = re.compile(r"\s+[-–—|·•»]+\s+")
_TITLE_MARKS = re.compile(rf"{_SITE_MARKS.pattern}|:\s+")
_BY = re.compile(r"(?:écrit |publié |posté |propos recueillis |suivi )?(?:par|by)\s*:?\s+", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r"(?<!\s)\s*+(?:[,;/|]|\bet\b|\band\b|&)\s*+")
_AUTHOR_ELEMENTS = (
    ".//*[@itemprop='author' or @rel='author'] | .//a[contains(@class, 'author')]"
    " | .//*[contains(concat(' ', @class, ' '), ' author ')]//a"
)
_HOME_ELEMENTS = ".//a[@href='/' or contains(@rel, 'home')] | .//*[contains(@id, 'logo') or contains(@class, 'logo')]"
_HANDLE = re.compile(r"https?:|[@/\d]|^(?:admin|rédaction|redaction)$", re.IGNORECASE)


class PageFacts(NamedTuple):
    """What the page states; None or empty where it states nothing."""

    title: str
    heading: HtmlElement | None
    """The element that shows the title."""
    url: str | None
    source: str | None
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    published: str | None
    modified: str | None
    language: str | None


class _Page(NamedTuple):
    """Where facts are looked for."""

    tree: HtmlElement
    data: Mapping[str, Any]
    """The JSON-LD entry of the article."""
    metas: Mapping[str, list[str]]
    """The contents of meta elements by name, property or http-equiv, names in lower case."""

    def stated(self, *keys: str) -> str | None:
        """The first text that the structured data has under one of *keys*."""
        return _first(text for key in keys for text in _strings(self.data.get(key)))

    def meta(self, names: str) -> list[str]:
        """The contents of the first of *names* that the page has, then of the next."""
        return [value for name in names.split() for value in self.metas.get(name, [])]


def read_page_facts(tree: HtmlElement, *, url: str | None = None) -> PageFacts:
    """Read them from the whole page, before anything is removed from it."""
    page = _Page(tree, _article_data(tree), _metas(tree))
    page_title = spaced(tree.findtext(".//title") or "")
    site = _site(page, page_title)
    titles = [page.stated("headline"), *page.meta(TITLES), page.stated("name"), page_title]
    title, heading = _find_title(tree, [title for title in titles if title], site)
    published = page.stated("datePublished", "uploadDate", "dateCreated") or _first(page.meta(PUBLISHED_TIMES))
    published = published or _marked_date(tree, "datePublished", "published")
    modified = page.stated("dateModified") or _first(page.meta(MODIFIED_TIMES))
    modified = modified or _marked_date(tree, "dateModified", "updated")
    near_published, near_modified = (None, None) if published and modified else dates_near(tree, heading)
    return PageFacts(
        title=title,
        heading=heading,
        url=_address(page, url),
        source=site,
        authors=_authors(page),
        tags=_tags(page),
        published=published or near_published,
        modified=modified or near_modified,
        language=_language(page),
    )


def _key(text: str) -> str:
    """What two writings of a title share, whatever their spaces, apostrophes and quotation marks."""
    return "".join(filter(str.isalnum, text.casefold()))


def _content(element: HtmlElement) -> str:
    """The value of an element marked by microdata."""
    stated = element.get("content") or element.get("datetime") or element.get("title") or ""
    return spaced(stated) or visible_text(element)


def _first(values: Iterable[str]) -> str | None:
    return next(iter(values), None)


# JSON-LD


def _article_data(tree: HtmlElement) -> Mapping[str, Any]:
    """The entry of the page's JSON-LD that describes the article; the page's own entry when there is none."""
    entries: list[Mapping[str, Any]] = []
    for script in tree.iterfind(".//script[@type='application/ld+json']"):
        entries += _entries(script.text or "")
    named = {entry["@id"]: entry for entry in entries if isinstance(entry.get("@id"), str)}
    for kinds in (("Article", "Posting", "Report"), ("VideoObject",), ("WebPage",)):
        for entry in entries:
            if any(kind.endswith(kinds) for kind in _strings(entry.get("@type"))):
                return {key: named.get(_reference(value), value) for key, value in entry.items()}
    return {}


def _entries(script: str) -> Iterator[Mapping[str, Any]]:
    """The entries of one script, outer ones first; none when it is broken or hostile."""
    if len(script) > LONGEST_SCRIPT:
        return
    try:
        waiting = [json.loads(script.strip().removeprefix("<!--").removesuffix("-->"), strict=False)]
    except (ValueError, RecursionError):
        return
    for entry in waiting:
        if isinstance(entry, list):
            waiting.extend(entry)
        elif isinstance(entry, dict):
            yield entry
            waiting.extend([entry.get("@graph"), entry.get("mainEntity")])


def _reference(value: object) -> str:
    """What {"@id": …} points to."""
    found = value.get("@id") if isinstance(value, dict) and len(value) == 1 else None
    return found if isinstance(found, str) else ""


def _strings(value: object) -> list[str]:
    """The strings that a JSON-LD value is: itself, the names of its entries, or several of them."""
    if isinstance(value, dict):
        value = value.get("name") or value.get("@id")
    if isinstance(value, list):
        return [text for part in value[:50] if not isinstance(part, list) for text in _strings(part)]
    return [spaced(value)] if isinstance(value, str) and value.strip() else []


# Meta elements and the document's own marks


def _metas(tree: HtmlElement) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("http-equiv")
        content = spaced(element.get("content", ""))
        if name and content:
            metas.setdefault(name.strip().lower(), []).append(content)
    return metas


def _marked_date(tree: HtmlElement, itemprop: str, name: str) -> str | None:
    """The date of an element marked by microdata or by the microformat class that themes and SPIP write."""
    marks = f".//*[@itemprop='{itemprop}'] | .//time[contains(@class, '{name}')] | .//abbr[@class='{name}']"
    for element in tree.xpath(marks):
        if 0 < len(date := _content(element)) <= LONGEST_TITLE:
            return date
    return None


def _address(page: _Page, url: str | None) -> str | None:
    """The canonical address; a site's front page is not the address of an article that was found elsewhere."""
    canonical = [link.get("href", "") for link in page.tree.iterfind(".//link[@rel='canonical']")]
    stated = [*canonical, *page.meta("og:url"), page.stated("url", "mainEntityOfPage") or ""]
    for address in stated:
        try:
            joined: str = urljoin(url or "", address.strip())
            parts = urlsplit(joined)
        except ValueError:
            continue
        if parts.scheme in {"http", "https"} and parts.netloc and (url is None or parts.path.strip("/") or parts.query):
            return joined
    return url


def _language(page: _Page) -> str | None:
    root: str | None = page.tree.get("lang") or page.tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    return page.stated("inLanguage") or root or page.tree.get("xml:lang") or _first(page.meta(LANGUAGES))


def _tags(page: _Page) -> tuple[str, ...]:
    links = [visible_text(link) for link in page.tree.iterfind(".//a[@rel='tag']")]
    sources = (_strings(page.data.get("keywords")), page.meta("article:tag"), page.meta("news_keywords"), links)
    found = next(filter(None, sources), page.meta("keywords"))
    tags = (tag.strip() for text in found for tag in re.split("[,;]", text))
    return tuple(dict.fromkeys(filter(None, tags)))


def _authors(page: _Page) -> tuple[str, ...]:
    """The names of people; addresses and accounts are not names."""
    for texts in (_strings(page.data.get("author")), page.meta(AUTHORS), page.meta("twitter:data1")):
        if people := _people(texts):
            return people
    return _people(visible_text(element) for element in page.tree.xpath(_AUTHOR_ELEMENTS)[:5])


def _people(texts: Iterable[str]) -> tuple[str, ...]:
    names = (name for text in texts for name in _BETWEEN_NAMES.split(_BY.sub("", text, count=1)))
    return tuple(dict.fromkeys(name for name in names if _is_name(name)))


def _is_name(text: str) -> bool:
    return 0 < len(text) <= LONGEST_NAME and not _HANDLE.search(text)


# Site and title


def _site(page: _Page, page_title: str) -> str | None:
    """The publisher; else the part of the page's title that also names its front page, or comes last."""
    marked = [_content(name) for name in page.tree.xpath(".//*[@itemprop='publisher']//*[@itemprop='name']")]
    if stated := page.stated("publisher") or _first([*page.meta(SITES), *marked]):
        return stated
    names = {visible_text(element) for element in page.tree.xpath(_HOME_ELEMENTS)}
    names |= {spaced(image.get("alt", "")) for image in page.tree.iter("img")}
    notices = " ".join(page.tree.xpath(".//text()[contains(., '©')]"))
    named = [part for part in _TITLE_MARKS.split(page_title) if part and (part in names or part in notices)]
    parts = _SITE_MARKS.split(page_title)
    return _first(named) or (parts[-1] if len(parts) > 1 else None)


def _find_title(tree: HtmlElement, stated: list[str], site: str | None) -> tuple[str, HtmlElement | None]:
    """The longest heading that the stated titles contain: they carry rubrics and names of sites, it does not.

    Else a piece of bold or large text that they contain; else the h1, or the first stated title.
    """
    whole = _key("\n".join(stated))
    headings = [(visible_text(element), element) for element in tree.iter("h1", "h2", "h3")]
    headings = [(text, element) for text, element in headings if _key(text) not in {"", _key(site or "")}]
    for candidates in (headings, _short_elements(tree)):
        keyed = [(_key(text), text, element) for text, element in candidates]
        shown = [(text, element) for key, text, element in keyed if key and key in whole and key != _key(site or "")]
        if shown:
            return max(shown, key=lambda found: len(found[0]))
    main, element = next(((text, heading) for text, heading in headings if heading.tag == "h1"), ("", None))
    if stated and (len(stated) > 1 or not main):  # <title> alone may be that of the site
        return _without_site(stated[0], site), element
    return main, element


def _short_elements(tree: HtmlElement) -> Iterator[tuple[str, HtmlElement]]:
    """Elements that hold little but text, as old pages set their titles."""
    for element in tree.iter("b", "font", "strong", "span", "p", "div", "td", "big", "center"):
        if (element.text or "").strip() and len(element) <= MOST_MARKS:
            text = visible_text(element)
            if len(text.split()) > MOST_MARKS:
                yield text, element


def _without_site(title: str, site: str | None) -> str:
    name = re.escape(site or "")
    return spaced(re.sub(rf"^{name}\s*[-–—|:·]\s*|\s*[-–—|·]\s*{name}$", "", title)) if site else title
