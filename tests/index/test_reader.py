"""The reader is one of Whoosh's: it says of a commit what a stock reader says of the same documents."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from whoosh import query as whoosh_query
from whoosh.matching import Matcher
from whoosh.reading import TermNotFound
from whoosh.searching import Searcher as WhooshSearcher
from whoosh.util.numeric import byte_to_length, length_to_byte

from indexer.document import FACETS, Document
from indexer.index import IndexReader, IndexWriter
from indexer.index.schema import CONTENT, TEXT, TITLE, WORD_FIELDS
from indexer.search import SearchRequest
from tests.making import make_document
from tests.search import corpora
from tests.search.arrays import Arrays, write
from tests.search.stock_whoosh import StockIndex, analyzed, bits

FIELDS = (*WORD_FIELDS, *FACETS)
GONE = 6
TYPED = ("missile", "missille", "frégat", "ukrene", "a", "canons", "otan", "zzzzzz")


@pytest.fixture(scope="module")
def stock() -> Iterator[StockIndex]:
    """The sample corpus in a stock index."""
    index = StockIndex(corpora.sample())
    yield index
    index.close()


@pytest.fixture(scope="module")
def arrays(stock: StockIndex, tmp_path_factory: pytest.TempPathFactory) -> Arrays:
    """The same in several segments, among documents that are deleted."""
    path = tmp_path_factory.mktemp("arrays")
    gone = [make_document(f"missile numéro{at} missile", id=f"gone{at}", source="x.fr") for at in range(GONE)]
    ordered = sorted(stock.documents, key=lambda document: document.id[::-1])
    for at, document in enumerate(gone):  # spread: a segment of which more is deleted would be written again
        ordered.insert(at * len(ordered) // GONE, document)
    write(path, ordered, memory=20_000)
    with IndexWriter(path) as writer:
        for document in gone:
            writer.delete(document.id)
    return Arrays(path, [*stock.documents, *gone], {document.id for document in gone})


@pytest.fixture(scope="module")
def reader(arrays: Arrays) -> IndexReader:
    return arrays.reader


def place_of(arrays: Arrays, docnum: int) -> int:
    """The place among the documents of the stock index, whose numbers these are."""
    return int([place for places in arrays.places for place in places][docnum])


def test_documents_are_counted_and_numbered(arrays: Arrays, stock: StockIndex) -> None:
    reader = arrays.reader
    live = [number for number in range(reader.doc_count_all()) if not reader.is_deleted(number)]

    assert len(reader.parts) > 1
    assert reader.has_deletions()
    assert reader.doc_count_all() == len(stock.documents) + GONE
    assert reader.doc_count() == len(stock.documents) == stock.reader.doc_count()
    assert list(reader.all_doc_ids()) == live
    assert {stored["id"] for _, stored in reader.iter_docs()} == {document.id for document in stock.documents}
    for number in live:
        document = stock.documents[place_of(arrays, number)]
        assert reader.stored_fields(number) == {"id": document.id, "title": document.title, "text": document.text}


@pytest.mark.parametrize("field", FIELDS)
def test_terms_of_a_field(field: str, reader: IndexReader, stock: StockIndex) -> None:
    """The dictionary of title and text is one, so that a field's terms are those that it says it has."""
    found, expected = list(reader.lexicon(field)), list(stock.reader.lexicon(field))

    assert found == sorted(set(found))
    assert set(found) >= set(expected)
    assert all((field, text) in reader for text in expected[::9])
    assert not any((field, text) in reader for text in sorted(set(found) - set(expected))[::9])
    assert field in set(reader.indexed_field_names())


def test_all_terms_are_in_order(reader: IndexReader) -> None:
    assert list(reader.all_terms()) == [(field, text) for field in sorted(FIELDS) for text in reader.lexicon(field)]


@pytest.mark.parametrize("field", FIELDS)
def test_terms_from_a_text_on_and_by_prefix(field: str, reader: IndexReader, stock: StockIndex) -> None:
    for text in ("", "a", "F", "mis", "missile", "É", "é", "États", "2024", "zzz", "\U0010ffff"):
        following = list(reader.terms_from(field, text.encode()))
        beginning = list(reader.expand_prefix(field, text))

        assert following == [(field, term) for term in reader.lexicon(field) if term >= text.encode()]
        assert beginning == [term for term in reader.lexicon(field) if term.startswith(text.encode())]
        assert set(beginning) >= set(stock.reader.expand_prefix(field, text))


def test_a_word_may_be_given_as_text_or_as_bytes(reader: IndexReader) -> None:
    for field, text in ((CONTENT, "défense"), ("country", "États-Unis")):
        encoded = text.encode()
        assert reader.doc_frequency(field, text) == reader.doc_frequency(field, encoded) > 0
        assert list(reader.terms_from(field, text)) == list(reader.terms_from(field, encoded))
        assert list(reader.expand_prefix(field, text)) == list(reader.expand_prefix(field, encoded))


@pytest.mark.parametrize("field", FIELDS)
def test_figures_and_postings_of_every_term(field: str, arrays: Arrays, stock: StockIndex) -> None:
    reader = arrays.reader
    for text in stock.lexicon(field)[::7]:
        found, expected = weights(reader.postings(field, text)), weights(stock.reader.postings(field, text))

        assert {place_of(arrays, doc): weight for doc, weight in found} == dict(expected), text
        assert found == sorted(found)
        assert reader.doc_frequency(field, text) == stock.reader.doc_frequency(field, text) == len(found)
        assert reader.frequency(field, text) == stock.reader.frequency(field, text)
        assert reader.first_id(field, text) == found[0][0]


