import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from indexer.analysis import stem_class
from indexer.errors import (
    DocumentNotFoundError,
    IndexDamagedError,
    IndexLockedError,
    IndexMissingError,
    IndexVersionError,
)
from indexer.index import Change, IndexWriter, check_index, open_reader
from indexer.index.manifest import commit_names
from indexer.index.storage import Storage
from tests.making import make_document


def ids(path: Path) -> list[str]:
    return sorted(document.id for document in open_reader(path).documents())


def add(path: Path, *names: str) -> None:
    with IndexWriter(path) as writer:
        for name in names:
            writer.add(make_document(f"missile {name}", id=name))


def test_documents_are_read_back_whole(tmp_path: Path) -> None:
    document = make_document("Un texte.", date="2022-11", source="un.example", facets={"country": ("Ukraine",)})
    with IndexWriter(tmp_path) as writer:
        assert writer.add(document) is Change.NEW

    reader = open_reader(tmp_path)

    assert list(reader.documents()) == [document]
    assert reader.document("a") == document
    with pytest.raises(DocumentNotFoundError):
        reader.document("absent")


def test_the_same_again_changes_nothing_and_commits_nothing(tmp_path: Path) -> None:
    add(tmp_path, "a")
    with IndexWriter(tmp_path) as writer:
        assert writer.add(make_document("missile a", id="a")) is Change.UNCHANGED

    assert open_reader(tmp_path).commit.generation == 1


def test_the_same_id_with_other_words_replaces(tmp_path: Path) -> None:
    for text, change in (("Avant.", Change.NEW), ("Après.", Change.CHANGED)):
        with IndexWriter(tmp_path) as writer:
            assert writer.add(make_document(text)) is change

    reader = open_reader(tmp_path)
    assert [document.text for document in reader.documents()] == ["Après."]
    assert reader.size == 1


def test_the_same_from_another_file_is_a_change(tmp_path: Path) -> None:
    document = make_document()
    moved = replace(document, provenance=replace(document.provenance, path="ailleurs.txt"))
    for each, change in ((document, Change.NEW), (moved, Change.CHANGED), (moved, Change.UNCHANGED)):
        with IndexWriter(tmp_path) as writer:
            assert writer.add(each) is change

    assert list(open_reader(tmp_path).documents()) == [moved]


def test_a_second_copy_in_one_run_is_told_apart(tmp_path: Path) -> None:
    with IndexWriter(tmp_path) as writer:
        assert writer.add(make_document()) is Change.NEW
        assert writer.add(make_document()) is Change.COPY

    assert ids(tmp_path) == ["a"]


def test_a_document_can_be_deleted_and_come_back(tmp_path: Path) -> None:
    add(tmp_path, "a", "b")
    with IndexWriter(tmp_path) as writer:
        assert writer.delete("a")
        assert not writer.delete("a")
        assert not writer.delete("absent")
    assert ids(tmp_path) == ["b"]

    add(tmp_path, "a")
    assert ids(tmp_path) == ["a", "b"]


def test_a_segment_without_a_live_document_leaves_the_commit(tmp_path: Path) -> None:
    add(tmp_path, "a")
    add(tmp_path, "b")
    with IndexWriter(tmp_path) as writer:
        writer.delete("a")

    assert len(open_reader(tmp_path).parts) == 1


def test_an_exception_cancels_everything(tmp_path: Path) -> None:
    add(tmp_path, "a")
    files = sorted(os.listdir(tmp_path))
    with pytest.raises(RuntimeError), IndexWriter(tmp_path, memory=1) as writer:
        writer.add(make_document("b", id="b"))
        writer.delete("a")
        raise RuntimeError

    assert ids(tmp_path) == ["a"]
    assert sorted(os.listdir(tmp_path)) == files
    add(tmp_path, "c")
    assert ids(tmp_path) == ["a", "c"]


def test_little_memory_makes_more_segments_of_the_same_documents(tmp_path: Path) -> None:
    with IndexWriter(tmp_path, memory=20) as writer:
        for name in "abcdef":
            writer.add(make_document("missile", id=name))

    assert len(open_reader(tmp_path).parts) > 1
    assert ids(tmp_path) == list("abcdef")


def test_a_second_writer_is_refused_with_the_holder_s_process(tmp_path: Path) -> None:
    with IndexWriter(tmp_path) as writer:
        writer.add(make_document())
        with pytest.raises(IndexLockedError, match=f"processus {os.getpid()}"):
            IndexWriter(tmp_path)


