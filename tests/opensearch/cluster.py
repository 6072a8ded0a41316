"""A real OpenSearch on this machine: nodes as processes of their own on loopback, so that one of them can be killed.

usage: python -m tests.opensearch.cluster [NODES]      runs until interrupted, and prints the address of the first node

What it runs comes by Maven, into var/opensearch/: the distribution without its modules, and the one module that is
needed of those. OpenSearch refuses to run as root, so that root's nodes run as `nobody`, from a copy in a folder of
theirs. A node ends with the process that started it, however that ends: it reads a pipe that closes then.
"""

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

VERSION = "2.19.4"
"""The newest that a JDK 17 runs."""

FOLDER = Path(__file__).parents[2] / "var" / "opensearch"
HEAP = "512m"
STARTED_WITHIN = 120.0
NOBODY = "nobody"

_ZIP = f"org.opensearch.distribution.integ-test-zip:opensearch:{VERSION}:zip"
_MODULE = "mapper-extras"
"""Has the field type `rank_features`; a whole OpenSearch comes with it."""
_JAR = f"org.opensearch.plugin:{_MODULE}-client:{VERSION}"
_DESCRIPTOR = f"""description=more field types
version={VERSION}
name={_MODULE}
classname=org.opensearch.index.mapper.MapperExtrasPlugin
java.version=11
opensearch.version={VERSION}
has.native.controller=false
"""
_LOGS = """status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{HH:mm:ss}][%-5p][%-25c{1.}] %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""
_SHELL = '"$@" & node=$!; read -r _; kill -9 $node 2>/dev/null'


class CannotStartError(Exception):
    """The cluster cannot be had on this machine; the text says why."""


class Node:
    """One node: a process, its data, its port."""

    def __init__(self, name: str, folder: Path, port: int, command: Sequence[str], user: str | None) -> None:
        self.name, self.port = name, port
        self.log = folder / "log"
        self._command, self._folder, self._user = command, folder, user
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_running(self) -> bool:
        """Whether its process is there."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the process; it answers some seconds later."""
        own: dict[str, Any] = (
            {"user": self._user, "group": pwd.getpwnam(self._user).pw_gid, "extra_groups": []} if self._user else {}
        )
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                ["sh", "-c", _SHELL, "sh", *self._command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                start_new_session=True,  # with its shell a process group: a Ctrl-C for the tests is none for the nodes
                **own,
            )

    def kill(self) -> None:
        """End the process at once, as a power cut does."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()
        self._process = None

    def freeze(self, *, thaw: bool = False) -> None:
        """Have the process stand still, as one does that collects garbage for long; *thaw* lets it go on."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGCONT if thaw else signal.SIGSTOP)


