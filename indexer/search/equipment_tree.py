"""Equipment as a tree: branch, kind, family, variant, each with its hits, as the thesaurus orders them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from indexer.search.results import FacetValue
from indexer.thesaurus import Thesaurus
from indexer.thesaurus.kinds import branch_of_kinds

Key = tuple[Literal["kind", "equipment"], str]


class EquipmentNode(msgspec.Struct, frozen=True, kw_only=True):
    """A value of the facet *field*, and those below it, in their order there."""

    field: Literal["kind", "equipment"]
    value: FacetValue
    children: tuple["EquipmentNode", ...] = ()


class Shown(NamedTuple):
    """The values of each of the two facets that are to be seen."""

    kinds: frozenset[str]
    equipment: frozenset[str]


def equipment_tree(
    kinds: Sequence[FacetValue], equipment: Sequence[FacetValue], thesaurus: Thesaurus, shown: Shown | None = None
) -> tuple[EquipmentNode, ...]:
    """The tree of these values; only of the *shown* ones and what they stand under, when they are given.

    What the thesaurus does not know stands at the top.
    """
    values: dict[Key, FacetValue] = {("kind", value.value): value for value in kinds}
    values |= {("equipment", value.value): value for value in equipment}
    parents = {key: _parent(key, values, thesaurus) for key in values}
    kept = _with_ancestors(values if shown is None else _keys(shown), parents)
    children: dict[Key | None, list[Key]] = {}
    for key in values:  # in the order of the facets
        if key in kept:
            children.setdefault(parents[key], []).append(key)

    def node(key: Key) -> EquipmentNode:
        below = tuple(map(node, children.get(key, ())))
        return EquipmentNode(field=key[0], value=values[key], children=below)

    return tuple(map(node, children.get(None, ())))


def _parent(key: Key, values: Mapping[Key, FacetValue], thesaurus: Thesaurus) -> Key | None:
    """What a value stands under: the nearest of its families that is there, else its kind, else its branch."""
    field, label = key
    if field == "kind":
        branch: Key = ("kind", branch_of_kinds().get(label, ""))
        return branch if branch in values else None
    entry = thesaurus.entry("equipment", label)
    if entry is None:
        return None
    lineage = list(thesaurus.lineage("equipment", entry))
    above: list[Key] = [("equipment", each.label) for each in lineage[1:]]
    above += [("kind", each.kind) for each in lineage if each.kind]
    return next((key for key in above if key in values), None)


def _keys(shown: Shown) -> set[Key]:
    return {("kind", label) for label in shown.kinds} | {("equipment", label) for label in shown.equipment}


def _with_ancestors(keys: Iterable[Key], parents: Mapping[Key, Key | None]) -> set[Key]:
    kept = set[Key]()
    for key in keys:
        above: Key | None = key
        while above is not None and above in parents and above not in kept:
            kept.add(above)
            above = parents[above]
    return kept
