"""The index against a plain dict over long histories of changes, commits and merges, its process killed at any file.

What a power cut does is not looked at here: what was written is there.
"""

import errno
import os
import random
import shutil
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import permutations
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from msgspec.structs import replace

from indexer.analysis import analyze
from indexer.document import FACETS, Document, PartialDate, Provenance, facet_values
from indexer.errors import IndexMissingError
from indexer.index import Change, IndexReader, IndexWriter, LiveSegment, check_index, merging, open_reader
from indexer.index.lock import WRITING
from indexer.index.manifest import SegmentState, commit_name, commit_names, read_commit
from indexer.index.merging import TIER, choose_merge, merge_segments
from indexer.index.segment import segment_files
from indexer.index.storage import Content, Storage
from tests.length import PARTS

EXAMPLES, STEPS = 60, 90
FEWEST_STEPS = 20_000
IDS = tuple(f"d{number:02}" for number in range(24))
MANY_IDS = tuple(f"m{number:02}" for number in range(70))
"""Enough for a segment whose compression has a dictionary."""
WORDS = ("missile", "missiles", "F 16", "155 mm", "l’Otan", "de", "écho")
TERMS = ("missile", "f16", "155mm", "otan", "absent")
SHARED_FILES = tuple(Provenance(path="un.txt", root=root, format="text") for root in ("/un", "/deux"))
OLD_READERS = 3
IN_MEMORY = Path("/dev/shm")
"""Where a file costs little, on most systems."""
POINTS = ("segment", "deletions", "manifest", "rename", "sync", "remove")
"""The kinds of changes to the folder at which a process may be killed; the first three are files being written."""

State = dict[str, Document]
steps: Counter[str] = Counter()
happened: Counter[str] = Counter()
"""What was done in all histories, and what came of it."""


class Fault(NamedTuple):
    """What becomes of a process at one of its changes to the folder."""

    point: str
    number: int
    """Its n-th change of that kind, counted from now."""
    share: float
    """How much of the file being written gets to the disk."""
    kills: bool
    """Else the disk is full, and the process knows it."""


def make(name: str, words: tuple[str, str], date: str | None, source: str | None, countries: Sequence[str]) -> Document:
    return Document(
        id=name,
        title=words[0],
        text=words[1],
        provenance=Provenance(path=f"{name}.txt", root="/un", format="text"),
        published=PartialDate.parse(date) if date else PartialDate(),
        source=source,
        facets={"country": tuple(countries), "person": ("Zola",)} if countries else {},
    )


texts = st.sampled_from(["", *WORDS, *map(" ".join, permutations(WORDS, 3))])
documents = st.builds(
    make,
    st.sampled_from(IDS),
    st.tuples(texts, texts),
    st.sampled_from([None, "2022", "2022-11", "2023-05-06"]),
    st.sampled_from([None, "un.example"]),
    st.sampled_from([(), ("Ukraine",), ("Ukraine", "Mali")]),
)
files = st.none() | st.sampled_from(SHARED_FILES)
"""None for a file that holds nothing else."""
faults = st.builds(
    Fault,
    st.sampled_from(POINTS),
    st.sampled_from([0, 0, 1, 1, 2, 3, 5]),
    st.sampled_from([0.0, 0.01, 0.5, 1.0, 1.0]),
    st.sampled_from([True, True, False]),
)
memories = st.sampled_from([1, 5000, 20_000, 1_000_000])
"""For segments of one document, of three, of ten and of all."""


class Killed(BaseException):
    """The process is no more."""


