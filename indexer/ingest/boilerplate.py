"""Which lines does a source print everywhere? A line that recurs in many articles of one source is not content.

What a source's articles say together depends on which articles there are, not on the order in which they came: the
articles that are remembered are those with the smallest fingerprints, and the rest is counted when it is asked for.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import blake2b

ARTICLES_REMEMBERED = 100
"""Of each source, those with the smallest fingerprints. What every tenth article has is then seen some ten times."""
SOURCES_REMEMBERED = 2_000
"""With 25 lines an article, 50 MB when all are full."""
LINES_REMEMBERED = 120
"""Of each article, half at its top and half at its end, where left-overs stand."""

FEWEST_ARTICLES = 5
SHARE_OF_ARTICLES = 0.1
SHARE_OF_ITS_OWN = 0.5
"""Of an article's prose, for it to count: the versions of one dispatch share most of theirs, and prove nothing."""
_PROSE = 60
"""Characters of a line that weigh nothing: menus are short, paragraphs are long."""

_LONGEST_VARIED = 300
"""Characters: a longer line recurs letter for letter or not at all, and is compared four times as fast."""
_NO_LETTERS = re.compile(r"[\W\d_]+")
_WEIGHT_BITS = 16
_HEAVIEST = (1 << _WEIGHT_BITS) - 1

LineKey = int
"""A line, case, figures, spaces and punctuation aside: 48 bits of a digest, and its weight in the last 16."""


class Boilerplate:
    """What the sources of a pile print again and again.

    Learn every article first, then ask: the answer is the same whatever the order, and however the articles were
    shared out among several Boilerplates that were merged. An article learned twice counts once, and so do the
    versions of one story.

    >>> boilerplate = Boilerplate()
    >>> for day in "lundi", "mardi", "jeudi", "vendredi", "samedi":
    ...     prose = f"Le ministère a publié {day} un bilan des livraisons, et {day} encore la liste des blindés."
    ...     boilerplate.learn("a.example", [prose, "La lettre du front, chaque matin"])
    >>> recurring = boilerplate.recurring("a.example")
    >>> without_recurring(["Un texte.", "La lettre du front, chaque matin"], recurring)
    ['Un texte.']
    """

    def __init__(self) -> None:
        self._articles: dict[int, dict[int, bytes]] = {}
        """Digest of the source -> fingerprint -> the keys of the article's lines, 8 bytes each."""

    def learn(self, source: str, lines: Iterable[str]) -> None:
        """Take note of one article of *source*, given as its cleaned lines."""
        keys = [key for key in map(line_key, lines) if key]
        half = LINES_REMEMBERED // 2
        kept = keys if len(keys) <= LINES_REMEMBERED else keys[:half] + keys[-half:]
        content = b"".join(key.to_bytes(8) for key in sorted(set(kept)))
        if keys:
            self.remember(_digest(source.encode()), _digest(content), content)

    def merge(self, other: "Boilerplate") -> None:
        """Take note of every article that *other* remembers."""
        for source, articles in other._articles.items():  # noqa: SLF001  # another of us
            for fingerprint, content in articles.items():
                self.remember(source, fingerprint, content)

    def recurring(self, source: str) -> frozenset[LineKey]:
        """The lines that recur in *source*: in a tenth of its articles that count, and in five at least."""
        articles = [_keys(content) for content in self._articles.get(_digest(source.encode()), {}).values()]
        everywhere = Counter(key for keys in articles for key in keys)
        witnesses = [keys for keys in articles if _is_its_own(keys, everywhere)]
        needed = max(FEWEST_ARTICLES, math.ceil(SHARE_OF_ARTICLES * len(witnesses)))
        counts = Counter(key for keys in witnesses for key in keys)
        return frozenset(key for key, count in counts.items() if count >= needed)

    def remembered(self) -> Iterator[tuple[int, int, bytes]]:
        """Every article that is remembered, for `remember`: digest of its source, its fingerprint, its lines."""
        for source, articles in self._articles.items():
            for fingerprint, content in articles.items():
                yield source, fingerprint, content

    def remember(self, source: int, fingerprint: int, content: bytes) -> None:
        """Take note of an article that was remembered before."""
        articles = self._articles.setdefault(source, {})
        articles[fingerprint] = content
        if len(articles) > ARTICLES_REMEMBERED:
            del articles[max(articles)]
        if len(self._articles) > SOURCES_REMEMBERED:
            del self._articles[max(self._articles)]


def without_recurring(lines: Iterable[str], recurring: frozenset[LineKey]) -> list[str]:
    """The lines that are not among the *recurring* ones, in order. A sentence inside a line is never touched."""
    return [line for line in lines if line_key(line) not in recurring]


def line_key(line: str) -> LineKey:
    """What is compared of a line; 0 when it has no letter."""
    letters = _NO_LETTERS.sub(" ", line.casefold()).strip() if len(line) <= _LONGEST_VARIED else line
    weight = min(max(0, len(letters) - _PROSE), _HEAVIEST)
    return _digest(letters.encode("utf-8", "replace")) << _WEIGHT_BITS | weight if letters else 0


def _digest(content: bytes) -> int:
    return int.from_bytes(blake2b(content, digest_size=6).digest())


def _keys(content: bytes) -> list[LineKey]:
    return [int.from_bytes(content[start : start + 8]) for start in range(0, len(content), 8)]


def _is_its_own(keys: list[LineKey], everywhere: Counter[LineKey]) -> bool:
    """Whether most of an article's prose is in no other article of its source."""
    own = sum(key & _HEAVIEST for key in keys if everywhere[key] == 1)
    return own > 0 and own >= SHARE_OF_ITS_OWN * sum(key & _HEAVIEST for key in keys)
