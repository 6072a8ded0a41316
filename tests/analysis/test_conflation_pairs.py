"""The golden table conflation_pairs.tsv, and that our classes beat Snowball's on groups of forms that share a lemma."""

from pathlib import Path
from typing import NamedTuple

import pytest

from indexer.analysis import stem_class, terms_of
from indexer.analysis.stemming import snowball
from tests.bench.conflation import SETS, Group, first_half, measure, read_groups

TABLE = Path(__file__).parent / "conflation_pairs.tsv"
LEAST_PAIRS = 150


class Row(NamedTuple):
    """A line of the table."""

    check: str
    one: str
    other: str


def _rows() -> list[Row]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [Row(*line.split("\t")) for line in lines if line and not line.startswith("#")]


def _class_of(word: str) -> str:
    (term,) = terms_of(word)
    return stem_class(term.text)


@pytest.mark.parametrize("row", _rows(), ids=" ".join)
def test_the_table(row: Row) -> None:
    assert (_class_of(row.one) == _class_of(row.other)) == (row.check == "meet")


def test_the_table_has_enough_of_both_and_nothing_twice() -> None:
    rows = _rows()
    assert {row.check for row in rows} == {"meet", "apart"}
    assert len({frozenset(row[1:]) for row in rows}) == len(rows)
    assert min(sum(row.check == check for row in rows) for check in ("meet", "apart")) * 2 >= LEAST_PAIRS


@pytest.mark.parametrize("half", [True, False], ids=["first half", "second half"])
def test_more_forms_of_news_words_meet_than_with_snowball_and_fewer_of_two(shared: Path, *, half: bool) -> None:
    groups = read_groups(shared / "data" / "lang_fr" / SETS["domain"])
    _assert_better([group for group in groups if first_half(group) == half])


def test_more_forms_of_treebank_words_meet_than_with_snowball_and_fewer_of_two(shared: Path) -> None:
    _assert_better(list(read_groups(shared / "data" / "lang_fr" / SETS["ud"])))


def _assert_better(groups: list[Group]) -> None:
    ours, snowballs = measure(groups, stem_class), measure(groups, snowball)
    assert ours.recall >= snowballs.recall
    assert ours.weighted_recall >= snowballs.weighted_recall
    assert len(ours.false_merges) < len(snowballs.false_merges)
