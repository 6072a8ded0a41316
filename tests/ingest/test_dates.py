import datetime as dt

import pytest

from indexer.ingest.dates import find_dateline, parse_date

TODAY = dt.date(2026, 11, 23)
DATES = {
    "2024-03-03": (
        "3 mars 2024", "03 mars 2024", "3 Mars 2024", "dimanche 3 mars 2024", "Dimanche, 3 mars 2024", "3 mars 2024 à 18h25",
        "3 mars 2024 à 18 h 25", "3 mars 2024, 18:25", "03/03/2024", "3/3/2024", "03.03.2024", "03/03/2024 18:25", "2024-03-03",
        "2024-03-03T18:25:00Z", "2024-03-03T18:25:00+01:00", "2024-03-03 18:25", "3 mars 2024 | Mis à jour le 4 mars 2024",
        "3 mars 2024 (mis à jour le 4 mars 2024)", "3 mars 2024 – 18h25",
    ),
    "2023-08-01": ("1er août 2023", "1 aout 2023", "01/08/2023"),
    "2022-12-15": ("15 décembre 2022", "15 déc. 2022", "15 DECEMBRE 2022", "jeudi 15 decembre 2022"),
    "2022-02-24": ("24 février 2022", "24 fevrier 2022", "24 févr. 2022"),
    "2022-11": ("2022-11", "novembre 2022", "Novembre 2022", "nov. 2022"),
    "2023": ("2023",),
}  # fmt: skip
NO_DATES = (
    "", "hier", "mardi", "mars", "3 mars", "31 février 2024", "2024-13", "12/2024", "30/02/2024", "3 mars 2031", "2031-01",
    "Le 3 mars 2024", "3 mars 2024, l’armée a annoncé", "20245", "2024-03-03-05", "155 mm", "24/7", "1er régiment",
)  # fmt: skip


@pytest.mark.parametrize(("text", "date"), [(text, date) for date, texts in DATES.items() for text in texts])
def test_a_date_is_read_however_it_is_written(text: str, date: str) -> None:
    found = parse_date(text, today=TODAY)

    assert found is not None
    assert found.date == date


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_no_whole_date_is_none(text: str) -> None:
    assert parse_date(text, today=TODAY) is None


def test_a_date_is_never_more_than_two_days_ahead() -> None:
    assert parse_date("2026-11-25", today=TODAY) is not None
    assert parse_date("2026-11-26", today=TODAY) is None


@pytest.mark.parametrize(
    ("line", "date", "rest"),
    [
        ("Publié le 3 mars 2024 à 18h25", "2024-03-03", ""),
        ("Publiée le 03/03/2024", "2024-03-03", ""),
        ("Date : 2024-03-03", "2024-03-03", ""),
        ("Mis en ligne le 3 mars 2024", "2024-03-03", ""),
        ("Analyse — 2024", "2024", ""),
        ("Publié le 3 mars 2024 | Mis à jour le 5 mars 2024", "2024-03-03", ""),
        ("3 mars 2024 – L’armée a annoncé un contrat.", "2024-03-03", "L’armée a annoncé un contrat."),
        ("Le 15 décembre, l’Ukraine a annoncé", None, "Le 15 décembre, l’Ukraine a annoncé"),
        ("Le 15 décembre 2022 – un jour noir", None, "Le 15 décembre 2022 – un jour noir"),
        ("Mis à jour le 5 mars 2024", None, "Mis à jour le 5 mars 2024"),
    ],
)
def test_a_dateline_gives_its_date_and_leaves_the_rest(line: str, date: str | None, rest: str) -> None:
    found, left = find_dateline(line, today=TODAY)

    assert (found.date if found else None, left) == (date, rest)
