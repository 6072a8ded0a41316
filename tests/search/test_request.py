import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.document import FACETS, PartialDate
from indexer.errors import RequestError
from indexer.search import HIT_FIELDS, SearchRequest, Sort, parse_parameters

values = st.text(min_size=1, max_size=10).map(str.strip).filter(bool)
selections = st.dictionaries(
    st.sampled_from(FACETS), st.lists(values, min_size=1, max_size=3, unique=True).map(tuple), max_size=3
)
requests = st.builds(
    SearchRequest,
    q=st.text(max_size=20),
    include=selections,
    exclude=selections,
    sort=st.sampled_from([None, *Sort]),
    page=st.integers(1, 10),
    size=st.integers(1, 100),
    expand=st.booleans(),
    fields=st.lists(st.sampled_from(HIT_FIELDS), unique=True).map(tuple),
    facets=st.lists(st.sampled_from(FACETS), unique=True, min_size=1).map(tuple),
    published_from=st.sampled_from([None, PartialDate.parse("2022-11")]),
    published_to=st.sampled_from([None, PartialDate.parse("2023")]),
)


@given(requests)
def test_a_request_is_read_back_from_its_parameters(request: SearchRequest) -> None:
    assert parse_parameters(request.parameters()) == request


def test_nothing_that_goes_without_saying_is_said() -> None:
    assert SearchRequest().address() == "/api/v1/search"
    assert SearchRequest(q="l’Otan").address() == "/api/v1/search?q=l%E2%80%99Otan"


@pytest.mark.parametrize(
    ("pairs", "parameter"),
    [
        ([("Q", "a")], "Q"),
        ([("q", "a"), ("q", "b")], "q"),
        ([("pays", "Ukraine")], "pays"),
        ([("--country", "a")], "--country"),
        ([("sort", "date")], "sort"),
        ([("page", "0")], "page"),
        ([("page", "-1")], "page"),
        ([("page", "un")], "page"),
        ([("page", "٣")], "page"),
        ([("page", "1" * 5000)], "page"),
        ([("page", "101")], "page"),
        ([("size", "0")], "size"),
        ([("size", "101")], "size"),
        ([("from", "hier")], "from"),
        ([("to", "2024-13")], "to"),
        ([("from", "2024"), ("to", "2023")], "from"),
        ([("facets", "country,pays")], "pays"),
        ([("timelines", ",")], "timelines"),
        ([("timelines", "published,demain")], "timelines"),
        ([("fields", "id,")], "fields"),
        ([("fields", "id,texte")], "fields"),
        ([("page", "2"), ("cursor", "abc")], "cursor"),
        ([("expand", "oui")], "expand"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_named(pairs: list[tuple[str, str]], parameter: str) -> None:
    with pytest.raises(RequestError) as caught:
        parse_parameters(pairs)

    assert caught.value.parameter == parameter
    assert caught.value.detail.endswith(".")


def test_empty_parameters_of_a_form_say_nothing() -> None:
    assert parse_parameters([("q", ""), ("country", ""), ("from", ""), ("to", ""), ("sort", "")]) == SearchRequest()


def test_a_value_given_twice_counts_once() -> None:
    request = parse_parameters([("country", "Ukraine"), ("country", "Ukraine"), ("-source", "un.example")])

    assert request.include == {"country": ("Ukraine",)}
    assert request.exclude == {"source": ("un.example",)}


def test_without_a_query_the_newest_come_first() -> None:
    assert SearchRequest().order is Sort.NEWEST
    assert SearchRequest(q="missile").order is Sort.RELEVANCE
    assert SearchRequest(q="missile", sort=Sort.OLDEST).order is Sort.OLDEST
