"""What does a text name, and where? The marks of an Article."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from indexer.article import Mark
from indexer.document import Document
from indexer.enrich import Reading, amount_of, quantity_of, read_text
from indexer.french import french_amount, french_date, french_quantity
from indexer.thesaurus import Thesaurus


def mark_text(text: str, document: Document, thesaurus: Thesaurus) -> tuple[Mark, ...]:
    """What is recognised in a text of *document*, without overlap: names first, then figures around them.

    Of « 26 Rafale Marine » the number is marked as a quantity, and the rest as the name that it is.
    """
    marks = list(_marks(read_text(text, document.published, thesaurus)))
    kept = _apart(mark for mark in marks if mark.kind not in _FIGURES)
    figures = (_before(mark, kept, text) for mark in marks if mark.kind in _FIGURES)
    return tuple(_apart([*kept, *(mark for mark in figures if mark)]))


_FIGURES = ("amount", "quantity", "date")


def _apart(marks: Iterable[Mark]) -> list[Mark]:
    """The marks in order; of those that overlap the first, and of these the longest."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


def _before(mark: Mark, names: Sequence[Mark], text: str) -> Mark | None:
    """What is left of a mark before the first name that stands in it; None when it begins inside a name."""
    at = bisect_right(names, mark.start, key=lambda name: name.end)
    if at == len(names) or names[at].start >= mark.end:
        return mark
    end = len(text[: names[at].start].rstrip())
    return replace(mark, end=end) if mark.start < end else None


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
