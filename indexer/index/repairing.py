"""An index made whole again, with what can still be read of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from indexer.document import Document
from indexer.errors import IndexDamagedError, IndexVersionError
from indexer.index.arrays import Arrays
from indexer.index.building import Builder
from indexer.index.checking import check_index, problems_of
from indexer.index.left_overs import remove_left_overs, remove_unfinished
from indexer.index.lock import WRITING, take_lock
from indexer.index.manifest import (
    EMPTY,
    Commit,
    SegmentState,
    commit_names,
    newest_generation,
    now,
    read_commit,
    write_commit,
)
from indexer.index.segment import newest_segment, segment_name
from indexer.index.storage import Storage
from indexer.index.stored import SELF_CHECKED, StoredDocuments

MEMORY = 1_000_000_000


class Repair(msgspec.Struct, frozen=True, kw_only=True):
    """What was done: *rebuilt* documents were indexed anew from what the index holds of them, *lost* ones are gone.

    The generation is that of the commit made; 0 when all was well and nothing was done.
    """

    generation: int
    rebuilt: int = 0
    lost: int = 0


class _Salvage(NamedTuple):
    """What is left of a commit."""

    commit: Commit
    sound: tuple[SegmentState, ...]
    damaged: tuple[SegmentState, ...]
    lost: int
    """Documents of the damaged segments that cannot be read."""


def repair_index(path: Path) -> Repair:
    """Make a commit of what the index in *path* still holds, when a check finds something.

    Segments that are as they should be stay. Of others every document that can be read is indexed anew. The commit
    before counts when the newest would lose something and that one does not. Files must be read again to bring the rest
    back: unless nothing had to be left out, the commit begins a lineage of its own, so that the next run of indexing
    does.
    """
    storage = Storage(path)
    with take_lock(path, WRITING):
        if not check_index(path).problems:
            return Repair(generation=0)
        remove_unfinished(storage)
        salvage = _best(storage)
        builder = Builder(storage, memory=MEMORY, first=1 + newest_segment(storage.names()))
        kept = [document for state in salvage.damaged for document in _documents(storage, state) if document]
        for document in kept:
            builder.add(document)
        builder.finish()
        rebuilt = tuple(
            SegmentState(name=segment_name(number), documents=documents) for number, documents in builder.written
        )
        generation = newest_generation(storage) + 1
        whole = salvage.commit.generation == generation - 1 and not salvage.damaged
        commit = Commit(
            generation=generation,
            created=now(),
            segments=salvage.sound + rebuilt,
            next_segment=1 + max([newest_segment(storage.names()), *(number for number, _ in builder.written)]),
            lineage=salvage.commit.lineage if whole else f"{generation} {now()}",
        )
        write_commit(storage, commit)
        remove_left_overs(storage, [commit])
    return Repair(generation=generation, rebuilt=len(kept), lost=salvage.lost)


def _best(storage: Storage) -> _Salvage:
    """The newest commit that loses nothing, else the newest that can be read, else none."""
    found = []
    for name in commit_names(storage):
        try:
            commit = read_commit(storage, name)
        except IndexDamagedError:
            continue
        salvage = _salvage(storage, commit)
        if not salvage.lost:
            return salvage
        found.append(salvage)
    return found[0] if found else _Salvage(EMPTY, (), (), 0)


def _salvage(storage: Storage, commit: Commit) -> _Salvage:
    sound, damaged, lost = [], [], 0
    for state in commit.segments:
        if problems_of(storage, state):
            damaged.append(state)
            there = state.documents - state.deleted
            lost += max(0, there - sum(document is not None for document in _documents(storage, state)))
        else:
            sound.append(state)
    return _Salvage(commit, tuple(sound), tuple(damaged), lost)


def _documents(storage: Storage, state: SegmentState) -> Iterator[Document | None]:
    """The documents of a damaged segment, None for one that cannot be read; a deleted one is left out where known."""
    try:
        arrays = Arrays(storage, f"{state.name}.documents", "documents", apart=SELF_CHECKED)
        gone = _deleted(storage, state)
        documents = StoredDocuments(arrays)
    except (IndexDamagedError, IndexVersionError):
        return
    for number in range(state.documents):
        if number not in gone:
            try:
                yield documents[number]
            except (IndexDamagedError, IndexVersionError):
                yield None


def _deleted(storage: Storage, state: SegmentState) -> set[int]:
    """The deleted documents of a segment."""
    if not state.deletions:
        return set()
    return set(Arrays(storage, state.deletions, "deletions")["deleted"].nonzero()[0].tolist())
