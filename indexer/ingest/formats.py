"""Which format is this? Recognised by content, never by the name of a file."""

import codecs
import enum
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager

from indexer.ingest.decode import decode
from indexer.ingest.draft import DEFAULT_NAMES, FieldNames, field_key, field_places


class Format(enum.StrEnum):
    """What a file can be; one that is UNKNOWN is named by `describe`."""

    TEXT = "text"
    HTML = "html"
    FEED = "feed"
    JSON = "json"
    JSON_LINES = "jsonl"
    CSV = "csv"
    WARC = "warc"
    GZIP = "gzip"
    ZIP = "zip"
    UNKNOWN = "unknown"


_NAMES = (
    (b"%PDF-", "document PDF"),
    (b"{\\rtf", "document RTF"),
    (b"%!PS", "document PostScript"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "document Office ancien (Word, Excel ou PowerPoint)"),
    (b"\x89PNG\r\n\x1a\n", "image PNG"),
    (b"\xff\xd8\xff", "image JPEG"),
    (b"GIF8", "image GIF"),
    (b"BM", "image BMP"),
    (b"II*\x00", "image TIFF"),
    (b"MM\x00*", "image TIFF"),
    (b"\x00\x00\x01\x00", "icône"),
    (b"8BPS", "image Photoshop"),
    (b"ID3", "son MP3"),
    (b"\xff\xfb", "son MP3"),
    (b"OggS", "son ou vidéo Ogg"),
    (b"fLaC", "son FLAC"),
    (b"\x1aE\xdf\xa3", "vidéo Matroska ou WebM"),
    (b"\x00\x00\x01\xba", "vidéo MPEG"),
    (b"wOFF", "police de caractères"),
    (b"wOF2", "police de caractères"),
    (b"\x00\x01\x00\x00\x00", "police de caractères"),
    (b"OTTO", "police de caractères"),
    (b"7z\xbc\xaf\x27\x1c", "archive 7z"),
    (b"Rar!\x1a\x07", "archive RAR"),
    (b"\xfd7zXZ\x00", "archive xz"),
    (b"BZh", "archive bzip2"),
    (b"\x28\xb5\x2f\xfd", "archive Zstandard"),
    (b"\x04\x22\x4d\x18", "archive LZ4"),
    (b"MSCF", "archive CAB"),
    (b"bplist00", "archive web Safari"),
    (b"SQLite format 3\x00", "base SQLite"),
    (b"PAR1", "table Parquet"),
    (b"\x7fELF", "programme"),
    (b"MZ", "programme Windows"),
    (b"\xca\xfe\xba\xbe", "programme Java"),
    (b"\x00asm", "programme WebAssembly"),
)
_NAMES_INSIDE = (
    (8, b"WEBP", "image WebP"),
    (8, b"WAVE", "son WAV"),
    (8, b"AVI ", "vidéo AVI"),
    (4, b"ftypavif", "image AVIF"),
    (4, b"ftypheic", "image HEIC"),
    (4, b"ftyp", "vidéo MP4"),
    (257, b"ustar", "archive tar"),
)
_OFFICE = (
    (b"word/", "document Word"),
    (b"xl/", "classeur Excel"),
    (b"ppt/", "présentation PowerPoint"),
    (b"mimetypeapplication/epub+zip", "livre EPUB"),
    (b"mimetypeapplication/vnd.oasis.opendocument", "document LibreOffice"),
    (b"[Content_Types].xml", "document Office"),
)
_PACKED = (
    (b"\x1f\x8b", Format.GZIP),
    (b"PK\x03\x04", Format.ZIP),
    (b"PK\x05\x06", Format.ZIP),
    (b"WARC/", Format.WARC),
)
_MAIL = re.compile(r"(?:[A-Z][\w-]*: .*\r?\n(?:[ \t].*\r?\n)*){2,}", re.ASCII)

