"""What the templates show, built once from the engine's answer; the templates only print it."""

from typing import NamedTuple
from urllib.parse import urlencode

from flask import Flask, url_for
from markupsafe import Markup, escape

from indexer.document import Document
from indexer.french import counted, french_date, french_number
from indexer.search import Facet, Hit, SearchRequest, SearchResults, Snippet, Sort
from indexer.typography import NO_BREAK

FACET_NAMES = {
    "country": "Pays",
    "equipment": "Matériel",
    "organisation": "Organisation",
    "person": "Personne",
    "source": "Source",
    "date": "Année",
}
"""The facets of the page, in their order there."""

SORT_NAMES = {Sort.RELEVANCE: "Pertinence", Sort.NEWEST: "Plus récents", Sort.OLDEST: "Plus anciens"}
PAGES_AROUND = 2
"""Page numbers shown on each side of the current one."""

HIT_TAGS = 4
"""Facet values shown under a result, per facet."""

LANGUAGE_NAMES = {
    "en": "anglais",
    "de": "allemand",
    "es": "espagnol",
    "it": "italien",
    "ru": "russe",
    "uk": "ukrainien",
}


class Link(NamedTuple):
    """An address and what it says; *current* when it is where the reader is."""

    label: str
    href: str
    current: bool = False


class Chip(NamedTuple):
    """An active filter and the address without it."""

    name: str
    label: str
    without: str


