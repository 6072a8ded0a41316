"""The pool of a judged query: what Vigie finds for it in several set-ups. Every article of it is judged."""

import re
from itertools import product

from indexer.analysis import analyze, is_stop_word
from indexer.engine import Engine
from indexer.search import SearchRequest
from tests.judged.judgements import found

POOL_DEPTH = 20

_RANGE = re.compile(r'\b(?:date|montant):(?:"[^"]*"|\S+)')
_FIELD = re.compile(r"\b\w+:")


def pool(engine: Engine, q: str) -> set[str]:
    """The articles down to rank 20 for the query, its words joined by OR, and each word, with other names and without."""
    texts = dict.fromkeys([q, " OU ".join(words(q)), *words(q)])
    requests = [
        SearchRequest(q=text, size=POOL_DEPTH, facets=(), expand=expand)
        for text, expand in product(filter(None, texts), (True, False))
    ]
    return {article for request in requests for article in found(engine, request)}


def words(q: str) -> list[str]:
    """The words of a query that are about something, without its fields, ranges and quotation marks."""
    terms = [term.text for term in analyze(_FIELD.sub(" ", _RANGE.sub(" ", q)))]
    return [term for term in dict.fromkeys(terms) if len(term) > 1 and not is_stop_word(term)]
