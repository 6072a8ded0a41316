"""Similar articles: against plain Python on small indexes, and against what a reader would choose on the corpus."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.analysis import Classes, WordList, analyze, is_stop_word
from indexer.changes import Removal
from indexer.document import Document
from indexer.engine import Engine
from indexer.errors import DocumentNotFoundError, RequestError
from indexer.search import MOST_SIMILAR, Hit, SearchRequest
from indexer.search.similar import MOST_SHARED
from tests.making import make_document, make_engine

PASSING = "articles that name much equipment in passing share more names with each other"

ALIKE = (
    ("a01", {"a02", "a03", "a04"}),
    ("a02", {"a01", "a03", "a04"}),
    ("a04", {"a01", "a02", "a03"}),
    ("a07", {"a12", "a15", "a16", "a09", "a10"}),
    ("a09", {"a08", "a10"}),
    ("a10", {"a08", "a09"}),
    ("a12", {"a15", "a16"}),
    ("a14", {"b19", "a13", "a16"}),
    pytest.param("a17", {"a18"}, marks=pytest.mark.xfail(strict=True, reason=PASSING)),
    ("a18", {"a05", "a06", "a17"}),
    pytest.param("a25", {"a26", "a28", "a29"}, marks=pytest.mark.xfail(strict=True, reason=PASSING)),
    ("a30", {"a33", "a36"}),
    ("a33", {"a36", "a11"}),
    ("a34", {"b33"}),
    ("a36", {"a30", "a31", "a33"}),
    ("b01", {"b10", "b11", "b12", "b13", "b18", "b29"}),
    ("b06", {"b07", "b29", "b36"}),
    ("b12", {"b01", "b02", "b03", "b10", "b11"}),
    ("b16", {"b04", "b05", "b17"}),
    ("b17", {"b16"}),
    ("b19", {"a14", "b22"}),
    ("b22", {"b19", "b35"}),
    ("b25", {"a06", "b32"}),
    ("b29", {"b18", "b20"}),
    ("b32", {"b36", "b25"}),
    ("b33", {"a34"}),
    ("b35", {"b22", "b14", "a21"}),
    ("b36", {"b32"}),
)
"""Articles of the corpus by the beginning of their file name, and those of which one must be among the first three."""


def by_file(engine: Engine) -> dict[str, Document]:
    return {document.provenance.path.rpartition("/")[2][:3]: document for document in engine.documents()}


@pytest.mark.parametrize(("file", "expected"), ALIKE)
def test_what_is_alike_comes_first(engine: Engine, file: str, expected: set[str]) -> None:
    found = engine.similar(by_file(engine)[file].id)

    assert {each.hit.path.rpartition("/")[2][:3] for each in found[:3]} & expected


def test_the_story_itself_is_left_out_and_another_told_once(engine: Engine) -> None:
    stories = {hit.id: hit.story.id for hit in every_hit(engine) if hit.story}
    assert len(set(stories.values())) > 3
    for document_id in by_id(engine):
        found = [each.hit.id for each in engine.similar(document_id, MOST_SIMILAR)]
        told = [stories[each] for each in found if each in stories]

        assert document_id not in found
        assert stories.get(document_id) not in told
        assert len(told) == len(set(told))
        assert len(found) == len(set(found))


def test_what_is_said_to_be_shared_is_in_both(engine: Engine) -> None:
    documents = by_id(engine)
    classes = Classes(WordList(word for document in documents.values() for word in words(document)))
    shared = 0
    for document in documents.values():
        for each in engine.similar(document.id):
            other = documents[each.hit.id]
            assert 0 < len(each.shared) <= MOST_SHARED
            for trait in each.shared:
                shared += 1
                if trait.field == "word":
                    assert trait.text in words(document)
                    assert {kin.term for kin in classes.kin(trait.text)} & set(words(other))
                    assert not is_stop_word(trait.text)
                else:
                    assert trait.text in document.facets[trait.field]
                    assert trait.text in other.facets[trait.field]
    assert shared > 500


def words(document: Document) -> list[str]:
    return [term.text for text in (document.title, document.text) for term in analyze(text)]


def by_id(engine: Engine) -> dict[str, Document]:
    return {document.id: document for document in engine.documents()}


def every_hit(engine: Engine) -> tuple[Hit, ...]:
    return engine.search(SearchRequest(size=100, facets=())).hits


THINGS = ("drone", "frégate", "obus", "radar", "char", "canon", "missile", "torpille")


def article(number: int, text: str, **facets: tuple[str, ...]) -> Document:
    return make_document(text, id=f"d{number:02}", title="", date=f"2024-01-{number + 1:02}", facets=facets)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sets(st.sampled_from(THINGS), min_size=1, max_size=4), min_size=2, max_size=7))
def test_articles_that_share_a_word_are_found_and_no_others(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[set[str]]
) -> None:
    documents = [article(number, " ".join(sorted(things) * 3)) for number, things in enumerate(drawn)]
    engine = make_engine(tmp_path_factory.mktemp("index"), *documents)

    for number, things in enumerate(drawn):
        found = {each.hit.id for each in engine.similar(f"d{number:02}", MOST_SIMILAR)}
        sharing = {f"d{other:02}" for other, theirs in enumerate(drawn) if other != number and theirs & things}

        assert found <= sharing
        best = max((len(theirs & things) for other, theirs in enumerate(drawn) if other != number), default=0)
        if best == len(things):  # an article that has all of it cannot be missed
            assert found


def test_more_in_common_comes_first_and_equal_ones_the_newest_first(tmp_path: Path) -> None:
    engine = make_engine(
        tmp_path,
        article(0, "drone drone obus obus", country=("Ukraine",)),
        article(1, "drone drone radar radar"),
        article(2, "drone drone radar radar"),
        article(3, "drone drone obus obus radar", country=("Ukraine",)),
        article(4, "char char"),
        article(5, "canon canon"),
    )

    found = engine.similar("d00")

    assert [each.hit.id for each in found] == ["d03", "d02", "d01"]
    assert {(trait.field, trait.text) for trait in found[0].shared} == {
        ("country", "Ukraine"),
        ("word", "obus"),
        ("word", "drone"),
    }
    assert engine.similar("d00", 1) == found[:1]


def test_values_alone_make_articles_similar(tmp_path: Path) -> None:
    engine = make_engine(
        tmp_path,
        article(0, "Un texte.", equipment=("F-16",), designation=("X-99",)),
        article(1, "Autre chose.", equipment=("F-16",)),
        article(2, "Rien du tout.", designation=("X-99",)),
        article(3, "Vide.", equipment=("Rafale",)),
    )

    assert {each.hit.id for each in engine.similar("d00")} == {"d01", "d02"}


def test_numbers_and_function_words_are_nothing_in_common(tmp_path: Path) -> None:
    engine = make_engine(tmp_path, article(0, "Le 12 de la 2024 12 2024"), article(1, "Le 12 de la 2024 12 2024"))

    assert engine.similar("d00") == ()


def test_deleted_articles_and_other_segments(tmp_path: Path) -> None:
    engine = make_engine(tmp_path, article(0, "drone drone"), article(1, "drone drone"))
    engine.add([article(2, "drone drone")])
    assert [each.hit.id for each in engine.similar("d00")] == ["d02", "d01"]

    engine.change([Removal("d02")])

    assert [each.hit.id for each in engine.similar("d00")] == ["d01"]
    with pytest.raises(DocumentNotFoundError):
        engine.similar("d02")


@pytest.mark.parametrize("number", [0, -1, MOST_SIMILAR + 1])
def test_the_number_is_bounded(engine: Engine, number: int) -> None:
    with pytest.raises(RequestError) as refused:
        engine.similar("absent", number)

    assert refused.value.parameter == "size"
