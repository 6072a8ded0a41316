"""Many inputs for one target: what fails is made as short as it can be, and told once."""

import hashlib
import random
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from tests.fuzz.mutation import mutate
from tests.fuzz.targets import Target, Violation

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent / "cases"

MOST_SECONDS = 2.0
"""Of the processor, for reading an input of at most 64 KiB once; the slowest that is known, `<br>` 16,384 times, takes half
of it."""

STUCK = 20.0
"""Seconds of the processor after which an input is given up."""

MOST_MEMORY = 256_000_000
"""Bytes by which one input may raise the peak of the process."""

TRIES = 400
"""Inputs tried to make a failure shorter."""

WATCHED = 8
"""One execution in so many is watched for lines of code that none has reached yet, which slows it tenfold."""

LONGEST_WATCHED = 8_192
"""Bytes."""

KEPT = 2_000
"""Inputs of a campaign kept for what they reached, beside the cases."""


class Failure(NamedTuple):
    """An input of which something does not hold."""

    content: bytes
    kind: str
    """What went wrong and where: failures of one kind are told once."""
    detail: str


class Result(NamedTuple):
    """What became of a campaign."""

    executions: int
    seconds: float
    lines: int
    """Lines of the engine that were reached."""
    slowest: float
    """Seconds of the processor that the slowest input took."""
    failures: tuple[Failure, ...]


class TooSlowError(Exception):
    """An input takes more of the processor's time than it may."""


class TooLargeError(Exception):
    """An input takes more memory than it may."""


class _Lines:
    """The lines of the engine that were reached, while it is asked to watch."""

    def __init__(self) -> None:
        self.reached: set[tuple[str, int]] = set()
        self._code = str(ROOT / "indexer")

    @contextmanager
    def watch(self) -> Iterator[None]:
        before = sys.gettrace()
        sys.settrace(self._enter)
        try:
            yield
        finally:
            sys.settrace(before)

    def _enter(self, frame: FrameType, _: str, __: object) -> Callable[..., Any] | None:
        return self._step if frame.f_code.co_filename.startswith(self._code) else None

    def _step(self, frame: FrameType, event: str, _: object) -> Callable[..., Any]:
        if event == "line":
            self.reached.add((frame.f_code.co_filename, frame.f_lineno))
        return self._step


def cases(target: str) -> dict[str, bytes]:
    """The corpus of a target, by name."""
    return {path.name: path.read_bytes() for path in sorted((CASES / target).iterdir())}


def save(target: str, content: bytes) -> Path:
    """Put an input into the corpus of a target."""
    path = CASES / target / f"found-{hashlib.sha256(content).hexdigest()[:10]}"
    path.write_bytes(content)
    return path


def judge(target: Target, content: bytes) -> Failure | None:
    """Run one input; what does not hold of it."""
    try:
        _limited(target, content)
    except Exception as error:  # noqa: BLE001 - what is looked for
        return Failure(content, _kind(error), "".join(traceback.format_exception(error)[-6:]))
    return None


def run(
    target: Target,
    *,
    executions: int | None = None,
    seconds: float | None = None,
    seed: int = 1,
    told: Callable[[Failure], None] = lambda _: None,
) -> Result:
    """So many inputs, or for so long: the cases as they are, then mutations of them and of what reached new lines.

    The same *seed* gives the same *executions*.
    """
    draw = random.Random(f"{target.name} {seed}")
    pool = [b"", *cases(target.name).values()]
    known, lines, found, slowest = len(pool), _Lines(), dict[str, Failure](), 0.0
    begin, number = time.monotonic(), 0
    judge(target, pool[-1])  # what is read once does not count as time of the first
    while number < executions if executions else time.monotonic() - begin < (seconds or 0):
        content = pool[number] if number < known else mutate(draw, pool, target.tokens)
        watched, before = number < known or number % WATCHED == 0, len(lines.reached)
        started = time.process_time()
        failure = judge(target, content)
        slowest = max(slowest, time.process_time() - started)
        if watched and failure is None and len(content) < LONGEST_WATCHED:
            with lines.watch(), suppress(Exception):
                target.check(content)
            if number >= known and len(lines.reached) > before:
                pool = [*pool[: known + KEPT - 1], content]
        if failure and failure.kind not in found:
            found[failure.kind] = shorter(target, failure)
            told(found[failure.kind])
        number += 1
    return Result(number, time.monotonic() - begin, len(lines.reached), slowest, tuple(found.values()))


def shorter(target: Target, failure: Failure) -> Failure:
    """The same failure by a shorter input: pieces are left out as long as it stays."""
    size, tries = len(failure.content) // 2, 0
    while size and tries < TRIES:
        at = 0
        while at < len(failure.content) and tries < TRIES:
            tries += 1
            less = judge(target, failure.content[:at] + failure.content[at + size :])
            if less and less.kind == failure.kind:
                failure = less
            else:
                at += size
        size //= 2
    return failure


def _limited(target: Target, content: bytes) -> None:
    """Run it within its bounds; an input that is slow gets a second chance, since others use the machine."""
    peak = _peak()
    started = time.process_time()
    with _not_for_ever():
        target.check(content)
    took = time.process_time() - started
    if took > MOST_SECONDS * target.readings:
        started = time.process_time()
        target.check(content)
        took = min(took, time.process_time() - started)
    if took > MOST_SECONDS * target.readings:
        raise TooSlowError(f"{took:.1f} s")
    if _peak() - peak > MOST_MEMORY:
        raise TooLargeError(f"{(_peak() - peak) / 1e6:.0f} MB")


@contextmanager
def _not_for_ever() -> Iterator[None]:
    def stop(_: int, __: FrameType | None) -> None:
        raise TooSlowError(f"more than {STUCK:g} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, STUCK)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _kind(error: Exception) -> str:
    """The error, and the last place of ours that it passed; of a Violation, what does not hold."""
    if isinstance(error, Violation):
        return str(error).partition(":")[0]
    places = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(str(ROOT))]
    ours = [frame for frame in places if "/.venv/" not in frame.filename] or places
    if isinstance(error, TooSlowError | TooLargeError) or not ours:
        return type(error).__name__
    return f"{type(error).__name__} in {Path(ours[-1].filename).relative_to(ROOT)}:{ours[-1].lineno}"
