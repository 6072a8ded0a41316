"""Slips: names of the thesaurus that a text spells wrongly, « Rheimentaal », « Lokheed Martin ».

Only a capitalised word that is no word of any name can be one, so that no name is ever read as another. It begins as
the name does and is few letters from it; `near_names.txt` lists the words, surnames and towns that are so by chance.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from rapidfuzz.distance import OSA

from indexer.analysis import analyze, fold, is_stop_word
from indexer.thesaurus.context import is_title
from indexer.thesaurus.names import SENTENCE_BREAK, Key, Name

SHORTEST, SHORTEST_NAME, SHORTEST_OF_SEVERAL = 6, 7, 5
"""Letters of a word that may be a slip, of the name that it stands for, and of both among the other words of a name."""

SHORTEST_SURNAME = 8
"""Surnames are many and like each other; so are towns, but they have fewer namesakes."""

_LONG, _VERY_LONG = 9, 11
"""Letters from which a name of a thing may be two or three letters away. Places and surnames: one."""

_SOUNDS = str.maketrans("kqwfzy", "ccvvsi")
"""Letters that slips take for each other; any other letter in place of another makes another short word."""

_CAPITALISED = re.compile(r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿœ]{3,}")
_JOINED_BEFORE = re.compile(r"[\w.@/#-]\Z")
_JOINED_AFTER = re.compile(r"[\w@/’'-]|\.\w")
_NAME_BEFORE = re.compile(r"(\b[A-ZÀ-ÖØ-Þ][\w’'-]*\.?)[ \u00a0]\Z")
_NAME_AFTER = re.compile(r"[ \u00a0][A-ZÀ-ÖØ-Þ]\w*[a-zß-öø-ÿ]")
_FIRMS = frozenset("groupe societe firme entreprise compagnie geant constructeur fabricant groupes".split())
"""Words before a name that may have a capital and are no part of it."""


class Slip(NamedTuple):
    """Names that are spelt wrongly from character *start* to *end*."""

    start: int
    end: int
    names: tuple[Name, ...]


class Slips:
    """The names of a thesaurus as what may be spelt wrongly. Safe to share between threads."""

    def __init__(self, names: Iterable[tuple[Key, list[Name]]]) -> None:
        self._known: set[str] = set()
        self._alone: dict[str, dict[str, tuple[Name, ...]]] = defaultdict(dict)
        self._among: dict[str, dict[str, list[tuple[Key, tuple[Name, ...]]]]] = defaultdict(dict)
        for key, meanings in names:
            self._known.update(key)
            self._add(key, tuple(name for name in meanings if name.role not in {"demonym", "exact"}))
        self._nearest = lru_cache(maxsize=1 << 16)(self._find_nearest)

    def find(self, text: str) -> Iterator[Slip]:
        """The slips of *text*, in order."""
        for match in _CAPITALISED.finditer(text):
            alone, among = self._nearest(match[0])
            if (alone or among) and not _is_joined(text, *match.span()):
                if whole := next(self._whole(text, match.start(), among), None):
                    yield whole
                elif alone and _stands_alone(text, *match.span()):
                    yield Slip(*match.span(), alone)

    def _add(self, key: Key, names: tuple[Name, ...]) -> None:
        if not any(name.text[:1].isupper() for name in names):
            return
        if len(key) == 1 and key[0].isalpha() and len(key[0]) >= SHORTEST_NAME:
            self._alone[key[0][0]][key[0]] = names
        for word in key if len(key) > 1 else ():
            if word.isalpha() and len(word) >= SHORTEST_OF_SEVERAL and not all(map(is_stop_word, {*key} - {word})):
                self._among[word[0]].setdefault(word, []).append((key, names))

    def _find_nearest(self, written: str) -> tuple[tuple[Name, ...], tuple[str, ...]]:
        """The names of the one entry that a word is nearest to, and the words of longer names that it may be."""
        word = fold(written)
        if word in self._known or not word.isalpha():
            return (), ()
        among = tuple(
            other for other in self._among[word[0]] if 0 < _distance(word, other) <= 1 + (len(other) >= _LONG)
        )
        near: dict[int, list[Name]] = defaultdict(list)
        for other, names in self._alone[word[0]].items() if len(word) >= SHORTEST and word not in _near_names() else ():
            if distance := _distance_alone(word, other, names[0]):
                near[distance].extend(names)
        nearest = near[min(near)] if near else []
        one = len({(name.kind, name.entry.label) for name in nearest}) == 1
        return tuple(nearest[:1]) if one else (), among

    def _whole(self, text: str, start: int, among: Iterable[str]) -> Iterator[Slip]:
        """The names of several words that stand around the word at *start*, all others spelt rightly."""
        if not among:
            return
        window = max(start - 80, 0)
        terms = [
            (fold(term.text), window + term.start, window + term.end) for term in analyze(text[window : start + 120])
        ]
        at = next((number for number, term in enumerate(terms) if term[1] == start), None)
        for word in among if at is not None else ():
            for key, names in self._among[word[0]][word]:
                first = (at or 0) - key.index(word)
                span = terms[max(first, 0) : first + len(key)]
                written = [term[0] for term in span]
                one = len(span) == len(key) and sum(map(str.__ne__, written, key)) == 1
                if one and not SENTENCE_BREAK.search(text, span[0][1], span[-1][2]):
                    yield Slip(span[0][1], span[-1][2], names)


def _distance_alone(word: str, other: str, name: Name) -> int:
    """How many letters *word* is from *other*, a name by itself; 0 when too many."""
    distance, length = _distance(word, other), min(len(word), len(other))
    if name.role == "surname" and length < SHORTEST_SURNAME:
        return 0
    one_only = length < _LONG or name.role == "surname" or name.kind in {"country", "place"}
    if distance > 1 and (one_only or distance > 2 + (length >= _VERY_LONG)):
        return 0
    replaced = one_only and len(word) == len(other) and sorted(word) != sorted(other)
    return 0 if replaced and word.translate(_SOUNDS) != other.translate(_SOUNDS) else distance


def _distance(word: str, other: str) -> int:
    return OSA.distance(word, other, score_cutoff=3)


def _is_joined(text: str, start: int, end: int) -> bool:
    """Whether the word is a part of a compound, a host, a tag."""
    return bool(_JOINED_BEFORE.search(text[max(start - 1, 0) : start]) or _JOINED_AFTER.match(text, end))


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether the word is no part of a longer name, « Michel Bacock », nor written small elsewhere in the text."""
    if _NAME_AFTER.match(text, end) or re.search(rf"\b{text[start:end].lower()}\b", text):
        return False
    before = _NAME_BEFORE.search(text[max(start - 40, 0) : start])
    if before is None:
        return True
    word = before[1].rstrip(".")
    return is_stop_word(word.lower()) or is_title(word) or fold(word) in _FIRMS


@lru_cache(maxsize=1)
def _near_names() -> frozenset[str]:
    lines = (Path(__file__).parent / "near_names.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(fold(word) for line in lines if not line.startswith("#") for word in line.split())
