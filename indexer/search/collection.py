"""What understanding a request asks of the place where it is searched: a commit on this machine, or a cluster."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from whoosh import query as whoosh_query

from indexer.analysis import Vocabulary
from indexer.document import Document
from indexer.index.dictionary import Dictionary
from indexer.index.manifest import Commit


class Collection(Vocabulary, Protocol):
    """Words and values that are there, and how frequent they are."""

    @property
    def commit(self) -> Commit:
        """The state that answers."""

    @property
    def size(self) -> int:
        """How many documents a search can find."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the reader should know of its state."""

    @property
    def dictionaries(self) -> Sequence[Dictionary]:
        """All terms of title and text, together."""

    @property
    def folded_values(self) -> Mapping[str, Mapping[str, str]]:
        """For every facet: the fold of a value -> the value."""

    def like(self, word: str, least: float) -> Mapping[str, float]:
        """The terms like *word*, which is given without accents, and their Dice coefficients from *least* on."""

    def frequencies(self, terms: Iterable[str]) -> list[int]:
        """How many documents have each of *terms*."""

    def document(self, document_id: str) -> Document:
        """The document with this id; DocumentNotFoundError when there is none."""


class Matching(Protocol):
    """Queries tried out, without their hits."""

    def count(self, query: whoosh_query.Query) -> int:
        """How many documents match."""

    def most(self, query: whoosh_query.Query) -> float:
        """The score that no document reaches."""

    def check_work(self, query: whoosh_query.Query) -> None:
        """Raise QueryError when evaluating *query* would take too long."""
