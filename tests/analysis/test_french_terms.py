"""The golden table french_terms.tsv: which terms a text gives, and which texts find each other."""

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from indexer.analysis import Classes, WordList, analyze, compound_length, cut_surfaces

TABLE = Path(__file__).parent / "french_terms.tsv"
CHECKS = {"terms", "meet", "apart", "quoted-meet", "quoted-apart"}

# Every case of the table « Known traps » in the design, but for the two lines about the thesaurus.
DESIGNATIONS = (
    "F-16",
    "F16",
    "F 16",
    "F\u201116",
    "F\u00a016",
    "F\u202f16",
    "F\u200916",
    "16",
    "S-400",
    "S400",
    "С-400",
)
CALIBRES = ("155 mm", "155mm", "155 millimètres", "155\u00a0mm", "155\u202fmm", "155\u2009mm")
NUMBERS = (
    "1,5 milliard",
    "1,5\u00a0milliard",
    "10 000 obus",
    "10\u00a0000 obus",
    "10\u202f000 obus",
    "10\u2009000 obus",
)
KEPT_APART = ("arme", "armée", "marine", "marin", "russe", "Russie", "côte", "côté", "mine", "miner")
ACCENTS = ("évènement", "événement", "evenement", "manœuvre", "manoeuvre", "bœuf", "ARMEE")
ELISIONS = ("l’Ukraine", "l'Ukraine", "qu’il", "qu'il", "jusqu’à", "jusqu'à", "lorsqu’ils", "lorsqu'ils")
KEPT_WHOLE = ("aujourd’hui", "aujourd'hui", "presqu’île", "presqu'île", "O’Brien", "O'Brien")
COMPOUNDS = ("sous-marin", "sous marin", "sous-marins", "États-Unis", "Etats Unis", "sol-air")
TRAPS = {*DESIGNATIONS, *CALIBRES, *NUMBERS, *KEPT_APART, *ACCENTS, *ELISIONS, *KEPT_WHOLE, *COMPOUNDS}


class Row(NamedTuple):
    """A line of the table; *reason* says why an expected failure fails."""

    check: str
    text: str
    expected: str
    reason: str = ""


def _unescaped(column: str) -> str:
    return re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), column)


def _rows() -> list[Row]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [Row(*map(_unescaped, line.split("\t"))) for line in lines if line and not line.startswith("#")]


def _cases() -> list[Any]:
    return [
        pytest.param(
            row._replace(check=row.check.removeprefix("xfail-")),
            marks=[pytest.mark.xfail(reason=row.reason, strict=True)] if row.reason else [],
            id=f"{row.check} {row.text} | {row.expected}",
        )
        for row in _rows()
    ]


def _terms(text: str) -> list[str]:
    return [term.text for term in analyze(text)]


def _finds(query: str, document: str, *, quoted: bool) -> bool:
    """Whether each term of *query* stands for the term of *document* at its place."""
    wanted, found = _terms(query), _terms(document)
    classes = Classes(WordList(found))
    return len(wanted) == len(found) and all(
        term in {kin.term for kin in classes.kin(word, quoted=quoted)} for word, term in zip(wanted, found, strict=True)
    )


def _joined(text: str, other: str) -> bool:
    """Whether *text*, when it is written in more pieces than *other*, is known as one compound."""
    pieces, terms = len(list(cut_surfaces(text))), _terms(text)
    return pieces <= len(list(cut_surfaces(other))) or compound_length(terms) == len(terms)


def _meet(text: str, other: str, *, quoted: bool) -> bool:
    found = _finds(text, other, quoted=quoted) and _finds(other, text, quoted=quoted)
    return found and (quoted or (_joined(text, other) and _joined(other, text)))


def _apart(text: str, other: str, *, quoted: bool) -> bool:
    return not _finds(text, other, quoted=quoted) and not _finds(other, text, quoted=quoted)


@pytest.mark.parametrize("row", _cases())
def test_the_table(row: Row) -> None:
    quoted = row.check.startswith("quoted-")
    match row.check.removeprefix("quoted-"):
        case "terms":
            assert _terms(row.text) == row.expected.split()
        case "meet":
            assert _meet(row.text, row.expected, quoted=quoted)
        case "apart":
            assert _apart(row.text, row.expected, quoted=quoted)


def test_the_table_is_well_formed() -> None:
    for row in _rows():
        assert row.check.removeprefix("xfail-") in CHECKS, row
        assert row.check.startswith("xfail-") == bool(row.reason), row
        assert row.check == "terms" or row.expected, row


def test_the_table_says_nothing_twice() -> None:
    rows = [(row.check, frozenset([row.text, row.expected])) for row in _rows()]
    assert len(set(rows)) == len(rows), sorted(str(row) for row in rows if rows.count(row) > 1)


def test_the_table_has_every_trap_and_many_more() -> None:
    rows = _rows()
    texts = {text for row in rows for text in (row.text, row.expected)}
    assert texts >= TRAPS
    assert len(rows) >= len(TRAPS) + 230