class MortalStorage(Storage):
    """A Storage whose process may meet its Fault; once killed it does nothing any more, tidying up included."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.fault: Fault | None = None
        self.dead = False
        self.committed = False
        """Whether a manifest got its name."""
        self.untidy = False
        """Whether a file was not removed: the next writer does that, and this one's work counts all the same."""

    def __getattribute__(self, name: str) -> Any:
        if name in vars(Storage) and not name.startswith("_") and self.dead:
            raise Killed
        return super().__getattribute__(name)

    def write(self, name: str, content: Content) -> int:
        whole = b"".join(content)
        point = "manifest" if name.startswith("commit") else "deletions" if "deletions" in name else "segment"
        with self._change(point) as share:
            return super().write(name, [whole[: int(share * len(whole))]])

    def rename(self, old: str, new: str) -> None:
        with self._change("rename") as share:
            if share == 1:
                super().rename(old, new)
                self.committed = True

    def sync_names(self) -> None:
        with self._change("sync"):
            super().sync_names()

    def remove(self, name: str) -> None:
        with self._change("remove") as share:
            if share == 1:
                super().remove(name)

    @contextmanager
    def _change(self, point: str) -> Iterator[float]:
        """One change, and how much of it is done before the Fault."""
        fault = self.fault
        if fault is None or fault.point != point:
            yield 1
        elif fault.number:
            self.fault = fault._replace(number=fault.number - 1)
            yield 1
        else:
            self.fault = None
            yield fault.share
            happened[f"fault at {point} {'after' if self.committed else 'before'} the commit"] += 1
            if fault.kills:
                self.dead = True
                raise Killed
            self.untidy |= point == "remove"
            raise OSError(errno.ENOSPC, "full")


class Run:
    """A writer, and what it should have done so far."""

    def __init__(self, folder: Path, memory: int, committed: State) -> None:
        self.writer = IndexWriter(folder, memory=memory)
        assert isinstance(self.writer._storage, MortalStorage)
        self.storage = self.writer._storage
        self.files = set(os.listdir(folder))
        self.changed = False
        self._kept = dict(committed)
        self._added: State = {}
        self._seen: set[str] = set()

    @property
    def result(self) -> State:
        """What the index holds once this is committed."""
        return self._kept | self._added

    def add(self, *documents: Document) -> None:
        for document in documents:
            expected = self._expect_add(document)
            assert self.writer.add(document) is expected

    def delete(self, *names: str) -> None:
        for name in names:
            expected = self._kept.pop(name, None) is not None
            self.changed |= expected
            assert self.writer.delete(name) is expected

    def _expect_add(self, document: Document) -> Change:
        if document.id in self._seen:
            return Change.COPY
        self._seen.add(document.id)
        before = self._kept.get(document.id)
        if before == document:
            return Change.UNCHANGED
        self.changed = True
        self._kept.pop(document.id, None)
        self._added[document.id] = document
        return Change.CHANGED if before else Change.NEW


