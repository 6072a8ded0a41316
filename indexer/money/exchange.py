"""What is a sum worth in euros? By the rates of one named day, so that sums in different currencies can be compared."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from indexer.message import Message


class ExchangeRates(NamedTuple):
    """Rates of one day.

    *as_of* is the day, *source* says in French who published the rates, for readers of what was converted by them.
    *rates* are the units of a currency, by its ISO 4217 code, for one euro.
    """

    as_of: dt.date
    source: Message
    rates: Mapping[str, float]


def _load() -> ExchangeRates:
    table = tomllib.loads((Path(__file__).parent / "exchange_rates.toml").read_text(encoding="utf-8"))
    pegged = {code: units * table["quoted"]["USD"] for code, units in table["dollar_pegs"].items()}
    rates = {"EUR": 1.0, **table["quoted"], **table["fixed"], **pegged}
    return ExchangeRates(table["as_of"], Message(table["source"]), MappingProxyType(rates))


RATES = _load()


def in_euros(value: float, currency: str) -> float | None:
    """What *value* of *currency*, an ISO 4217 code, is worth in euros by RATES; None without a rate for it.

    >>> in_euros(1038.9, "USD"), in_euros(1, "RUB")
    (1000.0, None)
    """
    rate = RATES.rates.get(currency)
    return None if rate is None else value / rate
