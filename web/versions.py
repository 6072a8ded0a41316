"""Two versions of a story side by side: the sentences that they share, those reworded, those of one alone."""

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal, NamedTuple

from markupsafe import Markup, escape

from indexer.document import Document
from indexer.french import counted, french_amount, french_date, french_number, french_quantity
from indexer.message import Message
from web.language import language_of
from web.page import ENTITY_KINDS, FACET_NAMES

MOST_SENTENCES = 200
"""Sentences of a text that are compared: each may be looked at beside each."""

REWORDED = 0.4
"""The part of their words that two sentences share at least to be the same one reworded."""

MOST_PIECES = 300_000
"""Pairs of words and signs that are looked at, 2 µs each at the worst; what comes then is not marked word by word."""

SHOWN = 2
"""Shared sentences in a row that are shown; more are folded."""

Kind = Literal["same", "reworded", "first", "second"]

_TITLES = "".join(rf"(?<!\b{title}\.)" for title in ("M", "MM", "Mme", "Dr", "St", "n", "art", "p", "cf", "av"))
_END = re.compile(rf"\n+|(?:(?<=[.!?…])|(?<=[.!?…]\s»)|(?<=[.!?…][»”\"])){_TITLES}\s+(?=[^\W\d_a-zà-öø-ÿœ]|[\d«“\"—–])")
_PIECE = re.compile(r"(?:\w+|[^\w\s])\s*")


class Row(NamedTuple):
    """A sentence of one text or of both."""

    kind: Kind
    first: str = ""
    second: str = ""


class ShownRow(NamedTuple):
    """The same as HTML; what differs is marked when it was reworded."""

    kind: Kind
    first: Markup
    second: Markup


class Run(NamedTuple):
    """Rows that follow each other and are shown together: those of one kind, or those of one text alone."""

    kind: Kind | Literal["apart"]
    rows: list[ShownRow]

    @property
    def folded(self) -> bool:
        """Whether it is said how many they are instead."""
        return self.kind == "same" and len(self.rows) > SHOWN

    @property
    def summary(self) -> Message:
        """« 12 phrases communes »."""
        return counted(len(self.rows), "phrase commune", "phrases communes")


class Found(NamedTuple):
    """What two texts name of one kind: only the first, both, only the second."""

    name: str
    first: list[str]
    both: list[str]
    second: list[str]
    language: str | None = None
    """That of the values, when it is not of the page."""


class Comparison:
    """What tells *first* from *second*."""

    def __init__(self, first: Document, second: Document) -> None:
        self.first = first
        self.second = second
        sides = [split_sentences(document.text) for document in (first, second)]
        self.is_cut = any(len(side) > MOST_SENTENCES for side in sides)
        self.rows = list(_show(compare(*(side[:MOST_SENTENCES] for side in sides))))
        self.runs = [Run(kind, list(rows)) for kind, rows in groupby(self.rows, _together)]

    @property
    def summary(self) -> list[Message]:
        """How many sentences of each kind."""
        numbers = {kind: sum(row.kind == kind for row in self.rows) for kind in ("same", "reworded", "first", "second")}
        return [
            counted(numbers["same"], "phrase commune", "phrases communes"),
            counted(numbers["reworded"], "phrase remaniée", "phrases remaniées"),
            Message("{number} dans A seulement", number=french_number(numbers["first"])),
            Message("{number} dans B seulement", number=french_number(numbers["second"])),
        ]

    @property
    def found(self) -> list[Found]:
        """Sums, quantities, dates and names, where the two differ or agree."""
        rows = [
            _found(field, name, first, second)
            for (field, name, first), (_, _, second) in zip(_named(self.first), _named(self.second), strict=True)
        ]
        return [row for row in rows if row.first or row.both or row.second]


def split_sentences(text: str) -> list[str]:
    """The sentences of a text, in order.

    >>> split_sentences("M. Macron parle. « Oui ! » Et 3 chars.")
    ['M. Macron parle.', '« Oui ! »', 'Et 3 chars.']
    """
    return [sentence for sentence in map(str.strip, _END.split(text)) if sentence]


