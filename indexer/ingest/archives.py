"""Which documents are inside this file? gzip, zip and WARC, unpacked as they are read; nothing is written to disk.

The WARC reader is our own: warcio prints what is wrong instead of raising it and reads lines of any length; FastWARC
panics when a stream raises, gives cut records as whole, and stops at a false length.
"""

import gzip
import http.client
import io
import itertools
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from indexer.errors import SourceError
from indexer.ingest.draft import HEAD, LARGEST_CONTENT, Item
from indexer.ingest.formats import Format, recognise

_DAMAGED = (
    *(OSError, EOFError, ValueError, IndexError, OverflowError, NotImplementedError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error, struct.error, http.client.HTTPException),
)
"""What the standard library raises on damaged archives; each was seen on one."""

_MB = 1_000_000
_SMALL = _MB
"""Bytes that any archive may expand to: a short page of blanks has a large ratio and does no harm."""

_STEP = 1 << 18
"""Bytes unpacked at a time: zipfile would unpack as much as is asked for before any limit is looked at."""

_ENCRYPTED = 1
_TARGETS = ("http://", "https://")
_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,8})[^\r\n]{0,200}\r?\n")
_LONGEST_LINE = 65536
_MOST_HEADERS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far an archive is followed. The defaults admit every real pile seen and stop known bombs within a second."""

    largest_member: int = LARGEST_CONTENT
    """Bytes of an archive inside an archive, or of a page in a WARC: what has to be held in memory."""
    largest_total: int = 50_000_000_000
    """Bytes that one file may expand to in all, over all its members and levels."""
    largest_ratio: int = 100
    """Expanded bytes for one packed byte; French articles in JSON reach 8, logs 30, bombs 1,000."""
    most_members: int = 100_000
    """Members of one file, over all its levels."""
    deepest_nesting: int = 2
    """gzip and zip inside each other: a zip of .warc.gz is 2."""


DEFAULT_LIMITS = Limits()


class _RefusedError(ValueError):
    """Something in an archive is refused: the reason, in French."""


class _Source(Protocol):
    def read1(self, size: int, /) -> bytes: ...


class _Budget:
    """What one file has used of its Limits."""

    def __init__(self, name: str, size: int, limits: Limits) -> None:
        self.limits = limits
        self._name = name
        self._total = min(limits.largest_total, _SMALL + limits.largest_ratio * size)
        self._expanded = self._members = 0

    def expand(self, count: int) -> None:
        """Note *count* expanded bytes; SourceError when they are too many."""
        self._expanded += count
        self.check()

    def enter_member(self) -> None:
        """Note one more member; SourceError when there are too many, or nothing may be expanded any more."""
        self._members += 1
        if self._members > self.limits.most_members:
            raise SourceError(
                self._name, f"plus de {_grouped(self.limits.most_members)} entrées : le reste n’est pas lu"
            )
        self.check()

    def check(self) -> None:
        """SourceError once the file has expanded too far."""
        if self._expanded > self._total:
            size = _grouped(max(1, self._total // _MB))
            raise SourceError(self._name, f"plus de {size} Mo une fois décompressé : le reste n’est pas lu")


class _Unpacked(io.RawIOBase):
    """The bytes that a packed source expands to; raises SourceError in place of what decompressors raise."""

    def __init__(self, path: str, source: _Source, packed: Callable[[], int], budget: _Budget) -> None:
        super().__init__()
        self._path, self._source, self._packed, self._budget = path, source, packed, budget
        self._expanded = 0

    def readable(self) -> bool:
        """Yes, and once only."""
        return True

    def tell(self) -> int:
        """How many bytes were read."""
        return self._expanded

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]  # what BufferedReader gives
        """Fill *buffer* as far as one read goes, so that what precedes damage is not lost."""
        try:
            data = self._source.read1(min(len(buffer), _STEP))
        except _DAMAGED as error:
            raise SourceError(self._path, _damage(error)) from error
        self._expanded += len(data)
        ratio = self._budget.limits.largest_ratio
        if self._expanded > _SMALL and self._expanded > ratio * self._packed():
            raise SourceError(self._path, f"se décompresse à plus de {ratio} fois sa taille : archive piégée")
        self._budget.expand(len(data))
        buffer[: len(data)] = data
        return len(data)


def open_items(path: Path, name: str, limits: Limits = DEFAULT_LIMITS) -> Iterator[Item | SourceError]:
    """The documents of a file: itself, or the members of the archive that it is; called *name* in what is reported.

    A member that cannot be used comes as the error that says why, in its place. Each Item is to be read before the
    next one is asked for.
    """
    try:
        item = Item(name, io.BufferedReader(io.FileIO(path), HEAD))
        with item.stream:
            yield from _open(item, _Budget(name, path.stat().st_size, limits), 0)
    except OSError as error:
        yield SourceError(name, f"illisible ({error.strerror})")


def _open(item: Item, budget: _Budget, depth: int) -> Iterator[Item | SourceError]:
    """The Item, or what is in it when it is an archive."""
    try:
        unpack = _UNPACK.get(recognise(item.head))
        if unpack is None:
            yield item
        elif depth == budget.limits.deepest_nesting and unpack is not _read_warc:
            yield SourceError(item.path, f"archives emboîtées sur plus de {depth} niveaux")
        else:
            yield from unpack(item, budget, depth + 1)
    except SourceError as error:
        yield error


def _unpack_gzip(item: Item, budget: _Budget, depth: int) -> Iterator[Item | SourceError]:
    with gzip.GzipFile(fileobj=item.stream) as source:
        unpacked = _Unpacked(item.path, source, item.stream.tell, budget)
        yield from _open(Item(item.path, io.BufferedReader(unpacked, HEAD)), budget, depth)


def _unpack_zip(item: Item, budget: _Budget, depth: int) -> Iterator[Item | SourceError]:
    stream = item.stream if item.stream.seekable() else io.BytesIO(item.read(budget.limits.largest_member))
    try:
        with zipfile.ZipFile(_Directory(item.path, stream, budget.limits.most_members)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if _overlap(members):
                raise SourceError(item.path, "entrées qui se chevauchent : archive piégée")
            for member in members:
                budget.enter_member()
                yield from _open_member(item.path, archive, member, budget, depth)
    except _DAMAGED as error:
        raise SourceError(item.path, _damage(error)) from error


class _Directory:
    """A zip file whose table of members is refused before it fills the memory: zipfile reads it in one piece."""

    def __init__(self, path: str, stream: io.BufferedReader | io.BytesIO, most_members: int) -> None:
        self._path, self._stream, self._most_members = path, stream, most_members
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, size: int = -1) -> bytes:
        """At most *size* bytes; SourceError when they are a table of too many members."""
        data = self._stream.read(size if size >= 0 else _MB)
        if len(data) > self._most_members and data.count(b"PK\x01\x02") > self._most_members:
            raise SourceError(self._path, f"plus de {_grouped(self._most_members)} entrées : archive non lue")
        return data


def _overlap(members: list[zipfile.ZipInfo]) -> bool:
    """Whether two members share packed bytes, as in bombs that expand one block many times."""
    spans = sorted((member.header_offset, member.header_offset + 30 + member.compress_size) for member in members)
    return any(end > start for (_, end), (start, _) in itertools.pairwise(spans))


def _open_member(
    path: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: _Budget, depth: int
) -> Iterator[Item | SourceError]:
    name = f"{path}!/{member.filename}"
    if reason := _refusal(member):
        yield SourceError(name, reason)
        return
    try:
        source = cast("zipfile.ZipExtFile", archive.open(member))
    except _DAMAGED as error:
        yield SourceError(name, _damage(error))
        return
    with source:
        unpacked = _Unpacked(name, source, lambda: member.compress_size, budget)
        yield from _open(Item(name, io.BufferedReader(unpacked, HEAD)), budget, depth)


def _refusal(member: zipfile.ZipInfo) -> str | None:
    """Why a member is not read; bzip2 and LZMA because zipfile expands them without a limit."""
    name = member.orig_filename
    mode = member.external_attr >> 16
    if "\0" in name or name.startswith(("/", "\\")) or name[1:2] == ":" or ".." in re.split(r"[/\\]", name):
        return "nom qui sort de l’archive"
    if stat.S_ISLNK(mode):
        return "lien symbolique, non suivi"
    if mode and stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        return "ni fichier ni dossier ordinaire"
    if member.flag_bits & _ENCRYPTED:
        return "entrée chiffrée : mot de passe nécessaire"
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return "méthode de compression non prise en charge"
    return None


def _read_warc(item: Item, budget: _Budget, _depth: int) -> Iterator[Item | SourceError]:
    """The pages of a WARC; other records hold none. After one whose length is false, reading resumes at the next."""
    stream = item.stream
    number = 0
    line = stream.readline(_LONGEST_LINE)
    while line:
        number += 1
        page: Item | SourceError | None
        try:
            if not line.startswith(b"WARC/"):
                raise _RefusedError("en-tête illisible")
            page = _read_record(item.path, stream, budget.limits)
            line = _next_line(stream)
            if line and not line.startswith(b"WARC/"):
                raise _RefusedError("longueur annoncée fausse")
        except _DAMAGED as error:
            page = SourceError(item.path, f"enregistrement {number} : {_damage(error)}")
            line = _find_record(stream)
        if page:
            budget.enter_member()
            yield page


def _read_record(path: str, stream: io.BufferedReader, limits: Limits) -> Item | SourceError | None:
    """The page of one record, whose version line has been read; None when it holds none."""
    headers = _read_headers(stream)
    length = headers.get("content-length", "")
    if not (length.isascii() and length.isdigit() and len(length) < 16):  # noqa: PLR2004 - beyond any disk
        raise _RefusedError("longueur absente ou illisible")
    url = headers.get("warc-target-uri", "").strip("<>")
    if headers.get("warc-type", "").lower() != "response" or not url.startswith(_TARGETS):
        _skip(stream, int(length))
        return None
    if int(length) > limits.largest_member:
        _skip(stream, int(length))
        return SourceError(f"{path}!/{url}", f"page de plus de {_grouped(limits.largest_member // _MB)} Mo")
    payload = stream.read(int(length))
    if len(payload) < int(length):
        raise EOFError
    try:
        body = _page_of(payload, limits)
    except _DAMAGED as error:
        return SourceError(f"{path}!/{url}", _damage(error))
    return None if body is None else Item.of(f"{path}!/{url}", body, url)


def _read_headers(stream: io.BufferedReader) -> dict[str, str]:
    headers: dict[str, str] = {}
    for _ in range(_MOST_HEADERS):
        line = stream.readline(_LONGEST_LINE)
        if not line.strip():
            return headers
        name, _, value = line.decode("utf-8", "replace").partition(":")
        headers[name.strip().lower()] = value.strip()
    raise _RefusedError("en-tête trop long")


def _next_line(stream: io.BufferedReader) -> bytes:
    """The line after the blank ones that end a record: two of them, one with some tools."""
    for _ in range(4):
        line = stream.readline(_LONGEST_LINE)
        if not line or line.strip():
            break
    return line


def _skip(stream: io.BufferedReader, count: int) -> None:
    while count:
        skipped = len(stream.read(min(count, _MB)))
        if not skipped:
            raise EOFError
        count -= skipped


def _find_record(stream: io.BufferedReader) -> bytes:
    """The version line of the next record, wherever it is; nothing at the end."""
    while head := stream.peek(HEAD):
        at = head.find(b"WARC/1.")
        stream.read(at if at >= 0 else max(1, len(head) - 6))
        if at >= 0:
            return stream.readline(_LONGEST_LINE)
    return b""


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
        raise _RefusedError(f"encodage HTTP « {encoding[:20]} » non pris en charge")
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
    page = decompressor.decompress(body, min(limits.largest_member, _SMALL + limits.largest_ratio * len(body)))
    if decompressor.unconsumed_tail:
        raise _RefusedError(f"se décompresse à plus de {limits.largest_ratio} fois sa taille : archive piégée")
    if not decompressor.eof:
        raise EOFError
    return page


def _damage(error: BaseException) -> str:
    """What a reader is told of damage; our own reasons as they are."""
    if isinstance(error, EOFError):
        return "archive tronquée"
    if isinstance(error, _RefusedError):
        return str(error)
    return "archive endommagée"


def _grouped(count: int) -> str:
    return f"{count:,}".replace(",", "\u202f")


_UNPACK = {Format.GZIP: _unpack_gzip, Format.ZIP: _unpack_zip, Format.WARC: _read_warc}
