"""A part of every experiment, and that each of them would find what it looks for."""

import random
import re
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from indexer.errors import IndexDamagedError
from indexer.index.storage import Storage
from tests.faults import flips, kills, power_loss, refusals
from tests.faults.__main__ import EXPERIMENTS, SLICES, Row, write_row
from tests.faults.histories import Change, changes, document, read_state
from tests.faults.power_loss import PowerLoss, record
from tests.faults.system import System

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_nothing_goes_wrong(name: str) -> None:
    row = EXPERIMENTS[name](SLICES[name])

    assert row.wrong == 0, row


def test_every_commit_syncs_before_it_is_seen_and_removes_only_then(tmp_path: Path) -> None:
    """Files, then the folder, then the manifest, its name, the folder, and only then does anything go."""
    log = record(islice(changes(random.Random(5)), 12), tmp_path)
    unsynced: set[str] = set()
    unnamed: set[str] = set()
    renamed = False
    commits = removals = 0
    for operation in log:
        match operation.kind:
            case "create":
                unsynced.add(operation.name)
                unnamed.add(operation.name)
            case "sync":
                unsynced.discard(operation.name)
            case "sync names":
                unnamed.clear()
                renamed = False
            case "rename":
                assert not unsynced
                assert unnamed == {"commit.new"}
                renamed = True
                commits += 1
            case "unlink":
                assert not renamed
                removals += 1
    assert commits == 12
    assert removals > 12


def never(*_: object) -> None:
    """Do nothing."""


@pytest.mark.parametrize(
    ("place", "name", "broken"),
    [
        (System, "fsync", never),
        (Storage, "sync_names", never),
    ],
)
def test_power_loss_finds_a_storage_that_does_not_sync(
    monkeypatch: pytest.MonkeyPatch, place: Any, name: str, broken: Callable[..., object]
) -> None:
    monkeypatch.setattr(place, name, broken)
    found = PowerLoss(1500).run()

    assert found.unopenable + found.mixed + found.lost > 0


def test_answers_to_flips_are_wrong_when_arrays_are_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.index.arrays.Arrays._verify", never)

    found = flips.ask_flipped(300)
    assert found.wrong + found.untyped > 0


def test_refusals_find_a_storage_that_takes_what_is_refused_for_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.index.storage.IndexStorageError", lambda name, _: IndexDamagedError(name))

    found = refusals.run(every=199)
    assert found.neither + found.untyped + found.unusable > 0


def test_kills_leave_what_was_there_or_what_was_to_come(tmp_path: Path) -> None:
    """The harness kills for real: a writer that is stopped at its first call has done nothing, at none everything."""
    change = Change(added=(document("a", 1, random.Random(1)),))
    for at, killed in ((1, True), (10_000, False)):
        assert kills._killed(lambda: change.carry_out(tmp_path), at, 0) is killed
        assert bool(read_state(tmp_path).documents) is not killed


def test_the_storage_layer_alone_touches_files() -> None:
    """No module of the index but storage.py opens, writes, renames, removes or lists files."""
    touching = re.compile(
        r"(?<!def )(?<![\w.])open\(|(?<!storage)\.(unlink|rename|mkdir|rmdir|touch|write_bytes|write_text|read_bytes|iterdir)\("
        r"|\bos\.(open|remove|unlink|rename|replace|mkdir|makedirs|scandir|listdir)\(|\bshutil\b"
    )
    for path in (Path(power_loss.__file__).parents[2] / "indexer" / "index").glob("*.py"):
        assert bool(touching.search(path.read_text(encoding="utf-8"))) is (path.name == "storage.py"), path.name


def test_a_row_of_the_page_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("| power | a | b | c |\n| kills | a | b | c |\n", encoding="utf-8")
    write_row(page, "power", Row("done", "found", 0), "command")

    first, second = page.read_text(encoding="utf-8").splitlines()
    assert first.startswith("| power | done | found | `command`, ")
    assert second == "| kills | a | b | c |"
    page.write_text("# Page\n\n| power | a |\n\n| another | table |\n", encoding="utf-8")
    write_row(page, "load", Row("done", "found", 0), "command")
    assert [line[:8] for line in page.read_text(encoding="utf-8").splitlines()][2:] == [
        "| power ",
        "| load |",
        "",
        "| anothe",
    ]


def test_every_experiment_has_its_row_on_the_page() -> None:
    page = (Path(power_loss.__file__).parents[2] / "docs" / "reliability.md").read_text(encoding="utf-8")

    for name in EXPERIMENTS:
        assert page.count(f"\n| {name} | ") == 1
