"""Which lines are the article? Characters repaired, left-overs of the page removed.

Every rule is here because of a page that had it. Rules take whole lines, and what is
glued to a last sentence (« … est incertaine.Comment (0) »), so that no sentence loses words.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import dropwhile, pairwise
from pathlib import Path

from indexer.analysis import fold
from indexer.ingest.characters import may_be_mojibake, repair_characters, repair_title

_BLANKS = re.compile(r"[ \t]+")
_EDGES = " |\u00a0\u202f\t"

_TAIL = re.compile(r"[.!?…»”](?:(?<=[a-zà-öø-ÿœ\d»”)\]][.!?…])|(?<=[»”]))\s?([A-ZÀ-ÝŒ][^.!?…»”]{1,40})$")
"""The end of a sentence and what follows it; « M. X » is none, and a lone X is no share button there."""
_TAIL_REACH = 61
_SENTENCE_MARKS = tuple(".!?…»”")
_SHARED_START = 60
"""Characters: a paragraph that begins a longer one is a standfirst printed twice, or a teaser cut short."""
_FIRST_LETTERS = 20
"""Compared before all are: of a quarter of the time of cleaning, that leaves a tenth."""
_LETTER = re.compile(r"[^\W_]")
_MOST_ROUNDS = 5
_LONGEST_LEFT_OVER = 250
"""Characters, notices aside: a line that begins like a left-over and is longer has the article glued to it."""


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
_LONGEST_RUBRIC = 60
_FURNITURE = _read_list("furniture.txt")
_FURNITURE_LINE = _any_of(_FURNITURE["lines"], r"\s*[:.|»>…]*")
_FURNITURE_BEGINNING = _any_of(_FURNITURE["beginnings"], "")
_FURNITURE_NOTICE = _any_of(_FURNITURE["notices"], "")


def clean_article(title: str, text: str) -> tuple[str, str]:
    """Title and body as a careful reader would keep them: characters repaired, left-overs and repeats removed.

    For what a reader has taken apart; each line of *text* is a paragraph. The body's paragraphs are parted by an empty
    line; it is empty when nothing was an article. Cleaning twice is cleaning once, and no sentence loses a word.
    """
    for _ in range(_MOST_ROUNDS):
        before, (title, text) = (title, text), _clean_once(title, text)
        if (title, text) == before or not may_be_mojibake(title + text):  # what is left of a line may be read otherwise
            break
    return title, text


def _clean_once(title: str, text: str) -> tuple[str, str]:
    title = repair_title(title).strip(_EDGES)
    lines = without_repeats(clean_lines(repair_characters(text)), title)
    return title, "\n\n".join(dropwhile(is_rubric, lines))


def clean_lines(text: str) -> list[str]:
    """The lines that may be the article, trimmed, in order."""
    if "  " in text or "\t" in text:  # to replace each single space by itself takes a quarter of the time of cleaning
        text = _BLANKS.sub(" ", text)
    lines = (_without_tails(line.strip(_EDGES)) for line in text.split("\n"))
    return [line for line in lines if line and not is_furniture(line)]


def _without_tails(line: str) -> str:
    if line.endswith(_SENTENCE_MARKS):
        return line
    while (tail := _TAIL.search(line, max(0, len(line) - _TAIL_REACH))) and is_furniture(tail.group(1)):
        line = line[: tail.start() + 1].rstrip(_EDGES)
    return line


def is_furniture(line: str) -> bool:
    """Whether the line belongs to the page, not to the article."""
    if not _LETTER.search(line):
        return True
    if len(line) <= _LONGEST_LEFT_OVER and (_FURNITURE_LINE.fullmatch(line) or _FURNITURE_BEGINNING.match(line)):
        return True
    return bool(_FURNITURE_NOTICE.match(line))


def is_rubric(line: str) -> bool:
    """Whether the line is the name of a section: « Monde », « Guerre en Ukraine »."""
    return len(line) <= _LONGEST_RUBRIC and fold(line) in RUBRICS


def without_repeats(lines: Iterable[str], title: str) -> list[str]:
    """The lines without the title, without a line's second copy, and without one that begins a longer one."""
    lines = list(lines)
    beginnings = {_first_letters(line) for line in lines}
    if len(beginnings) == len(lines) and _first_letters(title) not in beginnings:
        return lines
    kept: dict[str, str] = {}
    for line in lines:
        kept.setdefault(_letters(line), line)
    kept.pop(_letters(title), None)
    standfirsts = _standfirsts(kept)
    return [line for folded, line in kept.items() if folded not in standfirsts]


def _letters(line: str) -> str:
    """Letters and figures of a line, without accents; fold() would keep every paragraph in its cache."""
    return _only_letters(line) or line


def _first_letters(line: str) -> str:
    """The first 20 of them. Lines that differ in these repeat nothing, and most lines do."""
    start = _only_letters(line[: 2 * _FIRST_LETTERS])
    whole = start if len(start) >= _FIRST_LETTERS or len(line) <= 2 * _FIRST_LETTERS else _only_letters(line)
    return whole[:_FIRST_LETTERS]


def _only_letters(text: str) -> str:
    """In French by way of a table of bytes: the first 40 characters take 1 µs in place of 5."""
    try:
        return text.encode("cp1252").translate(_BARE, _NO_LETTERS).decode("cp1252")
    except UnicodeError:
        return any_letters(text)


def any_letters(text: str) -> str:
    """The same of any text."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFD", text.casefold())))


def _bare_byte(code: int) -> bytes:
    """The letter of a byte of windows-1252; none, or one that no text has for ß and µ, which become other letters."""
    letters = any_letters(bytes([code]).decode("cp1252", "ignore"))
    return b"\x81" if letters in {"ss", "μ"} else letters.encode("cp1252")


_BARE_BYTES = [_bare_byte(code) for code in range(256)]
_BARE = b"".join(letter or b" " for letter in _BARE_BYTES)
_NO_LETTERS = bytes(code for code, letter in enumerate(_BARE_BYTES) if not letter)


def _standfirsts(folded: Iterable[str]) -> set[str]:
    """Those of the lines that begin another one: in order, it is the next."""
    ordered = sorted(folded)
    return {line for line, following in pairwise(ordered) if len(line) >= _SHARED_START and following.startswith(line)}
