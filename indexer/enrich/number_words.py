"""Where does a number end? « 10 000 », « 1,5 milliard », « deux cent dix », « une bonne vingtaine de milliers ».

Every word is looked up in a table and becomes one letter, and the grammar of numbers is a small pattern over these
letters. A pattern over the text itself would have 26,000 characters and take 0.1 s to compile.
"""

import re
from functools import lru_cache
from itertools import chain

SPACE = r"[^\S\n-\r\x1c-\x1f\x85]"
"""Any space that does not end a line. With the characters spelt out, `re` takes 0.1 ms more at each place."""

GAP = f"{SPACE}{{1,2}}"
DASH = "[-\u2010\u2011\u2013]"

UNITS = {
    word: value
    for value, words in enumerate("un une|deux|trois|quatre|cinq|six|sept|huit|neuf".split("|"), start=1)
    for word in words.split()
}
TEENS = dict(zip("dix onze douze treize quatorze quinze seize".split(), range(10, 17), strict=True))
TENS = dict(zip("vingt trente quarante cinquante soixante septante".split(), range(20, 80, 10), strict=True))
TENS |= {"huitante": 80, "octante": 80, "nonante": 90}
ABOUT = {
    "dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40,
    "cinquantaine": 50, "soixantaine": 60, "centaine": 100,
}  # fmt: skip
SCALES = {"millier": 10**3, "million": 10**6, "milliard": 10**9, "billion": 10**12, "trillion": 10**12}
"""A billion is the French one. Nothing in the news is counted by 10^18: a trillion always is the English one."""

_THOUSANDS = (
    f"[0-9]{{1,3}}(?:(?:{SPACE}[0-9]{{3}}(?![0-9])){{1,4}}|(?:[.'’][0-9]{{3}}(?![0-9])){{1,4}}"
    "|(?:,[0-9]{3}){2,4}|(?:,[0-9]{3})(?=[.][0-9]))"
)
_TORN = f"[0-9]{{1,2}},{SPACE}[0-9]{{1,2}}(?={SPACE}(?i:mil(?:lion|liard)))"
"""« 3, 95 milliards », as scanned texts have it."""
FIGURES = f"(?!0[0-9])(?:{_TORN}|{_THOUSANDS}(?:[.,][0-9]{{1,3}})?|[0-9]{{1,15}}(?:[.,][0-9]{{1,6}})?)(?![.,'’]?[0-9])"
"""A pattern for a number in figures, without groups."""

_LETTERS = {
    **dict.fromkeys(UNITS, "u"), "un": "1", "une": "1", "quatre": "4", **dict.fromkeys(("sept", "huit", "neuf"), "7"),
    **dict.fromkeys(TEENS, "t"), "dix": "x",
    **dict.fromkeys(TENS, "n"), "vingt": "v", "vingts": "V", "soixante": "s",
    **dict.fromkeys(("cent", "cents"), "c"), "mille": "m", "milles": "M",
    **dict.fromkeys(chain(SCALES, (f"{scale}s" for scale in SCALES)), "B"),
    **dict.fromkeys(chain(ABOUT, (f"{about}s" for about in ABOUT)), "A"),
    **dict.fromkeys(("bonne", "petite", "grosse"), "g"), "demi": "h", "demie": "H",
    **dict.fromkeys("autre autres nouveaux premiers derniers petit petits bon bons".split(), "o"),
    "de": "d", "et": "e", "nautique": "N", "nautiques": "N",
}  # fmt: skip
_FIGURES_LETTER, _OTHER = "F", "_"
_LINKS = {"-": "-", "\u2010": "-", "\u2011": "-", "\u2013": "~"}
"""One space is a space, two are « = »."""

