"""Mapping: which fields an article has in the cluster, and what is written there for each.

Terms come ready made and are only told apart by spaces: matching is the same as on one machine. What else is searched,
sorted or counted is written in the form in which the answer needs it, so that no script has to run.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any

import msgspec
import numpy as np

from indexer.analysis import fold
from indexer.analysis.numbering import TermNumbers
from indexer.document import FACETS, Amount, Document, PartialDate, facet_values
from indexer.index.arrays import Array
from indexer.index.inversion import LAST_POSITION, TITLE_ROOM
from indexer.index.weighting import frequencies, impacts
from indexer.money import RATES, euros_of

VERSION = 1
"""Of the mapping and of what is written: an index of another one is made anew (engine.py)."""

UNIT_LETTERS = {"year": 4, "month": 7, "day": 10}
"""How much of a written date says each unit."""

ANY_CURRENCY, NO_CURRENCY = "any", "none"

SEPARATOR = "\0"
"""Between the fold of a facet value and the value, so that the cluster sorts values as readers do."""

REMEMBERED = 1_000_000
"""Pieces of text whose terms are remembered: about 250 MB."""

FRENCH = "fr"

_WHITESPACE = {"type": "text", "analyzer": "whitespace", "norms": False}
_KEYWORD = {"type": "keyword"}
_DATES = {"properties": dict.fromkeys(("dates", *UNIT_LETTERS), _KEYWORD)}


def index_body(shards: int, replicas: int) -> dict[str, Any]:
    """Settings and mapping of a new index of articles."""
    return {
        "settings": {
            "index": {
                "number_of_shards": shards,
                "number_of_replicas": replicas,
                "refresh_interval": -1,  # a commit makes all its changes visible at once
                "codec": "best_compression",
                "max_docvalue_fields_search": 100,
            }
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"version": VERSION},
            "_source": {"includes": ["document", "story", "digest"]},
            "dynamic_templates": [{"amounts": {"path_match": "amounts.*", "mapping": {"type": "double_range"}}}],
            "properties": {
                "id": _KEYWORD,
                "document": {"type": "object", "enabled": False},
                "digest": {"type": "keyword", "index": False, "doc_values": False},
                "story": _KEYWORD,
                # Title and text with places, for phrases; what is too far down the text for any phrase, without.
                "title": {**_WHITESPACE, "index_options": "positions", "copy_to": "words"},
                "text": {**_WHITESPACE, "index_options": "positions", "copy_to": "words"},
                "tail": {**_WHITESPACE, "index_options": "docs", "copy_to": "words"},
                "words": {**_WHITESPACE, "index_options": "docs"},
                # The impact byte of every term (weighting.py): scores are the same on every shard, and depend on
                # no other article.
                "impacts": {"type": "rank_features"},
                "facets": {"properties": dict.fromkeys(FACETS, _KEYWORD)},
                "first_day": {"type": "integer"},
                "last_day": {"type": "integer"},
                "published": _DATES,
                "mentioned": _DATES,
                "amounts": {"type": "object", "dynamic": True, "properties": {ANY_CURRENCY: {"type": "double_range"}}},
                "largest_amount": {"type": "double"},
            },
        },
    }


class Bodies:
    """What is written of documents; remembers the terms of pieces of text."""

    def __init__(self) -> None:
        self._numbers = TermNumbers()

    def of(self, documents: Sequence[Document], stories: Sequence[int | None]) -> Iterator[dict[str, Any]]:
        """The body of each document, with the story that it shares."""
        if self._numbers.pieces > REMEMBERED:
            self._numbers = TermNumbers()
        flat, lengths = self._numbers.number_texts([text for each in documents for text in (each.title, each.text)])
        names = list(self._numbers.terms)
        ends = np.cumsum(lengths).tolist()
        for at, (document, story) in enumerate(zip(documents, stories, strict=True)):
            begin, middle, end = ([0, *ends][2 * at + step] for step in range(3))
            title, text = flat[begin : min(middle, begin + TITLE_ROOM - 1)], flat[middle:end]
            yield {**_words(title, text, names), **_fields(document, story)}


def digest(document: Document) -> str:
    """What says whether a document is the one that is there."""
    return blake2b(msgspec.msgpack.encode(document, order="deterministic"), digest_size=16).hexdigest()


def document_of(source: dict[str, Any]) -> Document:
    """The document of a hit."""
    return msgspec.convert(source["document"], Document)


def facet_key(value: str) -> str:
    """A facet value as it is written."""
    return f"{fold(value)}{SEPARATOR}{value}"


def facet_value(key: str) -> str:
    """The value that is written so."""
    return key.partition(SEPARATOR)[2]


def story_name(story: int) -> str:
    """What a story is called in an address."""
    return f"{story:016x}"


def feature(term: str) -> str:
    """The name of the impact of a term: a full stop would part it."""
    return term.replace(".", "\ue000")


def _words(title: Array, text: Array, names: Sequence[str]) -> dict[str, Any]:
    room = LAST_POSITION - TITLE_ROOM
    terms, which = np.unique(np.concatenate((title, text)), return_inverse=True)
    in_title = np.bincount(which[: len(title)], minlength=len(terms))
    in_text = np.bincount(which[len(title) :], minlength=len(terms))
    combined = frequencies(in_title, in_text, np.full(len(terms), len(title)), np.full(len(terms), len(text)))
    rows = {"title": title, "text": text[:room], "tail": text[room:]}
    written: dict[str, Any] = {
        field: " ".join([names[number] for number in row.tolist()]) for field, row in rows.items() if len(row)
    }
    pairs = zip(terms.tolist(), impacts(combined).tolist(), strict=True)
    return written | {"impacts": {feature(names[number]): impact for number, impact in pairs}}


def _fields(document: Document, story: int | None) -> dict[str, Any]:
    first, last = document.published.first, document.published.last
    euros = [worth for amount in document.amounts if (worth := euros_of(amount)) is not None]
    fields: dict[str, Any] = {
        "id": document.id,
        "document": msgspec.to_builtins(document),
        "digest": digest(document),
        "facets": {name: list(map(facet_key, values)) for name, values in facet_values(document).items() if values},
        "published": _dates([document.published]),
        "mentioned": _dates(document.mentioned),
        "amounts": _amounts(document.amounts),
        "largest_amount": max(euros, default=0.0),
    }
    fields |= {"first_day": first.toordinal(), "last_day": last.toordinal()} if first and last else {}
    return fields | ({} if story is None else {"story": story_name(story)})


def _dates(dates: Iterable[PartialDate]) -> dict[str, list[str]]:
    """The dates, and what they say of each unit; a date says nothing of a finer one than it is known to."""
    written = [date.date for date in dates if date.date]
    found = {"dates": written}
    for unit, letters in UNIT_LETTERS.items():
        found[unit] = list(dict.fromkeys(date[:letters] for date in written if len(date) >= letters))
    return {name: values for name, values in found.items() if values}


def _amounts(amounts: Sequence[Amount]) -> dict[str, list[dict[str, float]]]:
    """The sums by currency, and all of them as they are written."""
    found: dict[str, list[dict[str, float]]] = defaultdict(list)
    for amount in amounts:
        ends = sorted((amount.value, amount.value if amount.highest is None else amount.highest))
        row = {"gte": ends[0], "lte": ends[1]}
        found[ANY_CURRENCY].append(row)
        found[amount.currency or NO_CURRENCY].append(row)
    return found


def rates_day() -> str:
    """The day of the rates that sums were converted by."""
    return RATES.as_of.isoformat()
