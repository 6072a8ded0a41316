"""How often may one client ask? A rate that all processes of the server count together.

The generic cell rate algorithm (ITU-T I.371): of each client only the moment is kept from which it has used up nothing.
These moments are a table in memory shared by the processes, at a place that a hash of the client's address gives. Two
clients at one place, once in 65,536, share a rate; two processes that write at once let one request too many through.
"""

import ipaddress
import mmap
import time
from collections.abc import Callable
from hashlib import blake2b
from secrets import token_bytes

import numpy as np
from flask import Flask, request

from indexer.errors import TooManyRequestsError
from web.admission import ALWAYS

PLACES = 1 << 16

COUNTED = "vigie.counted"
"""What the environment of a request has when it has been counted before it came to the application."""

BURST = 10.0
"""Seconds' worth of requests that may come at once: a page, its style sheet and what is opened from it."""


class Rate:
    """So many requests a minute for each client; made before the processes part, it is theirs together."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._apart = 60 / per_minute
        self._clock = clock
        self._secret = token_bytes(16)
        self._full = np.frombuffer(mmap.mmap(-1, PLACES * 8), np.float64)
        """When each client will have used up nothing, on the clock that processes share."""

    def take(self, client: str) -> None:
        """Count a request of *client*; TooManyRequestsError, which says when to come back, when it is one too many."""
        digest = blake2b(network_of(client).encode(), digest_size=8, key=self._secret).digest()
        place = int.from_bytes(digest, "little") % PLACES
        now = self._clock()
        full = max(float(self._full[place]), now)
        if full - now > BURST:
            raise TooManyRequestsError(seconds=full - now - BURST)
        self._full[place] = full + self._apart


def network_of(address: str) -> str:
    """What one client has all of: an address, or the 64 bits of network of an IPv6 one.

    >>> network_of("192.0.2.1"), network_of("2001:db8:1:2:3::4"), network_of("::ffff:192.0.2.1")
    ('192.0.2.1', '2001:db8:1:2::/64', '192.0.2.1')
    """
    try:
        read = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(read, ipaddress.IPv4Address):
        return str(read)
    return str(read.ipv4_mapped or ipaddress.ip_network((int(read), 64), strict=False))


def init_app(app: Flask, rate: Rate | None) -> None:
    """Count every request that searches; without a rate, none."""
    if rate is None:
        return

    @app.before_request
    def count() -> None:
        if request.endpoint not in ALWAYS and COUNTED not in request.environ:
            rate.take(request.remote_addr or "")
