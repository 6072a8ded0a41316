"""How many of what does a text count? « 10 000 obus », « une vingtaine de blindés », « 300 km », « 40 % »."""

import re
import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from indexer.enrich.number_words import GAP, SPACE
from indexer.enrich.numbers import ANY_JOINT, find_range, joint_of, number_spans, read_number, read_range
from indexer.thesaurus import load_entries


class Quantity(NamedTuple):
    """A number of things or a measure: *value*, or from *value* to *highest*, of *unit*.

    *unit* is the noun in the singular (« obus », « blindé »), the label of equipment (« Rafale ») or the sign of a
    measure (« km », « % »).
    *start* and *end* cut the words from the number to the noun out of the text.
    """

    value: Decimal
    highest: Decimal | None
    unit: str
    start: int
    end: int


def _plurals(noun: str) -> set[str]:
    """The forms of a noun whose words are all inflected, or the first alone: sous-marins, chars de combat."""
    first, space, rest = noun.partition(" ")
    words = noun.split(" ")
    return {noun, " ".join(map(_plural, words)), _plural(first) + space + rest}


def _plural(word: str) -> str:
    if word.endswith(("s", "x", "z")):
        return word
    if word.endswith("eau"):
        return f"{word}x"
    return f"{word[:-2]}aux" if word.endswith("al") else f"{word}s"


def _key(word: str) -> str:
    return word.lower().replace("’", "'").replace("\u2011", "-")


_LONGEST_SIGN = 3
"""Letters. A measure written longer than « MWh » is a word, with a plural and in any case."""


def _load() -> tuple[dict[str, str], dict[str, str]]:
    """What `counted.toml` lists: form, in small letters -> unit, and sign -> unit."""
    table = tomllib.loads((Path(__file__).parent / "counted.toml").read_text(encoding="utf-8"))
    nouns = {_key(form): noun for noun in table["things"] for form in _plurals(noun)}
    signs: dict[str, str] = {}
    for unit, others in table["measures"].items():
        for name in (unit, *others):
            if len(name) <= _LONGEST_SIGN or "/" in name:
                signs[name] = unit
            else:
                nouns |= {_key(form): unit for form in _plurals(name)}
    return nouns, signs


_NOUNS, _SIGNS = _load()
_MEASURES = set(_SIGNS.values())
_BEGINNINGS = {form[: space.start()] for form in _NOUNS for space in re.finditer(" ", form)}
"""What is said of nouns of several words before their last: « casque », « gilet »."""

_SIGN = re.compile(f"{SPACE}{{0,2}}({'|'.join(sorted(map(re.escape, _SIGNS), key=len, reverse=True))})(?![\\w/])")
_WORD = re.compile(r"[^\W\d_](?:[\w'’\u2011-]*\w)?")
_BEFORE_NOUN = re.compile(f"{SPACE}{{0,2}}(?:d(?:e{GAP}|['’]{SPACE}?))?", re.IGNORECASE)
_SMALL_GAP = re.compile(GAP)
_NOTHING_FOLLOWS = frozenset(".,;:!?)]»/-\n") | {""}
_ADJECTIVES = frozenset(
    "autre autres nouveau nouveaux nouvel nouvelle nouvelles premier premiers première premières dernier derniers "
    "dernière dernières grand grands grande grandes petit petits petite petites gros grosse grosses vieux vieille "
    "vieilles ancien anciens ancienne anciennes jeune jeunes bon bons bonne bonnes puissant puissants puissante "
    "puissantes simple simples seul seuls seule seules principal principaux principales".split()
)
"""What may stand between a number and its noun; most adjectives follow the noun in French."""

_CAPITAL = re.compile(rf"{GAP}(?=[A-ZÀ-Þ])([\w’\u2010\u2011-]+(?:{SPACE}[A-Z0-9][\w’\u2010\u2011-]*){{0,2}})(?!\w)")
"""Up to three words that may name equipment: Rafale, F 15, Mirage 2000-5."""
_HYPHENS = re.compile("[-\u2010\u2011 \u00a0\u202f]")

_LONGEST_ELLIPSIS = 90
"""Characters from a counted noun to a number that it is understood with."""
_FEWEST = 2
_SMALLEST_PART = 10_000
"""« 16 millions de victimes, dont 8 en Éthiopie » are millions as well."""
_STOP = r"\s?(?:[.,;:!?)»]|$)"
_AROUND_ELLIPSIS = (
    (rf"{GAP}sur{GAP}", rf"{_STOP}|{GAP}\w+(?:é|i|u)e?s\b"),
    (rf"[^.!?]*\bcontre{GAP}", rf"{_STOP}|{GAP}(?:\w+[éu]e?s|auparavant|avant|en|hier|il|l['’]an|l['’]année)\b"),
    (rf"[^.!?]*\bdont{GAP}", rf"{_STOP}|{GAP}(?:d['’](?!entre)|en|au|aux|ont|sont|ét\w+|neuf|neuve)"),
    (r"[^.!?]*[,;(]\s?", rf"{GAP}(?:de{GAP}chaque|d['’]entre|de{GAP}plus{_STOP}|de{GAP}moins{_STOP})"),
    (rf"[^.!?]*\ben{GAP}[^\W\d_]+{GAP}", _STOP),
    (r"[^.!?]*[.!?]\s", rf"{GAP}(?:en{GAP})?(?:ont|sont|avaient|étaient|auraient|seraient|furent)\b"),
    (rf"[^.!?]*,{GAP}(?:l[ea]s?{GAP}|l['’])[A-ZÀ-Þ][\w-]{{3,}}{GAP}", _STOP),
)
"""What stands between a quantity and a number with the same noun, and behind that number."""
_ELLIPSES = [(re.compile(before, re.DOTALL), re.compile(after)) for before, after in _AROUND_ELLIPSIS]
_AFTER_ELLIPSIS = re.compile("|".join(dict.fromkeys(after for _, after in _AROUND_ELLIPSIS)))
_NAMED = re.compile(rf"[A-ZÀ-Þ][\w-]+{GAP}$")
"""« Le Boeing 737 »; but « la Russie 10 000 »."""
_ARTICLES = {"un", "une"}
_YEAR = re.compile(r"(?:1[5-9]|2[01])[0-9]{2}")
_BEFORE_YEAR = re.compile(
    rf"\b(?:en|depuis|l['’]an|année|fin|début|mars|mai|août|juin|juillet|avril|\w{{2,4}}(?:ier|bre)){SPACE}$",
    re.IGNORECASE,
)


