"""Alternatives: when nothing was found, what would be? The search without its filters, less strictly, word by word."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

import msgspec
from whoosh import query as whoosh_query

from indexer.search.parser import parse_query
from indexer.search.query import describe, leaves
from indexer.search.request import SearchRequest, Sort
from indexer.search.results import SearchResults
from indexer.search.understanding import drop_stop_words

AlternativeKind = Literal["unfiltered", "relaxed", "corrected", "expanded", "word"]

MOST_WORDS = 6
"""Each is a search of its own."""

NO_FILTERS: Mapping[str, Any] = {
    "include": {},
    "exclude": {},
    "published_from": None,
    "published_to": None,
    "story": None,
    "amount_from": None,
    "amount_to": None,
    "currency": None,
}


class Alternative(msgspec.Struct, frozen=True, kw_only=True):
    """Another search, and how many articles it finds. *text* is the word that it asks for alone."""

    kind: AlternativeKind
    request: SearchRequest
    total: int
    text: str = ""


def find_alternatives(
    request: SearchRequest, search: Callable[[SearchRequest], SearchResults]
) -> tuple[Alternative, ...]:
    """What finds something when *request* finds nothing, and every word of it by itself, even if that finds nothing.

    Words are looked for with the filters of the request, or without when these leave nothing of any of them.
    """

    def counted(
        kind: Literal["unfiltered", "relaxed", "corrected", "expanded", "word"], changes: dict[str, object]
    ) -> Alternative:
        changed = request.replace(page=1, **changes)
        found = search(changed.replace(size=1, facets=(), timelines=(), explain=False, sort=Sort.NEWEST))
        return Alternative(kind=kind, request=changed, total=found.total.value, text=str(changes.get("q", "")))

    def words(**changes: object) -> list[Alternative]:
        return [counted("word", {"q": word, **changes}) for word in _words(request.q)]

    others = [counted(kind, changes) for kind, changes in _loosened(request)]
    alone = words()
    if alone and not any(each.total for each in alone):
        alone = words(**NO_FILTERS)
    return (*(each for each in others if each.total), *alone)


def _loosened(request: SearchRequest) -> Iterator[tuple[AlternativeKind, dict[str, object]]]:
    if request.replace(**NO_FILTERS) != request:
        yield "unfiltered", dict(NO_FILTERS)
    if request.q.strip():
        if request.strict:
            yield "relaxed", {"strict": False}
        if not request.correct:
            yield "corrected", {"correct": True}
        if not request.expand:
            yield "expanded", {"expand": True}


def _words(text: str) -> list[str]:
    """The parts of a query that can be looked for by themselves; none when there is but one."""
    tree = drop_stop_words(parse_query(text).tree)
    parts = dict.fromkeys(describe(leaf) for leaf in leaves(tree) if not isinstance(leaf, whoosh_query.Every))
    return [part for part in parts if part][:MOST_WORDS] if len(parts) > 1 else []
