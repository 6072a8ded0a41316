"""Which phrases do the articles use often? « aide militaire », « missiles de croisière », « ministre de la Défense ».

Two or three words that mean something, side by side or joined by small words, as the positions of an index have them.
They are looked for in a sample of the newest segments, so that it takes no longer in a larger index; small ones wait
until they are merged, so that what was found holds for many commits.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from indexer.analysis import fold, is_stop_word
from indexer.index import IndexReader
from indexer.index.arrays import Array
from indexer.index.inversion import LAST_POSITION, TITLE_ROOM
from indexer.index.live import LiveSegment
from indexer.index.segment import Segment

SAMPLE = 1 << 13
"""Documents looked at, about."""

LARGE = SAMPLE // 8
"""Documents of a segment that is looked at while there are as large ones."""

SHARE = 2048
"""A phrase is frequent in one document of the sample in 2,048, and in two at least."""

MOST_WORDS, MOST_PHRASES = 4096, 20_000
"""Frequent phrases are made of frequent words."""

JOINING = ("de", "du", "des", "la", "le", "les", "à", "au", "aux", "en", "sur", "contre", "pour")
"""What may stand between two words of a phrase, twice at most: « ministère de la Défense »."""

UNITS = frozenset("million millions milliard milliards euro euros dollar dollars".split())
"""Words of numbers, which make no phrases."""

SUB = "sous"
"""The function word that begins a compound: « sous-marin »."""

LONGEST_JOINT = 3
"""Places from one word to the next, with two small words between."""

SUBSUMED = 0.75
"""A pair that is so often part of one longer phrase is not suggested beside it."""

ROOM_FOR_OTHERS = 300
"""Frequent terms that are small words and numbers."""

EXAMPLES = 3
"""Documents that show how a phrase is written."""

_SEPARATOR = r"\W(?:[dl]\W)?"  # any character between: a list of dashes and spaces takes 0.4 ms longer to compile
_PUNCTUATION = re.compile(r"[.,;:!?()|]")
_DIGITS = re.compile(r"(?<=[a-z])(?=\d)")
_BUCKETS = 1 << 22
_FIRST_WORD = len(JOINING) + 1


Word = tuple[str, ...]
"""The terms that differ by their accents only, the most frequent first."""


Place = tuple[str, int]
"""A segment, by its name, and a document of it."""


class FrequentPhrase(NamedTuple):
    """The words of a phrase, small ones included."""

    words: tuple[Word, ...]
    having: int
    """How many documents of the sample have it."""
    examples: tuple[Place, ...]
    """Where a few of these are."""

    @property
    def terms(self) -> tuple[str, ...]:
        """Its words in their usual spelling."""
        return tuple(word[0] for word in self.words)


class FrequentPhrases(NamedTuple):
    """The frequent phrases of a commit, the most frequent first; *sample* is how many documents were looked at."""

    phrases: tuple[FrequentPhrase, ...]
    keys: tuple[str, ...]
    """What is compared with what is typed, of each."""
    sample: int


def frequent_phrases(reader: IndexReader) -> FrequentPhrases:
    """Count the phrases of a sample; what was found in the same large segments before still holds."""
    large = [part for part in reader.parts if part.segment.size >= LARGE]
    if not large:
        return _count_phrases(reader.parts)
    segments = tuple(part.segment.name for part in large)
    before = _known.get(large[0].segment)
    if before is None or before[0] != segments:
        before = _known[large[0].segment] = segments, _count_phrases(large)
    return before[1]


def _count_phrases(parts: Sequence[LiveSegment]) -> FrequentPhrases:
    sample = list(_sampled(parts))
    documents = sum(int(np.count_nonzero(mask)) for _, mask in sample)
    if not documents:
        return FrequentPhrases((), (), 0)
    words = _frequent_words([part for part, _ in sample])
    found = [_pairs_of(part, mask, number << 16, words) for number, (part, mask) in enumerate(sample)]
    keys, docs, starts, ends = (np.concatenate(column) for column in zip(*found, strict=True))
    least = max(2, documents // SHARE)
    pairs = _frequent(keys, docs, least)
    of_pair = pairs.find(keys)
    rows = np.flatnonzero(of_pair >= 0)
    left, right = rows[:-1], rows[1:]
    goes_on = (ends[left] == starts[right]) & (docs[left] == docs[right])
    left, right = left[goes_on], right[goes_on]
    longer = _frequent(of_pair[left] << 32 | of_pair[right], docs[left], least)
    names = [part.segment.name for part, _ in sample]
    found_phrases = sorted(_with_words(pairs, longer, words, names), key=lambda phrase: (-phrase.having, phrase.terms))
    phrases = tuple(found_phrases[:MOST_PHRASES])
    return FrequentPhrases(phrases, tuple(" ".join(map(fold, phrase.terms)) for phrase in phrases), documents)


def written_form(phrase: FrequentPhrase, texts: Sequence[str]) -> str | None:
    """The phrase as *texts* write it most often, with its capitals, its hyphens and its elided articles.

    None when they put a comma or a full stop between its words: it is no phrase then.
    """
    pattern = re.compile(rf"\b{_SEPARATOR.join(map(_pattern_of, phrase.words))}\b")
    forms: Counter[str] = Counter()
    for text in texts:
        small = text.lower()  # five times as quick as a pattern that ignores case
        shown = text if len(small) == len(text) else small
        found = (" ".join(shown[match.start() : match.end()].split()) for match in pattern.finditer(small))
        forms.update(form for form in found if not _PUNCTUATION.search(form))
    plain = " ".join(phrase.terms)
    return min(forms, key=lambda form: (-forms[form], form != plain, form), default=None)


def _pattern_of(word: Word) -> str:
    """What a word may look like in a text in small letters."""
    forms = [_DIGITS.sub(r"\\W?", re.escape(form)).replace("oe", "(?:oe|œ)").replace("ae", "(?:ae|æ)") for form in word]
    return forms[0] if len(forms) == 1 else f"(?:{'|'.join(forms)})"


def _sampled(parts: Sequence[LiveSegment]) -> Iterator[tuple[LiveSegment, Array]]:
    """Segments, the newest first, each with a mask of the documents looked at: evenly among those that are there."""
    left = SAMPLE
    for part in reversed(parts):
        docs = np.arange(part.segment.size) if part.live is None else np.flatnonzero(part.live)
        if left > SAMPLE // 2 and len(docs):
            mask = np.zeros(part.segment.size, bool)
            mask[docs[:: -(-len(docs) // left)]] = True
            left -= int(np.count_nonzero(mask))
            yield part, mask


def _frequent_words(parts: Sequence[LiveSegment]) -> list[Word]:
    """What phrases are made of, by number: nothing, the small words between, the most frequent others."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for part in parts:
        frequencies = part.segment.document_frequencies.astype(np.int64)
        for term in np.argsort(-frequencies, kind="stable")[: MOST_WORDS + ROOM_FOR_OTHERS].tolist():
            text = part.segment.terms[term]
            means_nothing = (is_stop_word(text) and text != SUB) or text in UNITS
            if len(text) > 1 and not text[0].isdigit() and not means_nothing:
                counts[fold(text)][text] += int(frequencies[term])
    frequent = sorted((key for key in counts if counts[key].total() > 1), key=lambda key: (-counts[key].total(), key))
    words = [tuple(sorted(counts[key], key=lambda form: (-counts[key][form], form))) for key in frequent[:MOST_WORDS]]
    return [(), *((word,) for word in JOINING), *words]


