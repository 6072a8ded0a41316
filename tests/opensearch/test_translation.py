"""Query trees in the cluster's language, without a cluster."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import query as whoosh_query

from indexer.analysis import Kin
from indexer.errors import QueryError
from indexer.opensearch.translation import MOST_CLAUSES, Translation, amounts_within, check_work
from indexer.search.evaluation import Evaluation
from indexer.search.leaves import Leaves
from indexer.search.query import AmountRange, Phrase, TermSet


def registered(owner: type, name: str) -> set[type]:
    """The classes that a function is told apart by."""
    dispatcher: Any = owner.__dict__[name].dispatcher
    return {kind for kind in dispatcher.registry if kind is not object}


def test_the_classes_translated_are_those_evaluated_on_one_machine() -> None:
    evaluated = registered(Evaluation, "_by_class") | registered(Leaves, "matches")

    assert registered(Translation, "_by_class") == evaluated
    assert len(evaluated) > 15


def test_another_class_is_an_error() -> None:
    class Unknown(whoosh_query.Query):  # type: ignore[misc]
        pass

    with pytest.raises(NotImplementedError, match="Unknown"):
        Translation(None, scored=False).query(Unknown())  # type: ignore[arg-type]


positive = st.floats(1e-3, 1e15, allow_nan=False)


@given(positive, positive)
def test_bounds_in_another_currency_are_those_of_sums_converted(bound: float, written: float) -> None:
    """A sum is converted by multiplication on one machine; the bound by division here, to the last bit."""
    for lowest, highest in ((bound, None), (None, bound)):
        found = amounts_within(AmountRange(lowest, highest, "USD"))
        ranges = {field: ends for clause in found["bool"]["should"] for field, ends in clause["range"].items()}
        from indexer.money import RATES  # noqa: PLC0415

        factor = RATES.rates["USD"] / RATES.rates["GBP"]
        for sum_of_money in (written, bound / factor, math.nextafter(bound / factor, 0)):
            converted = sum_of_money * factor
            within = converted >= bound if lowest is not None else converted <= bound
            ends = ranges["amounts.GBP"]
            told = sum_of_money >= ends["gte"] if lowest is not None else sum_of_money <= ends["lte"]
            assert told == within


def test_a_range_that_no_sum_converts_into_is_in_those_that_go_over_it() -> None:
    """One sum in dollars lies between two neighbouring ones in another currency."""
    found = amounts_within(AmountRange(10390000.0, 10390000.0, "USD"))
    ranges = [ends for clause in found["bool"]["should"] for ends in clause["range"].values()]

    assert all(ends["gte"] <= ends["lte"] for ends in ranges)
    assert {ends["relation"] for ends in ranges} == {"intersects", "contains"}


def test_what_is_more_than_a_cluster_takes_is_refused_before_it_is_asked() -> None:
    many = TermSet(tuple(Kin(f"mot{number}", 1.0) for number in range(MOST_CLAUSES)))

    check_work(many)
    with pytest.raises(QueryError, match="mot0"):
        check_work(Phrase((many, many)))
