"""All values of a facet, against counting in plain Python; equipment as a tree; ways out of nothing."""

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.analysis import fold
from indexer.document import Document, facet_values
from indexer.engine import Engine
from indexer.errors import RequestError
from indexer.search import EquipmentNode, FacetList, FacetLookup, Order, SearchRequest, Shown
from indexer.thesaurus import load_thesaurus

EVERY = 1000


@pytest.fixture(scope="module")
def documents(engine: Engine) -> list[Document]:
    return list(engine.documents())


def every(engine: Engine, request: SearchRequest, field: str, **own: object) -> FacetList:
    lookup = {"field": field, "size": EVERY} | own
    return engine.look_up(request, FacetLookup(**lookup))  # type: ignore[arg-type]


def selected(document: Document, request: SearchRequest, but: str) -> bool:
    """Whether the selections of *request* leave a document, those of *but* aside."""
    values = facet_values(document)
    includes = all(set(values[name]) & set(chosen) for name, chosen in request.include.items() if name != but)
    return includes and not any(
        set(values[name]) & set(chosen) for name, chosen in request.exclude.items() if name != but
    )


REQUESTS = (
    SearchRequest(),
    SearchRequest(include={"country": ("Ukraine", "France")}),
    SearchRequest(include={"country": ("France",)}, exclude={"country": ("Russie",), "topic": ("Aide à l’Ukraine",)}),
    SearchRequest(exclude={"equipment": ("Rafale",)}),
)


@pytest.mark.parametrize("request_", REQUESTS)
@pytest.mark.parametrize("field", ["country", "equipment", "kind", "date", "source", "topic", "person", "amount"])
def test_every_value_is_counted(engine: Engine, documents: list[Document], field: str, request_: SearchRequest) -> None:
    found = [facet_values(document)[field] for document in documents if selected(document, request_, field)]
    counts = Counter(value for values in found for value in values)
    chosen = {*request_.include.get(field, ()), *request_.exclude.get(field, ())}
    answer = every(engine, request_, field)

    assert {value.value: value.count for value in answer.values} == {**dict.fromkeys(chosen, 0), **counts}
    assert answer.missing == sum(not values for values in found)
    assert answer.total == len(answer.values)


@pytest.mark.parametrize("field", ["country", "organisation", "equipment", "date", "amount"])
def test_the_list_begins_as_the_facet_of_the_search(engine: Engine, field: str) -> None:
    for request in (SearchRequest(q="missile"), SearchRequest(q="otan", collapse=True)):
        shown = engine.search(request).facets[field].values

        assert every(engine, request, field).values[: len(shown)] == shown


@settings(max_examples=60, deadline=None)
@given(st.text("aeioulrtnsé -F16'", max_size=6), st.sampled_from(list(Order)), st.integers(1, 4), st.integers(1, 9))
def test_pages_are_cut_from_what_matches(engine: Engine, match: str, order: Order, at: int, size: int) -> None:
    words = [fold(word) for word in match.split()]
    wanted = [
        value
        for value in every(engine, SearchRequest(), "equipment").values
        if all(word in fold(value.value) for word in words)
    ]
    if order is Order.LABEL:
        wanted.sort(key=lambda value: (fold(value.value), value.value))
    answer = every(engine, SearchRequest(), "equipment", match=match, order=order, at=at, size=size)

    assert answer.total == len(wanted)
    assert list(answer.values) == wanted[(at - 1) * size : at * size]
    assert answer.last == max(1, -(-len(wanted) // size))


def test_accents_and_case_do_not_matter(engine: Engine) -> None:
    found = [every(engine, SearchRequest(), "country", match=match).values for match in ("États", "etats", "ÉTATS u")]

    assert "États-Unis" in {value.value for value in found[0]}
    assert found[0] == found[1]
    assert [value.value for value in found[2]] == ["États-Unis"]


@pytest.mark.parametrize("own", [{"field": "inconnu"}, {"at": 0}, {"size": 0}, {"size": 1001}])
def test_what_makes_no_sense_is_refused(engine: Engine, own: dict[str, object]) -> None:
    with pytest.raises(RequestError):
        every(engine, SearchRequest(), **({"field": "country"} | own))  # type: ignore[arg-type]


def nodes(tree: tuple[EquipmentNode, ...]) -> Iterator[EquipmentNode]:
    for node in tree:
        yield node
        yield from nodes(node.children)


@pytest.mark.parametrize("request_", [SearchRequest(), SearchRequest(q="char", include={"equipment": ("Leopard 2",)})])
def test_the_tree_has_every_value_once_with_its_count(engine: Engine, request_: SearchRequest) -> None:
    listed = [(field, value) for field in ("kind", "equipment") for value in every(engine, request_, field).values]
    in_tree = [(node.field, node.value) for node in nodes(engine.equipment_tree(request_))]

    assert len(in_tree) == len(listed)
    assert sorted(in_tree, key=repr) == sorted(listed, key=repr)


def test_below_a_node_stand_its_kinds_and_variants(engine: Engine) -> None:
    thesaurus = load_thesaurus()
    for node in nodes(engine.equipment_tree(SearchRequest())):
        for child in node.children:
            if child.field == "equipment":
                entry = thesaurus.entry("equipment", child.value.value)
                assert entry
                lineage = list(thesaurus.lineage("equipment", entry))
                above = (
                    {each.label for each in lineage[1:]}
                    if node.field == "equipment"
                    else {each.kind for each in lineage}
                )
                assert node.value.value in above
            assert child.value.count <= node.value.count


def test_variants_stand_below_their_family(engine: Engine) -> None:
    found = {node.value.value: node for node in nodes(engine.equipment_tree(SearchRequest()))}

    assert "Leopard 2A6" in {child.value.value for child in found["Leopard 2"].children}
    assert "Leopard" in {child.value.value for child in found["char de combat"].children}
    assert "char de combat" in {child.value.value for child in found["Terrestre"].children}


def test_a_pruned_tree_keeps_what_the_shown_values_stand_under(engine: Engine) -> None:
    tree = engine.equipment_tree(SearchRequest(), Shown(frozenset({"Naval"}), frozenset({"Leopard 2A6"})))

    assert {node.value.value for node in nodes(tree)} == {
        *("Naval", "Terrestre", "char de combat", "Leopard", "Leopard 2", "Leopard 2A6")
    }


@pytest.mark.parametrize(
    ("request_", "kinds", "words"),
    [
        (SearchRequest(q="Rafale", include={"country": ("Nulle part",)}), ["unfiltered"], []),
        (
            SearchRequest(q="Rafale introuvablement", strict=True, correct=False),
            ["relaxed"],
            ["Rafale", "introuvablement"],
        ),
        (SearchRequest(q="Rafalle", correct=False), ["corrected"], []),
        (SearchRequest(), [], []),
    ],
)
def test_ways_out_of_nothing(engine: Engine, request_: SearchRequest, kinds: list[str], words: list[str]) -> None:
    found = engine.alternatives(request_)

    assert [each.kind for each in found if each.kind != "word"] == kinds
    assert [each.text for each in found if each.kind == "word"] == words
    for each in found:
        assert each.total == engine.search(each.request).total.value
        assert each.total or each.kind == "word"


def test_words_keep_the_filters_when_any_is_found_with_them(engine: Engine) -> None:
    kept = SearchRequest(q='Rafale "zz yy"', include={"country": ("France",)})
    dropped = SearchRequest(q='Rafale "zz yy"', include={"country": ("Nulle part",)})

    assert {each.request.include.get("country") for each in engine.alternatives(kept)} >= {("France",)}
    assert all(not each.request.include for each in engine.alternatives(dropped))
