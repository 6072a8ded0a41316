"""Which characters are these bytes? What a page declares is one hint among others: pages declare anything.

UTF-8 proves itself. Among the encodings that French was ever written in, the one that gives the most plausible French
wins, and charset-normalizer judges what is plausible in none.
"""

import codecs
import re
from collections.abc import Iterator
from itertools import islice

from charset_normalizer import from_bytes

MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
FRENCH_ENCODINGS = ("cp1252", "iso8859-15", "mac-roman", "cp850")
"""As Python names them; when several read the same, the first wins. ISO-8859-1 is windows-1252, as in every browser."""

_READABLE = re.compile(
    r"(?:cp|koi8|iso8859|mac|gb|big5|shift|euc)[\w-]*|hz|johab",
)
"""Not every codec of Python reads pages: unicode-escape or UTF-7 would change what good bytes say."""

_DECLARATION_SPACE = 4096
_DECLARATION = re.compile(
    rb"<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([\w.:-]{2,40})|<meta\b[^>]{0,500}?\bcharset\s*=\s*[\"']?\s*([\w.:-]{2,40})",
    re.IGNORECASE,
)

_CONTROLS = re.compile("[\x00-\x08\x0e-\x19\x1c-\x1f]")
_BINARY_SAMPLE = 65536
_MANY_CONTROLS = 0.001

_UTF16_SAMPLE = 4096
_HIGH_HALVES = (0x00, 0x01, 0x03, 0x04, 0x05, 0x06, 0x20)
_MANY_HIGH_HALVES = 0.9
"""The high bytes of UTF-16: 0 and 1 in Latin text, 3 to 6 in Greek, Cyrillic, Hebrew and Arabic, 0x20 in ’ “ ” – €."""

_DAMAGE_SAMPLE = 1_000_000
_WELL_WRITTEN = 2
"""Whole UTF-8 sequences for one stray byte. Windows-1252 has one such sequence by chance for fifty of its letters."""
_STRAYS = re.compile("[\udc80-\udcff]+")
_CONTEXT = re.compile(rb"[\x00-\x7f]?[\x80-\xff](?:[\x00-\x7f]?[\x80-\xff]){0,30}[\x00-\x7f]?")
_MOST_CONTEXTS = 200_000
_FOREIGN_SAMPLE = 32_768

_PLAUSIBLE = 0.65
"""Articles in French score 0.8 to 1, Spanish and Portuguese 0.75 to 0.85, Polish 0.5, Russian and Arabic up to 0.6."""
_CERTAIN = 0.8
"""Below it, a declared encoding that is none of French gets its chance: Czech in windows-1250 scores 0.72 as French."""
_OTHER_WEIGHT = 0.7


def _in_place(lower: str, capital: str) -> re.Pattern[str]:
    """These letters where a word may have them: no capital after a small letter, no letter at a digit."""
    return re.compile(f"(?<!\\d)[{lower}](?![A-Z\\d])|(?<![a-zà-öø-ÿœ\\d])[{capital}](?!\\d)")


_FRENCH_LETTERS = _in_place("àâäçéèêëîïôöùûüÿœæ", "ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ")
_OTHER_LETTERS = _in_place("áãåìíñòóõøúýßšž", "ÁÃÅÌÍÑÒÓÕØÚÝŠŽ")
_SIGNS = re.compile("(?<=[^\\W\\d_])’(?=\\w)|(?<!\\w)[«“‘¿¡…–—€°•·\xa0]|(?<=m)[²³]|[»”’…–—€°\xa0](?!\\w)")
_FOREIGN_RUN = re.compile("[^\x00-\x7f\\W]{3,}")


def decode(content: bytes, *, declared: str | None = None) -> str:
    """The text of *content*; ValueError, with the reason in French, when it is no text.

    *declared* is what came with the bytes (an HTTP header); what they say of themselves is read too. Either is a hint.
    """
    text = _decode(content, declared)
    sample = text[:_BINARY_SAMPLE]
    if len(_CONTROLS.findall(sample)) > _MANY_CONTROLS * len(sample):
        raise ValueError("contenu binaire, pas du texte")
    return text


def declared_encoding(content: bytes) -> str | None:
    """The encoding that the XML declaration or a <meta> of the first 4 kB names, as it is written there."""
    found = _DECLARATION.search(content[:_DECLARATION_SPACE])
    return (found.group(1) or found.group(2)).decode("latin-1") if found else None


