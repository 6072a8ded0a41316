"""Which documents are inside this file? gzip, zip and WARC, unpacked as they are read; nothing is written to disk."""

import gzip
import io
import itertools
import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol, cast

from indexer.errors import SourceError
from indexer.ingest.draft import HEAD, Item
from indexer.ingest.files import failure, open_regular, printable
from indexer.ingest.formats import Format, recognise
from indexer.ingest.limits import DAMAGED, DEFAULT_LIMITS, MB, SMALL, Budget, Limits, damage, grouped
from indexer.ingest.warc import read_warc

__all__ = ["DEFAULT_LIMITS", "Limits", "open_items"]

_STEP = 1 << 18
"""Bytes unpacked at a time: zipfile would unpack as much as is asked for before any limit is looked at."""

_ENCRYPTED = 1
_READ_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})

_LEADS_OUT = re.compile(r"[/\\]|.:|(?:.*[/\\])?\.\.(?:[/\\]|\Z)", re.DOTALL)
"""From the root, a drive, or up."""


class _Source(Protocol):
    def read1(self, size: int, /) -> bytes: ...


class _Unpacked(io.RawIOBase):
    """The bytes that a packed source expands to; raises SourceError in place of what decompressors raise."""

    def __init__(self, path: str, source: _Source, packed: Callable[[], int], budget: Budget) -> None:
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
        except DAMAGED as error:
            raise SourceError(self._path, damage(error)) from error
        self._expanded += len(data)
        ratio = self._budget.limits.largest_ratio
        if self._expanded > SMALL and self._expanded > ratio * self._packed():
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
        file = open_regular(path)
        size = os.fstat(file.fileno()).st_size
        item = Item(name, io.BufferedReader(file, HEAD))
        with item.stream:
            yield from _open(item, Budget(name, size, limits), 0)
    except OSError as error:
        yield SourceError(name, f"illisible ({failure(error)})")


def _open(item: Item, budget: Budget, depth: int) -> Iterator[Item | SourceError]:
    """The Item, or what is in it when it is an archive."""
    try:
        unpack = _UNPACK.get(recognise(item.head))
        if unpack is None:
            yield item
        elif depth == budget.limits.deepest_nesting and unpack is not read_warc:
            yield SourceError(item.path, f"archives emboîtées sur plus de {depth} niveaux")
        else:
            yield from unpack(item, budget, depth + 1)
    except SourceError as error:
        yield error


def _unpack_gzip(item: Item, budget: Budget, depth: int) -> Iterator[Item | SourceError]:
    with gzip.GzipFile(fileobj=item.stream) as source:
        unpacked = _Unpacked(item.path, source, item.stream.tell, budget)
        yield from _open(Item(item.path, io.BufferedReader(unpacked, HEAD)), budget, depth)


def _unpack_zip(item: Item, budget: Budget, depth: int) -> Iterator[Item | SourceError]:
    stream = item.stream if item.stream.seekable() else io.BytesIO(item.read(budget.limits.largest_member))
    try:
        with zipfile.ZipFile(_Directory(item.path, stream, budget.limits.most_members)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if _overlap(members):
                raise SourceError(item.path, "entrées qui se chevauchent : archive piégée")
            for member in members:
                budget.enter_member()
                yield from _open_member(item.path, archive, member, budget, depth)
    except DAMAGED as error:
        raise SourceError(item.path, damage(error)) from error


class _Directory:
    """A zip file whose table of members is refused before it fills the memory: zipfile reads it in one piece."""

    def __init__(self, path: str, stream: io.BufferedReader | io.BytesIO, most_members: int) -> None:
        self._path, self._stream, self._most_members = path, stream, most_members
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, size: int = -1) -> bytes:
        """At most *size* bytes; SourceError when they are a table of too many members."""
        data = self._stream.read(size if size >= 0 else MB)
        if len(data) > self._most_members and data.count(b"PK\x01\x02") > self._most_members:
            raise SourceError(self._path, f"plus de {grouped(self._most_members)} entrées : archive non lue")
        return data


def _overlap(members: list[zipfile.ZipInfo]) -> bool:
    """Whether two members share packed bytes, as in bombs that expand one block many times."""
    spans = sorted((member.header_offset, member.header_offset + 30 + member.compress_size) for member in members)
    return any(end > start for (_, end), (start, _) in itertools.pairwise(spans))


def _open_member(
    path: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: Budget, depth: int
) -> Iterator[Item | SourceError]:
    name = f"{path}!/{printable(member.filename)}"
    if reason := _refusal(member):
        yield SourceError(name, reason)
        return
    try:
        source = cast("zipfile.ZipExtFile", archive.open(member))
    except DAMAGED as error:
        yield SourceError(name, damage(error))
        return
    with source:
        unpacked = _Unpacked(name, source, lambda: member.compress_size, budget)
        yield from _open(Item(name, io.BufferedReader(unpacked, HEAD)), budget, depth)


def _refusal(member: zipfile.ZipInfo) -> str | None:
    """Why a member is not read; bzip2 and LZMA because zipfile expands them without a limit."""
    name = member.orig_filename
    mode = member.external_attr >> 16
    reasons = {
        "nom avec des caractères de contrôle": printable(name) != name,
        "nom qui sort de l’archive": bool(_LEADS_OUT.match(name)),
        "lien symbolique, non suivi": stat.S_ISLNK(mode),
        "ni fichier ni dossier ordinaire": stat.S_IFMT(mode) not in {0, stat.S_IFREG},
        "entrée chiffrée : mot de passe nécessaire": member.flag_bits & _ENCRYPTED,
        "méthode de compression non prise en charge": member.compress_type not in _READ_METHODS,
    }
    return next((reason for reason, applies in reasons.items() if applies), None)


_UNPACK = {Format.GZIP: _unpack_gzip, Format.ZIP: _unpack_zip, Format.WARC: read_warc}
