"""Is a thesaurus sound? What its entries say is compared with each other, and every name is read once."""

from collections.abc import Iterator

from indexer.thesaurus.names import key_of, names_of
from indexer.thesaurus.overlay import clashes
from indexer.thesaurus.thesaurus import Thesaurus


def problems_of(thesaurus: Thesaurus) -> list[str]:
    """A sentence in French for each thing that is wrong; none when all is well."""
    return [*_broken_links(thesaurus), *_clashes(thesaurus), *_unreadable_names(thesaurus)]


def _broken_links(thesaurus: Thesaurus) -> Iterator[str]:
    """Families and countries that are no entries, families that go round."""
    for kind, entry in thesaurus.entries():
        if entry.country and thesaurus.entry("country", entry.country) is None:
            yield f"« {entry.label} » ({kind}) : son pays « {entry.country} » n’est pas une entrée."
        if entry.family and thesaurus.entry(kind, entry.family) is None:
            yield f"« {entry.label} » ({kind}) : sa famille « {entry.family} » n’est pas une entrée."
        eldest = list(thesaurus.lineage(kind, entry))[-1]
        if eldest.family and thesaurus.entry(kind, eldest.family):
            yield f"« {entry.label} » ({kind}) : ses familles tournent en rond."


def _clashes(thesaurus: Thesaurus) -> Iterator[str]:
    for owners in clashes(thesaurus.entries()):
        name = next(iter(owners.values()))
        claimed = ", ".join(f"« {label} » ({kind})" for kind, label in owners)
        yield f"Le nom « {name} » est celui de plusieurs entrées : {claimed}."


def _unreadable_names(thesaurus: Thesaurus) -> Iterator[str]:
    """Names that no text can be read by: of no words, or hidden by another entry."""
    for kind, entry in thesaurus.entries():
        for name in names_of(kind, entry):
            found = thesaurus.find(name.text) if key_of(name.text) else []
            relatives = (
                relative for one in found if one.kind == kind for relative in thesaurus.lineage(kind, one.entry)
            )
            if not any(relative.label == entry.label for relative in relatives):
                yield f"« {entry.label} » ({kind}) : le nom « {name.text} » ne peut jamais être lu."
