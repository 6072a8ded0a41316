import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.analysis import fold, stem_class
from indexer.document import FACETS, Document, facet_values
from indexer.errors import IndexDamagedError
from indexer.index import IndexWriter, open_reader
from indexer.index.building import write_segment
from indexer.index.facet_values import NONE
from indexer.index.segment import UNKNOWN_DAY, Segment, segment_files
from indexer.index.storage import Storage
from tests.making import make_document

COUNTRIES = ("Ukraine", "États-Unis", "Corée du Nord")
documents = st.lists(
    st.builds(
        lambda text, title, date, country, source: make_document(
            text, title=title, date=date, source=source, facets={"country": tuple(country)}
        ),
        st.text(max_size=60) | st.sampled_from(["missile F 16", "armée arme ARMEE"]),
        st.text(max_size=10),
        st.sampled_from([None, "2022", "2022-11", "2024-02-29"]),
        st.lists(st.sampled_from(COUNTRIES), unique=True),
        st.sampled_from([None, "un.example", "deux.example"]),
    ),
    min_size=1,
    max_size=30,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(documents)
def test_a_segment_holds_its_documents_terms_and_values(tmp_path: Path, documents: list[Document]) -> None:
    storage = Storage(tmp_path)
    write_segment(storage, "s", documents)
    segment = Segment(storage, "s")
    segment.verify()

    assert segment.size == len(documents)
    assert [segment.documents[doc] for doc in range(segment.size)] == documents
    for number, term in enumerate(segment.terms):
        docs, impacts = segment.postings(number)
        assert len(docs) == len(impacts) == segment.document_frequencies[number]
        assert number in segment.folds.find(fold(term))
        assert number in segment.stems.find(stem_class(term))
    for name in FACETS:
        values = [facet_values(document)[name] for document in documents]
        assert [tuple(segment.facets.values_of(name, doc)) for doc in range(segment.size)] == values
        for value in {*segment.facets.texts[name], "absent"}:
            having = [doc for doc, found in enumerate(values) if value in (found or (NONE,))]
            assert segment.facets.documents_with(name, value).tolist() == having
    for doc, document in enumerate(documents):
        first = document.published.first
        assert segment.first_days[doc] == (first.toordinal() if first else UNKNOWN_DAY)
        assert doc in segment.ids.find(document.id)


def test_a_segment_with_a_damaged_file_is_found_out(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    write_segment(storage, "s", [make_document("missile", id=str(number)) for number in range(100)])
    for name in segment_files("s"):
        whole = storage.read(name)
        damaged = bytearray(whole)
        damaged[len(whole) * 2 // 3] ^= 16
        storage.write(name, [bytes(damaged)])
        with pytest.raises(IndexDamagedError, match=name):
            Segment(storage, "s").verify()
        storage.write(name, [whole])
    Segment(storage, "s").verify()


def test_the_same_documents_give_the_same_bytes(tmp_path: Path) -> None:
    documents = [make_document(f"missile {number % 7} drone", id=str(number)) for number in range(200)]
    for folder in ("a", "b"):
        storage = Storage(tmp_path / folder)
        storage.create_folder()
        write_segment(storage, "s", documents)

    assert all(
        (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in segment_files("s")
    )


def test_occurrences_in_a_few_documents_are_the_places_there(tmp_path: Path) -> None:
    draw = random.Random(5)
    words = ["le", "char", "drone", "missile", "rare", "mer"]
    with IndexWriter(tmp_path) as writer:
        for number in range(3000):
            chosen = draw.choices(words, [30, 5, 5, 3, 0.01, 1], k=draw.randint(1, 9))
            writer.add(make_document(" ".join(chosen), id=str(number), title=draw.choice(words)))
    segment = open_reader(tmp_path).parts[0].segment
    terms = [segment.find_term(word) for word in words if segment.find_term(word) >= 0]
    assert any(segment.row_numbers[term] >= 0 for term in terms)
    assert any(segment.row_numbers[term] < 0 for term in terms)
    for _ in range(200):
        docs = np.sort(np.array(draw.sample(range(segment.size), draw.choice([1, 2, 20]))))
        asked = draw.sample(terms, draw.randint(1, len(terms)))
        found = zip(*(array.tolist() for array in segment.occurrences_in(docs, asked)), strict=True)
        expected = [
            (number, int(np.searchsorted(docs, place >> 16)), place & 0xFFFF)
            for number, term in enumerate(asked)
            for place in segment.places(term).tolist()
            if place >> 16 in docs
        ]
        assert list(found) == expected
