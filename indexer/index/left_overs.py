"""What is no longer needed, or was left by a run that did not come to its end, goes."""

from collections.abc import Iterable

from indexer.errors import IndexDamagedError
from indexer.index.manifest import Commit, commit_name, commit_names, is_of_commit, read_commit
from indexer.index.segment import segment_files
from indexer.index.storage import Storage


def files_of(commit: Commit) -> set[str]:
    """The files that a commit consists of."""
    names = {commit_name(commit.generation)} if commit.generation else set()
    for state in commit.segments:
        names.update(segment_files(state.name))
        names.update(name for name in (state.deletions, state.stories) if name)
    return names


def remove_left_overs(storage: Storage, kept: Iterable[Commit]) -> None:
    """Remove every file that was written for a commit and that none of *kept* needs."""
    needed = set[str]().union(*map(files_of, kept))
    for name in storage.names():
        if is_of_commit(name) and name not in needed:
            storage.remove(name)


def remove_unfinished(storage: Storage) -> None:
    """Remove what no commit on disk names; a manifest that cannot be read stays, for the next commit to remove."""
    names = commit_names(storage)
    needed = set(names)
    for name in names:
        try:
            needed |= files_of(read_commit(storage, name))
        except IndexDamagedError:
            continue
    for name in storage.names():
        if is_of_commit(name) and name not in needed:
            storage.remove(name)
