"""Hand-labelled sentences, written by others than the code: which entities and designations are read, kind by kind."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from indexer.enrich.designations import find_designations
from indexer.thesaurus import Kind, Thesaurus, load_thesaurus

SENTENCES = Path(__file__).parent / "sentences"
PRECISION, RECALL = 0.98, 0.95
KINDS: tuple[Kind, ...] = ("country", "equipment", "organisation", "person")

Row = dict[str, Any]


@cache
def rows(name: str) -> list[Row]:
    return [json.loads(line) for line in (SENTENCES / name).read_text(encoding="utf-8").splitlines()]


def named(text: str, kind: Kind, thesaurus: Thesaurus) -> set[str]:
    """The most specific entries of a kind that a text names; a place counts as its country."""
    mentions = thesaurus.find(text)
    found = {mention.entry.label: mention.entry for mention in mentions if mention.kind == kind}
    families = {relative.label for entry in found.values() for relative in list(thesaurus.lineage(kind, entry))[1:]}
    places = {mention.entry.country for mention in mentions if mention.kind == "place" and mention.entry.country}
    return (set(found) - families) | (places if kind == "country" else set())


def designated(text: str, thesaurus: Thesaurus) -> set[str]:
    return {bare(each.label) for each in find_designations(text, thesaurus.find(text))}


def bare(label: str) -> str:
    """A label as the sentences are compared by: case, hyphens and spaces make no difference."""
    return "".join(character for character in label.lower() if character.isalnum() or character == ",")


def false_cases(
    sentences: Iterable[Row], expected: Callable[[Row], set[str]], found: Callable[[str], set[str]]
) -> Iterator[tuple[set[str], set[str], set[str], Row]]:
    """For each sentence what was found rightly, what wrongly, what not at all."""
    for row in sentences:
        right, read = expected(row), found(row["text"])
        yield right & read, read - right, right - read, row


def report(name: str, cases: Iterable[tuple[set[str], set[str], set[str], Row]]) -> tuple[float, float]:
    """Precision and recall; they and the false cases are printed, `pytest -s` shows them."""
    counts = Counter[str]()
    for hits, wrong, missed, row in cases:
        counts.update(hits=len(hits), wrong=len(wrong), missed=len(missed))
        if wrong or missed:
            sys.stdout.write(f"{name}: +{sorted(wrong)} -{sorted(missed)} | {row['text']} {row.get('trap', '')}\n")
    precision = counts["hits"] / (counts["hits"] + counts["wrong"])
    recall = counts["hits"] / (counts["hits"] + counts["missed"])
    sys.stdout.write(f"{name}: {counts['hits']} found, precision {precision:.3f}, recall {recall:.3f}\n")
    return precision, recall


def test_there_are_enough_sentences() -> None:
    assert len(rows("entities.jsonl")) + len(rows("figures.jsonl")) >= 600


@pytest.mark.parametrize("kind", KINDS)
def test_entities(kind: Kind) -> None:
    thesaurus = load_thesaurus()
    cases = false_cases(rows("entities.jsonl"), lambda row: set(row[kind]), lambda text: named(text, kind, thesaurus))
    precision, recall = report(kind, cases)
    assert precision >= PRECISION
    assert recall >= RECALL


def test_designations() -> None:
    thesaurus = load_thesaurus()
    cases = false_cases(
        rows("figures.jsonl"),
        lambda row: {bare(label) for label in row["designations"]},
        lambda text: designated(text, thesaurus),
    )
    precision, recall = report("designation", cases)
    assert precision >= PRECISION
    assert recall >= RECALL


def test_a_label_names_an_entry() -> None:
    """What the thesaurus lacks is a known miss, not a slip of the labels."""
    thesaurus = load_thesaurus()
    unknown = {
        label
        for row in rows("entities.jsonl")
        for kind in KINDS
        for label in row[kind]
        if not thesaurus.entry(kind, label)
    }
    assert unknown <= {"Gazprom"}
