"""docs/security.md has every requirement of OWASP ASVS 5.0.0 at levels 1 and 2, and names tests that exist; bandit is content."""

import ast
import re
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.audit import STATED, unexplained
from tests.conftest import missing

ROOT = Path(__file__).parents[1]
STATES = {"met", "operator", "missed"}

LEVEL_1 = (
    *("1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.5.1 2.1.1 2.2.1 2.2.2 2.3.1".split()),
    *("3.2.1 3.2.2 3.3.1 3.4.1 3.4.2 3.5.1 3.5.2 3.5.3 4.1.1 4.4.1 5.2.1 5.2.2 5.3.1 5.3.2".split()),
    *("11.3.1 11.3.2 11.4.1 12.1.1 12.2.1 12.2.2 13.4.1 14.2.1 14.3.1 15.1.1 15.2.1 15.3.1".split()),
)
LEVEL_2 = (
    *("1.1.1 1.1.2 1.2.6 1.2.7 1.2.8 1.2.9 1.3.3 1.3.4 1.3.5 1.3.6 1.3.7 1.3.8 1.3.9 1.3.10 1.3.11".split()),
    *("1.4.1 1.4.2 1.4.3 1.5.2 2.1.2 2.1.3 2.2.3 2.3.2 2.3.3 2.3.4 2.4.1".split()),
    *("3.3.2 3.3.3 3.3.4 3.4.3 3.4.4 3.4.5 3.4.6 3.5.4 3.5.5 3.7.1 3.7.2".split()),
    *("4.1.2 4.1.3 4.2.1 4.3.1 4.3.2 4.4.2 4.4.3 4.4.4 5.1.1 5.2.3 5.4.1 5.4.2 5.4.3".split()),
    *("11.1.1 11.1.2 11.2.1 11.2.2 11.2.3 11.3.3 11.4.2 11.4.3 11.4.4 11.5.1 11.6.1".split()),
    *("12.1.2 12.1.3 12.3.1 12.3.2 12.3.3 12.3.4 13.1.1 13.2.1 13.2.2 13.2.3 13.2.4 13.2.5".split()),
    *("13.3.1 13.3.2 13.4.2 13.4.3 13.4.4 13.4.5 14.1.1 14.1.2 14.2.2 14.2.3 14.2.4 14.3.2 14.3.3".split()),
    *("15.1.2 15.1.3 15.2.2 15.2.3 15.3.2 15.3.3 15.3.4 15.3.5 15.3.6 15.3.7".split()),
    *("16.1.1 16.2.1 16.2.2 16.2.3 16.2.4 16.2.5 16.3.1 16.3.2 16.3.3 16.3.4 16.4.1 16.4.2 16.4.3".split()),
    *("16.5.1 16.5.2 16.5.3".split()),
)
"""The requirements of each level, but for the chapters of accounts, sessions, authorization, tokens, OAuth and WebRTC."""

LEVELS = {**dict.fromkeys(LEVEL_1, "1"), **dict.fromkeys(LEVEL_2, "2")}


class Row(NamedTuple):
    """A requirement as a table has it."""

    number: str
    level: str
    asked: str
    state: str
    evidence: str


TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = [
    Row(*cells)
    for cells in re.findall(r"^\| (\d+\.\d+\.\d+) \| (\d) \| (.+?) \| (.+?) \| (.+?) \|$", TEXT, re.MULTILINE)
]
NOT_APPLYING = [
    number for line in re.findall(r"^Does not apply: (.+?) \(", TEXT, re.MULTILINE) for number in line.split(", ")
]


def by_number(number: str) -> tuple[int, ...]:
    return tuple(map(int, number.split(".")))


def test_every_requirement_of_both_levels_is_there_once() -> None:
    assert sorted([*(row.number for row in ROWS), *NOT_APPLYING], key=by_number) == sorted(LEVELS, key=by_number)
    assert [row.number for row in ROWS] == sorted((row.number for row in ROWS), key=by_number)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.number)