_GAP, _LINK = "[ =]", "[ =~-]"
_END = r"(?!-\w)"
_UNIT, _TEEN, _EIGHTY = "[1u47]", f"(?:x{_LINK}7|[xt])", f"4{_LINK}[vV]"
_SEVENTIES = f"(?:{_EIGHTY}|s(?:{_LINK}e)?){_LINK}{_TEEN}"
_BELOW_100 = f"(?:{_SEVENTIES}|(?:{_EIGHTY}|[vns])(?:(?:{_LINK}e)?{_LINK}{_UNIT})?|{_TEEN}|{_UNIT})"
_BELOW_1000 = f"(?:(?:(?:{_UNIT}|{_TEEN}){_LINK})?c(?:{_LINK}{_BELOW_100})?|{_BELOW_100})"
_WORDS = f"(?:(?:{_BELOW_1000}{_LINK})?m(?:{_LINK}{_BELOW_1000})?|{_BELOW_1000}){_END}"
_SCALE = f"(?:B|(?<=F )[mM](?!{_GAP}N)){_END}"
_DOZENS = f"(?:{_UNIT}|{_TEEN}){_GAP}(?:[gh]{_LINK})?A{_END}"
_COEFFICIENT = f"(?:F|{_DOZENS}|{_WORDS})"
_SCALED = f"{_GAP}(?:d{_GAP})?(?:o{_GAP})?{_SCALE}"
_AND_MORE = f"(?:{_GAP}(?:e{_GAP})?{_COEFFICIENT}{_SCALED}){{0,2}}(?:{_GAP}(?:F|{_WORDS}))?"
_AND_HALF = f"(?:{_GAP}e{_GAP}[hH]{_END})?"
_HALF = f"(?:1{_GAP})?h{_LINK}{_SCALE}"

_GRAMMAR = re.compile(f"{_HALF}|{_COEFFICIENT}(?:{_SCALED}{_AND_MORE}{_AND_HALF})?")
_ONE_SCALE = re.compile(f"B{_END}")
_THE = re.compile(rf"\b(?:le|du|au){SPACE}$", re.IGNORECASE)
"""Before « million » alone."""
_ALONE = re.compile(f"(?>{FIGURES})(?!{GAP}(?i:de|[mbt]r?ill|autr|nouv|prem|dern|petit|bon))")
"""Figures that no scale follows, as most: read in 1 µs instead of 5."""
_WORD = re.compile(rf"(?:({FIGURES})|(\w+))({GAP}|{DASH})?")
_MOST_WORDS = 70
"""More than the grammar allows, so that time grows with the text only."""


def number_end(text: str, start: int) -> int | None:
    """Where the number ends that begins at *start*; « des dizaines » and « plusieurs » are no numbers.

    >>> number_end("12 millions et demi de soldats", 0), number_end("le millier", 3), number_end("millier", 0)
    (19, 10, None)
    """
    if alone := _ALONE.match(text, start):
        return alone.end()
    letters, ends = _letters(text, start)
    if letters.startswith("B"):
        words = _THE.search(text, max(0, start - 3), start) and _ONE_SCALE.match(letters) and 1
    else:
        words = _words_of_number(letters)
    return ends[words - 1] if words else None


def is_number(text: str) -> bool:
    """Whether *text* is a number from end to end, or a scale alone."""
    letters, ends = _letters(text, 0)
    words = _words_of_number(letters) or (1 if _ONE_SCALE.match(letters) else 0)
    return bool(words) and ends[words - 1] == len(text)


@lru_cache(maxsize=1 << 12)
def _words_of_number(letters: str) -> int:
    """How many words the number has that these letters begin with, 0 for none. Kept: most rows are a few « F d _ »."""
    match = _GRAMMAR.match(letters)
    return match.end() // 2 + 1 if match else 0


def _letters(text: str, start: int) -> tuple[str, list[int]]:
    """One letter for each word from *start* on and one for each link between them, and where the words end."""
    letters, end = "", start
    ends: list[int] = []
    while len(ends) < _MOST_WORDS and (match := _WORD.match(text, end)):
        figures, word, link = match.groups()
        letter = _FIGURES_LETTER if figures else _LETTERS.get(word) or _LETTERS.get(word.lower(), _OTHER)
        letters += letter
        ends.append(match.end(1 if figures else 2))
        if letter == _OTHER or not link:
            break
        letters += _LINKS.get(link) or (" " if len(link) == 1 else "=")
        end = match.end()
    return letters, ends
