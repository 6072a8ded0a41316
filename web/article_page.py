"""The page of one article: its text with what was recognised in it."""

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from markupsafe import Markup, escape

from indexer.article import Article, Mark
from indexer.document import Confidence, Quantity
from indexer.french import french_amount, french_date, french_number
from indexer.search import SearchRequest, Sort
from indexer.typography import NO_BREAK
from web.page import ENTITY_KINDS, FACET_NAMES, Group, Link, entity_address, language_name, search_address, web_address

MARK_NAMES = {
    **{kind: FACET_NAMES[kind] for kind in ("country", "equipment", "designation", "organisation", "person")},
    "amount": "Montant",
    "quantity": "Quantité",
    "date": "Date",
}
"""What is marked in a text, in the order of the legend."""

SEARCHED_FACETS = ("kind", "topic")
"""The facets of an article that have no page for each value."""

CONFIDENCE_NAMES = {
    Confidence.SURE: "sûre",
    Confidence.LIKELY: "vraisemblable",
    Confidence.UNSURE: "incertaine",
}
PARAGRAPH_BREAK = "\n\n"


class LegendRow(NamedTuple):
    """A kind of mark and how many the article has."""

    kind: str
    name: str
    number: int


class ArticlePage:
    """The page of one article."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.document = article.document

    @property
    def title(self) -> Markup:
        """The title with its marks."""
        return mark_entities(self.document.title, self.article.title_marks)

    @property
    def paragraphs(self) -> list[Markup]:
        """The text with its marks, a paragraph each."""
        pieces = self.document.text.split(PARAGRAPH_BREAK)
        starts = accumulate((len(piece) + len(PARAGRAPH_BREAK) for piece in pieces), initial=0)
        return [
            mark_entities(piece, self.article.text_marks, start)
            for piece, start in zip(pieces, starts, strict=False)
            if piece
        ]

    @property
    def legend(self) -> list[LegendRow]:
        """The kinds of mark that the article has."""
        counts = Counter[str](mark.kind for mark in (*self.article.title_marks, *self.article.text_marks))
        return [LegendRow(kind, name, counts[kind]) for kind, name in MARK_NAMES.items() if counts[kind]]

    @property
    def address(self) -> str | None:
        """Where the article was published; an address that is none of the web is not offered."""
        return web_address(self.document.url)

    @property
    def named(self) -> list[Group]:
        """What the article names, by kind."""
        document = self.document
        found = [
            Group(name, [Link(value, _address(field, value)) for value in document.facets.get(field, ())])
            for field, name in FACET_NAMES.items()
            if field in (*ENTITY_KINDS, *SEARCHED_FACETS)
        ]
        found += [
            Group("Montants", [Link(french_amount(amount)) for amount in document.amounts]),
            Group("Quantités", [Link(_counted_thing(quantity)) for quantity in document.quantities]),
            Group("Dates", [Link(french_date(date)) for date in document.mentioned]),
        ]
        return [group for group in found if group.links]

    @property
    def all_versions(self) -> str | None:
        """The search for all versions of the story."""
        story = next((version.story for version in self.article.versions if version.story), None)
        return SearchRequest(story=story.id, sort=Sort.OLDEST).address("/") if story else None

    @property
    def particulars(self) -> list[tuple[str, str]]:
        """What else is known of the article, each under its name."""
        document, provenance = self.document, self.document.provenance
        place = [provenance.path, provenance.member, provenance.place]
        rows = [
            ("Auteurs", ", ".join(document.authors)),
            ("Mots-clés", ", ".join(document.tags)),
            ("Langue", language_name(document.language)),
            ("Fiabilité de la date", CONFIDENCE_NAMES[document.confidence] if document.confidence else ""),
            ("Fichier", ", ".join(filter(None, place))),
            ("Identifiant", document.id),
        ]
        return [(name, value) for name, value in rows if value]


def mark_entities(text: str, marks: Sequence[Mark], start: int = 0) -> Markup:
    """*text* as HTML, everything escaped, marks as links or spans; it stands at *start* of what *marks* count in."""
    pieces, at = [], 0
    for mark in marks:
        first, last = max(mark.start - start, at), min(mark.end - start, len(text))
        if first < last:
            pieces += [escape(text[at:first]), _marked(text[first:last], mark)]
            at = last
    return Markup("").join([*pieces, escape(text[at:])])


def _marked(text: str, mark: Mark) -> Markup:
    meaning = f"{MARK_NAMES[mark.kind]}{NO_BREAK}: {mark.label}{f' ({mark.detail})' if mark.detail else ''}"
    if mark.kind in ENTITY_KINDS:
        link = Markup('<a class="named named-{}" href="{}" title="{}">{}</a>')
        return link.format(mark.kind, entity_address(mark.kind, mark.label), meaning, text)
    return Markup('<span class="named named-{}" title="{}">{}</span>').format(mark.kind, meaning, text)


def _counted_thing(quantity: Quantity) -> str:
    """« obus : 10 000 »: the unit is known in the singular only."""
    ends = [french_number(end) for end in (quantity.value, quantity.highest) if end is not None]
    return f"{quantity.unit}{NO_BREAK}: {' à '.join(ends)}"


def _address(field: str, value: str) -> str:
    return entity_address(field, value) if field in ENTITY_KINDS else search_address(**{field: value})