def weights(matcher: Matcher) -> list[tuple[int, float]]:
    """The documents that a matcher gives, with their weights."""
    found = []
    while matcher.is_active():
        found.append((matcher.id(), matcher.weight()))
        matcher.next()
    return found


@pytest.mark.parametrize("field", WORD_FIELDS)
def test_the_summary_of_a_term(field: str, reader: IndexReader, stock: StockIndex) -> None:
    """A stock index keeps lengths in a byte each: only short ones are exact."""
    for text in stock.lexicon(field)[::40]:
        found, expected = reader.term_info(field, text), stock.reader.term_info(field, text)

        assert found.doc_frequency() == expected.doc_frequency(), text
        assert found.weight() == expected.weight(), text
        assert found.max_weight() == expected.max_weight(), text
        assert as_kept(found.min_length()) == expected.min_length(), text
        assert as_kept(found.max_length()) == expected.max_length(), text
        assert found.min_id() == min(reader.postings(field, text).all_ids())
        assert found.max_id() == max(reader.postings(field, text).all_ids())


def as_kept(length: int) -> int:
    return int(byte_to_length(length_to_byte(length)))


def test_lengths_are_those_of_the_analysed_documents(arrays: Arrays, stock: StockIndex) -> None:
    reader = arrays.reader
    lengths: dict[str, list[int]] = {TITLE: [], TEXT: [], CONTENT: []}
    for number in range(reader.doc_count_all()):
        title, text = analyzed(document_at(arrays, stock, number))
        for field, length in ((TITLE, len(title)), (TEXT, len(text)), (CONTENT, len(title) + len(text))):
            lengths[field].append(length)
            assert reader.doc_field_length(number, field) == length
    for field, found in lengths.items():
        assert reader.field_length(field) == sum(found)
        assert reader.min_field_length(field) == min(found)
        assert reader.max_field_length(field) == max(found)
    assert reader.doc_field_length(0, "published", 7) == 7


def document_at(arrays: Arrays, stock: StockIndex, number: int) -> Document:
    """The document of this number, deleted or not."""
    stored = arrays.reader.stored_fields(number)
    place = place_of(arrays, number)
    if place < len(stock.documents):
        return stock.documents[place]
    return make_document(stored[TEXT], id=stored["id"], title=stored[TITLE])


def test_terms_that_no_live_document_has_are_not_there(reader: IndexReader) -> None:
    for field, text in ((CONTENT, "numéro7"), (CONTENT, "mirliton"), ("source", "x.fr"), ("nowhere", "missile")):
        assert (field, text) not in reader
        assert reader.doc_frequency(field, text) == reader.frequency(field, text) == 0
        with pytest.raises(TermNotFound):
            reader.postings(field, text)
        with pytest.raises(TermNotFound):
            reader.term_info(field, text)


def test_no_term_vectors_are_kept(reader: IndexReader) -> None:
    assert not reader.has_vector(0, CONTENT)
    with pytest.raises(KeyError):
        reader.vector(0, CONTENT)


@pytest.mark.parametrize("field", WORD_FIELDS)
def test_words_near_a_word(field: str, reader: IndexReader, stock: StockIndex) -> None:
    for word in TYPED:
        for most, prefix in ((1, 0), (1, 1), (2, 1), (2, 0)):
            near = list(reader.terms_within(field, word, most, prefix))
            assert len(near) == len(set(near))
            found = {text for text in near if (field, text) in reader}
            assert found == set(stock.reader.terms_within(field, word, most, prefix)), (word, most, prefix)


@pytest.mark.parametrize("field", [CONTENT, TEXT])
def test_corrections_are_those_of_a_stock_index(field: str, reader: IndexReader, stock: StockIndex) -> None:
    for word in TYPED:
        for most in (1, 2):
            found = reader.corrector(field).suggest(word, limit=5, maxdist=most, prefix=1)
            assert found == stock.reader.corrector(field).suggest(word, limit=5, maxdist=most, prefix=1), (word, most)


QUERIES = [
    whoosh_query.Term(CONTENT, "missile"),
    whoosh_query.Term("country", "Ukraine"),
    whoosh_query.Prefix(CONTENT, "missil"),
    whoosh_query.Prefix(TITLE, "l"),
    whoosh_query.Prefix("country", "É"),
    whoosh_query.Wildcard(TEXT, "d?f*se"),
    whoosh_query.FuzzyTerm(CONTENT, "misile", maxdist=1),
    whoosh_query.TermRange(CONTENT, "mi", "mo"),
    whoosh_query.Or([whoosh_query.Term(TITLE, "ukraine"), whoosh_query.Term(TEXT, "drones")]),
    whoosh_query.And([whoosh_query.Term(CONTENT, "défense"), whoosh_query.Prefix(CONTENT, "arm")]),
    whoosh_query.And([whoosh_query.Every(), whoosh_query.Not(whoosh_query.Term(CONTENT, "défense"))]),
]


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_whoosh_searches_over_it(query: whoosh_query.Query, arrays: Arrays) -> None:
    size = len(list(chain.from_iterable(arrays.places)))
    found = WhooshSearcher(arrays.reader).docs_for_query(query)

    assert bits((place_of(arrays, doc) for doc in found), size) == arrays.find(query, SearchRequest())[0] > 0


def test_an_empty_index_has_no_terms(tmp_path: Path) -> None:
    with IndexWriter(tmp_path) as writer:
        writer.add(make_document("", title=""))
    reader = Arrays(tmp_path, [make_document("", title="")]).reader

    for field in set(FIELDS) - {"language"}:
        assert list(reader.lexicon(field)) == []
        assert list(reader.terms_within(field, "a", 1)) == []
    assert reader.field_length(CONTENT) == reader.max_field_length(TITLE) == 0