def _pairs_of(part: LiveSegment, mask: Array, base: int, words: Sequence[Word]) -> tuple[Array, Array, Array, Array]:
    """Every two neighbouring words of the sampled documents of a segment, in order: key, document, start and end.

    A key has the numbers of the two words and of the two small words between; documents count from *base*.
    """
    docs, starts, text = _text_of(part, mask, words)
    at = np.flatnonzero(text >= _FIRST_WORD)
    left, right = at[:-1], at[1:]
    near = (right - left <= LONGEST_JOINT) & (text.take(left) != text.take(right))
    left, right = left[near], right[near]
    first = np.where(right - left > 1, text.take(left + 1), 0).astype(np.int64)
    second = np.where(right - left > LONGEST_JOINT - 1, text.take(left + LONGEST_JOINT - 1), 0).astype(np.int64)
    small = (first > 0).astype(np.int64) + (second > 0)
    joined = small == right - left - 1  # no unknown word stands between
    left, right, first, second = left[joined], right[joined], first[joined], second[joined]
    key = text.take(left).astype(np.int64) << 32 | text.take(right).astype(np.int64) << 16 | first << 8 | second
    return key, docs.take(np.searchsorted(starts, left, side="right") - 1) + base, left, right


def _text_of(part: LiveSegment, mask: Array, words: Sequence[Word]) -> tuple[Array, Array, Array]:
    """The sampled documents, where each begins, and all of them written out again with these *words*, by number.

    0 stands for any other word, and parts titles and texts.
    """
    segment = part.segment
    docs = np.flatnonzero(mask)
    titles = segment.title_lengths.take(docs).astype(np.int64)
    lengths = titles + segment.text_lengths.take(docs) + 2 * LONGEST_JOINT
    title_starts = np.zeros(segment.size, np.int64)
    title_starts[docs] = np.cumsum(lengths) - lengths
    text_starts = title_starts.copy()
    text_starts[docs] += titles + LONGEST_JOINT - TITLE_ROOM
    text = np.zeros(int(lengths.sum()) + LONGEST_JOINT, np.uint16)
    numbered = ((number, segment.find_term(form)) for number, word in enumerate(words) for form in word)
    for number, term in numbered:
        if term < 0:
            continue
        places = segment.places(term, mask)
        doc, position = places >> np.uint32(16), (places & np.uint32(0xFFFF)).astype(np.int64)
        kept = mask.take(doc) & (position < LAST_POSITION)
        doc, position = doc[kept], position[kept]
        text[np.where(position < TITLE_ROOM, title_starts.take(doc), text_starts.take(doc)) + position] = number
    return docs, title_starts.take(docs), text


