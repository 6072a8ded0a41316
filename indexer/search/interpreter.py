"""Interpreter: what a request asks for, from its text to weighted terms of one commit."""

import datetime as dt
from functools import lru_cache, partial
from typing import NamedTuple

from whoosh import query as whoosh_query

from indexer.analysis import Classes
from indexer.message import Message
from indexer.money import RATES
from indexer.search.collection import Collection, Matching
from indexer.search.correction import Corrector
from indexer.search.likeness import lookalikes
from indexer.search.parser import parse_query
from indexer.search.patterns import Patterns
from indexer.search.query import AmountRange, describe, leaves
from indexer.search.questions import is_question, weigh_words
from indexer.search.request import SearchRequest, Sort
from indexer.search.results import Correction, Expansion, QueryReport
from indexer.search.understanding import (
    add_dates,
    add_topics,
    add_variants,
    drop_stop_words,
    find_values,
    join_compounds,
    resolve,
    resolve_loosely,
)
from indexer.thesaurus import Thesaurus

LOOKALIKES = 2000
"""Words whose lookalikes are kept: a search in the vocabulary takes 0.6 ms for 100,000 terms."""


class Asked(NamedTuple):
    """What the reader asked for: said back, and as a tree of words."""

    report: QueryReport
    tree: whoosh_query.Query
    strict: bool
    """Whether every word has to be there."""


class Interpreter:
    """Reads requests with one commit and the thesaurus. Safe to share between threads."""

    def __init__(self, collection: Collection, matching: Matching, thesaurus: Thesaurus, classes: Classes) -> None:
        self._collection, self._matching, self._thesaurus, self._classes = collection, matching, thesaurus, classes
        self.documents = collection.size
        """That a search can find."""
        self._patterns = Patterns(collection)
        self._corrector = Corrector(collection, classes, thesaurus)
        self._lookalikes = lru_cache(LOOKALIKES)(partial(lookalikes, collection=collection))

    def understand(self, request: SearchRequest, day: dt.date) -> Asked:
        """What *request* asks for on this *day* (« hier »); QueryError when that cannot be searched."""
        parsed = parse_query(request.q, today=day)
        self._matching.check_work(self.resolve(parsed.tree))
        strict = request.strict or parsed.strict
        question = not strict and is_question(request.q)
        tree = weigh_words(parsed.tree) if question else parsed.tree
        corrections: tuple[Correction, ...] = ()
        if request.correct and not question:  # what looks like a word is found anyway then, and ranks better
            tree, corrections = self._corrector.correct(tree, lambda tree: self.count(self.resolve(tree)))
        tree = join_compounds(tree)
        widened, expansions = self._widen(tree, day) if request.expand else (tree, ())
        widened, unknown = find_values(widened, self._thesaurus, self._collection)
        widened = self._patterns.expand(widened)
        report = QueryReport(
            q=request.q,
            understood=describe(drop_stop_words(tree, question=question)),
            corrections=corrections,
            expansions=expansions,
            question=question,
            notices=(*self._collection.warnings, *parsed.notices, *unknown, *_conversions(request, widened)),
        )
        return Asked(report, drop_stop_words(widened, question=question), strict)

    def resolve(self, tree: whoosh_query.Query) -> whoosh_query.Query:
        """All that stands for the words of *tree*."""
        valued, _ = find_values(tree, self._thesaurus, self._collection)
        return resolve(self._patterns.expand(valued), self._classes)

    def resolve_loosely(self, tree: whoosh_query.Query) -> whoosh_query.Query:
        """And what looks like them."""
        return resolve_loosely(tree, self._classes, self._lookalikes)

    def count(self, query: whoosh_query.Query) -> int:
        """How many documents match."""
        return self._matching.count(query)

    def most(self, query: whoosh_query.Query) -> float:
        """The score that no document reaches."""
        return self._matching.most(query)

    def _widen(self, tree: whoosh_query.Query, day: dt.date) -> tuple[whoosh_query.Query, tuple[Expansion, ...]]:
        """What the words of *tree* name, besides what says so."""
        tree, topics = add_topics(tree)
        tree, names = add_variants(tree, self._thesaurus, self._corrector.meant)
        tree, dates = add_dates(tree, day)
        return tree, (*names, *topics, *dates)


def _conversions(request: SearchRequest, query: whoosh_query.Query) -> tuple[str, ...]:
    """By which rates sums of money were converted, when an answer depends on it."""
    ranges = [leaf for leaf in leaves(query) if isinstance(leaf, AmountRange)]
    converted = any(each.currency for each in [*ranges, *([request.amounts] if request.amounts else [])])
    if converted or request.order is Sort.AMOUNT or "amount" in (*request.include, *request.exclude):
        told = Message("Les montants en d’autres monnaies sont comparés d’après les {rates}.", rates=RATES.source)
        return (told,)
    return ()
