"""What is asked less strictly when (almost) no article has all the words: the commonest go first, then any will do.

A question is asked so at once: no article says all of it, and the few that do are seldom the answer (MRR@10 loses 5 %
on AfriQA when they come first).
"""

from bisect import bisect_left
from collections.abc import Sequence

from whoosh import query as whoosh_query

from indexer.index.schema import CONTENT
from indexer.search.interpreter import Interpreter
from indexer.search.query import Name, Words, describe
from indexer.search.results import Relaxation

SMALL = 10

FEWEST_WORDS = 2
"""Of which one may go."""


def enough(words: int, documents: int) -> int:
    """How many articles with all the words are enough: as many as there are words, but one tenth of a small pile.

    nDCG@10 of the judged queries is 0.05 higher than when only nothing is too little.

    >>> enough(3, documents=100_000), enough(3, documents=12), enough(3, documents=5)
    (3, 1, 1)
    """
    return max(1, min(words, documents // SMALL))


def loose_words(tree: whoosh_query.Query) -> list[whoosh_query.Query]:
    """The parts of a query that may go: words and names that stand side by side. Quotations and fields are meant."""
    children = tree.subqueries if isinstance(tree, whoosh_query.And) else ()
    words = [child for child in children if _may_go(child)]
    return words if len(words) >= FEWEST_WORDS else []


def relax(
    tree: whoosh_query.Query, asked: whoosh_query.Query, complete: int, interpreter: Interpreter
) -> tuple[whoosh_query.Query, Relaxation]:
    """The query that finds most words of *tree*, its complete matches first; and what is not asked for any more.

    *asked* finds those *complete* matches.
    """
    words = loose_words(tree)
    needed = [interpreter.resolve(child) for child in tree.subqueries if not _may_go(child)]
    scored = whoosh_query.Or([interpreter.resolve_loosely(word) for word in words])
    if complete:
        scored = whoosh_query.Or([scored, whoosh_query.ConstantScoreQuery(asked, 2 * interpreter.most(scored))])
    kept = _kept(words, needed, interpreter)
    if not kept:
        return _all(needed, scored), Relaxation(complete=complete, dropped=tuple(map(_said, words)), any_word=True)
    required = whoosh_query.ConstantScoreQuery(_all(needed, *(interpreter.resolve(word) for word in kept)), 0)
    dropped = tuple(_said(word) for word in words if not any(word is each for each in kept))
    return whoosh_query.AndMaybe(required, scored), Relaxation(complete=complete, dropped=dropped)


def relax_question(tree: whoosh_query.Query, interpreter: Interpreter) -> whoosh_query.Query:
    """Any word of a question, quotations too."""
    words = [child for child in tree.subqueries if isinstance(child, Words | Name)]
    needed = [interpreter.resolve(child) for child in tree.subqueries if not isinstance(child, Words | Name)]
    return _all(needed, whoosh_query.Or([interpreter.resolve_loosely(word) for word in words]))


def _kept(
    words: Sequence[whoosh_query.Query], needed: Sequence[whoosh_query.Query], interpreter: Interpreter
) -> list[whoosh_query.Query]:
    """The words that enough articles have together, as many as can be, rare ones rather than common; none, or two."""
    having = [
        interpreter.count(interpreter.resolve(word)) or float("inf") for word in words
    ]  # what is nowhere goes first
    rarest = [word for _, word in sorted(zip(having, words, strict=True), key=lambda pair: pair[0])]

    def too_few(number: int) -> bool:
        together = _all(needed, *map(interpreter.resolve, rarest[:number]))
        return interpreter.count(together) < enough(len(words), interpreter.documents)

    # The more words, the fewer articles have them.
    most = bisect_left(range(len(words)), True, lo=FEWEST_WORDS, key=too_few) - 1  # noqa: FBT003 - what is looked for
    return rarest[:most] if most >= FEWEST_WORDS else []


def _all(needed: Sequence[whoosh_query.Query], *others: whoosh_query.Query) -> whoosh_query.Query:
    children = [*needed, *others]
    return children[0] if len(children) == 1 else whoosh_query.And(children)


def _may_go(child: whoosh_query.Query) -> bool:
    return isinstance(child, Name) or (isinstance(child, Words) and not child.quoted and child.field == CONTENT)


def _said(word: whoosh_query.Query) -> str:
    """A word as it was typed."""
    return word.text if isinstance(word, Words) else describe(word.subqueries[0])
