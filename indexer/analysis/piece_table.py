"""Numbers for pieces of text, looked up by the thousand: a hash table in arrays.

A dictionary of strings takes half a microsecond a piece, most of it waiting for memory; here the waiting is done
together. Pieces are compared whole, so that no two are ever taken for each other.
"""

import secrets
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_WORD = 8
_LONGEST = 3 * _WORD
"""Bytes of UTF-8 up to which a piece is kept as three 64-bit words; longer ones, few, are kept in a dictionary."""

_MASKS = np.array([(1 << 8 * length) - 1 for length in range(_WORD + 1)], np.uint64)
_FEWEST_BITS = 12

Words = NDArray[np.uint64]
Numbers = NDArray[np.int32]


class _Keys(NamedTuple):
    """Pieces as three words each, filled up with zeros, and their hashes."""

    first: Words
    second: Words
    third: Words
    hashes: Words

    def at(self, places: NDArray[np.intp]) -> "_Keys":
        return _Keys(*(column.take(places) for column in self))


class PieceTable:
    """The number of every piece seen."""

    def __init__(self) -> None:
        self._long: dict[bytes, int] = {}
        # Random, so that nobody can write pieces that all fall into one place.
        self._factors = [np.uint64(secrets.randbits(64) | 1) for _ in range(4)]
        self._clear(_FEWEST_BITS)

    def numbers(self, texts: Sequence[str], add: Callable[[str], int]) -> tuple[Numbers, NDArray[np.int64]]:
        """The numbers of the pieces between the spaces of *texts*, and how many each text has.

        *add* is called with each new piece, in order of appearance, and says its number.
        """
        sizes = np.array([text.count(" ") + 1 for text in texts], np.int64)
        data = "".join([f"{text} " for text in texts]).replace("\0", "\1").encode("utf-8", "surrogatepass")
        memory = np.zeros(len(data) // _WORD + 5, "<u8")
        memory.view(np.uint8)[: len(data)] = np.frombuffer(data, np.uint8)
        ends = np.flatnonzero(memory.view(np.uint8)[: len(data)] == ord(" "))
        starts = np.concatenate((ends[:1] * 0, ends[:-1] + 1))
        keys = self._keys(memory, starts, ends - starts)
        numbers = self._look_up(keys)
        numbers[ends - starts > _LONGEST] = -1
        unknown = np.flatnonzero(numbers < 0)
        if len(unknown):
            pieces = [
                data[start:end] for start, end in zip(starts[unknown].tolist(), ends[unknown].tolist(), strict=True)
            ]
            numbers[unknown] = self._add_unknown(pieces, keys.at(unknown), add)
        return numbers, sizes

    def _keys(self, memory: Words, starts: NDArray[np.intp], lengths: NDArray[np.intp]) -> _Keys:
        """The pieces of *memory* that begin at these bytes."""
        place, shift = starts >> 3, ((starts & 7) << 3).astype(np.uint64)
        back = np.uint64(64) - shift
        parts = [memory.take(place + step) for step in range(4)]
        # A shift by 64 bits gives 0 in NumPy, as is wanted for a piece that begins with a word.
        words = [
            ((low >> shift) | (high << back)) & _MASKS.take(np.clip(lengths - step * _WORD, 0, _WORD))
            for step, (low, high) in enumerate(pairwise(parts))
        ]
        hashes = words[0] * self._factors[0]
        hashes ^= words[1] * self._factors[1]
        hashes ^= words[2] * self._factors[2]
        hashes ^= hashes >> np.uint64(32)
        hashes *= self._factors[3]
        return _Keys(words[0], words[1], words[2], hashes)

    def _look_up(self, keys: _Keys) -> Numbers:
        """The number of every piece, -1 for one that is not there."""
        slots = self._slots(keys.hashes)
        numbers = self._numbers.take(slots)
        others = np.flatnonzero(self._differ(keys, slots) & (numbers >= 0))
        while len(others):
            slots[others] = (slots[others] + 1) & self._last
            numbers[others] = self._numbers.take(slots[others])
            others = others[self._differ(keys.at(others), slots[others]) & (numbers[others] >= 0)]
        return numbers

    def _differ(self, keys: _Keys, slots: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Whether another piece is kept there."""
        differ: NDArray[np.bool_] = self._first.take(slots) != keys.first
        differ |= self._second.take(slots) != keys.second
        differ |= self._third.take(slots) != keys.third
        return differ

    def _slots(self, hashes: Words) -> NDArray[np.intp]:
        return (hashes >> np.uint64(64 - self._bits)).astype(np.intp)

    def _add_unknown(self, pieces: Sequence[bytes], keys: _Keys, add: Callable[[str], int]) -> Sequence[int]:
        """The numbers of pieces that are not in the table; those that are new are put there."""
        fresh: dict[bytes, int] = {}
        first_places: list[int] = []
        numbers: list[int] = []
        for at, piece in enumerate(pieces):
            kept = fresh if len(piece) <= _LONGEST else self._long
            number = kept.get(piece)
            if number is None:
                number = kept[piece] = add(piece.decode("utf-8", "surrogatepass"))
                if kept is fresh:
                    first_places.append(at)
            numbers.append(number)
        self._insert(keys.at(np.array(first_places, np.intp)), np.array(list(fresh.values()), np.int32))
        return numbers

    def _insert(self, keys: _Keys, numbers: Numbers) -> None:
        """Put new pieces into the table, made larger when it gets half full."""
        if (self._used + len(numbers)) * 2 > self._last:
            there = np.flatnonzero(self._numbers >= 0)
            old_numbers = self._numbers[there]
            old = _Keys(self._first[there], self._second[there], self._third[there], self._hashes[there])
            self._clear(max(_FEWEST_BITS, int((self._used + len(numbers)) * 4).bit_length()))
            self._insert(old, old_numbers)
        self._used += len(numbers)
        slots = self._slots(keys.hashes)
        waiting = np.arange(len(numbers))
        while len(waiting):
            free = waiting[self._numbers[slots[waiting]] < 0]
            self._numbers[slots[free]] = numbers[free]  # of several that want one place the last gets it
            placed = free[self._numbers[slots[free]] == numbers[free]]
            for table, column in zip((self._first, self._second, self._third, self._hashes), keys, strict=True):
                table[slots[placed]] = column[placed]
            waiting = np.setdiff1d(waiting, placed, assume_unique=True)
            slots[waiting] = (slots[waiting] + 1) & self._last

    def _clear(self, bits: int) -> None:
        """An empty table of 2 to the *bits* places."""
        self._bits, self._last, self._used = bits, (1 << bits) - 1, 0
        self._first, self._second, self._third, self._hashes = (np.zeros(1 << bits, np.uint64) for _ in range(4))
        self._numbers = np.full(1 << bits, -1, np.int32)
