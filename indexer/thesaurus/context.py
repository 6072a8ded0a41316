"""What stands around a name, and says that it means something else."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from indexer.analysis import Term, fold, is_stop_word
from indexer.thesaurus.entries import Entry, Kind
from indexer.thesaurus.names import SENTENCE_BREAK, Name, plain

# Capitalised words before a surname that are no given name: « Mme Meloni », « ministre de la Défense Choïgou ».
_TITLE = re.compile(
    "m|mm|mr|mmes?|mlle|mrs|dr|presidente?|premiere?|ministre|chanceli(er|ere)|generale?|amirale?|colonel|capitaine|"
    "secretaire|senat(eur|rice)|depute|commissaire|administration|gouvernement|etat|defense|armees|interieur|"
    "exterieures|etrangeres"
)
_FIRM = re.compile("groupes?|societe|firme|entreprise|compagnie|geant|constructeur|fabricant|char|chars|missile|drone")
"""Words before a name that have a capital at the beginning of a sentence, and are no part of it."""

_NAME_BEFORE = re.compile(r"(\b[A-ZÀ-ÖØ-Þ][\w’'.-]*)[ \u00a0]\Z")
_NAME_AFTER = re.compile(r"[ \u00a0][A-ZÀ-ÖØ-Þ]\w*[a-zß-öø-ÿ]")

_CALLED_AFTER = re.compile(
    r"(?<!\bune )(?<!\bcette )(?<!\bchaque )"
    r"\b(?:rue|avenue|boulevard|quai|square|faubourg|impasse|place) d(?:e |[’'])\Z|"
    r"(?<!\bune )\b(?:rue|avenue|boulevard|quai|square) (?:de la |de l[’']|du |des )\Z|"
    r"\b(?:Real|Dynamo|Spartak|Lokomotiv|CSKA|Atl[ée]tico|Inter|Bayern|Chakhtar|Maccabi|Hapoel|FC|AC|AS|New|Little) \Z",
    re.IGNORECASE,
)
"""Before a country or town: a street or a club that has its name. « La place de la France en Europe » is none."""

_LANGUAGE = re.compile(
    r"\b(?:parl(?:e|es|ent|ait|aient|er|ant|é)|apprend(?:re|s)?|appris|langue|tradui\w+|sous-titr\w+|écrit|rédigé\w*)"
    r"(?: \w+ment)?(?: le| du| en)? \Z|(?<!\w)[Ee]n \Z"
)
"""Before the adjective of a country: it is its language, « parle couramment le russe »."""

_STREETS = ("rue ", "avenue ", "boulevard ", "quai ", "square ", "faubourg ", "impasse ", "place ")
_OF = ("de ", "d’", "d'", "de la ", "de l’", "de l'", "du ", "des ")
_CLUBS = frozenset(
    """real dynamo spartak lokomotiv cska atlético atletico inter bayern chakhtar maccabi hapoel
    fc ac as new little""".split()
)
_VERBS = ("parl", "appr", "lang", "trad", "sous-t", "écri", "rédi")
"""What has to stand before for the two patterns; it is looked for first, in 1 µs, since they take 13."""

_NEAR = 200
"""Characters of a sentence, on either side of a name, that may tell what it means."""


class Meaning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What else a spelling means, or when it means an entry; `other_meanings.toml` says how."""

    near: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    person: bool = False
    means: str | None = None
    needs: tuple[str, ...] = ()


