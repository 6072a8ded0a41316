"""Which documents of a segment tell a story that others tell too?

That changes with every article that comes: it stands in a file of its own beside the segment.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from indexer.index.arrays import Array, write_arrays
from indexer.index.manifest import SegmentState
from indexer.index.storage import Storage


class StoryColumn(NamedTuple):
    """The *docs* of a segment that share a story, ascending, and the number of each one's story (document_number)."""

    docs: Array
    stories: Array

    def story_of(self, doc: int) -> int | None:
        """The story that a document shares with others; None when it has one to itself."""
        at = int(self.docs.searchsorted(doc))
        return int(self.stories[at]) if at < len(self.docs) and self.docs[at] == doc else None


NO_STORIES = StoryColumn(np.zeros(0, np.uint16), np.zeros(0, np.int64))


def changed_column(before: StoryColumn, changes: Mapping[int, int | None]) -> StoryColumn:
    """The column with the *changes*: document -> its story, None when it has one to itself."""
    told: dict[int, int | None] = dict(zip(before.docs.tolist(), before.stories.tolist(), strict=True))
    told |= changes
    rows = sorted((doc, story) for doc, story in told.items() if story is not None)
    return StoryColumn(np.array([doc for doc, _ in rows], np.uint16), np.array([story for _, story in rows], np.int64))


def joined_column(parts: list[tuple[StoryColumn, Array, int]]) -> StoryColumn:
    """The column of several segments merged; of each its column, the documents that are kept, and its size."""
    docs, stories, base = [NO_STORIES.docs], [NO_STORIES.stories], 0
    for column, kept, size in parts:
        numbers = np.full(size, -1)
        numbers[kept] = np.arange(base, base + len(kept))
        own = numbers.take(column.docs)
        docs.append(own[own >= 0].astype(np.uint16))
        stories.append(column.stories[own >= 0])
        base += len(kept)
    return StoryColumn(np.concatenate(docs), np.concatenate(stories))


def state_with_stories(
    storage: Storage, state: SegmentState, column: StoryColumn, generation: int, before: StoryColumn = NO_STORIES
) -> SegmentState:
    """The state of a segment with *column* for its stories, written when it is another one than *before*."""
    if all(map(np.array_equal, column, before)):
        return state
    if not len(column.docs):
        return msgspec.structs.replace(state, stories=None)
    name = f"{state.name}.stories-{generation:09d}"
    write_arrays(storage, name, "stories", column._asdict())
    return msgspec.structs.replace(state, stories=name)


class SharedStories:
    """The stories that several live documents of a commit share; documents are numbered through all segments."""

    def __init__(self, columns: Sequence[tuple[StoryColumn, Array | None]], bases: Sequence[int]) -> None:
        found = [_live_column(column, live, base) for (column, live), base in zip(columns, bases, strict=False)]
        docs = np.concatenate([NO_STORIES.docs.astype(np.intp), *(docs for docs, _ in found)])
        stories = np.concatenate([NO_STORIES.stories, *(stories for _, stories in found)])
        names, inverse, counts = np.unique(stories, return_inverse=True, return_counts=True)
        shared = counts.take(inverse) > 1
        self.docs = docs[shared]
        """The documents that share a story, ascending."""
        self.stories = inverse[shared]
        """The story of each: a number from 0."""
        self.count = len(names)
        self._names = names

    def story_of(self, doc: int) -> int | None:
        """The story that a document shares with others."""
        at = int(self.docs.searchsorted(doc))
        return int(self.stories[at]) if at < len(self.docs) and self.docs[at] == doc else None

    def members(self, story: int) -> list[int]:
        """The documents of a story."""
        docs: list[int] = self.docs[self.stories == story].tolist()
        return docs

    def name_of(self, story: int) -> str:
        """What a story is called in an address: 16 hexadecimal figures, the same in every commit."""
        return f"{int(self._names[story]):016x}"

    def find(self, name: str) -> int | None:
        """The story of this name; None when no documents share it."""
        try:
            number = int(name, 16)
        except ValueError:
            return None
        at = int(self._names.searchsorted(number)) if number < 1 << 63 else len(self._names)
        return at if at < len(self._names) and self._names[at] == number else None


def _live_column(column: StoryColumn, live: Array | None, base: int) -> tuple[Array, Array]:
    docs, stories = column.docs.astype(np.intp), column.stories
    if live is not None:
        stays = live.take(docs)
        docs, stories = docs[stays], stories[stays]
    return docs + base, stories
