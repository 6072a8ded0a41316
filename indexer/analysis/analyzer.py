"""The French chain: which terms does this text give, and where?

`analyze` is the quick path (results kept per surface form); `french_analyzer` is the same chain as a Whoosh Analyzer.
A test holds the two together.
"""

from collections.abc import Iterator
from typing import NamedTuple

from whoosh.analysis import Analyzer, Filter, Token, Tokenizer

from indexer.analysis.surfaces import cut_surfaces
from indexer.analysis.terms import terms_of


class AnalyzedTerm(NamedTuple):
    """A term of a text: its *position* among the terms, its characters *start* to *end*."""

    text: str
    start: int
    end: int
    position: int


def analyze(text: str) -> Iterator[AnalyzedTerm]:
    """The terms of *text* in order, stop words included.

    >>> [term.text for term in analyze("L’armée a livré des F 16")]
    ['armée', 'a', 'livré', 'des', 'f16']
    """
    position = 0
    for surface in cut_surfaces(text):
        offset = surface.start()
        for term in terms_of(surface.group()):
            yield AnalyzedTerm(term.text, offset + term.start, offset + term.end, position)
            position += 1


class SurfaceTokenizer(Tokenizer):
    """Cut a text into surface tokens."""

    def __call__(self, value: str, start_pos: int = 0, start_char: int = 0, **modes: object) -> Iterator[Token]:
        """Yield Whoosh's one reused Token for each surface; copy what you keep."""
        token = Token(**{"positions": True, "chars": True, "mode": "", **modes})
        for position, surface in enumerate(cut_surfaces(value), start_pos):
            token.text = token.original = surface.group()
            token.boost, token.stopped, token.pos = 1.0, False, position
            token.startchar, token.endchar = start_char + surface.start(), start_char + surface.end()
            yield token


class TermFilter(Filter):
    """Turn each surface token into its terms, positions counted anew."""

    def __call__(self, tokens: Iterator[Token]) -> Iterator[Token]:
        """Yield the same reused Token once for each term."""
        position = None
        for token in tokens:
            surface, offset = token.text, token.startchar
            position = token.pos if position is None else position
            for term in terms_of(surface):
                token.text, token.pos = term.text, position
                token.startchar, token.endchar = offset + term.start, offset + term.end
                position += 1
                yield token


def french_analyzer() -> Analyzer:
    """The one chain, for documents and for queries alike."""
    return SurfaceTokenizer() | TermFilter()
