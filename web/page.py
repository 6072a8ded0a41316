"""What all pages have in common: names, links, addresses, text as HTML. The templates only print it."""

import re
from collections.abc import Callable
from typing import NamedTuple, get_args

from flask import Flask, url_for
from markupsafe import Markup, escape

from indexer.document import PartialDate
from indexer.entity import EntityKind
from indexer.french import counted, french_date, french_number
from indexer.message import Message
from indexer.search import EquipmentNode, SearchRequest, Snippet
from web.declaration import DECLARATION
from web.language import gettext, language_name, say, say_plain

FACET_NAMES = {
    "country": Message("Pays"),
    "equipment": Message("Matériel"),
    "kind": Message("Type de matériel"),
    "designation": Message("Autre désignation"),
    "organisation": Message("Organisation"),
    "person": Message("Personne"),
    "topic": Message("Sujet"),
    "amount": Message("Montant"),
    "source": Message("Source"),
    "language": Message("Langue"),
    "date": Message("Année"),
}
"""The facets of the page, in their order there."""

ENTITY_KINDS: tuple[EntityKind, ...] = get_args(EntityKind)
"""The kinds that have a page for each entity; each is the name of a facet too."""


ALL_ARTICLES = "/?sort=newest"
"""The search page of every article: the address « / » alone is the start page."""

PAGES_AROUND = 2
"""Page numbers shown on each side of the current one."""

SUGGESTION_NAMES = {
    "country": Message("pays"),
    "equipment": Message("matériel"),
    "designation": Message("désignation"),
    "organisation": Message("organisation"),
    "person": Message("personne"),
    "phrase": Message("expression"),
    "title": Message("article"),
}
"""What the suggestions in the search box are."""


_WEB = re.compile(r"https?://[^\s/\\]", re.IGNORECASE)


class Link(NamedTuple):
    """What can be followed, and where it leads; *current* when the reader is there.

    *number* counts the articles that it stands for; *counted* leads to these when *href* leads elsewhere. *language* is
    that of the label, when it is not of the page.
    """

    label: str
    href: str | None = None
    current: bool = False
    number: int | None = None
    counted: str | None = None
    language: str | None = None


class Group(NamedTuple):
    """Links under a name."""

    name: str
    links: list[Link]


def value_name(field: str, value: str) -> str:
    """A facet value as people read it."""
    if field == "language":
        return language_name(value)
    return gettext(value) if field == "amount" else value


def mark(snippet: Snippet) -> Markup:
    """A snippet as HTML: everything escaped, matched words in <mark>."""
    pieces, at = [], 0
    for start, end in snippet.marks:
        pieces += [escape(snippet.text[at:start]), Markup("<mark>{}</mark>").format(snippet.text[start:end])]
        at = end
    return Markup("").join([*pieces, escape(snippet.text[at:])])


def search_address(**values: str) -> str:
    """The search for the articles that have one value of each of these facets."""
    return SearchRequest(include={field: (value,) for field, value in values.items()}).address("/")


def search_page_address(request: SearchRequest) -> str:
    """The search page of *request*."""
    address = request.address("/")
    return ALL_ARTICLES if address == "/" else address


def page_links(current: int, last: int, address: Callable[[int], str]) -> list[Link | None]:
    """The first page, the last one and those around the *current* one; None stands for those left out."""
    near = range(current - PAGES_AROUND, current + PAGES_AROUND + 1)
    numbers = sorted({1, *(number for number in near if 1 <= number <= last), last})
    links: list[Link | None] = []
    for before, number in zip([0, *numbers], numbers, strict=False):
        if number > before + 1:
            links.append(None)
        links.append(Link(french_number(number), address(number), number == current))
    return links


def document_address(document_id: str, found_by: SearchRequest | None = None) -> str:
    """Where the page of an article is; with the words marked that it was *found_by*."""
    address = url_for("views.document", document_id=document_id)
    if found_by is None or not found_by.q.strip():
        return address
    words = SearchRequest(q=found_by.q, expand=found_by.expand, correct=found_by.correct, strict=found_by.strict)
    return words.address(address)


def absolute_address(view: str, **values: str) -> str:
    """The whole address of a page, for those who read it elsewhere."""
    return url_for(view, _external=True, **values)


def web_address(address: str | None) -> str | None:
    """An address of an article; None for one that is none of the web, or has characters that nobody sees."""
    return address if address and _WEB.match(address) and address.isprintable() else None


def entity_address(kind: str, label: str) -> str:
    """Where the page of an entity is."""
    return url_for("views.entity", kind=kind, label=label)


def date_html(date: PartialDate) -> Markup:
    """A date as people read it, with its form for machines when it is known."""
    if not date.date:
        return Markup("<span>{}</span>").format(say(french_date(date)))
    return Markup('<time datetime="{}">{}</time>').format(date.date, say(french_date(date)))


def _has_choice(node: EquipmentNode) -> bool:
    """Whether the reader chose this equipment, or any below it."""
    return node.value.selected or node.value.excluded or any(map(_has_choice, node.children))


def init_app(app: Flask) -> None:
    """Give the templates what they print with."""
    app.jinja_env.filters |= {
        "mark": mark,
        "date_html": date_html,
        "number": french_number,
    }
    app.jinja_env.tests["chosen_node"] = _has_choice
    app.jinja_env.globals |= {
        "counted": counted,
        "document_address": document_address,
        "value_name": value_name,
        "suggestion_names": lambda: {name: say_plain(said) for name, said in SUGGESTION_NAMES.items()},
        "all_articles": ALL_ARTICLES,
        "facet_names": FACET_NAMES,
        "conformity": DECLARATION.state,
    }
