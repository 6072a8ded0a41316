"""Which pieces of a document show why it was found? Plain text and marked ranges, never HTML."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from whoosh import query as whoosh_query

from indexer.analysis import AnalyzedTerm, analyze
from indexer.document import Document
from indexer.search.query import Phrase, TermSet, leaves
from indexer.search.results import Snippet

SNIPPET_LENGTH = 220
"""Characters: about three lines on a phone."""

MOST_SNIPPETS = 2
"""A second piece is shown only when it has a word that the first one lacks."""

CUT = "…"


class _Mark(NamedTuple):
    """A matched range of characters, and which leaf of the query it matches."""

    start: int
    end: int
    leaf: int


def make_snippets(document: Document, query: whoosh_query.Query) -> tuple[Snippet, ...]:
    """The title when it has a match, then the best pieces of the text; its beginning when nothing matches there."""
    wanted = [leaf for leaf in leaves(query) if isinstance(leaf, TermSet | Phrase)]
    title_marks = _find_marks(document.title, wanted)
    snippets = [_snippet("title", document.title, 0, len(document.title), title_marks)] if title_marks else []
    marks = _find_marks(document.text, wanted)
    for start, end in _best_windows(document.text, marks):
        snippets.append(_snippet("text", document.text, start, end, marks))
    return tuple(snippets)


def _find_marks(text: str, wanted: Sequence[TermSet | Phrase]) -> list[_Mark]:
    """Every match in *text*, in order; of two that overlap the one that begins first."""
    terms = list(analyze(text))
    found: list[_Mark] = []
    for number, leaf in enumerate(wanted):
        words = leaf.words if isinstance(leaf, Phrase) else (leaf,)
        found.extend(_matches(terms, [word.texts for word in words], number))
    marks: list[_Mark] = []
    for mark in sorted(found):
        if not marks or mark.start >= marks[-1].end:
            marks.append(mark)
    return marks


def _matches(terms: list[AnalyzedTerm], words: list[frozenset[str]], leaf: int) -> list[_Mark]:
    size = len(words)
    return [
        _Mark(terms[at].start, terms[at + size - 1].end, leaf)
        for at in range(len(terms) - size + 1)
        if all(terms[at + step].text in words[step] for step in range(size))
    ]


def _best_windows(text: str, marks: list[_Mark]) -> list[tuple[int, int]]:
    """The pieces with most different leaves, then most matches, the earlier first; in the order of the text."""
    windows: list[tuple[int, int]] = []
    covered: set[int] = set()
    while len(windows) < MOST_SNIPPETS:
        candidates = [
            (len({inside.leaf for inside in within} - covered), len(within), -number, window)
            for number, mark in enumerate(marks)
            for window in [_window(text, mark)]
            for within in [[inside for inside in marks if window[0] <= inside.start and inside.end <= window[1]]]
            if not any(start < window[1] and window[0] < end for start, end in windows)
        ]
        if not candidates or not max(candidates)[0]:
            break
        best = max(candidates)[-1]
        windows.append(best)
        covered |= {mark.leaf for mark in marks if best[0] <= mark.start < best[1]}
    return sorted(windows) or [_window(text, _Mark(0, 0, 0))]


def _window(text: str, mark: _Mark) -> tuple[int, int]:
    """A piece of whole words of one paragraph that holds *mark*; it begins with its sentence when that is near."""
    paragraph = text.rfind("\n", 0, mark.start) + 1
    paragraph_end = text.find("\n", mark.end)
    last = len(text) if paragraph_end < 0 else paragraph_end
    earliest = max(paragraph, mark.end - SNIPPET_LENGTH * 2 // 3)
    sentence = max(text.rfind(stop, earliest, mark.start) for stop in (". ", "! ", "? ", "… "))
    if sentence >= 0:
        start = sentence + 2
    elif earliest == paragraph:
        start = paragraph
    else:
        start = _after_space(text, max(paragraph, mark.start - SNIPPET_LENGTH // 3), mark.start)
    end = min(last, max(start + SNIPPET_LENGTH, mark.end))
    if end < last:
        space = text.rfind(" ", mark.end, end)
        end = space if space >= 0 else end
    return start, end


def _after_space(text: str, earliest: int, latest: int) -> int:
    space = text.find(" ", earliest, latest)
    return space + 1 if space >= 0 else latest


def _snippet(field: Literal["title", "text"], text: str, start: int, end: int, marks: list[_Mark]) -> Snippet:
    """The piece, with « … » where its paragraph goes on; offsets counted in what is shown."""
    end = start + len(text[start:end].rstrip())
    before = f"{CUT} " if start > 0 and text[start - 1] != "\n" else ""
    after = f" {CUT}" if end < len(text) and text[end] != "\n" else ""
    shift = len(before) - start
    shown = tuple((mark.start + shift, mark.end + shift) for mark in marks if start <= mark.start and mark.end <= end)
    return Snippet(field=field, text=f"{before}{text[start:end]}{after}", marks=shown)
