"""IndexWriter: Documents added, replaced, deleted, then committed together or not at all."""

import enum
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

import msgspec
import numpy as np

from indexer.document import Document
from indexer.errors import IndexMissingError
from indexer.index.arrays import Array, write_arrays
from indexer.index.building import Builder
from indexer.index.left_overs import remove_left_overs, remove_unfinished
from indexer.index.live import LiveSegment
from indexer.index.lock import WRITING, take_lock
from indexer.index.manifest import (
    EMPTY,
    Commit,
    SegmentState,
    newest_generation,
    now,
    open_newest,
    write_commit,
)
from indexer.index.merging import choose_all, choose_merge, merge_segments
from indexer.index.reader import IndexReader
from indexer.index.second_process import SecondProcess
from indexer.index.segment import newest_segment, segment_name
from indexer.index.storage import Storage
from indexer.index.stories import changed_column, state_with_stories

MEMORY = 1_000_000_000
"""Bytes that building segments may take, all processes together; Python and what is remembered of words come on top."""

TOGETHER = 100
"""Documents handed to the second process at once."""

WORTH_A_PROCESS = 4000
"""Documents that a run must have before the second process is started: that takes half a second."""


class Change(enum.StrEnum):
    """What adding a Document did."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    COPY = "copy"
    """The same article was read before in this run, from another file."""


class IndexWriter:
    """The one writer of the index in *path*, made there when there is none.

    *memory* bounds what building segments takes, in bytes; with 2 *jobs* a second process builds half of them.

    Use as a context manager: leaving it commits, leaving it by an exception cancels. A run that changes nothing
    commits nothing. Raises IndexLockedError, with the holder's process, when another one is writing.
    """

    def __init__(self, path: Path, *, memory: int = MEMORY, jobs: int = 1) -> None:
        self._storage = Storage(path)
        self._lock = take_lock(path, WRITING)
        try:
            self._reader, self._fell_back = self._open()
            remove_unfinished(self._storage)
            files = self._storage.names()
        except BaseException:
            self._lock.close()
            raise
        self._memory, self._jobs = memory // jobs, jobs
        self._seen: set[str] = set()
        self._waiting: list[Document] = []
        self._deleted: dict[int, Array] = {}
        self._stories: dict[str, int | None] = {}
        self._first = max(self._reader.commit.next_segment, 1 + newest_segment(files))
        self._builder = Builder(self._storage, memory=self._memory, first=self._first, step=jobs)
        self._second: SecondProcess | None = None

    def add(self, document: Document) -> Change:
        """Add *document*, or replace the one with its id."""
        if document.id in self._seen:
            return Change.COPY
        self._seen.add(document.id)
        before = self._find(document.id)
        if before is not None:
            segment, doc = before
            if self._reader.parts[segment].segment.documents[doc] == document:
                return Change.UNCHANGED
            self._mark(segment, doc)
            self._stories.setdefault(document.id, self._reader.parts[segment].stories.story_of(doc))
        self._waiting.append(document)
        if len(self._waiting) == TOGETHER:
            self._build()
        return Change.NEW if before is None else Change.CHANGED

    def delete(self, document_id: str) -> bool:
        """Delete the committed document with this id; whether there was one."""
        found = self._find(document_id)
        if found is not None:
            self._mark(*found)
        return found is not None

    def tell_story(self, document_id: str, story: int | None) -> None:
        """Note which story a document shares with others (document_number), or that it has one to itself."""
        self._stories[document_id] = story

    def commit(self) -> None:
        """Make every change visible to readers, and merge segments where that pays; no change makes no commit."""
        self._commit(choose_merge)

    def merge(self) -> None:
        """Commit, with as few segments as possible."""
        self._commit(choose_all)

    def _commit(self, choose: Callable[[Sequence[SegmentState]], list[int]]) -> None:
        before = self._reader.commit
        try:
            written = self._finish()
            generation = max(before.generation, newest_generation(self._storage)) + 1
            kept = [self._state(number, generation) for number in range(len(before.segments))]
            states = [state for state in (*kept, *written) if state.deleted < state.documents]
            states = self._with_stories(states, generation)
            states = self._merged(states, choose, generation)
            if tuple(states) != before.segments or self._fell_back:
                commit = Commit(
                    generation=generation,
                    created=now(),
                    segments=tuple(states),
                    next_segment=self._first,
                    lineage=self._lineage(generation),
                )
                write_commit(self._storage, commit)
                with suppress(Exception):  # all is committed; what is left over goes next time
                    remove_left_overs(self._storage, (commit, before))
        except BaseException:
            self._tidy()
            raise
        else:
            self._end()

    def _lineage(self, generation: int) -> str:
        before = self._reader.commit
        return before.lineage if before.generation and not self._fell_back else f"{generation} {now()}"

    def _merged(
        self, states: list[SegmentState], choose: Callable[[Sequence[SegmentState]], list[int]], generation: int
    ) -> list[SegmentState]:
        """The segments after every merge that *choose* asks for."""
        while numbers := choose(states):
            parts = [LiveSegment(self._storage, states[number]) for number in numbers]
            merged = merge_segments(self._storage, segment_name(self._first), parts, generation)
            self._first += 1
            states = [state for number, state in enumerate(states) if number not in numbers] + [merged]
        return states

    def _with_stories(self, states: list[SegmentState], generation: int) -> list[SegmentState]:
        """The same segments with the stories that were told."""
        told = []
        for state in states if self._stories else ():
            part = LiveSegment(self._storage, state)
            found = ((part.find_id(document), story) for document, story in self._stories.items())
            column = changed_column(part.stories, {doc: story for doc, story in found if doc is not None})
            told.append(state_with_stories(self._storage, state, column, generation, before=part.stories))
        return told or states

    def cancel(self) -> None:
        """Forget every change."""
        self._tidy()

    def _tidy(self) -> None:
        """End, with nothing left of what was not committed: a full disk must not stay full."""
        try:
            self._end_second_process()
            with suppress(Exception):  # what stays goes when the next writer begins
                remove_unfinished(self._storage)
        finally:
            self._lock.close()

    def _end(self) -> None:
        try:
            self._end_second_process()
        finally:
            self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.commit()
        else:
            self.cancel()

    def _open(self) -> tuple[IndexReader, bool]:
        """The newest commit that can be used, and whether it is another than the newest."""
        try:
            reader, warnings = open_newest(self._storage, lambda commit: IndexReader(self._storage, commit))
        except IndexMissingError:
            return IndexReader(self._storage, EMPTY), False
        return reader, bool(warnings)

    def _find(self, document_id: str) -> tuple[int, int] | None:
        """Segment and number of the committed document with this id that is not deleted yet."""
        for number, part in enumerate(self._reader.parts):
            doc = part.find_id(document_id)
            if doc is not None and not (number in self._deleted and self._deleted[number][doc]):
                return number, doc
        return None

    def _mark(self, segment: int, doc: int) -> None:
        if segment not in self._deleted:
            part = self._reader.parts[segment]
            self._deleted[segment] = np.zeros(part.segment.size, bool) if part.live is None else ~part.live
        self._deleted[segment][doc] = True

    def _build(self) -> None:
        """Give the waiting documents to whoever has time for them."""
        waiting, self._waiting = self._waiting, []
        if self._jobs > 1 and self._second is None and len(self._seen) >= WORTH_A_PROCESS:
            folder = self._storage.folder
            self._second = SecondProcess(folder, memory=self._memory, first=self._first + 1, step=self._jobs)
        if self._second and self._second.has_time:
            self._second.add(waiting)
        else:
            for document in waiting:
                self._builder.add(document)

    def _finish(self) -> list[SegmentState]:
        """The segments of all documents that were added."""
        self._build()
        if self._second:
            self._second.ask_to_finish()
        self._builder.finish()
        written = sorted([*self._builder.written, *(self._second.written() if self._second else ())])
        self._first = max([self._first, *(number + 1 for number, _ in written)])
        return [SegmentState(name=segment_name(number), documents=documents) for number, documents in written]

    def _end_second_process(self) -> None:
        if self._second:
            self._second.cancel()

    def _state(self, number: int, generation: int) -> SegmentState:
        """The state of a committed segment after the deletions of this run."""
        state = self._reader.commit.segments[number]
        if number not in self._deleted:
            return state
        deleted = self._deleted[number]
        name = f"{state.name}.deletions-{generation:09d}"
        write_arrays(self._storage, name, "deletions", {"deleted": deleted.astype(np.uint8)})
        return msgspec.structs.replace(state, deleted=int(deleted.sum()), deletions=name)
