"""What is counted: the golden table quantities.tsv says what is read; the properties, what holds for every text."""

import time
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.enrich.number_words import number_end
from indexer.enrich.quantities import Quantity, find_quantities
from tests.enrich.golden_tables import case, read_table


class Row(NamedTuple):
    """A line of the table."""

    text: str
    quantities: str
    words: str = ""
    reason: str = ""


ROWS = read_table("quantities.tsv", Row)


def _expected(written: str) -> tuple[Decimal, Decimal | None, str]:
    number, _, unit = written.partition(" ")
    value, _, highest = number.partition("..")
    return Decimal(value), Decimal(highest) if highest else None, unit


@pytest.mark.parametrize("row", [case(row) for row in ROWS])
def test_the_table(row: Row) -> None:
    found = find_quantities(row.text)

    assert [quantity[:3] for quantity in found] == [
        _expected(written) for written in row.quantities.split(" ; ") if written != "-"
    ]
    if row.words:
        assert row.text[found[0].start : found[0].end] == row.words


def test_the_table_is_large_and_nearly_all_of_it_is_read_rightly() -> None:
    assert len({row.text for row in ROWS}) == len(ROWS) >= 270
    assert sum(row.quantities == "-" for row in ROWS) >= 50
    assert sum(bool(row.reason) for row in ROWS) <= 0.02 * len(ROWS)


ONES = (
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit "
    "dix-neuf"
).split()
TENS = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante", 80: "quatre-vingt"}


def in_words(number: int) -> str:
    """A number below a million as schools teach to write it, « et » in vingt et un, -s in quatre-vingts and deux cents."""
    if number >= 1000:
        thousands = (
            ""
            if number < 2000
            else in_words(number // 1000).removesuffix("s" if number // 1000 % 100 in {0, 80} else "") + " "
        )
        return f"{thousands}mille {in_words(number % 1000) if number % 1000 else ''}".strip()
    if number >= 100:
        hundreds = "" if number < 200 else ONES[number // 100] + " "
        plural = "s" if number >= 200 and number % 100 == 0 else ""
        return f"{hundreds}cent{plural} {in_words(number % 100) if number % 100 else ''}".strip()
    if number < 20:
        return ONES[number]
    tens = max(ten for ten in TENS if ten <= number)
    if number == tens:
        return TENS[tens] + ("s" if tens == 80 else "")
    link = " et " if number - tens in {1, 11} and tens != 80 else "-"
    return TENS[tens] + link + ONES[number - tens]


@given(st.integers(2, 999_999), st.sampled_from(" -\u00a0\u202f"), st.sampled_from([str, str.upper, str.capitalize]))
@example(71, " ", str)
@example(80_080, " ", str)
@example(999_999, "-", str)
def test_any_number_in_words_is_read_back(number: int, link: str, case: Any) -> None:
    written = case(in_words(number)).replace(" ", link) + " obus"

    assert find_quantities(f"({written})") == [Quantity(Decimal(number), None, "obus", 1, 1 + len(written))]


@pytest.mark.parametrize(
    ("before", "number", "after"),
    [
        ("", "12 millions et demi", " de soldats"),
        ("", "une bonne vingtaine de milliers", " d’hommes"),
        ("", "2 millions 500 000", " obus"),
        ("le ", "millier", " de blindés"),
        ("", "deux", " cents-bis"),
        ("", "quatre\u2011vingt\u2011dix\u2011sept", ", dit-il"),
        ("", "vingt", " trente"),
        ("", "10", " milles nautiques"),
        ("", "dix", "  mille-feuilles"),
        ("", "un demi-million", " d’euros"),
        ("", "trois", "–quatre_"),
    ],
)
def test_a_number_ends_with_its_last_word(before: str, number: str, after: str) -> None:
    assert number_end(before + number + after, len(before)) == len(before + number)


@pytest.mark.parametrize("text", ["millier d’obus", "dizaines", "centrale", "deux-pièces", "007", "et demi", "", " 3"])
def test_no_number_begins_there(text: str) -> None:
    assert number_end(text, 0) is None


@given(st.integers(0, 10**12), st.sampled_from(["", " ", "\u00a0", "\u202f", "\u2009", ".", "'", "’"]))
def test_any_number_in_figures_is_read_back(number: int, mark: str) -> None:
    written = f"{number:,}".replace(",", mark) + " obus"

    assert find_quantities(f"({written})") == [Quantity(Decimal(number), None, "obus", 1, 1 + len(written))]


@given(st.integers(0, 999_999), st.integers(1, 99), st.sampled_from(",."))
def test_any_decimal_is_read_back(whole: int, hundredths: int, point: str) -> None:
    (found,) = find_quantities(f"{whole}{point}{hundredths:02} km")

    assert found[:3] == (Decimal(f"{whole}.{hundredths:02}"), None, "km")


PIECES = "10 000 |1,5 |deux |cents |mille |une |vingtaine |de |d’|obus |chars |à |entre |et |-|km |% |autres |\n|. |millions "


@given(st.lists(st.sampled_from(PIECES.split("|")), max_size=40).map("".join) | st.text(max_size=200))
def test_any_text_gives_words_of_its_own_in_order(text: str) -> None:
    end = 0
    for quantity in find_quantities(text):
        assert end <= quantity.start < quantity.end <= len(text)
        assert text[quantity.start : quantity.end] == text[quantity.start : quantity.end].strip()
        assert quantity.highest is None or quantity.highest >= quantity.value
        end = quantity.end


@pytest.mark.parametrize(
    "piece", ["1 000 ", "deux cent ", "2 autres ", "autres ", "10 à ", "1-", "trois milliers de ", "2 casques "]
)
def test_time_grows_with_the_text_only(piece: str) -> None:
    def seconds(size: int) -> float:
        text = "2 " + piece * (size // len(piece))
        begin = time.process_time()
        find_quantities(text)
        return time.process_time() - begin

    assert min(seconds(80_000) for _ in range(2)) < 12 * max(min(seconds(20_000) for _ in range(3)), 0.005)
