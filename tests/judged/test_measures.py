from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.judged.measures import ndcg, reciprocal_rank

GRADES = {"a": 3, "b": 2, "c": 1, "d": 0}
RANKINGS = st.lists(st.sampled_from("abcdefgh"), unique=True)
JUDGEMENTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 3))


def test_a_ranking_by_hand() -> None:
    # Gains 7, 3, 1. Ideal: 7/1 + 3/log2(3) + 1/2 = 9.3928. Here d, a, x, b: 7/log2(3) + 3/log2(5) = 5.7085.
    assert ndcg("daxb", GRADES) == pytest.approx(5.7085 / 9.3928, abs=1e-4)
    assert reciprocal_rank("daxb", GRADES) == 1 / 2


def test_the_best_order_is_worth_1_and_nothing_found_0() -> None:
    assert ndcg("abc", GRADES) == ndcg("abcdx", GRADES) == 1
    assert ndcg("", GRADES) == ndcg("xyd", GRADES) == 0
    assert ndcg("abc", {}) == ndcg("abc", {"a": 0}) == 0


def test_nothing_counts_below_the_depth() -> None:
    assert ndcg("xxa", GRADES, depth=2) == 0
    assert ndcg("ab", GRADES, depth=1) == 1
    assert ndcg("bcdefghija", {"a": 1}) == 1 / log2(11)
    assert ndcg("bcdefghijka", {"a": 1}) == 0
    assert reciprocal_rank("dca", GRADES, depth=2) == 0
    assert reciprocal_rank("dcxa", GRADES) == 1 / 4


def test_what_counts_as_relevant_can_be_said() -> None:
    assert reciprocal_rank("cba", GRADES) == 1 / 2
    assert reciprocal_rank("cba", GRADES, relevant=1) == 1
    assert reciprocal_rank("cba", GRADES, relevant=3) == 1 / 3


@given(RANKINGS, JUDGEMENTS)
def test_measures_lie_between_0_and_1(ranked: list[str], grades: dict[str, int]) -> None:
    assert 0 <= ndcg(ranked, grades) <= 1 + 1e-12
    assert 0 <= reciprocal_rank(ranked, grades) <= 1


@given(RANKINGS, JUDGEMENTS, st.data())
def test_putting_the_better_one_first_never_costs(
    ranked: list[str], grades: dict[str, int], data: st.DataObject
) -> None:
    if len(ranked) < 2:
        return
    at = data.draw(st.integers(0, len(ranked) - 2))
    pair = sorted(ranked[at : at + 2], key=lambda each: -grades.get(each, 0))
    better = [*ranked[:at], *pair, *ranked[at + 2 :]]

    assert ndcg(better, grades) >= ndcg(ranked, grades) - 1e-12
    assert reciprocal_rank(better, grades) >= reciprocal_rank(ranked, grades)
