"""The newest commit of one index made the newest of another: what a snapshot is, and a restoration."""

from contextlib import suppress
from pathlib import Path

import msgspec

from indexer.errors import IndexAccessError, IndexDamagedError, IndexInTheWayError
from indexer.index.left_overs import files_of, remove_left_overs, remove_unfinished
from indexer.index.live import LiveSegment
from indexer.index.lock import WRITING, take_lock
from indexer.index.manifest import (
    EMPTY,
    Commit,
    SegmentState,
    commit_names,
    newest_generation,
    now,
    open_newest,
    write_commit,
)
from indexer.index.reader import open_reader
from indexer.index.segment import newest_segment, segment_name
from indexer.index.storage import Storage


def take_snapshot(path: Path, folder: Path) -> Commit:
    """Copy the newest commit of the index in *path* to a *folder* without an index; a writer may work meanwhile.

    All of it or nothing, every byte checked. Files are linked on one disk, which takes no room: they never change.
    """
    if commit_names(Storage(folder)):
        raise IndexInTheWayError(folder)
    return copy_index(path, folder)


def copy_index(source: Path, target: Path) -> Commit:
    """Make the newest commit of the index in *source* the newest of the one in *target*, all of it or nothing.

    Its segments get numbers of their own there, and the commit a number after all others, so that no reader goes back
    and no name stands for two files. Raises IndexLockedError when another process writes to *target*.
    """
    held, files = _hold(source)
    into = Storage(target)
    with take_lock(target, WRITING):
        try:
            remove_unfinished(into)
            before = _newest_or_none(into)
            generation = max(held.generation, newest_generation(into) + 1)
            first = max(before.next_segment, 1 + newest_segment(into.names()))
            states = tuple(
                _copy_segment(Storage(source), files, state, into, segment_name(first + number))
                for number, state in enumerate(held.segments)
            )
            commit = Commit(
                generation=generation,
                created=held.created,
                segments=states,
                next_segment=first + len(states),
                lineage=f"{generation} {now()}",
            )
            write_commit(into, commit)
        except BaseException:
            with suppress(Exception):  # what stays goes when the next writer begins
                remove_unfinished(into)
            raise
        with suppress(Exception):
            remove_left_overs(into, (commit, before))
    return commit


def _hold(path: Path) -> tuple[Commit, dict[str, memoryview]]:
    """The newest commit that can be used, and its files, which stay readable when a writer removes them."""
    storage = Storage(path)
    while True:
        commit = open_reader(path).commit
        with suppress(IndexDamagedError):  # it was removed meanwhile, for newer ones
            return commit, {name: storage.map(name).memory for name in files_of(commit)}


def _newest_or_none(storage: Storage) -> Commit:
    """The newest commit that can be read; EMPTY when there is none, or none of this version."""
    try:
        return open_newest(storage, lambda commit: commit)[0]
    except IndexAccessError:
        return EMPTY


def _copy_segment(
    source: Storage, files: dict[str, memoryview], state: SegmentState, into: Storage, name: str
) -> SegmentState:
    """A segment under another name in another folder, checked."""
    for old, content in files.items():
        if old.startswith(f"{state.name}."):
            new = name + old.removeprefix(state.name)
            if not into.link(new, source, old):
                into.write(new, [content])
    beside = {
        label: name + getattr(state, label).removeprefix(state.name)
        for label in ("deletions", "stories")
        if getattr(state, label)
    }
    copied: SegmentState = msgspec.structs.replace(state, name=name, **beside)
    LiveSegment(into, copied).verify()
    return copied
