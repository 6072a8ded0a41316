"""Reading: the names that stand in a text. One Aho-Corasick pass over its words, then what stands around each name.

Names and texts pass through the same French chain and are compared by folded terms, so that accents, case, hyphens,
apostrophes and the forms of a designation make no difference.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from indexer.analysis import Term, fold
from indexer.thesaurus.context import gives_to_another_country, has_other_given_name, meanings, means_something_else
from indexer.thesaurus.entries import Entry, Kind
from indexer.thesaurus.names import Key, Name, Role, is_broken, is_written, key_of, names_of
from indexer.thesaurus.slips import Slip, Slips
from indexer.thesaurus.words import Alphabet, Sights, Words

LAYERS: tuple[frozenset[Kind], ...] = (
    frozenset({"country", "place"}),
    frozenset({"equipment", "organisation", "person"}),
)
"""Kinds among which the longest name wins. « Armée russe » is an organisation, and it names Russia too."""

_Judgement = Sequence[tuple[int, tuple[Name, ...]]]
"""The number of a layer, and the names of its kinds; nothing for a layer without any."""

_MOST_KEPT = 1 << 16
"""Spellings of names whose capitals have been judged."""


class Mention(NamedTuple):
    """An entry named in a text, from character *start* to *end*, and what the words there are to it."""

    kind: Kind
    entry: Entry
    start: int
    end: int
    role: Role = "name"


class _Candidate(NamedTuple):
    """Names at the places *first* to -*minus_last* of a row, characters *start* to *end*; sorts the longest first."""

    first: int
    minus_last: int
    start: int
    end: int
    names: tuple[Name, ...]


class Reader:
    """All names of all entries, ready to be found. Safe to share between threads."""

    def __init__(self, entries: Collection[tuple[Kind, Entry]]) -> None:
        names: dict[Key, list[Name]] = defaultdict(list)
        every = (name for kind, entry in entries for name in names_of(kind, entry))
        for name in chain(every, _needing(entries)):
            if key := key_of(name.text):
                names[key].append(name)
        self._names = list(names.values())
        alphabet = Alphabet(chain.from_iterable(names), fold)
        self._automaton = AhoCorasick(map(alphabet.spell, names), matchkind=MatchKind.Standard)
        self._slips = Slips(names.items(), alphabet)
        self._sights = Sights(alphabet, self._slips.may_have)
        self._judged: dict[tuple[int, str], _Judgement] = {}

    def find(self, text: str) -> list[Mention]:
        """The entries that a text names, in order; of names that overlap, the longest one."""
        words = Words(text, self._sights)
        layers = self._candidates(words)
        return self._with_slips(_read(words, layers) if any(layers) else [], words)

    def _with_slips(self, mentions: list[Mention], words: Words) -> list[Mention]:
        """*mentions*, and the names spelt wrongly that stand beside them or around them: « Phénix Fantômes »."""
        added: list[Mention] = []
        for slip in self._slips.find(words):
            touched = [mention for mention in mentions if slip.start < mention.end and mention.start < slip.end]
            if all(_is_inside(mention, slip) for mention in touched):
                mentions = [mention for mention in mentions if mention not in touched or mention.kind in LAYERS[0]]
                added += [Mention(name.kind, name.entry, slip.start, slip.end, "slip") for name in slip.names]
        return sorted([*mentions, *added], key=itemgetter(2, 3)) if added else mentions

    def _candidates(self, words: Words) -> tuple[list[_Candidate], ...]:
        """For each layer every run of words that reads as a name, overlaps included."""
        layers: tuple[list[_Candidate], ...] = tuple([] for _ in LAYERS)
        text = words.text
        for pattern, first, last in self._automaton.find_matches_as_indexes(words.row, overlapping=True):
            begin = words.term(first)
            start, end = begin.start, (begin if last == first + 1 else words.term(last - 1)).end
            judged = self._judged.get((pattern, text[start:end]))
            if judged is None:
                judged = self._judge(pattern, text[start:end], list(map(words.term, range(first, last))), text)
            for layer, names in judged:
                layers[layer].append(_Candidate(first, -last, start, end, names))
        return layers

    def _judge(self, pattern: int, written: str, span: Sequence[Term], text: str) -> _Judgement:
        """The names that these words can be by their capitals, one an entry. Kept: 20 µs a name."""
        allowed = (
            [] if is_broken(span, text) else [name for name in self._names[pattern] if is_written(name, span, text)]
        )
        unique = {(name.kind, name.entry.label): name for name in allowed}.values()
        by_layer = [tuple(name for name in unique if name.kind in kinds) for kinds in LAYERS]
        judged = [(layer, names) for layer, names in enumerate(by_layer) if names]
        if len(self._judged) >= _MOST_KEPT:
            self._judged.clear()
        self._judged[pattern, written] = judged
        return judged


def _read(words: Words, layers: Sequence[Collection[_Candidate]]) -> list[Mention]:
    """The names that hold, layer by layer."""
    scene = _Scene(words, {candidate.first for candidates in layers for candidate in candidates})
    for candidates in layers:
        scene.read(sorted(candidates))
    return scene.mentions()


class _Scene:
    """What has been read in one text so far; *starts* are the places at which any name may begin."""

    def __init__(self, words: Words, starts: AbstractSet[int]) -> None:
        self._words = words
        self._starts = starts
        self._ends = set[int]()
        self._read: dict[int, list[Mention]] = {}

    def read(self, candidates: Iterable[_Candidate]) -> None:
        """Take the *candidates* of one layer that hold, the longest of those that overlap."""
        end = 0
        here: dict[int, list[Mention]] = {}
        for candidate in candidates:
            if candidate.first >= end and (names := self._meant(candidate)):
                _, minus_last, start, stop, _ = candidate
                here[candidate.first] = [Mention(name.kind, name.entry, start, stop, name.role) for name in names]
                end = -minus_last
                self._ends.add(end)
        for first, mentions in here.items():
            self._read[first] = [*self._read.get(first, ()), *mentions]

    def mentions(self) -> list[Mention]:
        """All mentions in order, without the countries that are only a part of another name: « KNDS France »."""
        found = sorted(chain.from_iterable(self._read.values()), key=itemgetter(2, 3))
        longer = [mention for mention in found if mention.kind not in LAYERS[0]]
        starts = [mention.start for mention in longer]
        return [mention for mention in found if not _is_hidden(mention, longer, starts, self._words.text)]

    def _meant(self, candidate: _Candidate) -> Sequence[Name]:
        """The names that the words around them do not give to something else."""
        first, minus_last, start, end, names = candidate
        text = self._words.text
        if first not in self._ends and any(name.role == "surname" for name in names):
            before, surname = self._words.before(first), self._words.term(first)
            if before and has_other_given_name(before, surname, text):
                names = tuple(name for name in names if name.role != "surname")
        for after in self._read.get(-minus_last, ()):
            letter = text[after.start]
            names = tuple(
                name for name in names if not gives_to_another_country(name.entry, after.kind, after.entry, letter)
            )
        named = first in self._ends or -minus_last in self._starts
        return [name for name in names if not means_something_else(name, start, end, text, named=named)]


def _is_inside(mention: Mention, slip: Slip) -> bool:
    """Whether the words of a mention are but a part of a slip."""
    return (
        slip.start <= mention.start and mention.end <= slip.end and mention.end - mention.start < slip.end - slip.start
    )


def _is_hidden(mention: Mention, longer: Sequence[Mention], starts: Sequence[int], text: str) -> bool:
    """Whether a country or place is but a word of a *longer* name: « KNDS France », « US Army », « Israël Katz »."""
    number = bisect_right(starts, mention.start) - 1
    if mention.kind not in LAYERS[0] or mention.role == "demonym" or number < 0:
        return False
    other = longer[number]
    if other.end < mention.end or other.end - other.start == mention.end - mention.start:
        return False
    before, after = text[other.start : mention.start], text[mention.end : other.end]
    return other.kind == "person" or bool(re.search(r"\b[A-ZÀ-Þ]\w*[ -]\Z", before) or re.match(r"[ -][A-ZÀ-Þ]", after))


def _needing(entries: Iterable[tuple[Kind, Entry]]) -> Iterator[Name]:
    """The words that mean an entry of equipment only among certain others."""
    equipment = {entry.label: entry for kind, entry in entries if kind == "equipment"}
    for spelling, meaning in meanings().items():
        if meaning.means and meaning.means in equipment:
            yield Name("equipment", equipment[meaning.means], spelling.removeprefix("*"), "needed")
