"""Which titles have these words, the last one only begun? Answered while a reader types."""

from bisect import bisect_left
from collections.abc import Sequence
from weakref import WeakKeyDictionary

import numpy as np

from indexer.analysis import fold
from indexer.index import IndexReader
from indexer.index.arrays import Array
from indexer.index.segment import Segment


class TitleWords:
    """The words of the titles of a commit, accents ignored."""

    def __init__(self, reader: IndexReader) -> None:
        self._parts = [_titles_of(part.segment) for part in reader.parts]
        self._reader = reader

    def newest_with(self, words: Sequence[str], begun: str, number: int) -> list[int]:
        """The newest documents whose title has all *words* and one that begins with *begun*, all of them folded."""
        found: list[tuple[int, str, int]] = []
        for base, part, titles in zip(self._reader.bases, self._reader.parts, self._parts, strict=False):
            docs = titles.with_all(words, begun)
            if part.live is not None:
                docs = docs[part.live.take(docs)]
            if number < len(docs):
                docs = docs[np.argpartition(part.segment.newest.take(docs), number)[:number]]
            days = part.segment.first_days.take(docs).tolist()  # an unknown one is 0, and comes last
            found += [(-day, part.segment.id_of(doc), base + doc) for day, doc in zip(days, docs.tolist(), strict=True)]
        return [doc for *_, doc in sorted(found)[:number]]


class _SegmentTitles:
    """The same of one segment: *keys* are its folded words, sorted, and between *bounds* lie the documents of each."""

    def __init__(self, segment: Segment) -> None:
        self._size = segment.size
        term, doc = segment.title_postings()
        used, sizes = np.unique(term, return_counts=True)
        folds = [fold(segment.terms[number]) for number in used.tolist()]
        self._keys = sorted(set(folds))
        place = {key: at for at, key in enumerate(self._keys)}
        at = np.repeat([place[folded] for folded in folds], sizes).astype(np.int64)
        self._docs: Array = doc.take(np.argsort(at, kind="stable"))
        self._bounds = np.concatenate(([0], np.cumsum(np.bincount(at, minlength=len(self._keys)))))

    def with_all(self, words: Sequence[str], begun: str) -> Array:
        """The documents that have all *words* and one that begins with *begun*."""
        found = self._with_any(begun, f"{begun}\U0010ffff")
        for word in words:
            found &= self._with_any(word, f"{word}\0")
        return np.flatnonzero(found)

    def _with_any(self, start: str, end: str) -> Array:
        """A mask of the documents that have a word from *start* to before *end*."""
        first = bisect_left(self._keys, start)
        last = bisect_left(self._keys, end, first)
        mask = np.zeros(self._size, bool)
        mask[self._docs[int(self._bounds[first]) : int(self._bounds[last])]] = True
        return mask


_known: WeakKeyDictionary[Segment, _SegmentTitles] = WeakKeyDictionary()


def _titles_of(segment: Segment) -> _SegmentTitles:
    """Made once for a segment, which the next commits have too: for 65,536 articles it takes half a second."""
    found = _known.get(segment)
    if found is None:
        _known[segment] = found = _SegmentTitles(segment)
    return found
