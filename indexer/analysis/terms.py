"""Which terms one surface token gives: a pure function, so that its result is kept per surface form.

A term is the word as written: lower case, composed accents, ligatures expanded, elision removed, designations and
numbers in one form. Looser kinship (accents, inflection) is a matter of classes: conflation.py.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from unidecode import unidecode

from indexer.analysis import surfaces

LONGEST_TERM = 64
"""Characters kept of a term; French has no longer word, scraped pages do."""

# Names whose first letter only looks elided.
NOT_ELIDED = frozenset(["n'djamena", "n'guesso", "m'baye", "m'bala", "m'bow", "t'challa"])
# Elements that never stand alone: anti-aérien and antiaérien, cyber-attaque and cyberattaque are one word.
# Not « sur »: it is the preposition in « La Seyne-sur-Mer ».
PREFIXES = frozenset(
    "aéro anti auto bi cyber co contre électro euro géo hydro hyper infra inter intra macro méga micro mini mono multi "
    "nano narco néo para poly post pré pro pseudo radio semi supra télé thermo trans tri ultra vidéo".split()
)
# Makers' letters in French transcription (Sou-35) or in full (Soukhoï 35) for the usual ones.
TRANSCRIPTIONS = {"sou": "su", "soukhoi": "su", "sukhoi": "su", "tou": "tu", "iak": "yak"}

_IGNORABLE = re.compile(f"[{surfaces.IGNORABLE}]")
_DESIGNATION = re.compile(surfaces.DESIGNATION, re.IGNORECASE)
_GLUED_DESIGNATION = re.compile(r"([a-zа-я]{1,3}|so?ukho[iï])(\d{1,4}[^\W_]{0,5})", re.IGNORECASE)
_CALIBRE = re.compile(surfaces.CALIBRE, re.IGNORECASE)
_NUMBER = re.compile(surfaces.NUMBER)
_INITIALS = re.compile(surfaces.INITIALS)
_APOSTROPHE = re.compile(surfaces.APOSTROPHE)
_ELISION = re.compile(surfaces.ELISION, re.IGNORECASE)
_PARTS = re.compile(
    rf"(?:{surfaces.ALNUM}|[\u0300-\u036f{surfaces.IGNORABLE}]|{surfaces.APOSTROPHE}(?={surfaces.ALNUM}))+"
)
_NOT_ALNUM = re.compile(r"[\W_]+")


class Term(NamedTuple):
    """A term and where it stands in its surface: characters *start* to *end*."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=1 << 15)
def terms_of(surface: str) -> tuple[Term, ...]:
    """The terms of one surface token, in order; most surfaces give one, a compound gives its parts.

    >>> [term.text for term in terms_of("l’OTAN")], [term.text for term in terms_of("Ukraine-États-Unis")]
    (['otan'], ['ukraine', 'états', 'unis'])
    """
    elision = _ELISION.match(surface)
    start = elision.end() if elision else 0
    whole = _whole(surface[start:])
    if whole:
        return (Term(whole[:LONGEST_TERM], start, len(surface)),)
    return _parts(surface)


def normalise(word: str) -> str:
    """Lower case, composed, ligatures expanded, invisible characters gone; lengths may change."""
    if word.isascii() and word.isalpha():
        return word.lower()
    word = unicodedata.normalize("NFKC", _IGNORABLE.sub("", word)).replace(" ", "").lower()
    return unicodedata.normalize("NFC", word.replace("œ", "oe").replace("æ", "ae"))


def _whole(surface: str) -> str | None:
    """The one term of a designation, calibre, number or dotted acronym; None for words."""
    if _CALIBRE.fullmatch(surface):
        digits = re.match(r"[\d.,]+", surface)
        assert digits is not None
        return digits.group().replace(".", ",") + "mm"
    if _INITIALS.fullmatch(surface):
        return normalise(surface.replace(".", ""))
    if _DESIGNATION.fullmatch(surface) or _GLUED_DESIGNATION.fullmatch(surface):
        return _designation(surface)
    if _NUMBER.fullmatch(surface):
        return _number(surface)
    return None


def _designation(surface: str) -> str:
    """F-16, F16, F 16 and F-16s are f16; С-400 (Cyrillic) is s400; Sou-35 and Soukhoï 35 are su35."""
    if re.search(r"\ds$", surface):  # an English plural left by a machine translation
        surface = surface[:-1]
    plain = _NOT_ALNUM.sub("", unidecode(_IGNORABLE.sub("", surface))).lower()
    letters = re.match(r"[a-z]*", plain)
    assert letters is not None
    return TRANSCRIPTIONS.get(letters.group(), letters.group()) + plain[letters.end() :]


def _number(surface: str) -> str:
    """10 000 and 10.000 are 10000; 1.5 is 1,5."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+", surface):
        return surface.replace(".", "")
    return re.sub(surfaces.SPACE, "", surface).replace(".", ",")


def _parts(surface: str) -> tuple[Term, ...]:
    """The words of a compound, elisions removed: « d’anti-aérien » gives antiaérien, « sous-marin » sous and marin."""
    terms: list[Term] = []
    start = None  # where a prefix that waits for its word began
    waiting = ""
    for match in _PARTS.finditer(surface):
        word, offset = _without_elision(match.group())
        begin = match.start() + offset
        last = match.end() == len(surface)
        if word in PREFIXES and not last:
            start, waiting = (begin if start is None else start), (waiting + word)[:LONGEST_TERM]
            continue
        word, begin = waiting + word, begin if start is None else start
        start, waiting = None, ""
        if word:
            terms.append(Term(word[:LONGEST_TERM], begin, match.end()))
    return tuple(terms)


def _without_elision(part: str) -> tuple[str, int]:
    """The word after its elided articles, and how many characters they took; an English « ’s » goes too."""
    offset = 0
    for apostrophe in _APOSTROPHE.finditer(part):
        elided = _ELISION.fullmatch(_with_apostrophes(part[offset : apostrophe.end()]))
        if not elided or _with_apostrophes(part[offset : offset + LONGEST_TERM]) in NOT_ELIDED:
            break
        offset = apostrophe.end()
    return _with_apostrophes(part[offset:]).removesuffix("'s"), offset


def _with_apostrophes(part: str) -> str:
    """Straight apostrophes first: normalising takes « ´ » for an accent."""
    return normalise(_APOSTROPHE.sub("'", part))
