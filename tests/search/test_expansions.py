"""Other names of a name: found too, told, switched off by one parameter, and below the exact spelling."""

import random
from pathlib import Path

import pytest

from indexer.engine import Engine, open_engine
from indexer.search import Hit, SearchRequest
from indexer.typography import typeset
from tests.making import make_document, make_engine

NAMES = {
    "Kiev": "Kyiv",
    "Kyiv": "Kiev",
    "OTAN": "NATO",
    "Kharkov": "Kharkiv",
    "Choïgou": "Shoigu",
    "Umerov": "Oumerov",
    "SCALP": "Storm Shadow",
    "SAMP/T": "Mamba",
    "AASM": "Hammer",
}
FILLING = "le ministère annonce que la livraison de matériel reprendra au printemps selon plusieurs sources".split()


@pytest.fixture(scope="module", params=range(3))
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    draw = random.Random(request.param)
    documents = []
    for number in range(300):
        words = draw.choices(FILLING, k=draw.choice([5, 50, 400]))
        for name in draw.sample(sorted({*NAMES, *NAMES.values()}), draw.choice([1, 1, 2])):
            for _ in range(draw.choice([1, 2, 10])):
                words.insert(draw.randrange(len(words) + 1), f"{name},")
        title = f"{draw.choice(sorted(NAMES.values()))} : des annonces" if draw.random() < 0.3 else "Des annonces"
        documents.append(make_document(" ".join(words), id=f"d{number}", title=title))
    return make_engine(tmp_path_factory.mktemp("names"), *documents)


@pytest.mark.parametrize(("typed", "other"), NAMES.items())
def test_exact_spelling_comes_first(engine: Engine, typed: str, other: str) -> None:
    results = engine.search(SearchRequest(q=typed, size=100))
    exact = {hit.id for hit in every_hit(engine, SearchRequest(q=typed, expand=False))}
    hits = every_hit(engine, SearchRequest(q=typed))

    (expansion,) = results.query.expansions
    assert expansion.name == typed
    assert other in expansion.variants
    is_exact = [hit.id in exact for hit in hits]
    assert is_exact == sorted(is_exact, reverse=True)
    assert 0 < len(exact) < len(hits)


@pytest.mark.parametrize(("typed", "other"), NAMES.items())
def test_one_parameter_switches_it_off(engine: Engine, typed: str, other: str) -> None:
    results = engine.search(SearchRequest(q=typed, expand=False, size=100))

    assert results.query.expansions == ()
    assert results.total.value < engine.search(SearchRequest(q=f'{typed} OU "{other}"', expand=False)).total.value


def test_what_one_name_finds_its_other_names_find(engine: Engine) -> None:
    for typed, other in NAMES.items():
        assert {hit.id for hit in every_hit(engine, SearchRequest(q=typed))} == {
            hit.id for hit in every_hit(engine, SearchRequest(q=f'"{other}"'))
        }


def every_hit(engine: Engine, request: SearchRequest) -> list[Hit]:
    pages = [engine.search(request.replace(size=100, page=page)) for page in (1, 2, 3)]
    return [hit for page in pages for hit in page.hits]


def test_a_value_is_asked_for_by_any_of_its_names(tmp_path: Path) -> None:
    engine = make_engine(
        tmp_path,
        make_document("Le SAMP/T arrive à Kyiv.", id="a"),
        make_document("Rien de tel.", id="b"),
        make_document("Oumerov parle.", id="c"),
        enriched=True,
    )
    for query, found in {
        "arme:SAMP/T": ["a"],
        "arme:Mamba": ["a"],
        "equipment:mamba": ["a"],
        "pays:ukraine": ["a"],
        "pays:Ukrainien": ["a"],
        'personne:"Rustem Umerov"': ["c"],
        "personne:Oumerov": ["c"],
        "personne:Oumerov OU arme:Mamba": ["a", "c"],
        "SAUF personne:Oumerov": ["a", "b"],
        "arrive pays:Ukraine": ["a"],
        "arrive pays:France": [],
        "type:Terrestre": [],
        "langue:fr": ["a", "b", "c"],
    }.items():
        results = engine.search(SearchRequest(q=query))
        assert sorted(hit.id for hit in results.hits) == found, query
    told = engine.search(SearchRequest(q="arme:Licorne"))
    assert told.total.value == 0
    assert told.query.notices == (typeset("« Licorne » n’est une valeur de « arme » dans aucun article."),)


def test_a_date_finds_what_was_published_then_and_says_so(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "index")
    engine.add(
        [
            make_document("Rafale", id="then", title="", date="2025-09-12"),
            make_document("Rafale livré en septembre 2025", id="said", title="", date="2024-01-01"),
            make_document("Rafale", id="else", title="", date="2024-01-01"),
        ]
    )
    results = engine.search(SearchRequest(q="Rafale septembre 2025"))
    assert {hit.id for hit in results.hits} == {"then", "said"}
    told = [expansion for expansion in results.query.expansions if expansion.name == "septembre 2025"]
    assert [expansion.variants for expansion in told] == [("date de publication",)]
    only_written = engine.search(SearchRequest(q="Rafale septembre 2025", expand=False, strict=True))
    assert [hit.id for hit in only_written.hits] == ["said"]
    assert only_written.query.expansions == ()
