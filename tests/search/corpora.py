"""Documents to search: real articles, and random ones of awkward sizes."""

import itertools
import json
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from indexer.document import Document
from indexer.enrich import enrich
from indexer.index.inversion import LAST_POSITION, MOST_DOCUMENTS, TITLE_ROOM
from indexer.ingest import SourceFile, find_files
from indexer.thesaurus import load_thesaurus
from tests.making import make_document, read_one

CORPUS = Path(__file__).parents[2] / "corpus"
SHARES = (4, 8, 16, 50, 64)
"""What is more frequent than one in so many is kept, found or counted in another way than what is rarer."""
DATES = ("2021", "2021-12", "2022", "2022-02", "2022-02-28", "2022-03-01", "2022-12-31", "2023-01-01", "2024-02", None)
NAMES = ("France", "Écosse", "Ecosse", "Russie", "États-Unis", "Corée du Nord", "corée du nord", "Île de Ré", "Taïwan")


@cache
def sample() -> tuple[Document, ...]:
    """The articles of corpus/."""
    sources = [found for found in find_files([CORPUS]) if isinstance(found, SourceFile)]
    return tuple(enrich(read_one(source), load_thesaurus()) for source in sources)


def wikinews(shared: Path) -> tuple[Document, ...]:
    """A hundred articles of Wikinews."""
    lines = (shared / "data" / "wikinews_fr_100" / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    articles = [
        make_document(line["text"], id=line["id"], title=line["title"], date=line["date"])
        for line in map(json.loads, lines)
    ]
    return tuple(enrich(article, load_thesaurus()) for article in articles)


@cache
def mixed() -> tuple[Document, ...]:
    """Documents with any number of words and facet values, none at all included."""
    draw = random.Random(1)
    words = vocabulary(300)
    places = [f"{name} {number}" for name in NAMES for number in range(4)]

    def document(number: int) -> Document:
        return make_document(
            _text(draw, words, draw.choice([0, 1, 3, 10, 40, 80])),
            id=f"m{number}",
            title=_text(draw, words, draw.choice([0, 1, 2, 5, 9])),
            date=draw.choice(DATES),
            source=draw.choice([*NAMES, None]),
            facets={
                "country": _some(draw, [*NAMES, *places], 25),
                "organisation": _some(draw, NAMES, 3),
                "equipment": _some(draw, places, 2),
                "person": _some(draw, ["Zola"], 1),
            },
        )

    return tuple(document(number) for number in range(700))


@cache
def shares() -> tuple[Document, ...]:
    """Terms and facet values in exactly the shares at which they are kept or found in another way; some in all."""
    return tuple(_shared(1600, 1600, random.Random(2)))


@cache
def many() -> tuple[Document, ...]:
    """One document more than a segment holds; the shares are those of a full segment."""
    return tuple(_shared(MOST_DOCUMENTS + 1, MOST_DOCUMENTS, random.Random(3)))


@cache
def pairs() -> tuple[Document, ...]:
    """Many documents of few words, so that frequent ones stand side by side."""
    draw = random.Random(5)
    words = vocabulary(30)
    return tuple(
        make_document(
            _text(draw, words, draw.choice([0, 1, 5, 15, 40])),
            id=f"p{number}",
            title=_text(draw, words, draw.choice([0, 1, 2, 4])),
            date=draw.choice(DATES),
            source=draw.choice([*NAMES[:4], None]),
            facets={"country": _some(draw, NAMES, 4), "person": _some(draw, NAMES, 1)},
        )
        for number in range(1300)
    )


@cache
def long_ones() -> tuple[Document, ...]:
    """Texts and titles longer than positions reach, and short ones; the rarest words are at the edges."""
    draw = random.Random(4)
    words = vocabulary(40)
    edges = (LAST_POSITION - TITLE_ROOM, LAST_POSITION, TITLE_ROOM)
    documents = []
    for number, size in enumerate([66_000, 70_000, 65_151, 65_152, 300, 5, 0]):
        text, title = draw.choices(words[:30], k=size), draw.choices(words[:30], k=draw.choice([250, 255, 256, 300]))
        for edge, word in itertools.product(edges, words[30:]):
            _put(text, edge + draw.randrange(-6, 6), word)
            _put(title, TITLE_ROOM + draw.randrange(-9, 4), word)
        documents.append(make_document(" ".join(text), id=f"l{number}", title=" ".join(title), date=draw.choice(DATES)))
    return tuple(documents)


def few(seed: int) -> tuple[Document, ...]:
    """One document alone, or a few, often empty."""
    draw = random.Random(seed)
    words = vocabulary(6)
    return tuple(
        make_document(
            _text(draw, words, draw.choice([0, 0, 1, 4, 12])),
            id=f"t{number}",
            title=_text(draw, words, draw.choice([0, 0, 1, 3])),
            date=draw.choice(DATES),
            source=draw.choice([*NAMES[:2], None]),
            facets={"country": _some(draw, NAMES[:3], 3), "person": _some(draw, NAMES[:3], 2)},
        )
        for number in range(draw.choice([1, 1, 2, 5]))
    )


@cache
def vocabulary(size: int) -> tuple[str, ...]:
    """Words that are one term each, with their plurals and accents among them."""
    draw = random.Random(6)
    syllables = [a + b for a in "bdfglmnprtv" for b in ("a", "é", "i", "o", "ou", "e")]
    words: dict[str, None] = {}
    while len(words) < size:
        word = "".join(draw.choices(syllables, k=draw.choice([2, 2, 3])))
        words |= dict.fromkeys([word, f"{word}s", word.replace("é", "e")][: draw.choice([1, 2, 3])])
    return tuple(words)[:size]


def _shared(size: int, whole: int, draw: random.Random) -> Iterator[Document]:
    words = iter(vocabulary(100))
    everywhere = next(words)
    inside = [[everywhere] for _ in range(size)]
    values = [["partout"] for _ in range(size)]
    everyone = range(size)
    for share, more in itertools.product(SHARES, (-1, 0, 1)):
        word, number = next(words), whole // share + more
        for at in draw.sample(everyone[:whole], number):
            inside[at].append(word)
        for at in draw.sample(everyone[:whole], number):
            values[at].append(f"{word} {share}")
    rest = list(words)
    for number in everyone:
        text = [*inside[number], *draw.choices(rest[:20], k=draw.choice([0, 1, 3])), *draw.sample(rest[20:24], k=2)]
        draw.shuffle(text)
        cut = draw.choice([0, 0, 1])
        yield make_document(
            " ".join(text[cut:]),
            id=f"s{number}",
            title=" ".join(text[:cut]),
            date=DATES[number % 7] if number % 3 else None,
            source=draw.choice([*NAMES[:3], None]),
            facets={"country": tuple(values[number]), "person": tuple(values[number][1:2])},
        )


def _text(draw: random.Random, words: tuple[str, ...], size: int) -> str:
    """Words drawn as they are in a language: the tenth of the list is a tenth as frequent as the first."""
    return " ".join(draw.choices(words, [1 / rank for rank in range(1, len(words) + 1)], k=size))


def _some(draw: random.Random, values: list[str] | tuple[str, ...], most: int) -> tuple[str, ...]:
    return tuple(draw.sample(list(values), draw.choice([0, 0, 1, most])))


def _put(words: list[str], at: int, word: str) -> None:
    if at < len(words):
        words[at] = word
