import pytest

from indexer.document import Amount, PartialDate, Quantity
from indexer.french import counted, french_amount, french_date, french_number, french_quantity


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


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (Amount(1.5e9, "EUR"), "1,5\u00a0Md€"),
        (Amount(7e8, "USD"), "700\u00a0M$"),
        (Amount(1e7, "EUR", 5e7, "an"), "10 à 50\u00a0M€ par an"),
        (Amount(1e6), "1\u00a0million"),
        (Amount(2.5e9), "2,5\u00a0milliards"),
        (Amount(300), "300"),
        (Amount(12, "EUR"), "12\u00a0€"),
        (Amount(1.2e10, "NOK"), "12\u00a0Md\u00a0NOK"),
        (Amount(450, "PLN"), "450\u00a0PLN"),
        (Amount(0.0, "EUR"), "0\u00a0€"),
    ],
)
def test_sums_are_short(amount: Amount, said: str) -> None:
    assert french_amount(amount) == said


@pytest.mark.parametrize(
    ("quantity", "said"),
    [
        (Quantity(10000.0, "obus"), "10\u202f000\u00a0obus"),
        (Quantity(1.0, "char de combat"), "1\u00a0char de combat"),
        (Quantity(20.0, "char de combat", 30.0), "20 à 30\u00a0chars de combat"),
        (Quantity(12.0, "Rafale"), "12\u00a0Rafale"),
        (Quantity(300.0, "km"), "300\u00a0km"),
        (Quantity(1.5, "tonne"), "1,5\u00a0tonne"),
        (Quantity(2.0, "arsenal"), "2\u00a0arsenaux"),
        (Quantity(3.0, "vaisseau"), "3\u00a0vaisseaux"),
        (Quantity(5.0, "%"), "5\u00a0%"),
    ],
)
def test_things_are_counted_in_the_plural(quantity: Quantity, said: str) -> None:
    assert french_quantity(quantity) == said
