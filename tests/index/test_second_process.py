"""Two processes build one index: the same index, whatever happens to the second one."""

import os
import signal
from pathlib import Path

import pytest

from indexer.document import Document
from indexer.errors import IndexStorageError
from indexer.index import IndexWriter, check_index, open_reader, writer
from indexer.index.second_process import SecondProcess
from tests.making import make_document

NUMBER = 700


@pytest.fixture(autouse=True)
def _from_the_first_document_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start the second process for few documents too."""
    monkeypatch.setattr(writer, "WORTH_A_PROCESS", 1)
    monkeypatch.setattr(writer, "TOGETHER", 10)


def documents() -> list[Document]:
    return [
        make_document(f"missile {number} drone {number % 7}", id=str(number), date="2024") for number in range(NUMBER)
    ]


def test_both_build_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = 0
    add = SecondProcess.add

    def count(process: SecondProcess, contents: list[Document]) -> None:
        nonlocal sent
        sent += len(contents)
        add(process, contents)

    monkeypatch.setattr(SecondProcess, "add", count)
    with IndexWriter(tmp_path, jobs=2) as two:
        for document in documents():
            two.add(document)
    reader = open_reader(tmp_path)

    assert 0 < sent < NUMBER
    assert len(reader.parts) == 2
    assert {document.id: document for document in reader.documents()} == {each.id: each for each in documents()}
    assert check_index(tmp_path).problems == ()


def test_memory_bounds_the_segments_of_both(tmp_path: Path) -> None:
    with IndexWriter(tmp_path, jobs=2, memory=600_000) as two:
        for document in documents():
            two.add(document)
    reader = open_reader(tmp_path)

    assert len(reader.parts) > 2
    assert reader.size == NUMBER


def test_a_second_process_that_is_killed_fails_the_run_and_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    with IndexWriter(tmp_path) as first:
        first.add(make_document("avant", id="avant"))
    with pytest.raises(OSError, match="second process"), IndexWriter(tmp_path, jobs=2) as two:
        for document in documents():
            two.add(document)
        assert two._second is not None
        os.kill(two._second._process.pid, signal.SIGKILL)

    assert [document.id for document in open_reader(tmp_path).documents()] == ["avant"]
    with IndexWriter(tmp_path) as after:
        after.add(make_document("après", id="après"))
    assert check_index(tmp_path).problems == ()


def test_what_stops_the_second_process_is_said(tmp_path: Path) -> None:
    process = SecondProcess(tmp_path / "absent", memory=1, first=1, step=2)
    with pytest.raises(IndexStorageError, match="absent"):
        for document in documents():
            process.add([document])
        process.ask_to_finish()
        process.written()
    process.cancel()


def test_cancelling_leaves_nothing(tmp_path: Path) -> None:
    two = IndexWriter(tmp_path, jobs=2, memory=600_000)
    for document in documents():
        two.add(document)
    two.cancel()

    assert [path.name for path in tmp_path.iterdir()] == ["write.lock"]
