"""Dates: the golden table dates.tsv says what is read; the properties, what holds for every date and every text."""

import datetime as dt
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.document import PartialDate
from indexer.ingest import dates
from indexer.ingest.dates import (
    LONGEST_DATE,
    NO_DATE,
    Confidence,
    FoundDate,
    choose_date,
    date_in_address,
    find_dateline,
    parse_date,
)
from indexer.ingest.relative_dates import read_relative_date

TODAY = dt.date(2026, 11, 23)
REFERENCE = dt.date(2024, 3, 6)
TABLE = Path(__file__).parent / "dates.tsv"

WEEKDAYS = "lundi mardi mercredi jeudi vendredi samedi dimanche".split()
MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
SHORT_MONTHS = "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.".split()
ENGLISH_DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
ENGLISH_MONTHS = "January February March April May June July August September October November December".split()


class Row(NamedTuple):
    """A line of the table; *reason* says why a known miss is one."""

    text: str
    date: str
    precision: str
    confidence: str
    reference: str = ""
    reason: str = ""


def _rows() -> list[Row]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = [Row(*line.split("\t")) for line in lines if line and not line.startswith("#")]
    return [
        row._replace(text=re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), row.text)) for row in rows
    ]


def _cases() -> list[Any]:
    return [
        pytest.param(
            row,
            marks=[pytest.mark.xfail(reason=row.reason, strict=True)] if row.reason else [],
            id=f"{row.text} | {row.date}",
        )
        for row in _rows()
    ]


@pytest.mark.parametrize("row", _cases())
def test_the_table(row: Row) -> None:
    reference = dt.date.fromisoformat(row.reference) if row.reference else None

    found = parse_date(row.text, reference=reference, today=TODAY)

    read = (found.date.date, found.date.precision, found.confidence) if found else ("-", "-", "-")
    assert read == (row.date, row.precision, row.confidence)


def test_the_table_is_large_and_nearly_all_of_it_is_read_rightly() -> None:
    rows = _rows()

    assert len({(row.text, row.reference) for row in rows}) == len(rows) >= 320
    assert sum(bool(row.reason) for row in rows) <= 0.01 * len(rows)


def test_the_table_is_well_formed() -> None:
    precisions = {1: "-", 4: "year", 7: "month", 10: "day"}
    for row in _rows():
        assert row.precision == precisions[len(row.date)], row
        assert row.confidence in ({*Confidence} if row.date != "-" else {"-"}), row


# --- Properties: what holds for every date ---

days = st.dates(dt.date(1800, 1, 1), TODAY).filter(lambda day: day.isoformat() != NO_DATE)
times = st.times()

STYLES: dict[str, Callable[[dt.date, dt.time], str]] = {
    "full": lambda day, _: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
    "abbreviated": lambda day, _: f"{day.day} {SHORT_MONTHS[day.month - 1]} {day.year}",
    "capitals": lambda day, _: f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}".upper(),
    "label": lambda day, at: f"Publié le {day.day:02} {MONTHS[day.month - 1]} {day.year} à {at:%Hh%M}",
    "first": lambda day, _: f"le {'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}",
    "no-break": lambda day, at: (
        f"{day.day}\u00a0{MONTHS[day.month - 1]}\u202f{day.year}, {at.hour}\u00a0h\u00a0{at:%M}"
    ),
    "letter": lambda day, _: f"Paris, le {day.day} {MONTHS[day.month - 1]} {day.year}",
    "figures": lambda day, at: f"{day:%d/%m/}{day.year:04} {at:%H:%M}",
    "short figures": lambda day, _: f"{day.day}.{day.month}.{day.year}",
    "update after": lambda day, _: f"Publié le {day:%d/%m/}{day.year}, mis à jour le 1er mars 2025",
    "update before": lambda day, _: f"Mis à jour le 1er mars 2025 – Publié le {day:%d/%m/}{day.year}",
    "ISO day": lambda day, _: day.isoformat(),
    "ISO time": lambda day, at: f"{dt.datetime.combine(day, at).isoformat()}+01:00",
    "ISO compact": lambda day, at: f"{day.isoformat().replace('-', '')}T{at:%H%M%S}Z",
    "feed": lambda day, at: (
        f"{ENGLISH_DAYS[day.weekday()]}, {day.day:02} {ENGLISH_MONTHS[day.month - 1][:3]} {day.year} {at:%H:%M:%S} +0100"
    ),
    "American": lambda day, at: f"{ENGLISH_MONTHS[day.month - 1]} {day.day}, {day.year} {at:%H:%M}",
    "Unix": lambda day, at: (
        f"{ENGLISH_DAYS[day.weekday()]} {ENGLISH_MONTHS[day.month - 1][:3]} {day.day:2} {at:%H:%M:%S} {day.year}"
    ),
}


