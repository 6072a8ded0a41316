"""kill -9: a writer is killed at each of its system calls, or at any moment, while readers search all the time."""

import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections.abc import Callable
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import NamedTuple

from indexer.engine import Engine, LocalEngine, open_engine
from indexer.index import INDEXING, check_index, take_lock
from indexer.index.copying import copy_index
from indexer.index.left_overs import files_of
from indexer.index.lock import WRITING
from indexer.index.manifest import commit_names, is_of_commit, read_commit
from indexer.index.storage import Storage
from indexer.search import SearchRequest
from tests.faults.histories import Change, State, changes, read_state
from tests.faults.system import System, standing_in

READERS = 2
MOMENTS = 5
"""One kill in 5 comes from outside, at any moment; the others at a system call."""
CALLS_APART = 7
"""Of a writer's calls every seventh, from another first one each time, so that all kinds of change are cut soon."""

_fork = multiprocessing.get_context("fork")


class Figures(NamedTuple):
    """What was tried, and what went wrong."""

    kills: int
    at_a_call: int
    at_a_moment: int
    searches: int
    lost: int
    stuck: int
    """Locks that stayed, and files left over after the next commit."""
    reader_errors: tuple[str, ...]


class Readers:
    """Processes that search an index all the time, as servers do."""

    def __init__(self, folder: Path, number: int, *, pause: float = 0.0) -> None:
        """Readers that search until they are stopped, with a *pause* in seconds between two searches."""
        self._done: Event = _fork.Event()
        self._searches = _fork.RawArray("L", number)
        self._pipes: list[Connection] = []
        self._processes = []
        for place in range(number):
            mine, theirs = _fork.Pipe()

            def count(searches: int, place: int = place) -> None:
                self._searches[place] = searches

            process = _fork.Process(target=_search, args=(folder, self._done, theirs, count, pause))
            process.start()
            self._processes.append(process)
            self._pipes.append(mine)

    @property
    def searches(self) -> int:
        """How many searches all have done together."""
        return sum(self._searches)

    def stop(self) -> list["Seen"]:
        """End them; what each saw."""
        self._done.set()
        seen = [pipe.recv() for pipe in self._pipes]
        for process in self._processes:
            process.join()
        return seen


class Seen(NamedTuple):
    """What a reader saw."""

    searches: int
    generations: int
    errors: tuple[str, ...]
    descriptors: int
    """By how many the descriptors differed that it had open, those of the files of its commit aside."""


def _search(folder: Path, done: Event, pipe: Connection, count: Callable[[int], None], pause: float) -> None:
    """Search, and hold every answer against what all of them must have in common."""
    engine = open_engine(folder)
    request = SearchRequest(q="version", facets=("country",))
    errors: list[str] = []
    searches = generations = last = 0
    open_besides: set[int] = set()
    while not done.is_set():
        try:
            results = engine.search(request)
            ukraine = sum(value.count for value in results.facets["country"].values)
            if not results.total.value == ukraine == results.index.documents:
                errors.append(f"{results.total.value} hits, {ukraine} counted, {results.index.documents} documents")
            if results.index.generation < last:
                errors.append(f"generation {results.index.generation} after {last}")
            if results.query.notices:
                errors.append(results.query.notices[0])
            generations += results.index.generation != last
            last = results.index.generation
        except Exception as error:  # noqa: BLE001 - told to the parent
            errors.append(f"{type(error).__name__}: {error}")
        searches += 1
        count(searches)
        time.sleep(pause)
        if searches % 50 == 0 and not errors:
            open_besides.add(len(os.listdir("/proc/self/fd")) - _descriptors(engine))
    pipe.send(
        Seen(searches, generations, tuple(errors[:3]), max(open_besides) - min(open_besides) if open_besides else 0)
    )


def _descriptors(engine: Engine) -> int:
    """The files of the commit that an engine has open: each takes a descriptor."""
    assert isinstance(engine, LocalEngine)
    assert engine._opened is not None
    return len(files_of(engine._opened[0].commit)) - 1


def run(number: int, seed: int = 1) -> Figures:
    """Kill *number* writers."""
    draw = random.Random(seed)
    history = changes(draw)
    lost = stuck = at_a_call = at_a_moment = 0
    with tempfile.TemporaryDirectory(prefix="faults-") as temporary:
        folder = Path(temporary) / "index"
        next(history).carry_out(folder)
        state = read_state(folder)
        readers = Readers(folder, READERS, pause=0.01)
        took = 0.05
        snapshots = count()
        while at_a_call + at_a_moment < number:
            change = next(history)
            first = draw.randrange(1, CALLS_APART)
            for at in count(first, CALLS_APART):
                doing, allowed = _action(folder, Path(temporary), change, state, next(snapshots))
                begin = time.monotonic()
                from_outside = draw.randrange(MOMENTS) == 0
                killed = _killed(doing, None if from_outside else at, draw.uniform(0, took))
                if not killed:
                    took = time.monotonic() - begin
                at_a_moment += killed and from_outside
                at_a_call += killed and not from_outside
                stuck += _is_stuck(folder)
                found = read_state(folder)
                lost += found.documents not in (state.documents, allowed.documents)
                lost += found.generation < state.generation
                if found.generation > state.generation or not killed:
                    state = found
                    break
                if at_a_call + at_a_moment == number:
                    break
        next(history).carry_out(folder)
        stuck += _left_over(folder)
        lost += bool(check_index(folder).problems)
        seen = readers.stop()
    errors = tuple(error for each in seen for error in each.errors)
    return Figures(number, at_a_call, at_a_moment, sum(each.searches for each in seen), lost, stuck, errors)


def _action(
    folder: Path, beside: Path, change: Change, state: State, number: int
) -> tuple[Callable[[], object], State]:
    """What the next writer does, and the state that it makes: a change mostly, now and then a restoration of itself."""
    if number % 11 == 10:
        return (lambda: copy_index(folder, beside / "snapshot")), state
    return (lambda: change.carry_out(folder)), change.after(state)


def _killed(doing: Callable[[], object], at: int | None, moment: float) -> bool:
    """Do something in a process that is killed at its call number *at*, or from outside at a *moment*."""

    def child() -> None:
        with standing_in(System(lambda number: os.kill(os.getpid(), signal.SIGKILL) if number == at else None)):
            doing()

    process = _fork.Process(target=child)
    process.start()
    if at is None:
        process.join(moment)
        process.kill()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    return process.exitcode != 0


def _is_stuck(folder: Path) -> bool:
    """Whether a lock is held by nobody."""
    try:
        for name in (WRITING, INDEXING):
            take_lock(folder, name).close()
    except Exception:  # noqa: BLE001 - counted
        return True
    return False


def _left_over(folder: Path) -> int:
    """Files that no kept commit needs."""
    storage = Storage(folder)
    needed = set[str]().union(*(files_of(read_commit(storage, name)) for name in commit_names(storage)))
    return sum(is_of_commit(name) and name not in needed for name in storage.names())
