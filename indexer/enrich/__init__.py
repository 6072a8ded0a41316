"""What does this article speak of? Each stage takes a Document and returns it with more facet values."""

from functools import partial

from indexer.document import Document
from indexer.enrich.entities import find_entities
from indexer.thesaurus import Thesaurus

__all__ = ["enrich"]


def enrich(document: Document, thesaurus: Thesaurus) -> Document:
    """Run every stage in order."""
    stages = (partial(find_entities, thesaurus=thesaurus),)
    for stage in stages:
        document = stage(document)
    return document
