"""The Documents themselves, compressed one by one with a dictionary of their common words.

One by one, because a page of results reads ten of them; with a dictionary, because alone they are too short to compress
well (2.8 kB: 1.8 times without, measured on French press).
"""

import threading
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import zstandard

from indexer.document import Document
from indexer.index.arrays import Array

LEVEL = 3
DICTIONARY_BYTES = 1 << 18
SAMPLES = 2000
"""Documents that the dictionary is made from."""

FEWEST_SAMPLES = 64
"""Below, there is too little to make a dictionary of."""

encode_document = msgspec.msgpack.Encoder().encode
decode_document = msgspec.msgpack.Decoder(Document).decode
"""A Document as it is kept, uncompressed, and back."""


class StoredDocuments:
    """The Documents of one segment."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._bounds = arrays["stored.bounds"]
        self._data = arrays["stored.data"].data
        self._dictionary = zstandard.ZstdCompressionDict(arrays["stored.dictionary"].tobytes())
        self._own = threading.local()  # a decompressor shared between threads would mix their answers up

    def __getitem__(self, doc: int) -> Document:
        return decode_document(self.content(doc))

    def content(self, doc: int) -> bytes:
        """A document as it is kept, uncompressed."""
        content = self._data[int(self._bounds[doc]) : int(self._bounds[doc + 1])]
        if not hasattr(self._own, "decompress"):
            self._own.decompress = zstandard.ZstdDecompressor(dict_data=self._dictionary).decompress
        decompressed: bytes = self._own.decompress(content)
        return decompressed


def stored_arrays(contents: Sequence[bytes]) -> dict[str, Array]:
    """The arrays of a StoredDocuments."""
    dictionary = _train(contents)
    compress = zstandard.ZstdCompressor(level=LEVEL, dict_data=dictionary, write_checksum=False).compress
    compressed = [compress(content) for content in contents]
    bounds = np.zeros(len(compressed) + 1, np.uint64)
    np.cumsum([len(content) for content in compressed], out=bounds[1:])
    return {
        "stored.bounds": bounds,
        "stored.data": np.frombuffer(b"".join(compressed), np.uint8),
        "stored.dictionary": np.frombuffer(dictionary.as_bytes(), np.uint8),
    }


def _train(contents: Sequence[bytes]) -> zstandard.ZstdCompressionDict:
    if len(contents) < FEWEST_SAMPLES:
        return zstandard.ZstdCompressionDict(b"")
    samples: list[bytes | bytearray | memoryview] = list(contents[:: max(1, len(contents) // SAMPLES)])
    size = min(DICTIONARY_BYTES, sum(map(len, samples)) // 8)
    return zstandard.train_dictionary(size, samples, steps=4, level=LEVEL)
