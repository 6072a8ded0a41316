"""Why does a hit stand where it does? The parts of its score, which add up to it."""

from collections.abc import Iterator

import numpy as np
from whoosh import query as whoosh_query

from indexer.index import IndexReader
from indexer.message import Message
from indexer.search.evaluation import Evaluation
from indexer.search.leaves import SCORED
from indexer.search.matches import look_up
from indexer.search.query import Phrase, TermSet
from indexer.search.ranking import Ranked
from indexer.search.results import Part
from indexer.search.stretch import one_by_one

DECIMALS = 4


def explain(match: Ranked, query: whoosh_query.Query, reader: IndexReader) -> tuple[Part, ...]:
    """What every word adds to the score of *match*, then what came to it on the closer look."""
    parts = [
        Part(label=label, value=value)
        for label, leaf, boost in _leaves(query, 1.0)
        if (value := round(boost * _score(leaf, match, reader), DECIMALS))
    ]
    if match.proximity:
        parts.append(Part(label=Message("mots ensemble"), value=round(match.proximity, DECIMALS)))
    for label, factor in (
        (Message("fraîcheur"), match.recency),
        (Message("autre version du même récit"), match.repetition),
    ):
        if factor != 1:
            parts.append(Part(label=label, value=round(factor, DECIMALS), factor=True))
    return tuple(parts)


def _leaves(query: whoosh_query.Query, boost: float) -> Iterator[tuple[str, whoosh_query.Query, float]]:
    """The parts of a query that score, what they are called, and by how much that counts."""
    match query:
        case TermSet():
            yield _named(query), query, boost
        case Phrase():
            yield " ".join(map(_named, query.words)), query, boost
        case whoosh_query.And() | whoosh_query.Or():
            for child in query.subqueries:
                yield from _leaves(child, boost * query.boost)
        case whoosh_query.AndMaybe():
            yield from _leaves(query.a, boost)
            yield from _leaves(query.b, boost)
        case whoosh_query.ConstantScoreQuery():
            yield Message("tous les mots"), query, boost
        case _ if isinstance(query, SCORED):
            yield str(query), query, boost


def _named(word: TermSet) -> str:
    """A word by its own form, or the one nearest to it."""
    return word.kin[0].term if word.kin else ""


def _score(leaf: whoosh_query.Query, match: Ranked, reader: IndexReader) -> float:
    stretch = one_by_one(reader)[match.segment]
    _, scores = look_up(Evaluation(leaf, reader).matches(stretch), np.array([match.doc]), stretch.size)
    return 0.0 if scores is None else float(scores[0])
