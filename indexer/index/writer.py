"""IndexWriter: Documents added, replaced, deleted, then committed together or not at all."""

import enum
import json
from pathlib import Path
from typing import Self

import msgspec
from whoosh import index as whoosh_index
from whoosh import query as whoosh_query
from whoosh.index import LockError

from indexer.document import Document, Provenance
from indexer.errors import IndexLockedError
from indexer.index.reader import VERSION_FILE, open_whoosh
from indexer.index.schema import SCHEMA_VERSION, SEPARATOR, create_schema, facet_field, facet_values


class Change(enum.StrEnum):
    """What adding a Document did."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    COPY = "copy"
    """The same article was read before in this run, from another file."""


class IndexWriter:
    """The one writer of the index in *path*, made there when there is none.

    Use as a context manager: leaving it commits, leaving it by an exception cancels. A run that changes nothing
    commits nothing. Raises IndexLockedError when another process is writing.
    """

    def __init__(self, path: Path) -> None:
        self._index = open_whoosh(path) if whoosh_index.exists_in(str(path)) else _create(path)
        try:
            self._writer = self._index.writer()
        except LockError as error:
            raise IndexLockedError(f"Un autre programme écrit dans {path} : attendez qu’il ait fini.") from error
        self._stored = _stored_documents(self._index)
        self._files: dict[str, set[str]] = {}
        for document in self._stored.values():
            self._files.setdefault(_file(document), set()).add(document.id)
        self._seen: set[str] = set()
        self._dirty = False

    def add(self, document: Document) -> Change:
        """Add *document*, or replace the one with its id; what its file held before and holds no more goes."""
        if document.id in self._seen:
            return Change.COPY
        self._seen.add(document.id)
        before = self._stored.get(document.id)
        gone = self._files.get(_file(document), set()) - {document.id} - self._seen
        for stale in gone:
            self._delete(stale)
        if before is not None and _content(before) == _content(document):
            return Change.UNCHANGED
        self._dirty = True
        values = {facet_field(name): SEPARATOR.join(found) for name, found in facet_values(document).items() if found}
        self._writer.update_document(
            id=document.id,
            file=_file(document),
            title=document.title,
            text=document.text,
            document=msgspec.json.encode(document),
            **values,
        )
        return Change.CHANGED if before is not None or gone else Change.NEW

    def commit(self) -> None:
        """Make every addition visible to readers."""
        if self._dirty:
            self._writer.commit()
        else:
            self._writer.cancel()

    def cancel(self) -> None:
        """Forget every addition."""
        self._writer.cancel()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.commit()
        else:
            self.cancel()

    def _delete(self, document_id: str) -> None:
        self._dirty = True
        self._files[_file(self._stored.pop(document_id))].discard(document_id)
        self._writer.delete_by_query(whoosh_query.Term("id", document_id))


def _create(path: Path) -> whoosh_index.Index:
    path.mkdir(parents=True, exist_ok=True)
    (path / VERSION_FILE).write_text(json.dumps({"format": "vigie", "version": SCHEMA_VERSION}), encoding="utf-8")
    return whoosh_index.create_in(str(path), create_schema())


def _stored_documents(index: whoosh_index.Index) -> dict[str, Document]:
    with index.reader() as reader:
        stored = (msgspec.json.decode(fields["document"], type=Document) for fields in reader.all_stored_fields())
        return {document.id: document for document in stored}


def _file(document: Document) -> str:
    return str(Path(document.provenance.root, document.provenance.path))


def _content(document: Document) -> Document:
    """The document but for where it was read: a copy in another folder is no change."""
    return msgspec.structs.replace(document, provenance=Provenance(path="", root="", format="text"))