class Cluster:
    """The nodes of one cluster."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = list(nodes)

    @property
    def addresses(self) -> list[str]:
        """Where its nodes answer."""
        return [node.address for node in self.nodes]

    def engine_address(self, index: str) -> str:
        """What VIGIE_ENGINE says of an index in this cluster: all nodes, so that one may be missing."""
        return f"opensearch+http://{','.join(f'127.0.0.1:{node.port}' for node in self.nodes)}/{index}"

    def ask(self, path: str, method: str = "GET") -> Any:
        """What a node answers, the first that does."""
        failure: Exception | None = None
        for node in self.nodes:
            if node.is_running:
                try:
                    request = urllib.request.Request(node.address + path, method=method)
                    with urllib.request.urlopen(request, timeout=60) as answer:
                        return json.load(answer)
                except OSError as error:
                    failure = error
        raise failure or CannotStartError("no node is running")

    def wait_for(self, status: str = "green", seconds: float = STARTED_WITHIN, nodes: int | None = None) -> None:
        """Until the cluster has so many *nodes* (all) and is in this state; CannotStartError when it takes longer."""
        wanted = len(self.nodes) if nodes is None else nodes
        found: Any = None

        def is_well() -> bool:
            nonlocal found
            for node in self.nodes:
                if nodes is None and not node.is_running:
                    raise CannotStartError(f"{node.name} has ended:\n{node.log.read_text(errors='replace')[-3000:]}")
            with suppress(OSError, ValueError):
                found = self.ask("/_cluster/health?timeout=1s")
                levels = ("red", "yellow", "green")
                return (
                    found["number_of_nodes"] == wanted
                    and levels.index(found["status"]) >= levels.index(status)
                    and not (found["relocating_shards"] or found["initializing_shards"])
                )
            return False

        if not _soon(is_well, seconds):
            logs = "\n".join(node.log.read_text(errors="replace")[-1500:] for node in self.nodes)
            raise CannotStartError(f"not {status} with {wanted} nodes within {seconds} s: {found}\n{logs}")


@contextmanager
def running_cluster(nodes: int = 1, heap: str = HEAP) -> Iterator[Cluster]:
    """A cluster of so many new *nodes*, green; all that was started and written is gone afterwards."""
    home = install()
    # As short-lived as the nodes; a folder that `nobody` can reach, wherever the checkout is.
    folder = Path(tempfile.mkdtemp(prefix="vigie-opensearch-"))
    cluster = Cluster([])
    try:
        cluster.nodes += _prepare(home, folder, nodes, heap)
        for node in cluster.nodes:
            node.start()
        cluster.wait_for()
        yield cluster
    finally:
        for node in cluster.nodes:
            node.kill()
        shutil.rmtree(folder, ignore_errors=True)


def install() -> Path:
    """The folder of the programs, fetched when it is not there; CannotStartError when that cannot be."""
    home = FOLDER / f"opensearch-{VERSION}"
    if (home / "ready").exists():
        return home
    for name in ("java", "mvn"):
        if shutil.which(name) is None:
            raise CannotStartError(f"{name} is not installed")
    FOLDER.mkdir(parents=True, exist_ok=True)
    fetched = Path(tempfile.mkdtemp(dir=FOLDER))
    try:
        _fetch(_ZIP, fetched)
        _fetch(_JAR, fetched)
        with zipfile.ZipFile(fetched / f"opensearch-{VERSION}.zip") as archive:
            archive.extractall(fetched)
        made = fetched / f"opensearch-{VERSION}"
        module = made / "modules" / _MODULE
        module.mkdir(parents=True)
        (fetched / f"{_MODULE}-client-{VERSION}.jar").rename(module / f"{_MODULE}-client-{VERSION}.jar")
        (module / "plugin-descriptor.properties").write_text(_DESCRIPTOR)
        (made / "ready").touch()
        shutil.rmtree(home, ignore_errors=True)
        made.rename(home)
    finally:
        shutil.rmtree(fetched, ignore_errors=True)
    return home


def _fetch(artifact: str, folder: Path) -> None:
    command = ["mvn", "-q", "-B", "dependency:copy", f"-Dartifact={artifact}", f"-DoutputDirectory={folder}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, cwd=folder)
    except subprocess.TimeoutExpired as error:
        raise CannotStartError(f"Maven takes too long to fetch {artifact}") from error
    if done.returncode:
        raise CannotStartError(f"Maven could not fetch {artifact}:\n{(done.stdout + done.stderr)[-2000:]}")


def _prepare(home: Path, folder: Path, number: int, heap: str) -> Iterator[Node]:
    """The nodes, each with its own configuration and data below *folder*."""
    user = NOBODY if os.geteuid() == 0 else None
    programs = folder / "programs"
    shutil.copytree(home, programs)
    names = [f"node-{at}" for at in range(1, number + 1)]
    ports = _free_ports(2 * number)
    http, transport = ports[:number], ports[number:]
    seeds = ",".join(f"127.0.0.1:{port}" for port in transport)
    for at, name in enumerate(names):
        own = folder / name
        (own / "config").mkdir(parents=True)
        (own / "config" / "opensearch.yml").touch()
        (own / "config" / "log4j2.properties").write_text(_LOGS)
        settings = {
            "cluster.name": folder.name,
            "node.name": name,
            "path.data": own / "data",
            "path.logs": own / "logs",
            "network.host": "127.0.0.1",
            "http.port": http[at],
            "transport.port": transport[at],
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            "cluster.fault_detection.leader_check.retry_count": 2,
            "cluster.fault_detection.leader_check.timeout": "5s",
            "cluster.fault_detection.follower_check.retry_count": 2,
            "cluster.fault_detection.follower_check.timeout": "5s",
        }
        if number == 1:
            settings["discovery.type"] = "single-node"
        else:
            settings["discovery.seed_hosts"] = seeds
            settings["cluster.initial_cluster_manager_nodes"] = ",".join(names)
        command = [
            *(_java(), f"-Xms{heap}", f"-Xmx{heap}", "-XX:+UseG1GC", "-Xshare:auto", "-Dfile.encoding=UTF-8"),
            *("-Djava.awt.headless=true", "-Dlog4j.shutdownHookEnabled=false", "-Dlog4j2.disable.jmx=true"),
            *("-Dio.netty.noUnsafe=true", "-Dio.netty.noKeySetOptimization=true", "-Djava.locale.providers=SPI,COMPAT"),
            *("-Djava.security.manager=allow", f"-Djava.io.tmpdir={own}", "-Dopensearch.distribution.type=zip"),
            *(f"-Dopensearch.path.home={programs}", f"-Dopensearch.path.conf={own / 'config'}"),
            *("-cp", f"{programs}/lib/*", "org.opensearch.bootstrap.OpenSearch"),
            *(f"-E{key}={value}" for key, value in settings.items()),
        ]
        yield Node(name, own, http[at], command, user)
    if user:
        _give(folder, user)


def _java() -> str:
    """The program; OPENSEARCH_JAVA_HOME chooses one of several, as it does for OpenSearch's own scripts."""
    home = os.environ.get("OPENSEARCH_JAVA_HOME")
    return str(Path(home, "bin", "java")) if home else "java"


def _give(folder: Path, user: str) -> None:
    """Make all below *folder* the user's."""
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, user, pwd.getpwnam(user).pw_gid)


def _free_ports(number: int) -> list[int]:
    """Ports of loopback that nobody listens on."""
    sockets = [socket.socket() for _ in range(number)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def _soon(condition: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with running_cluster(int(sys.argv[1]) if len(sys.argv) > 1 else 1) as started:
        sys.stdout.write(started.engine_address("vigie") + "\n")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            signal.pause()
