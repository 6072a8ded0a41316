"""Which documents of a segment have which facet values: both directions.

The values of all fields are numbered in one row, field after field, so that one sweep counts every facet. A document
without a value of a field has the value NONE there, the first of each field.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import accumulate, chain, pairwise

import numpy as np

from indexer.document import FACETS
from indexer.index.arrays import Array
from indexer.index.dictionary import Dictionary, text_arrays

NONE = ""
"""Stands for no value of a field, so that what is missing is counted with the rest."""

FREQUENT_SHARE = 50
"""A value that more than one document in 50 has is a bitmap, counted in 1.2 µs; a rarer one lists its documents,
counted in 1.5 ns each."""

ALWAYS_FREQUENT, SHARE_OF_THESE = 16, 500
"""So are the 16 most frequent values of a field, down to one document in 500: once those that a reader sees first are
counted, few others can still come among them."""


class FacetValues:
    """The facet values of one segment.

    *forward* has the values of every document, between its *forward_bounds*, the fields in the order of FACETS;
    *inverted* the documents of every rare value, between its *inverted_bounds*; *frequent* the numbers of the others,
    and *bitmaps* a row of bits for each of them. How many values a document has of a field, NONE aside, is a number of
    a few bits: *bits* has a row for each bit of the field *bit_fields* that counts 1 << *bit_powers*.
    """

    def __init__(self, arrays: Mapping[str, Array], size: int) -> None:
        self._size = size
        self.texts = {field: Dictionary(arrays, field) for field in FACETS}
        """The values of each field, sorted, NONE the first."""
        ends = list(accumulate((len(texts) for texts in self.texts.values()), initial=0))
        self.spans = {field: range(*span) for field, span in zip(FACETS, pairwise(ends), strict=True)}
        """The numbers of the values of each field."""
        self.forward_bounds, self.forward = arrays["facets.forward_bounds"], arrays["facets.forward"]
        self.inverted_bounds, self.inverted = arrays["facets.inverted_bounds"], arrays["facets.inverted"]
        self.frequent, self.bitmaps = arrays["facets.frequent"], arrays["facets.bitmaps"]
        self.bits, self.bit_fields = arrays["facets.bits"], arrays["facets.bit_fields"]
        self.bit_powers = arrays["facets.bit_powers"]

    @cached_property
    def rare_sizes(self) -> Array:
        """How many documents are listed for each value: 0 for a frequent one."""
        return np.diff(self.inverted_bounds)

    def counts(self, field: str) -> Array:
        """How many values each document has of a field, NONE aside."""
        counts = np.zeros(self._size, np.int64)
        for row in np.flatnonzero(self.bit_fields == FACETS.index(field)).tolist():
            counts += unpack(self.bits[row], self._size).astype(np.int64) << self.bit_powers[row]
        return counts

    def name_of(self, number: int) -> tuple[str, str]:
        """The field and the value that have this number."""
        field = next(field for field, span in self.spans.items() if number in span)
        return field, self.texts[field][number - self.spans[field].start]

    def numbers_of(self, field: str, doc: int) -> list[int]:
        """The numbers of one document's values of a field, in their order."""
        span = self.spans[field]
        start, end = int(self.forward_bounds[doc]), int(self.forward_bounds[doc + 1])
        return [number for number in self.forward[start:end].tolist() if number in span and number != span.start]

    def values_of(self, field: str, doc: int) -> list[str]:
        """One document's values of a field, in their order."""
        texts, first = self.texts[field], self.spans[field].start
        return [texts[number - first] for number in self.numbers_of(field, doc)]

    def values_among(self, docs: Array) -> tuple[Array, Array]:
        """The numbers of all values of *docs*, NONE included, and how many each document has."""
        start = self.forward_bounds.take(docs).astype(np.int64)
        sizes = self.forward_bounds.take(docs + 1) - start
        ends = np.cumsum(sizes)
        places = np.repeat(start - ends + sizes, sizes) + np.arange(int(ends[-1]) if len(ends) else 0)
        return self.forward.take(places), sizes

    def mask_with(self, field: str, value: str) -> Array:
        """A boolean for each document: whether it has *value*."""
        number = self.texts[field].find(value)
        if number < 0:
            return np.zeros(self._size, bool)
        row = self._frequent_row(self.spans[field].start + number)
        if row is not None:
            return unpack(self.bitmaps[row], self._size)
        return mask_of(self.documents_of(self.spans[field].start + number), self._size)

    def documents_with(self, field: str, value: str) -> Array:
        """The documents that have *value*, ascending."""
        number = self.texts[field].find(value)
        return self.documents_of(self.spans[field].start + number) if number >= 0 else self.inverted[:0]

    def documents_of(self, number: int) -> Array:
        """The documents that have the value of this number, ascending."""
        row = self._frequent_row(number)
        if row is not None:
            return np.flatnonzero(unpack(self.bitmaps[row], self._size))
        return self.inverted[int(self.inverted_bounds[number]) : int(self.inverted_bounds[number + 1])]

    def _frequent_row(self, number: int) -> int | None:
        row = int(self.frequent.searchsorted(number))
        return row if row < len(self.frequent) and self.frequent[row] == number else None


