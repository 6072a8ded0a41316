"""`vigie thesaurus`: is the thesaurus sound, what does it know of a name, what does it read in a text?"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from indexer.french import counted
from indexer.printing import err, out
from indexer.settings import Settings
from indexer.thesaurus import Entry, Kind, Mention, Thesaurus, load_thesaurus
from indexer.thesaurus.checking import problems_of
from indexer.typography import typeset

PROBLEMS = 1
"""Exit status when a check found something, or a name is unknown."""

KIND_LABELS: dict[Kind, str] = {
    "country": "pays",
    "place": "lieu",
    "equipment": "matériel",
    "organisation": "organisation",
    "person": "personne",
}
ROLE_LABELS = {
    "name": "nom exact",
    "exact": "nom exact, avec ces majuscules",
    "demonym": "gentilé",
    "surname": "nom de famille",
    "needed": "nom, d’après les mots voisins",
    "slip": "faute de frappe",
}


class _Shown(msgspec.Struct, frozen=True):
    """An entry as `show` tells it."""

    kind: Kind
    entry: Entry
    families: tuple[str, ...]
    variants: tuple[str, ...]


class _Read(msgspec.Struct, frozen=True):
    """Words of a text and what they were read as."""

    words: str
    start: int
    end: int
    kind: Kind
    label: str
    why: str
    country: str | None = None


def _json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--json", "as_json", is_flag=True, help="Écrire la réponse en JSON.")(command)


@click.group()
def thesaurus() -> None:
    """Vérifier, consulter et essayer le thésaurus."""


@thesaurus.command()
@_json_option
@click.pass_obj
def check(settings: Settings, *, as_json: bool) -> None:
    """Vérifier le thésaurus et votre fichier : doublons, familles, pays, noms en conflit ou illisibles."""
    loaded = _load(settings)
    problems = problems_of(loaded)
    if as_json:
        _print_json({"entries": len(list(loaded.entries())), "problems": problems})
    else:
        for problem in problems:
            err.print(escape(typeset(problem)), style="red", soft_wrap=True)
        entries = counted(len(list(loaded.entries())), "entrée")
        verdict = counted(len(problems), "défaut") if problems else "tout va bien"
        out.print(typeset(f"{entries} : {verdict}."))
    if problems:
        sys.exit(PROBLEMS)


@thesaurus.command()
@click.argument("name", metavar="NOM")
@_json_option
@click.pass_obj
def show(settings: Settings, name: str, *, as_json: bool) -> None:
    """Montrer l’entrée qui porte NOM, quel qu’en soit le nom ; accents et majuscules ne comptent pas."""
    loaded = _load(settings)
    found = [_shown(loaded, kind, entry) for kind, entry in loaded.named(name)]
    if as_json:
        _print_json(found)
    for shown in found if not as_json else ():
        out.print(_entry_table(shown))
    if not found:
        err.print(escape(typeset(f"Le thésaurus ne connaît pas « {name} ».")), style="red", soft_wrap=True)
        sys.exit(PROBLEMS)


@thesaurus.command("test")
@click.argument("text", metavar="TEXTE")
@_json_option
@click.pass_obj
def read(settings: Settings, text: str, *, as_json: bool) -> None:
    """Montrer ce qui est lu dans TEXTE, et pourquoi."""
    found = [_read(mention, text) for mention in _load(settings).find(text)]
    if as_json:
        _print_json(found)
    elif found:
        out.print(_reading_table(found))
    else:
        out.print("Rien n’y est reconnu.")


def _load(settings: Settings) -> Thesaurus:
    own = getattr(settings, "thesaurus", None)
    return load_thesaurus(own=Path(own) if own else None)


def _shown(loaded: Thesaurus, kind: Kind, entry: Entry) -> _Shown:
    families = tuple(relative.label for relative in loaded.lineage(kind, entry))[1:]
    variants = tuple(other.label for sort, other in loaded.entries() if sort == kind and other.family == entry.label)
    return _Shown(kind, entry, families, variants)


def _entry_table(shown: _Shown) -> Table:
    entry, table = shown.entry, Table.grid(padding=(0, 2))
    table.title, table.title_justify = Text(entry.label, style="bold"), "left"
    for label, value in (
        ("Sorte", ", ".join(filter(None, (KIND_LABELS[shown.kind], entry.kind)))),
        ("Fonction", entry.office),
        ("Pays", entry.country),
        ("Code ISO", entry.iso),
        ("Famille", " › ".join(shown.families)),
        ("Variantes", ", ".join(shown.variants)),
        ("Noms", ", ".join(entry.names)),
        ("Noms de famille", ", ".join(entry.surnames)),
        ("Avec ces majuscules", ", ".join(entry.exact)),
        ("Gentilés", ", ".join(entry.plural_demonyms)),
        ("À noter", typeset("ambigu : lu sous ses autres noms seulement") if entry.ambiguous else None),
    ):
        if value:
            table.add_row(Text(label, style="bold"), Text(value))
    return table


def _read(mention: Mention, text: str) -> _Read:
    why = "lieu" if mention.kind == "place" and mention.role == "name" else ROLE_LABELS[mention.role]
    words, entry = text[mention.start : mention.end], mention.entry
    return _Read(words, mention.start, mention.end, mention.kind, entry.label, why, entry.country)


def _reading_table(found: Sequence[_Read]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("Mots", "Sorte", "Entrée", "Parce que"):
        table.add_column(heading)
    for read in found:
        label = f"{read.label} ({read.country})" if read.kind == "place" and read.country else read.label
        table.add_row(Text(read.words), KIND_LABELS[read.kind], Text(label), read.why)
    return table


def _print_json(value: object) -> None:
    sys.stdout.write(msgspec.json.encode(value).decode("utf-8") + "\n")
