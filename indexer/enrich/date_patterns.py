"""How dates are written inside sentences, and what stands before and after them. Patterns only."""

import re

from indexer.enrich.number_words import GAP, SPACE
from indexer.enrich.words import any_of

_FULL = "janvier|février fevrier|mars|avril|mai|juin|juillet|août aout|septembre|octobre|novembre|décembre decembre"
_SHORT = "janv|févr fév fevr||avr|||juil juill||sept|oct|nov|déc dec"


def _numbered(names: str, first: int) -> dict[str, int]:
    return {name: number for number, same in enumerate(names.split("|"), start=first) for name in same.split()}


MONTH_NAMES = _numbered(_FULL, 1)
MONTHS = MONTH_NAMES | _numbered(_SHORT, 1)
WEEKDAYS = _numbered("lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche", 0)
SEASONS = {"printemps": (3, 6), "été": (6, 9), "automne": (9, 12), "hiver": None}
"""First and last month; winter lies in two years."""

_DAY = rf"(?:0?[1-9]|[12][0-9]|3[01])(?:{SPACE}?er\b)?(?![0-9])"
_MONTH = rf"(?:{any_of(MONTH_NAMES)}(?!\w)|{any_of(MONTHS.keys() - MONTH_NAMES.keys())}(?!\w)\.?)"
YEAR = r"(?:1[5-9]|20|21)[0-9]{2}(?![0-9]|[.,][0-9])"
_WEEKDAY = f"(?:{any_of(WEEKDAYS)}{GAP})"
_ALONE = r"(?![-\u2010\u2011]?\w)"
_JOINT = f"(?:,{GAP}|{GAP}(?:et|ou|à|au){GAP}(?:l[ea]{GAP})?(?:en{GAP})?|{SPACE}?[-–/]{SPACE}?)"


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


FIGURES = _compile(
    r"(?P<year>[12][0-9]{3})(?P<mark>[-/.])(?P<month>[01][0-9])(?P=mark)(?P<day>[0-3][0-9])(?![0-9])"
    r"|(?P<day2>[0-3]?[0-9])(?P<mark2>[-/.])(?P<month2>[0-3]?[0-9])(?P=mark2)(?P<year2>(?:1[5-9]|20|21)?[0-9]{2})(?![0-9/])"
    r"|(?P<day3>[0-3][0-9])/(?P<month3>[01][0-9])(?![0-9/])"
)
MAYBE_FIGURES = re.compile(
    rf"[0-9]{{1,2}}(?:{SPACE}?(?:er|ER)\b)?(?:[-–/.,]|{SPACE}{{1,2}}(?:[jJfFmMaAsSoOnNdD]|et\b|ET\b|à|À|[-–/]))"
    r"|[12][0-9]{3}(?![0-9]|[.,][0-9]{1,3}(?![0-9]))"
)
"""A quick look, as most numbers are no dates; what it lets through is read."""
DAY_MONTH = _compile(rf"(?P<day>{_DAY})(?:{GAP}(?P<month>{_MONTH})(?:,?{GAP}(?P<year>{YEAR}))?)?")
MONTH_YEAR = _compile(rf"(?P<month>{_MONTH})(?:{GAP}(?:de{GAP}l['’]an(?:née)?{GAP})?(?P<year>{YEAR}))?")
LATER_MONTH = _compile(rf"(?:{_JOINT}{_WEEKDAY}?{_DAY}){{1,4}}{GAP}(?P<month>{_MONTH})(?:{GAP}(?P<year>{YEAR}))?")
LATER_YEAR = _compile(rf"{_JOINT}{_WEEKDAY}?(?:(?P<day>{_DAY}){GAP})?(?P<month>{_MONTH}){GAP}(?P<year>{YEAR})")
YEARS = _compile(rf"(?P<year>{YEAR})(?:{SPACE}?[-–/]{SPACE}?(?P<last>{YEAR}))?{_ALONE}")
WEEKDAY_DAY = _compile(rf"(?P<weekday>{any_of(WEEKDAYS)}){_ALONE}(?:,?{GAP}(?:le{GAP})?(?={_DAY}))?")
SHIFT = _compile(rf"{GAP}(?:(?P<before>derni(?:er|ère)|passée?|écoulée?)|prochaine?)(?!\w)")
COURSE = _compile(rf"{GAP}en{GAP}cours\b")
BEFORE_AGO = _compile(rf"(?:il{GAP}y{GAP}a|voici|voilà|(?P<ahead>dans|ici(?:{GAP}à)?)){GAP}(?:à{GAP}peine{GAP})?")
AGO_UNIT = _compile(rf"{GAP}(?P<unit>jours?|semaines?|mois|ans?|années?)(?!\w)(?!{GAP}et{GAP}demi)")
"""What stands before and after the number of « il y a trois mois »."""

