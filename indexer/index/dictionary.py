"""Strings in one array, and numbers filed under names."""

import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import overload

import numpy as np

from indexer.index.arrays import Array

_STEP = 16
"""Of a dictionary every 16th string is kept as a Python string once it was needed: look-up takes 5 µs instead of 20."""


class Texts(Sequence[str]):
    """Strings kept as UTF-8 one after the other."""

    def __init__(self, arrays: Mapping[str, Array], prefix: str) -> None:
        # Memory views give Python's numbers, in a third of the time that arrays take.
        self._text = arrays[f"{prefix}.text"].data
        self._bounds = arrays[f"{prefix}.bounds"].data
        self._length = len(self._bounds) - 1

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> list[str]: ...
    def __getitem__(self, number: int | slice) -> str | list[str]:
        """The string or strings at *number*."""
        if isinstance(number, slice):
            return [self[at] for at in range(*number.indices(len(self)))]
        return str(self._text[self._bounds[number] : self._bounds[number + 1]], "utf-8")


class Dictionary(Texts):
    """Strings sorted by code point and distinct."""

    def find(self, text: str) -> int:
        """The number of *text*, or -1."""
        number = self._place(text)
        return number if number < len(self) and self[number] == text else -1

    def between(self, start: str, end: str | None) -> range:
        """The numbers of the strings from *start* to before *end*."""
        return range(self._place(start), len(self) if end is None else self._place(end))

    def with_prefix(self, prefix: str) -> range:
        """The numbers of the strings that begin with *prefix*."""
        return self.between(prefix, f"{prefix}\U0010ffff")

    def _place(self, text: str) -> int:
        """How many strings come before *text*."""
        step = bisect_left(self._steps, text)
        return bisect_left(self, text, max(0, (step - 1) * _STEP), min(step * _STEP, len(self)))

    @cached_property
    def _steps(self) -> list[str]:
        return self[::_STEP]


def text_arrays(prefix: str, texts: Iterable[str]) -> dict[str, Array]:
    """The arrays of Texts; those of a Dictionary when they are sorted and distinct."""
    encoded = [text.encode("utf-8") for text in texts]
    bounds = np.zeros(len(encoded) + 1, np.uint32)
    np.cumsum([len(text) for text in encoded], out=bounds[1:])
    return {f"{prefix}.text": np.frombuffer(b"".join(encoded), np.uint8), f"{prefix}.bounds": bounds}


class Filing:
    """Numbers filed under names: the terms of every fold or stem class, the documents of every file.

    The names are not kept. Their hashes lead to the numbers, and *name_of* a number says whether it is meant.
    """

    def __init__(self, arrays: Mapping[str, Array], prefix: str, name_of: Callable[[int], str]) -> None:
        self._hashes, self._numbers = arrays[f"{prefix}.hashes"].data, arrays[f"{prefix}.numbers"].data
        self._name_of = name_of

    def find(self, name: str) -> list[int]:
        """The numbers under *name*, in order."""
        return [number for number in self.perhaps(name) if self._name_of(number) == name]

    def perhaps(self, name: str) -> list[int]:
        """The numbers under *name*, and under others of the same hash, which are rare."""
        wanted = zlib.crc32(name.encode("utf-8"))
        start = bisect_left(self._hashes, wanted)
        return self._numbers[start : bisect_right(self._hashes, wanted, start)].tolist()


def name_hashes(names: Iterable[str]) -> Array:
    """The hash of every name: CRC-32 of its UTF-8."""
    return np.array([zlib.crc32(name.encode("utf-8")) for name in names], np.uint32)


def filing_arrays(prefix: str, hashes: Array, numbers: Sequence[int] | None = None) -> dict[str, Array]:
    """The arrays of a Filing, of the hash of the name of each of *numbers*; of 0, 1, 2… when these are not given."""
    order = np.argsort(hashes, kind="stable")
    filed = order if numbers is None else np.array(numbers, np.int64)[order]
    return {f"{prefix}.hashes": hashes[order], f"{prefix}.numbers": filed.astype(np.uint32)}
