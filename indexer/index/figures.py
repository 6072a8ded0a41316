"""Which sums of money and which days do the documents of a segment name? One row for each, the documents ascending.

Days are counted as in datetime.date.toordinal.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from indexer.document import Amount, Document
from indexer.index.arrays import Array

UNKNOWN_CURRENCY = 0


class Amounts(NamedTuple):
    """Sums of money: of *docs*, from *lowest* to *highest*, in *currencies* (currency_code)."""

    docs: Array
    lowest: Array
    highest: Array
    currencies: Array


class MentionedDays(NamedTuple):
    """Dates mentioned: by *docs*, from the *first* to the *last* day that each may mean."""

    docs: Array
    first: Array
    last: Array


class Figures(NamedTuple):
    """The figures of a segment."""

    amounts: Amounts
    mentioned: MentionedDays


def currency_code(currency: str | None) -> int:
    """An ISO 4217 code as a number; UNKNOWN_CURRENCY when the text names none."""
    return int.from_bytes(currency.encode("ascii"), "big") if currency else UNKNOWN_CURRENCY


def figures_of(documents: Sequence[Document]) -> Figures:
    """The figures that *documents* name."""
    amounts = [(at, amount) for at, document in enumerate(documents) for amount in document.amounts]
    dates = [
        (at, date.first.toordinal(), date.last.toordinal())
        for at, document in enumerate(documents)
        for date in document.mentioned
        if date.first and date.last
    ]
    return Figures(
        Amounts(
            docs=np.array([at for at, _ in amounts], np.uint16),
            lowest=np.array([amount.value for _, amount in amounts], np.float64),
            highest=np.array([_highest(amount) for _, amount in amounts], np.float64),
            currencies=np.array([currency_code(amount.currency) for _, amount in amounts], np.uint32),
        ),
        MentionedDays(
            docs=np.array([at for at, _, _ in dates], np.uint16),
            first=np.array([first for _, first, _ in dates], np.int32),
            last=np.array([last for _, _, last in dates], np.int32),
        ),
    )


def figure_arrays(figures: Figures) -> dict[str, Array]:
    """The arrays of the figures of a segment, by label."""
    return {f"{kind}.{label}": array for kind, rows in figures._asdict().items() for label, array in _columns(rows)}


def read_figures(arrays: Mapping[str, Array]) -> Figures:
    """The figures whose arrays these are."""
    return Figures(
        Amounts(*(arrays[f"amounts.{label}"] for label in Amounts._fields)),
        MentionedDays(*(arrays[f"mentioned.{label}"] for label in MentionedDays._fields)),
    )


def join_figures(parts: Sequence[Figures], kept: Sequence[Array], sizes: Sequence[int]) -> Figures:
    """The figures of the *kept* documents of several segments of these *sizes*, the documents numbered on."""
    starts = np.cumsum([0, *map(len, kept)]).tolist()
    numbers = [_renumbered(docs, size, start) for docs, size, start in zip(kept, sizes, starts, strict=False)]
    amounts = _joined([part.amounts for part in parts], numbers)
    return Figures(Amounts(*amounts), MentionedDays(*_joined([part.mentioned for part in parts], numbers)))


def _renumbered(kept: Array, size: int, start: int) -> Array:
    """The new number of each document, -1 for one that is not kept."""
    numbers = np.full(size, -1)
    numbers[kept] = np.arange(start, start + len(kept))
    return numbers


def _joined(parts: Sequence[Amounts | MentionedDays], numbers: Sequence[Array]) -> Iterator[Array]:
    """The columns of several segments, each one after the other, the documents first."""
    own = [to.take(rows.docs) for rows, to in zip(parts, numbers, strict=True)]
    yield np.concatenate([docs[docs >= 0] for docs in own]).astype(np.uint16)
    for at in range(1, len(parts[0])):
        yield np.concatenate([rows[at][docs >= 0] for rows, docs in zip(parts, own, strict=True)])


def _columns(rows: Amounts | MentionedDays) -> list[tuple[str, Array]]:
    return list(rows._asdict().items())


def _highest(amount: Amount) -> float:
    return amount.value if amount.highest is None else amount.highest
