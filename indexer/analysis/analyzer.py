"""The French chain: which terms does this text give, and where?

`analyze` is the quick path (results kept per piece of text); `french_analyzer` is the same chain as a Whoosh Analyzer.
A test holds the two together.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from whoosh.analysis import Analyzer, Filter, Token, Tokenizer

from indexer.analysis.pieces import cut_pieces, go_together, read_piece, read_run
from indexer.analysis.surfaces import cut_surfaces
from indexer.analysis.terms import Term, terms_of


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
    for offset, terms in locate(text):
        for term in terms:
            yield AnalyzedTerm(term.text, offset + term.start, offset + term.end, position)
            position += 1


def locate(text: str) -> Iterator[tuple[int, tuple[Term, ...]]]:
    """The terms of every piece or run of pieces of *text*, and where it begins: `analyze` before it is counted."""
    cut = cut_pieces(text)
    pieces = [_piece(piece) for piece in cut]
    offset = at = 0
    while at < len(pieces):
        terms, flags = pieces[at]
        end = at + 1
        if flags:
            while end < len(pieces) and go_together(pieces[end - 1].flags, pieces[end].flags):
                end += 1
        if end == at + 1:
            yield offset, terms
            offset += len(cut[at]) + 1
        else:
            run = " ".join(cut[at:end])
            before = cut[at - 1] if at else ""
            after = cut[end] if end < len(cut) else ""
            yield offset, read_run(before, run, after)
            offset += len(run) + 1
        at = end


_piece = lru_cache(maxsize=1 << 17)(read_piece)


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
