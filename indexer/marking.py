"""What does a text name, and where? The marks of an Article."""

from collections.abc import Iterator

from indexer.article import Mark
from indexer.document import Document
from indexer.enrich import Reading, amount_of, quantity_of, read_text
from indexer.french import french_amount, french_date, french_quantity
from indexer.thesaurus import Thesaurus


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
