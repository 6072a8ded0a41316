"""Which characters are these bytes? UTF-8, UTF-16 or windows-1252, with or without a byte order mark."""

import codecs

MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

# The five bytes that windows-1252 leaves undefined, and the control characters that no text holds.
_UNDEFINED = bytes([0x81, 0x8D, 0x8F, 0x90, 0x9D])
_CONTROLS = frozenset(map(chr, range(0x20))) - frozenset("\t\n\v\f\r\x1a\x1b")
_MANY_CONTROLS = 0.001
_MANY_ZEROS = 0.4
"""Western text in UTF-16 has a zero in nearly every second byte; curly quotes and dashes have none."""


def decode(content: bytes) -> str:
    """The text of *content*; ValueError, with the reason in French, when it is no text."""
    for mark, announced in MARKS:
        if content.startswith(mark):
            return _strictly(content[len(mark) :], announced)
    if encoding := _utf16_without_mark(content):
        text = _strictly(content, encoding)
    else:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            text = content.translate(None, _UNDEFINED).decode("windows-1252")
    if _is_binary(text):
        raise ValueError("contenu binaire, pas du texte")
    return text


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ValueError(f"{encoding.upper()} annoncé mais invalide à l’octet {error.start}") from error


def _utf16_without_mark(content: bytes) -> str | None:
    sample = content[:4096]
    pairs = len(sample) // 2
    if not pairs or len(content) % 2:
        return None
    if sample[1::2].count(0) > _MANY_ZEROS * pairs and not sample[::2].count(0):
        return "utf-16-le"
    if sample[::2].count(0) > _MANY_ZEROS * pairs and not sample[1::2].count(0):
        return "utf-16-be"
    return None


def _is_binary(text: str) -> bool:
    sample = text[:65536]
    return sum(character in _CONTROLS for character in sample) > _MANY_CONTROLS * len(sample)
