"""Where every occurrence of every term stands, in 13 bits each.

A bit says whether a posting begins, twelve bits where the occurrence stands. The few that stand further down are kept
apart. Two bytes for a position and one for a count took 60 % more: with them, positions were a third of an index.
"""

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from indexer.index.arrays import Array

_FAR = 15 << 8
"""Positions from here on are kept apart; 3,584 words of a text come before."""


class Positions:
    """The positions of a segment's occurrences, by the number of the occurrence; those of a posting ascend."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._begins = arrays["positions.begins"]
        self._low, self._high = arrays["positions.low"], arrays["positions.high"]
        self._far, self._far_positions = arrays["positions.far"], arrays["positions.far_positions"]

    def bounds(self, start: int, end: int) -> Array:
        """Where each posting that occurrences *start* to *end* make up begins, and *end*."""
        bits = np.unpackbits(self._begins[start >> 3 : (end + 7) >> 3], bitorder="little")[start & 7 :][: end - start]
        begins = np.flatnonzero(bits.view(bool))  # of booleans it is quickest
        return np.append(begins, end - start) + start

    def begins_of(self, postings: Array) -> Array:
        """Where postings begin, by their numbers among all of the segment; its end for the number after the last."""
        word = np.searchsorted(self._ranks[:-1], postings, side="right") - 1
        bits = np.unpackbits(self._words.take(word).view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")
        nth = (np.cumsum(bits, axis=1, dtype=np.uint8) > (postings - self._ranks.take(word))[:, None]).argmax(axis=1)
        return np.where(postings < self._ranks[-1], (word << 6) + nth, len(self))

    @cached_property
    def _words(self) -> Array:
        """The bits that say where a posting begins, 64 by 64."""
        return np.append(self._begins, np.zeros(-len(self._begins) % 8, np.uint8)).view(np.uint64)

    @cached_property
    def _ranks(self) -> Array:
        """How many postings begin before each of those: 0.9 MB and 2 ms for 28 million occurrences."""
        return np.concatenate(([0], np.cumsum(np.bitwise_count(self._words), dtype=np.int64)))

    def between(self, start: int, end: int) -> Array:
        """The positions of occurrences *start* to *end*, as uint16."""
        pairs = self._high[start >> 1 : (end + 1) >> 1]
        high = np.empty(2 * len(pairs), np.uint16)
        np.bitwise_and(pairs, 15, out=high[0::2])
        np.right_shift(pairs, 4, out=high[1::2])
        positions = high[start & 1 :][: end - start]
        positions <<= 8
        positions |= self._low[start:end]
        first, last = np.searchsorted(self._far, (start, end))
        if first < last:
            positions[self._far[first:last] - np.uint32(start)] = self._far_positions[first:last]
        return positions

    def at(self, occurrences: Array) -> Array:
        """The positions of *occurrences*, ascending numbers, as uint16."""
        high = self._high.take(occurrences >> 1) >> ((occurrences & 1) << 2).astype(np.uint8)
        positions = (high & np.uint8(15)).astype(np.uint16) << np.uint16(8) | self._low.take(occurrences)
        if len(far := np.flatnonzero(positions >= _FAR)):
            positions[far] = self._far_positions[np.searchsorted(self._far, occurrences[far])]
        return positions

    def __len__(self) -> int:
        return len(self._low)


def position_arrays(counts: Array, positions: Array) -> dict[str, Array]:
    """The arrays of Positions: the *counts* of every posting, the *positions* of every occurrence, as uint16."""
    begins = np.zeros(len(positions), bool)
    begins[np.cumsum(counts) - counts] = True
    high = np.minimum(positions >> np.uint16(8), 15).astype(np.uint8)
    pairs = np.zeros((len(high) + 1) // 2, np.uint8)
    pairs |= high[0::2]
    pairs[: len(high) // 2] |= high[1::2] << np.uint8(4)
    far = np.flatnonzero(high == _FAR >> 8)
    return {
        "positions.begins": np.packbits(begins, bitorder="little"),
        "positions.low": positions.astype(np.uint8),
        "positions.high": pairs,
        "positions.far": far.astype(np.uint32),
        "positions.far_positions": positions[far],
    }
