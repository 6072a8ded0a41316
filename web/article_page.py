"""The page of one article: its text with what was recognised in it."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from flask import url_for
from markupsafe import Markup, escape

from indexer.article import Article, Mark
from indexer.document import Confidence
from indexer.engine import Engine
from indexer.french import french_amount, french_date, french_quantity
from indexer.message import Message, joined
from indexer.search import Hit, SearchRequest, Similar, Snippet, Sort
from web.language import language_name, language_of, say
from web.page import ENTITY_KINDS, FACET_NAMES, Group, Link, entity_address, search_address, web_address

MARK_NAMES = {
    **{kind: FACET_NAMES[kind] for kind in ("country", "equipment", "designation", "organisation", "person")},
    "amount": Message("Montant"),
    "quantity": Message("Quantité"),
    "date": Message("Date"),
}
"""What is marked in a text, in the order of the legend."""

SEARCHED_FACETS = ("kind", "topic")
"""The facets of an article that have no page for each value."""

CONFIDENCE_NAMES = {
    Confidence.SURE: Message("sûre"),
    Confidence.LIKELY: Message("vraisemblable"),
    Confidence.UNSURE: Message("incertaine"),
}
PARAGRAPH_BREAK = "\n\n"

Span = tuple[int, int]
"""Characters [start, end) of a text."""


class LegendRow(NamedTuple):
    """A kind of mark and how many the article has."""

    kind: str
    name: str
    number: int


class ArticlePage:
    """The page of one article."""

    def __init__(
        self, article: Article, similar: Sequence[Similar] = (), found: tuple[Snippet, Snippet] | None = None
    ) -> None:
        self.article = article
        self.document = article.document
        self.similar = similar
        self._title_words: Sequence[Span] = found[0].marks if found else ()
        self._text_words: Sequence[Span] = found[1].marks if found else ()

    @classmethod
    def of(cls, document_id: str, asked: SearchRequest, engine: Engine) -> "ArticlePage":
        """The page of the article with this id, the words marked that were *asked* for; DocumentNotFoundError."""
        found = engine.highlight(document_id, asked) if asked.q.strip() else None
        return cls(engine.article(document_id), engine.similar(document_id), found)

    @property
    def title(self) -> Markup:
        """The title with its marks."""
        return mark_text(self.document.title, self.article.title_marks, self._title_words)

    @property
    def paragraphs(self) -> list[Markup]:
        """The text with its marks, a paragraph each."""
        pieces = self.document.text.split(PARAGRAPH_BREAK)
        starts = accumulate((len(piece) + len(PARAGRAPH_BREAK) for piece in pieces), initial=0)
        return [
            mark_text(piece, self.article.text_marks, self._text_words, start)
            for piece, start in zip(pieces, starts, strict=False)
            if piece
        ]

    @property
    def legend(self) -> list[LegendRow]:
        """The kinds of mark that the article has."""
        counts = Counter[str](mark.kind for mark in (*self.article.title_marks, *self.article.text_marks))
        counts["word"] = len(self._title_words) + len(self._text_words)
        names = {"word": Message("Mots cherchés"), **MARK_NAMES}
        return [LegendRow(kind, name, counts[kind]) for kind, name in names.items() if counts[kind]]

    def compared(self, version: Hit) -> str:
        """The page that sets this article beside another version."""
        return url_for("views.versions", document_id=self.document.id, other=version.id)

    def in_common(self, similar: Similar) -> str:
        """What a similar article shares with this one."""
        return ", ".join(each.text for each in similar.shared)

    @property
    def address(self) -> str | None:
        """Where the article was published; an address that is none of the web is not offered."""
        return web_address(self.document.url)

    @property
    def named(self) -> list[Group]:
        """What the article names, by kind."""
        document = self.document
        found = [
            Group(
                name,
                [
                    Link(value, _address(field, value), language=language_of(field))
                    for value in document.facets.get(field, ())
                ],
            )
            for field, name in FACET_NAMES.items()
            if field in (*ENTITY_KINDS, *SEARCHED_FACETS)
        ]
        found += [
            Group(Message("Montants"), [Link(french_amount(amount)) for amount in document.amounts]),
            Group(
                Message("Quantités"),
                [Link(french_quantity(quantity), language=language_of("quantity")) for quantity in document.quantities],
            ),
            Group(Message("Dates"), [Link(french_date(date)) for date in document.mentioned]),
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
            (Message("Auteurs"), ", ".join(document.authors)),
            (Message("Mots-clés"), ", ".join(document.tags)),
            (Message("Langue"), language_name(document.language)),
            (Message("Fiabilité de la date"), CONFIDENCE_NAMES[document.confidence] if document.confidence else ""),
            (Message("Fichier"), ", ".join(filter(None, place))),
            (Message("Identifiant"), document.id),
        ]
        return [(name, value) for name, value in rows if value]


def mark_text(text: str, marks: Sequence[Mark], words: Sequence[Span] = (), start: int = 0) -> Markup:
    """*text* as HTML, everything escaped: marks as links or spans, the words that were looked for in <mark>.

    It stands at *start* of what *marks* and *words* count in.
    """
    pieces, at = [], 0
    for mark in marks:
        first, last = max(mark.start - start, at), min(mark.end - start, len(text))
        if first < last:
            pieces.append(_mark_words(text[at:first], words, start + at))
            pieces.append(_marked(_mark_words(text[first:last], words, start + first), mark))
            at = last
    return Markup("").join([*pieces, _mark_words(text[at:], words, start + at)])


def _mark_words(text: str, words: Sequence[Span], start: int) -> Markup:
    """The words of a piece that no mark cuts."""
    pieces, at = [], 0
    for place in range(bisect_right(words, start, key=lambda word: word[1]), len(words)):
        first, last = max(words[place][0] - start, 0), min(words[place][1] - start, len(text))
        if first >= last:
            break
        pieces += [escape(text[at:first]), Markup("<mark>{}</mark>").format(text[first:last])]
        at = last
    return Markup("").join([*pieces, escape(text[at:])])


def _marked(text: Markup, mark: Mark) -> Markup:
    meaning: str = Message("{kind} : {label}", kind=MARK_NAMES[mark.kind], label=mark.label)
    meaning = say(joined(" ", (meaning, f"({mark.detail})")) if mark.detail else meaning)
    if mark.kind in ENTITY_KINDS:
        written = text.striptags()
        if written not in meaning:  # the title of a link begins with what the link says
            meaning = f"{written} – {meaning}"
        link = Markup('<a class="named named-{}" href="{}" title="{}">{}</a>')
        return link.format(mark.kind, entity_address(mark.kind, mark.label), meaning, text)
    return Markup('<span class="named named-{}" title="{}">{}</span>').format(mark.kind, meaning, text)


def _address(field: str, value: str) -> str:
    return entity_address(field, value) if field in ENTITY_KINDS else search_address(**{field: value})
