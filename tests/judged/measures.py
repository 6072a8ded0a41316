"""nDCG and reciprocal rank of one ranking, from graded judgements.

Ranked ids, each once, and grades by id, of whatever kind: `corpus/judgements` and test collections in the BEIR layout
alike. What has no grade counts as 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import log2

DEPTH = 10
"""What readers look at: one page."""

RELEVANT = 2
"""The least grade of an article that a reader is glad to have found first."""


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], depth: int = DEPTH) -> float:
    """Normalised discounted cumulative gain of the first *depth*; 0 when nothing is relevant.

    Gain 2^grade - 1, discount log2(rank + 1) (Burges et al., 2005); the ideal ranking is that of all grades.
    """
    ideal = _discounted(sorted(grades.values(), reverse=True)[:depth])
    return _discounted(grades.get(each, 0) for each in ranked[:depth]) / ideal if ideal else 0.0


def reciprocal_rank(
    ranked: Sequence[str], grades: Mapping[str, int], depth: int = DEPTH, relevant: int = RELEVANT
) -> float:
    """One by the rank of the first id of grade *relevant* or better among the first *depth*; 0 when there is none."""
    ranks = (rank for rank, each in enumerate(ranked[:depth], 1) if grades.get(each, 0) >= relevant)
    return 1 / next(ranks, float("inf"))


def _discounted(grades: Iterable[int]) -> float:
    return sum(((1 << grade) - 1) / log2(rank + 1) for rank, grade in enumerate(grades, 1))
