"""After a lost commit, a repair, a restoration or a lost SQLite file, `vigie index` brings every article back."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.document import Document
from indexer.engine import open_engine
from indexer.errors import IndexStorageError
from indexer.index import check_index, open_reader
from tests.making import make_document
from tests.test_cli import run
from tests.test_indexing import content, write_pile


@pytest.fixture(scope="module")
def pile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pile(tmp_path_factory.mktemp("tas") / "tas")


@pytest.fixture(scope="module")
def made(pile: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two commits: the later one has a part of the pile more."""
    place = tmp_path_factory.mktemp("fait")
    (pile / "autres").rename(place / "autres")
    open_engine(place / "index").index([pile])
    (place / "autres").rename(pile / "autres")
    open_engine(place / "index").index([pile])
    return place / "index"


@pytest.fixture
def index(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "index")


def lose_the_newest_manifest(index: Path) -> None:
    max(index.glob("commit-*.json")).write_bytes(b"")


def lose_a_segment_and_repair(index: Path) -> None:
    for file in index.glob("segment-*.documents"):
        file.unlink()
    assert run("check", "--index", str(index)).exit_code == 1
    repaired = run("check", "--repair", "--index", str(index))
    assert repaired.exit_code == 0
    assert "Index réparé" in repaired.stderr


def restore_what_was_before(index: Path) -> None:
    lose_the_newest_manifest(index)
    copy = index.with_name("copie")
    assert "copiée et vérifiée" in run("snapshot", str(copy), "--index", str(index)).stdout
    assert run("snapshot", str(copy), "--index", str(index)).exit_code == 2
    assert "remise et vérifiée" in run("restore", str(copy), "--index", str(index)).stdout


def lose_the_ledger(index: Path) -> None:
    (index / "sources.sqlite").unlink()


def lose_the_stories(index: Path) -> None:
    (index / "stories.sqlite").write_bytes(b"damaged" * 1000)


def lose_the_commits(index: Path) -> None:
    for name in os.listdir(index):
        if not name.endswith(".sqlite"):
            (index / name).unlink()


@pytest.mark.parametrize(
    "lose",
    [
        lose_the_newest_manifest,
        lose_a_segment_and_repair,
        restore_what_was_before,
        lose_the_ledger,
        lose_the_stories,
        lose_the_commits,
    ],
)
def test_the_next_run_brings_every_article_back(index: Path, pile: Path, lose: Callable[[Path], None]) -> None:
    expected: dict[str, Document] = content(index)
    stories = open_reader(index).stories.count
    lose(index)
    open_engine(index).index([pile])

    assert content(index) == expected
    assert open_reader(index).stories.count == stories
    assert open_reader(index).warnings == ()
    assert check_index(index).problems == ()


def test_a_server_whose_newest_commit_is_refused_goes_on_with_the_one_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    engine = open_engine(index)
    engine.add([make_document("missile")])
    before = engine.state()
    open_engine(index).add([make_document("drone", id="b")])

    def refuse(*_: object) -> None:
        raise IndexStorageError("x", OSError(24, "Too many open files"))

    with monkeypatch.context() as patched:
        patched.setattr("indexer.engine.open_reader", refuse)
        assert engine.state().generation == before.generation
        assert engine.state().degraded

    assert engine.state().generation == before.generation + 1
    assert not engine.state().degraded
