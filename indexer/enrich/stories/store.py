"""Stories: which articles tell one story. One SQLite file beside the index.

Articles have one order, by date, of one day the richest first, whenever they came. In this order each either tells the
story of the earlier *first* article that it resembles most, or is a first article and begins a story. So no story is a
chain: all of it resembles its first article, and came out within WINDOW days of it. And what an article belongs to
depends on earlier first articles alone: a change is carried on only from one that becomes first, or is so no more.
"""

import heapq
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, Self

import msgspec

from indexer.database import empty, open_database
from indexer.document import document_number
from indexer.enrich.stories.signature import Signature
from indexer.enrich.stories.similarity import SAME_STORY, WINDOW, similarity

NAME = "stories.sqlite"

VERSION = 2
"""Of the tables, of signatures and of similarity: with another one the stories are made anew."""

SHARED_KEYS = 2
"""What two articles must have in common to be compared: one rare word says little, and many share it."""

BANDS, BAND_BYTES = 8, 16
"""Texts that share seven runs of words in ten have one of 8 bands of 4 values in common in nine cases of ten; the rare
features find them too."""

RARE_KEYS = 16
"""Features by which an article is found, the rarest."""

_RICHEST = 256
"""Orders of one day: an article of n features stands n before its end. The richest one is like most of the others."""

_UNDATED = 1 << 30  # after all dated articles, so that an undated one begins no story that a dated one tells

_LONGEST_SPAN = 366  # days between which an article came out of which only the year is known

_TABLES = """
CREATE TABLE IF NOT EXISTS articles (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, moment INTEGER NOT NULL, signature BLOB NOT NULL, story INTEGER
);
CREATE INDEX IF NOT EXISTS articles_by_story ON articles (story, moment, number);
CREATE TABLE IF NOT EXISTS keys (
    key INTEGER NOT NULL, first INTEGER NOT NULL, moment INTEGER NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (key, first, moment, number)
) WITHOUT ROWID;
"""


_SHARING = """
SELECT moment, number FROM json_each(?) AS wanted CROSS JOIN keys ON keys.key = wanted.value
WHERE first IN (?, ?) AND (moment, number) > (?, ?) AND (moment, number) < (?, ?)
GROUP BY moment, number HAVING count(*) >= ? ORDER BY moment, number
"""


class _Place(NamedTuple):
    """Where an article stands in the order: *moment* counts days in parts of _RICHEST."""

    moment: int
    number: int


class _Article(NamedTuple):
    """What is kept of an article; *story* is the number of its first article, None before that is known."""

    place: _Place
    signature: Signature
    keys: list[int]
    story: int | None

    @property
    def is_first(self) -> bool:
        return self.story == self.place.number


