"""Countries, equipment, organisations and people that an article names."""

import msgspec

from indexer.document import Document
from indexer.thesaurus import Mention, Thesaurus


def find_entities(document: Document, *, thesaurus: Thesaurus) -> Document:
    """Add the labels of the entries named in title and text; a place adds its country, a variant or part its family."""
    values: dict[str, dict[str, None]] = {}
    for part in (document.title, document.text):
        for mention in thesaurus.find(part):
            field, labels = _facet_values(mention, thesaurus)
            values.setdefault(field, {}).update(dict.fromkeys(labels))
    found = {field: tuple(labels) for field, labels in values.items() if labels}
    return msgspec.structs.replace(document, facets={**document.facets, **found})


def _facet_values(mention: Mention, thesaurus: Thesaurus) -> tuple[str, list[str]]:
    """Name the facet field that a mention counts in, and the labels that it adds there."""
    if mention.kind == "place":
        return "country", [mention.entry.country] if mention.entry.country else []
    return mention.kind, [entry.label for entry in thesaurus.lineage(mention.kind, mention.entry)]
