"""Flipped bits and truncated files: are they found, and does any search answer wrongly for one?"""

import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from msgspec.structs import replace

from indexer.errors import IndexAccessError, IndexDamagedError
from indexer.index import IndexWriter, open_reader
from indexer.index.arrays import Arrays
from indexer.index.manifest import commit_names, read_commit
from indexer.index.segment import PARTS
from indexer.index.storage import Mapped, Storage
from indexer.search import Searcher, SearchRequest, Sort
from indexer.thesaurus import load_thesaurus
from tests.faults.histories import WORDS
from tests.making import make_document

DOCUMENTS = 150
REQUESTS = (
    SearchRequest(q="missile", size=50),
    SearchRequest(q='"missile drone" OU char', sort=Sort.NEWEST, size=50),
    SearchRequest(q="frég* SAUF armée", include={"country": ("Ukraine",)}),
    SearchRequest(q="F16 155mm", sort=Sort.OLDEST),
)

Files = dict[str, bytes]


class Found(NamedTuple):
    """How flips and truncations were taken."""

    flips: int
    truncations: int
    bytes: int
    """Of all files together."""
    missed: int
    untyped: int
    first: str


class Answered(NamedTuple):
    """What became of flips before queries."""

    runs: int
    same: int
    """Answers as from the undamaged commit: nothing that was flipped had been needed."""
    before: int
    """Answers of the commit before, which says so."""
    refused: int
    """The typed error, on opening or for the query."""
    wrong: int
    untyped: int
    first: str


class Memory(Storage):
    """A storage of files in memory."""

    _numbers = count()

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__(Path("memory"))
        self.files = files

    def names(self) -> list[str]:
        return sorted(self.files)

    def map(self, name: str) -> Mapped:
        if name not in self.files:
            raise IndexDamagedError(name)
        return Mapped(memoryview(self.files[name]), (0, next(self._numbers), 0, 0))


def make_files() -> Files:
    """The files of an index of two kept commits: deletions, stories, facets and a dictionary of compression in it."""
    draw = random.Random(3)
    with tempfile.TemporaryDirectory(prefix="faults-") as place:
        folder = Path(place)
        with IndexWriter(folder) as writer:
            for number in range(DOCUMENTS):
                facets = {"country": (draw.choice(("Ukraine", "Mali")),), "person": (f"Nom {number % 40}",)}
                text = " ".join(draw.choices((*WORDS, *(f"mot{each}" for each in range(900))), k=60))
                writer.add(make_document(text, id=f"{number:03}", date=f"2022-{number % 12 + 1:02}", facets=facets))
        with IndexWriter(folder) as writer:
            writer.delete("007")
            writer.add(make_document("missile drone", id="new", date="2023"))
            writer.tell_story("001", 1)
            writer.tell_story("new", 1)
        return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".lock"}


def find_flips(*, every: int = 1) -> Found:
    """Flip every bit of every file, or one in *every*, and cut every file at every length; each must be found.

    Of the checking the part is done that looks at the file in question: a manifest is read, the arrays are verified.
    """
    files = make_files()
    flips = truncations = missed = untyped = 0
    first = ""
    for name, content in files.items():
        check = _check_of(name)
        for damaged in _damaged(content, every):
            flips += len(damaged) == len(content)
            truncations += len(damaged) != len(content)
            try:
                check(damaged)
                missed += 1
                first = first or f"{name}: nothing found"
            except IndexAccessError:
                pass
            except Exception as error:  # noqa: BLE001 - counted
                untyped += 1
                first = first or f"{name}: {type(error).__name__}: {error}"
    return Found(flips, truncations, sum(map(len, files.values())), missed, untyped, first)


def _damaged(content: bytes, every: int) -> Iterator[bytes]:
    damaged = bytearray(content)
    for bit in range(every // 2, len(content) * 8, every):
        damaged[bit // 8] ^= 1 << bit % 8
        yield bytes(damaged)
        damaged[bit // 8] ^= 1 << bit % 8
    for length in range(0, len(content), max(1, every // 8)):
        yield content[:length]


def _check_of(name: str) -> Callable[[bytes], object]:
    """What `vigie check` does with this file."""
    if name.startswith("commit-"):
        return lambda content: read_commit(Memory({name: content}), name)
    kind = next(part for part in (*PARTS, "deletions", "stories") if f".{part}" in name)
    return lambda content: Arrays(Memory({name: content}), name, kind).verify()


def ask_flipped(runs: int, seed: int = 1) -> Answered:
    """Flip a bit, open the index, ask: the answer is right, or of the commit before with a warning, or an error."""
    draw = random.Random(seed)
    files = make_files()
    names = sorted(files)
    weights = [len(files[name]) ** 0.5 for name in names]  # small files have their share
    right = _ask(files)
    newest = max(commit_names(Memory(files)))
    before = _ask({name: content for name, content in files.items() if name != newest})
    tally: Counter[str] = Counter()
    first = ""
    for _ in range(runs):
        (name,) = draw.choices(names, weights)
        damaged = bytearray(files[name])
        bit = draw.randrange(len(damaged) * 8)
        damaged[bit // 8] ^= 1 << bit % 8
        try:
            answer, warned = _ask(files | {name: bytes(damaged)})
            known = "same" if answer == right[0] else "before" if answer == before[0] and warned else "wrong"
        except IndexAccessError:
            known = "refused"
        except Exception as error:  # noqa: BLE001 - counted
            known = "untyped"
            first = first or f"{name}, bit {bit}: {type(error).__name__}: {error}"
        tally[known] += 1
        first = first or (f"{name}, bit {bit}: {known}" if known == "wrong" else "")
    return Answered(runs, tally["same"], tally["before"], tally["refused"], tally["wrong"], tally["untyped"], first)


def _ask(files: Files) -> tuple[list[bytes], bool]:
    """The answers of a search engine over these files, every article whole among them; whether it warned."""
    with _in_memory(files):
        reader = open_reader(Path("memory"))
        searcher = Searcher(reader, load_thesaurus(), cache=0)
        answers = [replace(searcher.search(request), took_ms=0.0) for request in REQUESTS]
        unwarned = [
            replace(each, query=replace(each.query, notices=()), index=replace(each.index, degraded=False))
            for each in answers
        ]
        texts = [repr(document).encode() for document in reader.documents()]
        return [*(each.to_json() for each in unwarned), *texts], bool(reader.warnings)


@contextmanager
def _in_memory(files: Files) -> Iterator[None]:
    with patch("indexer.index.reader.Storage", lambda _: Memory(files)):
        yield
