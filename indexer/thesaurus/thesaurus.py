"""Thesaurus: the names found in a text, and the variants of a name that is searched for.

Names and texts pass through the same French chain and are compared by folded terms, so that accents, case, hyphens,
apostrophes and the forms of a designation make no difference. One Aho-Corasick pass finds thousands of names.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from indexer.analysis import AnalyzedTerm, analyze, fold, is_stop_word, stem_class
from indexer.thesaurus.entries import KINDS, Entry, Kind, load_entries

Key = tuple[str, ...]
"""A name as folded terms: ("obus", "de", "155mm")."""

SHORT_ACRONYM = 3
"""Acronyms up to this many letters are read only in capitals: « UE », « ACE », « US »."""

_LAYERS: tuple[frozenset[Kind], ...] = (
    frozenset({"country", "place"}),
    frozenset({"equipment", "organisation", "person"}),
)
"""Kinds among which the longest name wins. « Armée russe » is an organisation, and it names Russia too."""

# A full stop after one capital is an initial: « Gerald R. Ford ».
_SENTENCE_BREAK = re.compile(r"[!?;:()\n|]|(?<!\b[A-ZÀ-Þ])\.\s")
# Capitalised words before a surname that are no given name: « Mme Meloni », « ministre de la Défense Choïgou ».
_TITLE = re.compile(
    "m|mm|mr|mmes?|mlle|mrs|dr|presidente?|premiere?|ministre|chanceli(er|ere)|generale?|amirale?|colonel|capitaine|"
    "secretaire|senat(eur|rice)|depute|commissaire|administration|gouvernement|etat|defense|armees|interieur|"
    "exterieures|etrangeres"
)


class Mention(NamedTuple):
    """An entry named in a text, from character *start* to *end*."""

    kind: Kind
    entry: Entry
    start: int
    end: int


class _Name(NamedTuple):
    kind: Kind
    entry: Entry
    text: str
    surname: bool = False
    exact: bool = False


class _Candidate(NamedTuple):
    """Names that stand at the terms *first* to before *last* of a text."""

    first: int
    last: int
    names: list[_Name]


class Thesaurus:
    """All entries of all kinds, ready to be looked up. Immutable, and safe to share between threads."""

    def __init__(self, entries: Iterable[tuple[Kind, Entry]]) -> None:
        self._entries = {(kind, entry.label): entry for kind, entry in entries}

    @cached_property
    def longest_name(self) -> int:
        """Terms of the longest name that has variants."""
        return max(map(len, self._variants), default=0)

    def entry(self, kind: Kind, label: str) -> Entry | None:
        """Look up the entry of this kind under this label."""
        return self._entries.get((kind, label))

    def lineage(self, kind: Kind, entry: Entry) -> Iterator[Entry]:
        """*entry*, then its family, then the family of that."""
        current: Entry | None = entry
        while current is not None:
            yield current
            current = self._entries.get((kind, current.family)) if current.family else None

    def find(self, text: str) -> list[Mention]:
        """Find the entries named in *text*, in order; of names that overlap, the longest one.

        Countries and places on the one hand, the other kinds on the other, do not hide each other.
        """
        terms = list(analyze(text))
        candidates = sorted(self._candidates(terms, text), key=lambda candidate: (candidate.first, -candidate.last))
        mentions: list[Mention] = []
        for kinds in _LAYERS:
            end, geography = 0, {mention.start: mention for mention in mentions}
            taken = {mention.end for mention in mentions}
            for first, last, names in candidates:
                if first < end:
                    continue
                before = terms[first - 1] if first and terms[first - 1].end not in taken else None
                after = geography.get(terms[last].start) if last < len(terms) else None
                start, stop = terms[first].start, terms[last - 1].end
                found = {
                    (name.kind, name.entry.label): Mention(name.kind, name.entry, start, stop)
                    for name in names
                    if name.kind in kinds
                    and not (name.surname and _has_other_given_name(before, terms[first], text))
                    and not _is_foreign(name.entry, after, text)
                }
                if found:
                    mentions.extend(found.values())
                    end = last
                    taken.add(stop)
        return sorted(mentions, key=lambda mention: (mention.start, mention.end))

    def variants(self, terms: Sequence[str]) -> tuple[str, ...]:
        """List the other names of what these *terms* name; none when they name nothing.

        Those that a search for the *terms* or for another name finds anyway are left out: « Stingers ».
        """
        typed, key = _stems(terms), tuple(map(fold, terms))
        names = dict.fromkeys(name for names in self._variants.get(key, ()) for name in names)
        found: dict[Key, str] = {}
        for name in names:
            words = [term.text for term in analyze(name)]
            if not _contains(_stems(words), typed) and not _contains(_key(name), key):
                found.setdefault(_key(name), name)
        return tuple(
            name for key, name in found.items() if not any(_contains(key, other) for other in found if other != key)
        )

    def _candidates(self, terms: Sequence[AnalyzedTerm], text: str) -> Iterator[_Candidate]:
        """Every run of *terms* that reads as a name, overlaps included."""
        folded = [fold(term.text) for term in terms]
        starts, at = {}, 0
        for number, word in enumerate(folded):
            starts[at] = number
            at += len(word) + 2
        for pattern, start, _ in self._automaton.find_matches_as_indexes(_haystack(folded), overlapping=True):
            first = starts[start]
            span = terms[first : first + len(self._keys[pattern])]
            names = [name for name in self._names[self._keys[pattern]] if _is_written(name, span, text)]
            if names and not _is_broken(span, text):
                yield _Candidate(first, first + len(span), names)

    # Made when first needed: a search needs the variants, 0.1 s of work, and only indexing the rest.

    @cached_property
    def _names(self) -> dict[Key, list[_Name]]:
        """What is read in texts."""
        names: dict[Key, list[_Name]] = defaultdict(list)
        for (kind, _), entry in self._entries.items():
            for name in entry.names_read:
                names[_key(name)].append(_Name(kind, entry, name))
            for name in entry.surnames:
                names[_key(name)].append(_Name(kind, entry, name, surname=True))
            for name in entry.exact:
                names[_key(name)].append(_Name(kind, entry, name, exact=True))
        return names

    @cached_property
    def _keys(self) -> list[Key]:
        return list(self._names)

    @cached_property
    def _automaton(self) -> AhoCorasick:
        return AhoCorasick([_haystack(key) for key in self._keys], matchkind=MatchKind.Standard)

    @cached_property
    def _variants(self) -> dict[Key, list[tuple[str, ...]]]:
        """What is searched for, and the names that stand for each other."""
        variants: dict[Key, list[tuple[str, ...]]] = defaultdict(list)
        for entry in self._entries.values():
            for names in (entry.names_searched, entry.surnames):
                for key in {_key(name) for name in names} if len(names) > 1 else ():
                    variants[key].append(names)
        return variants


@cache
def load_thesaurus(folder: Path | None = None) -> Thesaurus:
    """Read the thesaurus that comes with Vigie, or the one in *folder*, once a process."""
    return Thesaurus((kind, entry) for kind in KINDS for entry in load_entries(kind, folder))


@cache
def _key(name: str) -> Key:
    return tuple(fold(term.text) for term in analyze(name))


@cache
def _words(name: str) -> tuple[str, ...]:
    """Cut a name into its terms as they are written."""
    return tuple(name[term.start : term.end] for term in analyze(name))


def _haystack(folded: Sequence[str]) -> str:
    """Each term between two spaces of its own, so that neighbours never share one and names end at word ends."""
    return "".join(f" {term} " for term in folded)


def _contains(longer: Key, shorter: Key) -> bool:
    """Whether a search for *shorter* finds *longer* anyway."""
    return any(longer[at : at + len(shorter)] == shorter for at in range(len(longer) - len(shorter) + 1))


def _stems(terms: Iterable[str]) -> Key:
    """Name the stem classes of *terms*, accents ignored."""
    return tuple(fold(stem_class(term)) for term in terms)


def _is_written(name: _Name, span: Sequence[AnalyzedTerm], text: str) -> bool:
    """Whether the capitals of the text allow this name: « mirage » is no Mirage, « Le monde » no Le Monde."""
    written = [text[term.start : term.end] for term in span]
    words = _words(name.text)
    if name.exact:
        return tuple(written) == words
    leading = next((number for number, term in enumerate(span) if not is_stop_word(term.text)), 0)
    word = words[leading]
    if not word[0].isupper() or any(character.isdigit() for character in written[leading]):
        return True
    if name.text.isupper() and len(name.text) <= SHORT_ACRONYM:
        return written[leading].isupper()
    return written[leading][0].isupper() or not written[leading][0].isalpha()


def _is_broken(span: Sequence[AnalyzedTerm], text: str) -> bool:
    """Whether a sentence ends inside the span."""
    return any(_SENTENCE_BREAK.search(text, left.end, right.start) for left, right in pairwise(span))


def _has_other_given_name(before: AnalyzedTerm | None, surname: AnalyzedTerm, text: str) -> bool:
    """Whether the surname follows a given name that is not the entry's: « Paul Pelosi »."""
    if before is None or text[before.end : surname.start] != " ":
        return False
    written = text[before.start : before.end]
    if not written[:1].isupper() or written.isupper():
        return False
    return not is_stop_word(before.text) and not _TITLE.fullmatch(fold(before.text))


def _is_foreign(entry: Entry, after: Mention | None, text: str) -> bool:
    """Whether the next word gives an entry's name to another country: « armée de Terre ukrainienne »."""
    if after is None or entry.country is None or after.kind != "country":
        return False
    return text[after.start].islower() and after.entry.label != entry.country
