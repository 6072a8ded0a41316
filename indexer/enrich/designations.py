"""Designations in a text, « F-16 », « 2A6 », « 155 mm »: those of the thesaurus, and unknown ones of the same form."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from indexer.analysis import fold
from indexer.thesaurus import Entry, Mention


class Designation(NamedTuple):
    """A designation from character *start* to *end*, in its normal form; *known* is its entry, None for a new one."""

    label: str
    start: int
    end: int
    known: Entry | None = None


_SPACE, _DASH = "[ \u00a0\u2007\u2009\u202f]", "[-\u2010\u2011\u2013]"
_SPELT = {"sou": "Su", "soukhoi": "Su", "sukhoi": "Su", "tou": "Tu", "iak": "Yak", "pzh": "PzH", "mig": "MiG"}
_SPELT |= {letters.lower(): letters for letters in ("Su", "Tu", "Yak", "Mi", "Ka", "Kh", "Il", "An", "Be", "Type")}
"""Makers' letters as they are usually written; all others stand in capitals."""

_UNHYPHENATED = frozenset("A M XM HK NH CV TB KF".split())
"""Letters that usually go without a hyphen when the text writes none: A400M, M777, HK416."""

_MAKER = r"[A-ZА-Я]{1,3}|Su|Sou|Soukho[ïi]|Sukhoi|Tu|Tou|Yak|Iak|MiG|Mig|Mi|Ka|Kh|Il|An|Be|PzH"
_SPACED = r"[FSKMTRLBC]|Su|Sou|Soukho[ïi]|MiG|Ka|Kh|MQ|RQ|KC|AK|CH|FAB|BTR|BMP|RPG|GBU|AGM|AIM|PzH|AMX|A(?= ?400)"
_TAIL = rf"(?:(?:{_SPACE}|-)?(?:[A-Z]{{1,3}}\d?)(?![\w’'])|[A-Z]\d?[A-Z]?\d?(?:\.\d)?(?!\w)|\.\d(?!\d))?"
_NUMBER = rf"\d{{1,4}}(?:/\d)?{_TAIL}"
_FORM = re.compile(
    rf"(?:(?P<letters>F/A|{_MAKER}){_DASH}(?P<number>{_NUMBER})|(?P<type>Type){_SPACE}(?P<typed>\d{{2,3}}[A-Z]{{0,2}})"
    rf"|(?P<spaced>{_SPACED}){_SPACE}(?P<after>{_NUMBER})|(?P<glued>{_MAKER})(?P<inside>{_NUMBER})"
    rf"|(?P<numbered>\d(?:[A-Z]|{_SPACE}A)\d{{1,3}}[A-Z]{{0,2}}\d?))(?![\w@/]|{_DASH}\w|[.,]\d|[’']s)"
)
_BEGINNING = re.compile(r"(?<![\w/.@’'\-\u2010\u2011])(?=\w)(?:\d[A-Z ]|[A-ZА-ЯFST])|(?<=[lLdD][’'])[A-ZА-Я]")
"""Where a designation may begin: behind a space, a bracket, an elision."""
_LONGEST_BEGINNING = 8
"""Characters before the first figure of a designation, or before its number: « Soukhoï 35 »."""
_NUMBERS = re.compile(r"\d+")

_LONGEST_CALIBRE = 8
"""Characters of a calibre up to its « m »: « 105,25 mm »."""
_CALIBRE = re.compile(rf"(?<![\w.,])(\d{{1,3}}(?:[.,]\d{{1,2}})?)(?:{_SPACE}|{_DASH})?(?:mm|millim[èe]tres?)\b")
_WEAPON = re.compile(
    r"\b(?:obus|canons?|mortiers?|mitraill\w+|munitions?|cartouches?|calibres?|artillerie|roquettes?|obusiers?|fusils?|"
    r"balles?|pi[èe]ces? d|tourelles?|projectiles?|grenades?|pistolets?|automoteurs?|douilles?|t[ui]r\w*|"
    r"charges?)\b[^.;:!?]*\Z",
    re.IGNORECASE,
)
_REACH = 60
"""Characters between a weapon and its calibre: « obus d’artillerie et de mortier de 155 ou de 120 mm »."""

_NO_MAKERS = frozenset(
    """G COP U CO H PM TF RN RD ISO RTX GTX COVID BA BFM PS BAC PIB TVA ART RI REP RC SRAS SARS CP CE CM TGV TER RER VOL
    MH AF UA LH BTS CAP GPT USB HD UTC GMT EN NF ONU UE FM DC PC SG QR MP XV XX XIX XXI II III IV VI""".split()
)
"""Letters before a number that make no weapon: groups of states, roads, standards, television, molecules, flights."""