class Stories:
    """The stories of one index. Nothing lasts before `commit`; use as a context manager, which closes it.

    What is in them depends on the articles that are there, not on how they came or what was there in between.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._db = open_database(self._path, VERSION, _TABLES)
        self._touched: set[int] = set()
        """Stories that articles came into or went out of since the changes were last told."""

    def forget(self) -> None:
        """Forget every article."""
        empty(self._db)

    def add(self, document: str, signature: Signature) -> str:
        """Add an article, or replace what is kept of it; the id of its story."""
        number, packed = document_number(document), msgspec.msgpack.encode(signature)
        known = self._db.execute("SELECT signature FROM articles WHERE number = ?", (number,)).fetchone()
        if known is None or known[0] != packed:
            if known is not None:
                self.remove(document)
            place = _Place(_moment(signature), number)
            self._db.execute("INSERT INTO articles VALUES (?, ?, ?, ?, NULL)", (number, document, place.moment, packed))
            self._settle([place])
        story = self.story_of(document)
        assert story is not None
        return story

    def remove(self, document: str) -> None:
        """Take an article away; one that is not there makes no difference."""
        article = self._article(document_number(document))
        if article is not None:
            self._forget_keys(article)
            self._db.execute("DELETE FROM articles WHERE number = ?", (article.place.number,))
            self._touched.update([] if article.story is None else [article.story])
            self._settle(self._told_by(article.place.number) if article.is_first else ())

    def story_of(self, document: str) -> str | None:
        """The id of an article's story, which is the id of its first article; None when the article is not there."""
        row = self._db.execute(
            "SELECT first.id FROM articles JOIN articles AS first ON first.number = articles.story"
            " WHERE articles.number = ?",
            (document_number(document),),
        ).fetchone()
        return row[0] if row else None

    def members(self, story: str) -> list[str]:
        """The ids of a story's articles, in order of date; none when there is no such story."""
        rows = self._db.execute(
            "SELECT id FROM articles WHERE story = ? ORDER BY moment, number", (document_number(story),)
        )
        return [row[0] for row in rows]

    def __len__(self) -> int:
        """How many articles there are."""
        return int(self._db.execute("SELECT count(*) FROM articles").fetchone()[0])

    def changes(self) -> Iterator[tuple[str, int | None]]:
        """The articles whose story may be another since this was last asked, and which (document_number).

        None stands for a story that no other article tells.
        """
        touched, self._touched = sorted(self._touched), set()
        for story in touched:
            rows = self._db.execute("SELECT id FROM articles WHERE story = ? ORDER BY moment, number", (story,))
            members = [row[0] for row in rows]
            yield from ((member, story if len(members) > 1 else None) for member in members)

    def commit(self) -> None:
        """Make what was changed last."""
        self._db.execute("COMMIT")
        self._db.execute("BEGIN IMMEDIATE")

    def close(self) -> None:
        """Forget what was not committed."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _settle(self, places: Iterable[_Place]) -> None:
        """Decide anew, in order, which stories the articles at these *places* tell, and all that this changes."""
        waiting = sorted(places)
        last = None
        while waiting:
            place = heapq.heappop(waiting)
            article = self._article(place.number) if place != last else None
            last = place
            if article is None:
                continue
            settled = article._replace(story=self._story_told_by(article))
            if settled.story == article.story:
                continue
            concerned: Iterable[_Place] = ()
            if settled.is_first:
                concerned = self._later_alike(article)
            elif article.is_first:
                concerned = [told for told in self._told_by(place.number) if told != place]
            self._keep(article, settled)
            for later in concerned:
                heapq.heappush(waiting, later)

    def _article(self, number: int) -> _Article | None:
        row = self._db.execute("SELECT moment, signature, story FROM articles WHERE number = ?", (number,)).fetchone()
        if row is None:
            return None
        signature = msgspec.msgpack.decode(row[1], type=Signature)
        return _Article(_Place(row[0], number), signature, _keys(signature), row[2])

    def _keep(self, before: _Article, article: _Article) -> None:
        """Note the story of an article, and whether later ones find it as a first one."""
        number = article.place.number
        self._db.execute("UPDATE articles SET story = ? WHERE number = ?", (article.story, number))
        self._touched.update(story for story in (before.story, article.story) if story is not None)
        if before.story is None or before.is_first != article.is_first:
            self._forget_keys(before)
            rows = ((key, article.is_first, *article.place) for key in article.keys)
            self._db.executemany("INSERT INTO keys VALUES (?, ?, ?, ?)", rows)

    def _forget_keys(self, article: _Article) -> None:
        if article.story is not None:
            rows = ((key, article.is_first, *article.place) for key in article.keys)
            self._db.executemany("DELETE FROM keys WHERE key = ? AND first = ? AND moment = ? AND number = ?", rows)

    def _told_by(self, story: int) -> list[_Place]:
        """The places of all articles of a story."""
        rows = self._db.execute("SELECT moment, number FROM articles WHERE story = ? ORDER BY 1, 2", (story,))
        return [_Place(*row) for row in rows]

    def _story_told_by(self, article: _Article) -> int:
        """The earlier first article that is most like this one; itself when none is like it."""
        since = 0 if article.signature.first is None else article.signature.first - WINDOW
        best, story = SAME_STORY, article.place.number
        for place, likeness in self._alike(article, (1, 1), _Place(since * _RICHEST, -1), article.place):
            if likeness > best:
                best, story = likeness, place.number
        return story

    def _later_alike(self, article: _Article) -> list[_Place]:
        """The later articles that may tell the story which this one begins."""
        until = _Place(article.place.moment + (WINDOW + _LONGEST_SPAN) * _RICHEST, -1)
        found = list(self._alike(article, (0, 1), article.place, until))
        if until.moment < _UNDATED:
            found += self._alike(article, (0, 1), _Place(_UNDATED, -1), _Place(_UNDATED + _RICHEST, -1))
        return [place for place, likeness in found if likeness > SAME_STORY]

    def _alike(
        self, article: _Article, first: tuple[int, int], after: _Place, before: _Place
    ) -> Iterator[tuple[_Place, float]]:
        """The articles between two places that share keys with this one, and how like it they are, in order."""
        rows = self._db.execute(_SHARING, (str(article.keys), *first, *after, *before, SHARED_KEYS))
        for moment, number in rows.fetchall():
            (packed,) = self._db.execute("SELECT signature FROM articles WHERE number = ?", (number,)).fetchone()
            yield _Place(moment, number), similarity(article.signature, msgspec.msgpack.decode(packed, type=Signature))


def _moment(signature: Signature) -> int:
    day = _UNDATED if signature.last is None else signature.last * _RICHEST
    return day + _RICHEST - 1 - len(signature.features) // 4


def _keys(signature: Signature) -> list[int]:
    """What an article is found by: bands of its MinHash, and its rarest features."""
    bands = (signature.minhash[at * BAND_BYTES : (at + 1) * BAND_BYTES] for at in range(BANDS if signature.size else 0))
    features = memoryview(signature.features).cast("I")[-RARE_KEYS:]
    return [*{zlib.crc32(band, at) for at, band in enumerate(bands)}, *(f | 1 << 32 for f in features)]
