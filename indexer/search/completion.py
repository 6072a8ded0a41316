"""Completion: what a reader who has typed so much may want to write. Names, frequent phrases, titles.

Accents, case and hyphens are ignored. What is looked up is made once for an open commit, when a first letter is typed:
for 100,000 articles 2.6 s of processor time on a busy machine, 0.1 s for the commits that follow; then a letter takes
1 ms, and one in a hundred 6.
"""

import re
import threading
import time
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

import msgspec
import numpy as np

from indexer.analysis import AnalyzedTerm, analyze, fold, is_stop_word, stem_class
from indexer.document import ENTITIES
from indexer.errors import QueryError, RequestError
from indexer.index import IndexReader
from indexer.index.arrays import Array
from indexer.message import Message
from indexer.search.frequent_phrases import FrequentPhrase, frequent_phrases, written_form
from indexer.search.query import FIELD_NAMES
from indexer.search.repair import LONGEST_QUERY, too_long
from indexer.search.title_words import TitleWords
from indexer.thesaurus import KINDS, Entry, Thesaurus

SUGGESTIONS, MOST_SUGGESTIONS = 8, 20
"""How many are given when nobody says, and at most."""

NAMED = (*ENTITIES, "designation")
"""The facets whose values complete a query."""

MOST_TITLES, MOST_PHRASES = 3, 4
"""For so many titles room is kept; so many phrases are looked at for one letter typed."""

TITLE_LETTERS = 3
"""Letters of a first word before titles are looked for."""

LONGEST_NAME = 6
"""Words at the end of a query that are taken for the beginning of one name."""

LABEL_WEIGHT = 4
"""A label counts so many times what another name does: « syst » is rather « système » than HIMARS spelt out."""

KEYS_OF_ONE = 4
"""So many keys are looked at for each thing that is wanted: one thing may have several."""

_VOWELS = "aeiouyh"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_APOSTROPHES = "'’‘ʼ`´"
_IN_FIELD = re.compile(rf"(?:^|[\s(-])({'|'.join(FIELD_NAMES.values())}):\s*([\"«“„]?)\s*$", re.IGNORECASE)
_FIELDS = {name: field for field, name in FIELD_NAMES.items()}


class Suggestion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One way to go on.

    *text* is the whole query with its last words completed, or the whole title of an article; *marks* are the
    [start, end) of what was typed there. *count* says how many articles name the entity or have the phrase.
    """

    text: str
    kind: Literal["entity", "phrase", "title"]
    marks: tuple[tuple[int, int], ...]
    count: int | None = None
    field: str | None = None
    """An entity's facet."""
    label: str | None = None
    """An entity's value there."""
    id: str | None = None
    """The document that has the title."""
    estimated: bool = False
    """Whether *count* comes from a sample, and is round."""


class Suggestions(msgspec.Struct, frozen=True, kw_only=True):
    """The best ways to go on with *q*, the best first."""

    q: str
    suggestions: tuple[Suggestion, ...]
    took_ms: float


class Typed(NamedTuple):
    """What was typed: its words, and the letters of the last one, which may go on; none after a space."""

    text: str
    words: tuple[AnalyzedTerm, ...]
    begun: str

    @classmethod
    def read(cls, text: str) -> "Typed":
        """Read a query, at most as long as one that can be searched; QueryError for a longer one."""
        if len(text) > LONGEST_QUERY:
            raise QueryError(too_long(text))
        text = unicodedata.normalize("NFC", _CONTROL.sub(" ", text))
        words = tuple(analyze(text))
        if words and text[-1:] in _APOSTROPHES and is_stop_word(words[-1].text):  # « l’ »: the word is yet to come
            words = words[:-1]
            return cls(text, words, "")
        ended = not words or text[-1].isspace()
        return cls(text, words, "" if ended else fold(words[-1].text))

    @property
    def whole(self) -> tuple[str, ...]:
        """The folded words that are written to their end."""
        words = self.words[:-1] if self.begun else self.words
        return tuple(fold(word.text) for word in words)

    def endings(self) -> Iterator["Ending"]:
        """What the last words may be the beginning of a name with, most words first."""
        folded = [*self.whole, self.begun]
        for size in range(min(len(folded), LONGEST_NAME), 0, -1):
            first = len(folded) - size
            if folded[first]:
                head = self.text[: self.words[first].start]
                yield Ending(" ".join(folded[first:]), head, _IN_FIELD.search(head), is_whole=not first)


