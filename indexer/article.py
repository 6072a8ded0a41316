"""An article as it is read: its Document, what was recognised in it and where, and the other versions of its story."""

from typing import Literal

import msgspec

from indexer.document import Document
from indexer.search import Hit

MarkKind = Literal["country", "equipment", "organisation", "person", "designation", "amount", "quantity", "date"]


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """Characters from *start* to *end* of a text that name something: *label* says what, as the facets do.

    *detail* says in French what it was understood as, where that is more than the label.
    """

    kind: MarkKind
    start: int
    end: int
    label: str
    detail: str | None = None


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """A Document, the marks of its title and its text (in order, none inside another), the versions of its story."""

    document: Document
    title_marks: tuple[Mark, ...]
    text_marks: tuple[Mark, ...]
    versions: tuple[Hit, ...]
