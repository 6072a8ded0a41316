"""Currencies: what they are called, and what they were worth on one day."""

import tomllib
from functools import cache
from pathlib import Path

from indexer.money.exchange import RATES, in_euros
from indexer.money.ranges import RANGES, euros_of, range_of

__all__ = ["CURRENCIES", "RANGES", "RATES", "currency_of_sign", "euros_of", "in_euros", "range_of"]

CURRENCIES: dict[str, dict[str, list[str]]] = tomllib.loads(
    (Path(__file__).parent / "currencies.toml").read_text(encoding="utf-8")
)
"""ISO 4217 code -> the names, signs and places of each currency."""


def currency_of_sign(written: str) -> str | None:
    """The ISO 4217 code of « $ », « usd », « d’euros »; None for what is no currency by itself."""
    name = written.strip().lower().removeprefix("d’").removeprefix("d'").removeprefix("de ")
    return _codes().get(name) or _codes().get(name.removesuffix("s"))


@cache
def _codes() -> dict[str, str]:
    """Every sign, code and name, in lower case; of a name that several currencies have, the first one's."""
    codes: dict[str, str] = {}
    for code, entry in CURRENCIES.items():
        for written in (code, *entry.get("signs", []), *entry.get("names", [])):
            codes.setdefault(written.lower(), code)
    return codes