_PROLOGUE = re.compile(r"(?:\s|<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\]\s*)?>)*+", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
_FEEDS = frozenset({"rss", "feed", "rdf"})
_BLOCKS = "p|br|div|article|section|main|h[1-6]|ul|ol|li|table|blockquote|figure|html|head|body|title|meta|header"
_INLINE = "a|b|i|em|strong|span|img|u|cite"
_TAG = re.compile(rf"<(?:/?(?:{_BLOCKS}|{_INLINE})(?:\s[^<>]{{0,2000}})?/?>|!--|!doctype\s+html)", re.IGNORECASE)
_DELIMITERS = ",;\t|"
_SHORTEST_CUT = 1024
"""Bytes; a shorter head is the whole file."""


def recognise(head: bytes, names: FieldNames = DEFAULT_NAMES) -> Format:
    """The format of a file that begins with *head* (4 to 64 kB of it)."""
    packed = next((format_ for magic, format_ in _PACKED if head.startswith(magic)), None)
    if packed:
        return Format.UNKNOWN if packed is Format.ZIP and _office_name(head) else packed
    if _magic_name(head):
        return Format.UNKNOWN
    try:
        text = _decode_head(head)
    except ValueError:
        return Format.UNKNOWN
    return _text_format(text.lstrip("\ufeff"), names)


def _decode_head(head: bytes) -> str:
    """The text of a head, which may end inside a character: that matters in UTF-16, where no byte may be missing."""
    even = head[: len(head) // 2 * 2] if len(head) >= _SHORTEST_CUT else head
    try:
        return decode(even)
    except ValueError:
        return decode(even[:-2])


def describe(head: bytes) -> str:
    """What an UNKNOWN file is, in French: « document PDF », « archive tar »."""
    if name := _office_name(head) or _magic_name(head):
        return name
    try:
        text = _decode_head(head)
    except ValueError:
        return "contenu binaire"
    return "page enregistrée au format MHTML" if _is_mhtml(text) else "fichier XML"


def _magic_name(head: bytes) -> str | None:
    """Short marks may begin a text (« BMW », « MZ »): then a zero byte has to follow as well."""
    for magic, name in _NAMES:
        if head.startswith(magic) and (len(magic) > 3 or 0 in head[:64] or head[0] > 0x7F):  # noqa: PLR2004
            return name
    return next((name for at, magic, name in _NAMES_INSIDE if head.startswith(magic, at) and 0 in head), None)


def _office_name(head: bytes) -> str | None:
    """What the first members of a zip say of it."""
    if not head.startswith(b"PK\x03\x04") or not re.match(
        rb"(?:mimetype|\[Content_Types\]|_rels/|docProps/|word/|xl/|ppt/)", head[30:]
    ):
        return None
    return next((name for mark, name in _OFFICE if mark in head), None)


def _text_format(text: str, names: FieldNames) -> Format:
    start = text.lstrip()
    if start.startswith("<"):
        return _markup_format(start)
    if start.startswith(("{", "[")) and (json_format := _json_format(start)):
        return json_format
    if _is_mhtml(text):
        return Format.UNKNOWN
    line, newline, below = start.partition("\n")
    if newline and below.strip() and find_delimiter(line, names):
        return Format.CSV
    return Format.HTML if len(_TAG.findall(text)) > len(text) / 2000 + 1 else Format.TEXT


def _markup_format(text: str) -> Format:
    prologue = _PROLOGUE.match(text)
    end = prologue.end() if prologue else 0
    root = _ROOT.match(text, end)
    if root and root.group(1).lower() in _FEEDS:
        return Format.FEED
    if _TAG.match(text) or _TAG.match(text, end) or "html" in text[:end].lower():
        return Format.HTML
    if text.startswith("<?xml") or (root and "xmlns" in text[:2000]) or re.match(r"<(?:opml|urlset|svg)\b", text[end:]):
        return Format.UNKNOWN
    return Format.HTML if _TAG.search(text) else Format.TEXT


def _json_format(text: str) -> Format | None:
    """Lines that are objects each are JSON lines, though the first one may be broken."""
    lines = [line for line in text.splitlines() if line.strip()][:20]
    objects = sum(line.lstrip().startswith("{") and line.strip() != "{" for line in lines)
    if objects > 1 and objects > len(lines) / 2 and not text.startswith("["):
        return Format.JSON_LINES
    return Format.JSON if re.match(r'\{\s*(?:"|\})|\[\s*[\[{"\]]', text) else None


def _is_mhtml(text: str) -> bool:
    headers = _MAIL.match(text)
    return bool(
        headers and re.search(r"^Content-Type:\s*multipart/related", headers.group(), re.IGNORECASE | re.MULTILINE)
    )


def looks_like_html(text: str) -> bool:
    """Whether *text* has markup, so that the reader of pages should read it.

    >>> looks_like_html("<p>Un article.</p>"), looks_like_html("Si a < b et b > c.")
    (True, False)
    """
    return _TAG.search(text) is not None


def find_delimiter(line: str, names: FieldNames = DEFAULT_NAMES) -> str | None:
    """What separates the cells of a CSV header; None when *line* is none: no title, no text, or no other column."""
    places = field_places(names)
    known = {key for key, fields in places.items() if not all(field.rest for field in fields)}
    needed = {key for key in known if any(field.field in {"title", "text"} for field in places[key])}
    best = max(_DELIMITERS, key=lambda delimiter: len(known & set(map(field_key, header_cells(line, delimiter)))))
    found = set(map(field_key, header_cells(line, best)))
    return best if needed & found and len(found) > 1 and len(known & found) > 1 else None


def header_cells(line: str, delimiter: str) -> list[str]:
    """The names of the columns."""
    return [cell.strip().strip('"') for cell in line.strip("\r\n").split(delimiter)]


@contextmanager
def open_text(stream: io.BufferedReader) -> Iterator[io.TextIOWrapper]:
    """The characters of a stream of UTF-8 or UTF-16; what is neither is read as windows-1252, byte by byte.

    The stream stays open.
    """
    head = stream.peek(4)[:4]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        encoding = {b"\0\0": "utf-16-le"}.get(head[1::2]) or {b"\0\0": "utf-16-be"}.get(head[::2]) or "utf-8-sig"
    text = io.TextIOWrapper(stream, encoding=encoding, errors=_AS_WINDOWS, newline="\n")
    try:
        yield text
    finally:
        text.detach()


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("windows-1252", "ignore"), error.end


_AS_WINDOWS = "vigie.windows-1252"
codecs.register_error(_AS_WINDOWS, _as_windows)
