"""Draft -> Document: cleaned, dated, named."""

import datetime as dt

from indexer.document import Document, PartialDate, Provenance
from indexer.errors import SourceError
from indexer.ingest.clean import clean_article
from indexer.ingest.dates import FoundDate, choose_date, date_in_address, parse_date
from indexer.ingest.draft import Draft
from indexer.ingest.identity import document_id, normalise_source, normalise_url
from indexer.ingest.language import choose_language

SHORTEST_TEXT = 3
"""Words below which there is no article to find."""

LONGEST_TITLE = 498
"""Characters, « … » aside; the longest title of the real piles has 300."""

LONGEST_MADE_TITLE = 120
"""Characters of a title made from the text."""

LONGEST_SOURCE = 198
"""Characters of a name, « … » aside: more is a text in the wrong field."""

_PAGES = ("html", "feed")
"""Here the host of the address names the source, since pages call themselves now « Le Monde », now « LeMonde.fr »."""


def make_document(draft: Draft, provenance: Provenance, *, today: dt.date | None = None) -> Document:
    """The Document that a *draft* describes; SourceError, with the reason in French, when there is no article in it."""
    title, text = clean_article(draft.title, draft.text)
    if len(text.split(maxsplit=SHORTEST_TEXT)) < SHORTEST_TEXT:
        raise SourceError(_where(provenance), "aucun article : texte vide ou trop court")
    url = normalise_url(draft.url)
    named = None if provenance.format in _PAGES and url else draft.source
    found = _published(draft, url, today)
    return Document(
        id=document_id(url, title, text),
        title=_cut(title, LONGEST_TITLE) or _cut(text.split("\n", 1)[0], LONGEST_MADE_TITLE),
        text=text,
        provenance=provenance,
        url=url,
        source=_cut(normalise_source(named, url) or "", LONGEST_SOURCE) or None,
        published=found.date if found else PartialDate(),
        confidence=found.confidence if found else None,
        authors=draft.authors,
        tags=draft.tags,
        language=choose_language(f"{title}\n{text}", draft.language),
    )


def _published(draft: Draft, url: str | None, today: dt.date | None) -> FoundDate | None:
    modified = parse_date(draft.modified, today=today) if draft.modified else None
    reference = modified.date.first if modified else None
    published = parse_date(draft.published, reference=reference, today=today) if draft.published else None
    in_address = date_in_address(url, today=today) if url else None
    return choose_date(published=published, in_text=draft.dated, in_address=in_address, modified=modified)


def _cut(text: str, longest: int) -> str:
    """The beginning of *text*, up to the end of a word."""
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0].rstrip(",;: ") + " …"


def _where(provenance: Provenance) -> str:
    """The file, the member of the archive and the place, as a reader looks for them."""
    member = f"!/{provenance.member}" if provenance.member else ""
    place = f", {provenance.place}" if provenance.place else ""
    return f"{provenance.path}{member}{place}"
