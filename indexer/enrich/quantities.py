"""How many of what does a text count? « 10 000 obus », « une vingtaine de blindés », « 300 km », « 40 % »."""

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from indexer.enrich.numbers import (
    AND,
    GAP,
    NOTHING,
    NUMBER,
    SPACE,
    TO,
    joint_of,
    number_starts,
    read_number,
    read_range,
)


class Quantity(NamedTuple):
    """A number of things or a measure: *value*, or from *value* to *highest*, of *unit*.

    *unit* is the noun in the singular (« obus », « blindé ») or the sign of a measure (« km », « % »).
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
_BEGINNINGS = {form[: space.start()] for form in _NOUNS for space in re.finditer(" ", form)}
"""What is said of nouns of several words before their last: « casque », « gilet »."""

_SIGN = re.compile(f"{SPACE}{{0,2}}({'|'.join(sorted(map(re.escape, _SIGNS), key=len, reverse=True))})(?![\\w/])")
_WORD = re.compile(r"[^\W\d_](?:[\w'’\u2011-]*\w)?")
_BEFORE_NOUN = re.compile(f"{SPACE}{{0,2}}(?:d(?:e{GAP}|['’]{SPACE}?))?", re.IGNORECASE)
_SMALL_GAP = re.compile(GAP)
_ADJECTIVES = frozenset(
    "autre autres nouveau nouveaux nouvel nouvelle nouvelles premier premiers première premières dernier derniers "
    "dernière dernières grand grands grande grandes petit petits petite petites gros grosse grosses vieux vieille "
    "vieilles ancien anciens ancienne anciennes jeune jeunes bon bons bonne bonnes puissant puissants puissante "
    "puissantes simple simples seul seuls seule seules principal principaux principales".split()
)
"""What may stand between a number and its noun; most adjectives follow the noun in French."""

_NUMBER = re.compile(NUMBER, re.IGNORECASE)
_JOINT = re.compile(f"{TO}|{AND}", re.IGNORECASE)
_RANGES = {
    joint: re.compile(f"(?P<low>{NUMBER}){joint}(?P<high>{NUMBER})", re.IGNORECASE) for joint in (TO, AND, NOTHING)
}
_ARTICLES = {"un", "une"}
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_BEFORE_YEAR = re.compile(
    rf"\b(?:en|depuis|l['’]an|année|fin|début|mars|mai|août|juin|juillet|avril|\w{{2,4}}(?:ier|bre)){SPACE}$",
    re.IGNORECASE,
)


def find_quantities(text: str) -> list[Quantity]:
    """What *text* counts and measures, in order, without overlap.

    Only nouns and measures of `counted.toml` count. « Un char » counts nothing, as « un » may be the article, and « des
    dizaines de drones » tells no number: both are left out. A calibre (« 155 mm ») is no quantity.
    """
    found: list[Quantity] = []
    end = 0
    for start in number_starts(text):
        if start >= end and (quantity := _read(text, start)):
            found.append(quantity)
            end = quantity.end
    return found


def _read(text: str, start: int) -> Quantity | None:
    number = _NUMBER.match(text, start)
    if not number or number[0].lower() in _ARTICLES:
        return None
    if _JOINT.match(text, number.end()) and (found := _read_range(text, start)):
        return found
    noun = counted_noun(text, number.end())
    value = read_number(number[0]) if noun and not _is_year(number) else None
    return Quantity(value, None, noun[0], start, noun[1]) if noun and value is not None else None


def _read_range(text: str, start: int) -> Quantity | None:
    match = _RANGES[joint_of(text, start)].match(text, start)
    noun = counted_noun(text, match.end()) if match else None
    ends = read_range(match["low"], match["high"]) if match and noun else None
    return Quantity(*ends, noun[0], start, noun[1]) if ends and noun else None


def _is_year(match: re.Match[str]) -> bool:
    """Whether the number is the year of « en 2022 soldats et civils »."""
    before = match.string[max(0, match.start() - 12) : match.start()]
    return bool(_YEAR.fullmatch(match[0]) and _BEFORE_YEAR.search(before))


def counted_noun(text: str, start: int) -> tuple[str, int] | None:
    """The unit that is named at *start*, behind a number, and where it ends."""
    if sign := _SIGN.match(text, start):
        return _SIGNS[sign[1]], sign.end()
    gap = _BEFORE_NOUN.match(text, start)
    word = _WORD.match(text, gap.end()) if gap else None
    while word and _key(word[0]) in _ADJECTIVES:
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


def _next_word(text: str, start: int) -> re.Match[str] | None:
    gap = _SMALL_GAP.match(text, start)
    return _WORD.match(text, gap.end()) if gap else None
