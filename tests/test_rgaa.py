"""docs/rgaa.md has the criteria of RGAA 4.1, and the declaration of accessibility says what that table says."""

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from web.declaration import DECLARATION

ROOT = Path(__file__).parents[1]
CRITERIA = {1: 9, 2: 2, 3: 3, 4: 13, 5: 8, 6: 2, 7: 5, 8: 10, 9: 4, 10: 14, 11: 13, 12: 11, 13: 12}
"""The themes, and how many criteria each has."""

STATES = {"conforme", "non conforme", "non applicable"}


class Row(NamedTuple):
    """A criterion as the table has it."""

    number: str
    asked: str
    state: str
    evidence: str


TEXT = (ROOT / "docs" / "rgaa.md").read_text(encoding="utf-8")
ROWS = [Row(*cells) for cells in re.findall(r"^\| (\d+\.\d+) \| (.+?) \| (.+?) \| (.*?) \|$", TEXT, re.MULTILINE)]


def test_every_criterion_is_there_in_order() -> None:
    assert sum(CRITERIA.values()) == 106
    assert [row.number for row in ROWS] == [
        f"{theme}.{number}" for theme, most in CRITERIA.items() for number in range(1, most + 1)
    ]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.number)
def test_a_criterion_has_a_state_and_evidence(row: Row) -> None:
    assert row.state in STATES
    assert row.asked.endswith("?")
    assert len(row.evidence) > 10


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`(tests/[^`]+)`", TEXT))))
def test_tests_that_are_named_exist(named: str) -> None:
    path, _, name = named.partition("::")

    assert (ROOT / path).is_file()
    assert not name or re.search(rf"^def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)


def test_many_criteria_are_held_by_tests() -> None:
    """What conforms by review alone is the smaller part."""
    met = [row for row in ROWS if row.state == "conforme"]

    assert sum("tests/" in row.evidence or row.evidence.startswith(("axe", "vnu")) for row in met) > len(met) / 2


def test_the_declaration_says_what_the_table_says() -> None:
    states = Counter(row.state for row in ROWS)

    assert DECLARATION.met == states["conforme"]
    assert [each.criterion for each in DECLARATION.failing] == [
        row.number for row in ROWS if row.state == "non conforme"
    ]


def test_the_state_is_that_of_the_law() -> None:
    half = DECLARATION._replace(met=2, failing=DECLARATION.failing[:1] * 2)
    assert (half.applying, half.rate, half.state) == (4, "50", "partiellement conforme")
    assert half._replace(met=1).state == "non conforme"
    assert half._replace(failing=()).state == "totalement conforme"
    assert DECLARATION._replace(met=997).rate == "99", "rounded down: all is not met"


def test_the_table_counts_itself() -> None:
    states = Counter(row.state for row in ROWS)
    applying = states["conforme"] + states["non conforme"]

    assert (
        f"{states['conforme']} critères conformes, {states['non conforme']} non conformes, "
        f"{states['non applicable']} non applicables" in TEXT
    )
    assert f"{100 * states['conforme'] // applying} % des {applying} critères applicables" in TEXT.replace(
        "\u00a0", " "
    )
