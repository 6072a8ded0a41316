"""What does this article speak of? A Document comes back with the values that it counts under, and its figures."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from hashlib import blake2b
from typing import TypeVar

import msgspec

from indexer import document as records
from indexer.document import Document
from indexer.enrich.amounts import Amount
from indexer.enrich.quantities import Quantity
from indexer.enrich.reading import Reading, read_text
from indexer.enrich.stories import Signature, Stories, signature
from indexer.enrich.topics import Topics
from indexer.money import range_of
from indexer.thesaurus import DATA, Kind, Mention, Thesaurus
from indexer.thesaurus.kinds import branch_of_kinds
from indexer.thesaurus.topics import load_topics

__all__ = [
    "Reading",
    "Signature",
    "Stories",
    "amount_of",
    "enrich",
    "fingerprint",
    "quantity_of",
    "read_text",
    "signature",
]

ENTITY_KINDS: tuple[Kind, ...] = ("country", "equipment", "organisation", "person")

FOUND = frozenset({*ENTITY_KINDS, "kind", "designation", "topic", "amount"})
"""The facet fields whose values are found here."""

VERSION = 2
"""Of what is found and how: with another one, documents are enriched anew."""

_T = TypeVar("_T")


def enrich(document: Document, thesaurus: Thesaurus) -> Document:
    """*document* with what its title and text name: facet values, sums, quantities and dates, nothing twice."""
    readings = [read_text(part, document.published, thesaurus) for part in (document.title, document.text)]
    found = _entity_values((mention for reading in readings for mention in reading.mentions), thesaurus)
    found["designation"] = [each.label for reading in readings for each in reading.designations if not each.known]
    amounts = _once(amount_of(each) for reading in readings for each in reading.amounts)
    found["amount"] = [label for amount in amounts if (label := range_of(amount))]
    found["topic"] = _topics_of(document, found, thesaurus)
    given = {name: values for name, values in document.facets.items() if name not in FOUND}
    return msgspec.structs.replace(
        document,
        facets={**given, **{name: _once(values) for name, values in found.items() if values}},
        amounts=amounts,
        quantities=_once(quantity_of(each) for reading in readings for each in reading.quantities),
        mentioned=_once(each.date for reading in readings for each in reading.dates),
    )


def fingerprint(thesaurus: Thesaurus) -> str:
    """What `enrich` makes of documents depends on this and on them alone: its version, the thesaurus, the topics."""
    digest = blake2b(msgspec.json.encode([VERSION, list(thesaurus.entries())]), digest_size=16)
    for path in sorted((*DATA.glob("*.toml"), *DATA.glob("*.txt"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _entity_values(mentions: Iterable[Mention], thesaurus: Thesaurus) -> dict[str, list[str]]:
    """The labels of the entries by facet."""
    values: dict[str, list[str]] = {}
    for kind, label in dict.fromkeys((mention.kind, mention.entry.label) for mention in mentions):
        for facet, labels in _values_of(kind, label, thesaurus):
            values.setdefault(facet, []).extend(labels)
    return values


@lru_cache(maxsize=1 << 16)
def _values_of(kind: Kind, label: str, thesaurus: Thesaurus) -> Sequence[tuple[str, Sequence[str]]]:
    """The labels of one entry by facet: a place adds its country, a variant its family and their kind and its branch.

    Kept: articles name the same ones.
    """
    entry = thesaurus.entry(kind, label)
    assert entry
    if kind == "place":
        return [("country", [entry.country] if entry.country else [])]
    lineage = list(thesaurus.lineage(kind, entry))
    values: list[tuple[str, Sequence[str]]] = [(kind, [each.label for each in lineage])]
    if kind == "equipment":
        kinds = [each.kind for each in lineage if each.kind]
        branches = branch_of_kinds()
        values.append(("kind", [*kinds, *(branches[each] for each in kinds if each in branches)]))
    return values


def amount_of(amount: Amount) -> records.Amount:
    """What is kept of a sum that was read."""
    highest = None if amount.highest is None else float(amount.highest)
    return records.Amount(float(amount.value), amount.currency, highest, amount.per)


def quantity_of(quantity: Quantity) -> records.Quantity:
    """What is kept of a number of things that was read."""
    highest = None if quantity.highest is None else float(quantity.highest)
    return records.Quantity(float(quantity.value), quantity.unit, highest)


def _topics_of(document: Document, found: Mapping[str, Sequence[str]], thesaurus: Thesaurus) -> list[str]:
    entities = {(kind, label) for kind in ENTITY_KINDS for label in found.get(kind, ())}
    topics = _all_topics(thesaurus).find(document.title, document.text, entities)
    return [topic.label for topic in topics]


@cache
def _all_topics(thesaurus: Thesaurus) -> Topics:
    return Topics(load_topics(), thesaurus)


def _once(values: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(values))
