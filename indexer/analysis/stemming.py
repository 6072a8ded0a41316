"""The stem of a French word: Snowball, helped where it knows an ending too few, held back where it takes off too much.

Snowball leaves verbs their -ent and -ons, and takes -if, -able, -iste, -ité and -eur for inflections. Every rule was
kept because `python -m tests.bench.conflation` finds more forms of one word that meet, or fewer forms of two.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

import snowballstemmer

from indexer.analysis.word_forms import read_irregular_forms, read_lines

_IRREGULAR, _STEMMED_ALIKE = read_irregular_forms()
_NOT_VERBS = frozenset(word for line in read_lines("not_verbs.txt") for word in line.split())


_snowball = snowballstemmer.stemmer("french")
# Its own cache of 10,000 words, once full, makes a word take 3 µs instead of 1; stem_class keeps what it found.
_snowball.maxCacheSize = 0


class _Rule(NamedTuple):
    """What becomes of a word that ends so; the endings are there to say quickly that it does not."""

    endings: tuple[str, ...]
    pattern: re.Pattern[str]
    result: str


def _rule(endings: str, pattern: str, result: str) -> _Rule:
    return _Rule(tuple(endings.split()), re.compile(pattern), result)


# Endings that make another word, which keeps them whatever its number and gender; Snowball would take them off.
# Not -ation and -ement: that « libérer » finds « libération » is worth 0.2 % of MRR on questions, each of the two.
_MAKING_WORDS = (
    _rule("té tés", r"(.{2,}it)és?", r"\1"),  # nationalité is not national
    _rule("ste stes sme smes", r"(.{2,}is[mt])es?", r"\1"),  # nor is socialiste social
    _rule("ble bles", r"(.{2,}[ai]bl)es?", r"\1"),  # responsable
    _rule("f fs ve ves", r"(.+[iï]|.+eu)(?:f|ve)s?", r"\1v"),  # explosif, explosive; with the v of activer
    # directeur, directrice; dangereux, dangereuse
    _rule("eur eurs eux euse euses rice rices", r"(.{2,}[^ao])(?:eur|euse|eux|rice)s?", r"\1eur"),
)
# Endings of verbs that Snowball leaves or mistakes, and others that it knows.
_OF_VERBS = (
    _rule("erions eriez", r"(.{3,}er)(?:ions|iez)", r"\1ait"),  # resterions
    _rule("èrent", r"(.{2,})èrent", r"\1er"),  # restèrent
    _rule("geons", r"(.{2,}g)eons", r"\1e"),  # exigeons
    _rule("çons", r"(.{2,})çons", r"\1ce"),  # annonçons
    _rule("ons", r"(.{2,}[^i](?<![ei]r))ons", r"\1e"),  # restons; but not resterons, nor nations
    _rule("fie fies fiez fient", r"(.+fi)e(?:s|z|nt)?", r"\1er"),  # justifie
    _rule("ent", r"(.{2,}(?<!m)(?<!ai))ent", r"\1e"),  # restent; but not restaient, nor constamment
)
# Snowball takes -it, -ir and -er off a singular, -ions off a plural, and never takes -os or -us for one.
_PLURAL = re.compile(r"(.{3,}(?:[trou]|[snx]ion))s")
_MADE = tuple(ending for rule in _MAKING_WORDS for ending in rule.endings)
_VERBAL = tuple(ending for rule in _OF_VERBS for ending in rule.endings)
_SHORTEST = 3
"""Letters of a stem found so: « unir » must not be un."""
_SHORT_BEGINNING = re.compile(r"[aeiouéèêâôû][^aeiouyéèêâôû]")


def stem(word: str) -> str:
    """The stem of *word*; for an irregular one its first form after a sign that no term has.

    >>> stem("restent") == stem("rester"), stem("yeux") == stem("oeil"), stem("explosif") == stem("explosion")
    (True, True, False)
    """
    if word in _IRREGULAR:
        return f"={_IRREGULAR[word]}"
    word = _STEMMED_ALIKE.get(word, word)
    if word.endswith(_MADE) and (made := _apply(_MAKING_WORDS, word)):
        return made
    return _snowball_of(_with_known_ending(word))


def _apply(rules: Iterable[_Rule], word: str) -> str | None:
    """What the first of *rules* that fits makes of *word*."""
    for rule in rules:
        if word.endswith(rule.endings) and (match := rule.pattern.fullmatch(word)):
            return match.expand(rule.result)
    return None


def _with_known_ending(word: str) -> str:
    """*word* with an ending from which Snowball finds the stem."""
    if word.endswith(_VERBAL) and word not in _NOT_VERBS and (known := _apply(_OF_VERBS, word)):
        return known
    match = _PLURAL.fullmatch(word) if word.endswith("s") else None
    return match[1] if match else word


def snowball(word: str) -> str:
    """What Snowball alone makes of *word*."""
    return str(_snowball.stemWord(word))


def _snowball_of(word: str) -> str:
    """Snowball's stem of *word*, of one that begins like « user » and « armer » with a letter before it.

    Snowball would take such a word's ending for a part of its root.
    """
    if _SHORT_BEGINNING.match(word):
        shortened = snowball(f"d{word}")[1:]
        if len(shortened) >= _SHORTEST:
            return shortened
    return snowball(word)
