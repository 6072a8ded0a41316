"""What happened to the index mends itself, or is mended by one command."""

import os
import threading
from pathlib import Path

import pytest

from indexer.errors import IndexDamagedError, IndexInTheWayError, IndexLockedError, IndexMissingError, IndexStorageError
from indexer.index import (
    IndexWriter,
    check_index,
    copy_index,
    latest_generation,
    open_generation,
    open_reader,
    repair_index,
    take_snapshot,
)
from indexer.index.manifest import commit_names
from indexer.index.storage import Storage
from tests.faults.system import failing, standing_in
from tests.making import make_document


def add(path: Path, *names: str) -> None:
    with IndexWriter(path) as writer:
        for name in names:
            writer.add(make_document(f"missile {name}", id=name))


def ids(path: Path) -> list[str]:
    return sorted(document.id for document in open_reader(path).documents())


def damage(path: Path, at: int = -1) -> None:
    """Flip a bit; a new file takes its place, as the bit of another disk would be."""
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.unlink()
    path.write_bytes(content)


def test_left_overs_go_when_the_next_writer_begins(tmp_path: Path) -> None:
    add(tmp_path, "a")
    before = set(os.listdir(tmp_path))
    for name in ("segment-000000099.terms", "commit.new", "segment-000000001.deletions-000000099"):
        (tmp_path / name).write_bytes(b"reste")
    IndexWriter(tmp_path).cancel()

    assert set(os.listdir(tmp_path)) == before


def test_a_failed_commit_leaves_nothing_on_a_full_disk(tmp_path: Path) -> None:
    add(tmp_path, "a")
    before = set(os.listdir(tmp_path))
    writer = IndexWriter(tmp_path)
    writer.add(make_document("missile b", id="b"))
    with standing_in(failing("ENOSPC", 60, sticky=False)), pytest.raises(IndexStorageError, match="plein"):
        writer.commit()

    assert set(os.listdir(tmp_path)) == before
    add(tmp_path, "b")
    assert ids(tmp_path) == ["a", "b"]


def test_what_the_system_refuses_is_not_taken_for_damage(tmp_path: Path) -> None:
    """A writer that went on from the commit before would lose the newest for want of a descriptor."""
    add(tmp_path, "a")
    add(tmp_path, "b")
    refused = 0
    for at in range(1, 30):
        try:
            with standing_in(failing("EMFILE", at, sticky=False)):
                IndexWriter(tmp_path).cancel()
        except IndexStorageError as error:
            assert "ulimit" in str(error)
            refused += 1
        add(tmp_path, f"c{at}")

    assert refused > 20
    assert ids(tmp_path) == sorted(["a", "b", *(f"c{at}" for at in range(1, 30))])


def test_a_writer_that_fell_back_commits_though_nothing_changes(tmp_path: Path) -> None:
    add(tmp_path, "a")
    first = open_reader(tmp_path).commit.lineage
    add(tmp_path, "b")
    assert open_reader(tmp_path).commit.lineage == first
    (tmp_path / commit_names(Storage(tmp_path))[0]).write_bytes(b"")
    add(tmp_path, "a")
    reader = open_reader(tmp_path)

    assert (reader.commit.generation, reader.warnings) == (3, ())
    assert reader.commit.lineage != first
    assert check_index(tmp_path).problems == ()


def test_a_flipped_version_of_a_segment_gives_way_to_the_commit_before(tmp_path: Path) -> None:
    add(tmp_path, "a")
    add(tmp_path, "b")
    damage(tmp_path / "segment-000000002.terms", 8)

    assert ids(tmp_path) == ["a"]


def test_a_segment_that_is_damaged_is_not_merged_into_a_sound_one(tmp_path: Path) -> None:
    add(tmp_path, "a")
    with IndexWriter(tmp_path) as writer:
        writer.add(make_document("missile " * 50, id="b"))
    writer = IndexWriter(tmp_path)
    document = writer._reader.parts[1].segment._files["documents"]
    place = document._start + document._places["texts.data"].offset
    with (tmp_path / "segment-000000002.documents").open("r+b") as file:
        file.seek(place + 12)
        file.write(b"\x55")
    with pytest.raises(IndexDamagedError):
        writer.merge()

    assert latest_generation(tmp_path) == 2


def test_a_snapshot_is_a_whole_index(tmp_path: Path) -> None:
    add(tmp_path / "index", "a", "b")
    with IndexWriter(tmp_path / "index") as writer:
        writer.delete("a")
        writer.add(make_document("c", id="c"))
        writer.tell_story("b", 5)
        writer.tell_story("c", 5)
    made = take_snapshot(tmp_path / "index", tmp_path / "copy")
    copy = open_reader(tmp_path / "copy")

    assert made == copy.commit
    assert ids(tmp_path / "copy") == ["b", "c"]
    assert copy.stories.count == 1
    assert check_index(tmp_path / "copy").problems == ()
    with pytest.raises(IndexInTheWayError, match="neuf"):
        take_snapshot(tmp_path / "index", tmp_path / "copy")


def test_a_snapshot_takes_no_room_and_does_not_change_with_the_index(tmp_path: Path) -> None:
    add(tmp_path / "index", "a", "b")
    take_snapshot(tmp_path / "index", tmp_path / "copy")
    segment = "segment-000000001.terms"
    assert (tmp_path / "copy" / segment).samefile(tmp_path / "index" / segment)
    for name in "cdef":
        with IndexWriter(tmp_path / "index") as writer:
            writer.delete("a")
            writer.add(make_document(name, id=name))
        IndexWriter(tmp_path / "index").merge()

    assert ids(tmp_path / "copy") == ["a", "b"]
    assert check_index(tmp_path / "copy").problems == ()


