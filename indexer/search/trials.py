"""Trials: queries tried out on one commit while a request is understood, without their hits."""

from whoosh import query as whoosh_query

from indexer.index import IndexReader
from indexer.search.budget import check_work
from indexer.search.evaluation import Evaluation


class Trials:
    """What Matching says, of a commit on this machine."""

    def __init__(self, reader: IndexReader) -> None:
        self._reader = reader

    def count(self, query: whoosh_query.Query) -> int:
        """How many documents match."""
        return Evaluation(query, self._reader, scored=False).count()

    def most(self, query: whoosh_query.Query) -> float:
        """The score that no document reaches."""
        return Evaluation(query, self._reader).most(query)

    def check_work(self, query: whoosh_query.Query) -> None:
        """Raise QueryError when evaluating *query* would take too long."""
        check_work(query, self._reader)
