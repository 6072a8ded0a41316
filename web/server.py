"""The server: gunicorn, with processes that search and threads that let nobody wait for others' slow connections.

What the processes have in common is made before they part: the open index, so that one that replaces another answers at
once; the rate of each client; the folder of the figures.
"""

import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.http import get_parser  # type: ignore[import-untyped]
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

from indexer.engine import Engine
from indexer.settings import Settings, load_settings
from web import Shared, create_app, logs
from web.headers import HEADERS
from web.monitoring import FOLDER

THREADS = 32
"""Connections that a process serves at once. One of them searches; the others read requests, send answers, or are told
to come back."""

BACKLOG = 256
"""Connections that the system holds for a moment; they are all let in, or told to come back, at once."""

STUCK = 60
"""Seconds after which a process that gives no sign of life is replaced."""

STOPPING = 10
"""Seconds that requests under way have when the server stops."""

LEFT_TO_OTHERS = 0.001
"""Seconds in which a process with fewer requests takes a connection, if it can."""

KEPT_ALIVE = 5
LARGEST_HEAD = 16_384
"""Bytes of a request that may be there at once."""

_LINGERING = threading.BoundedSemaphore(THREADS)
"""Connections whose end is waited for."""

WARMING = ("/", "/?q=missile")
"""Pages that are made before the first request, since their templates are compiled then."""


class Connection(TConn):  # type: ignore[misc]
    """A connection that is closed without waiting for its client.

    The usual one waits up to two seconds for the client to close as well, in the thread that lets everybody in. That is
    for clients that may still be sending what nobody has read: the system then takes back the end of the answer.
    """

    def close(self, graceful: bool = False) -> None:  # noqa: FBT001, FBT002 - as the class has it
        """Close it; *graceful*: have the answer arrive whole."""
        if graceful and self._may_send_more() and _LINGERING.acquire(blocking=False):
            threading.Thread(target=self._linger, daemon=True).start()
        else:
            super().close()

    def _linger(self) -> None:
        try:
            super().close(graceful=True)
        finally:
            _LINGERING.release()

    def read_waiting(self) -> bytes:
        """What has come already; the parser gets it too."""
        try:
            waiting: bytes = self.sock.recv(LARGEST_HEAD)
        except OSError:
            return b""
        self.parser = get_parser(self.cfg, self.sock, self.client)
        self.parser.unreader.unread(waiting)
        self.data_ready = bool(waiting)
        return waiting

    def _may_send_more(self) -> bool:
        """Whether something is under way that was not read."""
        if self.parser is None or self.parser.mesg is None or self.parser.mesg.method not in {"GET", "HEAD"}:
            return True
        try:
            return bool(self.sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
        except OSError:
            return False


class Worker(ThreadWorker):  # type: ignore[misc]
    """A process that leaves a connection to another one with fewer requests: else the quickest takes nearly all."""

    shared: Shared

    def begin(self) -> None:
        """Be a process of its own."""
        self.shared.loads.begin(self.age)

    def accept(self, listener: socket.socket) -> None:
        """Take a connection, if no other process has taken it meanwhile."""
        if self.shared.loads.another_is_freer():
            time.sleep(LEFT_TO_OTHERS)
        with suppress(BlockingIOError, ConnectionAbortedError):
            client, address = listener.accept()
            conn = Connection(self.cfg, client, address, listener.getsockname())
            if self.wsgi.extensions["vigie_admission"].full and self._refuse(conn):
                conn.close()
                return
            self.nr_conns += 1
            self.enqueue_req(conn)

    def _refuse(self, conn: Connection) -> bool:
        """Tell a client to come back, if all of a request is there, and it may be refused."""
        head = conn.read_waiting()
        answer = self.wsgi.extensions["vigie_refusals"].answer_at_the_door(head, str(conn.client[0])) if head else None
        if answer is not None:
            with suppress(OSError):
                conn.sock.send(answer)
        return answer is not None

    def handle_error(self, req: object, client: socket.socket, addr: object, exc: Exception) -> None:  # noqa: ARG002
        """Answer what is no request, with the headers of every answer; whose it was is not told."""
        super().handle_error(req, _Guarded(client), None, exc)


class _Guarded:
    """A connection on which an answer of gunicorn's own gets the headers that every answer has."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - all else is the connection's
        return getattr(self._connection, name)

    def sendall(self, answer: bytes) -> None:
        """Send an answer that is whole."""
        begin, _, rest = answer.partition(b"\r\n")
        headers = "".join(f"{name}: {value}\r\n" for name, value in {**HEADERS, "Cache-Control": "no-store"}.items())
        rest = rest.replace(b"Content-Type: text/html\r\n", b"Content-Type: text/html; charset=iso-8859-1\r\n", 1)
        self._connection.sendall(b"%b\r\n%b%b" % (begin, headers.encode(), rest))


class Server(BaseApplication):  # type: ignore[misc]
    """Serves until it is told to stop: SIGTERM lets requests end, SIGHUP begins anew, with changed settings."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        listener: int,
        started: Callable[[], None],
        stopped: Callable[[], None],
    ) -> None:
        """*listener* is a socket that listens; *started* is called when requests are taken, *stopped* at the end."""
        self._settings, self._engine, self._listener = settings, engine, listener
        self._started, self._stopped = started, stopped
        self._figures = os.environ[FOLDER] = tempfile.mkdtemp(prefix="vigie-", dir=_memory())
        self._shared = Worker.shared = Shared.of(settings)
        super().__init__()

    def load_config(self) -> None:
        """Settings as gunicorn's."""
        given: dict[str, Any] = {
            "bind": f"fd://{self._listener}",
            "workers": self._settings.workers or os.cpu_count() or 1,
            "worker_class": Worker,
            "threads": THREADS,
            "backlog": BACKLOG,
            "timeout": STUCK,
            "graceful_timeout": STOPPING,
            "keepalive": KEPT_ALIVE,
            "limit_request_line": 8190,  # a long query, percent-encoded
            "worker_tmp_dir": _memory(),
            "control_socket_disable": True,
            "forwarded_allow_ips": "",  # what proxies say is for ProxyFix, which knows how many there are
            "loglevel": "warning",
            "on_starting": lambda _: logs.configure(requests=self._settings.log),  # gunicorn has its own until then
            "when_ready": lambda _: self._started(),
            "post_fork": lambda _server, worker: worker.begin(),
            "child_exit": lambda _server, worker: self._shared.loads.end(worker.age),
            "on_exit": lambda _: self._end(),
        }
        for name, value in given.items():
            self.cfg.set(name, value)

    def _end(self) -> None:
        shutil.rmtree(self._figures, ignore_errors=True)
        self._stopped()

    def load(self) -> Flask:
        """The application of one process, with the settings of the face as they are now."""
        settings = msgspec.structs.replace(load_settings(), host=self._settings.host)
        app = create_app(settings, self._engine, self._shared)
        for address in WARMING:
            with app.test_request_context(address):
                app.dispatch_request()
        return app


def _memory() -> str | None:
    """The folder of files that are never written to disk; None where there is none."""
    memory = Path("/dev/shm")  # noqa: S108 - mkdtemp makes the names below it
    return str(memory) if memory.is_dir() else None