class SearchPage:
    """The search page: one SearchRequest and its SearchResults."""

    def __init__(self, request: SearchRequest, results: SearchResults) -> None:
        self.request = request
        self.results = results
        self.first_page = request.replace(page=1)

    @property
    def heading(self) -> str:
        """The count, as announced: « 145 résultats pour « rafale » »."""
        query = f" pour «{NO_BREAK}{self.request.q.strip()}{NO_BREAK}»" if self.request.q.strip() else ""
        return f"{counted(self.results.total.value, 'résultat')}{query}"

    @property
    def title(self) -> str:
        """The title of the window."""
        if not self.request.parameters():
            return "Vigie, l’actualité de défense en français"
        place = f", page {self.request.page} sur {self.last_page}" if self.last_page > 1 else ""
        query = f"«{NO_BREAK}{self.request.q.strip()}{NO_BREAK}»{NO_BREAK}: " if self.request.q.strip() else ""
        return f"{query}{counted(self.results.total.value, 'résultat')}{place} – Vigie"

    @property
    def last_page(self) -> int:
        """The number of the last page of results."""
        return max(1, -(-self.results.total.value // self.request.size))

    @property
    def facets(self) -> list[tuple[str, str, Facet]]:
        """Field, name and counts of every facet that has something to choose."""
        counted_facets = self.results.facets
        return [
            (field, name, counted_facets[field]) for field, name in FACET_NAMES.items() if counted_facets[field].values
        ]

    @property
    def hidden_fields(self) -> list[tuple[str, str]]:
        """The parameters that the form has no visible control for."""
        shown = {"q", "page", "from", "to", *FACET_NAMES}
        return [(name, value) for name, value in self.request.parameters() if name not in shown]

    @property
    def chips(self) -> list[Chip]:
        """The active filters, each with the address that drops it."""
        chips = [
            Chip(FACET_NAMES[field], value, self._without("include", field, value))
            for field, values in self.request.include.items()
            for value in values
        ]
        chips += [
            Chip(f"{FACET_NAMES[field]} sauf", value, self._without("exclude", field, value))
            for field, values in self.request.exclude.items()
            for value in values
        ]
        if start := self.request.published_from:
            chips.append(Chip("Depuis", french_date(start), self._here(published_from=None)))
        if end := self.request.published_to:
            chips.append(Chip("Jusqu’à", french_date(end), self._here(published_to=None)))
        return chips

    @property
    def cleared(self) -> str:
        """The address without any filter."""
        return self._here(include={}, exclude={}, published_from=None, published_to=None)

    @property
    def unexpanded(self) -> str:
        """The address that searches only for what was typed."""
        return self._here(expand=False)

    @property
    def expanded(self) -> str:
        """The address that searches for other names again."""
        return self._here(expand=True)

    @property
    def sorts(self) -> list[Link]:
        """The orders to choose from; without a query there is no relevance."""
        offered = [sort for sort in SORT_NAMES if sort is not Sort.RELEVANCE or self.request.q.strip()]
        return [Link(SORT_NAMES[sort], self._here(sort=sort), sort is self.request.order) for sort in offered]

    @property
    def pages(self) -> list[Link | None]:
        """The page numbers to offer; None stands for those left out."""
        near = range(self.request.page - PAGES_AROUND, self.request.page + PAGES_AROUND + 1)
        numbers = sorted({1, *(number for number in near if 1 <= number <= self.last_page), self.last_page})
        links: list[Link | None] = []
        for before, number in zip([0, *numbers], numbers, strict=False):
            if number > before + 1:
                links.append(None)
            address = self.request.replace(page=number).address("/")
            links.append(Link(french_number(number), address, number == self.request.page))
        return links

    @property
    def previous(self) -> str | None:
        """The address of the page before."""
        return self.request.replace(page=self.request.page - 1).address("/") if self.results.links.prev else None

    @property
    def next(self) -> str | None:
        """The address of the page after."""
        return self.request.replace(page=self.request.page + 1).address("/") if self.results.links.next else None

    def hit_title(self, hit: Hit) -> Markup:
        """The title with the words found marked."""
        marked = next((snippet for snippet in hit.snippets if snippet.field == "title"), None)
        return mark(marked) if marked else escape(hit.title)

    def tags(self, hit: Hit) -> list[Link]:
        """The facet values of a hit, each with the address of the search narrowed to it."""
        return [
            Link(value, self._with(field, value), value in self.request.include.get(field, ()))
            for field in ("country", "equipment", "organisation", "person")
            for value in hit.facets.get(field, ())[:HIT_TAGS]
        ]

    def _here(self, **changes: object) -> str:
        return self.first_page.replace(**changes).address("/")

    def _with(self, field: str, value: str) -> str:
        values = (*self.request.include.get(field, ()), value)
        return self._here(include={**self.request.include, field: tuple(dict.fromkeys(values))})

    def _without(self, side: str, field: str, value: str) -> str:
        selection = getattr(self.request, side)
        left = {
            name: tuple(kept for kept in values if (name, kept) != (field, value)) for name, values in selection.items()
        }
        return self._here(**{side: {name: values for name, values in left.items() if values}})


class ArticlePage:
    """The page of one article."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @property
    def paragraphs(self) -> list[str]:
        """The text, a paragraph each."""
        return [paragraph for paragraph in self.document.text.split("\n\n") if paragraph]

    @property
    def entities(self) -> list[tuple[str, list[Link]]]:
        """Name of a facet, and a search for each value that the article has."""
        return [
            (FACET_NAMES[field], [Link(value, "/?" + urlencode({field: value})) for value in values])
            for field, values in self.document.facets.items()
            if values and field in FACET_NAMES
        ]


def mark(snippet: Snippet) -> Markup:
    """A snippet as HTML: everything escaped, matched words in <mark>."""
    pieces, at = [], 0
    for start, end in snippet.marks:
        pieces += [escape(snippet.text[at:start]), Markup("<mark>{}</mark>").format(snippet.text[start:end])]
        at = end
    return Markup("").join([*pieces, escape(snippet.text[at:])])


def document_address(document_id: str) -> str:
    """Where the page of an article is."""
    return url_for("views.document", document_id=document_id)


def init_app(app: Flask) -> None:
    """Give the templates what they print with."""
    app.jinja_env.filters |= {"mark": mark, "french_date": french_date, "french_number": french_number}
    app.jinja_env.globals |= {
        "document_address": document_address,
        "counted": counted,
        "LANGUAGE_NAMES": LANGUAGE_NAMES,
    }
