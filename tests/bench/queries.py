"""The questions of the benchmark: one record for every engine, terms chosen by their rank in the generator's vocabulary.

usage: python -m tests.bench.queries [OUT.json] [--seed 7]
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from tests.bench.corpus import SEED, SEVERAL, SOURCE, vocabulary

Operator = Literal["and", "or"]
Sort = Literal["relevance", "newest"]

KINDS = (
    "frequent",
    "medium",
    "rare",
    "two words",
    "three words",
    "or",
    "phrase",
    "prefix",
    "filter",
    "date range",
    "sort by date",
    "none",
)
FACETS = ("date", "source", "country", "equipment", "organisation", "person")  # date: its year


@dataclass(frozen=True)
class Query:
    """What is asked. Words, phrase, prefix, filters and dates narrow each other; the words are joined by the operator.

    The values of one filter widen it, and the counts of its field ignore it (drill-sideways). Dates are ISO days, both included.
    """

    name: str
    kind: str
    words: tuple[str, ...] = ()
    operator: Operator = "and"
    phrase: tuple[str, ...] = ()
    prefix: str | None = None
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    date_from: str | None = None
    date_to: str | None = None
    sort: Sort = "relevance"


def queries(seed: int = SEED) -> tuple[Query, ...]:
    """The mix. Only the query of kind « none » has no hit in 10,000 articles."""
    words = vocabulary(seed)
    w100, w300, w500, w1000, w3000, w8000 = (_word(words, rank) for rank in (100, 300, 500, 1000, 3000, 8000))
    rare20000, rare40000 = (_rare_word(words, rank) for rank in (20_000, 40_000))
    common, unusual = _prefix(words, 200), _prefix(words, 2000)
    name = {names.field: names.label_of for names in (SOURCE, *SEVERAL)}
    country, equipment, source, person = (name[each] for each in ("country", "equipment", "source", "person"))
    return (
        Query("missile", "frequent", ("missile",)),
        Query("défense", "frequent", ("défense",)),
        Query("frégate", "frequent", ("frégate",)),
        Query("rank 300", "medium", (w300,)),
        Query("rank 1000", "medium", (w1000,)),
        Query("rank 3000", "medium", (w3000,)),
        Query("rank 8000", "rare", (w8000,)),
        Query("rank 20000", "rare", (rare20000,)),
        Query("rank 40000", "rare", (rare40000,)),
        Query("missiles ukraine", "two words", ("missiles", "ukraine")),
        Query("défense + rank 300", "two words", ("défense", w300)),
        Query("missile + rank 3000", "two words", ("missile", w3000)),
        Query("aide militaire ukraine", "three words", ("aide", "militaire", "ukraine")),
        Query("drone contrat + rank 100", "three words", ("drone", "contrat", w100)),
        Query("missile OR drone", "or", ("missile", "drone"), "or"),
        Query("ranks 300 OR 1000 OR 3000", "or", (w300, w1000, w3000), "or"),
        Query("« aide militaire »", "phrase", phrase=("aide", "militaire")),
        Query("« missiles russie »", "phrase", phrase=("missiles", "russie")),
        Query("« défense + rank 100 »", "phrase", phrase=("défense", w100)),
        Query("milit*", "prefix", prefix="milit"),
        Query(f"{common}*", "prefix", prefix=common),
        Query(f"missile {unusual}*", "prefix", ("missile",), prefix=unusual),
        Query("missile, 1 country", "filter", ("missile",), filters={"country": (country(1),)}),
        Query(
            "aide militaire, 2 countries, 1 equipment",
            "filter",
            ("aide", "militaire"),
            filters={"country": (country(1), country(4)), "equipment": (equipment(2),)},
        ),
        Query("rank 500, 1 source", "filter", (w500,), filters={"source": (source(2),)}),
        Query("every article, 1 person", "filter", filters={"person": (person(3),)}),
        Query("missile, half a year", "date range", ("missile",), date_from="2024-01-01", date_to="2024-06-30"),
        Query("rank 300, 3 years", "date range", (w300,), date_from="2021-03-15", date_to="2024-03-14"),
        Query("missile, newest", "sort by date", ("missile",), sort="newest"),
        Query("défense ukraine, newest", "sort by date", ("défense", "ukraine"), sort="newest"),
        Query("rank 1000, newest", "sort by date", (w1000,), sort="newest"),
        Query("no such word", "none", ("introuvablement",)),
    )


def as_records(questions: Sequence[Query]) -> list[dict[str, Any]]:
    """The queries as plain values, for JSON."""
    return [asdict(query) for query in questions]


def write_queries(path: Path, seed: int = SEED) -> None:
    """Write the mix as the JSON file that the peers read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_json(seed), encoding="utf-8")


def read_queries(path: Path) -> tuple[Query, ...]:
    """The mix as it was written."""
    return tuple(_query(record) for record in json.loads(path.read_text(encoding="utf-8")))


def _query(record: Mapping[str, Any]) -> Query:
    filters = {name: tuple(values) for name, values in record["filters"].items()}
    return Query(**{**record, "words": tuple(record["words"]), "phrase": tuple(record["phrase"]), "filters": filters})


def _json(seed: int) -> str:
    return json.dumps(as_records(queries(seed)), ensure_ascii=False, indent=1)


def _word(words: Sequence[str], rank: int) -> str:
    """The first word from *rank* on that no elision or analyzer cuts short."""
    return next(word for word in words[rank - 1 :] if word.isalpha() and len(word) > 5)


def _rare_word(words: Sequence[str], rank: int) -> str:
    """The first long word from *rank* on that begins like no more frequent word, so that no stemmer makes it frequent."""
    known = {word[:7] for word in words[: rank - 1]}
    return next(word for word in words[rank - 1 :] if word.isalpha() and len(word) > 9 and word[:7] not in known)


def _prefix(words: Sequence[str], rank: int) -> str:
    """Four letters that begin a word from *rank* on, of the kind that no stemmer changes: no accents, none doubled."""
    for word in words[rank - 1 :]:
        start = word[:4]
        if len(word) > 7 and start.isascii() and start.isalpha() and len(set(start)) == len(start):
            return start
    raise ValueError(f"no prefix from rank {rank} on")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Write the queries of the benchmark as JSON.")
    parser.add_argument("out", type=Path, nargs="?", help="default: standard output")
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    if arguments.out:
        write_queries(arguments.out, arguments.seed)
    else:
        sys.stdout.write(f"{_json(arguments.seed)}\n")


if __name__ == "__main__":
    main()