@cache
def meanings() -> Mapping[str, Meaning]:
    """Spelling -> what else it means; « *Spelling » -> the entry that it means among certain words."""
    text = (Path(__file__).parent / "other_meanings.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Meaning])


def has_other_given_name(before: Term, surname: Term, text: str) -> bool:
    """Whether the surname follows a given name that is not the entry's: « Paul Pelosi »."""
    if text[before.end : surname.start] != " ":
        return False
    written = text[before.start : before.end]
    if not written[:1].isupper() or written.isupper():
        return False
    return not is_stop_word(before.text) and not is_title(before.text)


def is_title(word: str) -> bool:
    """Whether people are called so before their names: « ministre », « M. »."""
    return _TITLE.fullmatch(fold(word)) is not None


def gives_to_another_country(entry: Entry, kind: Kind, after: Entry, letter: str) -> bool:
    """Whether the next word, of this *kind*, gives a name to another country: « armée de Terre ukrainienne »."""
    return kind == "country" and entry.country is not None and letter.islower() and after.label != entry.country


def is_in_longer_name(start: int, end: int, text: str) -> bool:
    """Whether other words with capitals stand around these: « Michel Bacock », « Paris Hilton », « J. J. Abrams »."""
    if _NAME_AFTER.match(text, end):
        return True
    before = _NAME_BEFORE.search(text[max(start - 40, 0) : start])
    if before is None:
        return False
    word = before[1].rstrip(".")
    return not (is_stop_word(word.lower()) or is_title(word) or _FIRM.fullmatch(fold(word)))


def means_something_else(name: Name, start: int, end: int, text: str, *, named: bool) -> bool:
    """Whether the words around *name* give it another meaning; *named* says that a known name comes next to it."""
    if name.role == "needed":
        return not _stands_near(meanings()["*" + name.text].needs, start, end, text)
    if name.kind in {"country", "place"} and _is_called_after(name, start, text):
        return True
    if name.kind == "equipment" and _opens_a_count(start, end, text):
        return True
    meaning = meanings().get(name.text)
    if meaning is None:
        return False
    if meaning.person and not named and is_in_longer_name(start, end, text):
        return True
    return (
        (bool(meaning.before) and _follows(meaning.before, text[max(start - 30, 0) : start]))
        or (bool(meaning.after) and _precedes(meaning.after, text[end : end + 30]))
        or _stands_near(meaning.near, start, end, text)
    )


def _follows(phrases: tuple[str, ...], before: str) -> bool:
    return _any_of(phrases, r"\b{}\Z").search(plain(before).rstrip(" -")) is not None


def _precedes(phrases: tuple[str, ...], after: str) -> bool:
    return _any_of(phrases, r"{}\b").match(plain(after).lstrip(" -")) is not None


@cache
def _any_of(words: tuple[str, ...], form: str) -> re.Pattern[str]:
    return re.compile(form.format(f"(?:{'|'.join(map(re.escape, words))})"))


def _is_called_after(name: Name, start: int, text: str) -> bool:
    """Whether a street, a club or a language is meant."""
    before = text[max(start - 40, 0) : start]
    if name.role == "demonym":
        may = text[start].islower() and (before.endswith("n ") or any(verb in before for verb in _VERBS))
        return may and _LANGUAGE.search(before) is not None
    small = before.lower()
    of_street = small.endswith(_OF) and any(street in small for street in _STREETS)
    may = of_street or small.rstrip().rpartition(" ")[2] in _CLUBS
    return may and _CALLED_AFTER.search(before) is not None


def _opens_a_count(start: int, end: int, text: str) -> bool:
    """Whether a word has its capital from the beginning of a sentence only: « Rafale de démissions »."""
    opens = start == 0 or text[start - 1] == "\n" or text[max(start - 2, 0) : start] in {". ", "! ", "? "}
    return (
        opens
        and text[start:end].isalpha()
        and re.match(r" d(?:e |[’'])(?!la |l[’']|occasion)[a-zà-ÿ]", text[end:]) is not None
    )


def _stands_near(words: tuple[str, ...], start: int, end: int, text: str) -> bool:
    """Whether the sentence has a word that begins like one of *words*."""
    if not words:
        return False
    before, after = text[max(start - _NEAR, 0) : start], text[end : end + _NEAR]
    left = max((found.end() for found in SENTENCE_BREAK.finditer(before) if found[0][0] in ".!?\n|"), default=0)
    right = next((found.start() for found in SENTENCE_BREAK.finditer(after) if found[0][0] in ".!?\n|"), len(after))
    sentence = plain(before[left:] + text[start:end] + after[:right])
    return _any_of(words, r"\b{}").search(sentence) is not None
