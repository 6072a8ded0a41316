"""When was it published? Only what the page states as its date is read; nothing is guessed from the story."""

import datetime as dt
import re

from indexer.document import PartialDate
from indexer.ingest.clean import is_rubric

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan",
            "février fevrier févr fév fevr fev",
            "mars",
            "avril avr",
            "mai",
            "juin",
            "juillet juil",
            "août aout",
            "septembre sept",
            "octobre oct",
            "novembre nov",
            "décembre decembre déc dec",
        ),
        start=1,
    )
    for name in names.split()
}

_DAY = r"(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche),?\s+)?"
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_WRITTEN = re.compile(
    rf"{_DAY}(?:(?P<day>\d{{1,2}})(?:er)?\s+)?(?P<month>{_MONTH})\.?\s+(?P<year>\d{{4}})", re.IGNORECASE
)
_ISO = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?(?![\d-])")
_SLASHED = re.compile(r"(?P<day>\d{1,2})[/.](?P<month>\d{1,2})[/.](?P<year>\d{4})(?!\d)")
_ZONE = r"(?:Z|[+-]\d{2}:?\d{2}|UTC|GMT|CES?T)"
_TIME = rf"(?:[T\s,]*(?:à|a|-|–|—)?\s*\d{{1,2}}\s?[h:]\s?(?:\d{{2}})?(?::\d{{2}}(?:\.\d+)?)?\s*{_ZONE}?)?"
_AFTER = re.compile(rf"{_TIME}\s*[.|]?(?:,?\s*\(?(?:mise? à jour|modifiée?|actualisée?)\b.*)?", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s+[|–—·•-]\s+")
_UPDATE = re.compile(r"(?:mise? à jour|modifiée?|actualisée?)\b", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:publiée?|posté|mis en ligne|écrit|date(?: de publication)?|published|posted)"
    r"(?:\s+(?:le|on))?\s*:?\s*(?:le\s+)?",
    re.IGNORECASE,
)


def parse_date(text: str, *, today: dt.date | None = None) -> PartialDate | None:
    """The date that *text* is, and nothing else: « 3 mars 2024 à 18h25 », 03/03/2024, 2022-11, mars 2024.

    None when it is no date, or one more than two days after *today*.
    """
    text = text.strip()
    for pattern in (_WRITTEN, _SLASHED, _ISO):
        match = pattern.match(text)
        if match and _AFTER.fullmatch(text, match.end()):
            return _partial_date(match, today or dt.datetime.now(tz=dt.UTC).date())
    return None


def find_dateline(line: str, *, today: dt.date | None = None) -> tuple[PartialDate | None, str]:
    """The date that a line states at its start, and what the line says besides.

    « Publié le 3 mars 2024 à 18h25 », « Analyse — 2024 » and « 12 juillet 2023 » leave nothing;
    « 12 septembre 2025 – Le Danemark a annoncé… » leaves the sentence.
    """
    date = parse_date(_without_label(line), today=today)
    if date:
        return date, ""
    first, *others = (part.strip() for part in _SEPARATOR.split(line, maxsplit=1))
    if not others:
        return None, line
    date = parse_date(_without_label(first), today=today)
    if date:
        return date, "" if _UPDATE.match(others[0]) else others[0]
    if is_rubric(first) and (date := parse_date(_without_label(others[0]), today=today)):
        return date, ""
    return None, line


def _without_label(text: str) -> str:
    label = _LABEL.match(text)
    return text[label.end() :] if label else text


def _partial_date(match: re.Match[str], today: dt.date) -> PartialDate | None:
    parts = match.groupdict()
    month = parts["month"]
    if month is not None and not month.isdigit():
        month = str(MONTHS[month.lower()])
    numbers = [parts["year"], month, parts["day"]]
    try:
        date = PartialDate.parse("-".join(number.zfill(2) for number in numbers if number))
    except ValueError:
        return None
    first = date.first
    assert first is not None
    return date if first <= today + dt.timedelta(days=2) else None
