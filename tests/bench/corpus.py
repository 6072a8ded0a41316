"""Synthetic French articles for the benchmark: the same number and seed give the same bytes on every machine.

usage: python -m tests.bench.corpus NUMBER OUT.jsonl [--seed 7]

Words are drawn by a Zipf law over 80,000 forms: about sixty real ones first, then forms built from syllables in families of one root
with French endings, so that stems conflate some of them. A smaller corpus is the beginning of a larger one.

Only uniform draws are used, looked up in cumulative tables: the generator's other distributions go through the machine's logarithms.
"""

import argparse
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from pathlib import Path
from statistics import NormalDist
from typing import TypedDict, TypeVar

import numpy as np
import numpy.typing as npt

SEED = 7
WORDS = 80_000
ZIPF_WORDS, ZIPF_NAMES = 1.05, 1.0
LENGTH_MEAN, LENGTH_SPREAD, SHORTEST, LONGEST = 5.6, 0.5, 40, 2000
TITLE_LENGTH, SENTENCE_LENGTH = 9, 18
CHUNK = 1000
FIRST_DAY = date(2020, 1, 1)
DAYS = (date(2025, 1, 1) - FIRST_DAY).days  # sixty months
ELIDED_SHARE = 0.04

HEAD = tuple(
    """de la le les et l'Ukraine des à en d'armes du un une dans pour que qui sur par au avec missiles missile défense OTAN Ukraine
    États-Unis Russie aide militaire système systèmes Kiev guerre armée armées n'est qu'il s'est président ministre militaires
    pays drone drones char chars sécurité contrat contrats milliards dollars l'armée d'aide frégate frégates sous-marin
    européenne européen alliés ont avait selon livraison livraisons français française""".split()
)
ONSETS = tuple("b br c ch cl cr d dr f fl fr g gl gr j l m n p pl pr r s st t tr v vr".split())
VOWELS = tuple("a a a e e i i i o o u u é é â ê ô ai an en in on ou oi eau".split())
FAMILIES = tuple(
    tuple("" if ending == "-" else ending for ending in family.split())
    for family in (
        "- s",
        "e es",
        "al ale ales aux",
        "el elle els elles",
        "er ait ent ant é ée",
        "eur eurs euse",
        "eux euse euses",
        "ique iques",
        "iste istes isme",
        "ment ments",
        "tion tions",
        "té tés",
        "é ée és ées",
        "age ages",
        "ance ances",
        "ien ienne iens",
    )
)


@dataclass(frozen=True)
class Names:
    """One facet field: how many names it has, and how few and how many an article carries."""

    field: str
    label: str
    count: int
    fewest: int
    most: int

    def label_of(self, rank: int) -> str:
        """The name of *rank*, 1 being the most frequent."""
        return f"{self.label} {rank}"


SOURCE = Names("source", "Source", 60, 1, 1)
SEVERAL = (
    Names("country", "Pays", 100, 1, 5),
    Names("equipment", "Équipement", 300, 0, 4),
    Names("organisation", "Organisation", 200, 0, 4),
    Names("person", "Personne", 150, 0, 3),
)


class Article(TypedDict):
    """One line of the corpus."""

    id: str
    title: str
    text: str
    date: str
    source: str
    country: list[str]
    equipment: list[str]
    organisation: list[str]
    person: list[str]


Numbers = npt.NDArray[np.intp]
Table = npt.NDArray[np.float64]
T = TypeVar("T")


@lru_cache(maxsize=2)
def vocabulary(seed: int = SEED) -> tuple[str, ...]:
    """The 80,000 distinct words, the most frequent first."""
    rng = np.random.default_rng([seed, 0])
    words = dict.fromkeys(HEAD)
    made = dict.fromkeys(islice(_made_up_words(rng, set(words)), WORDS - len(words)))
    tail = list(made)
    order = np.argsort(rng.random(len(tail)), kind="stable")
    return *words, *(tail[place] for place in order.tolist())


def articles(number: int, seed: int = SEED) -> Iterator[Article]:
    """The first *number* articles of *seed*."""
    writer = _Writer(seed)
    for chunk in range(math.ceil(number / CHUNK)):
        yield from islice(writer.chunk(chunk), number - chunk * CHUNK)


