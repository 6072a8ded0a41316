"""Which pieces of a document show why it was found? Plain text and marked ranges, never HTML."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Literal, NamedTuple

from whoosh import query as whoosh_query

from indexer.analysis import AnalyzedTerm, find_terms
from indexer.document import Document
from indexer.index.schema import TEXT, TITLE
from indexer.search.query import Leaf, Phrase, TermSet, leaves
from indexer.search.results import Snippet

SNIPPET_LENGTH = 220
"""Characters: about three lines on a phone."""

MOST_SNIPPETS = 2
"""A second piece is shown only when it has a word that the first one lacks."""

MOST_MARKS = 500
"""Matches of a text among which the best pieces are looked for: a very long text is looked at up to there."""

MOST_SIGNS = 8
"""Dashes and quotation marks by themselves that may stand between two words of a phrase that is shown."""

CUT = "…"


class _Mark(NamedTuple):
    """A matched range of characters, and which leaf of the query it matches."""

    start: int
    end: int
    leaf: int


def make_snippets(document: Document, query: whoosh_query.Query) -> tuple[Snippet, ...]:
    """The title when it has a match, then the best pieces of the text; its beginning when nothing matches there."""
    title_marks, marks = _marks_of(document, query)
    snippets = [_snippet("title", document.title, 0, len(document.title), title_marks)] if title_marks else []
    for start, end in _best_windows(document.text, marks):
        snippets.append(_snippet("text", document.text, start, end, marks))
    return tuple(snippets)


def mark_whole(document: Document, query: whoosh_query.Query) -> tuple[Snippet, Snippet]:
    """Title and text, each from beginning to end, with every match."""
    title, text = ([(mark.start, mark.end) for mark in marks] for marks in _marks_of(document, query))
    return (
        Snippet(field="title", text=document.title, marks=tuple(title)),
        Snippet(field="text", text=document.text, marks=tuple(text)),
    )


def _marks_of(document: Document, query: whoosh_query.Query) -> tuple[list[_Mark], list[_Mark]]:
    """The matches in title and text."""
    wanted = [leaf for leaf in leaves(query) if isinstance(leaf, TermSet | Phrase)]
    return (
        _find_marks(document.title, [leaf for leaf in wanted if leaf.field != TEXT]),
        _find_marks(document.text, [leaf for leaf in wanted if leaf.field != TITLE]),
    )


def _find_marks(text: str, wanted: Sequence[TermSet | Phrase]) -> list[_Mark]:
    """Every match in *text*, in order; of two that overlap the one that begins first."""
    rows = [leaf.words if isinstance(leaf, Phrase) else (leaf,) for leaf in wanted]
    terms = frozenset[str]().union(*(word.texts for words in rows for word in words))
    reach = max((leaf.slop + MOST_SIGNS for leaf in wanted if isinstance(leaf, Phrase)), default=0)
    found = {term.position: term for term in find_terms(text, terms, reach)} if terms else {}
    matches = [
        _Mark(min(first.start, last.start), max(first.end, last.end), number)
        for number, words in enumerate(rows)
        for at, first in found.items()
        if first.text in words[0].texts
        if (last := _last_of_row(found, at, words[1:], wanted[number]))
    ]
    marks: list[_Mark] = []
    for mark in sorted(matches):
        if not marks or mark.start >= marks[-1].end:
            marks.append(mark)
    return marks


def _last_of_row(found: dict[int, AnalyzedTerm], at: int, words: Sequence[TermSet], leaf: Leaf) -> AnalyzedTerm | None:
    """The last term of the nearest row of *words* that goes on from position *at*."""
    slop = leaf.slop if isinstance(leaf, Phrase) else 1
    ordered = not isinstance(leaf, Phrase) or leaf.ordered
    ends = {at}
    for word in words:
        if ordered:
            reached = {place for end in ends for place in range(end + 1, end + slop + 1)}
        else:  # the nearest is enough to show
            reached = {place for step in range(1, slop + 1) for end in ends for place in (end + step, end - step)}
        ends = {place for place in reached if place in found and found[place].text in word.texts}
        if not ordered:
            ends = set(sorted(ends, key=lambda place: abs(place - at))[:1])
    return found[min(ends)] if ends else None


def _best_windows(text: str, marks: list[_Mark]) -> list[tuple[int, int]]:
    """The pieces with most different leaves, then most matches, the earlier first; in the order of the text."""
    marks = marks[:MOST_MARKS]
    starts, ends = [mark.start for mark in marks], [mark.end for mark in marks]
    candidates = []
    for number, mark in enumerate(marks):
        start, end = _window(text, mark)
        within = marks[bisect_left(starts, start) : bisect_right(ends, end)]
        candidates.append(({inside.leaf for inside in within}, len(within), -number, (start, end)))
    windows: list[tuple[int, int]] = []
    covered: set[int] = set()
    while len(windows) < MOST_SNIPPETS:
        apart = [
            (len(found - covered), count, place, window)
            for found, count, place, window in candidates
            if not any(start < window[1] and window[0] < end for start, end in windows)
        ]
        if not apart or not max(apart)[0]:
            break
        best = max(apart)
        windows.append(best[-1])
        covered |= candidates[-best[2]][0]
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
