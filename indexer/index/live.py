"""A segment as one commit sees it, and the facet values of all its segments as one list."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from indexer.analysis import fold
from indexer.document import FACETS
from indexer.errors import IndexDamagedError
from indexer.index.arrays import Array, Arrays
from indexer.index.facet_values import NONE
from indexer.index.manifest import SegmentState
from indexer.index.segment import Segment
from indexer.index.storage import Storage
from indexer.index.stories import NO_STORIES, StoryColumn
from indexer.message import Message


class LiveSegment:
    """A segment of a commit, with its documents that are still there."""

    def __init__(self, storage: Storage, state: SegmentState) -> None:
        self.state = state
        self._beside: list[Arrays] = []
        self.segment = Segment.open(storage, state.name)
        if self.segment.size != state.documents:
            raise IndexDamagedError(
                Message(
                    "Segment {name} : {found} articles au lieu de {expected}.",
                    name=state.name,
                    found=self.segment.size,
                    expected=state.documents,
                )
            )
        self.live: Array | None = None
        """A boolean for each document, False for a deleted one; None when none is."""
        if state.deletions:
            deletions = Arrays(storage, state.deletions, "deletions")
            self._beside.append(deletions)
            self.live = ~deletions["deleted"].astype(bool)
            if int((~self.live).sum()) != state.deleted:
                raise IndexDamagedError(
                    Message("{name} : le compte des articles supprimés est faux.", name=state.deletions)
                )
        self.stories = NO_STORIES
        if state.stories:
            stories = Arrays(storage, state.stories, "stories")
            self._beside.append(stories)
            self.stories = StoryColumn(stories["docs"], stories["stories"])

    def verify(self) -> None:
        """Read every byte; IndexDamagedError when any is not as written."""
        self.segment.verify()
        for arrays in self._beside:
            arrays.verify()

    def find_id(self, document_id: str) -> int | None:
        """The live document with this id."""
        return next((doc for doc in self.segment.ids.find(document_id) if self.is_live(doc)), None)

    def is_live(self, doc: int) -> bool:
        """Whether a document is still there."""
        return self.live is None or bool(self.live[doc])


class FacetLabels(NamedTuple):
    """The facet values of all segments in one row, and for each segment the place of its own values there.

    A field's values stand in its span, NONE the first, in the order in which equally frequent ones are shown: as a
    reader sorts them, accents ignored.
    """

    spans: Mapping[str, range]
    values: tuple[str, ...]
    places: tuple[Array, ...]
    fields: Array
    """The number of every value's field in FACETS."""
    keys: Array
    """What orders the values: by field first, then as they stand here."""

    def of(self, field: str) -> tuple[str, ...]:
        """The values of one field, NONE aside."""
        span = self.spans[field]
        return self.values[span.start + 1 : span.stop]


def facet_labels(parts: Sequence[LiveSegment]) -> FacetLabels:
    """The labels of every facet of these segments."""
    spans: dict[str, range] = {}
    values: list[str] = []
    places: list[list[int]] = [[] for _ in parts]
    for field in FACETS:
        own = [list(part.segment.facets.texts[field]) for part in parts]
        found = {value for found in own for value in found if value != NONE}
        ordered = [NONE, *sorted(found, key=lambda value: (fold(value), value))]
        spans[field] = range(len(values), len(values) + len(ordered))
        place = dict(zip(ordered, spans[field], strict=True))
        for at, texts in zip(places, own, strict=True):
            at.extend(place[value] for value in texts)
        values += ordered
    fields = np.repeat(np.arange(len(FACETS)), [len(span) for span in spans.values()])
    keys = (fields + 1 << 56) + np.arange(len(values))
    return FacetLabels(spans, tuple(values), tuple(np.array(at, np.intp) for at in places), fields, keys)
