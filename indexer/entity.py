"""What is known of an entry of the thesaurus, and what the articles say of it."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from indexer.document import ENTITIES, FACETS
from indexer.errors import EntityNotFoundError
from indexer.message import Message, joined
from indexer.search import FIELD_NAMES, FacetValue, Hit, SearchRequest, SearchResults, Sort, Timeline
from indexer.thesaurus import Entry, Thesaurus
from indexer.thesaurus.kinds import branch_of_kinds

EntityKind = Literal["country", "equipment", "organisation", "person", "designation"]

LATEST = 10
"""Articles shown."""


class Relative(msgspec.Struct, frozen=True, kw_only=True):
    """Another entry: a family, or a variant."""

    kind: EntityKind
    label: str


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """An entry, and the articles that name it.

    *description* is one line of French; *families* go from the nearest up, *variants* are those directly below.
    *related* has, for each facet, the values that the same articles have most often; *total* counts these articles.
    """

    kind: EntityKind
    label: str
    description: str
    names: tuple[str, ...]
    country: str | None
    families: tuple[Relative, ...]
    variants: tuple[Relative, ...]
    total: int
    timeline: Timeline
    related: Mapping[str, tuple[FacetValue, ...]]
    latest: tuple[Hit, ...]


_NO_MARKS = dict.fromkeys(map(ord, '«»“”„"'), " ")
"""A name in quotation marks has none of its own."""


def entity_request(kind: EntityKind, label: str) -> SearchRequest:
    """The search for the articles that name an entry, the newest first."""
    words = label.translate(_NO_MARKS)
    return SearchRequest(
        q=f"{FIELD_NAMES[kind]}:« {words} »",  # no facet selection: counts of a facet leave its own aside
        sort=Sort.NEWEST,
        size=LATEST,
        timelines=("published",),
        facets=tuple(name for name in FACETS if name in (*ENTITIES, "topic", "source")),
    )


def find_label(kind: EntityKind, name: str, thesaurus: Thesaurus) -> str:
    """The label of the one entry that *name* is a name of; else *name* itself."""
    if kind == "designation" or thesaurus.entry(kind, name) is not None:
        return name
    labels = [entry.label for of, entry in thesaurus.named(name) if of == kind]
    return labels[0] if len(labels) == 1 else name


def make_entity(kind: EntityKind, label: str, thesaurus: Thesaurus, results: SearchResults) -> Entity:
    """The Entity from what `entity_request` found; EntityNotFoundError when neither thesaurus nor articles know it."""
    entry = None if kind == "designation" else thesaurus.entry(kind, label)
    if entry is None and not results.total.value:
        raise EntityNotFoundError(label)
    lineage = [] if entry is None or kind == "designation" else list(thesaurus.lineage(kind, entry))
    own = {each.label for each in lineage} | {label}
    return Entity(
        kind=kind,
        label=label,
        description=describe_entry(kind, lineage),
        names=() if entry is None else tuple(dict.fromkeys((*entry.names, *entry.exact, *entry.demonyms))),
        country=entry.country if entry else None,
        families=tuple(Relative(kind=kind, label=each.label) for each in lineage[1:]),
        variants=tuple(
            Relative(kind=kind, label=each.label)
            for of, each in thesaurus.entries()
            if of == kind and each.family == label
        ),
        total=results.total.value,
        timeline=results.timelines["published"],
        related={
            name: tuple(value for value in facet.values if not (name == kind and value.value in own))
            for name, facet in results.facets.items()
        },
        latest=results.hits,
    )


def describe_entry(kind: EntityKind, lineage: list[Entry]) -> Message:
    """One line of French on an entry, given with its families."""
    if not lineage:
        return Message("Désignation relevée dans les articles, absente du thésaurus")
    entry = lineage[0]
    sort = next((each.kind for each in lineage if each.kind), None)
    parts: list[str] = []
    if kind == "country":
        parts.append(Message("Pays ou territoire"))
    elif kind == "person":
        parts.append(_capital(entry.office) if entry.office else Message("Personne"))
    elif sort:
        branch = branch_of_kinds().get(sort) if kind == "equipment" else None
        kind_of = Message("{kind} ({branch})", kind=_capital(sort), branch=branch.lower()) if branch else None
        parts.append(kind_of or _capital(sort))
    if len(lineage) > 1:
        parts.append(_part_of(kind, lineage[1].label, is_first=not parts))
    if entry.country and entry.country not in " ".join(parts):
        parts.append(entry.country)
    return joined(", ", parts)


def _part_of(kind: EntityKind, family: str, *, is_first: bool) -> Message:
    if kind == "equipment":
        begin = Message("Variante") if is_first else Message("variante")
    else:
        begin = Message("Partie") if is_first else Message("partie")
    return Message("{part} de {family}", part=begin, family=family)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
