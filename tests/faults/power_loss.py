"""Power cuts: of every state that a disk may be left in, what can a reader open, and can a writer go on?

What was not synced may be there or not, whole or not, in any order: after each operation of a history, every choice of
names that reached the disk, times what may have become of file contents. A recovery is cut short in the same way.
"""

import random
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, islice
from pathlib import Path
from typing import NamedTuple, TypeVar

from indexer.index import check_index
from tests.faults.histories import NOTHING, Change, State, changes, read_state
from tests.faults.system import Operation, System, standing_in

COMMITS = 8
"""Commits of a history."""
MOST_CHOICES = 24
SHARE_OF_WRITES, SHARE_OF_RECOVERY = 0.2, 0.2
"""A file is written in some twenty pieces, which leave much the same behind; a recovery is cut at a fifth of its steps."""
RECOVERED, CHECKED = 60, 3
"""From every 60th state a writer goes on; after every third of these recoveries all is checked."""

Files = dict[str, bytes]
_Each = TypeVar("_Each")
DAMAGES = ("kept", "lost", "zeroed", "halved", "flipped")


class Coming(NamedTuple):
    """What the commit that is being made will hold."""

    state: State


class Figures(NamedTuple):
    """What was tried, and how often each thing was seen."""

    states: int
    compound: int
    """States of these that a cut while recovering from another one left."""
    recoveries: int
    unopenable: int
    mixed: int
    lost: int
    first: str
    """What went wrong first."""


