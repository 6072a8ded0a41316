"""Where the words of a text are: one regular expression cuts it into surface tokens.

It alone sees context, so it alone decides that « F 16 », « 155 mm », « 10 000 » and « l’OTAN » are one surface each.
What a surface means is the next step's business (terms.py).
"""

import re
from collections.abc import Iterator

SPACE = r"[ \u00a0\u2007\u2009\u202f]"
DASH = r"[-\u2010\u2011\u2013]"
APOSTROPHE = r"['\u2019\u02bc\u2018\u2032`\u00b4\uff07]"
IGNORABLE = r"\u00ad\u200b-\u200d\u2060\ufeff"

# Python counts the apostrophe \u02bc among the letters.
_LETTER = r"[^\W\d_\u02bc]"
ALNUM = r"[^\W_\u02bc]"
_WORD = rf"{ALNUM}(?:{ALNUM}|[\u0300-\u036f{IGNORABLE}])*"
START = rf"(?<!{ALNUM})"
_END = rf"(?!{ALNUM})"

_YEAR = r"(?:19|20)\d\d(?!\d)"
# A maker's or class's letters before a number, joined by a dash: F-16, Su-35, MQ-9, KC-135, T-72B3, Т-72 (Cyrillic).
# Four letters and more are names (Geran-2, Shahed-136) and stay two words; « mi-2024 » is a date.
_NO_MAKER = r"(?:mi|mai|été|fin|non|ex|pré|en|de|du|les?|la)"
_DASHED = rf"(?!{_NO_MAKER}{DASH}){_LETTER}{{1,3}}{DASH}\d{{1,4}}{ALNUM}{{0,5}}"
_MI = rf"mi{DASH}(?!{_YEAR})\d{{1,3}}{ALNUM}{{0,5}}"
# The same with a space is safe only for letters that are no French word: F 16, Su 35, M 51 — not « a 16 ans ».
# After a number h and m are units: « 14 h 30 », « 1 m 80 ».
_ONE_LETTER = rf"(?<!\d{SPACE})[hm]|[bcdfgjklpqrstuvwxz]"
SPACED_LETTERS = rf"(?:{_ONE_LETTER}|su|sou|so?ukho[ïi]|mig|ka|kh|mq|rq|kc|ch|mk|ak|amx|btr|bmp|gbu|agm|aim)"
# « C 130 H » is another thing than « C 130 h ».
_UNIT = (
    r"(?:%|€|\$|(?-i:[hm])|km|kg|ans?|jours?|heures?|minutes?|mois|années?|(?:kilo)?mètres?|tonnes?|euros?|dollars?)"
)
_NO_MEASURE = rf"(?![.,]?\d|{SPACE}\d{{3}}{_END}|{SPACE}?{_UNIT}{_END}|{SPACE}milli)"
_SPACED = rf"{SPACED_LETTERS}{SPACE}\d{{1,3}}(?:[a-z]{{1,2}}\d?)?{_END}{_NO_MEASURE}"
# « a » is a verb in small letters (« il y a 50 morts »), and « A » is « À » at the start of many a sentence.
_AIRBUS = rf"(?-i:A){SPACE}(?:10|50|100|310|330|400m?){_END}{_NO_MEASURE}"
DESIGNATION = rf"(?:{_MI}|{_DASHED}|so?ukho[ïi]{DASH}\d{{2}}{ALNUM}{{0,5}}|{_AIRBUS}|{_SPACED}){_END}"

CALIBRE = rf"\d{{1,4}}(?:[.,]\d{{1,2}})?(?:{SPACE}|{DASH})?(?:mm|millim[èe]tres?){_END}"
_THOUSANDS = rf"\d{{1,3}}(?:{SPACE}\d{{3}})+(?!\d)(?:,\d+)?|\d{{1,3}}(?:\.\d{{3}})+(?!\.?\d)"
NUMBER = rf"(?<!\d[.,])(?:{_THOUSANDS}|\d+[.,]\d+(?![.,]?\d))"
INITIALS = rf"{_LETTER}(?:\.{_LETTER})+{_END}\.?"
# Most words end here at the first look: four letters in a row begin no such term but « Soukhoï 35 ».
_ONE_TERM = rf"(?!{_LETTER}{{4}}(?<!souk)(?<!sukh))(?:{INITIALS}|{CALIBRE}|{DESIGNATION}|{NUMBER})"
# A compound stops before what is one term by itself: « ex-MiG-29 », « 1-1,5 million », « 105-155 mm ».
COMPOUND = rf"{_WORD}(?:(?:{APOSTROPHE}|{DASH})(?!{_ONE_TERM}){_WORD})*"

# Sources: Grevisse, « l’élision »; the same list as every French elision filter, with quoiqu’ and puisqu’.
ELISION = rf"(?:[ldjmtsnc]|(?:jus|lors|puis|quoi)?qu){APOSTROPHE}"

SURFACE = rf"(?:{START}(?:(?:{ELISION})?{_ONE_TERM}|{COMPOUND})|{_WORD})"

_SURFACE = re.compile(SURFACE, re.IGNORECASE)


def cut_surfaces(text: str) -> Iterator[re.Match[str]]:
    """The surface tokens of *text*, in order and without overlap, as matches (their offsets are characters).

    >>> [surface.group() for surface in cut_surfaces("Des F 16 et 155 mm pour l’OTAN : 1,5 milliard")]
    ['Des', 'F 16', 'et', '155 mm', 'pour', 'l’OTAN', '1,5', 'milliard']
    """
    return _SURFACE.finditer(text)
