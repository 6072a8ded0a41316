"""Requests drawn at random, as people might send them, over the words and the values of some articles."""

import random
from collections.abc import Callable, Sequence

from indexer.analysis import analyze
from indexer.document import FACETS, Document, PartialDate, facet_values
from indexer.search import SearchRequest, Sort

SIZES = (1, 3, 10, 10, 25, 100)
CURRENCIES = (None, None, "EUR", "USD", "GBP", "XAF")


class Asking:
    """Draws requests over *documents*."""

    def __init__(self, documents: Sequence[Document], seed: int) -> None:
        self._draw = random.Random(seed)
        self._documents = self._draw.sample(list(documents), min(len(documents), 400))
        self._terms = [
            [term.text for term in analyze(f"{document.title} {document.text[:3000]}")] for document in self._documents
        ]
        self._terms = [terms for terms in self._terms if terms]
        self._values = [facet_values(document) for document in self._documents]
        self._days = [document.published.date for document in self._documents if document.published.date]

    def request(self) -> SearchRequest:
        """A request, often with filters."""
        draw = self._draw
        request = SearchRequest(
            q=self._query(),
            sort=draw.choice((None, None, None, *Sort)),
            size=draw.choice(SIZES),
            page=draw.choice((1, 1, 1, 2, 3)),
            collapse=draw.random() < 0.2,
            timelines=draw.choice(((), ("published",), ("published", "mentioned"))),
            expand=draw.random() < 0.8,
            correct=draw.random() < 0.8,
            strict=draw.random() < 0.3,
        )
        if draw.random() < 0.5:
            request = request.replace(include=self._selection(0.6), exclude=self._selection(0.2))
        if draw.random() < 0.2 and self._days:
            ends = sorted((self._day(), self._day()))
            request = request.replace(
                published_from=PartialDate.parse(ends[0]) if draw.random() < 0.7 else None,
                published_to=PartialDate.parse(ends[1]) if draw.random() < 0.7 else None,
            )
        if draw.random() < 0.1:
            lowest = draw.choice((None, 0.0, 1e5, 1e6, 1e8, 3.5e9))
            request = request.replace(
                amount_from=lowest,
                amount_to=draw.choice((None, (lowest or 1.0) * draw.choice((1, 10, 1000)))),
                currency=draw.choice(CURRENCIES),
            )
        first, last = request.published_from, request.published_to
        if first and last and first.first and last.last and first.first > last.last:
            request = request.replace(published_from=None)
        return request

    def words(self) -> str:
        """Some words of one article, which may stand anywhere there."""
        terms = self._draw.choice(self._terms)
        return " ".join(self._draw.choices(terms, k=self._draw.choice((1, 1, 2, 2, 3, 5))))

    def _query(self) -> str:
        kinds: dict[Callable[[], str], int] = {
            str: 2,
            self.words: 8,
            self._quotation: 3,
            self._near: 2,
            lambda: f"{self._word()[:4]}*": 2,
            lambda: f"{self._slip()}~": 1,
            self._slip: 1,
            lambda: f"{self.words()} SAUF {self._word()}": 1,
            lambda: f"{self._word()} OU {self._word()}": 2,
            lambda: f"({self._word()} OU {self._word()}) {self._word()}": 1,
            lambda: f"titre:{self._word()}": 1,
            lambda: f"texte:{self._word()} {self._word()}": 1,
            self._value: 2,
            lambda: f"date:{self._day()}": 1 if self._days else 0,
            lambda: f"montant:>{self._draw.choice((1, 50, 300))}M{self._draw.choice('€$')}": 1,
            lambda: f"{self.words()} ?": 1,
        }
        return self._draw.choices(list(kinds), list(kinds.values()))[0]()

    def _word(self) -> str:
        return self._draw.choice(self._draw.choice(self._terms))

    def _run(self, size: int) -> list[str]:
        terms = self._draw.choice(self._terms)
        at = self._draw.randrange(len(terms))
        return terms[at : at + size]

    def _quotation(self) -> str:
        return f"« {' '.join(self._run(self._draw.choice((1, 2, 2, 3, 4))))} »"

    def _near(self) -> str:
        run = self._run(8)
        words = self._draw.sample(run, min(len(run), self._draw.choice((2, 2, 3))))
        return f'"{" ".join(words)}"~{self._draw.choice((1, 2, 3, 5, 8))}'

    def _slip(self) -> str:
        word = self._word()
        at = self._draw.randrange(len(word))
        return word[:at] + self._draw.choice("aeinrstu") + word[at + self._draw.choice((0, 1)) :]

    def _value(self) -> str:
        field = self._draw.choice(("pays", "arme", "organisation", "personne", "sujet"))
        facet = {"pays": "country", "arme": "equipment", "personne": "person", "sujet": "topic"}.get(field, field)
        values = self._draw.choice(self._values)[facet]
        return f'{field}:"{self._draw.choice(values)}"' if values else self.words()

    def _day(self) -> str:
        day = self._draw.choice(self._days)
        return day[: self._draw.choice((4, 7, 10))]

    def _selection(self, chance: float) -> dict[str, tuple[str, ...]]:
        chosen: dict[str, tuple[str, ...]] = {}
        while self._draw.random() < chance:
            name = self._draw.choice(FACETS)
            values = self._draw.choice(self._values)[name]
            if values:
                chosen[name] = tuple(dict.fromkeys(self._draw.choices(values, k=self._draw.choice((1, 1, 2)))))
        return chosen
