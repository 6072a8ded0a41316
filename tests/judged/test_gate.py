"""The gate: what readers look for in corpus/ comes first, no less than the floors say."""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.engine import open_engine
from indexer.ingest import SourceFile, find_files
from tests.judged.figures import (
    ALL,
    Answer,
    Figures,
    ask,
    below,
    by_kind,
    new_floors,
    read_floors,
    table,
    write_floors,
)
from tests.judged.judgements import ARTICLES, CORPUS, Judged, read_judgements
from tests.judged.pool import words

QUERIES = read_judgements()
KINDS = {"names", "designations", "topics", "questions", "phrases", "amounts", "dates", "typos"}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Answer]]:
    """Every judged query, answered over the sample corpus."""
    engine = open_engine(tmp_path_factory.mktemp("judged") / "index")
    engine.index([CORPUS])
    yield [ask(engine, judged) for judged in QUERIES]
    engine.close()


def test_no_figure_falls_below_its_floor(answers: list[Answer]) -> None:
    floors = read_floors()
    sys.stdout.write(f"\n{table(answers, floors)}\n")

    assert set(floors) == {ALL, *KINDS}
    assert below(by_kind(answers), floors) == []


def test_whatever_comes_into_the_first_ten_is_judged(answers: list[Answer]) -> None:
    """Read each article named here for the need of its query, and write its grade down, 0 included."""
    unjudged = [
        f"{answer.judged.id}: {article}"
        for answer in answers
        for article in answer.ranked
        if article not in answer.judged.grades
    ]

    assert unjudged == []


def test_judgements_are_of_articles_that_are_there() -> None:
    articles = {path.name for path in ARTICLES.iterdir()}

    assert {name for judged in QUERIES for name in judged.grades} <= articles


def test_judgements_are_no_articles() -> None:
    found = {source.file.parent for source in find_files([CORPUS]) if isinstance(source, SourceFile)}

    assert found == {ARTICLES}


def test_there_are_enough_queries_of_each_kind_and_none_twice() -> None:
    kinds = Counter(judged.kind for judged in QUERIES)

    assert set(kinds) == KINDS
    assert len(QUERIES) >= 80
    assert min(kinds.values()) >= 10
    assert len({judged.id for judged in QUERIES}) == len({judged.q for judged in QUERIES}) == len(QUERIES)


@pytest.mark.parametrize("judged", QUERIES, ids=lambda judged: judged.id)
def test_every_query_says_its_need_and_has_an_answer(judged: Judged) -> None:
    assert judged.id.startswith(f"{judged.kind}-")
    assert judged.need.endswith(".")
    assert max(judged.grades.values()) >= 2


def test_a_floor_is_raised_and_never_lowered_unless_told() -> None:
    floors = {ALL: Figures(0.5, 0.5), "gone": Figures(0.1, 0.1)}
    reached = {ALL: Figures(0.4, 0.65499), "new": Figures(0.3, 1)}

    assert new_floors(floors, reached) == {ALL: (0.5, 0.654), "new": (0.3, 1), "gone": (0.1, 0.1)}
    assert new_floors(floors, reached, lower=True) == {ALL: (0.4, 0.654), "new": (0.3, 1)}


def test_what_is_below_its_floor_is_said() -> None:
    floors = {ALL: Figures(0.5, 0.5), "gone": Figures(0.1, 0)}

    assert below({ALL: Figures(0.5, 0.4994)}, floors) == ["all: mrr 0.499 < 0.500", "gone: ndcg 0.000 < 0.100"]
    assert below({ALL: Figures(0.5, 0.5), "gone": Figures(1, 1), "new": Figures(0, 0)}, floors) == []


def test_floors_are_written_as_they_are_read(tmp_path: Path) -> None:
    floors = {ALL: Figures(0.812, 1), "names": Figures(0, 0.005)}
    write_floors(floors, tmp_path / "floors.toml")

    assert read_floors(tmp_path / "floors.toml") == floors


def test_figures_are_means_over_each_kind() -> None:
    judged = [Judged(f"{kind}-{number}", kind, "q", "Besoin.", {"a": 3}) for number, kind in enumerate("xxy")]
    answers = [
        Answer(each, [], Figures(*figures)) for each, figures in zip(judged, [(0, 0), (1, 0.5), (0.5, 1)], strict=True)
    ]

    assert by_kind(answers) == {ALL: (0.5, 0.5), "x": (0.5, 0.25), "y": (0.5, 1)}


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("Qui fournit des obus à l'Ukraine ?", ["fournit", "obus", "ukraine"]),
        ('obus date:"mars 2024" montant:100..600M€ S 400', ["obus", "s400"]),
        ("arme:HIMARS « trois frontières »", ["himars", "trois", "frontières"]),
        ("date:2022-11", []),
    ],
)
def test_words_of_a_query(q: str, expected: list[str]) -> None:
    assert words(q) == expected