@pytest.mark.parametrize("style", STYLES)
@given(day=days, at=times)
def test_a_day_written_in_any_style_is_read_back(style: str, day: dt.date, at: dt.time) -> None:
    found = parse_date(STYLES[style](day, at), today=TODAY)

    assert found is not None
    assert found.date.date == day.isoformat()
    assert found.confidence in {Confidence.SURE, Confidence.LIKELY}
    assert (found.confidence is Confidence.SURE) or (day.day != day.month and day.day <= 12)


@given(day=days)
def test_a_month_is_read_back(day: dt.date) -> None:
    for text in (
        f"{MONTHS[day.month - 1]} {day.year}",
        f"{day.year}-{day.month:02}",
        f"date {day.year}-{day.month:02}",
    ):
        found = parse_date(text, today=TODAY)

        assert found == FoundDate(PartialDate.parse(day.isoformat()[:7]), Confidence.SURE)


@given(seconds=st.integers(1_000_000_000, 1_790_000_000), digits=st.sampled_from([0, 3, 6, 9]))
def test_a_timestamp_is_the_day_in_universal_time(seconds: int, digits: int) -> None:
    found = parse_date(f"{seconds}{'0' * digits}", today=TODAY)

    assert found is not None
    assert found.date.first == dt.datetime.fromtimestamp(seconds, tz=dt.UTC).date()


@given(reference=st.dates(dt.date(1971, 1, 1), TODAY), name=st.sampled_from(WEEKDAYS))
def test_a_weekday_is_the_last_one(reference: dt.date, name: str) -> None:
    for text, nearest, farthest in ((name, 0, 6), (f"{name} dernier", 1, 7)):
        found = parse_date(text, reference=reference, today=TODAY)

        assert found is not None
        assert found.date.first is not None
        assert found.date.first.weekday() == WEEKDAYS.index(name)
        assert nearest <= (reference - found.date.first).days <= farthest


@given(reference=st.dates(dt.date(1971, 1, 1), TODAY), day=st.dates(dt.date(2023, 1, 1), dt.date(2023, 12, 31)))
def test_a_missing_year_is_the_last_that_fits(reference: dt.date, day: dt.date) -> None:
    found = parse_date(f"le {day.day} {MONTHS[day.month - 1]}", reference=reference, today=TODAY)

    assert found is not None
    assert found.confidence is Confidence.LIKELY
    first = found.date.first
    assert first is not None
    assert (first.day, first.month) == (day.day, day.month)
    assert 0 <= (reference - first).days < 366


# --- Properties: what holds for every text ---

FRAGMENTS = (
    *("3", "31", "03", "12", "24", "00", "99", "2024", "1970", "2031", "0001", "9999", "1709490300", "20240303"),
    *(" ", " ", "/", "-", ".", ":", ",", "|", " – ", "(", ")", "[", "]", "+01:00", "Z", "T", "T18:25:00", " CET", "'"),
    *(
        "mars",
        "février",
        "déc.",
        "Mar",
        "May",
        "sept",
        "mar",
        "dim.",
        "lundi",
        "Mardi",
        "hier",
        "avant-hier",
        "dernier",
    ),
    *("aujourd’hui", "il y a ", "une", "trois", "999", "heures", " jours", " mois", " ans", "semaines", "environ "),
    *("publié le ", "Mis à jour le ", "Date : ", "le ", "1er", " à ", "18h25", "par ", "Paris, ", "en ", "Analyse"),
)
texts = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(FRAGMENTS), max_size=9).map("".join))
near_dates = st.one_of(st.none(), st.dates())


@given(text=texts, reference=near_dates, today=st.dates())
@example(text="hier", reference=dt.date.min, today=dt.date.min)
@example(text="il y a 2 mois", reference=dt.date.min, today=dt.date.max)
@example(text="29 février", reference=dt.date(4, 1, 1), today=dt.date.max)
@example(text="31/12/9999", reference=None, today=dt.date.max)
@example(text="\ud800 3 mars 2024", reference=None, today=dt.date.max)
def test_no_text_raises_or_gives_a_date_out_of_bounds(text: str, reference: dt.date | None, today: dt.date) -> None:
    found, rest = find_dateline(text, reference=reference, today=today)

    assert found or rest == text
    for date in (found, parse_date(text, reference=reference, today=today), date_in_address(text, today=today)):
        if date:
            first, last = date.date.first, date.date.last
            assert first
            assert last
            assert dt.date(1800, 1, 1) <= first <= last
            assert (first - today).days <= 2


@given(text=texts)
def test_marks_and_spaces_around_change_nothing(text: str) -> None:
    plain = parse_date(text, reference=REFERENCE, today=TODAY)

    assert parse_date(f" « {text}\u00a0»\n", reference=REFERENCE, today=TODAY) == plain