def facet_arrays(documents: Sequence[Mapping[str, Sequence[str]]]) -> dict[str, Array]:
    """The arrays of FacetValues over the values of every document, by field and in their order."""
    distinct = {field: sorted({NONE, *(value for values in documents for value in values[field])}) for field in FACETS}
    number = {pair: at for at, pair in enumerate((field, value) for field in FACETS for value in distinct[field])}
    forward = [[number[field, value] for field in FACETS for value in values[field] or (NONE,)] for values in documents]
    counts = np.fromiter(map(len, forward), np.uint32, len(forward))
    return assemble_facets(distinct, np.fromiter(chain.from_iterable(forward), np.uint32, int(counts.sum())), counts)


def assemble_facets(distinct: Mapping[str, Sequence[str]], forward: Array, counts: Array) -> dict[str, Array]:
    """The same from the *distinct* values, the numbers of every document's values, and how many each document has."""
    size = len(counts)
    ends = list(accumulate((len(distinct[field]) for field in FACETS), initial=0))
    doc = np.repeat(np.arange(size, dtype=np.uint16), counts)
    order = np.argsort(forward, kind="stable")
    sizes = np.bincount(forward, minlength=ends[-1])
    docs, bounds = doc[order], np.concatenate(([0], np.cumsum(sizes)))
    is_frequent = sizes * FREQUENT_SHARE > size
    for start, end in pairwise(ends):
        first = start + np.argsort(-sizes[start:end], kind="stable")[:ALWAYS_FREQUENT]
        is_frequent[first[sizes[first] * SHARE_OF_THESE > size]] = True
    frequent = np.flatnonzero(is_frequent).astype(np.uint32)
    bitmaps = [pack(mask_of(docs[bounds[at] : bounds[at + 1]], size)) for at in frequent.tolist()]
    return {
        **{name: array for field in FACETS for name, array in text_arrays(field, distinct[field]).items()},
        "facets.forward_bounds": _bounds(counts),
        "facets.forward": forward.astype(np.uint16 if ends[-1] <= 1 << 16 else np.uint32),
        "facets.inverted_bounds": _bounds(np.where(is_frequent, 0, sizes)),
        "facets.inverted": docs[~np.repeat(is_frequent, sizes)],
        "facets.frequent": frequent,
        "facets.bitmaps": np.array(bitmaps, np.uint64).reshape(len(frequent), words_for(size)),
        **_bit_arrays(forward, doc, ends, size),
    }


def _bit_arrays(forward: Array, doc: Array, ends: Sequence[int], size: int) -> dict[str, Array]:
    """The bits of how many values each document has of each field."""
    rows, fields, powers = [], [], []
    for field, (start, end) in enumerate(pairwise(ends)):
        counts = np.bincount(doc[(forward > start) & (forward < end)], minlength=size)
        for power in range(int(counts.max(initial=0)).bit_length()):
            rows.append(pack((counts >> power & 1).astype(bool)))
            fields.append(field)
            powers.append(power)
    return {
        "facets.bits": np.array(rows, np.uint64).reshape(len(rows), words_for(size)),
        "facets.bit_fields": np.array(fields, np.uint8),
        "facets.bit_powers": np.array(powers, np.int64),
    }


def words_for(documents: int) -> int:
    """The 64-bit words that a bitmap over so many documents takes."""
    return -(-documents // 64)


def mask_of(docs: Array, size: int) -> Array:
    """A boolean for each of *size* documents: whether it is among *docs*."""
    mask = np.zeros(size, bool)
    mask[docs] = True
    return mask


def pack(mask: Array) -> Array:
    """A mask as a bitmap of 64-bit words."""
    packed = np.zeros(words_for(len(mask)) * 8, np.uint8)
    bits = np.packbits(mask, bitorder="little")
    packed[: len(bits)] = bits
    return packed.view(np.uint64)


def unpack(bitmap: Array, size: int) -> Array:
    """A bitmap as a mask."""
    return np.unpackbits(bitmap.view(np.uint8), count=size, bitorder="little").view(bool)


def _bounds(sizes: Array) -> Array:
    bounds = np.zeros(len(sizes) + 1, np.uint32)
    np.cumsum(sizes, out=bounds[1:])
    return bounds