class Ending(NamedTuple):
    """The last words of what was typed, folded, and what stands before."""

    text: str
    head: str
    field_name: re.Match[str] | None
    is_whole: bool
    """Whether no word stands before."""

    @property
    def field(self) -> str | None:
        """The facet that was named before: « pays:u »."""
        return _FIELDS[self.field_name[1].lower()] if self.field_name else None

    @property
    def says_enough(self) -> bool:
        """Whether it can be completed by itself: not « 2 » after « leopard », nor « de »."""
        says_nothing = len(self.text) == 1 or self.text.isdigit() or is_stop_word(self.text)
        return self.is_whole or self.field is not None or not says_nothing

    def completed(self, written: str) -> str:
        """The query with *written* for these words."""
        if self.field_name and not self.field_name[2] and not written.isalnum():
            return f"{self.head}« {written} »"
        if self.head[-1:] in _APOSTROPHES and fold(written)[:1] not in _VOWELS:  # « l’Leopard »
            return self.head[: self.head.rfind(" ") + 1] + written
        return self.head + written


class _Name(NamedTuple):
    """A value of a facet, and how many articles have it."""

    field: str
    label: str
    articles: int
    written: str
    """What is searched for."""


class _Tables(NamedTuple):
    """What is looked up for every letter."""

    names: Sequence[_Name]
    name_keys: "_Keys"
    phrases: Sequence[FrequentPhrase]
    phrase_keys: "_Keys"
    scale: float
    """How many articles there are for one of the sample."""
    titles: TitleWords


