"""The French chain at the speed of arrays: many texts to term numbers at once.

Every different piece of text is analysed once (pieces.py); the rest is looking up numbers.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.piece_table import PieceTable
from indexer.analysis.pieces import (
    BEGINS_WITH_DIGIT,
    BEGINS_WITH_UNIT,
    ENDS_IN_DIGIT,
    MAY_TAKE_NUMBER,
    read_piece,
    read_run,
    space_out,
)

_BATCH = 64  # texts looked up at once, so that what is in work stays in the processor's cache


class TermNumbers:
    """Numbers for terms, in order of first appearance, and texts as these numbers."""

    def __init__(self) -> None:
        self.terms: dict[str, int] = {}
        self._pieces = PieceTable()
        self._texts: list[str] = []
        self._flags = _Growing(np.uint8)
        self._starts = _Growing(np.int32)
        self._counts = _Growing(np.int32)
        self._numbers = _Growing(np.int32)
        self._nothing = int(self._pieces.numbers([""], self._add_piece)[0][0])
        self._runs: dict[tuple[int, ...], int] = {}

    @property
    def pieces(self) -> int:
        """How many pieces are kept, about 200 bytes each."""
        return len(self._texts)

    def number_texts(self, texts: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The term numbers of all *texts* one after the other, and how many each text has."""
        spaced = [space_out(text.replace("\n", " \n ")) for text in texts]
        batches = [
            self._pieces.numbers(spaced[at : at + _BATCH], self._add_piece) for at in range(0, len(texts), _BATCH)
        ]
        pieces = np.concatenate([pieces for pieces, _ in batches] or [np.zeros(0, np.int32)])
        sizes = np.concatenate([sizes for _, sizes in batches] or [np.zeros(0, np.int64)])
        self._join_runs(pieces, sizes)
        counts = self._counts.array.take(pieces)
        ends = np.cumsum(counts, dtype=np.int64)
        first = np.repeat(self._starts.array.take(pieces) - (ends - counts), counts)
        flat = self._numbers.array.take(first + np.arange(len(first)))
        bounds = np.concatenate(([0], ends))[np.concatenate(([0], np.cumsum(sizes)))]
        return flat, np.diff(bounds).astype(np.int32)

    def _add_piece(self, text: str) -> int:
        piece = read_piece(text)
        return self._keep(text, piece.flags, [term.text for term in piece.terms])

    def _join_runs(self, pieces: NDArray[np.int32], sizes: NDArray[np.int64]) -> None:
        """Replace, in place, pieces that a term may go over by the run that they make."""
        flags = self._flags.array.take(pieces)
        left, right = flags[:-1], flags[1:]
        joined = ((left & MAY_TAKE_NUMBER) != 0) & ((right & BEGINS_WITH_DIGIT) != 0)
        joined |= ((left & ENDS_IN_DIGIT) != 0) & ((right & BEGINS_WITH_UNIT) != 0)
        starts = np.cumsum(sizes)[:-1]
        joined[starts[(starts > 0) & (starts < len(pieces))] - 1] = False
        edges = np.flatnonzero(np.diff(np.concatenate(([False], joined, [False])).astype(np.int8)))
        within = np.zeros(len(pieces) + 1, bool)
        within[starts] = True  # texts begin here: no context from the one before
        values = [*pieces.tolist(), self._nothing] if len(edges) else []
        for begin, end in edges.reshape(-1, 2).tolist():
            before = self._nothing if begin == 0 or within[begin] else values[begin - 1]
            after = self._nothing if within[end + 1] else values[end + 1]
            pieces[begin] = self._run((before, *values[begin : end + 1], after))
            pieces[begin + 1 : end + 1] = self._nothing

    def _run(self, key: tuple[int, ...]) -> int:
        """The number of a run of pieces, given with the piece before and the one after, which it only looks at."""
        number = self._runs.get(key)
        if number is None:
            before, *run, after = (self._texts[piece] for piece in key)
            terms = [term.text for term in read_run(before, " ".join(run), after)]
            number = self._runs[key] = self._keep("", 0, terms)
        return number

    def _keep(self, text: str, flags: int, terms: list[str]) -> int:
        self._texts.append(text)
        self._flags.append(flags)
        self._starts.append(len(self._numbers))
        self._counts.append(len(terms))
        for term in terms:
            self._numbers.append(self.terms.setdefault(term, len(self.terms)))
        return len(self._texts) - 1


class _Growing:
    """A list of numbers, read as an array."""

    def __init__(self, dtype: type[np.generic]) -> None:
        self._array = np.zeros(0, dtype)
        self._added: list[int] = []
        self.append = self._added.append
        """Add a number at the end."""

    def __len__(self) -> int:
        return len(self._array) + len(self._added)

    @property
    def array(self) -> NDArray[Any]:
        """Everything added so far."""
        if self._added:
            self._array = np.concatenate((self._array, np.array(self._added, self._array.dtype)))
            self._added.clear()
        return self._array
