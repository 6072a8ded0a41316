"""A user's own file: entries added to ours, changed or taken away, without touching our files.

One TOML file with a table for each kind, and in it one for each entry: `[person."Jean Exemple"]`. Fields are those of
our files; names and demonyms add to those of an entry of ours, any other field replaces. `replace = true` drops all
that ours says, `remove = true` drops the entry, `remove_names = ["…"]` takes names of any sort away.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from indexer.errors import SettingsError
from indexer.thesaurus.entries import KINDS, Entry, Kind
from indexer.thesaurus.names import Key, key_of, names_of
from indexer.thesaurus.reading import LAYERS

LISTS = ("names", "surnames", "exact", "searched", "demonyms")
"""The fields that add to ours."""

Entries = dict[tuple[Kind, str], Entry]


class _Change(msgspec.Struct, frozen=True, kw_only=True):
    """What one table of the file asks for, beside the fields of the entry."""

    replace: bool = False
    remove: bool = False
    remove_names: tuple[str, ...] = ()


def with_own_entries(entries: Iterable[tuple[Kind, Entry]], own: Path) -> list[tuple[Kind, Entry]]:
    """*entries* as the file *own* changes them.

    Raises SettingsError, which names the entry at fault, for a file that cannot be used.
    """
    changed: Entries = {(kind, entry.label): entry for kind, entry in entries}
    touched = []
    for kind, label, table in _read(own):
        where = f"{own}, entrée « {label} » ({kind})"
        _apply(changed, kind, label, table, where)
        touched.append((kind, label))
    _check_links(changed, touched, own)
    _check_clashes(changed, touched, own)
    return [(kind, entry) for (kind, _), entry in changed.items()]


def clashes(entries: Iterable[tuple[Kind, Entry]]) -> list[dict[tuple[Kind, str], str]]:
    """The names that several entries claim: kind and label of each, and how it spells the name.

    A place and an organisation may share one: neither hides the other (reading.LAYERS).
    """
    claims: dict[tuple[bool, Key], dict[tuple[Kind, str], str]] = {}
    for kind, entry in entries:
        for name in names_of(kind, entry):
            claims.setdefault((kind in LAYERS[0], key_of(name.text)), {})[kind, entry.label] = name.text
    return [owners for owners in claims.values() if len(owners) > 1]


def _read(own: Path) -> Iterator[tuple[Kind, str, dict[str, Any]]]:
    """Kind, label and table of every entry of the file."""
    try:
        kinds = tomllib.loads(own.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"Thésaurus {own} : {error.strerror}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"Thésaurus {own} : ce n’est pas du TOML lisible ({error}).") from error
    for kind, tables in kinds.items():
        if kind not in KINDS or not isinstance(tables, dict):
            raise SettingsError(
                f"Thésaurus {own} : « {kind} » n’est pas une sorte d’entrée ; écrivez {', '.join(KINDS)}."
            )
        for label, table in tables.items():
            if not isinstance(table, dict):
                raise SettingsError(f'Thésaurus {own} : écrivez [{kind}."{label}"] en tête de l’entrée « {label} ».')
            yield kind, label, table


def _apply(entries: Entries, kind: Kind, label: str, table: Mapping[str, Any], where: str) -> None:
    """Change *entries* as one table asks."""
    asked = {name: value for name, value in table.items() if name in _Change.__struct_fields__}
    fields = {name: value for name, value in table.items() if name not in asked}
    try:
        change = msgspec.convert(asked, _Change)
        given = msgspec.convert({"label": label, **fields}, Entry)
    except msgspec.ValidationError as error:
        known = ", ".join((*Entry.__struct_fields__[1:], *_Change.__struct_fields__))
        raise SettingsError(f"{where} : {error}. Champs possibles : {known}.") from error
    ours = entries.get((kind, label))
    if ours is None and (change.remove or change.replace or change.remove_names):
        raise SettingsError(f"{where} : le thésaurus n’a pas cette entrée, rien à remplacer ni à retirer.")
    if change.remove:
        del entries[kind, label]
        return
    if ours and not change.replace:
        given = _added(ours, given, fields)
    entries[kind, label] = _without(given, change.remove_names, where)


def _added(ours: Entry, given: Entry, fields: Iterable[str]) -> Entry:
    """Our entry with what is *given* for *fields*."""
    values = {
        name: tuple(dict.fromkeys((*getattr(ours, name), *getattr(given, name))))
        if name in LISTS
        else getattr(given, name)
        for name in fields
    }
    return msgspec.structs.replace(ours, **values)


def _without(entry: Entry, names: Iterable[str], where: str) -> Entry:
    """The entry without these *names*, spelt as they are in it."""
    if entry.label in names:
        entry = msgspec.structs.replace(entry, ambiguous=True)
    unknown = [
        name for name in names if not any(name in getattr(entry, field) for field in LISTS) and name != entry.label
    ]
    if unknown:
        raise SettingsError(f"{where} : remove_names nomme « {unknown[0]} », que l’entrée n’a pas.")
    kept = {field: tuple(name for name in getattr(entry, field) if name not in names) for field in LISTS}
    return msgspec.structs.replace(entry, **kept)


def _check_links(entries: Entries, touched: Iterable[tuple[Kind, str]], own: Path) -> None:
    """Refuse a family or a country that does not exist, and what an entry taken away leaves without its family."""
    gone = {label for kind, label in touched if (kind, label) not in entries}
    for (kind, label), entry in entries.items():
        where = f"{own}, entrée « {label} » ({kind})"
        ours_or_own = (kind, label) in touched or entry.family in gone or entry.country in gone
        if ours_or_own and entry.family and (kind, entry.family) not in entries:
            raise SettingsError(f"{where} : sa famille « {entry.family} » n’est pas une entrée.")
        if ours_or_own and entry.country and ("country", entry.country) not in entries:
            raise SettingsError(f"{where} : son pays « {entry.country} » n’est pas une entrée.")
        if ours_or_own and _goes_round(entries, kind, entry):
            raise SettingsError(f"{where} : ses familles tournent en rond.")


def _goes_round(entries: Entries, kind: Kind, entry: Entry) -> bool:
    """Whether going from family to family comes back."""
    seen = {entry.label}
    current = entry
    while current.family and (kind, current.family) in entries:
        current = entries[kind, current.family]
        if current.label in seen:
            return True
        seen.add(current.label)
    return False


def _check_clashes(entries: Entries, touched: Iterable[tuple[Kind, str]], own: Path) -> None:
    """Refuse a name of the file that another entry has already."""
    mine = set(touched)
    for owners in clashes((kind, entry) for (kind, _), entry in entries.items()):
        own_claims = [owner for owner in owners if owner in mine]
        if own_claims:
            kind, label = own_claims[0]
            others = ", ".join(f"« {other} » ({sort})" for sort, other in owners if (sort, other) != (kind, label))
            raise SettingsError(
                f"{own}, entrée « {label} » ({kind}) : le nom « {owners[kind, label]} » est aussi celui de {others}. "
                "Retirez-le d’un côté avec remove_names."
            )