def write_corpus(number: int, path: Path, seed: int = SEED) -> None:
    """Write *number* articles as JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")
    with unfinished.open("w", encoding="utf-8", newline="\n") as out:
        for article in articles(number, seed):
            out.write(f"{json.dumps(article, ensure_ascii=False, separators=(',', ':'))}\n")
    unfinished.replace(path)


def _made_up_words(rng: np.random.Generator, taken: set[str]) -> Iterator[str]:
    """Distinct forms, family by family: a root with the endings of one pattern, some also after an article."""
    while True:
        root = _root(rng)
        family = _choice(FAMILIES, rng)
        for ending in family:
            word = root + ending
            if word in taken:
                continue
            taken.add(word)
            yield word
            elided = _choice(("l'", "d'"), rng) + word
            if rng.random() < ELIDED_SHARE and word[0] in "aeiouéâêô" and elided not in taken:
                taken.add(elided)
                yield elided


def _root(rng: np.random.Generator) -> str:
    """One to three syllables closed by a consonant; one root in four begins with a vowel."""
    syllables = _choice((1, 1, 2, 2, 2, 3), rng)
    root = "".join(_choice(ONSETS, rng) + _choice(VOWELS, rng) for _ in range(syllables)) + _choice("bcdfglmnprtv", rng)
    return _choice("aeiou", rng) + root if rng.random() < 0.25 else root


def _choice(values: Sequence[T], rng: np.random.Generator) -> T:
    return values[int(rng.random() * len(values))]


class _Writer:
    """Draws articles, a chunk at a time; each chunk has a generator of its own, so a chunk does not depend on the others."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        words = vocabulary(seed)
        capitals = [word[0].upper() + word[1:] for word in words]
        self.forms = (*words, *capitals, *(f"{word}." for word in words))
        self.words = _zipf(len(words), ZIPF_WORDS)
        self.lengths = _lengths()
        self.names = {names.field: _zipf(names.count, ZIPF_NAMES) for names in (SOURCE, *SEVERAL)}

    def chunk(self, number: int) -> Iterator[Article]:
        """The articles of one chunk, in order."""
        rng = np.random.default_rng([self.seed, 1, number])
        lengths = (SHORTEST + self._draw(rng, self.lengths, CHUNK)).tolist()
        days = (rng.random(CHUNK) * DAYS).astype(np.intp).tolist()
        sources = (1 + self._draw(rng, self.names["source"], CHUNK)).tolist()
        several = [self._several(rng, names) for names in SEVERAL]
        titles = self._draw(rng, self.words, CHUNK * TITLE_LENGTH).reshape(CHUNK, TITLE_LENGTH)
        texts = self._draw(rng, self.words, sum(lengths))
        start = 0
        for row, length in enumerate(lengths):
            country, equipment, organisation, person = (values[row] for values in several)
            yield {
                "id": str(number * CHUNK + row),
                "title": self._title(titles[row]),
                "text": self._text(texts[start : start + length]),
                "date": (FIRST_DAY + timedelta(days=days[row])).isoformat(),
                "source": SOURCE.label_of(sources[row]),
                "country": country,
                "equipment": equipment,
                "organisation": organisation,
                "person": person,
            }
            start += length

    def _title(self, words: Numbers) -> str:
        words[0] += WORDS
        return " ".join(map(self.forms.__getitem__, words.tolist()))

    def _text(self, words: Numbers) -> str:
        """The words as sentences: a capital first, a full stop last."""
        words[::SENTENCE_LENGTH] += WORDS
        words[SENTENCE_LENGTH - 1 :: SENTENCE_LENGTH] += 2 * WORDS
        return " ".join(map(self.forms.__getitem__, words.tolist()))

    def _several(self, rng: np.random.Generator, names: Names) -> list[list[str]]:
        """For each article of a chunk, the distinct names of one field in alphabetical order."""
        sizes = names.fewest + (rng.random(CHUNK) * (names.most - names.fewest + 1)).astype(np.intp)
        ranks = 1 + self._draw(rng, self.names[names.field], CHUNK * names.most).reshape(CHUNK, names.most)
        return [
            sorted({names.label_of(rank) for rank in row[:size]})
            for row, size in zip(ranks.tolist(), sizes.tolist(), strict=True)
        ]

    @staticmethod
    def _draw(rng: np.random.Generator, table: Table, size: int) -> Numbers:
        return np.searchsorted(table, rng.random(size), side="right")


def _zipf(size: int, exponent: float) -> Table:
    """The cumulative chances of the ranks 1…size, the last being 1 exactly."""
    chances = np.arange(1, size + 1, dtype=np.float64) ** -exponent
    cumulative = np.cumsum(chances)
    cumulative /= cumulative[-1]
    return cumulative


def _lengths() -> Table:
    """The cumulative chances of the lengths SHORTEST…LONGEST: log-normal, what lies outside moved to the bounds."""
    law = NormalDist(LENGTH_MEAN, LENGTH_SPREAD)
    return np.array([*(law.cdf(math.log(length + 1)) for length in range(SHORTEST, LONGEST)), 1.0])


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Write synthetic French articles as JSON lines.")
    parser.add_argument("number", type=int)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    write_corpus(arguments.number, arguments.out, arguments.seed)


if __name__ == "__main__":
    main()
