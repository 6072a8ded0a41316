"""IndexReader: one commit of the index, as it was when it was opened."""

import datetime as dt
import json
import zlib
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from pathlib import Path
from pickle import UnpicklingError

import msgspec
from whoosh import index as whoosh_index
from whoosh.index import EmptyIndexError
from whoosh.index import IndexError as WhooshIndexError
from whoosh.query import Query
from whoosh.searching import Searcher as WhooshSearcher

from indexer.analysis import Classes, WordList
from indexer.document import FACETS, Document
from indexer.errors import IndexDamagedError, IndexMissingError, IndexVersionError
from indexer.index.schema import SCHEMA_VERSION, facet_field

VERSION_FILE = "vigie.json"
"""Beside the index: its format and version, readable without opening anything else."""

_DAMAGE = (WhooshIndexError, UnpicklingError, zlib.error, EOFError, ValueError, KeyError, OSError)


class IndexReader:
    """One commit. Immutable; not to be shared between threads while Whoosh lies below."""

    def __init__(self, path: Path, index: whoosh_index.Index) -> None:
        self.path = path
        self.generation: int = index.latest_generation()
        self._searcher: WhooshSearcher = index.searcher()
        self._reader = self._searcher.reader()
        self._documents: dict[int, Document] = {
            number: msgspec.json.decode(fields["document"], type=Document)
            for number, fields in self._reader.iter_docs()
        }
        self._numbers = {document.id: number for number, document in self._documents.items()}
        self.committed = dt.datetime.fromtimestamp(index.last_modified(), tz=dt.UTC)

    @property
    def documents(self) -> Mapping[int, Document]:
        """Every document by its number in this commit."""
        return self._documents

    def number(self, document_id: str) -> int | None:
        """The number of the document with this id."""
        return self._numbers.get(document_id)

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """Every term of title and text, sorted."""
        return tuple(sorted({term.decode() for field in ("title", "text") for term in self._reader.lexicon(field)}))

    @cached_property
    def classes(self) -> Classes:
        """The fold and stem classes of the vocabulary."""
        return Classes(WordList(self.vocabulary))

    @cached_property
    def facets(self) -> Mapping[str, Mapping[str, AbstractSet[int]]]:
        """For every facet: value -> the numbers of the documents that have it."""
        found = {}
        for name in FACETS:
            field = facet_field(name)
            values = [term.decode() for term in self._reader.lexicon(field)]
            found[name] = {value: frozenset(self._reader.postings(field, value).all_ids()) for value in values}
        return found

    def scores(self, query: Query) -> dict[int, float]:
        """The numbers of the documents that match, each with its score."""
        results = self._searcher.search(query, limit=None)
        return {number: float(score) for score, number in results.top_n}

    def close(self) -> None:
        """Let go of the files."""
        self._searcher.close()


def open_whoosh(path: Path) -> whoosh_index.Index:
    """The Whoosh index in *path*; raises what open_reader raises."""
    try:
        described = json.loads((path / VERSION_FILE).read_text(encoding="utf-8"))
        version = described["version"]
    except FileNotFoundError:
        raise IndexMissingError(path) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(path, error) from error
    if version != SCHEMA_VERSION:
        raise IndexVersionError(
            f"L’index {path} est de version {version}, ce programme lit la version {SCHEMA_VERSION} : "
            "supprimez-le et relancez « vigie index »."
        )
    try:
        return whoosh_index.open_dir(str(path))
    except EmptyIndexError:
        raise IndexMissingError(path) from None
    except _DAMAGE as error:
        raise _damaged(path, error) from error


def open_reader(path: Path) -> IndexReader:
    """The newest commit of the index in *path*.

    Raises IndexMissingError when there is none, IndexVersionError, or IndexDamagedError.
    """
    index = open_whoosh(path)
    try:
        return IndexReader(path, index)
    except _DAMAGE as error:
        raise _damaged(path, error) from error


def latest_generation(path: Path) -> int:
    """The number of the newest commit, without opening it; -1 when there is none."""
    newest: int = whoosh_index.open_dir(str(path)).latest_generation() if whoosh_index.exists_in(str(path)) else -1
    return newest


def _damaged(path: Path, error: Exception) -> IndexDamagedError:
    reason = f"{type(error).__name__} : {error}"
    return IndexDamagedError(f"L’index {path} est illisible ({reason}) : supprimez-le et relancez « vigie index ».")