class Completion:
    """Completes queries from one commit. Safe to share between threads."""

    def __init__(self, reader: IndexReader, thesaurus: Thesaurus) -> None:
        self._reader, self._thesaurus = reader, thesaurus
        self._lock = threading.Lock()
        self._written_forms: dict[int, str | None] = {}

    def suggest(self, text: str, number: int = SUGGESTIONS) -> Suggestions:
        """At most *number* ways to go on with *text*; RequestError when it is too long, or *number* out of bounds."""
        if not 1 <= number <= MOST_SUGGESTIONS:
            raise RequestError("size", Message("« {name} » va de 1 à {most}.", name="size", most=MOST_SUGGESTIONS))
        begin = time.perf_counter()
        typed = Typed.read(text)
        found = self._find(typed, number) if typed.words else []
        took_ms = round((time.perf_counter() - begin) * 1000, 2)
        return Suggestions(q=typed.text, suggestions=tuple(found), took_ms=took_ms)

    def _find(self, typed: Typed, number: int) -> list[Suggestion]:
        """Names and phrases, those that complete most words first; then titles."""
        titles = list(self._titles(typed, number))
        room = number - min(MOST_TITLES, len(titles))
        found: dict[tuple[str, str | None], Suggestion] = {}
        for ending in typed.endings():
            if len(found) < room and ending.says_enough:
                for suggestion in self._complete(typed, ending):
                    found.setdefault((suggestion.label or fold(suggestion.text), suggestion.field), suggestion)
        return [*found.values()][:room] + titles[: number - min(room, len(found))]

    @cached_property
    def _tables(self) -> _Tables:
        names = list(_names(self._articles_of(), self._thesaurus))
        keys = [_keys_of(name.field, name.label, self._thesaurus) for name in names]
        known = {text for own in keys for text, (is_part, _) in own.items() if not is_part}
        found = frequent_phrases(self._reader)
        return _Tables(
            names,
            _Keys(
                _Key(text, place, name.articles * weight, is_part)
                for place, (name, own) in enumerate(zip(names, keys, strict=True))
                for text, (is_part, weight) in own.items()
            ),
            found.phrases,
            _Keys(
                _Key(key, place, phrase.having)
                for place, (key, phrase) in enumerate(zip(found.keys, found.phrases, strict=True))
                if key not in known
            ),
            self._size / max(found.sample, 1),
            TitleWords(self._reader),
        )

    @property
    def _size(self) -> int:
        """How many articles there are."""
        return self._reader.size

    def _articles_of(self) -> Mapping[str, Mapping[str, int]]:
        """For every facet that completes a query, how many articles have each value."""
        return _count_names(self._reader)

    def _made(self) -> _Tables:
        """The tables; made by one thread while others wait."""
        with self._lock:
            return self._tables

    def _complete(self, typed: Typed, ending: Ending) -> list[Suggestion]:
        """The names and phrases that begin with an *ending*: what is called just so first, then the most frequent."""
        tables = self._made()
        found: list[tuple[bool, int, Suggestion]] = []
        for match in tables.name_keys.best(ending.text, MOST_SUGGESTIONS):
            name = tables.names[match.place]
            is_label = match.weight == name.articles * LABEL_WEIGHT
            if ending.field in (None, name.field) and (is_label or match.is_whole or ending.is_whole or ending.field):
                suggestion = _entity(typed, ending.completed(name.written), name)
                found.append((not match.is_whole, -match.weight, suggestion))
        stems = set[tuple[str, ...]]()
        for match in tables.phrase_keys.best(ending.text, MOST_PHRASES) if ending.field is None else ():
            written = self._written(match.place)
            stem = tuple(map(stem_class, tables.phrases[match.place].terms))
            if written and stem not in stems:
                count = match.weight if tables.scale == 1 else _rounded(match.weight * tables.scale)
                suggestion = _phrase(typed, ending.completed(written), count, estimated=tables.scale != 1)
                found.append((True, -count * LABEL_WEIGHT, suggestion))
                stems.add(stem)
        return [suggestion for *_, suggestion in sorted(found, key=lambda each: (*each[:2], each[2].text))]

    def _written(self, place: int) -> str | None:
        """How a few articles write a phrase."""
        if place not in self._written_forms:
            phrase = self._made().phrases[place]
            segments = {part.segment.name: part.segment for part in self._reader.parts}
            texts = [segments[name].documents[doc].text for name, doc in phrase.examples]
            self._written_forms[place] = written_form(phrase, texts)
        return self._written_forms[place]

    def _titles(self, typed: Typed, number: int) -> Iterator[Suggestion]:
        """The newest articles whose title has every word; one of each story, and of each title."""
        words = [word for word in typed.whole if not is_stop_word(word)]
        if not words and len(typed.begun) < TITLE_LETTERS:
            return
        told = set[int | str]()
        given = 0
        for doc in self._made().titles.newest_with(words, typed.begun, 4 * number):
            story = self._reader.stories.story_of(doc)
            card = self._reader.card(doc)
            if not told & {title := fold(card.title), title if story is None else story}:
                yield Suggestion(text=card.title, kind="title", id=card.id, marks=_marks(card.title, typed))
                given += 1
            told |= {title, title if story is None else story}
            if given == number:
                return


class _Key(NamedTuple):
    """What a thing may be typed as, which thing that is, and how much it counts; *is_part*: from a later word on."""

    text: str
    place: int
    weight: int
    is_part: bool = False


class _Match(NamedTuple):
    """A thing that is called as was typed (*is_whole*), or that goes on from there."""

    place: int
    weight: int
    is_whole: bool


class _Keys:
    """Keys, sorted, to be looked up by how they begin."""

    def __init__(self, keys: Iterable[_Key]) -> None:
        self._keys = sorted(keys)
        self._texts = [key.text for key in self._keys]
        self._weights: Array = np.array([key.weight for key in self._keys], np.int64)

    def best(self, beginning: str, number: int) -> list[_Match]:
        """The things that are called just so, then the weightiest of those called so or longer; each once."""
        first = bisect_left(self._texts, beginning)
        longer = bisect_left(self._texts, f"{beginning}\0", first)
        last = bisect_left(self._texts, f"{beginning}\U0010ffff", longer)
        whole = [at for at in range(first, longer) if not self._keys[at].is_part]
        heaviest = first + np.argsort(-self._weights[first:last], kind="stable")[: KEYS_OF_ONE * number]
        found: dict[int, _Match] = {}
        for at in (*whole, *heaviest.tolist()):
            key = self._keys[at]
            found.setdefault(key.place, _Match(key.place, key.weight, at in whole))
        return [*found.values()][: number + len(whole)]


