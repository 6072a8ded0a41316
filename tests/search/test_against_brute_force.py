"""The engine against plain Python over the same documents: hit sets, totals, facet counts, order."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.analysis import analyze
from indexer.document import FACETS, Document, facet_values
from indexer.engine import Engine
from indexer.search import SearchRequest, Sort
from tests.making import make_document, make_engine

WORDS = ("alpha", "bravo", "charlie", "delta", "écho", "foxtrot")
COUNTRIES = ("France", "Ukraine", "Taïwan")
SOURCES = ("un.example", "deux.example")

texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
documents = st.builds(
    lambda title, text, country, source, date: (title, text, country, source, date),
    texts,
    texts,
    st.lists(st.sampled_from(COUNTRIES), unique=True, max_size=3),
    st.sampled_from([*SOURCES, None]),
    st.sampled_from(["2022", "2022-05", "2023-01-02", "2023-01", None]),
)
leaves = st.sampled_from(WORDS) | st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(tuple)
trees = st.recursive(
    leaves,
    lambda children: (
        st.tuples(st.sampled_from(["ET", "OU"]), st.lists(children, min_size=2, max_size=3))
        | st.tuples(st.just("SAUF"), children, children)
    ),
    max_leaves=6,
)
Tree = object


def write(tree: Tree) -> str:
    """The tree as a reader would type it."""
    match tree:
        case str():
            return tree
        case ("ET" | "OU" as operator, list() as children):
            return "(" + f" {operator} ".join(map(write, children)) + ")"
        case ("SAUF", left, right):
            return f"({write(left)} SAUF {write(right)})"
        case tuple():
            return '"' + " ".join(map(str, tree)) + '"'
    raise AssertionError(tree)


def matches(tree: Tree, document: Document) -> bool:
    """Whether the document matches, by reading it from end to end."""
    match tree:
        case ("ET", list() as children):
            return all(matches(child, document) for child in children)
        case ("OU", list() as children):
            return any(matches(child, document) for child in children)
        case ("SAUF", left, right):
            return matches(left, document) and not matches(right, document)
    wanted = [tree] if isinstance(tree, str) else list(tree) if isinstance(tree, tuple) else []
    fields = [[term.text for term in analyze(field)] for field in (document.title, document.text)]
    return any(wanted == field[at : at + len(wanted)] for field in fields for at in range(len(field)))


def build(
    folder: Path, drawn: list[tuple[str, str, list[str], str | None, str | None]]
) -> tuple[Engine, list[Document]]:
    made = [
        make_document(text, id=f"d{number}", title=title, date=date, source=source, facets={"country": tuple(country)})
        for number, (title, text, country, source, date) in enumerate(drawn)
    ]
    return make_engine(folder, *made), made


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    drawn=st.lists(documents, min_size=1, max_size=12),
    searches=st.lists(
        st.tuples(trees, st.sets(st.sampled_from(COUNTRIES)), st.sets(st.sampled_from(SOURCES))), max_size=8
    ),
)
def test_hits_totals_and_facets_are_those_of_plain_python(
    drawn: list[tuple[str, str, list[str], str | None, str | None]],
    searches: list[tuple[Tree, set[str], set[str]]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    engine, made = build(tmp_path_factory.mktemp("oracle"), drawn)
    for tree, country, source in searches:
        include = {name: tuple(chosen) for name, chosen in (("country", country), ("source", source)) if chosen}
        results = engine.search(SearchRequest(q=write(tree), include=include, size=100, expand=False))

        found = [document for document in made if matches(tree, document)]
        assert sorted(hit.id for hit in results.hits) == sorted(
            document.id for document in found if all(keeps(document, name, values) for name, values in include.items())
        )
        assert results.total.value == len(results.hits)
        for name in FACETS:
            left = [
                document
                for document in found
                if all(keeps(document, other, values) for other, values in include.items() if other != name)
            ]
            facet = results.facets[name]
            assert facet.missing == sum(not facet_values(document)[name] for document in left)
            assert facet.other == 0
            for value in facet.values:
                assert value.count == sum(value.value in facet_values(document)[name] for document in left)
                assert value.selected == (value.value in include.get(name, ()))
    engine.close()


def keeps(document: Document, name: str, values: tuple[str, ...]) -> bool:
    return any(value in values for value in facet_values(document)[name])


@settings(max_examples=20, deadline=None)
@given(drawn=st.lists(documents, min_size=1, max_size=12), sort=st.sampled_from(Sort), size=st.integers(1, 5))
def test_pages_hold_every_hit_once_in_one_order(
    drawn: list[tuple[str, str, list[str], str | None, str | None]],
    sort: Sort,
    size: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    engine, made = build(tmp_path_factory.mktemp("pages"), drawn)
    request = SearchRequest(q="", sort=sort, size=size)
    whole = [hit.id for hit in engine.search(request.replace(size=100)).hits]
    pages = [engine.search(request.replace(page=page)) for page in range(1, -(-len(made) // size) + 1)]

    assert [hit.id for page in pages for hit in page.hits] == whole
    assert sorted(whole) == sorted(document.id for document in made)
    assert {page.total.value for page in pages} == {len(made)}
    assert pages[-1].links.next is None
    engine.close()
