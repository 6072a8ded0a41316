"""Which fields an index has. Title and text go through the French chain; facet values are kept as they are."""

from collections.abc import Iterator

from whoosh.analysis import Token, Tokenizer
from whoosh.fields import ID, STORED, TEXT, Schema

from indexer.analysis import french_analyzer
from indexer.document import FACETS, Document

SCHEMA_VERSION = 1
"""Raised with every change that makes an older index unreadable or its answers different."""

TITLE_BOOST = 3.0  # MRR@10 on two sets of French questions: -0.2 % and -1.4 % with 1
SEPARATOR = "\x1f"


class FacetTokenizer(Tokenizer):
    """Facet values joined by SEPARATOR, each one term."""

    def __call__(self, value: str, **modes: bool | str) -> Iterator[Token]:
        """Yield Whoosh's one reused Token for each value."""
        token = Token(**modes)
        for position, part in enumerate(value.split(SEPARATOR)):
            token.text, token.boost, token.stopped, token.pos = part, 1.0, False, position
            yield token


def create_schema() -> Schema:
    """The one Schema."""
    facets = {facet_field(name): TEXT(analyzer=FacetTokenizer(), phrase=False) for name in FACETS}
    return Schema(
        id=ID(unique=True),
        file=ID(),
        title=TEXT(analyzer=french_analyzer(), field_boost=TITLE_BOOST),
        text=TEXT(analyzer=french_analyzer()),
        document=STORED(),
        **facets,
    )


def facet_field(name: str) -> str:
    """The field that holds the values of one facet; « date » and others would be names of methods elsewhere."""
    return f"facet_{name}"


def facet_values(document: Document) -> dict[str, tuple[str, ...]]:
    """The values that *document* counts under, for every facet; the date counts by year."""
    year = (document.published.date[:4],) if document.published.date else ()
    source = (document.source,) if document.source else ()
    return {name: document.facets.get(name, ()) for name in FACETS} | {"date": year, "source": source}
