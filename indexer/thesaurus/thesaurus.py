"""Thesaurus: the names found in a text, and the variants of a name that is searched for."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path

from indexer.analysis import analyze, fold, stem_class
from indexer.thesaurus.entries import KINDS, Entry, Kind, load_entries
from indexer.thesaurus.names import Key, key_of
from indexer.thesaurus.overlay import with_own_entries
from indexer.thesaurus.reading import Mention, Reader


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

    def entries(self) -> Iterator[tuple[Kind, Entry]]:
        """Every entry with its kind."""
        return ((kind, entry) for (kind, _), entry in self._entries.items())

    def named(self, name: str) -> list[tuple[Kind, Entry]]:
        """The entries that have this name, accents, case and hyphens ignored."""
        return list(self._by_name.get(key_of(name), ()))

    def lineage(self, kind: Kind, entry: Entry) -> Iterator[Entry]:
        """*entry*, then its family, then the family of that."""
        current: Entry | None = entry
        seen = set[str]()
        while current is not None and current.label not in seen:
            seen.add(current.label)
            yield current
            current = self._entries.get((kind, current.family)) if current.family else None

    def find(self, text: str) -> list[Mention]:
        """Find the entries named in *text*, in order; of names that overlap, the longest one.

        Countries and places on the one hand, the other kinds on the other, do not hide each other.
        """
        return self._reader.find(text)

    def variants(self, terms: Sequence[str]) -> tuple[str, ...]:
        """List the other names of what these *terms* name; none when they name nothing.

        Those that a search for the *terms* or for another name finds anyway are left out: « Stingers ».
        """
        typed, key = _stems(terms), tuple(map(fold, terms))
        names = dict.fromkeys(name for names in self._variants.get(key, ()) for name in names)
        found: dict[Key, str] = {}
        for name in names:
            words = [term.text for term in analyze(name)]
            if not _contains(_stems(words), typed) and not _contains(key_of(name), key):
                found.setdefault(key_of(name), name)
        return tuple(
            name for key, name in found.items() if not any(_contains(key, other) for other in found if other != key)
        )

    # Made when first needed: a search needs the variants, 0.1 s of work, and only indexing the rest.

    @cached_property
    def _reader(self) -> Reader:
        return Reader(list(self.entries()))

    @cached_property
    def _by_name(self) -> dict[Key, list[tuple[Kind, Entry]]]:
        """The entries by every name that they have, read in texts or not."""
        found: dict[Key, list[tuple[Kind, Entry]]] = defaultdict(list)
        for kind, entry in self.entries():
            for key in _keys(entry) - {()}:
                found[key].append((kind, entry))
        return found

    @cached_property
    def _variants(self) -> dict[Key, list[tuple[str, ...]]]:
        """What is searched for, and the names that stand for each other."""
        variants: dict[Key, list[tuple[str, ...]]] = defaultdict(list)
        for entry in self._entries.values():
            for names in (entry.names_searched, entry.surnames):
                for key in {key_of(name) for name in names} if len(names) > 1 else ():
                    variants[key].append(names)
        return variants


@cache
def load_thesaurus(folder: Path | None = None, own: Path | None = None) -> Thesaurus:
    """Read the thesaurus that comes with Vigie, or the one in *folder*, once a process; *own* is the user's file.

    Raises SettingsError when the user's file cannot be used.
    """
    entries = [(kind, entry) for kind in KINDS for entry in load_entries(kind, folder)]
    return Thesaurus(with_own_entries(entries, own) if own else entries)


@cache
def _keys(entry: Entry) -> frozenset[Key]:
    return frozenset(
        map(key_of, (*entry.names_searched, entry.label, *entry.surnames, *entry.exact, *entry.plural_demonyms))
    )


def _contains(longer: Key, shorter: Key) -> bool:
    """Whether a search for *shorter* finds *longer* anyway."""
    return any(longer[at : at + len(shorter)] == shorter for at in range(len(longer) - len(shorter) + 1))


def _stems(terms: Iterable[str]) -> Key:
    """Name the stem classes of *terms*, accents ignored."""
    return tuple(fold(stem_class(term)) for term in terms)
