"""What stands around a name, and says that it means something else."""

import re

from indexer.analysis import Term, fold, is_stop_word
from indexer.thesaurus.entries import Entry, Kind

# Capitalised words before a surname that are no given name: « Mme Meloni », « ministre de la Défense Choïgou ».
_TITLE = re.compile(
    "m|mm|mr|mmes?|mlle|mrs|dr|presidente?|premiere?|ministre|chanceli(er|ere)|generale?|amirale?|colonel|capitaine|"
    "secretaire|senat(eur|rice)|depute|commissaire|administration|gouvernement|etat|defense|armees|interieur|"
    "exterieures|etrangeres"
)


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