BEFORE_DAY = _compile(rf"\b(?:l[ea]s?|des?|du|aux?|{any_of(WEEKDAYS)}){GAP}$")
BEFORE_FIGURES = _compile(rf"\b(?:le|du|au){GAP}$")
BEFORE_MONTH = _compile(
    rf"(?:\b(?:en|depuis|fin|début|mi|milieu|courant|dès|avant|après|jusqu['’]en|jusqu['’]à|pour|entre)(?:{GAP}|[-‑])"
    rf"(?:début{GAP}|fin{GAP}|mi[-‑])?|\bmois{GAP}d(?:e{GAP}|['’]))$"
)
IMPOSSIBLE_DAY = re.compile(rf"[0-9]{GAP}$")
BEFORE_SUMMER = _compile(rf"(?:['’]|\b(?:cet|fin|début|bel|même){GAP}|\bmi[-‑])$")
"""« Il a été dernier » is no summer."""
OF = _compile(rf"\bd(?:e{GAP}|['’])$")
OF_OR_TO = _compile(rf"\b(?:de{GAP}|d['’]|à{GAP})$")
TWO_FIGURES = re.compile(rf"{GAP}[4-9][0-9](?!{SPACE}?[\w.,]?\w)")
"""« Mai 68 » is no month of this year."""
ENGLISH_DAY = _compile(rf"(?P<month>{_MONTH}){GAP}(?P<day>{_DAY}),{GAP}(?P<year>{YEAR})")
"""« Août 6, 2024 », as translated from English."""
LAST_BEFORE_YEAR = frozenset(
    "en depuis fin début milieu courant dès avant après vers horizon entre année an printemps été automne hiver "
    "trimestre semestre exercice budgétaire fiscal fiscale comptable scolaire civile budget finances saison rentrée "
    "lpm plf à ici mi- mi‑".split()
)
BEFORE_YEAR = _compile(
    rf"(?:\b(?:en|depuis|fin|début|milieu|courant|dès|avant|après|vers|horizon|entre|année|an|printemps|été|automne|hiver|"
    rf"trimestre|semestre|exercice|(?:exercice|année){GAP}(?:budgétaire|fiscale?|comptable|scolaire|civile)|budget|finances|"
    rf"saison|rentrée|LPM|PLF|jusqu['’]en|jusqu['’]à|ici|ici{GAP}à){GAP}|\bmi[-‑])$"
)
MAYBE_BEFORE_YEAR = _compile(rf"(?:\b(?:de|à|pour|sur|années){GAP}|\bd['’]|\()$")
AFTER_YEAR = _compile(
    rf"$|\s*[.,;:!?)»\n–—]|{GAP}(?:et|ou|à|au|aux|en|qui|que|dont|par|pour|sur|avec|dans|contre|comme|puis|mais|l[ea]s?|une?|des?|"
    rf"du|a|ont|est|sont|avait|était|ne|se|s['’]|l['’]|d['’]|jusqu|lors|entre|par|afin|selon|sous|sans|vers|n['’])"
)
THIS = _compile(rf"\bcet?(?:te)?{GAP}$")
PART_OF = _compile(
    rf"\b(?:début|fin|milieu|cours|courant|mi)(?:{GAP}(?:du{GAP}|de{GAP}(?:l['’]|la{GAP})?|d['’])|[-‑])$"
)
NO_DAY = _compile(rf"[-‑]là\b|{GAP}(?:saint|gras|noir|des{GAP}Cendres|de{GAP}Pâques)")
EACH = _compile(rf"\b(?:chaque|un|tous{GAP}les|les){GAP}$")
JOINED = _compile(f"{_JOINT}(?:{_WEEKDAY}|mi-)?")
RISES = _compile(rf"{GAP}(?:à|au){GAP}|{SPACE}?[-–/]{SPACE}?")
TO_NUMBER = _compile(rf"{GAP}(?:à|ou|et){GAP}")
WEEK_END = _compile("week[-‑ ]?end")
OF_WHAT = _compile(rf"{GAP}(?:d[eu]\b|d['’]|[0-9])")
THERE = _compile("[-‑]ci\\b")
WORD = re.compile(r"[^\W\d_]+")