def _count_names(reader: IndexReader) -> dict[str, dict[str, int]]:
    """The values of the facets that complete a query, with the number of their articles that are there."""
    labels, counts = reader.facet_labels, np.zeros(len(reader.facet_labels.values), np.int64)
    for part, places in zip(reader.parts, labels.places, strict=True):
        docs = np.arange(part.segment.size) if part.live is None else np.flatnonzero(part.live)
        numbers, _ = part.segment.facets.values_among(docs)
        own = np.bincount(numbers, minlength=len(places))
        np.add.at(counts, places, own)
    return {
        field: {labels.values[place]: int(counts[place]) for place in labels.spans[field][1:] if counts[place]}
        for field in NAMED
    }


def _names(articles_of: Mapping[str, Mapping[str, int]], thesaurus: Thesaurus) -> Iterator[_Name]:
    for field, counts in articles_of.items():
        for label, articles in counts.items():
            entry = _entry(thesaurus, field, label)
            written = entry.names_searched[0] if entry and label.endswith(")") and entry.names_searched else label
            yield _Name(field, label, articles, written)


def _entry(thesaurus: Thesaurus, field: str, label: str) -> Entry | None:
    kind = next((kind for kind in KINDS if kind == field), None)
    return thesaurus.entry(kind, label) if kind else None


@lru_cache(1 << 16)
def _keys_of(field: str, label: str, thesaurus: Thesaurus) -> Mapping[str, tuple[bool, int]]:
    """What a name may be typed as, whether that is only a part, and its weight; what counts most wins.

    Its other names; the label from any of its capitals or designations on, « zelensky »; the label. The next commit has
    most names of this one: for 3,000 of them it takes 0.2 s.
    """
    keys: dict[str, tuple[bool, int]] = {}
    entry = _entry(thesaurus, field, label)
    if entry:
        for spelling in (*entry.names_searched, *entry.surnames, *entry.exact):
            keys |= dict.fromkeys(_spelt([fold(term.text) for term in analyze(spelling)]), (False, 1))
    terms = list(analyze(label))
    for first in range(len(terms) - 1, -1, -1):
        initial = label[terms[first].start]
        if not first or initial.isupper() or (initial.isdigit() and not terms[first].text.isdigit()):
            keys |= dict.fromkeys(_spelt([fold(term.text) for term in terms[first:]]), (first > 0, LABEL_WEIGHT))
    return keys


def _spelt(words: Sequence[str]) -> Iterator[str]:
    """Words one after the other, and without spaces when there are numbers among them: « leopard2 »."""
    if words:
        yield " ".join(words)
    if any(word[0].isdigit() for word in words[1:]):
        yield "".join(words)


def _entity(typed: Typed, text: str, name: _Name) -> Suggestion:
    marks = _marks(text, typed)
    return Suggestion(text=text, kind="entity", count=name.articles, field=name.field, label=name.label, marks=marks)


def _phrase(typed: Typed, text: str, count: int, *, estimated: bool) -> Suggestion:
    return Suggestion(text=text, kind="phrase", count=count, estimated=estimated, marks=_marks(text, typed))


def _rounded(count: float) -> int:
    """To two digits."""
    return int(float(f"{count:.2g}"))


def _marks(text: str, typed: Typed) -> tuple[tuple[int, int], ...]:
    """Where *text* has what was typed: whole words, and the letters of the one that was begun."""
    marks = []
    for term in analyze(text):
        folded = fold(term.text)
        if folded in typed.whole:
            marks.append((term.start, term.end))
        elif typed.begun and folded.startswith(typed.begun):
            ends = range(term.start + 1, term.end)
            reached = (end for end in ends if len(fold(text[term.start : end])) >= len(typed.begun))
            marks.append((term.start, next(reached, term.end)))
    return tuple(marks)
