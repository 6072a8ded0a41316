"""The n-th system call fails: for every n, for every reason, once or for good. All is done then, or nothing."""

import gc
import os
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

from indexer.engine import LocalEngine, open_engine
from indexer.errors import IndexAccessError, IndexDamagedError
from indexer.index import INDEXING, IndexWriter, check_index, take_lock
from indexer.index.copying import copy_index, take_snapshot
from indexer.index.manifest import newest_generation
from indexer.index.repairing import repair_index
from indexer.index.storage import Storage
from indexer.search import SearchRequest
from tests.faults.histories import IDS, Change, State, document, read_state
from tests.faults.system import REFUSALS, System, failing, standing_in

SHM = Path("/dev/shm")
ALL_READ = SearchRequest(q="version")


class Case(NamedTuple):
    """Something done to the index in a folder, and which states may be found where afterwards."""

    name: str
    prepare: Callable[[Path], object]
    act: Callable[[Path, object], object]
    place: str
    """Where to look: a folder in that folder."""
    after: Callable[[State], State]


class Figures(NamedTuple):
    """What was tried, by operation, and what went wrong."""

    runs: int
    by_case: dict[str, int]
    failed: int
    """Runs in which the refusal stopped the operation; in the others it did without."""
    neither: int
    """Neither all nor nothing."""
    untyped: int
    """Errors of other types than IndexAccessError and MemoryError."""
    unusable: int
    """Writers that could not go on afterwards, descriptors left open."""
    first: tuple[str, ...]


def cases(draw: random.Random) -> Iterator[Case]:
    """Everything that changes an index, and a server's change to a new commit."""
    new = document("new", 99, draw)
    changed = document(IDS[0], 99, draw)
    for name, change in (
        ("add", Change(added=(new,), told=((IDS[1], 7), (IDS[2], 7)))),
        ("replace", Change(added=(changed,))),
        ("delete", Change(deleted=(IDS[0], IDS[5]))),
        ("merge", Change(merges=True)),
    ):
        yield Case(name, lambda _: None, lambda folder, _, change=change: change.carry_out(folder / "index"), "index",  # type: ignore[misc]
                   change.after)  # fmt: skip
    yield Case("snapshot", lambda _: None, lambda folder, _: take_snapshot(folder / "index", folder / "copy"), "copy",
               lambda state: state)  # fmt: skip
    yield Case("restore", _damage_nothing, lambda folder, _: copy_index(folder / "saved", folder / "index"), "index",
               lambda state: State(state.generation + 1, state.documents))  # fmt: skip
    yield Case("repair", _damage, lambda folder, _: repair_index(folder / "index"), "index", lambda state: state)
    yield Case("reload", _open_and_change, _reload, "index", lambda state: state)


def _damage_nothing(folder: Path) -> None:
    take_snapshot(folder / "index", folder / "saved")


def _damage(folder: Path) -> None:
    """A segment's terms are gone, which the articles give again."""
    name = min(path for path in (folder / "index").iterdir() if path.name.endswith(".terms"))
    content = name.read_bytes()
    name.unlink()
    name.write_bytes(content[:-100] + bytes(100))


def _open_and_change(folder: Path) -> object:
    """An engine that has answered from the commit before the newest."""
    engine = open_engine(folder / "index")
    engine.search(ALL_READ)
    Change(deleted=(IDS[3],)).carry_out(folder / "index")
    return engine


def _reload(folder: Path, engine: object) -> None:
    assert isinstance(engine, LocalEngine)
    generation, newest = engine.search(ALL_READ).index.generation, newest_generation(Storage(folder / "index"))
    assert generation in (newest, newest - 1), generation
    state = engine.state()
    assert generation == newest or state.degraded or state.generation == newest, "an old commit without a word"


