"""Which lines are the article? Characters repaired, left-overs of the page removed.

Every rule is here because of a page that had it. Rules take whole lines, and what is
glued to a last sentence (« … est incertaine.Comment (0) »), so that no sentence loses words.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from indexer.analysis import fold

_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,6}|#x[0-9a-fA-F]{2,6});")
_BROKEN_ENTITY = re.compile(r"& ?(apos|quot|amp|nbsp|lt|gt|laquo|raquo|eacute|egrave|agrave|rsquo) ?;")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LINE_ENDS = re.compile("\r\n?|[\v\f\u0085\u2028\u2029]")
_BLANKS = re.compile(r"[ \t]+")

_TAIL = re.compile(r"(?<=[.!?…»”])\s?([A-ZÀ-Ý][^.!?…»”]{0,40})$")
_SHARED_START = 60
"""Characters: a paragraph that begins a later, longer one is a standfirst printed twice."""


def _read_list(name: str) -> dict[str, list[str]]:
    """The lines of a list of this folder, comments left out, by section; those before any section under ""."""
    sections: dict[str, list[str]] = {"": []}
    section = ""
    for line in (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
            sections[section] = []
        elif line and not line.startswith("#"):
            sections[section].append(line)
    return sections


def _any_of(patterns: list[str], after: str) -> re.Pattern[str]:
    joined = "|".join(patterns).replace("’", "[’']")
    return re.compile(f"(?:{joined}){after}", re.IGNORECASE)


RUBRICS = frozenset(map(fold, _read_list("rubrics.txt")[""]))
_FURNITURE = _read_list("furniture.txt")
_FURNITURE_LINE = _any_of(_FURNITURE["lines"], r"\s*[:.|»>…]*")
_FURNITURE_BEGINNING = _any_of(_FURNITURE["beginnings"], "")


def repair_characters(text: str) -> str:
    """Composed characters, whole entities, plain line ends, nothing invisible; typographic marks stay as written."""
    text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))
    text = _ENTITY.sub(lambda entity: html.unescape(entity.group()), _BROKEN_ENTITY.sub(r"&\1;", text))
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text)))


def clean_lines(text: str) -> list[str]:
    """The lines that may be the article, trimmed, in order."""
    lines = (_without_tail(_BLANKS.sub(" ", line).strip(" |\u00a0\u202f\t")) for line in text.split("\n"))
    return [line for line in lines if line and not is_furniture(line)]


def _without_tail(line: str) -> str:
    tail = _TAIL.search(line)
    return line[: tail.start()] if tail and is_furniture(tail.group(1)) else line


def is_furniture(line: str) -> bool:
    """Whether the line belongs to the page, not to the article."""
    if not any(character.isalnum() for character in line):
        return True
    return bool(_FURNITURE_LINE.fullmatch(line) or _FURNITURE_BEGINNING.match(line))


def is_rubric(line: str) -> bool:
    """Whether the line is the name of a section: « Monde », « Guerre en Ukraine »."""
    return fold(line) in RUBRICS


def without_repeats(lines: Iterable[str], title: str) -> list[str]:
    """The lines without the title, without a line's second copy, and without a standfirst that a paragraph repeats."""
    kept: list[str] = []
    seen = {fold(title)}
    for line in lines:
        if fold(line) not in seen:
            seen.add(fold(line))
            kept.append(line)
    return list(_without_standfirsts(kept))


def _without_standfirsts(lines: list[str]) -> Iterator[str]:
    folded = [fold(line) for line in lines]
    for number, line in enumerate(lines):
        start = folded[number]
        repeated = len(line) >= _SHARED_START and any(later.startswith(start) for later in folded[number + 1 :])
        if not repeated:
            yield line
