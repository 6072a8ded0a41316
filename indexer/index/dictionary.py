"""Sorted strings in one array, and the numbers filed under them."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import overload

import numpy as np

from indexer.index.arrays import Array


class Dictionary(Sequence[str]):
    """Strings sorted by code point, kept as UTF-8 one after the other; look-up is a binary search (about 5 µs)."""

    def __init__(self, arrays: Mapping[str, Array], prefix: str) -> None:
        self._text = arrays[f"{prefix}.text"].data
        self._bounds = arrays[f"{prefix}.bounds"]

    def __len__(self) -> int:
        return len(self._bounds) - 1

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> list[str]: ...
    def __getitem__(self, number: int | slice) -> str | list[str]:
        """The string or strings at *number*."""
        if isinstance(number, slice):
            return [self[at] for at in range(*number.indices(len(self)))]
        return str(self._text[self._bounds[number] : self._bounds[number + 1]], "utf-8")

    def find(self, text: str) -> int:
        """The number of *text*, or -1."""
        number = bisect_left(self, text)
        return number if number < len(self) and self[number] == text else -1

    def between(self, start: str, end: str | None) -> range:
        """The numbers of the strings from *start* to before *end*."""
        return range(bisect_left(self, start), len(self) if end is None else bisect_left(self, end))

    def with_prefix(self, prefix: str) -> range:
        """The numbers of the strings that begin with *prefix*."""
        return self.between(prefix, f"{prefix}\U0010ffff")


def dictionary_arrays(prefix: str, texts: Iterable[str]) -> dict[str, Array]:
    """The arrays of a Dictionary of *texts*, which must be sorted and distinct."""
    encoded = [text.encode("utf-8") for text in texts]
    bounds = np.zeros(len(encoded) + 1, np.uint32)
    np.cumsum([len(text) for text in encoded], out=bounds[1:])
    return {f"{prefix}.text": np.frombuffer(b"".join(encoded), np.uint8), f"{prefix}.bounds": bounds}


class Filing:
    """Lists of numbers filed under sorted names: the terms of every fold or stem class."""

    def __init__(self, arrays: Mapping[str, Array], prefix: str) -> None:
        self._names = Dictionary(arrays, prefix)
        self._ends = arrays[f"{prefix}.ends"]
        self._numbers = arrays[f"{prefix}.numbers"]

    def find(self, name: str) -> list[int]:
        """The numbers under *name*, in order."""
        place = self._names.find(name)
        if place < 0:
            return []
        start = int(self._ends[place - 1]) if place else 0
        found: list[int] = self._numbers[start : int(self._ends[place])].tolist()
        return found

    def name_of(self, number: int) -> str:
        """The name that *number* lies under."""
        return self._names[int(np.searchsorted(self._ends, self._places[number], side="right"))]

    @cached_property
    def _places(self) -> Array:
        return np.argsort(self._numbers)


def filing_arrays(prefix: str, names: Sequence[str]) -> dict[str, Array]:
    """The arrays of a Filing in which the number of each item of *names* lies under its name."""
    under: dict[str, list[int]] = {}
    for number, name in enumerate(names):
        under.setdefault(name, []).append(number)
    ordered = sorted(under)
    return {
        **dictionary_arrays(prefix, ordered),
        f"{prefix}.ends": np.cumsum([len(under[name]) for name in ordered], dtype=np.uint32),
        f"{prefix}.numbers": np.array([number for name in ordered for number in under[name]], np.uint32),
    }
