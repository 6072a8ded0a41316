from pathlib import Path

import numpy as np
import pytest

from indexer.errors import IndexMissingError
from indexer.index import IndexWriter, check_index
from indexer.index.arrays import Arrays, write_arrays
from indexer.index.segment import segment_files
from indexer.index.storage import Storage
from tests.making import make_document


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """An index of two segments, one of them with a deleted document."""
    for batch in (range(5), range(5, 80)):
        with IndexWriter(tmp_path) as writer:
            for number in batch:
                facets = {"country": ("Ukraine",)} if number % 3 else {}
                writer.add(make_document(f"missile {number} F 16", id=str(number), date="2022-11", facets=facets))
    with IndexWriter(tmp_path) as writer:
        writer.delete("7")
    return tmp_path


def test_a_sound_index_has_no_problem(index: Path) -> None:
    report = check_index(index)

    assert report.problems == ()
    assert (report.generation, report.segments, report.documents) == (3, 2, 79)
    assert report.bytes == sum(path.stat().st_size for path in index.iterdir())


@pytest.mark.parametrize(
    "name", [*segment_files("segment-000000002"), "segment-000000002.deletions-000000003", "commit-000000003.json"]
)
def test_a_flipped_bit_is_found_in_every_kind_of_file(index: Path, name: str) -> None:
    whole = (index / name).read_bytes()
    for place in range(0, len(whole), max(1, len(whole) // 40)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        (index / name).write_bytes(damaged)
        assert check_index(index).problems, place


def test_a_file_that_is_gone_is_found(index: Path) -> None:
    (index / "segment-000000001.facets").unlink()

    assert "segment-000000001.facets" in " ".join(check_index(index).problems)


@pytest.mark.parametrize(
    ("part", "label"),
    [("postings", "impacts"), ("postings", "positions.low"), ("facets", "newest"), ("terms", "stems.numbers")],
)
def test_what_the_articles_do_not_give_is_found_though_its_checksum_is_right(
    index: Path, part: str, label: str
) -> None:
    storage = Storage(index)
    name = f"segment-000000002.{part}"
    arrays = {each: np.array(array) for each, array in Arrays(storage, name, part).items()}
    changed = arrays[label]
    changed[0] += 1
    write_arrays(storage, name, part, arrays, {"documents": 75})

    assert any(label in problem for problem in check_index(index).problems)


def test_without_an_index_there_is_nothing_to_check(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError):
        check_index(tmp_path / "absent")