@given(text=texts)
def test_only_a_relative_date_depends_on_the_reference(text: str) -> None:
    alone = parse_date(text, today=TODAY)

    if alone:
        assert parse_date(text, reference=REFERENCE, today=TODAY) == alone


HOSTILE = (
    *(
        "3 ",
        "3 mars 2024 ",
        "a ",
        "a-",
        "1/",
        "12 ",
        "(",
        "[",
        "3 mars 2024(",
        " ",
        "\u00a0",
        "- ",
        " - ",
        " | ",
        ".",
        "'",
    ),
    *(
        "mis à jour ",
        "publié le ",
        "le ",
        "par ",
        "date ",
        "18h25 ",
        "18:25 ",
        "é",
        "\u0301",
        "\ufdfa",
        "…",
        "⑴",
        "/2024",
        "-2024",
    ),
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_is_linear_in_the_text(piece: str) -> None:
    """Past LONGEST_DATE a text is not looked at, so the worst is one that just fits; lines and addresses have no limit."""
    longest = f"Publié le 3 mars 2024 {piece * LONGEST_DATE}"
    line = f"{piece * (2_000_000 // len(piece))}x"

    started = time.perf_counter()
    parse_date(longest[: LONGEST_DATE - 1] + "!", reference=REFERENCE)
    assert time.perf_counter() - started < 0.1
    find_dateline(line, reference=REFERENCE)
    date_in_address(line)
    assert time.perf_counter() - started < 2


def test_today_is_the_default_limit() -> None:
    today = dt.datetime.now(tz=dt.UTC).date()

    assert parse_date((today + dt.timedelta(days=1)).isoformat()) is not None
    assert parse_date((today + dt.timedelta(days=4)).isoformat()) is None


# --- Datelines, addresses, and which date counts ---


@pytest.mark.parametrize(
    ("line", "date", "rest"),
    [
        ("Publié le 3 mars 2024 à 18h25", "2024-03-03", ""),
        ("Publiée le 03/03/2024", "2024-03-03", ""),
        ("Date : 2024-03-03", "2024-03-03", ""),
        ("Mis en ligne le 3 mars 2024", "2024-03-03", ""),
        ("Analyse — 2024", "2024", ""),
        ("2024", "2024", ""),
        ("Le 3 mars 2024", "2024-03-03", ""),
        ("Paris, le 3 mars 2024", "2024-03-03", ""),
        ("Publié le 3 mars 2024 | Mis à jour le 5 mars 2024", "2024-03-03", ""),
        ("Mis à jour le 5 mars 2024 | Publié le 3 mars 2024", "2024-03-03", ""),
        ("3 mars 2024 | Mise à jour du texte, voir plus bas", "2024-03-03", ""),
        ("3 mars 2024 – L’armée a annoncé un contrat.", "2024-03-03", "L’armée a annoncé un contrat."),
        ("Mars 2024 – L’armée a annoncé un contrat.", "2024-03", "L’armée a annoncé un contrat."),
        ("Hier – L’armée a annoncé un contrat.", "2024-03-05", "L’armée a annoncé un contrat."),
        ("Publié mardi à 18h25", "2024-03-05", ""),
        ("Le 15 décembre, l’Ukraine a annoncé", None, "Le 15 décembre, l’Ukraine a annoncé"),
        ("Le 15 décembre 2022 – un jour noir", None, "Le 15 décembre 2022 – un jour noir"),
        ("À Kiev, le 24 février 2022 – un jour noir", None, "À Kiev, le 24 février 2022 – un jour noir"),
        ("2022 – une année noire", None, "2022 – une année noire"),
        ("Mis à jour le 5 mars 2024", None, "Mis à jour le 5 mars 2024"),
        ("Date de mise à jour : 5 mars 2024", None, "Date de mise à jour : 5 mars 2024"),
        ("Mis à jour le 5 mars 2024 – L’armée a annoncé", None, "Mis à jour le 5 mars 2024 – L’armée a annoncé"),
        ("L’armée – 3 mars 2024", None, "L’armée – 3 mars 2024"),
        ("", None, ""),
    ],
)
def test_a_dateline_gives_its_date_and_leaves_the_rest(line: str, date: str | None, rest: str) -> None:
    found, left = find_dateline(line, reference=REFERENCE, today=TODAY)

    assert (found.date.date if found else None, left) == (date, rest)


@pytest.mark.parametrize(
    ("url", "date"),
    [
        ("https://un.example/2024/03/03/titre", "2024-03-03"),
        ("https://un.example/2024/3/3/", "2024-03-03"),
        ("https://un.example/article/2024/03/03", "2024-03-03"),
        ("https://un.example/monde/2024-03-03-titre.html", "2024-03-03"),
        ("https://un.example/monde/2024-03-03/titre", "2024-03-03"),
        ("https://un.example/titre-2024-03-03-a1b2", "2024-03-03"),
        ("https://un.example/fr/europe/20240303-titre", "2024-03-03"),
        ("https://un.example/titre-20240303", "2024-03-03"),
        ("https://un.example/monde/4079-20240303-titre", "2024-03-03"),
        ("https://un.example/titre_AN-202403030123.html", "2024-03-03"),
        ("https://un.example/titre-15-03-2024-A1B2.php", "2024-03-15"),
        ("https://un.example/2024/03/titre", "2024-03"),
        ("https://un.example/2024-03/titre", "2024-03"),
        ("/2024/03/03/titre", "2024-03-03"),
        ("https://un.example/2023/01/retour-sur-le-24-02-2022", "2023-01"),
        ("https://un.example/2024/03/20240303-titre", "2024-03-03"),
        ("https://un.example/2024/03/03/retour-sur-le-24-02-2022", "2024-03-03"),
        ("https://un.example/2024/02/31/titre", "2024-02"),
        ("https://un.example/2024/13/titre", None),
        ("https://un.example/2027/01/01/titre", None),
        ("https://un.example/histoire/1944-06-06-debarquement", None),
        ("https://un.example/titre-20241345", None),
        ("https://un.example/titre-620240303", None),
        ("https://un.example/titre-202403031", None),
        ("https://un.example/2024/titre", None),
        ("https://un.example/f-16-et-su-35", None),
        ("https://un.example/titre?date=2024-03-03", None),
        ("https://2024-03-03.example/titre", None),
        ("https://[", None),
        ("", None),
    ],
)
def test_the_date_in_an_address(url: str, date: str | None) -> None:
    found = date_in_address(url, today=TODAY)

    assert found == (FoundDate(PartialDate.parse(date), Confidence.LIKELY) if date else None)


def _found(date: str, confidence: Confidence = Confidence.SURE) -> FoundDate:
    return FoundDate(PartialDate.parse(date), confidence)


def test_the_publication_counts_before_the_text_the_address_and_the_last_change() -> None:
    published, in_text, in_address, modified = map(_found, ("2024-03-03", "2024-03-04", "2024-03-05", "2024-03-06"))

    assert choose_date(published=published, in_text=in_text, in_address=in_address, modified=modified) == published
    assert choose_date(in_text=in_text, in_address=in_address, modified=modified) == in_text
    assert choose_date(in_address=in_address, modified=modified) == in_address


def test_the_last_change_is_a_guess_at_the_publication() -> None:
    assert choose_date(modified=_found("2024-03-06")) == _found("2024-03-06", Confidence.UNSURE)


def test_what_nobody_states_stays_unknown() -> None:
    assert choose_date() is None


def test_a_guess_gives_way() -> None:
    guess, stated = _found("2003-03-24", Confidence.UNSURE), _found("2024-03-03", Confidence.LIKELY)

    assert choose_date(published=guess, in_address=stated) == stated
    assert choose_date(published=guess) == guess


def test_a_month_gives_way_to_a_day_in_it_but_not_to_one_of_another_month() -> None:
    month, day, other = _found("2024-03"), _found("2024-03-03", Confidence.LIKELY), _found("2024-04-03")

    assert choose_date(published=month, in_address=day) == day
    assert choose_date(published=month, in_text=other) == month
    assert choose_date(published=month, modified=_found("2024-03-20")) == month
    assert choose_date(published=_found("2024"), in_text=month, in_address=day) == day


@given(
    st.integers(0, 39),
    st.sampled_from([month[:3] for month in ENGLISH_MONTHS] + ["Mai", "Zzz"]),
    st.integers(1700, 2100),
    st.sampled_from(["", "Mon, ", "Sun, ", "Maj, "]),
    st.sampled_from(["08:30:00 +0100", "23:59", "18:25:00 GMT", "99:99:99Z"]),
    st.none() | st.just(REFERENCE),
)
def test_the_time_of_programs_says_nothing_of_the_day(
    day: int, month: str, year: int, weekday: str, time_: str, reference: dt.date | None
) -> None:
    for written in (f"{weekday}{day} {month} {year} {time_}", f"{year}-{day % 14:02}-{day:02}T{time_}"):
        statement, at_length = dates._read_statement(written)
        if at_length is None and reference:
            at_length = read_relative_date(statement, reference)
        if at_length and not dates._may_be_given(at_length.date, dates.EARLIEST, TODAY):
            at_length = None
        assert parse_date(written, reference=reference, today=TODAY) == at_length
