"""Cursor: a place among all hits of a request on one commit, as an opaque text.

On one commit the order of the hits never changes, so the number of hits before is all that a place takes. The text is
not signed, since it gives no right to anything; it is checked against the request and the commit that it is used with.
"""

import base64
import binascii
from hashlib import blake2b
from typing import Annotated, Self

import msgspec

from indexer.document import FACETS
from indexer.errors import RequestError
from indexer.message import Message
from indexer.search.request import PAGE_SIZE, SearchRequest

Number = Annotated[int, msgspec.Meta(ge=0, lt=1 << 53)]


class Cursor(msgspec.Struct, frozen=True, kw_only=True, array_like=True, forbid_unknown_fields=True):
    """Behind the first *after* hits."""

    generation: Number
    committed: str
    """Generations count from 1 again in an index that is made anew."""
    day: Number
    """The day on which « hier » was understood."""
    request: str
    after: Number
    behind: tuple[float | int | str | None, ...] = ()
    """What the last of these hits is sorted by, where a cluster goes on from there."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """The cursor that a text is; RequestError when it is none."""
        try:
            padded = text.encode("ascii") + b"=" * (-len(text) % 4)
            cursor = msgspec.msgpack.decode(base64.b64decode(padded, b"-_", validate=True), type=cls)
        except (UnicodeEncodeError, binascii.Error, msgspec.MsgspecError):
            cursor = None
        if cursor is None or str(cursor) != text:
            message = Message("Ce curseur n’en est pas un : prenez celui que donne « links.next ».")
            raise RequestError("cursor", message)
        return cursor

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(msgspec.msgpack.encode(self)).decode("ascii").rstrip("=")


def request_hash(request: SearchRequest) -> str:
    """What two requests share that have the same hits in the same order."""
    place = request.replace(page=1, size=PAGE_SIZE, cursor=None, sort=request.order)
    plain = place.replace(fields=(), facets=FACETS, timelines=(), explain=False, html=False)
    return blake2b(repr(sorted(plain.parameters())).encode(), digest_size=8).hexdigest()
