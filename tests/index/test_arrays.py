from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from indexer.errors import IndexAccessError, IndexDamagedError, IndexVersionError
from indexer.index.arrays import VERSION, Array, Arrays, write_arrays
from indexer.index.storage import Storage

dtypes = st.sampled_from([np.uint8, np.uint16, np.uint32, np.int32, np.int64, np.float32, np.uint64])
arrays = dtypes.flatmap(
    lambda dtype: arrays_of.arrays(dtype, arrays_of.array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=5))
)
SAMPLE: dict[str, Array] = {
    "x": np.arange(100, dtype=np.uint16),
    "empty": np.zeros(0, np.int32),
    "rows": np.arange(12, dtype=np.uint8).reshape(3, 4),
}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.text(max_size=8), arrays, max_size=4),
    st.dictionaries(st.text(max_size=4), st.integers(0, 2**40), max_size=2),
)
def test_arrays_are_read_back_as_written(tmp_path: Path, given: dict[str, Array], meta: dict[str, int]) -> None:
    storage = Storage(tmp_path)
    size = write_arrays(storage, "f", "essai", given, meta)
    read = Arrays(storage, "f", "essai")
    read.verify()

    assert size == storage.size("f")
    assert read.meta == meta
    assert list(read) == list(given)
    for label, array in given.items():
        assert read[label].dtype == array.dtype
        assert np.array_equal(read[label], array, equal_nan=array.dtype.kind == "f")


def test_what_is_read_cannot_be_written_to(tmp_path: Path) -> None:
    write_arrays(Storage(tmp_path), "f", "essai", SAMPLE)

    with pytest.raises(ValueError, match="read-only"):
        Arrays(Storage(tmp_path), "f", "essai")["x"][0] = 1


def test_every_flipped_bit_is_found(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    write_arrays(storage, "f", "essai", SAMPLE)
    whole = storage.read("f")
    for bit in range(len(whole) * 8):
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        storage.write("g", [bytes(damaged)])
        with pytest.raises(IndexAccessError):
            Arrays(storage, "g", "essai").verify()


def test_every_truncation_is_found_when_the_file_is_opened(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    write_arrays(storage, "f", "essai", SAMPLE)
    whole = storage.read("f")
    for length in range(len(whole)):
        storage.write("g", [whole[:length]])
        with pytest.raises(IndexDamagedError):
            Arrays(storage, "g", "essai")


def test_a_newer_version_is_refused(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    write_arrays(storage, "f", "essai", SAMPLE)
    newer = bytearray(storage.read("f"))
    newer[8] += 1
    storage.write("f", [bytes(newer)])

    with pytest.raises(IndexVersionError, match=f"version {VERSION + 1}"):
        Arrays(storage, "f", "essai")


def test_a_file_of_another_kind_or_none_is_refused(tmp_path: Path) -> None:
    write_arrays(Storage(tmp_path), "f", "essai", SAMPLE)

    with pytest.raises(IndexDamagedError, match="autre"):
        Arrays(Storage(tmp_path), "f", "autre")
    with pytest.raises(IndexDamagedError, match="absent"):
        Arrays(Storage(tmp_path), "absent", "essai")
