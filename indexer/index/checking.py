"""Is the index what it should be? Checksums, structure, and all that stored Documents give, derived again."""

from pathlib import Path

import msgspec

from indexer.errors import IndexDamagedError, IndexMissingError, IndexVersionError
from indexer.index.building import read_contents
from indexer.index.live import LiveSegment
from indexer.index.manifest import SegmentState, commit_names, read_commit
from indexer.index.storage import Storage
from indexer.typography import typeset


class CheckReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found. *problems* are sentences in French; none of them means that all is well."""

    generation: int
    segments: int
    documents: int
    bytes: int
    problems: tuple[str, ...]


def check_index(path: Path) -> CheckReport:
    """Check the kept commits of the index in *path*.

    IndexMissingError when there is none, IndexStorageError when the system does not let it be read.

    Of a segment, every byte against its checksum, the counts against the manifest, and terms, postings, facet values,
    dates and ids against those that its stored Documents give when they are analysed again.
    """
    storage = Storage(path)
    names = commit_names(storage)
    if not names:
        raise IndexMissingError(path)
    problems: list[str] = []
    checked: set[SegmentState] = set()
    newest = None
    for name in names:
        try:
            commit = read_commit(storage, name)
        except (IndexDamagedError, IndexVersionError) as error:
            problems.append(str(error))
            continue
        newest = newest or commit
        for state in commit.segments:
            if state not in checked:
                checked.add(state)
                problems += problems_of(storage, state)
    return CheckReport(
        generation=newest.generation if newest else 0,
        segments=len(newest.segments) if newest else 0,
        documents=newest.documents if newest else 0,
        bytes=sum(storage.size(name) for name in storage.names()),
        problems=tuple(problems),
    )


def problems_of(storage: Storage, state: SegmentState) -> list[str]:
    """What is wrong with one segment."""
    try:
        part = LiveSegment(storage, state)
        part.verify()
        segment = part.segment
        differences = segment.differences(read_contents(segment.documents[doc] for doc in range(segment.size)))
    except (IndexDamagedError, IndexVersionError) as error:
        return [str(error)]
    return [typeset(f"{state.name} ne correspond pas à ses articles : {what}.") for what in differences]
