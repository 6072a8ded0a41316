"""An article as it is read: its Document, what was recognised in it and where, and the other versions of its story."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from indexer.document import Document
from indexer.enrich import Reading, amount_of, quantity_of, read_text
from indexer.french import french_amount, french_date, french_quantity
from indexer.search import Hit
from indexer.thesaurus import Thesaurus

MarkKind = Literal["country", "equipment", "organisation", "person", "designation", "amount", "quantity", "date"]


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """Characters from *start* to *end* of a text that name something: *label* says what, as the facets do.

    *detail* says in French what it was understood as, where that is more than the label.
    """

    kind: MarkKind
    start: int
    end: int
    label: str
    detail: str | None = None


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """A Document, the marks of its title and its text (in order, none inside another), the versions of its story."""

    document: Document
    title_marks: tuple[Mark, ...]
    text_marks: tuple[Mark, ...]
    versions: tuple[Hit, ...]


def mark_text(text: str, document: Document, thesaurus: Thesaurus) -> tuple[Mark, ...]:
    """What is recognised in a text of *document*; of marks that overlap the longest, then the first of MarkKind."""
    marks = sorted(_marks(read_text(text, document.published, thesaurus)), key=lambda mark: (mark.start, -mark.end))
    kept: list[Mark] = []
    for mark in marks:
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return tuple(kept)


def _marks(reading: Reading) -> Iterator[Mark]:
    for mention in reading.mentions:
        label = mention.entry.label
        if mention.kind != "place":
            yield Mark(kind=mention.kind, start=mention.start, end=mention.end, label=label)
        elif mention.entry.country:
            yield Mark(kind="country", start=mention.start, end=mention.end, label=mention.entry.country, detail=label)
    for designation in reading.designations:
        if not designation.known:
            yield Mark(kind="designation", start=designation.start, end=designation.end, label=designation.label)
    for amount in reading.amounts:
        yield Mark(kind="amount", start=amount.start, end=amount.end, label=french_amount(amount_of(amount)))
    for quantity in reading.quantities:
        label = french_quantity(quantity_of(quantity))
        yield Mark(kind="quantity", start=quantity.start, end=quantity.end, label=label)
    for date in reading.dates:
        yield Mark(kind="date", start=date.start, end=date.end, label=french_date(date.date))