def find_quantities(text: str) -> list[Quantity]:
    """What *text* counts and measures, in order, without overlap.

    Only nouns and measures of `counted.toml` and equipment of the thesaurus count. A noun may be understood, as in « 42
    drones sur 67 ». « Un char » counts nothing, as « un » may be the article, and « des dizaines de drones » tells no
    number: both are left out. A calibre (« 155 mm ») is no quantity.
    """
    found: list[Quantity] = []
    end = 0
    for number in number_spans(text):
        if number[0] < end:
            continue
        if quantity := _read(text, number) or (_read_understood(text, number, found[-1]) if found else None):
            found.append(quantity)
            end = quantity.end
    return found


def _read(text: str, number: tuple[int, int]) -> Quantity | None:
    """Read what is counted by the number, given by its start and end, or by the range that it begins."""
    start, end = number
    if ANY_JOINT.match(text, end) and (found := _read_range(text, number)):
        return found
    written = text[start:end]
    if written.lower() in _ARTICLES:
        return None
    noun = counted_noun(text, end) or _counted_equipment(text, end)
    value = read_number(written) if noun and not _is_year(text, start, end) else None
    return Quantity(value, None, noun[0], start, noun[1]) if noun and value is not None else None


def _read_range(text: str, number: tuple[int, int]) -> Quantity | None:
    written = find_range(text, number, joint_of(text, number[0]))
    noun = counted_noun(text, written.end) if written.high else None
    ends = read_range(written.low, written.high) if written.high and noun else None
    return Quantity(*ends, noun[0], written.start, noun[1]) if ends and noun else None


def _read_understood(text: str, number: tuple[int, int], last: Quantity) -> Quantity | None:
    """Read a number whose noun is that of the quantity before: « 42 drones sur 67 », « 24 chars, dont dix neufs »."""
    start, end = number
    if start - last.end > _LONGEST_ELLIPSIS or last.unit in _MEASURES or not _AFTER_ELLIPSIS.match(text, end):
        return None
    written, between = text[start:end], text[last.end : start]
    if _YEAR.fullmatch(written) or not any(
        before.fullmatch(between) and after.match(text, end) for before, after in _ELLIPSES
    ):
        return None
    value = read_number(written)
    if value is None or value < _FEWEST or value % 1 or last.value > value * _SMALLEST_PART:
        return None
    if written.isdecimal() and _NAMED.search(between):
        return None
    return Quantity(value, None, last.unit, start, end)


def _is_year(text: str, start: int, end: int) -> bool:
    """Whether the number is the year of « en 2022 soldats et civils »."""
    before = text[max(0, start - 12) : start]
    return bool(_YEAR.fullmatch(text, start, end) and _BEFORE_YEAR.search(before))


def counted_noun(text: str, start: int) -> tuple[str, int] | None:
    """The unit that is named at *start*, behind a number, and where it ends."""
    if text[start : start + 1] in _NOTHING_FOLLOWS:
        return None
    if sign := _SIGN.match(text, start):
        return _SIGNS[sign[1]], sign.end()
    gap = _BEFORE_NOUN.match(text, start)
    word = _WORD.match(text, gap.end()) if gap else None
    while word and word[0].lower() in _ADJECTIVES:
        word = _next_word(text, word.end())
    words, named = "", None
    while word:
        words += _key(word[0])
        if unit := _NOUNS.get(words):
            named = unit, word.end()
        if words not in _BEGINNINGS:
            break
        words, word = words + " ", _next_word(text, word.end())
    return named


@cache
def _equipment() -> dict[str, str]:
    """What a number may stand before, without spaces and hyphens and in small letters -> the label of its entry."""
    entries = load_entries("equipment")
    return {_joined(name): entry.label for entry in reversed(entries) for name in (*entry.names, entry.label)}


def _joined(name: str) -> str:
    return _HYPHENS.sub("", name).lower()


def _counted_equipment(text: str, start: int) -> tuple[str, int] | None:
    """The label of the equipment that is named at *start* with a capital, the longest name, and where that ends."""
    words = _CAPITAL.match(text, start)
    end = words.end() if words else start
    while words and end > words.start(1):
        label = _equipment().get(_joined(text[words.start(1) : end]))
        if label:
            return label, end
        end = text.rfind(" ", words.start(1), end)
    return None


def _next_word(text: str, start: int) -> re.Match[str] | None:
    gap = _SMALL_GAP.match(text, start)
    return _WORD.match(text, gap.end()) if gap else None
