"""The data files: one TOML file a kind, one table an entry, edited by hand."""

import tomllib
from pathlib import Path
from typing import Literal

import msgspec

Kind = Literal["country", "place", "equipment", "organisation", "person"]

FILES: dict[Kind, str] = {
    "country": "countries.toml",
    "place": "places.toml",
    "equipment": "equipment.toml",
    "organisation": "organisations.toml",
    "person": "people.toml",
}
KINDS: tuple[Kind, ...] = tuple(FILES)

DATA = Path(__file__).parent
"""The folder of the data files."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing of the thesaurus, under its usual French name.

    *names* mean exactly the entry: spellings, translations, acronyms, slips; a search for one may find the others.
    *surnames* do so for a person. *demonyms* only point to it: they are read in texts, never searched for; so is
    *exact*, with these very capitals: « armée de Terre », « le Serval ».
    """

    label: str
    names: tuple[str, ...] = ()
    surnames: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()
    """What people type for it and texts mostly mean otherwise: « Hammer »; searched for, never read."""
    demonyms: tuple[str, ...] = ()
    iso: str | None = None
    """Countries: ISO 3166 alpha-2."""
    kind: str | None = None
    """Equipment and organisations: what sort of thing it is, in French."""
    family: str | None = None
    """Equipment: the label of the entry that it is a variant of. Organisations: that it is a part of."""
    country: str | None = None
    """The country that a place lies in, or that an organisation or a person belongs to."""
    office: str | None = None
    ambiguous: bool = False
    """The label alone is more often something else: texts are read for the names only."""

    @property
    def names_searched(self) -> tuple[str, ...]:
        """What people type for it, the label first unless it is made up: « Leclerc (char) »."""
        label = () if self.label.endswith(")") else (self.label,)
        return (*label, *self.names, *self.searched)

    @property
    def names_read(self) -> tuple[str, ...]:
        """What texts call it, apart from *surnames* and *exact*."""
        names = self.names if self.ambiguous or self.label.endswith(")") else (self.label, *self.names)
        return tuple(dict.fromkeys((*names, *self.plural_demonyms)))

    @property
    def plural_demonyms(self) -> tuple[str, ...]:
        """The demonyms with their regular plurals."""
        plurals = (word if word[-1] in "sx" else word + "s" for word in self.demonyms)
        return tuple(dict.fromkeys((*self.demonyms, *plurals)))


def load_entries(kind: Kind, folder: Path | None = None) -> tuple[Entry, ...]:
    """Every entry of one kind, in the order of its file.

    Raises msgspec.ValidationError or tomllib.TOMLDecodeError when the file is not well formed.
    """
    path = (folder or DATA) / FILES[kind]
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(msgspec.convert({"label": label, **table}, Entry) for label, table in tables.items())
