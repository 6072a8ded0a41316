"""What is done to an index while faults come: a few small documents, and what each commit must hold."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from indexer.document import Document
from indexer.errors import IndexMissingError
from indexer.index import IndexWriter, open_reader
from tests.making import make_document

IDS = tuple(f"d{number:02}" for number in range(12))
WORDS = ("missile", "drone", "char", "frégate", "F 16", "155 mm", "armée")

Contents = dict[str, Document]


class State(NamedTuple):
    """A commit: its generation and the documents that it holds, by id."""

    generation: int
    documents: Contents


NOTHING = State(0, {})


class Change(NamedTuple):
    """What one writer does: documents added or replaced, others deleted, stories told, and all merged at the end."""

    added: tuple[Document, ...] = ()
    deleted: tuple[str, ...] = ()
    told: tuple[tuple[str, int], ...] = ()
    merges: bool = False

    def carry_out(self, folder: Path) -> None:
        """Do it, and commit."""
        writer = IndexWriter(folder)
        try:
            for document in self.added:
                writer.add(document)
            for name in self.deleted:
                writer.delete(name)
            for name, story in self.told:
                writer.tell_story(name, story)
        except BaseException:
            writer.cancel()
            raise
        (writer.merge if self.merges else writer.commit)()

    def after(self, before: State) -> State:
        """The state that it makes; the same when nothing changes."""
        kept = {name: document for name, document in before.documents.items() if name not in self.deleted}
        documents = kept | {document.id: document for document in self.added}
        return State(before.generation + 1, documents)


def changes(draw: random.Random) -> Iterator[Change]:
    """Changes without end, each of which makes a commit."""
    present: set[str] = set()
    version = 0
    while True:
        version += 1
        added = draw.sample(IDS, draw.choice((1, 1, 2, 3)))
        gone = sorted(present - set(added))
        deleted = draw.sample(gone, min(len(gone), draw.choice((0, 0, 1, 2))))
        yield Change(
            added=tuple(document(name, version, draw) for name in added),
            deleted=tuple(deleted),
            told=tuple((name, draw.randrange(3)) for name in added if draw.random() < 0.3),
            merges=draw.random() < 0.15,
        )
        present = (present - set(deleted)) | set(added)


def document(name: str, version: int, draw: random.Random) -> Document:
    """A small document, another one in every *version*."""
    return make_document(
        f"version {version} " + " ".join(draw.choices(WORDS, k=draw.randrange(3, 12))),
        id=name,
        date=draw.choice((None, "2022", "2022-11")),
        facets={"country": ("Ukraine",)},
    )


def read_state(folder: Path) -> State:
    """What a reader finds, by every way there is; NOTHING without a commit."""
    try:
        reader = open_reader(folder)
    except IndexMissingError:
        return NOTHING
    documents = {document.id: document for document in reader.documents()}
    assert len(documents) == reader.size
    assert reader.doc_frequency("country", "Ukraine") == reader.size
    assert reader.doc_frequency("text", "version") == reader.size
    return State(reader.commit.generation, documents)
