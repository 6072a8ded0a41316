"""Which pages are in this WARC? Read record by record; what is damaged is reported, and reading goes on behind it.

The reader is our own: warcio prints what is wrong instead of raising it and reads lines of any length; FastWARC panics
when a stream raises, gives cut records as whole, and stops at a false length.
"""

import http.client
import io
import re
import zlib
from collections.abc import Iterator

from indexer.errors import SourceError
from indexer.ingest.draft import Item
from indexer.ingest.files import printable
from indexer.ingest.limits import DAMAGED, MB, SMALL, Budget, Limits, RefusedError, damage, grouped

_TARGETS = ("http://", "https://")
_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,8})[^\r\n]{0,200}\r?\n")
_LONGEST_LINE = 65536
_MOST_HEADERS = 100


def read_warc(item: Item, budget: Budget, _depth: int) -> Iterator[Item | SourceError]:
    """The pages of a WARC; other records hold none. After one whose length is false, reading resumes at the next."""
    stream = item.stream
    number = 0
    line = stream.readline(_LONGEST_LINE)
    while line:
        number += 1
        page: Item | SourceError | None
        try:
            if not line.startswith(b"WARC/"):
                raise RefusedError("en-tête illisible")
            page = _read_record(item.path, stream, budget.limits)
            line = _next_line(stream)
            if line and not line.startswith(b"WARC/"):
                raise RefusedError("longueur annoncée fausse")
        except DAMAGED as error:
            page = SourceError(item.path, f"enregistrement {number} : {damage(error)}")
            line = _from_version(line, 1) or _find_record(stream)
        if page:
            budget.enter_member()
            yield page


def _read_record(path: str, stream: io.BufferedReader, limits: Limits) -> Item | SourceError | None:
    """The page of one record, whose version line has been read; None when it holds none."""
    headers = _read_headers(stream)
    length = headers.get("content-length", "")
    if not (length.isascii() and length.isdigit() and len(length) < 16):  # noqa: PLR2004 - beyond any disk
        raise RefusedError("longueur absente ou illisible")
    url = printable(headers.get("warc-target-uri", "").strip("<>"))
    if headers.get("warc-type", "").lower() != "response" or not url.startswith(_TARGETS):
        _skip(stream, int(length))
        return None
    if int(length) > limits.largest_member:
        _skip(stream, int(length))
        return SourceError(f"{path}!/{url}", f"page de plus de {grouped(limits.largest_member // MB)} Mo")
    payload = stream.read(int(length))
    if len(payload) < int(length):
        raise EOFError
    try:
        body = _page_of(payload, limits)
    except DAMAGED as error:
        return SourceError(f"{path}!/{url}", damage(error))
    return None if body is None else Item.of(f"{path}!/{url}", body, url)


def _read_headers(stream: io.BufferedReader) -> dict[str, str]:
    headers: dict[str, str] = {}
    for _ in range(_MOST_HEADERS):
        line = stream.readline(_LONGEST_LINE)
        if not line.strip():
            return headers
        name, _, value = line.decode("utf-8", "replace").partition(":")
        headers[name.strip().lower()] = value.strip()
    raise RefusedError("en-tête trop long")


def _next_line(stream: io.BufferedReader) -> bytes:
    """The line after the blank ones that end a record: two of them, one with some tools."""
    for _ in range(4):
        line = stream.readline(_LONGEST_LINE)
        if not line or line.strip():
            break
    return line


def _skip(stream: io.BufferedReader, count: int) -> None:
    while count:
        skipped = len(stream.read(min(count, MB)))
        if not skipped:
            raise EOFError
        count -= skipped


def _find_record(stream: io.BufferedReader) -> bytes:
    """The version line of the next record, wherever it is; nothing at the end."""
    while line := stream.readline(_LONGEST_LINE):
        if found := _from_version(line):
            return found
    return b""


def _from_version(line: bytes, start: int = 0) -> bytes:
    """What follows from the first mark of a version at or after *start*: it may stand behind what is no text."""
    at = line.find(b"WARC/1.", start)
    return line[at:] if at >= 0 else b""


def _page_of(payload: bytes, limits: Limits) -> bytes | None:
    """The page in an HTTP response; None when it is none: an image, a redirection, an error."""
    stream = io.BytesIO(payload)
    status = stream.readline(_LONGEST_LINE).split()
    headers = http.client.parse_headers(stream)
    if status[1:2] != [b"200"] or headers.get_content_type() not in _PAGE_TYPES:
        return None
    body = stream.read()
    if "chunked" in headers.get("Transfer-Encoding", "").lower():
        body = _join_chunks(body)
    encoding = headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in {"", "identity"} or (encoding in {"gzip", "x-gzip"} and not body.startswith(b"\x1f\x8b")):
        return body  # some crawlers store the page unpacked and the header as it was
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise RefusedError(f"encodage HTTP « {encoding[:20]} » non pris en charge")
    return _inflate(body, limits)


def _join_chunks(body: bytes) -> bytes:
    """A body without its chunk sizes; as it is when it has none, which some crawlers leave out."""
    parts, at = [], 0
    while size := _CHUNK_SIZE.match(body, at):
        count = int(size.group(1), 16)
        if not count:
            break
        parts.append(body[size.end() : size.end() + count])
        at = size.end() + count + 2
    return b"".join(parts) or body


def _inflate(body: bytes, limits: Limits) -> bytes:
    raw_deflate = body[:1] not in {b"\x1f", b"\x78"}
    decompressor = zlib.decompressobj(-zlib.MAX_WBITS if raw_deflate else zlib.MAX_WBITS | 32)
    page = decompressor.decompress(body, min(limits.largest_member, SMALL + limits.largest_ratio * len(body)))
    if decompressor.unconsumed_tail:
        raise RefusedError(f"se décompresse à plus de {limits.largest_ratio} fois sa taille : archive piégée")
    if not decompressor.eof:
        raise EOFError
    return page
