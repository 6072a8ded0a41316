"""Which terms are kin: the fold class (accents ignored) and the stem class (inflection ignored).

Classes are computed over terms, never stored in place of them: what meets can get better without indexing again.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple, Protocol

from unidecode import unidecode

from indexer.analysis.stemming import stem
from indexer.analysis.word_forms import read_classes

OWN, FOLD, STEM = 1.0, 0.8, 0.3
"""Weights of a query word's own form, its accent variants and its inflections.

On two sets of French questions MRR@10 is 0.3 % higher with stems at 0.3 than at 0.4 or 0.5, and 3 % lower at 1.0.
"""


@lru_cache(maxsize=1 << 18)
def fold(term: str) -> str:
    """*term* without accents, in Latin letters: côté is cote, Київ is kiyiv.

    >>> fold("évènement") == fold("événement") == "evenement"
    True
    """
    plain = unidecode(term).lower()
    if plain.isalnum():
        return plain
    # The comma keeps 1,5 apart from 15.
    plain = "".join(character for character in plain if character.isalnum() or character == ",")
    return plain or term


def _with_bare_forms(classes: dict[str, str]) -> dict[str, str]:
    """*classes* and what their forms are without accents, where they can be only one."""
    bare: dict[str, set[str]] = defaultdict(set)
    for form, name in classes.items():
        bare[fold(form)].add(name)
    # « ARMEE » is the armée of a page that lost its accents; « cote » may be côte or côté, and stays open.
    return {form: names.pop() for form, names in bare.items() if len(names) == 1} | classes


CLASSES = _with_bare_forms(read_classes("never_conflated.txt"))
"""Each never conflated form -> the name of its class, which no stem of another word equals."""


@lru_cache(maxsize=1 << 18)
def stem_class(term: str) -> str:
    """The name of the stem class of *term*: its stem, or =form for a word never conflated and an irregular one.

    >>> stem_class("systèmes") == stem_class("système"), stem_class("arme") == stem_class("armée")
    (True, False)
    """
    if term in CLASSES:
        return CLASSES[term]
    if not term.isalpha() and any(character.isdigit() for character in term):
        return term
    return stem(term)


_DESIGNATION = re.compile(r"(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{2,}")
_MARK = re.compile(r"[a-z][a-z0-9]{0,3}")
"""What a version adds to a designation: the « AM » of F-16AM, the « B3 » of T-72B3."""


class Kin(NamedTuple):
    """A term that stands for another one, with its weight (OWN, FOLD or STEM)."""

    term: str
    weight: float
    strong: bool = True
    """False: it only looks like the word, and says nothing of how rare that is."""


class Vocabulary(Protocol):
    """The terms of an index, or any other words, by class."""

    def with_fold(self, folded: str) -> Iterable[str]:
        """The terms whose fold is *folded*."""

    def with_stem(self, name: str) -> Iterable[str]:
        """The terms whose own stem class is *name*."""

    def with_prefix(self, prefix: str) -> Iterable[str]:
        """The terms that begin with *prefix*."""


class WordList:
    """A Vocabulary of a few words held in memory."""

    def __init__(self, words: Iterable[str]) -> None:
        self._folds: dict[str, set[str]] = defaultdict(set)
        self._stems: dict[str, set[str]] = defaultdict(set)
        for word in words:
            self._folds[fold(word)].add(word)
            self._stems[stem_class(word)].add(word)

    def with_fold(self, folded: str) -> Iterable[str]:
        """The words whose fold is *folded*."""
        return self._folds.get(folded, ())

    def with_stem(self, name: str) -> Iterable[str]:
        """The words whose own stem class is *name*."""
        return self._stems.get(name, ())

    def with_prefix(self, prefix: str) -> Iterable[str]:
        """The words that begin with *prefix*."""
        return (word for words in self._folds.values() for word in words if word.startswith(prefix))


class Classes:
    """The fold and stem classes of one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def kin(self, word: str, *, quoted: bool = False) -> tuple[Kin, ...]:
        """The terms of the vocabulary that stand for *word*, the heaviest first.

        A quoted word takes its accent variants only, and only itself (or its bare form, as in capitals) when it has
        accents; any other word takes its inflections too, and a designation those of its versions.
        """
        folds = _Folds(self._vocabulary)
        variants = folds[fold(word)]
        weights = {}
        if not quoted:
            weights = {term: STEM for name in _stem_classes(word, folds) for term in self._members(name, folds)}
            weights |= dict.fromkeys(self._versions(word), STEM)
        weights |= {term: FOLD for term in variants if self._meet(word, term, quoted=quoted)}
        if word in variants:
            weights[word] = OWN
        return tuple(sorted((Kin(*pair) for pair in weights.items()), key=lambda kin: (-kin.weight, kin.term)))

    def _versions(self, word: str) -> Iterator[str]:
        """The designations that *word*, one itself, is told more exactly by: a MiG-29K is a MiG-29."""
        if _DESIGNATION.fullmatch(word):
            for term in self._vocabulary.with_prefix(word):
                if _MARK.fullmatch(term, len(word)):
                    yield term

    @staticmethod
    def _meet(word: str, term: str, *, quoted: bool) -> bool:
        """Whether two terms of one fold class may stand for each other."""
        if quoted and word != fold(word) and term not in (word, fold(word)):
            return False
        return word not in CLASSES or term not in CLASSES or CLASSES[word] == CLASSES[term]

    def _members(self, name: str, folds: "_Folds") -> Iterator[str]:
        """The terms of a stem class, and the bare twins of its accented ones."""
        for term in self._vocabulary.with_stem(name):
            yield term
            bare = fold(term)
            if bare != term and bare not in CLASSES and bare in folds[bare]:
                yield bare


class _Folds(dict[str, set[str]]):
    """The fold classes of a vocabulary, each looked up once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self._vocabulary = vocabulary

    def __missing__(self, folded: str) -> set[str]:
        found = self[folded] = set(self._vocabulary.with_fold(folded))
        return found


def _stem_classes(word: str, folds: _Folds) -> set[str]:
    """Usually one class; a bare word also joins those of its accented twins: « evenement »."""
    bare = word == fold(word) and word not in CLASSES
    twins = folds[word] - {word} if bare else ()
    return {stem_class(twin) for twin in twins} | {stem_class(word)}
