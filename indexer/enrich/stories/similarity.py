"""How likely two articles tell one story, and by what that shows."""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from indexer.enrich.stories.signature import MINHASHES, Signature
from indexer.enrich.stories.words import WEIGHT_SHIFT

WINDOW = 7
"""Days between two articles of one story at most; what comes later is another story on the same matter."""

SAME_STORY = 0.5
"""The similarity from which two articles tell one story."""

UNDATED = 7.0
"""Days that two articles are taken to be apart when one of them has no date."""


class Likeness(NamedTuple):
    """What two articles have in common, and what that comes to.

    *wording*: the part of the shorter one's runs of words that the other has too, 0 to 1. *content*: the cosine of
    their rare words, names and numbers; *inclusion*: how much of those of the poorer one the other has; *evidence*: the
    sum of the squared weights of what they share. *figures*: from 1, all that both count agrees, to -1, nothing does.
    *days*: 1 when they name a day in common, -1 when they name others, else 0. *apart*: days between them.
    """

    wording: float
    content: float
    inclusion: float
    evidence: int
    figures: float
    days: int
    apart: float

    @property
    def score(self) -> float:
        """The probability that they tell one story.

        The weights are a logistic regression on the tuning half of tests/enrich/stories and on unrelated news, rounded.
        Wording counts against: what two articles say in the same words without the same names, numbers and rare words
        is a template (a daily report, a notice of sale). A true copy has all of these too, and stays near 1.
        """
        if self.apart > WINDOW:
            return 0.0
        logit = (
            WORDING * self.wording
            + CONTENT * self.content
            + INCLUSION * self.inclusion
            + EVIDENCE * math.log1p(self.evidence)
            + FIGURES * self.figures
            + DAYS * self.days
            - APART * self.apart
            - BAR
        )
        return 1 / (1 + math.exp(-logit))


WORDING, CONTENT, INCLUSION, EVIDENCE, FIGURES, DAYS, APART, BAR = -3.3, 7.7, 6.8, 0.34, 3.6, 1.0, 0.23, 7.2


def similarity(one: Signature, other: Signature) -> float:
    """The probability that two articles tell one story: symmetric, from 0 to 1; `compare` says why."""
    return compare(one, other).score


def compare(one: Signature, other: Signature) -> Likeness:
    """What two articles have in common."""
    shared, mine, theirs = _weights(one.features, other.features)
    return Likeness(
        wording=_wording(one, other),
        content=shared / math.sqrt(mine * theirs or 1),
        inclusion=shared / (min(mine, theirs) or 1),
        evidence=shared,
        figures=_figures(one.figures, other.figures),
        days=_days(one.days, other.days),
        apart=_apart(one, other),
    )


def _wording(one: Signature, other: Signature) -> float:
    """The overlap of two sets from their MinHash, which gives their resemblance."""
    if not one.size or not other.size:
        return 0.0
    equal = np.frombuffer(one.minhash, np.uint32) == np.frombuffer(other.minhash, np.uint32)
    resemblance = int(np.count_nonzero(equal)) / MINHASHES
    common = resemblance / (1 + resemblance) * (one.size + other.size)
    return min(common / min(one.size, other.size), 1.0)


def _weights(one: bytes, other: bytes) -> tuple[int, int, int]:
    """The squared weights of what both have, of what one has and of what the other has."""
    (mine, weight), (theirs, other_weight) = _features(one), _features(other)
    return _squares(mine & theirs), weight, other_weight


def _figures(one: bytes, other: bytes) -> float:
    """Whether what both count comes to the same numbers; towards 0 when there is little of it."""
    mine, theirs = _unpack(one), _unpack(other)
    agreed = mine & theirs
    counted = {figure >> 16 for figure in mine} & {figure >> 16 for figure in theirs}
    disagreed = len(counted) - len({figure >> 16 for figure in agreed})
    return (len(agreed) - disagreed) / (len(agreed) + disagreed + 1)


def _days(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    if not one or not other:
        return 0
    return -1 if set(one).isdisjoint(other) else 1


def _apart(one: Signature, other: Signature) -> float:
    if one.first is None or one.last is None or other.first is None or other.last is None:
        return UNDATED
    return float(max(0, one.first - other.last, other.first - one.last))


@lru_cache(maxsize=1024)
def _features(values: bytes) -> tuple[frozenset[int], int]:
    """Features and the sum of their squared weights, kept: an article is compared with many in a row."""
    features = _unpack(values)
    return features, _squares(features)


def _unpack(values: bytes) -> frozenset[int]:
    return frozenset(memoryview(values).cast("I"))


def _squares(features: frozenset[int]) -> int:
    return sum([_SQUARES[feature >> WEIGHT_SHIFT] for feature in features])


_SQUARES = [weight * weight for weight in range(1 << 32 - WEIGHT_SHIFT)]
