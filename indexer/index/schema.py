"""The fields that a query may name, as a Whoosh Schema.

Words are indexed once, title and text together; `title` and `text` are that field told apart by positions.
"""

from whoosh import fields

from indexer.analysis import french_analyzer
from indexer.document import FACETS

CONTENT, TITLE, TEXT, PUBLISHED = "content", "title", "text", "published"
WORD_FIELDS = (CONTENT, TITLE, TEXT)


def make_schema() -> fields.Schema:
    """The schema of every index: words, facet values as they are written, the span of days of publication."""
    schema = fields.Schema(id=fields.ID(unique=True, stored=True))
    for name in WORD_FIELDS:
        schema.add(name, fields.TEXT(analyzer=french_analyzer(), phrase=True))
    for name in FACETS:
        schema.add(name, fields.KEYWORD)
    schema.add(PUBLISHED, fields.NUMERIC)
    return schema
