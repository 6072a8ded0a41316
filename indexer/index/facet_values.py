"""Which documents of a segment have which facet values: both directions, with bitmaps for frequent values."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from indexer.index.arrays import Array
from indexer.index.dictionary import Dictionary, dictionary_arrays

FREQUENT_SHARE = 50
"""A value that more than one document in 50 has is also a bitmap: counting it costs 1.3 µs, however many the hits."""


class FacetValues:
    """One facet field of one segment."""

    def __init__(self, arrays: Mapping[str, Array], prefix: str) -> None:
        self.values = Dictionary(arrays, prefix)
        self.forward_bounds = arrays[f"{prefix}.forward_bounds"]
        self.forward = arrays[f"{prefix}.forward"]
        self.inverted_bounds = arrays[f"{prefix}.inverted_bounds"]
        self.inverted = arrays[f"{prefix}.inverted"]
        self.frequent = arrays[f"{prefix}.frequent"]
        self.bitmaps = arrays[f"{prefix}.bitmaps"]

    @cached_property
    def rare(self) -> Array:
        """The values without a bitmap."""
        return np.setdiff1d(np.arange(len(self.values)), self.frequent)

    @cached_property
    def rare_documents(self) -> tuple[Array, Array]:
        """The documents of all rare values, value after value, and where each value's begin."""
        bounds = self.inverted_bounds.astype(np.int64)
        parts = [self.inverted[bounds[value] : bounds[value + 1]] for value in self.rare.tolist()]
        starts = np.cumsum([0, *map(len, parts)][:-1] or [0])
        return np.concatenate([*parts, self.inverted[:0]]).astype(np.intp), starts[: len(parts)]

    @cached_property
    def with_value(self) -> Array:
        """A boolean for each document: whether it has any value."""
        return np.diff(self.forward_bounds) > 0

    def values_of(self, doc: int) -> list[str]:
        """The values of one document, in their order."""
        start, end = int(self.forward_bounds[doc]), int(self.forward_bounds[doc + 1])
        return [self.values[number] for number in self.forward[start:end].tolist()]

    def documents_with(self, value: str) -> Array:
        """The documents that have *value*, ascending."""
        number = self.values.find(value)
        if number < 0:
            return self.inverted[:0]
        return self.inverted[int(self.inverted_bounds[number]) : int(self.inverted_bounds[number + 1])]


def facet_arrays(prefix: str, documents: Sequence[Sequence[str]]) -> dict[str, Array]:
    """The arrays of a FacetValues over the values of every document, in its order."""
    distinct = sorted({value for values in documents for value in values})
    number = {value: at for at, value in enumerate(distinct)}
    forward = np.array([number[value] for values in documents for value in values], np.uint32)
    return assemble_facet(prefix, distinct, forward, np.array([len(values) for values in documents], np.uint32))


def assemble_facet(prefix: str, distinct: Sequence[str], forward: Array, counts: Array) -> dict[str, Array]:
    """The same from the numbers of the values of all documents, and from how many each document has."""
    size = len(counts)
    doc = np.repeat(np.arange(size, dtype=np.uint16), counts)
    sizes = np.bincount(forward, minlength=len(distinct)).astype(np.uint32)
    frequent = np.flatnonzero(sizes * FREQUENT_SHARE > size).astype(np.uint32)
    inverted, bounds = doc[np.argsort(forward, kind="stable")], _bounds(sizes)
    bitmaps = [pack(mask_of(inverted[bounds[at] : bounds[at + 1]], size)) for at in frequent.tolist()]
    return {
        **dictionary_arrays(prefix, distinct),
        f"{prefix}.forward_bounds": _bounds(counts),
        f"{prefix}.forward": forward,
        f"{prefix}.inverted_bounds": bounds,
        f"{prefix}.inverted": inverted,
        f"{prefix}.frequent": frequent,
        f"{prefix}.bitmaps": np.array(bitmaps, np.uint64).reshape(len(frequent), words_for(size)),
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


def _bounds(sizes: Array) -> Array:
    bounds = np.zeros(len(sizes) + 1, np.uint32)
    np.cumsum(sizes, out=bounds[1:])
    return bounds
