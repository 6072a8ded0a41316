"""Who is let in? A few searches at a time, a few that wait for their turn; the others are told at once to come back.

Searching takes a processor: two searches at a time on one are both late, and a queue without end makes all late. What
asks nothing of the index (the style sheet, whether the server is well) is always let in.
"""

import mmap
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from flask import Flask, Response, g, request

from indexer.errors import BusyError
from indexer.search import limit_time
from indexer.settings import Settings
from web import current

MOST_PROCESSES = 256
NOBODY = 1 << 30
"""The load of a process that is not there."""

RUNNING = 1
"""Searches at a time in one process, which Python's lock keeps to one processor anyway."""

ALWAYS = frozenset({"static", "monitoring.health", "monitoring.ready", "monitoring.metrics", "batch.batch"})
"""What does not search, or, a batch, lets each of its requests in by itself."""


class Loads:
    """How many requests each process of a server has let in: a table in memory that they share."""

    def __init__(self) -> None:
        self._loads = np.frombuffer(mmap.mmap(-1, MOST_PROCESSES * 8), np.int64)
        self._loads[:] = NOBODY
        self._own = 0

    def begin(self, process: int) -> None:
        """Be the process with this number from now on, in a process that has just begun."""
        self._own = process % MOST_PROCESSES
        self.tell(0)

    def tell(self, load: int) -> None:
        """Have so many requests in."""
        self._loads[self._own] = load

    def end(self, process: int) -> None:
        """Forget a process that has ended."""
        self._loads[process % MOST_PROCESSES] = NOBODY

    def another_is_freer(self) -> bool:
        """Whether another process has fewer requests in."""
        return bool(self._loads.min() < self._loads[self._own])


class Admission:
    """The places of one process; who came first goes first."""

    def __init__(self, waiting: int, loads: Loads) -> None:
        self._most_waiting, self._loads = waiting, loads
        self._running = 0
        self._closed = False
        self._queue: deque[threading.Lock] = deque()
        self._changing = threading.Lock()

    @property
    def full(self) -> bool:
        """Whether the next one is sent away."""
        return self._closed or (self._running == RUNNING and len(self._queue) >= self._most_waiting)

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Let nobody in for a moment: one who came when it was full does not wait because a place is free now."""
        self._closed = True
        try:
            yield
        finally:
            self._closed = False

    def enter(self) -> None:
        """Wait for a turn; BusyError when too many wait already."""
        with self._changing:
            if self._running < RUNNING:
                self._running += 1
                self._tell()
                return
            if self.full:
                raise BusyError
            turn = self._line_up()
        turn.acquire()

    def leave(self) -> None:
        """Let the next one in."""
        with self._changing:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._running -= 1
            self._tell()

    def give_way(self) -> None:
        """Let those go first that wait, and wait for another turn."""
        with self._changing:
            if not self._queue:
                return
            turn = self._line_up()
            self._queue.popleft().release()
        turn.acquire()

    def _line_up(self) -> threading.Lock:
        turn = threading.Lock()
        turn.acquire()
        self._queue.append(turn)
        self._tell()
        return turn

    def _tell(self) -> None:
        self._loads.tell(self._running + len(self._queue))


def init_app(app: Flask, settings: Settings, admission: Admission) -> None:
    """Let every request in, or not, and limit how long it may search."""
    app.extensions["vigie_admission"] = admission

    @app.before_request
    def enter() -> None:
        if request.endpoint not in ALWAYS:
            admission.enter()
            g.admission = admission
            limit_time(settings.deadline)

    def leave() -> None:
        if g.pop("admission", None):
            limit_time(None)
            admission.leave()

    @app.after_request
    def leave_early(response: Response) -> Response:
        if response.is_streamed:  # it takes as long as its reader takes
            leave()
        return response

    @app.teardown_request
    def leave_at_last(_: BaseException | None) -> None:
        leave()


def give_way() -> None:
    """Between two searches of one request: let others go first, and begin a new time."""
    admission: Admission | None = g.get("admission")
    if admission:
        admission.give_way()
        limit_time(current.settings().deadline)
