"""A merged segment is the segment that its live documents would have given at once."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.document import Document
from indexer.index import IndexWriter, LiveSegment, open_reader
from indexer.index.arrays import Arrays
from indexer.index.building import write_segment
from indexer.index.inversion import MOST_DOCUMENTS
from indexer.index.manifest import SegmentState
from indexer.index.merging import TIER, choose_all, choose_merge, merge_segments
from indexer.index.segment import PARTS
from indexer.index.storage import Storage
from tests.making import make_document

words = st.sampled_from(["missile", "drone", "F 16", "de", "armée", "rare " * 300])
batches = st.lists(
    st.lists(
        st.tuples(
            st.lists(words, max_size=5).map(" ".join),
            st.sampled_from([None, "2022", "2023-05"]),
            st.lists(st.sampled_from(["Ukraine", "Russie", "Mali"]), unique=True),
            st.booleans(),
        ),
        min_size=1,
        max_size=20,
    ),
    min_size=1,
    max_size=4,
)
Batches = list[list[tuple[str, str | None, list[str], bool]]]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(batches)
def test_merging_gives_what_writing_at_once_gives(tmp_path: Path, batches: Batches) -> None:
    storage = Storage(tmp_path)
    alive: list[Document] = []
    parts = []
    for number, batch in enumerate(batches):
        documents = [
            make_document(text, id=f"{number}-{at}", date=date, facets={"country": tuple(countries)})
            for at, (text, date, countries, _) in enumerate(batch)
        ]
        write_segment(storage, f"part{number}", documents)
        part = LiveSegment(storage, SegmentState(name=f"part{number}", documents=len(documents)))
        keeps = [keep for *_, keep in batch]
        if not all(keeps):
            part.live = np.array(keeps)
        parts.append(part)
        alive += [document for document, keep in zip(documents, keeps, strict=True) if keep]
    if not alive:
        return
    merge_segments(storage, "merged", parts)
    write_segment(storage, "whole", alive)

    for name in PARTS:
        merged, whole = (Arrays(storage, f"{which}.{name}", name) for which in ("merged", "whole"))
        assert list(merged) == list(whole)
        for label in merged:
            assert merged[label].dtype == whole[label].dtype, label
            assert merged[label].tolist() == whole[label].tolist(), label


def state(documents: int, deleted: int = 0) -> SegmentState:
    return SegmentState(name="s", documents=documents, deleted=deleted)


@pytest.mark.parametrize(
    ("states", "chosen"),
    [
        ([], []),
        ([state(10)] * (TIER - 1), []),
        ([state(10)] * TIER, list(range(TIER))),
        ([state(1000), *[state(10)] * TIER], list(range(1, TIER + 1))),
        ([state(10_000)] * TIER, list(range(6))),
        ([state(MOST_DOCUMENTS)] * 20, []),
        ([state(10), state(96, 17)], [1]),
        ([state(10), state(96, 16)], []),
    ],
)
def test_segments_of_one_size_are_merged_and_those_with_many_deleted_written_again(
    states: list[SegmentState], chosen: list[int]
) -> None:
    assert choose_merge(states) == chosen


def test_merging_all_leaves_as_few_as_fit() -> None:
    assert choose_all([state(40_000), state(10), state(30_000), state(20)]) == [1, 2, 3]
    assert choose_all([state(40_000), state(40_000)]) == []
    assert choose_all([state(40_000, 1)]) == [0]
    assert choose_all([state(40_000)]) == []


def test_a_writer_merges_as_it_goes_and_loses_nothing(tmp_path: Path) -> None:
    for number in range(30):
        with IndexWriter(tmp_path) as writer:
            writer.add(make_document(f"missile {number}", id=f"{number:02}"))
            if number % 5 == 4:
                writer.delete(f"{number - 2:02}")

    reader = open_reader(tmp_path)
    assert len(reader.parts) < TIER
    assert sorted(document.id for document in reader.documents()) == [
        f"{number:02}" for number in range(30) if number % 5 != 2
    ]


def test_merge_makes_one_segment(tmp_path: Path) -> None:
    for name in "abc":
        with IndexWriter(tmp_path) as writer:
            writer.add(make_document(f"missile {name}", id=name))
    writer = IndexWriter(tmp_path)
    writer.delete("b")
    writer.merge()

    reader = open_reader(tmp_path)
    assert len(reader.parts) == 1
    assert reader.parts[0].live is None
    assert sorted(document.id for document in reader.documents()) == ["a", "c"]
