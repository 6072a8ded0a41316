"""Sums in euros: rates of one day, plausible, for currencies that texts name."""

import datetime as dt
import tomllib
from pathlib import Path

import pytest

import indexer.money
from indexer.money.exchange import RATES, in_euros

CURRENCIES = tomllib.loads(Path(indexer.money.__file__).with_name("currencies.toml").read_text(encoding="utf-8"))


def test_the_rates_say_from_when_and_from_whom_they_are() -> None:
    assert RATES.as_of == dt.date(2024, 12, 31)
    assert "Banque centrale européenne" in RATES.source
    assert str(RATES.as_of.year) in RATES.source


@pytest.mark.parametrize(
    ("value", "currency", "euros"),
    [
        (2.5e9, "EUR", 2.5e9),
        (700e6, "USD", 673.79e6),
        (1e9, "GBP", 1206.01e6),
        (7700e9, "JPY", 47.222e9),
        (3.75e9, "SAR", 962.56e6),
        (36.725e9, "AED", 9625.57e6),
        (6.55957e9, "FRF", 1e9),
        (0, "USD", 0),
    ],
)
def test_a_sum_in_euros(value: float, currency: str, euros: float) -> None:
    assert in_euros(value, currency) == pytest.approx(euros, rel=1e-4)


@pytest.mark.parametrize("currency", ["RUB", "UAH", "IRR", "SYP", "", "usd", "XXX"])
def test_what_has_no_rate_is_not_converted(currency: str) -> None:
    assert in_euros(1e9, currency) is None


def test_every_rate_is_of_a_currency_that_texts_name_and_most_of_these_have_one() -> None:
    assert set(RATES.rates) <= set(CURRENCIES)
    assert len(RATES.rates) >= 0.6 * len(CURRENCIES)


@pytest.mark.parametrize(
    ("dear", "cheap"), [("GBP", "EUR"), ("EUR", "USD"), ("USD", "CAD"), ("CNY", "JPY"), ("JPY", "KRW"), ("KRW", "IDR")]
)
def test_no_rate_is_upside_down(dear: str, cheap: str) -> None:
    worth, less = in_euros(1, dear), in_euros(1, cheap)

    assert worth
    assert less
    assert worth > less


def test_the_rates_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        RATES.rates["USD"] = 1.0  # type: ignore[index]
