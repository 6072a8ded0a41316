"""Sums of money: the golden table amounts.tsv says what is read; the properties, what holds for every text."""

import time
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.enrich.amounts import Amount, find_amounts
from indexer.enrich.currencies import currency_name_end
from tests.enrich.golden_tables import case, read_table


class Row(NamedTuple):
    """A line of the table."""

    text: str
    amounts: str
    words: str = ""
    reason: str = ""


ROWS = read_table("amounts.tsv", Row)


def _shown(amount: Amount) -> tuple[object, ...]:
    """What the table tells of an amount."""
    converted = amount.converted and _shown(amount.converted)
    return amount.value, amount.highest, amount.currency, amount.per, converted


def _expected(written: str) -> tuple[object, ...]:
    sum_, _, conversion = written.partition(" = ")
    number, _, unit = sum_.partition(" ")
    value, _, highest = number.partition("..")
    code, _, per = unit.partition("/")
    return (
        Decimal(value),
        Decimal(highest) if highest else None,
        None if code == "?" else code,
        per or None,
        _expected(conversion) if conversion else None,
    )


@pytest.mark.parametrize("row", [case(row) for row in ROWS])
def test_the_table(row: Row) -> None:
    found = find_amounts(row.text)

    assert [_shown(amount) for amount in found] == [
        _expected(written) for written in row.amounts.split(" ; ") if written != "-"
    ]
    if row.words:
        assert row.text[found[0].start : found[0].end] == row.words


def test_the_table_is_large_and_nearly_all_of_it_is_read_rightly() -> None:
    assert len({row.text for row in ROWS}) == len(ROWS) >= 350
    assert sum(row.amounts == "-" for row in ROWS) >= 60
    assert sum(bool(row.reason) for row in ROWS) <= 0.02 * len(ROWS)


SCALES = {"": 1, "mille": 10**3, "millions": 10**6, "milliards": 10**9, "k": 10**3, "M": 10**6, "Md": 10**9}
CURRENCIES = {"€": "EUR", "$": "USD", "euros": "EUR", "de dollars": "USD", "de livres sterling": "GBP", "SEK": "SEK"}


@given(
    st.integers(2, 999),
    st.sampled_from(sorted(SCALES)),
    st.sampled_from(sorted(CURRENCIES)),
    st.sampled_from(" \u00a0\u202f"),
)
def test_no_way_of_writing_a_sum_moves_its_point(number: int, scale: str, currency: str, space: str) -> None:
    written = space.join(filter(None, [f"{number},5", scale, *currency.split()]))

    (amount,) = find_amounts(f"Un contrat de {written}.")

    assert (amount.value, amount.currency) == (SCALES[scale] * (number + Decimal("0.5")), CURRENCIES[currency])
    assert (amount.start, amount.end) == (14, 14 + len(written))


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("dollars taïwanais", "."),
        ("nouveau\u00a0dollar taïwanais", ""),
        ("dollars", " taïwanaises"),
        ("dollars", " de Hong"),
        ("DOLLARS DE HONG KONG", " et"),
        ("rands sud-africains", ","),
        ("rands", " sud"),
        ("€uros", " "),
        ("couronnes", " d’or"),
        ("", "eurosystème"),
        ("", "euro-obligations"),
        ("", "livret"),
    ],
)
def test_the_longest_name_of_a_currency_is_read(name: str, after: str) -> None:
    assert (currency_name_end(name + after, 0) or 0) == len(name)


PIECES = "700 |1,5|million|milliards |Md|€|$|(| de |d’|euros |dollars |entre |et |à |soit |10 000|couronnes |\n|. |-|deux |cents |billion |Mds "


@given(st.lists(st.sampled_from(PIECES.split("|")), max_size=40).map("".join) | st.text(max_size=200))
@example("€" * 50 + "1" * 50)
@example("10 000 " * 30)
@example("€\n700 ")
def test_any_text_gives_words_of_its_own_in_order(text: str) -> None:
    end = 0
    for amount in find_amounts(text):
        assert end <= amount.start < amount.end <= len(text)
        assert text[amount.start : amount.end] == text[amount.start : amount.end].strip()
        assert amount.highest is None or amount.highest >= amount.value
        end = amount.end
        if amount.converted:
            assert end <= amount.converted.start < amount.converted.end
            end = amount.converted.end


@pytest.mark.parametrize(
    "piece",
    [
        "1 000 ",
        "un million ",
        "deux cent ",
        "700 millions de ",
        "$",
        "1 milliard\n",
        "5 milliards ",
        "3 M€ (",
        "1,",
        "(",
        "à ",
    ],
)
def test_time_grows_with_the_text_only(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        begin = time.process_time()
        find_amounts(text)
        return time.process_time() - begin

    assert min(seconds(80_000) for _ in range(2)) < 12 * max(min(seconds(20_000) for _ in range(3)), 0.005)
