"""What a released version wrote, every later one reads."""

import shutil
from pathlib import Path

import msgspec
import pytest

from indexer.index import IndexWriter, check_index, open_reader
from tests.index.golden.reading import ANSWER, CURRENT, HERE, read_answer
from tests.making import make_document

FORMATS = sorted(path.name for path in HERE.iterdir() if (path / ANSWER).exists())


def test_the_present_format_has_its_golden_index() -> None:
    assert CURRENT in FORMATS


@pytest.mark.parametrize("version", FORMATS)
def test_a_golden_index_answers_as_on_its_first_day(version: str) -> None:
    expected = msgspec.json.decode((HERE / version / ANSWER).read_bytes())

    assert msgspec.json.decode(msgspec.json.encode(read_answer(HERE / version))) == expected


@pytest.mark.parametrize("version", FORMATS)
def test_a_golden_index_is_written_on(version: str, tmp_path: Path) -> None:
    folder = shutil.copytree(HERE / version, tmp_path / "index")
    with IndexWriter(folder) as writer:
        writer.add(make_document("un missile", id="new"))
    IndexWriter(folder).merge()
    before, after = open_reader(HERE / version), open_reader(folder)

    assert {each.id: each for each in after.documents()}.items() >= {
        each.id: each for each in before.documents()
    }.items()
    assert check_index(folder).problems == ()


def test_golden_indexes_are_small() -> None:
    for version in FORMATS:
        assert sum(path.stat().st_size for path in (HERE / version).iterdir()) < 200_000
