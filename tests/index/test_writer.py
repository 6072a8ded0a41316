from pathlib import Path

import pytest
from msgspec.structs import replace

from indexer.errors import IndexDamagedError, IndexLockedError, IndexMissingError, IndexVersionError
from indexer.index import Change, IndexWriter, open_reader
from indexer.index.reader import VERSION_FILE
from tests.making import make_document


def ids(path: Path) -> list[str]:
    reader = open_reader(path)
    found = sorted(document.id for document in reader.documents.values())
    reader.close()
    return found


def test_documents_are_read_back_whole(tmp_path: Path) -> None:
    document = make_document("Un texte.", date="2022-11", source="un.example", facets={"country": ("Ukraine",)})
    with IndexWriter(tmp_path) as writer:
        assert writer.add(document) is Change.NEW

    reader = open_reader(tmp_path)

    assert list(reader.documents.values()) == [document]
    assert reader.number("a") in reader.documents
    assert reader.number("absent") is None


def test_the_same_again_changes_nothing_and_commits_nothing(tmp_path: Path) -> None:
    with IndexWriter(tmp_path) as writer:
        writer.add(make_document())
    generation = open_reader(tmp_path).generation

    with IndexWriter(tmp_path) as writer:
        assert writer.add(make_document()) is Change.UNCHANGED

    assert open_reader(tmp_path).generation == generation


def test_the_same_id_with_other_words_replaces(tmp_path: Path) -> None:
    for text, change in (("Avant.", Change.NEW), ("Après.", Change.CHANGED)):
        with IndexWriter(tmp_path) as writer:
            assert writer.add(make_document(text)) is change

    assert [document.text for document in open_reader(tmp_path).documents.values()] == ["Après."]


def test_what_a_file_held_before_goes_when_it_holds_something_else(tmp_path: Path) -> None:
    before, after = make_document("Avant.", id="a"), make_document("Après.", id="b")
    with IndexWriter(tmp_path) as writer:
        writer.add(before)
    with IndexWriter(tmp_path) as writer:
        assert writer.add(replace(after, provenance=before.provenance)) is Change.CHANGED

    assert ids(tmp_path) == ["b"]


def test_a_second_copy_in_one_run_is_told_apart(tmp_path: Path) -> None:
    with IndexWriter(tmp_path) as writer:
        assert writer.add(make_document()) is Change.NEW
        assert writer.add(make_document()) is Change.COPY

    assert ids(tmp_path) == ["a"]


def test_an_exception_cancels_everything(tmp_path: Path) -> None:
    with IndexWriter(tmp_path) as writer:
        writer.add(make_document(id="a"))
    with pytest.raises(RuntimeError), IndexWriter(tmp_path) as writer:
        writer.add(make_document(id="b"))
        raise RuntimeError

    assert ids(tmp_path) == ["a"]
    with IndexWriter(tmp_path) as writer:
        assert writer.add(make_document("c", id="c")) is Change.NEW


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    with IndexWriter(tmp_path) as writer:
        writer.add(make_document())
        with pytest.raises(IndexLockedError, match="attendez"):
            IndexWriter(tmp_path)


def test_a_reader_keeps_the_commit_that_it_opened(tmp_path: Path) -> None:
    with IndexWriter(tmp_path) as writer:
        writer.add(make_document(id="a"))
    reader = open_reader(tmp_path)
    with IndexWriter(tmp_path) as writer:
        writer.add(make_document("b", id="b"))

    assert [document.id for document in reader.documents.values()] == ["a"]
    assert ids(tmp_path) == ["a", "b"]


def test_no_index_is_an_error_that_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match="vigie index"):
        open_reader(tmp_path / "absent")


@pytest.mark.parametrize("version", ['{"version": 99}', '{"version": "1"}'])
def test_an_index_of_another_version_is_refused(tmp_path: Path, version: str) -> None:
    with IndexWriter(tmp_path) as writer:
        writer.add(make_document())
    (tmp_path / VERSION_FILE).write_text(version, encoding="utf-8")

    with pytest.raises(IndexVersionError, match="relancez"):
        open_reader(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", "{", "{}"])
def test_a_broken_version_file_is_an_error_that_says_what_to_do(tmp_path: Path, content: str) -> None:
    with IndexWriter(tmp_path) as writer:
        writer.add(make_document())
    (tmp_path / VERSION_FILE).write_text(content, encoding="utf-8")

    with pytest.raises(IndexDamagedError, match="relancez"):
        open_reader(tmp_path)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Whoosh leaves the file open
def test_a_cut_table_of_contents_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with IndexWriter(tmp_path) as writer:
        writer.add(make_document())
    (contents,) = tmp_path.glob("*.toc")
    contents.write_bytes(contents.read_bytes()[:40])

    with pytest.raises(IndexDamagedError, match="relancez"):
        open_reader(tmp_path)