class Disk:
    """A folder: what its processes see, and what is certain to be there after a power cut."""

    def __init__(self, files: Files) -> None:
        self._content = dict(enumerate(files.values()))
        self._synced: dict[int, bytes] = dict(self._content)
        self._names = {name: number for number, name in enumerate(files)}
        self._durable = dict(self._names)
        self._pending: list[tuple[tuple[str, int | None], ...]] = []
        """Changes of names that are not synced: of each the names that it sets, None for one that goes."""

    def apply(self, operation: Operation) -> None:
        """Do as the log says."""
        name, content = operation.name, operation.content
        match operation.kind:
            case "create":
                if name not in self._names:
                    self._set((name, len(self._content)))
                self._content[self._names[name]] = b""
            case "write":
                self._content[self._names[name]] += content
            case "sync":
                self._synced[self._names[name]] = self._content[self._names[name]]
            case "link":
                number = len(self._content)
                self._content[number] = self._synced[number] = content
                self._set((name, number))
            case "rename":
                self._set((name, None), (content.decode(), self._names[name]))
            case "unlink":
                self._set((name, None))
            case "sync names":
                self._durable, self._pending = dict(self._names), []

    def _set(self, *changed: tuple[str, int | None]) -> None:
        self._pending.append(changed)
        self._names = _named(self._names, [changed])
        for _, number in changed:
            if number is not None:
                self._content.setdefault(number, b"")

    def after_power_loss(self, draw: random.Random) -> Iterator[Files]:
        """The states that the folder may be found in."""
        for chosen in _choices(self._pending, draw):
            names = _named(self._durable, chosen)
            unsynced = [number for number in names.values() if self._content[number] != self._synced.get(number)]
            damages: Iterable[Sequence[str]] = [[damage] * len(unsynced) for damage in DAMAGES] if unsynced else [()]
            if len(unsynced) > 1:
                damages = [*damages, draw.choices(DAMAGES, k=len(unsynced)), draw.choices(DAMAGES, k=len(unsynced))]
            for damage in damages:
                found = dict(zip(unsynced, damage, strict=True))
                yield {name: self._found(number, found.get(number, "kept"), draw) for name, number in names.items()}

    def _found(self, number: int, damage: str, draw: random.Random) -> bytes:
        content = self._content[number]
        match damage:
            case "lost":
                return self._synced.get(number, b"")
            case "zeroed":
                return bytes(len(content))
            case "halved":
                return content[: len(content) // 2]
            case "flipped" if content:
                place = draw.randrange(len(content))
                return content[:place] + bytes([content[place] ^ 1 << draw.randrange(8)]) + content[place + 1 :]
        return content


def _named(names: dict[str, int], changes: Iterable[tuple[tuple[str, int | None], ...]]) -> dict[str, int]:
    """The names after some changes."""
    names = dict(names)
    for changed in changes:
        for name, number in changed:
            if number is None:
                names.pop(name, None)
            else:
                names[name] = number
    return names


def _choices(pending: list[_Each], draw: random.Random) -> list[list[_Each]]:
    """Which of some changes reached the disk: every choice of a few; of many all, none, all but one, one, and some."""
    if len(pending) <= 4:
        return [list(chosen) for size in range(len(pending) + 1) for chosen in combinations(pending, size)]
    one_missing = [pending[:at] + pending[at + 1 :] for at in range(len(pending))]
    some = [[each for each in pending if draw.random() < 0.5] for _ in range(6)]
    choices = [pending, [], *one_missing, *([each] for each in pending), *some]
    return choices if len(choices) <= MOST_CHOICES else choices[:2] + draw.sample(choices[2:], MOST_CHOICES - 2)


class Laboratory:
    """A folder in memory that takes on one state after another."""

    def __init__(self) -> None:
        shm = Path("/dev/shm")
        self.folder = Path(tempfile.mkdtemp(prefix="faults-", dir=shm if shm.is_dir() else None))
        self._files: Files = {}

    def put(self, files: Files) -> Path:
        """Have the folder hold these files."""
        for name in self._files.keys() - files.keys():
            (self.folder / name).unlink(missing_ok=True)
        for name, content in files.items():
            if self._files.get(name) is not content:
                (self.folder / name).unlink(missing_ok=True)
                (self.folder / name).write_bytes(content)
        self._files = files
        return self.folder

    def changed(self) -> None:
        """Note that the folder was written to."""
        for path in self.folder.iterdir():
            path.unlink()
        self._files = {}

    def close(self) -> None:
        shutil.rmtree(self.folder)


class PowerLoss:
    """The experiment: *number* different states, from histories drawn by *seed*."""

    def __init__(self, number: int, seed: int = 1) -> None:
        self._number, self._draw = number, random.Random(seed)
        self._seen: set[int] = set()
        self._laboratory = Laboratory()
        self._compound = self._recoveries = self._unopenable = self._mixed = self._lost = 0
        self._first = ""

    def run(self) -> Figures:
        """Try histories until there were enough states."""
        try:
            while len(self._seen) < self._number:
                self._try_history()
        finally:
            self._laboratory.close()
        found = (self._unopenable, self._mixed, self._lost, self._first)
        return Figures(len(self._seen), self._compound, self._recoveries, *found)

    def _try_history(self) -> None:
        self._cut(Disk({}), record(islice(changes(self._draw), COMMITS)), NOTHING, deep=True)

    def _cut(self, disk: Disk, log: Sequence[Operation], acknowledged: State, *, deep: bool) -> None:
        """Cut the power after every operation of a log."""
        coming = acknowledged
        for operation in log:
            disk.apply(operation)
            if isinstance(operation.told, Coming):
                coming = operation.told.state
            elif isinstance(operation.told, State):
                acknowledged = operation.told
            if operation.kind == "write" and self._draw.random() > SHARE_OF_WRITES:
                continue
            if not deep and self._draw.random() > SHARE_OF_RECOVERY:
                continue
            for files in disk.after_power_loss(self._draw):
                key = hash(frozenset(files.items()))
                if key in self._seen:
                    continue
                if len(self._seen) >= self._number:
                    return
                self._seen.add(key)
                self._compound += not deep
                found = self._look(files, (acknowledged, coming))
                if found and deep and len(self._seen) % RECOVERED == 0:
                    self._recover(files, found)

    def _look(self, files: Files, allowed: tuple[State, State]) -> State | None:
        """What a reader finds, one of the *allowed* states; None when it is none of them."""
        with standing_in(System()):
            try:
                found = read_state(self._laboratory.put(files))
            except Exception as error:  # noqa: BLE001 - counted
                self._unopenable += 1
                self._first = self._first or f"{type(error).__name__}: {error}"
                return None
        if found in allowed:
            return found
        self._lost += found.generation < allowed[0].generation
        self._mixed += found.generation >= allowed[0].generation
        self._first = self._first or f"generation {found.generation} where {allowed[0].generation} was acknowledged"
        return None

    def _recover(self, files: Files, found: State) -> None:
        """A writer goes on from a state; the power is cut again while it does."""
        self._recoveries += 1
        folder = self._laboratory.put(files)
        change = Change(added=next(changes(self._draw)).added)
        log = [each for each in record([change], folder, found) if not isinstance(each.told, Coming)]
        done = log[-1].told
        assert isinstance(done, State)
        checked = check_index(folder).problems if self._recoveries % CHECKED == 0 else ()
        if done.documents != change.after(found).documents or checked:
            self._mixed += 1
            self._first = self._first or f"recovery: {checked}"
        names = {path.name for path in folder.iterdir()}
        self._laboratory.changed()
        assert not {name for name in names if name.startswith("commit.")}
        self._cut(Disk(files), [Operation("told", told=Coming(done)), *log], found, deep=False)


def record(history: Iterable[Change], folder: Path | None = None, state: State = NOTHING) -> list[Operation]:
    """The log of what a history does to a *folder*, a new one when none is given, in which there is a *state*.

    Before and after each change it tells what is Coming, and what is there.
    """
    with tempfile.TemporaryDirectory(prefix="faults-") as temporary, standing_in(System()) as system:
        place = folder or Path(temporary)
        for change in history:
            system.tell(Coming(change.after(state)))
            change.carry_out(place)
            state = read_state(place)
            system.tell(state)
        return system.log
