"""Which neighbouring words of a query are one compound written apart?"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from indexer.analysis.analyzer import analyze
from indexer.analysis.conflation import fold, stem_class


def compound_length(terms: Sequence[str]) -> int:
    """How many of the first *terms* make one compound; 0 when they make none.

    >>> compound_length(["sous", "marins", "russes"])
    2
    """
    names = [_loose(term) for term in terms[: _longest()]]
    return next((size for size in range(len(names), 1, -1) if tuple(names[:size]) in _compounds()), 0)


def _loose(term: str) -> str:
    return fold(stem_class(term).removeprefix("="))


@cache
def _compounds() -> frozenset[tuple[str, ...]]:
    lines = (Path(__file__).parent / "compounds.txt").read_text(encoding="utf-8").splitlines()
    written = [line for line in lines if line and not line.startswith("#")]
    return frozenset(tuple(_loose(term.text) for term in analyze(line)) for line in written)


@cache
def _longest() -> int:
    return max(map(len, _compounds()))
