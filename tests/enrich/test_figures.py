"""Sums, counts and dates in sentences that somebody else wrote and labelled: how many are read, and how many rightly.

`sentences/figures.jsonl` was labelled without sight of the code. A label's words are to be met, not to be cut out
exactly: whether « le », « en » or « plus de » belong to them is a convention. Where a label says more than a record can
hold, the nearest that it can hold is right: a week or a quarter is the month or the year that it lies in.

As the code was before any label had been seen, it read amounts with a precision of 0.929 and a recall of 0.888, dates
with 0.958 and 0.949, quantities with 0.990 and 0.756.
"""

import datetime as dt
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

import indexer.enrich
from indexer.document import PartialDate
from indexer.enrich.amounts import Amount, find_amounts
from indexer.enrich.mentioned_dates import find_mentioned_dates
from indexer.enrich.quantities import find_quantities

LABELS = Path(__file__).parent / "sentences" / "figures.jsonl"
COUNTED = Path(indexer.enrich.__file__).with_name("counted.toml")
MEASURES = frozenset(tomllib.loads(COUNTED.read_text(encoding="utf-8"))["measures"])
"""« 300 km » is found, and not labelled."""

SEASON = re.compile(r"(?:cet |ce )?(?:été|automne|hiver|printemps)$", re.IGNORECASE)
"""« Cet été » is found as a year, and not labelled."""

PERIODS = {"an": "year", "mois": "month", "jour": "day", "heure": "hour"}
POWERS_OF_TEN = {Decimal(10) ** power for power in range(-12, 13) if power}

Label = Mapping[str, Any]


class Span(NamedTuple):
    """Words of a sentence, and what they were found or labelled to mean; the sentence's number and text."""

    start: int
    end: int
    meaning: Any
    sentence: int
    text: str

    def shown(self) -> str:
        return f"{self.sentence}: {self.text[self.start : self.end]!r} = {self.meaning}   in: {self.text}"


class Score(NamedTuple):
    """What came of one kind of figure."""

    right: list[Span]
    missed: list[Span]
    false: list[Span]

    @property
    def precision(self) -> float:
        return len(self.right) / (len(self.right) + len(self.false))

    @property
    def recall(self) -> float:
        return len(self.right) / (len(self.right) + len(self.missed))

    def report(self, kind: str) -> str:
        return "\n".join(
            [
                f"{kind}: precision {self.precision:.3f}, recall {self.recall:.3f}",
                f"  {len(self.right)} right, {len(self.missed)} missed, {len(self.false)} false",
                *(f"  missed {span.shown()}" for span in self.missed),
                *(f"  false  {span.shown()}" for span in self.false),
            ]
        )


@cache
def _sentences() -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in LABELS.read_bytes().splitlines()]


def _labelled(row: Label, kind: str, number: int) -> Iterator[Span]:
    """The labels of a sentence, each with the place of its words: they come in the order of the text."""
    end, text = 0, row["text"]
    for label in row[kind]:
        start = text.index(label["words"], end)
        end = start + len(label["words"])
        yield Span(start, end, label, number, text)


def _found(row: Label, kind: str, number: int) -> Iterator[Span]:
    text = row["text"]
    if kind == "amounts":
        for amount in find_amounts(text):
            yield Span(amount.start, amount.end, amount, number, text)
    elif kind == "quantities":
        for quantity in find_quantities(text):
            if quantity.unit not in MEASURES:
                yield Span(quantity.start, quantity.end, quantity, number, text)
    else:
        for mentioned in find_mentioned_dates(text, PartialDate.parse(row["published"])):
            if not SEASON.match(text[mentioned.start : mentioned.end]):
                yield Span(mentioned.start, mentioned.end, mentioned, number, text)


