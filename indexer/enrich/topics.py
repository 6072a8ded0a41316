"""Which topics does an article deal with? The rules are data, `thesaurus/topics.toml`; one pass finds their phrases."""

from collections.abc import Collection, Iterable
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from indexer.analysis import fold, stem_class
from indexer.analysis.pieces import cut_pieces, read_piece
from indexer.thesaurus import Kind, Thesaurus
from indexer.thesaurus.topics import ANY_OF_KIND, ENTRY, Topic
from indexer.thesaurus.words import Alphabet

SURE, HINT = 2, 1
"""What a cue weighs; one phrase in the title weighs double."""

SHORT, WORDS_A_POINT, MOST_POINTS = 120, 60, 3
"""A longer text than SHORT needs another point for so many words, as it names more in passing: of the sample articles,
most of 150 to 200 words, each gets 2.4 topics, and 3.8 without."""


class _Voice(NamedTuple):
    """What a cue says: the number of a topic, the place of the cue in its rule, and what it weighs there."""

    topic: int
    place: int
    cue: str
    weight: int


class Found(NamedTuple):
    """A topic that an article has, and the phrases and entries that decided it, as the rule names them."""

    label: str
    words: tuple[str, ...]


class Topics:
    """All topics, ready to be looked for. Immutable, and safe to share between threads."""

    def __init__(self, topics: Iterable[Topic], thesaurus: Thesaurus) -> None:
        self._topics = tuple(topics)
        self._thesaurus = thesaurus
        self._voices: dict[str, list[_Voice]] = {}
        """What each cue says. An article has few cues, so that few rules are looked at."""
        for number, topic in enumerate(self._topics):
            for place, cue in enumerate((*topic.sure, *topic.any)):
                voice = _Voice(number, place, cue, SURE if cue in topic.sure else HINT)
                self._voices.setdefault(cue, []).append(voice)
        self._cues_of = lru_cache(maxsize=1 << 16)(self._find_cues)
        phrases = dict.fromkeys(
            cue for topic in self._topics for cue in topic.cues if not cue.startswith((ENTRY, ANY_OF_KIND))
        )
        terms = {phrase: _terms(phrase) for phrase in phrases}
        self._alphabet = Alphabet((_stem(term) for phrase in phrases for term in terms[phrase]), _stem)
        spelt: dict[str, list[str]] = {}
        for phrase in phrases:
            spelt.setdefault(self._alphabet.spell(terms[phrase]), []).append(phrase)
        self._phrases = list(spelt.values())
        """Some are alike by their stem classes: « frappe russe », « frappes russes »."""
        self._automaton = AhoCorasick(spelt, matchkind=MatchKind.Standard)

    def find(self, title: str, text: str, entities: Collection[tuple[Kind, str]]) -> tuple[Found, ...]:
        """The topics of an article, the weightiest first; *entities* are the labels that it names, by kind."""
        row = self._row_of(text)
        in_title = self._phrases_in(self._row_of(title))
        present = in_title.union(self._phrases_in(row), *(self._cues_of(kind, label) for kind, label in entities))
        more = min(max(len(row) - SHORT, 0) / WORDS_A_POINT, MOST_POINTS)
        voices = sorted(voice for cue in present for voice in self._voices.get(cue, ()))
        found = []
        for number, speaking in groupby(voices, key=itemgetter(0)):
            topic, decisive = self._topics[number], list(speaking)
            weight = sum(voice.weight * (2 if voice.cue in in_title else 1) for voice in decisive)
            if weight >= topic.minimum + more and present.issuperset(topic.all) and present.isdisjoint(topic.none):
                words = tuple(voice.cue.lstrip(ENTRY + ANY_OF_KIND) for voice in decisive)
                found.append((weight, Found(topic.label, words)))
        return tuple(topic for _, topic in sorted(found, key=lambda pair: -pair[0]))

    def _row_of(self, text: str) -> str:
        """A letter for each word of a text, piece by piece: no phrase has a term that goes over a space."""
        return "".join(self._alphabet.spell_pieces(cut_pieces(text)))

    def _phrases_in(self, row: str) -> set[str]:
        matches = self._automaton.find_matches_as_indexes(row, overlapping=True)
        return {phrase for number in {match[0] for match in matches} for phrase in self._phrases[number]}

    def _find_cues(self, kind: Kind, label: str) -> frozenset[str]:
        """The cues that an entry is. Kept: articles name the same ones."""
        entry = self._thesaurus.entry(kind, label)
        lineage = self._thesaurus.lineage(kind, entry) if entry else ()
        return frozenset((ENTRY + label, *(ANY_OF_KIND + relative.kind for relative in lineage if relative.kind)))


def _terms(phrase: str) -> list[str]:
    return [term.text for piece in cut_pieces(phrase) for term in read_piece(piece).terms]


def _stem(term: str) -> str:
    """The stem class of a term; accents count only where the chain says so."""
    name = stem_class(term)
    return name if name.startswith("=") else fold(name)