def test_the_lock_of_a_killed_writer_is_free(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path; from indexer.index import IndexWriter; "
        "IndexWriter(Path(sys.argv[1])); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False, timeout=60)

    add(tmp_path, "a")
    assert ids(tmp_path) == ["a"]


def test_a_reader_keeps_the_commit_that_it_opened(tmp_path: Path) -> None:
    add(tmp_path, "a")
    reader = open_reader(tmp_path)
    for name in "bcd":
        with IndexWriter(tmp_path) as writer:
            writer.delete("a")
            writer.add(make_document(name, id=name))

    assert [document.id for document in reader.documents()] == ["a"]
    assert ids(tmp_path) == ["b", "c", "d"]


def test_the_last_two_commits_are_kept_and_nothing_else(tmp_path: Path) -> None:
    for name in "abcd":
        with IndexWriter(tmp_path) as writer:
            writer.add(make_document(f"missile {name}", id="one"))

    assert len(commit_names(Storage(tmp_path))) == 2
    assert len([name for name in os.listdir(tmp_path) if name.startswith("segment")]) == 2 * 4


def test_left_overs_of_a_crash_are_collected_at_the_next_commit(tmp_path: Path) -> None:
    add(tmp_path, "a")
    for name in ("segment-000000099.terms", "commit.new", "segment-000000001.deletions-000000099"):
        (tmp_path / name).write_bytes(b"reste")
    add(tmp_path, "b")

    assert not {"segment-000000099.terms", "commit.new", "segment-000000001.deletions-000000099"} & set(
        os.listdir(tmp_path)
    )


def test_a_damaged_newest_commit_gives_way_to_the_one_before_and_says_so(tmp_path: Path) -> None:
    add(tmp_path, "a")
    add(tmp_path, "b")
    newest = tmp_path / commit_names(Storage(tmp_path))[0]
    for damage in (b"", newest.read_bytes()[:-5], newest.read_bytes().replace(b"segment", b"segmenf", 1)):
        newest.write_bytes(damage)
        reader = open_reader(tmp_path)

        assert [document.id for document in reader.documents()] == ["a"]
        assert "inutilisable" in " ".join(reader.warnings)


def test_a_commit_whose_segment_is_gone_gives_way_too(tmp_path: Path) -> None:
    add(tmp_path, "a")
    add(tmp_path, "b")
    (tmp_path / "segment-000000002.facets").unlink()

    assert ids(tmp_path) == ["a"]


def test_a_commit_after_a_damaged_one_takes_a_new_number(tmp_path: Path) -> None:
    add(tmp_path, "a")
    add(tmp_path, "b")
    newest = tmp_path / commit_names(Storage(tmp_path))[0]
    newest.write_bytes(b"")
    add(tmp_path, "c")

    assert open_reader(tmp_path).commit.generation == 3
    assert ids(tmp_path) == ["a", "c"]


def test_no_index_is_an_error_that_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match="vigie index"):
        open_reader(tmp_path / "absent")


def test_an_index_of_another_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("indexer.index.manifest.VERSION", 2)
        add(tmp_path, "a")

    with pytest.raises(IndexVersionError, match="version 2"):
        open_reader(tmp_path)


def test_when_no_commit_can_be_used_the_error_says_what_to_do(tmp_path: Path) -> None:
    add(tmp_path, "a")
    for name in os.listdir(tmp_path):
        if name.endswith(".terms"):
            (tmp_path / name).write_bytes(b"VIGIE")

    with pytest.raises(IndexDamagedError, match="vigie index"):
        open_reader(tmp_path)


def test_words_of_other_languages_have_no_french_stems(tmp_path: Path) -> None:
    french = make_document("Des missiles balistiques.", id="a")
    english = replace(make_document("Ballistic missiles and ballistics, balistique.", id="b"), language="en")
    for number, documents in enumerate(([french], [english], [french, english])):
        with IndexWriter(tmp_path / str(number)) as writer:
            for document in documents:
                writer.add(document)

    alone, together = open_reader(tmp_path / "1"), open_reader(tmp_path / "2")
    assert alone.with_stem(stem_class("balistiques")) == set()
    assert alone.with_fold("balistique") == {"balistique"}
    assert together.with_stem(stem_class("balistiques")) == {"balistiques"}
    assert open_reader(tmp_path / "0").with_stem(stem_class("missile")) == {"missiles"}


def test_merging_keeps_which_words_are_french(tmp_path: Path) -> None:
    for id_, text, language in (("a", "un obus léger", "fr"), ("b", "a light obus", "en"), ("c", "obus lourds", "fr")):
        with IndexWriter(tmp_path) as writer:
            writer.add(replace(make_document(text, id=id_), language=language))
    IndexWriter(tmp_path).merge()
    reader = open_reader(tmp_path)

    assert len(reader.parts) == 1
    assert reader.with_stem(stem_class("light")) == set()
    assert reader.with_stem(stem_class("lourd")) == {"lourds"}
    assert check_index(tmp_path).problems == ()
