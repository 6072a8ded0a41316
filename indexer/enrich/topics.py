"""Which topics does an article deal with? The rules are data, `thesaurus/topics.toml`; one pass finds their phrases."""

import tomllib
from collections.abc import Collection, Iterable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec
from ahocorasick_rs import AhoCorasick, MatchKind

from indexer import thesaurus as thesaurus_package
from indexer.analysis import fold, stem_class
from indexer.analysis.pieces import LONGEST_KEPT, cut_pieces, read_piece
from indexer.thesaurus import Kind, Thesaurus

SURE, HINT = 2, 1
"""What a cue weighs; one phrase in the title weighs double."""

SHORT, WORDS_A_POINT, MOST_POINTS = 120, 60, 3
"""A longer text than SHORT needs another point for so many words, as it names more in passing: of the sample articles,
most of 150 to 200 words, each gets 2.4 topics, and 3.8 without."""

ENTRY, ANY_OF_KIND = "@", "#"
"""The signs of the cues that are no phrases."""


class Topic(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rule of one topic, under its French name; `topics.toml` says what its cues mean."""

    label: str
    all: tuple[str, ...] = ()
    sure: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    minimum: int = 2

    @property
    def cues(self) -> tuple[str, ...]:
        """Every phrase and entry that the rule looks at."""
        return (*self.all, *self.sure, *self.any, *self.none)


class Found(NamedTuple):
    """A topic that an article has, and the phrases and entries that decided it, as the rule names them."""

    label: str
    words: tuple[str, ...]


def load_topics(folder: Path | None = None) -> tuple[Topic, ...]:
    """Every topic that comes with Vigie, or those of *folder*, in the order of the file.

    Raises msgspec.ValidationError or tomllib.TOMLDecodeError when the file is not well formed.
    """
    path = (folder or Path(str(thesaurus_package.__file__)).parent) / "topics.toml"
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(msgspec.convert({"label": label, **table}, Topic) for label, table in tables.items())


class Topics:
    """All topics, ready to be looked for. Immutable, and safe to share between threads."""

    def __init__(self, topics: Iterable[Topic], thesaurus: Thesaurus) -> None:
        self._topics = tuple(topics)
        self._thesaurus = thesaurus

    def find(self, title: str, text: str, entities: Collection[tuple[Kind, str]]) -> tuple[Found, ...]:
        """The topics of an article, the weightiest first; *entities* are the labels that it names, by kind."""
        row = _row_of(text)
        in_title = self._phrases_in(_row_of(title))
        present = in_title | self._phrases_in(row) | self._cues_of(entities)
        words = row.count(" ") // 2
        more = min(max(words - SHORT, 0) / WORDS_A_POINT, MOST_POINTS)
        found = [
            (weight, Found(topic.label, tuple(cue.lstrip(ENTRY + ANY_OF_KIND) for cue in decisive)))
            for topic in self._topics
            if (decisive := _decisive(topic, present))
            and (weight := _weigh(topic, decisive, in_title)) >= topic.minimum + more
        ]
        return tuple(topic for _, topic in sorted(found, key=lambda pair: -pair[0]))

    def _phrases_in(self, row: str) -> set[str]:
        matches = self._automaton.find_matches_as_indexes(row, overlapping=True)
        return {phrase for pattern in {match[0] for match in matches} for phrase in self._phrases[self._keys[pattern]]}

    def _cues_of(self, entities: Iterable[tuple[Kind, str]]) -> set[str]:
        """The cues that the entries of an article are."""
        cues = set[str]()
        for kind, label in entities:
            cues.add(ENTRY + label)
            entry = self._thesaurus.entry(kind, label)
            lineage = self._thesaurus.lineage(kind, entry) if entry else ()
            cues.update(ANY_OF_KIND + relative.kind for relative in lineage if relative.kind)
        return cues

    @cached_property
    def _phrases(self) -> dict[str, list[str]]:
        """Phrases by their stem classes, two of which may be alike: « frappe russe », « frappes russes »."""
        phrases: dict[str, list[str]] = {}
        for cue in dict.fromkeys(cue for topic in self._topics for cue in topic.cues):
            if not cue.startswith((ENTRY, ANY_OF_KIND)):
                phrases.setdefault(_row_of(cue), []).append(cue)
        return phrases

    @cached_property
    def _keys(self) -> list[str]:
        return list(self._phrases)

    @cached_property
    def _automaton(self) -> AhoCorasick:
        return AhoCorasick(self._keys, matchkind=MatchKind.Standard)


def _decisive(topic: Topic, present: Collection[str]) -> list[str]:
    """The cues that speak for the topic; none when a needed one is missing or an excluded one is there."""
    if not all(cue in present for cue in topic.all) or any(cue in present for cue in topic.none):
        return []
    return [cue for cue in (*topic.sure, *topic.any) if cue in present]


def _weigh(topic: Topic, decisive: Iterable[str], in_title: Collection[str]) -> int:
    return sum((SURE if cue in topic.sure else HINT) * (2 if cue in in_title else 1) for cue in decisive)


@lru_cache(maxsize=1 << 18)
def _word(term: str) -> str:
    """The stem class of a term between two spaces of its own; accents count only where the chain says so."""
    name = stem_class(term)
    return f" {name if name.startswith('=') else fold(name)} "


def _row_of(text: str) -> str:
    """The stem classes of a text in a row, piece by piece: no phrase has a term that goes over a space."""
    return "".join(map(_ROWS.__getitem__, cut_pieces(text)))


class _Rows(dict[str, str]):
    """The row of each piece of text, kept: real text repeats its pieces."""

    def __missing__(self, piece: str) -> str:
        if len(self) >= _MOST_KEPT:
            self.clear()
        row = "".join([_word(term.text) for term in read_piece(piece).terms])
        if len(piece) <= LONGEST_KEPT:
            self[piece] = row
        return row


_MOST_KEPT = 1 << 18
_ROWS = _Rows()