def _decode(content: bytes, declared: str | None) -> str:
    for mark, announced in MARKS:
        if content.startswith(mark):
            return _strictly(content[len(mark) :], announced)
    if encoding := _utf16_without_mark(content):
        return _strictly(content, encoding)
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    return _damaged_utf8(content) or _leniently(content, _find_encoding(content, declared))


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ValueError(f"{encoding.upper()} annoncé mais invalide à l’octet {error.start}") from error


def _leniently(content: bytes, encoding: str) -> str:
    """The bytes that windows-1252 leaves undefined stand for nothing; elsewhere a loss has to show."""
    return content.decode(encoding, "ignore" if encoding == "cp1252" else "replace")


def _utf16_without_mark(content: bytes) -> str | None:
    """It has zeros in one half of its pairs alone; sought before UTF-8, which zeros do not contradict."""
    sample = content[:_UTF16_SAMPLE]
    if len(content) % 2 or 0 not in sample:
        return None
    for encoding, high, low in (("utf-16-le", sample[1::2], sample[::2]), ("utf-16-be", sample[::2], sample[1::2])):
        if 0 in high and 0 not in low and sum(map(high.count, _HIGH_HALVES)) > _MANY_HIGH_HALVES * len(high):
            return encoding
    return None


def _damaged_utf8(content: bytes) -> str | None:
    """UTF-8 that was cut in mid-character, or into which windows-1252 was pasted; None when it is neither."""
    if not _is_damaged_utf8(content[:_DAMAGE_SAMPLE]):
        return None
    return _STRAYS.sub(
        lambda stray: _leniently(stray.group().encode("ascii", "surrogateescape"), "cp1252"), _with_strays(content)
    )


def _is_damaged_utf8(sample: bytes) -> bool:
    text = _with_strays(sample)
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    strays = sum(map(len, _STRAYS.findall(text)))
    return beyond_ascii - strays >= _WELL_WRITTEN * strays


def _with_strays(content: bytes) -> str:
    """UTF-8 with the bytes that are none as lone surrogates, and without a last character that was cut."""
    return codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(content)


def _find_encoding(content: bytes, declared: str | None) -> str:
    hints = list(_known(declared, declared_encoding(content)))
    contexts = b"\n".join(dict.fromkeys(found.group() for found in islice(_CONTEXT.finditer(content), _MOST_CONTEXTS)))
    candidates = dict.fromkeys([hint for hint in hints if hint in FRENCH_ENCODINGS] + list(FRENCH_ENCODINGS))
    scores = {name: _plausibility(contexts.decode(name, "replace")) for name in candidates}
    best = max(candidates, key=scores.__getitem__)
    foreign_hints = [hint for hint in hints if hint not in FRENCH_ENCODINGS]
    if scores[best] >= (_CERTAIN if foreign_hints else _PLAUSIBLE):
        return best
    foreign = _foreign_encoding(content, foreign_hints, search=scores[best] < _PLAUSIBLE)
    return foreign or best


def _known(*names: str | None) -> Iterator[str]:
    """The names, as Python writes them, of the encodings that a page may be in."""
    for name in filter(None, names):
        try:
            known = codecs.lookup(name.strip()).name
        except (LookupError, ValueError):
            continue
        if known in {"ascii", "iso8859-1"}:
            known = "cp1252"
        if _READABLE.fullmatch(known):
            yield known


def _plausibility(text: str) -> float:
    """From 0 to 1: the share of the characters beyond ASCII that stand where French has them."""
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    in_place = len(_FRENCH_LETTERS.findall(text)) + _OTHER_WEIGHT * len(_OTHER_LETTERS.findall(text))
    foreign = sum(map(len, _FOREIGN_RUN.findall(text)))
    return max(0.0, in_place + len(_SIGNS.findall(text)) - foreign) / max(1, beyond_ascii)


def _foreign_encoding(content: bytes, hints: list[str], *, search: bool) -> str | None:
    """The declared encoding in which charset-normalizer sees a text; else, when told to *search*, the one it finds."""
    first = re.search(b"[\x80-\xff]", content)
    sample = content[first.start() if first else 0 :][:_FOREIGN_SAMPLE]
    if len(sample) == _FOREIGN_SAMPLE:
        sample = sample[: max(sample.rfind(b" "), sample.rfind(b"\n")) + 1] or sample  # no character is cut at its end
    declared = next((hint for hint in hints if from_bytes(sample, cp_isolation=[hint]).best()), None)
    found = from_bytes(sample).best() if search and not declared else None
    return found.encoding if found else declared
