"""Thesaurus: the names found in a text, and the variants of a name that is searched for.

Names and texts pass through the same French chain and are compared by folded terms, so that accents, case, hyphens,
apostrophes and the forms of a designation make no difference. One Aho-Corasick pass finds thousands of names.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from indexer.analysis import AnalyzedTerm, analyze, fold, is_stop_word
from indexer.thesaurus.entries import KINDS, Entry, Kind, load_entries

Key = tuple[str, ...]
"""A name as folded terms: ("obus", "de", "155mm")."""

SHORT_ACRONYM = 3
"""Acronyms up to this many letters are read only in capitals: « UE », « ACE », « US »."""

_SENTENCE_BREAK = re.compile(r"[!?;:()\n«»“”\"|]|\.\s")


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
    surname: bool


class Thesaurus:
    """All entries of all kinds, ready to be looked up. Immutable, and safe to share between threads."""

    def __init__(self, entries: Iterable[tuple[Kind, Entry]]) -> None:
        self._entries: dict[tuple[Kind, str], Entry] = {}
        self._names: dict[Key, list[_Name]] = defaultdict(list)
        self._variants: dict[Key, list[tuple[str, ...]]] = defaultdict(list)
        for kind, entry in entries:
            self._entries[kind, entry.label] = entry
            self._add_names(kind, entry)
            self._add_variants((entry.label, *entry.names))
            self._add_variants(entry.surnames)
        self._keys = list(self._names)
        self._automaton = AhoCorasick([_haystack(key) for key in self._keys], matchkind=MatchKind.LeftmostLongest)
        self.longest_name = max(map(len, self._variants), default=0)

    def entry(self, kind: Kind, label: str) -> Entry | None:
        """The entry of this kind under this label."""
        return self._entries.get((kind, label))

    def lineage(self, kind: Kind, entry: Entry) -> Iterator[Entry]:
        """*entry*, then its family, then the family of that."""
        current: Entry | None = entry
        while current is not None:
            yield current
            current = self._entries.get((kind, current.family)) if current.family else None

    def find(self, text: str) -> list[Mention]:
        """The entries named in *text*, in order; of names that overlap, the longest one."""
        terms = list(analyze(text))
        folded = [fold(term.text) for term in terms]
        starts, at = {}, 0
        for number, word in enumerate(folded):
            starts[at] = number
            at += len(word) + 2
        mentions: list[Mention] = []
        for pattern, start, _ in self._automaton.find_matches_as_indexes(_haystack(folded)):
            first = starts[start]
            span = terms[first : first + len(self._keys[pattern])]
            names = [name for name in self._names[self._keys[pattern]] if _is_written(name, span, text)]
            if names and not _is_broken(span, text):
                before = terms[first - 1] if first else None
                end = mentions[-1].end if mentions else 0
                names = [name for name in names if not (name.surname and _has_other_given_name(before, span, text, end))]
                found = {(name.kind, name.entry.label): name for name in names}.values()
                mentions.extend(Mention(name.kind, name.entry, span[0].start, span[-1].end) for name in found)
        return mentions

    def variants(self, terms: Sequence[str]) -> tuple[str, ...]:
        """The other names of what these *terms* name, none of them when they name nothing."""
        key = tuple(map(fold, terms))
        found = {
            other: name
            for names in self._variants.get(key, ())
            for name in names
            if (other := _key(name)) != key and not _contains(other, key)
        }
        return tuple(found.values())

    def _add_names(self, kind: Kind, entry: Entry) -> None:
        label = () if entry.ambiguous else (entry.label,)
        for name in dict.fromkeys((*label, *entry.names, *entry.plural_demonyms)):
            self._names[_key(name)].append(_Name(kind, entry, name, surname=False))
        for name in entry.surnames:
            self._names[_key(name)].append(_Name(kind, entry, name, surname=True))

    def _add_variants(self, names: tuple[str, ...]) -> None:
        for key in {_key(name) for name in names}:
            self._variants[key].append(names)


@cache
def load_thesaurus(folder: Path | None = None) -> Thesaurus:
    """The thesaurus that comes with Vigie, or the one in *folder*; read once a process."""
    return Thesaurus((kind, entry) for kind in KINDS for entry in load_entries(kind, folder))


@cache
def _key(name: str) -> Key:
    return tuple(fold(term.text) for term in analyze(name))


def _haystack(folded: Sequence[str]) -> str:
    """Each term between two spaces of its own, so that neighbours never share one and names end at word ends."""
    return "".join(f" {term} " for term in folded)


def _contains(longer: Key, shorter: Key) -> bool:
    """Whether a search for *shorter* finds *longer* anyway."""
    return any(longer[at : at + len(shorter)] == shorter for at in range(len(longer) - len(shorter) + 1))


def _is_written(name: _Name, span: Sequence[AnalyzedTerm], text: str) -> bool:
    """Whether the capitals of the text allow this name: « mirage » is no Mirage, « ue » no UE."""
    written = text[span[0].start : span[-1].end]
    first = next(character for character in name.text if character.isalnum())
    if not first.isupper() or any(character.isdigit() for character in span[0].text):
        return True
    if name.text.isupper() and len(name.text) <= SHORT_ACRONYM:
        return written.isupper()
    return written[0].isupper() or not written[0].isalpha()


def _is_broken(span: Sequence[AnalyzedTerm], text: str) -> bool:
    """Whether a sentence ends inside the span."""
    gaps = zip(span, span[1:], strict=False)
    return any(_SENTENCE_BREAK.search(text, left.end, right.start) for left, right in gaps)


def _has_other_given_name(before: AnalyzedTerm | None, span: Sequence[AnalyzedTerm], text: str, end: int) -> bool:
    """Whether the surname follows a given name that is not the entry's: « Paul Pelosi »."""
    if before is None or text[before.end : span[0].start] != " " or before.start < end:
        return False
    written = text[before.start : before.end]
    return written[:1].isupper() and not written.isupper() and not is_stop_word(before.text)
