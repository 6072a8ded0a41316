"""Search behaviour as data: cases/<topic>/documents.jsonl and searches.json. A case needs no Python."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from indexer.document import PartialDate
from indexer.engine import Engine
from indexer.search import SearchRequest, SearchResults, Sort
from tests.making import make_document, make_engine

CASES = Path(__file__).parent / "cases"


def searches() -> Iterator[Any]:
    for path in sorted(CASES.glob("*/searches.json")):
        for search in json.loads(path.read_text(encoding="utf-8")):
            yield pytest.param(path.parent.name, search, id=f"{path.parent.name}: {search['why']}")


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Engine]:
    """An engine for each topic."""
    return {path.parent.name: make_topic(path, tmp_path_factory) for path in CASES.glob("*/documents.jsonl")}


def make_topic(path: Path, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    documents = [
        make_document(
            line["text"],
            id=line["id"],
            title=line.get("title", "–"),
            date=line.get("date"),
            source=line.get("source"),
            facets={name: tuple(values) for name, values in line.get("facets", {}).items()},
        )
        for line in lines
    ]
    return make_engine(tmp_path_factory.mktemp(path.parent.name), *documents)


def request_of(search: dict[str, Any]) -> SearchRequest:
    return SearchRequest(
        q=search["search"],
        include={name: tuple(values) for name, values in search.get("include", {}).items()},
        exclude={name: tuple(values) for name, values in search.get("exclude", {}).items()},
        published_from=PartialDate.parse(search["from"]) if "from" in search else None,
        published_to=PartialDate.parse(search["to"]) if "to" in search else None,
        sort=Sort(search["sort"]) if "sort" in search else None,
        expand=search.get("expand", True),
        size=100,
    )


def counts(results: SearchResults, name: str) -> dict[str, int]:
    facet = results.facets[name]
    return {value.value: value.count for value in facet.values} | {"missing": facet.missing}


@pytest.mark.parametrize(("topic", "search"), list(searches()))
def test_search(topic: str, search: dict[str, Any], engines: dict[str, Engine]) -> None:
    results = engines[topic].search(request_of(search))
    ids = [hit.id for hit in results.hits]

    assert results.total.value == len(ids)
    if "hits" in search:
        assert sorted(ids) == sorted(search["hits"])
    if "order" in search:
        assert ids == search["order"]
    for name, expected in search.get("facets", {}).items():
        assert counts(results, name) == expected
    if "expansions" in search:
        assert [expansion.name for expansion in results.query.expansions] == search["expansions"]