class IndexMachine(RuleBasedStateMachine):
    """One index; a step that changes it opens a writer when none is open."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="vigie-", dir=IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None))
        self.states: list[State] = [{}]
        """What every generation holds; 0 stands for no commit."""
        self.run: Run | None = None
        self.memory = 1
        self.readers: deque[tuple[IndexReader, State]] = deque()
        self.checked = 0
        """The number of states at the last check."""

    @initialize(tier=st.sampled_from([3, TIER]))
    def set_tier(self, tier: int) -> None:
        """Few documents make many tiers where few segments make one."""
        merging.TIER = tier

    def teardown(self) -> None:
        try:
            self._check()
            for reader, state in self.readers:
                compare(reader, state)
        finally:
            if self.run:
                self.run.writer._lock.close()
            shutil.rmtree(self.folder)

    @property
    def running(self) -> Run:
        self.run = self.run or Run(self.folder, self.memory, self.states[-1])
        return self.run

    @rule(document=documents, file=files)
    def add(self, document: Document, file: Provenance | None) -> None:
        steps["add"] += 1
        self._change(lambda run: run.add(replace(document, provenance=file or document.provenance)))

    @rule(some=st.lists(documents, min_size=2, max_size=4))
    def add_some(self, some: list[Document]) -> None:
        steps["add some"] += 1
        self._change(lambda run: run.add(*some))

    @precondition(lambda self: self.states[-1])
    @rule(number=st.integers(0, 99), file=files)
    def add_again(self, number: int, file: Provenance | None) -> None:
        """A committed document comes back as it is, from the same file or from another one."""
        steps["add again"] += 1
        known = list(self.states[-1].values())
        document = known[number % len(known)]
        self._change(lambda run: run.add(replace(document, provenance=file or document.provenance)))

    @precondition(lambda self: self.memory == 1_000_000 and MANY_IDS[0] not in self.states[-1])
    @rule(count=st.sampled_from([10, len(MANY_IDS)]), seed=st.integers(0, 5))
    def add_many(self, count: int, seed: int) -> None:
        """More documents than the smallest segments have, all of one file: they may go together too."""
        steps["add many"] += 1
        rng = random.Random(seed)
        many = [
            make(name, ("", " ".join(rng.choices(WORDS, k=3))), rng.choice(["2022", None]), None, ())
            for name in MANY_IDS[:count]
        ]
        many = [replace(document, provenance=SHARED_FILES[0]) for document in many]
        self._change(lambda run: run.add(*many))

    @rule(number=st.integers(0, 29))
    def delete(self, number: int) -> None:
        """A committed document goes; one that is not there when they are too few."""
        steps["delete"] += 1
        name = [*self.states[-1], *IDS, *MANY_IDS][number]
        self._change(lambda run: run.delete(name))

    @precondition(lambda self: len(self.states) % 6 == 2)  # rarely
    @rule()
    def delete_all(self) -> None:
        steps["delete all"] += 1
        self._change(lambda run: run.delete(*self.states[-1]))

    @precondition(lambda self: self.run and not self.run.storage.fault)
    @rule(fault=faults)
    def doom(self, fault: Fault) -> None:
        """Some time later, the process is killed, or the disk full."""
        steps["doom"] += 1
        self.running.storage.fault = fault

    @rule(some=st.lists(documents, max_size=4), fault=st.none() | faults, memory=memories)
    def commit(self, some: list[Document], fault: Fault | None, memory: int) -> None:
        """The last changes of a run, and its commit."""
        steps["commit"] += 1
        self.running.storage.fault = fault or self.running.storage.fault
        self._change(lambda run: run.add(*some))
        if self.run:
            self._commit(lambda run: run.writer.commit())
        self.memory = memory

    @precondition(lambda self: len(self.states) % 4 == 0)  # rarely, so that segments of one size gather
    @rule(fault=st.none() | faults)
    def merge(self, fault: Fault | None) -> None:
        """Everything becomes one segment."""
        steps["merge"] += 1
        run = self.running
        run.storage.fault = fault or run.storage.fault
        states = run.writer._reader.commit.segments
        run.changed |= len(states) > 1 or any(state.deleted for state in states)
        if self._commit(lambda run: run.writer.merge()) and self.states[-1]:
            (state,) = self._segments()
            assert state.deletions is None

    @precondition(lambda self: bool(self.run) and len(self.states) % 2 == 0)  # rarely, as it undoes so much
    @rule()
    def cancel(self) -> None:
        steps["cancel"] += 1
        if self._try(lambda run: run.writer.cancel()):
            run = self.running
            assert run.storage.untidy or set(os.listdir(self.folder)) == run.files
            self.run = None
            self._compare_newest()

    @precondition(lambda self: self.states[-1] is not (self.readers[-1][1] if self.readers else self.states[0]))
    @rule()
    def read(self) -> None:
        """A reader answers as on its first day, whatever became of its files; another one is opened."""
        steps["read"] += 1
        if len(self.readers) == OLD_READERS:
            compare(*self.readers.popleft())
        self.readers.append((open_reader(self.folder), self.states[-1]))

    @precondition(lambda self: len(self.states) > self.checked + 8)  # rarely, it takes longest
    @rule()
    def check(self) -> None:
        steps["check"] += 1
        self.checked = len(self.states)
        self._check()

    def _change(self, action: Callable[[Run], object]) -> None:
        """Do something in a `with IndexWriter` block: any exception but sudden death cancels the run."""
        run = self.running
        if not self._try(action) and not run.storage.dead:
            run.writer.cancel()
            assert run.storage.untidy or set(os.listdir(self.folder)) == run.files

    def _commit(self, action: Callable[[Run], object]) -> bool:
        """Whether everything done in the run is in the index now."""
        run = self.running
        if not self._try(action):
            return False
        self.run = None
        assert run.storage.committed == run.changed
        if run.changed:
            self.states.append(run.result)
            if not run.storage.untidy:
                self._only_what_is_needed_is_there()
            states = self._segments()
            assert all(state.deleted < state.documents for state in states)
            assert not choose_merge(states)
        self._compare_newest()
        return True

    def _try(self, action: Callable[[Run], object]) -> bool:
        """Whether *action* came to its end; if not, readers must find what its process left to be whole."""
        run = self.running
        try:
            action(run)
        except (Killed, OSError):
            if run.storage.dead:
                run.writer._lock.close()  # the kernel does
            self.run = None
            if run.storage.committed:
                self.states.append(run.result)
            self._compare_newest()
            self._compare_kept()
            return False
        return True

    def _compare_newest(self) -> None:
        generation = len(self.states) - 1
        if not generation:
            with pytest.raises(IndexMissingError):
                open_reader(self.folder)
            return
        reader = open_reader(self.folder)
        assert reader.commit.generation == reader.newest_seen == generation
        assert reader.warnings == ()
        compare(reader, self.states[generation])

    def _compare_kept(self) -> None:
        """Every commit that is still there is whole, so that the one before can stand in for the newest."""
        storage = Storage(self.folder)
        for name in commit_names(storage):
            commit = read_commit(storage, name)
            compare(IndexReader(storage, commit), self.states[commit.generation])

    def _only_what_is_needed_is_there(self) -> None:
        """The last two commits; nothing of those before, of killed runs or of cancelled ones."""
        storage = Storage(self.folder)
        last = range(len(self.states) - 1, 0, -1)[:2]
        assert commit_names(storage) == [commit_name(generation) for generation in last]
        states = [state for name in commit_names(storage) for state in read_commit(storage, name).segments]
        needed = {WRITING, *commit_names(storage), *(state.deletions for state in states if state.deletions)}
        assert set(os.listdir(self.folder)) == needed.union(*(segment_files(state.name) for state in states))

    def _segments(self) -> tuple[SegmentState, ...]:
        """What the newest commit consists of."""
        return read_commit(Storage(self.folder), commit_name(len(self.states) - 1)).segments

    def _check(self) -> None:
        if len(self.states) > 1:
            assert check_index(self.folder).problems == ()
            self._compare_kept()


def compare(reader: IndexReader, state: State) -> None:
    """The reader holds these documents and no others, and finds them by id, by term and by facet value."""
    found = list(reader.documents())
    assert sorted(document.id for document in found) == sorted(state)
    assert [document.id for document in found if document != state[document.id]] == []
    assert reader.size == len(state)
    for name in IDS:
        assert [part.find_id(name) is not None for part in reader.parts].count(True) == (name in state)
    for term in TERMS:
        expected = sorted(name for name, document in state.items() if term in terms_of(document.title, document.text))
        assert sorted(name for part in reader.parts for name in having(part, term)) == expected, term
    places = [(part, doc) for part in reader.parts for doc in range(part.segment.size) if part.is_live(doc)]
    for document, (part, doc) in zip(found, places, strict=True):
        values = {field: tuple(part.segment.facets.values_of(field, doc)) for field in FACETS}
        assert values == facet_values(document)


@lru_cache(maxsize=1 << 16)
def terms_of(title: str, text: str) -> frozenset[str]:
    return frozenset(term.text for field in (title, text) for term in analyze(field))


def having(part: LiveSegment, term: str) -> list[str]:
    """The live documents of a segment that its postings name for a term."""
    number = part.segment.terms.find(term)
    docs = part.segment.postings(number)[0].tolist() if number >= 0 else []
    return [part.segment.id_of(doc) for doc in docs if part.is_live(doc)]


@pytest.mark.slow
@PARTS
def test_whatever_happens_the_index_holds_what_was_committed_last(part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def merge_and_count(storage: Storage, name: str, parts: Sequence[LiveSegment], generation: int) -> SegmentState:
        happened["segments merged by size"] += len(parts) == merging.TIER
        return merge_segments(storage, name, parts, generation)

    monkeypatch.setattr("indexer.index.writer.Storage", MortalStorage)
    monkeypatch.setattr("indexer.index.writer.merge_segments", merge_and_count)
    monkeypatch.setattr("indexer.index.writer.TOGETHER", 2)  # segments are written before the commit too
    monkeypatch.setattr(merging, "TIER", TIER)  # put back what histories change
    monkeypatch.setattr(os, "fsync", lambda _: None)  # the machine keeps its power here
    steps.clear()
    happened.clear()
    while steps.total() < FEWEST_STEPS // part:
        run_state_machine_as_test(
            IndexMachine,
            settings=settings(
                max_examples=EXAMPLES // part,
                stateful_step_count=STEPS,
                derandomize=False,  # as it is where CI is set: every round would tell the same histories
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )

    assert happened["segments merged by size"]
    for point in ("segment", "deletions", "manifest", "sync", "rename"):
        assert happened[f"fault at {point} before the commit"]
    for point in ("rename", "sync", "remove"):
        assert happened[f"fault at {point} after the commit"]