class _Frequent(NamedTuple):
    """The keys that enough documents have, ascending, in how many each is, and the first of these, -1 for none."""

    keys: Array
    counts: Array
    examples: Array

    def find(self, keys: Array) -> Array:
        """The number of each of *keys*, -1 for one that is not frequent."""
        if not len(self.keys):
            return np.full(len(keys), -1)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys.take(at) == keys, at, -1)


def _frequent(keys: Array, docs: Array, least: int) -> _Frequent:
    """The keys that *least* of the documents have."""
    # Most pairs stand once, and are told by a sum over buckets in a tenth of the time that sorting takes.
    bucket = (keys ^ (keys >> 19) ^ (keys >> 37)) & (_BUCKETS - 1)
    perhaps = np.bincount(bucket, minlength=_BUCKETS).take(bucket) >= least
    known, number = np.unique(keys[perhaps], return_inverse=True)
    pairs = np.unique(number.astype(np.int64) << 32 | docs[perhaps])
    counts = np.bincount(pairs >> 32, minlength=len(known))
    kept = np.flatnonzero(counts >= least)
    firsts = (np.cumsum(counts) - counts).take(kept)
    nth = np.arange(EXAMPLES)
    places = np.minimum(firsts[:, None] + nth, len(pairs) - 1)
    examples = np.where(nth < counts[kept][:, None], pairs.take(places) & 0xFFFFFFFF, -1)
    return _Frequent(known[kept], counts[kept], examples)


def _with_words(
    pairs: _Frequent, longer: _Frequent, words: Sequence[Word], segments: Sequence[str]
) -> Iterator[FrequentPhrase]:
    """All phrases but the pairs that hardly stand alone."""
    spelt = [_words_of(key, words) for key in pairs.keys.tolist()]
    subsumed = set[int]()
    for key, count, examples in zip(*(column.tolist() for column in longer), strict=True):
        left, right = key >> 32, key & 0xFFFFFFFF
        subsumed.update(pair for pair in (left, right) if count >= SUBSUMED * pairs.counts[pair])
        yield FrequentPhrase(spelt[left] + spelt[right][1:], count, _places(examples, segments))
    for pair, (count, examples) in enumerate(zip(pairs.counts.tolist(), pairs.examples.tolist(), strict=True)):
        if pair not in subsumed:
            yield FrequentPhrase(spelt[pair], count, _places(examples, segments))


def _places(docs: Iterable[int], segments: Sequence[str]) -> tuple[Place, ...]:
    return tuple((segments[doc >> 16], doc & 0xFFFF) for doc in docs if doc >= 0)


def _words_of(key: int, words: Sequence[Word]) -> tuple[Word, ...]:
    numbers = key >> 32, key >> 8 & 0xFF, key & 0xFF, key >> 16 & 0xFFFF
    return tuple(words[number] for number in numbers if number)


_known: WeakKeyDictionary[Segment, tuple[tuple[str, ...], FrequentPhrases]] = WeakKeyDictionary()
"""By the first large segment: all large ones, and what was found in them."""
