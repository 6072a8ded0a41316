"""Connection: what is said to a cluster, and its refusals as our errors."""

import os
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from opensearchpy import OpenSearch
from opensearchpy.exceptions import ConflictError, ConnectionTimeout, NotFoundError, SSLError, TransportError
from opensearchpy.exceptions import ConnectionError as NoConnection

from indexer.errors import ClusterError, ClusterUnavailableError, SettingsError
from indexer.opensearch.address import Address

Json = Any

TIMEOUT = 30.0
"""Seconds that one request may take."""

PATIENCE = 60.0
"""Seconds for which what is written is tried again: that a node is gone is known after ten, then its shards move."""

_LATER = frozenset([429, 502, 503, 504])
"""What a cluster answers when it cannot now: too much to do, a shard on its way to another node."""

T = TypeVar("T")


class Connection:
    """A cluster. Safe to share between threads, and made anew in a process that was forked."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._client: tuple[int, OpenSearch] | None = None

    @property
    def client(self) -> OpenSearch:
        """The client of this process: sockets must not be shared with the one that it was forked from."""
        if self._client is None or self._client[0] != os.getpid():
            self._client = os.getpid(), _connect(self.address)
        return self._client[1]

    def ask(self, method: str, path: str, body: Json = None, **parameters: str | int) -> Json:
        """What the cluster answers; ClusterUnavailableError when it cannot now, ClusterError when it refuses.

        What is not there, or is already, is opensearchpy's NotFoundError or ConflictError, for who asks to judge.
        """
        try:
            return self.client.transport.perform_request(method, path, params=_written(parameters), body=body)
        except (NotFoundError, ConflictError):
            raise
        except SSLError as error:
            raise SettingsError(f"Le certificat du cluster n’est pas reconnu : {error}.") from error
        except (ConnectionTimeout, NoConnection) as error:
            raise ClusterUnavailableError from error
        except TransportError as error:
            if error.status_code in _LATER or _is_passing(error):
                raise ClusterUnavailableError from error
            if error.status_code in {401, 403}:
                raise SettingsError("Le cluster refuse cet utilisateur ou ce mot de passe.") from error
            raise ClusterError(str(error.status_code), _reason(error)) from error

    def insist(self, act: Callable[[], T], patience: float = PATIENCE) -> T:
        """What *act* gives, tried again while the cluster cannot, longer and longer apart."""
        end, pause = time.monotonic() + patience, 0.1
        while True:
            try:
                return act()
            except ClusterUnavailableError:
                if time.monotonic() + pause > end:
                    raise
                time.sleep(pause)
                pause = min(2 * pause, 5.0)

    def close(self) -> None:
        """Let go of the sockets."""
        if self._client is not None and self._client[0] == os.getpid():
            self._client[1].close()
        self._client = None


def _connect(address: Address) -> OpenSearch:
    return OpenSearch(
        list(address.nodes),
        http_auth=(address.user, address.password) if address.user else None,
        verify_certs=True,
        ca_certs=address.certificates,
        timeout=TIMEOUT,
        max_retries=len(address.nodes),  # on another node each time
        retry_on_timeout=False,
        retry_on_status=(),
        http_compress=address.nodes[0].startswith("https"),  # on this machine it only costs
    )


def _written(parameters: Mapping[str, str | int]) -> dict[str, str]:
    return {name: str(value) for name, value in parameters.items()}


def _is_passing(error: TransportError) -> bool:
    """Whether the refusal comes of a shard that is on its way, whatever its number."""
    return error.status_code in {400, 500} and any(
        name in str(error.info)
        for name in ("no_shard_available", "shard_not_found", "node_not_connected", "node_disconnected")
    )


def _reason(error: TransportError) -> str:
    found = error.info if isinstance(error.info, dict) else {}
    causes: Iterable[Mapping[str, str]] = (found.get("error") or {}).get("root_cause", ()) if found else ()
    return "; ".join(str(cause.get("reason", "")) for cause in causes) or str(error.error)
