"""Reading: the names that stand in a text. One Aho-Corasick pass over folded terms, then what stands around each name.

Names and texts pass through the same French chain and are compared by folded terms, so that accents, case, hyphens,
apostrophes and the forms of a designation make no difference.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from indexer.analysis import Term
from indexer.thesaurus.context import gives_to_another_country, has_other_given_name
from indexer.thesaurus.entries import Entry, Kind
from indexer.thesaurus.names import Key, Name, Role, is_broken, is_written, key_of, names_of
from indexer.thesaurus.slips import Slips
from indexer.thesaurus.words import Words, between_spaces

LAYERS: tuple[frozenset[Kind], ...] = (
    frozenset({"country", "place"}),
    frozenset({"equipment", "organisation", "person"}),
)
"""Kinds among which the longest name wins. « Armée russe » is an organisation, and it names Russia too."""

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

    def __init__(self, entries: Iterable[tuple[Kind, Entry]]) -> None:
        names: dict[Key, list[Name]] = defaultdict(list)
        for kind, entry in entries:
            for name in names_of(kind, entry):
                names[key_of(name.text)].append(name)
        self._names = list(names.values())
        self._automaton = AhoCorasick(
            ["".join(map(between_spaces, key)) for key in names], matchkind=MatchKind.Standard
        )
        self._slips = Slips(names.items())
        self._judged: dict[tuple[int, str], tuple[tuple[Name, ...], ...]] = {}

    def find(self, words: Words) -> list[Mention]:
        """The entries that a text names, in order; of names that overlap, the longest one."""
        mentions: dict[int, list[Mention]] = {}
        taken: set[int] = set()
        for candidates in self._candidates(words):
            end = 0
            here: dict[int, list[Mention]] = {}
            for first, minus_last, start, stop, names in sorted(candidates):
                if first >= end and (meant := _meant(names, first, -minus_last, mentions, taken, words)):
                    here[first] = [Mention(name.kind, name.entry, start, stop, name.role) for name in meant]
                    end = -minus_last
                    taken.add(end)
            for first, those in here.items():
                mentions[first] = [*mentions.get(first, ()), *those]
        found = sorted(chain.from_iterable(mentions.values()), key=itemgetter(2, 3))
        return self._with_slips(found, words.text)

    def _with_slips(self, mentions: list[Mention], text: str) -> list[Mention]:
        """*mentions*, and the names spelt wrongly that stand beside them."""
        added = [
            Mention(name.kind, name.entry, slip.start, slip.end, "slip")
            for slip in self._slips.find(text)
            if not any(slip.start < mention.end and mention.start < slip.end for mention in mentions)
            for name in slip.names
        ]
        return sorted([*mentions, *added], key=itemgetter(2, 3)) if added else mentions

    def _candidates(self, words: Words) -> tuple[list[_Candidate], ...]:
        """For each layer every run of words that reads as a name, overlaps included."""
        layers: tuple[list[_Candidate], ...] = tuple([] for _ in LAYERS)
        text = words.text
        for pattern, first, last in self._automaton.find_matches_as_indexes(words.row, overlapping=True):
            span = words.span(first, last)
            start, end = span[0].start, span[-1].end
            judged = self._judged.get((pattern, text[start:end]))
            if judged is None:
                judged = self._judge(pattern, text[start:end], span, text)
            for candidates, names in zip(layers, judged, strict=True):
                if names:
                    candidates.append(_Candidate(first, -last, start, end, names))
        return layers

    def _judge(self, pattern: int, written: str, span: Sequence[Term], text: str) -> tuple[tuple[Name, ...], ...]:
        """The names that these words can be by their capitals, one an entry, by layer. Kept: 20 µs a name."""
        allowed = (
            [] if is_broken(span, text) else [name for name in self._names[pattern] if is_written(name, span, text)]
        )
        unique = {(name.kind, name.entry.label): name for name in allowed}.values()
        judged = tuple(tuple(name for name in unique if name.kind in kinds) for kinds in LAYERS)
        if len(self._judged) >= _MOST_KEPT:
            self._judged.clear()
        self._judged[pattern, written] = judged
        return judged


def _meant(
    names: Sequence[Name],
    first: int,
    last: int,
    read: Mapping[int, Sequence[Mention]],
    taken: AbstractSet[int],
    words: Words,
) -> Sequence[Name]:
    """Those of the *names* from *first* to *last* that the words around them do not give to something else.

    *read* are the mentions of the layers before, *taken* the places where mentions end.
    """
    if first not in taken and any(name.role == "surname" for name in names):
        before, surname = words.before(first), words.span(first, last)[0]
        if before and has_other_given_name(before, surname, words.text):
            names = [name for name in names if name.role != "surname"]
    for after in read.get(last, ()):
        names = [
            name
            for name in names
            if not gives_to_another_country(name.entry, after.kind, after.entry, words.text[after.start])
        ]
    return names
