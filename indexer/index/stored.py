"""The Documents themselves, compressed one by one with a dictionary of their common words.

One by one, because a page of results reads ten of them; with a dictionary, because alone they are too short to compress
well (2.8 kB: 1.8 times without, measured on French press). The text lies apart from the rest, the *card*: a list of
titles needs no texts.
"""

import threading
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import zstandard

from indexer.document import Document
from indexer.errors import IndexDamagedError
from indexer.index.arrays import Array
from indexer.message import Message

LEVEL = 3
CARD_DICTIONARY, TEXT_DICTIONARY = 1 << 14, 1 << 18
"""Bytes. Texts take 7 % less with 256 kB of common words than with 64, and 3 % less again with a megabyte."""

SAMPLES = 2000
"""Documents that a dictionary is made from."""

SELF_CHECKED = ("cards.data", "texts.data")
"""The arrays in which every Document has its own checksum: half of an index, which need not be read to be opened."""

FEWEST_SAMPLES, SMALLEST_DICTIONARY = 64, 1024
"""Below, there is too little to make a dictionary of."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Document).decode


class StoredDocuments:
    """The Documents of one segment."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self.cards, self.texts = Compressed(arrays, "cards"), Compressed(arrays, "texts")

    def __getitem__(self, doc: int) -> Document:
        return msgspec.structs.replace(self.card(doc), text=self.texts[doc].decode())

    def card(self, doc: int) -> Document:
        """A document without its text."""
        return _decode(self.cards[doc])


def stored_card(document: Document) -> bytes:
    """What is kept of a document besides its text, uncompressed."""
    return _encode(msgspec.structs.replace(document, text=""))


def stored_text(document: Document) -> bytes:
    """The text of a document as it is kept, uncompressed."""
    return document.text.encode()


def stored_arrays(cards: Sequence[bytes], texts: Sequence[bytes]) -> dict[str, Array]:
    """The arrays of StoredDocuments."""
    return compressed_arrays("cards", cards, CARD_DICTIONARY) | compressed_arrays("texts", texts, TEXT_DICTIONARY)


class Compressed:
    """Many short byte strings, each with a checksum of its own. Safe to share between threads."""

    def __init__(self, arrays: Mapping[str, Array], prefix: str) -> None:
        self._bounds = arrays[f"{prefix}.bounds"]
        self._data = arrays[f"{prefix}.data"].data
        self._dictionary = zstandard.ZstdCompressionDict(arrays[f"{prefix}.dictionary"].tobytes())
        self._own = threading.local()  # a decompressor shared between threads would mix their answers up

    def __getitem__(self, number: int) -> bytes:
        if not hasattr(self._own, "decompress"):
            self._own.decompress = zstandard.ZstdDecompressor(dict_data=self._dictionary).decompress
        compressed = self._data[int(self._bounds[number]) : int(self._bounds[number + 1])]
        try:
            content: bytes = self._own.decompress(compressed)
        except (zstandard.ZstdError, MemoryError) as error:  # a damaged length may ask for any amount
            raise IndexDamagedError(
                Message(
                    "Un article est illisible. Réparez l’index avec « vigie check --repair », puis « vigie index »."
                )
            ) from error
        return content


def compressed_arrays(prefix: str, contents: Sequence[bytes], dictionary_bytes: int) -> dict[str, Array]:
    """The arrays of a Compressed."""
    dictionary = _train(contents, dictionary_bytes)
    compress = zstandard.ZstdCompressor(level=LEVEL, dict_data=dictionary, write_checksum=True).compress
    compressed = [compress(content) for content in contents]
    bounds = np.zeros(len(compressed) + 1, np.uint64)
    np.cumsum([len(content) for content in compressed], out=bounds[1:])
    return {
        f"{prefix}.bounds": bounds,
        f"{prefix}.data": np.frombuffer(b"".join(compressed), np.uint8),
        f"{prefix}.dictionary": np.frombuffer(dictionary.as_bytes(), np.uint8),
    }


def _train(contents: Sequence[bytes], dictionary_bytes: int) -> zstandard.ZstdCompressionDict:
    samples: list[bytes | bytearray | memoryview] = list(contents[:: max(1, len(contents) // SAMPLES)])
    size = min(dictionary_bytes, sum(map(len, samples)) // 8)
    if len(contents) < FEWEST_SAMPLES or size < SMALLEST_DICTIONARY:
        return zstandard.ZstdCompressionDict(b"")
    # Letting it try several k takes four times as long, for 0.6 % on French press and law.
    return zstandard.train_dictionary(size, samples, k=200, d=8)
