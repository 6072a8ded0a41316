"""Named arrays in one file, checked and memory-mapped.

    magic (8 bytes) | version (u32) | directory length (u32) | directory CRC-32 (u32) | zeros to 32 bytes
    directory: JSON {"kind": ..., "arrays": {name: {"dtype", "shape", "offset", "crc"}}, "meta": {...}}
    arrays, each at a multiple of 64 bytes, zeros between them

All numbers are little-endian. The directory and the arrays are checked when the file is opened, by each process once
(3.3 GB/s: 0.04 s for 100,000 articles), those aside that can be checked piece by piece when they are read.
"""

import struct
import zlib
from collections.abc import Collection, Iterator, Mapping
from math import prod
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from indexer.errors import IndexDamagedError, IndexVersionError
from indexer.index.storage import Content, Identity, Storage
from indexer.message import Message

MAGIC = b"VIGIEARR"
VERSION = 4
_HEAD = struct.Struct("<8sIII12x")
_ALIGNMENT = 64

Array = NDArray[Any]

_checked: set[Identity] = set()
"""The files whose arrays this process has checked."""
_MOST_REMEMBERED = 10_000


class _Place(msgspec.Struct, frozen=True):
    """Where an array lies: *offset* in bytes from the end of the directory, rounded up to the alignment."""

    dtype: str
    shape: tuple[int, ...]
    offset: int
    crc: int


class _Directory(msgspec.Struct, frozen=True):
    kind: str
    arrays: dict[str, _Place]
    meta: dict[str, int]


def write_arrays(
    storage: Storage, name: str, kind: str, arrays: Mapping[str, Array], meta: Mapping[str, int] | None = None
) -> int:
    """Write *arrays* as file *name* and sync it; its size in bytes. *meta* holds small numbers kept beside them."""
    places: dict[str, _Place] = {}
    contents: dict[str, memoryview] = {}
    offset = 0
    for label, given in arrays.items():
        array = np.ascontiguousarray(given.astype(given.dtype.newbyteorder("<"), copy=False))
        contents[label] = array.reshape(-1).view(np.uint8).data
        places[label] = _Place(array.dtype.str, array.shape, offset, zlib.crc32(contents[label]))
        offset = _aligned(offset + array.nbytes)
    directory = msgspec.json.encode(_Directory(kind, places, dict(meta or {})))
    return storage.write(name, _content(directory, list(contents.values())))


class Arrays(Mapping[str, Array]):
    """The arrays of one file, as views of mapped memory; *apart* are those that are not checked on opening.

    IndexDamagedError when the file is not as written.
    """

    def __init__(self, storage: Storage, name: str, kind: str, *, apart: Collection[str] = ()) -> None:
        self.name = name
        self._memory, self.identity = storage.map(name)
        directory, self._start = _read_directory(self._memory, name)
        if directory.kind != kind:
            raise _damaged(
                name, Message("contient « {found} » au lieu de « {expected} »", found=directory.kind, expected=kind)
            )
        self._places = directory.arrays
        self.meta: Mapping[str, int] = directory.meta
        end = max((place.offset + _bytes(place) for place in self._places.values()), default=0)
        if self._start + end != len(self._memory):
            raise _damaged(name, Message("fichier tronqué ou allongé"))
        if self.identity not in _checked:
            for label in self._places.keys() - apart:
                self._verify(label)
            if len(_checked) >= _MOST_REMEMBERED:
                _checked.clear()
            _checked.add(self.identity)

    @property
    def content(self) -> memoryview:
        """The whole file."""
        return self._memory

    def __getitem__(self, label: str) -> Array:
        place = self._places[label]
        start = self._start + place.offset
        return np.frombuffer(self._memory, np.dtype(place.dtype), prod(place.shape), start).reshape(place.shape)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def verify(self) -> None:
        """Read every byte; IndexDamagedError when any is not as written."""
        at = 0
        for label, place in self._places.items():
            self._verify(label)
            if any(self._memory[self._start + at : self._start + place.offset]):
                raise _damaged(self.name, Message("octets inattendus"))
            at = place.offset + _bytes(place)

    def _verify(self, label: str) -> None:
        place = self._places[label]
        data = self._memory[self._start + place.offset :][: _bytes(place)]
        if zlib.crc32(data) != place.crc:
            raise _damaged(self.name, Message("somme de contrôle fausse ({label})", label=label))


def _content(directory: bytes, contents: list[memoryview]) -> Content:
    yield _HEAD.pack(MAGIC, VERSION, len(directory), zlib.crc32(directory))
    yield directory
    at = _HEAD.size + len(directory)
    for content in contents:
        yield bytes(_aligned(at) - at)
        yield content
        at = _aligned(at) + len(content)
    if not contents:
        yield bytes(_aligned(at) - at)


def _read_directory(memory: memoryview, name: str) -> tuple[_Directory, int]:
    """The directory, and where the arrays begin."""
    if len(memory) < _HEAD.size:
        raise _damaged(name, Message("fichier tronqué"))
    magic, version, length, crc = _HEAD.unpack_from(memory)
    if magic != MAGIC or any(memory[20 : _HEAD.size]):
        raise _damaged(name, Message("en-tête inconnu"))
    if version != VERSION:
        raise IndexVersionError(
            Message(
                "{name} est de version {version}, ce programme lit la version {own}.",
                name=name,
                version=version,
                own=VERSION,
            )
        )
    start = _HEAD.size + length
    content = memory[_HEAD.size : start]
    if len(content) != length or zlib.crc32(content) != crc or any(memory[start : _aligned(start)]):
        raise _damaged(name, Message("sommaire illisible"))
    try:
        return msgspec.json.decode(content, type=_Directory), _aligned(start)
    except msgspec.MsgspecError as error:
        raise _damaged(name, Message("sommaire illisible ({reason})", reason=error)) from error


def _bytes(place: _Place) -> int:
    return prod(place.shape) * np.dtype(place.dtype).itemsize


def _aligned(offset: int) -> int:
    return -(-offset // _ALIGNMENT) * _ALIGNMENT


def _damaged(name: str, reason: str) -> IndexDamagedError:
    return IndexDamagedError(
        Message(
            "Fichier d’index {name} : {reason}. Réparez l’index avec « vigie check --repair », puis « vigie index ».",
            name=name,
            reason=reason,
        )
    )
