"""Signature: what an article leaves behind to be compared by. Half a kilobyte: its wording, and what it speaks of."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from indexer.document import Document
from indexer.enrich.stories.facts import Facts, Figure
from indexer.enrich.stories.words import LEAST_WEIGHT, RAREST, WEIGHT_SHIFT, Words, code_of, feature_of, read_words

MINHASHES = 64
"""Values of a MinHash: two texts resemble each other as they say, give or take 0.06."""

MOST_FEATURES = 96
"""Kept of an article, the most telling; articles of up to 200 words have fewer."""

FACET_WEIGHTS = {"country": 2, "organisation": 3, "equipment": 5, "person": 5}
"""How much a facet value tells; one of another kind ORDINARY_WEIGHT, and those of NO_FACTS nothing."""
ORDINARY_WEIGHT = 4
NO_FACTS = frozenset({"source", "date", "topic", "kind", "amount", "language"})

LEAST_FIGURE = 3
"""Two missiles here and there agree by chance."""

_SHINGLE = 3
_RANDOM = np.random.Generator(np.random.PCG64(1))  # always the same: signatures are kept
_FACTORS = _RANDOM.integers(1, 1 << 63, MINHASHES, dtype=np.uint64) | np.uint64(1)
_ADDENDS = _RANDOM.integers(0, 1 << 63, MINHASHES, dtype=np.uint64)
_HALF = np.uint64(32)
_NOTHING = (1 << 32) - 1


class Signature(msgspec.Struct, frozen=True, array_like=True):
    """What is kept of an article; two are equal when nothing tells their articles apart.

    *minhash*: 64 uint32, of the *size* different runs of three words that are no function words. *features*: uint32
    in order, each a hash below its weight. *figures*: uint32 in order, hashes of what is counted
    in the upper half and of the number in the lower. *days*: those that the text names, as ordinals. *first*, *last*:
    between which days the article came out, as ordinals; None when that is unknown.
    """

    minhash: bytes
    size: int
    features: bytes
    figures: bytes
    days: tuple[int, ...]
    first: int | None
    last: int | None


def signature(document: Document) -> Signature:
    """The signature of an enriched document: its title and text, its facet values, its date and nothing else."""
    words = read_words(document.title, document.text)
    facts = Facts(words)
    figures = list(facts.figures())
    shingles = _shingles(words.codes)
    published = document.published
    return Signature(
        minhash=_minhash(shingles).tobytes(),
        size=len(shingles),
        features=_features(words, document.facets, figures).tobytes(),
        figures=_counts(figures).tobytes(),
        days=tuple(sorted(set(facts.days(published)))),
        first=published.first.toordinal() if published.first else None,
        last=published.last.toordinal() if published.last else None,
    )


def _shingles(codes: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """The different runs of three words; a text of fewer words is one run."""
    telling = codes[codes > 0].astype(np.uint64)
    if len(telling) < _SHINGLE:
        return telling[:1]
    mixed = telling[:-2] * _FACTORS[0] ^ telling[1:-1] * _FACTORS[1] ^ telling[2:] * _FACTORS[2]
    return _distinct(mixed >> _HALF)


def _minhash(shingles: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """For each of 64 orders the first of the shingles."""
    if not len(shingles):
        return np.full(MINHASHES, _NOTHING, np.uint32)
    ranks = shingles[:, np.newaxis] * _FACTORS
    ranks += _ADDENDS
    return np.asarray(ranks.min(axis=0) >> _HALF, np.uint32)


def _features(words: Words, facets: Mapping[str, Iterable[str]], figures: Iterable[Figure]) -> NDArray[np.uint32]:
    """The most telling words, facet values and numbers of an article."""
    telling = words.weights >= LEAST_WEIGHT
    features = words.weights[telling] << WEIGHT_SHIFT | words.codes[telling] >> 32 - WEIGHT_SHIFT
    facts = [_facet(kind, value) for kind, values in facets.items() if kind not in NO_FACTS for value in values]
    facts += [feature for figure in figures if (feature := _number(figure.value).feature)]
    return _distinct(np.concatenate((features, np.array(facts, np.int64)))).astype(np.uint32)[-MOST_FEATURES:]


def _counts(figures: Iterable[Figure]) -> NDArray[np.uint32]:
    counts = {
        (figure.unit & 0xFFFF) << 16 | _number(figure.value).code & 0xFFFF
        for figure in figures
        if figure.unit and figure.value >= LEAST_FIGURE
    }
    return np.array(sorted(counts), np.uint32)


@lru_cache(maxsize=1 << 14)
def _facet(kind: str, value: str) -> int:
    return feature_of(code_of(f"{kind}:{value}"), FACET_WEIGHTS.get(kind, ORDINARY_WEIGHT))


class _Number(NamedTuple):
    """What stands for a number; *feature* 0 when it tells too little by itself."""

    code: int
    feature: int


@lru_cache(maxsize=1 << 14)
def _number(value: float) -> _Number:
    """A number to six places: 6 648 tells a lot, 300 less, what is below 10 or may be a year nothing."""
    figures = f"{value:.6g}"
    code = code_of(f"={figures}")
    if value < 10 or 1990 <= value <= 2040:  # noqa: PLR2004
        return _Number(code, 0)
    digits = len(figures.split("e", maxsplit=1)[0].replace(".", "").strip("0"))
    return _Number(code, feature_of(code, min(1 + 2 * digits + (value > 60), RAREST)))  # noqa: PLR2004


def _distinct(values: NDArray[Any]) -> NDArray[Any]:
    """The different ones in order; np.unique takes twice as long on so few."""
    ordered = np.sort(values)
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]
