"""The array index finds what a stock Whoosh index over the same chain finds."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.analysis import analyze
from indexer.document import Document
from indexer.engine import Engine, open_engine
from indexer.index import IndexWriter
from indexer.ingest import SourceFile, find_files, read_text_file
from indexer.search import SearchRequest
from tests.search.stock_whoosh import StockIndex

CORPUS = Path(__file__).parents[2] / "corpus"
CASES = 600


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    """The sample corpus."""
    return [read_text_file(found) for found in find_files([CORPUS]) if isinstance(found, SourceFile)]


@pytest.fixture(scope="module")
def engine(documents: list[Document], tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The corpus in several segments, some of its documents replaced, some deleted and added again."""
    path = tmp_path_factory.mktemp("arrays")
    with IndexWriter(path, memory=20_000) as writer:
        for document in documents:
            writer.add(document)
    with IndexWriter(path) as writer:
        for document in documents[::7]:
            writer.delete(document.id)
    with IndexWriter(path) as writer:
        for document in documents[::7]:
            writer.add(document)
    return open_engine(path)


@pytest.fixture(scope="module")
def stock(documents: list[Document]) -> Iterator[StockIndex]:
    """The corpus in a stock Whoosh index."""
    index = StockIndex(documents)
    yield index
    index.close()


def queries(documents: list[Document]) -> Iterator[str]:
    """Words, phrases and groups drawn from the documents themselves."""
    draw = random.Random(5)

    def word() -> str:
        text = draw.choice(documents).text
        term = draw.choice(list(analyze(text)))
        return text[term.start : term.end]

    def quoted() -> str:
        text = draw.choice(documents).text
        terms = list(analyze(text))
        at = draw.randrange(len(terms) - 4)
        words = [text[term.start : term.end] for term in terms[at : at + draw.randrange(2, 5)]]
        return '"' + " ".join(words) + '"'

    for _ in range(CASES):
        parts = [draw.choice([word, quoted])() for _ in range(draw.randrange(1, 4))]
        operators = [draw.choice([" ", " OU ", " SAUF ", " ET "]) for _ in parts[1:]]
        yield "".join(part + operator for part, operator in zip(parts, [*operators, ""], strict=True))


def test_every_query_finds_the_same_documents(documents: list[Document], engine: Engine, stock: StockIndex) -> None:
    found_any = 0
    for query in queries(documents):
        results = engine.search(SearchRequest(q=query, size=100, expand=False, facets=()))
        expected = stock.search(query)
        found_any += bool(expected)

        assert {hit.id for hit in results.hits} == expected, query
        assert results.total.value == len(expected), query
    assert found_any > CASES * 0.7