_NO_CONTEXT = re.compile(
    r"\b(?:articles?|art\.|loi|d[ée]cret|pages?|p\.|salles?|chambre|vols?|routes?|autoroutes?|sortie|canal|dossier|lot|"
    r"porte|quai|lignes?|bus|tram|groupe|taxis?|vitamines?|virus|cha[îi]ne|num[ée]ro|n[°o]|r[ée]f\.?|norme|format|annexe|"
    r"protocole|paragraphe|alin[ée]a|code|bo[îi]te|parcelle|r[ée]solution|carte|processeur|à)\s+(?:l[ae’']\s?|les )?\Z",
    re.IGNORECASE,
)
_LONGEST_CONTEXT = 25
"""Characters of what _NO_CONTEXT may find."""

_NO_NUMBERED = re.compile(r"\dH\d")


def find_designations(text: str, mentions: Sequence[Mention]) -> list[Designation]:
    """The designations of *text* in order, without overlap; *mentions* are the entries found in it."""
    written = sorted(_written(text))
    weapons = [mention for mention in mentions if written and mention.kind == "equipment"]
    others = [mention for mention in mentions if written and mention.kind != "equipment"]
    found: list[Designation] = []
    for start, end, label, sure in written:
        if found and start < found[-1].end:
            continue
        known = next((mention.entry for mention in weapons if mention.start < end and start < mention.end), None)
        glued = text[start:end].isalnum()  # « E3 » may be an organisation, « E-3 » is not
        hidden = glued and any(mention.start <= start and end <= mention.end for mention in others)
        if known or (sure and not hidden):
            found.append(Designation(label, start, end, known))
    return found


def _written(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """What has the form of a designation, and whether it is one if the thesaurus does not know it.

    All have a number, so that only what stands around numbers is looked at: a third of the time. Around most there is
    no capital and no « m », which is seen in 0.3 µs where the patterns take 5.
    """
    end = 0
    for number in _NUMBERS.finditer(text):
        start = number.start()
        first = max(end, start - _LONGEST_BEGINNING)
        around = text[first : start + 2]
        if around != around.lower() or around[-1] == " ":
            for place in _BEGINNING.finditer(text, first, start + 2):
                if form := _FORM.match(text, place.start()):
                    yield *form.span(), _label(form), _is_new(form) and not _has_no_context(text, form.start())
        end = number.end()
        if "m" in text[end : start + _LONGEST_CALIBRE] and (calibre := _CALIBRE.match(text, start)):
            of_weapon = _WEAPON.search(text[max(start - _REACH, 0) : start])
            yield *calibre.span(), f"{calibre[1].replace('.', ',')}\u00a0mm", of_weapon is not None


def _has_no_context(text: str, start: int) -> bool:
    """Whether the words before say that this is no weapon."""
    return _NO_CONTEXT.search(text[max(start - _LONGEST_CONTEXT, 0) : start]) is not None


def _label(form: re.Match[str]) -> str:
    """The normal form: « Soukhoï 35 », « Sou-35 » and « SU35 » are Su-35."""
    if form["numbered"]:
        return re.sub(_SPACE, "", form["numbered"])
    letters = form["letters"] or form["type"] or form["spaced"] or form["glued"]
    number = form["number"] or form["typed"] or form["after"] or form["inside"]
    spelt = _SPELT.get(fold(letters), _latin(letters))
    joint = " " if form["type"] else "" if not form["letters"] and spelt in _UNHYPHENATED else "-"
    return spelt + joint + re.sub(rf"{_SPACE}|-", "", number)


def _latin(letters: str) -> str:
    """Cyrillic letters as their Latin twins: « С-400 » is S-400."""
    return letters if letters.isascii() else fold(letters).upper()


def _is_new(form: re.Match[str]) -> bool:
    """Whether a form that the thesaurus does not know is a designation nevertheless."""
    if form["numbered"]:
        return not _NO_NUMBERED.match(form["numbered"])
    letters = _latin(form["letters"] or form["type"] or form["spaced"] or form["glued"])
    if letters.upper() in _NO_MAKERS:
        return letters == "U" and form["letters"] is not None and form["number"] == "2"
    if form["spaced"]:
        return len(letters) > 1 or letters == "A"
    if letters == "J" and len(form["number"] or "") <= 2:  # noqa: PLR2004 - « à J-7 »
        return False
    if form["glued"]:
        return _is_glued(letters, form["inside"])
    return True


def _is_glued(letters: str, number: str) -> bool:
    """« A330 » and « KF51 » are designations; roads, vitamins and channels (« D30 », « B12 », « M6 ») are not."""
    figures = re.match(r"\d+", number)
    assert figures is not None
    if len(letters) == 1:
        return letters not in "NDER" and (len(figures[0]) == 3 or len(number) > len(figures[0]) + 1)  # noqa: PLR2004
    return len(figures[0]) > 1 or len(number) > len(figures[0])