def run(*, every: int = 1, seed: int = 1) -> Figures:
    """Every call fails in every way, or with *every* one in so many, in turns."""
    draw = random.Random(seed)
    by_case: Counter[str] = Counter()
    tally: Counter[str] = Counter()
    first: list[str] = []
    ways = [(name, sticky) for name in REFUSALS for sticky in (False, True)]
    turn = count()
    with tempfile.TemporaryDirectory(prefix="faults-", dir=SHM if SHM.is_dir() else None) as place:
        base = Path(place) / "base"
        _build(base / "index", draw)
        whole = read_state(base / "index")
        for case in cases(draw):
            for at in count(1):
                reached = True
                for way in ways:
                    if next(turn) % every:
                        continue
                    wrong, reached, failed = _try(case, base, whole, Path(place) / "run", (at, *way))
                    by_case[case.name] += reached
                    tally["failed"] += failed
                    tally.update(what for what, _ in wrong)
                    first += [f"{case.name}, call {at}, {way}: {what}: {why}" for what, why in wrong]
                    if not reached:
                        break
                if not reached:
                    break
    return Figures(
        runs=by_case.total(),
        by_case=dict(by_case),
        failed=tally["failed"],
        neither=tally["neither"],
        untyped=tally["untyped"],
        unusable=tally["unusable"],
        first=tuple(first[:5]),
    )


def _build(folder: Path, draw: random.Random) -> None:
    """Two segments, one with deletions, one with stories."""
    Change(added=tuple(document(name, 1, draw) for name in IDS[:6]), told=((IDS[1], 1), (IDS[2], 1))).carry_out(folder)
    Change(added=tuple(document(name, 2, draw) for name in IDS[6:]), deleted=(IDS[4],)).carry_out(folder)


def _try(
    case: Case, base: Path, whole: State, folder: Path, refusal: tuple[int, str, bool]
) -> tuple[list[tuple[str, str]], bool, bool]:
    """What went wrong when a call failed; whether there was a call of that number; whether the operation failed."""
    at, name, sticky = refusal
    shutil.copytree(base, folder)
    wrong: list[tuple[str, str]] = []
    failed = False
    try:
        prepared = case.prepare(folder)
        with standing_in(System()):
            before = _state(folder / case.place)
        descriptors = len(os.listdir("/proc/self/fd"))
        system = failing(name, at, sticky=sticky)
        with standing_in(system):
            try:
                case.act(folder, prepared)
            except (IndexAccessError, MemoryError):
                failed = True
            except Exception as error:  # noqa: BLE001 - counted
                failed = True
                wrong.append(("untyped", f"{type(error).__name__}: {error}"))
        with standing_in(System()):
            found = _state(folder / case.place)
            full = case.after(before or whole)
            unchanged = before.documents if before else None
            allowed = [full.documents] if not failed else [unchanged, full.documents]
            if (found.documents if found else None) not in allowed:
                wrong.append(("neither", f"{found and sorted(found.documents)}, failed={failed}"))
            if at % 5 == 0:
                if case.name == "repair":
                    repair_index(folder / "index")
                wrong += _usable(folder / "index")
            elif case.name not in {"reload", "repair"}:
                take_lock(folder / "index", INDEXING).close()
                IndexWriter(folder / "index").cancel()
        del prepared
        if len(os.listdir("/proc/self/fd")) > descriptors and gc.collect() >= 0:
            left = len(os.listdir("/proc/self/fd")) - descriptors
            wrong += [("unusable", f"{left} descriptors left open")] if left > 0 else []
        return wrong, system.calls >= at, failed
    finally:
        shutil.rmtree(folder)


def _usable(folder: Path) -> list[tuple[str, str]]:
    """What keeps the next writer from going on; all is as it should be after it."""
    before = read_state(folder)
    change = Change(added=(document("next", 100, random.Random(1)),))
    change.carry_out(folder)
    if read_state(folder).documents != change.after(before).documents:
        return [("unusable", "the next commit is not what it should be")]
    return [("unusable", problem) for problem in check_index(folder).problems]


def _state(folder: Path) -> State | None:
    """What is there; None without a commit that can be read."""
    try:
        found = read_state(folder)
    except IndexDamagedError:
        return None
    return found if found.generation else None
