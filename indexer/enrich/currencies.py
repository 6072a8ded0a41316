"""Which currency is written here? « dollars taïwanais », « € », « couronnes » in an article on Sweden."""

import re
from itertools import product

from indexer.enrich.number_words import GAP
from indexer.money import CURRENCIES

_NEAR_BEFORE, _NEAR_AFTER = 600, 200
"""Characters in which a place decides between currencies of one noun: it mostly is named before them."""


def _listed(key: str) -> list[tuple[str, str]]:
    """What the table lists under *key*, the longest first, each with its code."""
    listed = [(word, code) for code, entry in CURRENCIES.items() for word in entry.get(key, [])]
    return sorted(listed, key=lambda pair: -len(pair[0]))


def _singular(name: str) -> str:
    return " ".join(re.sub("[sx]$", "", word) for word in name.lower().split())


def _with_plurals(name: str) -> list[str]:
    return [" ".join(words) for words in product(*((word, f"{word}s", f"{word}x") for word in name.lower().split()))]


_SHARED = sorted({entry["names"][0].split()[0] for entry in CURRENCIES.values() if "places" in entry})
"""Nouns that mean a currency only with an adjective or a place: couronne, dinar, peso."""

_CODES = {_singular(name): code for name, code in _listed("names")}
_CODES_OF_SIGNS = dict(_listed("signs"))
_CODES_OF_PLACES = {place.lower(): code for place, code in _listed("places")}
_PLACE = re.compile("|".join(re.escape(place) for place in _CODES_OF_PLACES), re.IGNORECASE)

_NAMES = {form for name in [*(name for name, _ in _listed("names")), *_SHARED] for form in _with_plurals(name)}
_NAME_BEGINNINGS = {form[: space.start()] for form in _NAMES for space in re.finditer(" ", form)}
_WORD, _GAP = re.compile(r"€?[^\W\d_]+(?:-[^\W\d_]+)*"), re.compile(GAP)
_GOES_ON = re.compile(r"[-\u2010\u2011]?\w")

CURRENCY_SIGN = f"(?-i:{'|'.join(re.escape(sign) for sign in _CODES_OF_SIGNS)})"
"""A pattern for `re.IGNORECASE`, without groups; signs keep their case: « ALL » is no word."""

CURRENCY_BEGINNINGS = [
    *_CODES_OF_SIGNS,
    *(f"{before}euro" for before in "km"),
    *(before + name.split()[0] for before in " \u00a0\u202f\u2009’'" for name in [*dict(_listed("names")), *_SHARED]),
]
"""How what names a currency begins; nouns with what may stand before them, as « leu » and « yen » end many words."""


def currency_name_end(text: str, start: int) -> int | None:
    """Where the longest name of a currency at *start* ends."""
    end, words = None, ""
    word = _WORD.match(text, start)
    while word:
        words += word[0].lower()
        if words in _NAMES and not _GOES_ON.match(text, word.end()):
            end = word.end()
        gap = _GAP.match(text, word.end()) if words in _NAME_BEGINNINGS else None
        word = _WORD.match(text, gap.end()) if gap else None
        words += " "
    return end


def currency_of(written: str, text: str, start: int) -> str | None:
    """The ISO 4217 code of a currency that *text* names at *start*; None for « couronnes » of nobody knows where."""
    name = _singular(written)
    code = _CODES_OF_SIGNS.get(written) or _CODES.get(name)
    if code:
        return code
    codes = {code for known, code in _CODES.items() if known.startswith(name)}
    before = _PLACE.findall(text, max(0, start - _NEAR_BEFORE), start)
    after = _PLACE.findall(text, start, start + _NEAR_AFTER)
    near = (_CODES_OF_PLACES[place.lower()] for place in (*reversed(before), *after))
    return next((code for code in near if code in codes), None)