def test_another_disk_gets_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Storage, "link", lambda *_: False)
    add(tmp_path / "index", "a", "b")
    take_snapshot(tmp_path / "index", tmp_path / "copy")

    assert ids(tmp_path / "copy") == ["a", "b"]
    assert not (tmp_path / "copy" / "segment-000000001.terms").samefile(tmp_path / "index" / "segment-000000001.terms")


def test_snapshots_are_consistent_while_a_writer_works(tmp_path: Path) -> None:
    """After commit n the index holds n documents."""
    add(tmp_path / "index", "d001")
    done = threading.Event()

    def write() -> None:
        number = 1
        while not done.is_set():
            number += 1
            add(tmp_path / "index", f"d{number:03}")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(12):
            made = take_snapshot(tmp_path / "index", tmp_path / f"copy-{number}")
            assert ids(tmp_path / f"copy-{number}") == [f"d{each:03}" for each in range(1, made.generation + 1)]
    finally:
        done.set()
        thread.join()


def test_a_damaged_index_gives_no_snapshot(tmp_path: Path) -> None:
    add(tmp_path / "index", "a")
    arrays = open_reader(tmp_path / "index").parts[0].segment._files["documents"]
    damage(tmp_path / "index" / "segment-000000001.documents", arrays._start + arrays._places["texts.data"].offset + 9)
    with pytest.raises(IndexDamagedError):
        take_snapshot(tmp_path / "index", tmp_path / "copy")

    assert os.listdir(tmp_path / "copy") == ["write.lock"]


def test_a_snapshot_is_restored_and_readers_go_on(tmp_path: Path) -> None:
    index, copy = tmp_path / "index", tmp_path / "copy"
    add(index, "a", "b")
    take_snapshot(index, copy)
    add(index, "c")
    before = open_reader(index)
    restored = copy_index(copy, index)

    assert restored.generation == 3
    assert restored.lineage != before.commit.lineage
    assert ids(index) == ["a", "b"]
    assert sorted(document.id for document in before.documents()) == ["a", "b", "c"]
    assert sorted(document.id for document in open_generation(index, 2).documents()) == ["a", "b", "c"]
    add(index, "d")
    assert ids(index) == ["a", "b", "d"]
    assert ids(copy) == ["a", "b"]
    assert check_index(index).problems == ()


def test_a_snapshot_replaces_an_index_that_cannot_be_read(tmp_path: Path) -> None:
    index, copy = tmp_path / "index", tmp_path / "copy"
    add(index, "a")
    take_snapshot(index, copy)
    for name in os.listdir(index):
        (index / name).unlink()
        (index / name).write_bytes(b"")
    copy_index(copy, index)

    assert ids(index) == ["a"]
    assert open_reader(index).warnings == ()


def test_nothing_is_restored_from_nothing_nor_over_a_writer(tmp_path: Path) -> None:
    add(tmp_path / "index", "a")
    with pytest.raises(IndexMissingError):
        copy_index(tmp_path / "absent", tmp_path / "index")
    assert not (tmp_path / "absent").exists()
    take_snapshot(tmp_path / "index", tmp_path / "copy")
    with IndexWriter(tmp_path / "index"), pytest.raises(IndexLockedError):
        copy_index(tmp_path / "copy", tmp_path / "index")


def test_a_sound_index_is_not_repaired(tmp_path: Path) -> None:
    add(tmp_path, "a")

    assert repair_index(tmp_path).generation == 0
    assert latest_generation(tmp_path) == 1


@pytest.mark.parametrize("part", ["terms", "postings", "facets"])
def test_a_segment_is_built_again_from_its_articles(tmp_path: Path, part: str) -> None:
    add(tmp_path, *"abcdefg")
    with IndexWriter(tmp_path) as writer:
        writer.delete("b")
        writer.add(make_document("h", id="h"))
    damage(tmp_path / f"segment-000000001.{part}")
    repair = repair_index(tmp_path)

    assert (repair.generation, repair.rebuilt, repair.lost) == (3, 6, 0)
    assert ids(tmp_path) == list("acdefgh")
    assert check_index(tmp_path).problems == ()
    assert len([name for name in os.listdir(tmp_path) if name.endswith(".terms")]) == 2


def test_the_commit_before_counts_when_it_loses_less(tmp_path: Path) -> None:
    add(tmp_path, "a", "b")
    with IndexWriter(tmp_path) as writer:
        writer.add(make_document("c", id="c"))
    (tmp_path / "segment-000000002.documents").unlink()
    repair = repair_index(tmp_path)

    assert (repair.rebuilt, repair.lost) == (0, 0)
    assert ids(tmp_path) == ["a", "b"]


def test_of_a_damaged_article_the_others_are_kept(tmp_path: Path) -> None:
    add(tmp_path, "a", "b", "c")
    arrays = open_reader(tmp_path).parts[0].segment._files["documents"]
    damage(tmp_path / "segment-000000001.documents", arrays._start + arrays._places["texts.data"].offset + 9)
    repair = repair_index(tmp_path)

    assert (repair.rebuilt, repair.lost) == (2, 1)
    assert ids(tmp_path) == ["b", "c"]
    assert check_index(tmp_path).problems == ()


def test_when_no_manifest_can_be_read_the_index_begins_anew(tmp_path: Path) -> None:
    add(tmp_path, "a")
    (tmp_path / commit_names(Storage(tmp_path))[0]).write_bytes(b"")
    repair_index(tmp_path)

    assert ids(tmp_path) == []
    add(tmp_path, "a")
    assert ids(tmp_path) == ["a"]
