"""Versions: the hits that tell one story, counted and shown as one."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from indexer.index import IndexReader
from indexer.index.arrays import Array
from indexer.index.live import FacetLabels
from indexer.search.matches import Matches, look_up
from indexer.search.ranking import Ranked
from indexer.search.stretch import Stretch


class Versions(NamedTuple):
    """The hits of a stretch that share a story with others, and the story of each."""

    stretch: Stretch
    docs: Array
    stories: Array


def versions_among(found: Iterable[tuple[Stretch, Matches]], reader: IndexReader) -> list[Versions]:
    """The hits that share a story with others, hits or not."""
    shared, versions = reader.stories, []
    for stretch, matches in found:
        base = reader.bases[stretch.numbers.start]
        first, last = shared.docs.searchsorted((base, base + stretch.size)).tolist()
        docs = shared.docs[first:last] - base
        is_hit, _ = look_up(matches, docs, stretch.size)
        versions.append(Versions(stretch, docs[is_hit], shared.stories[first:last][is_hit]))
    return versions


def count_repeats(versions: Sequence[Versions]) -> int:
    """How many hits tell a story that another hit tells too: so many fewer stories than hits there are."""
    told = np.concatenate([np.zeros(0, np.intp), *(each.stories for each in versions)])
    return len(told) - len(np.unique(told))


def count_repeated_values(versions: Sequence[Versions], labels: FacetLabels, reader: IndexReader) -> Array:
    """By label, how many hits have a value that another hit of their story has too."""
    keys: list[Array] = [np.zeros(0, np.int64)]
    room = max(reader.stories.count, 1)
    for each in versions:
        for number, part, own in each.stretch.pieces(each.docs):
            at = each.docs.searchsorted(own + each.stretch.bases[number - each.stretch.numbers.start])
            values, sizes = part.segment.facets.values_among(own)
            told = np.repeat(each.stories.take(at), sizes)
            keys.append(labels.places[number].take(values).astype(np.int64) * room + told)
    every = np.concatenate(keys)
    once = np.unique(every)
    count = len(labels.values)
    repeats: Array = np.bincount(every // room, minlength=count) - np.bincount(once // room, minlength=count)
    return repeats


def first_versions(ranked: Iterable[Ranked], reader: IndexReader) -> list[Ranked]:
    """The hits without those whose story an earlier one tells."""
    told = set[int]()
    first = []
    for hit in ranked:
        story = reader.stories.story_of(reader.bases[hit.segment] + hit.doc)
        if story is None or story not in told:
            first.append(hit)
        told.update([] if story is None else [story])
    return first