def test_a_requirement_has_its_level_a_state_and_evidence(row: Row) -> None:
    assert row.level == LEVELS[row.number]
    assert row.state in STATES
    assert len(row.evidence) > 10
    if row.state == "met":
        assert re.search("`tests/|[Rr]eview|[Tt]he (?:same|test of)|mypy", row.evidence)


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`(tests/[^`]+)`", TEXT))))
def test_tests_that_are_named_exist(named: str) -> None:
    path, _, name = named.partition("::")

    assert (ROOT / path).exists()
    assert not name or re.search(rf"^def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)


def test_most_of_what_is_met_is_held_by_tests() -> None:
    met = [row for row in ROWS if row.state == "met"]

    assert sum("review" not in row.evidence.lower() for row in met) > len(met) * 0.8


def test_the_page_counts_itself() -> None:
    states = Counter(row.state for row in ROWS)
    counted = f"{states['met']} requirements met, {states['operator']} left to the operator, {states['missed']} missed."

    assert counted in TEXT


MODULES = sorted(path for package in ("indexer", "web") for path in (ROOT / package).rglob("*.py"))
DANGEROUS = {
    "pickle",
    "marshal",
    "shelve",
    "dill",
    "yaml",
    "xml",
    "xmlrpc",
    "ftplib",
    "telnetlib",
    "imp",
    "code",
    "pty",
}
CALLS = {"eval", "exec", "compile", "__import__"}
METHODS = {("os", "system"), ("os", "popen"), ("np", "load"), ("numpy", "load"), ("yaml", "load"), ("msgspec", "yaml")}


def dangerous(tree: ast.AST) -> list[str]:
    """What a module imports or calls that runs, or reads as objects, what it is given."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                found += [alias.name for alias in node.names if alias.name.split(".")[0] in DANGEROUS]
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] in DANGEROUS:
                found.append(module)
            case ast.Call(func=ast.Name(id=name)) if name in CALLS:
                found.append(name)
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if (owner, name) in METHODS:
                found.append(f"{owner}.{name}")
            case ast.keyword(arg="shell" | "allow_pickle"):
                found.append(str(node.arg))
    return found


def test_nothing_is_evaluated_or_unpickled() -> None:
    found = {str(path): dangerous(ast.parse(path.read_text(encoding="utf-8"))) for path in MODULES}

    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "code",
    ["import pickle", "from marshal import loads", "eval('1')", "os.system('x')", "np.load(f)", "run(x, shell=True)"],
)
def test_it_would_be_noticed(code: str) -> None:
    assert dangerous(ast.parse(code))


@pytest.mark.slow
def test_bandit_finds_nothing_that_is_not_explained() -> None:
    if find_spec("bandit") is None:
        missing("bandit")

    assert unexplained() == []


@pytest.mark.slow
def test_bandit_would_find_something(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the reasons that are stated, what they are stated for."""
    if find_spec("bandit") is None:
        missing("bandit")
    monkeypatch.setattr("tests.audit.STATED", re.compile(r"$^"))
    monkeypatch.setattr("tests.audit.PACKAGES", ("indexer/ingest", "indexer/database.py"))

    assert {found.split(" ")[1] for found in unexplained()} == {"B603", "B608"}


def test_every_exception_states_its_reason() -> None:
    for path in MODULES:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if re.search(r"# noqa:.*\bS\d{3}\b", line):
                assert STATED.search(line), f"{path}:{number}"
            assert "# nosec" not in line, f"{path}:{number}: stated once, by noqa"


def test_every_package_is_locked_with_its_hashes() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[\w.-]+==)", lock, flags=re.MULTILINE)[1:]

    assert len(blocks) > 30
    assert not [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block]


def test_the_advisory_form_is_the_only_way_that_is_named() -> None:
    """No address and no host that would be wrong in a copy."""
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")

    assert "private advisory form" in text
    assert not re.search(r"https?://|\b[\w.]+@[\w.]+\.\w+", text)
