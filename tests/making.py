"""Documents and engines for tests."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from indexer.document import Document, PartialDate, Provenance
from indexer.engine import Engine, open_engine
from indexer.enrich import enrich
from indexer.errors import SourceError
from indexer.ingest import SourceFile, read_file
from indexer.thesaurus import load_thesaurus

CORPUS = Path(__file__).parents[1] / "corpus"
"""The sample articles."""


def make_document(
    text: str = "Un article.",
    *,
    id: str = "a",  # noqa: A002 - the field's name
    title: str = "Titre",
    date: str | None = None,
    source: str | None = None,
    facets: Mapping[str, tuple[str, ...]] | None = None,
) -> Document:
    """A Document with the given fields and plain defaults."""
    return Document(
        id=id,
        title=title,
        text=text,
        provenance=Provenance(path=f"essais/{id}.txt", root="/essais", format="text"),
        published=PartialDate.parse(date) if date else PartialDate(),
        source=source,
        facets=facets or {},
    )


def read_one(source: SourceFile) -> Document:
    """The one article of a file; the SourceError that says why there is none is raised."""
    (found,) = read_file(source)
    if isinstance(found, SourceError):
        raise found
    return found


def make_engine(folder: Path, *documents: Document, enriched: bool = False) -> Engine:
    """An engine over a new index of *documents*."""
    engine = open_engine(folder / "index")
    thesaurus = load_thesaurus()
    engine.add(enrich(document, thesaurus) if enriched else document for document in documents)
    return engine


@contextmanager
def corpus_engine(folder: Path) -> Iterator[Engine]:
    """An engine over the sample corpus."""
    engine = open_engine(folder / "index")
    engine.index([CORPUS])
    yield engine
    engine.close()
