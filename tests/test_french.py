import pytest

from indexer.document import PartialDate
from indexer.french import counted, french_date, french_number


@pytest.mark.parametrize(
    ("date", "text"),
    [("2024-03-03", "3 mars 2024"), ("2023-08-01", "1er août 2023"), ("2022-11", "novembre 2022"), ("2023", "2023")],
)
def test_dates_are_written_as_far_as_they_are_known(date: str, text: str) -> None:
    assert french_date(PartialDate.parse(date)) == text


def test_an_unknown_date_says_so() -> None:
    assert french_date(PartialDate()) == "date inconnue"


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0\u00a0résultat"), (1, "1\u00a0résultat"), (2, "2\u00a0résultats"), (1200, "1\u202f200\u00a0résultats")],
)
def test_french_plurals_begin_at_two(number: int, text: str) -> None:
    assert counted(number, "résultat") == text


def test_thousands_are_set_apart_by_a_narrow_space() -> None:
    assert french_number(413300) == "413\u202f300"
