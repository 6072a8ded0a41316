"""The page of the articles most like one, each with what they share."""

from indexer.document import Document
from indexer.engine import Engine
from indexer.search import SearchRequest, Similar
from web.language import FRENCH
from web.page import ENTITY_KINDS, Link, entity_address, search_page_address

NUMBER = 10


class SimilarPage:
    """The articles like one article."""

    def __init__(self, document: Document, similar: tuple[Similar, ...]) -> None:
        self.document = document
        self.similar = similar

    @classmethod
    def of(cls, document_id: str, engine: Engine) -> "SimilarPage":
        """The page for the article of this id; DocumentNotFoundError."""
        return cls(engine.document(document_id), engine.similar(document_id, NUMBER))

    def shared(self, similar: Similar) -> list[Link]:
        """What two articles share: an entity with its page, a word with its search."""
        return [
            Link(
                each.text,
                entity_address(each.field, each.text)
                if each.field in ENTITY_KINDS
                else search_page_address(SearchRequest(q=each.text)),
                language=FRENCH,
            )
            for each in similar.shared
        ]
