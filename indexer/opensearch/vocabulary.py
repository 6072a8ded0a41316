"""Vocabulary: every word of the index, at hand in memory.

The cluster keeps the words that each commit brought as a log, which is read once and then followed. What begins, is
spelt or sounds like a word is looked up here, by the code and in the order of one machine: so it finds the same.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np
from opensearchpy.exceptions import NotFoundError

from indexer.analysis import fold, stem_class
from indexer.index.dictionary import Dictionary, Filing, filing_arrays, name_hashes, text_arrays
from indexer.index.grams import Grams
from indexer.opensearch.connection import Connection
from indexer.opensearch.state import State

PART = 20_000
"""Words of one document of the log: 200 kB."""

MOST_PIECES = 8
"""Pieces that are looked through before they are made one: each commit brings one."""

Words = Mapping[str, bool]
"""Words, and whether any French article has them: those of other languages have no French stems."""


class _Piece:
    """Some words, filed like those of a segment."""

    def __init__(self, words: Words) -> None:
        terms = sorted(words)
        self.french = np.array([words[term] for term in terms], bool)
        inflected = [number for number, term in enumerate(terms) if words[term]]
        self._arrays = {
            **text_arrays("terms", terms),
            **filing_arrays("folds", name_hashes(map(fold, terms))),
            **filing_arrays("stems", name_hashes(stem_class(terms[number]) for number in inflected), inflected),
        }
        self.terms = Dictionary(self._arrays, "terms")
        self.folds = Filing(self._arrays, "folds", lambda term: fold(self.terms[term]))
        self.stems = Filing(self._arrays, "stems", lambda term: stem_class(self.terms[term]))

    def words(self) -> dict[str, bool]:
        """The words that it was made of: they are not kept, for they would take four times as much as the arrays."""
        return dict(zip(self.terms, self.french.tolist(), strict=True))

    @cached_property
    def grams(self) -> Grams:
        """The sequences of letters of the words."""
        return Grams(self._arrays["terms.text"], self._arrays["terms.bounds"])


class Vocabulary:
    """The words up to one commit. Immutable."""

    def __init__(self, pieces: tuple[_Piece, ...] = (), generation: int = 0) -> None:
        self._pieces = pieces
        self.generation = generation

    def with_more(self, words: Words, generation: int) -> "Vocabulary":
        """These and more words."""
        pieces = self._pieces
        if words:
            if len(pieces) >= MOST_PIECES:
                every: dict[str, bool] = {}
                for piece in pieces:
                    every |= {term: french or every.get(term, False) for term, french in piece.words().items()}
                pieces = (_Piece(every),)
            pieces = (*pieces, _Piece(words))
        return Vocabulary(pieces, generation)

    @property
    def dictionaries(self) -> list[Dictionary]:
        """The words, piece by piece; some are in several."""
        return [piece.terms for piece in self._pieces]

    def __len__(self) -> int:
        return len({term for piece in self._pieces for term in piece.terms})

    def knows(self, term: str, *, french: bool) -> bool:
        """Whether there is a word, in a French article too when that is what *french* asks."""
        found = ((piece, piece.terms.find(term)) for piece in self._pieces)
        return any(number >= 0 and (not french or bool(piece.french[number])) for piece, number in found)

    def with_fold(self, folded: str) -> set[str]:
        """The words whose fold is *folded*."""
        return {piece.terms[term] for piece in self._pieces for term in piece.folds.find(folded)}

    def with_stem(self, name: str) -> set[str]:
        """The words whose own stem class is *name*."""
        return {piece.terms[term] for piece in self._pieces for term in piece.stems.find(name)}

    def with_prefix(self, prefix: str) -> set[str]:
        """The words that begin with *prefix*."""
        return {piece.terms[term] for piece in self._pieces for term in piece.terms.with_prefix(prefix)}

    def like(self, word: str, least: float) -> dict[str, float]:
        """The words like *word*, which is given without accents, and their Dice coefficients from *least* on."""
        return {piece.terms[term]: dice for piece in self._pieces for term, dice in piece.grams.like(word, least)}


def read_vocabulary(connection: Connection, state: State, before: Vocabulary) -> Vocabulary:
    """The vocabulary of a state, of which *before* has the beginning."""
    found: dict[str, bool] = {}
    for source in _log(connection, state, before.generation):
        found |= {term: found.get(term, False) for term in source["other"].split()}
        found |= dict.fromkeys(source["french"].split(), True)
    return before.with_more(found, state.generation)


def _log(connection: Connection, state: State, after: int) -> Iterator[dict[str, Any]]:
    body: dict[str, Any] = {
        "size": 20,
        "query": {
            "bool": {
                "filter": [
                    {"term": {"kind": "words"}},
                    {"range": {"generation": {"gt": after, "lte": state.generation}}},
                ]
            }
        },
        "sort": ["generation", "part"],
    }
    while True:
        try:
            answer = connection.ask("POST", f"/{state.log}/_search", body, allow_partial_search_results="false")
        except NotFoundError:
            return
        hits = answer["hits"]["hits"]
        yield from (hit["_source"] for hit in hits)
        if len(hits) < body["size"]:
            return
        body["search_after"] = hits[-1]["sort"]


def log_bodies(words: Words, generation: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the log takes for the words of a commit: ids and bodies."""
    terms = sorted(words)
    for part, at in enumerate(range(0, len(terms), PART)):
        some = terms[at : at + PART]
        yield (
            f"words-{generation}-{part}",
            {
                "kind": "words",
                "generation": generation,
                "part": part,
                "french": " ".join(term for term in some if words[term]),
                "other": " ".join(term for term in some if not words[term]),
            },
        )