def _number(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _is_amount(label: Label, found: list[Any]) -> bool:
    (amount, *others) = found
    number = tuple(_number(label.get(key)) for key in ("value", "to"))
    converted = label.get("converted")
    meant = (
        *number,
        label["currency"],
        label.get("per"),
        (_number(converted["value"]), converted["currency"]) if converted else None,
    )
    return not others and bool(_sum_of(amount) == meant)


def _sum_of(amount: Amount) -> tuple[object, ...]:
    converted = (amount.converted.value, amount.converted.currency) if amount.converted else None
    return amount.value, amount.highest, amount.currency, PERIODS.get(amount.per or ""), converted


def _is_quantity(label: Label, found: list[Any]) -> bool:
    """The unit may be more exact than the label: « tête nucléaire », « Mirage 2000-5 »."""
    (quantity, *others) = found
    number = (quantity.value, quantity.highest)
    return (
        not others
        and number == (_number(label["value"]), _number(label.get("to")))
        and f"{_singular(quantity.unit)} ".startswith(f"{_singular(label['unit'])} ")
    )


def _singular(noun: str) -> str:
    first, space, rest = noun.lower().replace("’", "'").partition(" ")
    return re.sub("[sx]$", "", re.sub("(?<!e)aux$", "al", first)) + space + rest


def _is_date(label: Label, found: list[Any]) -> bool:
    first, last = PartialDate.parse(label["date"]), PartialDate.parse(label.get("end", label["date"]))
    dates = [mentioned.date for mentioned in found]
    if "semaine" in label["words"] and "end" not in label:
        first, last = _week_of(first)
        label = {**label, "end": last.date}
    if len(dates) == 1 and "end" not in label:
        return bool(dates[0] == first)
    if len(dates) == 1:
        return bool(dates[0].date == _common(first, last))
    return bool(dates[0].first == first.first and dates[-1].last == last.last)


def _week_of(day: PartialDate) -> tuple[PartialDate, PartialDate]:
    """Monday and Sunday: « il y a une semaine » is labelled as the day, and found as the week."""
    assert day.first
    monday = day.first - dt.timedelta(days=day.first.weekday())
    monday, sunday = (monday + dt.timedelta(days=days) for days in (0, 6))
    return PartialDate.parse(monday.isoformat()), PartialDate.parse(sunday.isoformat())


def _common(first: PartialDate, last: PartialDate) -> str | None:
    """The month, else the year, that holds both ends of a span."""
    begin, end = (first.date or "").split("-"), (last.date or "").split("-")
    same = [one for one, other in zip(begin[:2], end[:2], strict=False) if one == other]
    return "-".join(same) if begin[0] == end[0] else None


CHECKS: dict[str, Callable[[Label, list[Any]], bool]] = {
    "amounts": _is_amount,
    "quantities": _is_quantity,
    "dates": _is_date,
}


@cache
def score(kind: str) -> Score:
    """Compare what is found with the labels of one kind, sentence by sentence."""
    total = Score([], [], [])
    for number, row in enumerate(_sentences(), start=1):
        found = list(_found(row, kind, number))
        for label in _labelled(row, kind, number):
            meeting = [span for span in found if span.start < label.end and label.start < span.end]
            if meeting and CHECKS[kind](label.meaning, [span.meaning for span in meeting]):
                total.right.append(label)
                found = [span for span in found if span not in meeting]
            else:
                total.missed.append(label)
        total.false.extend(found)
    return total


def _known(kind: str) -> dict[int, str]:
    return KNOWN_MISSES.get(kind, {})


KNOWN_MISSES: dict[str, dict[int, str]] = {
    "amounts": {
        80: "« vaut mille milliards » explains a word and is no sum; nothing but the sense tells",
        99: "« dol- lars » is cut by the end of a line: to be mended before, in the cleaning of texts",
        440: "« 300 millions ? » may be millions of anything until the next sentence corrects it",
    },
    "dates": {
        188: "« pour le 14 juillet » is the feast here, and elsewhere a day of delivery",
        200: "« l’armée de demain se prépare aujourd’hui »: these days, not this day",
        201: "« l’ennemi d’hier » is of the past, « la réunion d’hier » of the day before",
        207: "« Robinson et Vendredi »: a first name, written as the day is in translations",
        238: "« décem- bre » is cut by the end of a line: to be mended before, in the cleaning of texts",
        257: "a PartialDate holds no decade",
        258: "a PartialDate holds no decade",
        487: "« au premier trimestre » without its year may be of any year",
    },
    "quantities": {
        431: "« l’armée en a 42 000 »: the noun stands before, in the singular and without a number",
        486: "« combien d’obus ? », asked without a number, is answered with three",
    },
}
"""Kind -> number of the sentence -> why it is not read rightly. They count in the figures all the same."""

FLOORS = {"amounts": 0.98, "dates": 0.97, "quantities": 0.95}


@pytest.mark.parametrize("kind", FLOORS)
def test_nearly_all_is_found_and_nearly_all_found_is_right(kind: str) -> None:
    result = score(kind)
    sys.stdout.write(f"\n{result.report(kind)}\n")

    assert result.precision >= FLOORS[kind]
    assert result.recall >= FLOORS[kind]


@pytest.mark.parametrize("kind", FLOORS)
def test_what_is_read_wrongly_is_known_and_explained(kind: str) -> None:
    result = score(kind)

    assert {span.sentence for span in (*result.missed, *result.false)} == set(_known(kind))


def test_no_sum_is_wrong_by_a_power_of_ten() -> None:
    result = score("amounts")
    wrong = [
        (label.shown(), found.shown())
        for label in result.missed
        for found in result.false
        if found.sentence == label.sentence and found.meaning.value / _number(label.meaning["value"]) in POWERS_OF_TEN
    ]

    assert not wrong


def test_no_pattern_is_so_large_that_importing_waits_for_it() -> None:
    """A pattern of 57,000 characters took 0.4 s to compile, and eleven like it 2.4 s."""
    modules = (module for name, module in sys.modules.items() if name.startswith("indexer.enrich."))
    sizes = [len(each.pattern) for module in modules for each in vars(module).values() if isinstance(each, re.Pattern)]

    assert len(sizes) >= 50
    assert max(sizes) < 4000


def test_the_labels_are_many() -> None:
    rows = _sentences()

    assert len(rows) >= 490
    assert {kind: sum(len(row[kind]) >= 1 for row in rows) >= 100 for kind in FLOORS} == dict.fromkeys(FLOORS, True)
