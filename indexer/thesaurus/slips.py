"""Slips: names of the thesaurus that a text spells wrongly, « Rheimentaal », « Lokheed Martin ».

Only a capitalised word that is no word of any name can be one, so that no name is ever read as another. It begins as
the name does and is few letters from it; `near_names.txt` lists the words, surnames and towns that are so by chance.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from indexer.analysis import fold, is_stop_word
from indexer.analysis.pieces import Kept
from indexer.thesaurus.context import is_in_longer_name
from indexer.thesaurus.names import SENTENCE_BREAK, Key, Name
from indexer.thesaurus.words import OTHER, Alphabet, Words

SHORTEST, SHORTEST_NAME, SHORTEST_OF_SEVERAL = 6, 7, 5
"""Letters of a word that may be a slip, of the name that it stands for, and of both among the other words of a name."""

SHORTEST_SURNAME = 8
"""Surnames are many and like each other; so are towns, but they have fewer namesakes."""

_LONG, _VERY_LONG = 9, 11
"""Letters from which a name of a thing may be two or three letters away. Places and surnames: one."""

_SOUNDS = str.maketrans("kqwfzy", "ccvvsi")
"""Letters that slips take for each other; any other letter in place of another makes another short word."""

_CAPITALISED = re.compile(r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿœ]{4,}")
_JOINED_BEFORE = re.compile(r"[\w.@/#-]\Z")
_JOINED_AFTER = re.compile(r"[\w@/’'-]|\.\w")


class Slip(NamedTuple):
    """Names that are spelt wrongly from character *start* to *end*."""

    start: int
    end: int
    names: tuple[Name, ...]


class _SpeltWrongly(NamedTuple):
    """Names in the *letters* that a text has for them when their word *at* a place is a slip."""

    at: int
    letters: str
    names: tuple[Name, ...]


_Near = tuple[tuple[Name, ...], tuple[str, ...]]
"""The names that a word by itself may be meant for, and the words of longer names."""


class Slips:
    """The names of a thesaurus as what may be spelt wrongly. Safe to share between threads."""

    def __init__(self, names: Iterable[tuple[Key, list[Name]]], alphabet: Alphabet) -> None:
        self._alphabet = alphabet
        self._known: set[str] = set()
        self._alone: dict[str, dict[str, tuple[Name, ...]]] = defaultdict(dict)
        self._among: dict[str, dict[str, list[_SpeltWrongly]]] = defaultdict(dict)
        for key, meanings in names:
            self._known.update(key)
            self._add(key, tuple(name for name in meanings if name.role not in {"demonym", "exact", "needed"}))
        self._nearest = Kept(self._find_nearest)

    def may_have(self, piece: str) -> bool:
        """Whether a piece of text has a word that may be a slip: one capitalised word in twelve."""
        return any(True for _ in self._near(piece, 0, len(piece)))

    def find(self, words: Words) -> Iterator[Slip]:
        """The slips of a text, in order; the pieces noted are those that `may_have` any."""
        for number in words.noted():
            for start, end, (alone, among) in self._near(words.text, *words.span_of(number)):
                place = words.place_in(number, start)
                if place is not None and (whole := next(self._whole(words, place, among), None)):
                    yield whole
                elif alone and _stands_alone(words.text, start, end):
                    yield Slip(start, end, alone)

    def _near(self, text: str, start: int, end: int) -> Iterator[tuple[int, int, _Near]]:
        """The words by themselves that are near to a name, and which names these are."""
        for match in _CAPITALISED.finditer(text, start, end):
            if (near := self._nearest[match[0]]) and not _is_joined(text, *match.span()):
                yield *match.span(), near

    def _add(self, key: Key, names: tuple[Name, ...]) -> None:
        if not any(name.text[:1].isupper() for name in names):
            return
        if len(key) == 1 and key[0].isalpha() and len(key[0]) >= SHORTEST_NAME:
            self._alone[key[0][0]][key[0]] = names
        for word in key if len(key) > 1 else ():
            if word.isalpha() and len(word) >= SHORTEST_OF_SEVERAL and not all(map(is_stop_word, {*key} - {word})):
                at = key.index(word)
                letters = f"{self._alphabet.spell(key[:at])}{OTHER}{self._alphabet.spell(key[at + 1 :])}"
                self._among[word[0]].setdefault(word, []).append(_SpeltWrongly(at, letters, names))

    def _find_nearest(self, written: str) -> _Near | None:
        """The names of the one entry that a word is nearest to, and the words of longer names that it may be."""
        word = fold(written)
        if word in self._known or not word.isalpha():
            return None
        among = tuple(
            other
            for other, distance in _near_words(word, list(self._among[word[0]]))
            if distance <= 1 + (len(other) >= _LONG)
        )
        near: dict[int, list[Name]] = defaultdict(list)
        for other, distance in _near_words(word, list(self._alone[word[0]])) if _may_stand_alone(word) else ():
            if _is_slip(word, other, distance, self._alone[word[0]][other][0]):
                near[distance].extend(self._alone[word[0]][other])
        nearest = near[min(near)] if near else []
        one = len({(name.kind, name.entry.label) for name in nearest}) == 1
        alone = tuple(nearest[:1]) if one else ()
        return (alone, among) if alone or among else None

    def _whole(self, words: Words, place: int, among: Iterable[str]) -> Iterator[Slip]:
        """The names of several words that stand around the word at a *place*, all others spelt rightly."""
        for name in (name for word in among for name in self._among[word[0]][word]):
            first = place - name.at
            if first >= 0 and words.row.startswith(name.letters, first):
                start, end = words.term(first).start, words.term(first + len(name.letters) - 1).end
                if not SENTENCE_BREAK.search(words.text, start, end):
                    yield Slip(start, end, name.names)


def _may_stand_alone(word: str) -> bool:
    return len(word) >= SHORTEST and word not in _near_names()


def _is_slip(word: str, other: str, distance: int, name: Name) -> bool:
    """Whether a word at this *distance* from *other*, a name by itself, is few enough letters away."""
    length = min(len(word), len(other))
    if name.role == "surname" and length < SHORTEST_SURNAME:
        return False
    one_only = length < _LONG or name.role == "surname" or name.kind in {"country", "place"}
    if distance > 1 and (one_only or distance > 2 + (length >= _VERY_LONG)):
        return False
    replaced = one_only and len(word) == len(other) and sorted(word) != sorted(other)
    return not replaced or word.translate(_SOUNDS) == other.translate(_SOUNDS)


def _near_words(word: str, others: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Those of *others* that are up to three letters away, and how many."""
    for other, distance, _ in process.extract(word, others, scorer=OSA.distance, score_cutoff=3, limit=None):
        yield other, int(distance)


def _is_joined(text: str, start: int, end: int) -> bool:
    """Whether the word is a part of a compound, a host, a tag."""
    return bool(_JOINED_BEFORE.search(text[max(start - 1, 0) : start]) or _JOINED_AFTER.match(text, end))


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether the word is no part of a longer name, nor written small elsewhere in the text."""
    return not is_in_longer_name(start, end, text) and not re.search(rf"\b{text[start:end].lower()}\b", text)


@lru_cache(maxsize=1)
def _near_names() -> frozenset[str]:
    lines = (Path(__file__).parent / "near_names.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(fold(word) for line in lines if not line.startswith("#") for word in line.split())
