"""What the engine reaches on judged queries, and the floors below which no figure may fall."""

import math
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from indexer.engine import Engine
from indexer.search import SearchRequest
from tests.judged.judgements import Judged, found
from tests.judged.measures import ndcg, reciprocal_rank

FLOORS = Path(__file__).with_name("floors.toml")
ALL = "all"

_HEAD = """\
# What each figure reaches at least over the judged queries of corpus/ (tests/judged/test_gate.py).
# `python -m tests.judged --write-floors` raises what has improved; nothing but `--lower` lowers a floor.
"""


class Figures(NamedTuple):
    """Means over queries, at ten results."""

    ndcg: float
    mrr: float


class Answer(NamedTuple):
    """What the engine gave first for a judged query, and what that is worth."""

    judged: Judged
    ranked: list[str]
    figures: Figures


def ask(engine: Engine, judged: Judged) -> Answer:
    """The first page, as the product answers when nothing but the query is said."""
    ranked = found(engine, SearchRequest(q=judged.q))
    return Answer(judged, ranked, Figures(ndcg(ranked, judged.grades), reciprocal_rank(ranked, judged.grades)))


def by_kind(answers: Iterable[Answer]) -> dict[str, Figures]:
    """The means over all queries, and over those of each kind."""
    kinds: dict[str, list[Figures]] = {ALL: []}
    for answer in answers:
        for kind in (ALL, answer.judged.kind):
            kinds.setdefault(kind, []).append(answer.figures)
    return {kind: Figures(*map(fmean, zip(*figures, strict=True))) for kind, figures in kinds.items()}


def below(reached: Mapping[str, Figures], floors: Mapping[str, Figures]) -> list[str]:
    """The figures that are below their floors, said in words; a kind that is gone is below."""
    return [
        f"{kind}: {measure} {figure:.3f} < {floor:.3f}"
        for kind, figures in floors.items()
        for measure, figure, floor in zip(Figures._fields, reached.get(kind, Figures(0, 0)), figures, strict=True)
        if figure < floor
    ]


def new_floors(
    floors: Mapping[str, Figures], reached: Mapping[str, Figures], *, lower: bool = False
) -> dict[str, Figures]:
    """The floors that *reached* gives: those that it raises, or with *lower* all of them as they are reached."""
    cut = {kind: Figures(*(math.floor(figure * 1000) / 1000 for figure in each)) for kind, each in reached.items()}
    if lower:
        return cut
    raised = {kind: Figures(*map(max, each, floors.get(kind, each))) for kind, each in cut.items()}
    return {**raised, **{kind: each for kind, each in floors.items() if kind not in raised}}


def read_floors(path: Path = FLOORS) -> dict[str, Figures]:
    """The floors, by kind of query."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {kind: Figures(**table) for kind, table in tables.items()}


def write_floors(floors: Mapping[str, Figures], path: Path = FLOORS) -> None:
    """Write *floors* for people and for `read_floors`."""
    tables = (f"\n[{kind}]\nndcg = {each.ndcg:.3f}\nmrr = {each.mrr:.3f}\n" for kind, each in floors.items())
    path.write_text(_HEAD + "".join(tables), encoding="utf-8")


def table(answers: Iterable[Answer], floors: Mapping[str, Figures]) -> str:
    """The figures beside their floors, in Markdown."""
    answers = tuple(answers)
    lines = ["| kind | queries | nDCG@10 | floor | MRR@10 | floor |", "|---|---:|---:|---:|---:|---:|"]
    for kind, each in by_kind(answers).items():
        number = sum(kind in {ALL, answer.judged.kind} for answer in answers)
        floor = floors.get(kind, Figures(0, 0))
        lines.append(f"| {kind} | {number} | {each.ndcg:.3f} | {floor.ndcg:.3f} | {each.mrr:.3f} | {floor.mrr:.3f} |")
    return "\n".join(lines)