def compare(first: Sequence[str], second: Sequence[str]) -> Iterator[Row]:
    """The sentences of both, each once and in its order."""
    matcher = SequenceMatcher(None, [*map(_key, first)], [*map(_key, second)], autojunk=False)
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind == "equal":
            for ours, theirs in zip(first[start:end], second[other_start:other_end], strict=True):
                yield Row("same", ours, theirs)
        else:
            yield from _pair(first[start:end], second[other_start:other_end])


def _pair(first: Sequence[str], second: Sequence[str]) -> Iterator[Row]:
    """Sentences of which none is in both texts, reworded ones side by side."""
    words = [_words(sentence) for sentence in second]
    at = 0
    for sentence in first:
        own = _words(sentence)
        likenesses = [_likeness(own, others) for others in words[at:]]
        most = max(likenesses, default=0.0)
        if most < REWORDED:
            yield Row("first", sentence)
            continue
        place = at + likenesses.index(most)
        yield from (Row("second", second=added) for added in second[at:place])
        yield Row("reworded", sentence, second[place])
        at = place + 1
    yield from (Row("second", second=added) for added in second[at:])


def _together(row: ShownRow) -> Kind | Literal["apart"]:
    return "apart" if row.kind in {"first", "second"} else row.kind


def _show(rows: Iterable[Row]) -> Iterator[ShownRow]:
    looked_at = 0
    for row in rows:
        if row.kind == "reworded":
            looked_at += len(_PIECE.findall(row.first)) * len(_PIECE.findall(row.second))
        if row.kind == "reworded" and looked_at <= MOST_PIECES:
            yield ShownRow(row.kind, *mark_differences(row.first, row.second))
        else:
            yield ShownRow(row.kind, escape(row.first), escape(row.second))


def mark_differences(first: str, second: str) -> tuple[Markup, Markup]:
    """Two sentences as HTML, everything escaped: what only the first has is in <del>, the second's own in <ins>."""
    pieces, others = _PIECE.findall(first), _PIECE.findall(second)
    sides: tuple[list[Markup], list[Markup]] = ([], [])
    matcher = SequenceMatcher(None, [*map(_key, pieces)], [*map(_key, others)], autojunk=False)
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        here, there = "".join(pieces[start:end]), "".join(others[other_start:other_end])
        sides[0].append(escape(here) if kind == "equal" else _marked("del", here))
        sides[1].append(escape(there) if kind == "equal" else _marked("ins", there))
    return Markup("").join(sides[0]), Markup("").join(sides[1])


def _marked(tag: Literal["del", "ins"], text: str) -> Markup:
    marked = text.rstrip()
    space = text[len(marked) :]
    return Markup(f"<{tag}>{{}}</{tag}>{{}}").format(marked, space) if marked else Markup()  # noqa: S704 - our own tag


def _key(text: str) -> str:
    """A text without what only typography tells apart."""
    return " ".join(text.replace("’", "'").split())


def _words(sentence: str) -> set[str]:
    return set(re.findall(r"\w+", sentence.lower()))


def _likeness(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(len(one | other), 1)


def _named(document: Document) -> Iterator[tuple[str, str, list[str]]]:
    yield "amount", Message("Montants"), [french_amount(amount) for amount in document.amounts]
    yield "quantity", Message("Quantités"), [french_quantity(quantity) for quantity in document.quantities]
    yield "date", Message("Dates"), [french_date(date) for date in document.mentioned]
    for kind in ENTITY_KINDS:
        yield kind, FACET_NAMES[kind], list(document.facets.get(kind, ()))


def _found(field: str, name: str, first: list[str], second: list[str]) -> Found:
    return Found(
        name,
        [value for value in first if value not in second],
        [value for value in first if value in second],
        [value for value in second if value not in first],
        language_of(field),
    )
