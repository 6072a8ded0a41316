"""One writer commits again and again, four readers search all the time: every answer is that of one whole commit."""

import random
import resource
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

from indexer.index import IndexWriter, check_index
from indexer.index.left_overs import files_of
from indexer.index.manifest import commit_names, read_commit
from indexer.index.storage import Storage
from tests.faults.histories import WORDS
from tests.faults.kills import Readers
from tests.making import make_document

READERS = 4
DOCUMENTS = 1000
MERGED_EVERY = 500
WAIT = 0.001
MOST_ON_DISK = 2.2
"""What the folder may take at most, in sizes of the commit that is served: two are kept."""
DESCRIPTORS = 20
"""By how many those of a reader may differ: one commit may be let go of while another is opened."""


class Figures(NamedTuple):
    """What was done, and what went wrong."""

    commits: int
    searches: int
    generations: int
    """Different commits that the readers answered from, all together."""
    seconds: float
    errors: tuple[str, ...]
    """Failed searches, answers of no whole commit, generations that went back."""
    descriptors: int
    """By how many the descriptors that a reader has open, those of its commit's files aside, differed at most."""
    on_disk: float
    """The size of the folder after a commit, in sizes of the commit that is served: the median."""
    most_on_disk: float
    writer_growth: float
    """Megabytes that the writer's memory grew by, from the first tenth of the commits on."""


def run(commits: int, searches: int, seed: int = 1) -> Figures:
    """So many commits, and at least so many searches: commits wait for their share of them."""
    draw = random.Random(seed)
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="faults-") as place:
        folder = Path(place)
        with IndexWriter(folder) as writer:
            for number in range(DOCUMENTS):
                writer.add(make_document(_text(draw, 0), id=str(number), facets={"country": ("Ukraine",)}))
        readers = Readers(folder, READERS)
        sizes: list[float] = []
        early = 0
        for number in range(1, commits + 1):
            with IndexWriter(folder) as writer:
                for name in draw.sample(range(DOCUMENTS), 2):
                    writer.add(make_document(_text(draw, number), id=str(name), facets={"country": ("Ukraine",)}))
                writer.delete(str(draw.randrange(DOCUMENTS)))
            if number % MERGED_EVERY == 0:
                IndexWriter(folder).merge()
            sizes.append(_on_disk(folder))
            if number == max(commits // 10, 1):
                early = _memory()
            while readers.searches < number * searches / commits:
                time.sleep(WAIT)
        seen = readers.stop()
        problems = check_index(folder).problems
    return Figures(
        commits=commits,
        searches=sum(each.searches for each in seen),
        generations=sum(each.generations for each in seen),
        seconds=round(time.monotonic() - begin, 1),
        errors=tuple(error for each in seen for error in each.errors) + problems,
        descriptors=max(each.descriptors for each in seen),
        on_disk=round(median(sizes), 2),
        most_on_disk=round(max(sizes), 2),
        writer_growth=round((_memory() - early) / 1000, 1),
    )


def _text(draw: random.Random, version: int) -> str:
    return f"version {version} " + " ".join(draw.choices(WORDS, k=300))


def _on_disk(folder: Path) -> float:
    storage = Storage(folder)
    live = sum(map(storage.size, files_of(read_commit(storage, commit_names(storage)[0]))))
    return sum(map(storage.size, storage.names())) / live


def _memory() -> int:
    """The most memory that this process has taken, in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
