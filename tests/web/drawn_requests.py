"""Searches as readers make them, drawn at random over the articles of an engine."""

import random
import re
from collections.abc import Iterator

from indexer.document import FACETS, PartialDate
from indexer.engine import Engine
from indexer.search import SearchRequest, Sort

NAMES = ("country", "equipment", "organisation", "person")
SPANS = ("", "", "", "2022", "2023-02", "2024-03-05")
SUMS = (*[None] * 7, 1e6)
COUNTED = (FACETS, ("country",), ("topic", "source"))
WRITTEN = (
    *("{word}", "{word}", "{word} {other}", "{word} {other}", "{name}", "{name} {word}", "{name} {second}"),
    *("{word} ET {other}", "{word} OU {other}", "{word} SAUF {other}", "{word} -{other}", "({word} OU {other}) {name}"),
    *("« {run} »", "« {word} {other} »~9", "{begun}*", "{slip}", "{word}~", "titre:{word}", "pays:{country}"),
    *("date:2022..2023 {word}", "montant:>100M€", "qui a livré {name} ?", "{word} mirliton", "", "", ""),
)
"""What is typed; the words between braces are drawn."""


def drawn_requests(engine: Engine, seed: int) -> Iterator[SearchRequest]:
    """Searches without end; each says its order, which pages and feeds choose differently when it is left open."""
    draw = random.Random(seed)
    documents = sorted(engine.documents(), key=lambda document: document.id)
    values = {field: [each.value for each in facet.values] for field, facet in engine.search(_EVERY).facets.items()}
    fields = [field for field in FACETS if values[field]]
    while True:
        selections = draw.sample(fields, draw.choice((0, 0, 0, 0, 1, 2)))
        chosen = {field: tuple(draw.sample(values[field], min(len(values[field]), 2))) for field in selections}
        left_out = set(draw.sample(selections, draw.choice((0, len(selections)))))
        first, last = sorted(draw.choice(SPANS) for _ in range(2))
        yield SearchRequest(
            q=_query(draw, re.findall(r"\w{3,}", draw.choice(documents).text), values),
            include={field: some for field, some in chosen.items() if field not in left_out},
            exclude={field: some[:1] for field, some in chosen.items() if field in left_out},
            published_from=PartialDate.parse(first) if first else None,
            published_to=PartialDate.parse(last) if last and first else None,
            amount_from=draw.choice(SUMS),
            currency=draw.choice((*[None] * 7, "EUR")),
            facets=draw.choice(COUNTED),
            sort=draw.choice(list(Sort)),
            page=draw.choice((1, 1, 1, 1, 2, 3)),
            size=draw.choice((3, 10, 10, 20, 100)),
            collapse=draw.random() < 0.2,
            expand=draw.random() < 0.9,
            correct=draw.random() < 0.9,
            strict=draw.random() < 0.1,
        )


_EVERY = SearchRequest(size=1)


def _query(draw: random.Random, words: list[str], values: dict[str, list[str]]) -> str:
    """A query of the words of an article, and of names."""
    word, other = draw.sample(words, 2)
    at = draw.randrange(len(words))
    name, second = (draw.choice(values[draw.choice(NAMES)]) for _ in range(2))
    return draw.choice(WRITTEN).format(
        word=word,
        other=other,
        run=" ".join(words[at : at + 2]),
        begun=word[:4],
        slip=word[:-1] + draw.choice("aeiours") + word[-1],
        name=name,
        second=second,
        country=values["country"][at % len(values["country"])].split()[0],
    )
