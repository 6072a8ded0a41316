"""Answers that need not be made again: an ETag from what they depend on, and 304 before anything is searched.

An answer depends on the commit, on what is asked, in which language, and on the day (« hier »). The tag is weak: the
same search takes another time each time, and compression changes bytes (RFC 9110, 8.8.1).
"""

import datetime as dt
from collections.abc import Callable
from hashlib import blake2b
from importlib.metadata import version

from flask import Response, request

from indexer.search import IndexState
from web.language import language

VERSION = version("vigie")


def conditional(state: IndexState, asked: object, make: Callable[[], Response]) -> Response:
    """What *make* gives, tagged; only 304 when the reader has it already.

    `If-None-Match: *` is no such proof: whether there is an answer at all is known when it is made.
    """
    tag = make_tag(state.generation, state.committed, today(), VERSION, language(), asked)
    known = request.if_none_match
    is_known = known.contains_weak(tag) and not known.star_tag
    response = Response(status=304) if is_known else make()
    response.set_etag(tag, weak=True)
    response.cache_control.no_cache = True  # it may be kept, and must be asked about
    response.make_conditional(request)
    return response


def today() -> dt.date:
    """The day where the server is."""
    return dt.datetime.now().astimezone().date()


def make_tag(*parts: object) -> str:
    """A tag that any change of *parts* changes."""
    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
