"""Positions packed and read back, against the lists they were made of."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexer.index.inversion import LAST_POSITION
from indexer.index.positions import Positions, position_arrays

places = st.integers(0, 300) | st.integers(3500, 4200) | st.integers(0, LAST_POSITION)
postings = st.lists(st.lists(places, min_size=1, max_size=12).map(sorted), min_size=1, max_size=30)


def pack(lists: list[list[int]]) -> Positions:
    flat = [place for found in lists for place in found]
    return Positions(position_arrays(np.array(list(map(len, lists))), np.array(flat, np.uint16)))


@given(postings, st.data())
def test_counts_and_positions_come_back_from_any_posting_on(lists: list[list[int]], data: st.DataObject) -> None:
    positions = pack(lists)
    first = data.draw(st.integers(0, len(lists)))
    last = data.draw(st.integers(first, len(lists)))
    start, end = sum(map(len, lists[:first])), sum(map(len, lists[:last]))

    assert len(positions) == sum(map(len, lists))
    assert np.diff(positions.bounds(start, end)).tolist() == list(map(len, lists[first:last]))
    assert positions.bounds(start, end)[0] == start
    assert positions.between(start, end).tolist() == [place for found in lists[first:last] for place in found]


@given(postings, st.data())
def test_single_occurrences_are_found_too(lists: list[list[int]], data: st.DataObject) -> None:
    flat = [place for found in lists for place in found]
    chosen = sorted(data.draw(st.sets(st.integers(0, len(flat) - 1))))

    assert pack(lists).at(np.array(chosen, np.int64)).tolist() == [flat[number] for number in chosen]


def test_no_occurrences_are_no_positions() -> None:
    positions = Positions(position_arrays(np.zeros(0, np.int64), np.zeros(0, np.uint16)))

    assert len(positions) == 0
    assert positions.bounds(0, 0).tolist() == [0]
    assert positions.between(0, 0).tolist() == []
