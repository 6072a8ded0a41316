"""Stories, sums of money and dates mentioned, searched and counted, against plain Python over the same documents."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from indexer.changes import Removal, Telling
from indexer.document import FACETS, Amount, Document, PartialDate, document_number, facet_values
from indexer.engine import Engine, open_engine
from indexer.money import RATES
from indexer.search import SearchRequest, Sort, Timeline
from tests.making import make_document

WORDS = "char drone missile frégate obus radar".split()
COUNTRIES = ("France", "Ukraine", "Pologne", "Taïwan")
DATES = ("2023", "2023-05", "2024-02-28", "2024-02-29", "2024-03-01", None)
SUMS = (1e6, 5e6, 1e8, 1.5e8, 2.5e9)


def draw_document(draw: random.Random, number: int) -> Document:
    sums = [
        Amount(low, draw.choice(["EUR", "USD", "XXX", None]), draw.choice([None, low * 2]))
        for low in draw.sample(SUMS, draw.choice([0, 0, 1, 2]))
    ]
    return replace(
        make_document(
            " ".join(draw.choices(WORDS, k=draw.randrange(1, 9))),
            id=f"d{number}",
            date=draw.choice(DATES),
            source=draw.choice(["a.example", "b.example", "c.example", None]),
            facets={"country": tuple(draw.sample(COUNTRIES, draw.randrange(4)))},
        ),
        amounts=tuple(sums),
        mentioned=tuple(PartialDate.parse(date) for date in draw.sample(DATES[:-1], draw.randrange(3))),
    )


class Pile(NamedTuple):
    """An engine, its documents by id, and the story of those that share one."""

    engine: Engine
    documents: Mapping[str, Document]
    told: Mapping[str, str]


def build(folder: Path, draw: random.Random) -> Pile:
    """Several commits, with replaced and removed documents, and stories that change."""
    engine = open_engine(folder)
    documents: dict[str, Document] = {}
    told: dict[str, str] = {}
    for at in range(draw.choice([1, 3, 10])):
        added = [draw_document(draw, draw.randrange(120)) for _ in range(draw.choice([1, 30]))]
        added = list({document.id: document for document in added}.values())
        gone = draw.sample(sorted(documents), min(len(documents), draw.choice([0, 3])))
        gone = [name for name in gone if name not in {document.id for document in added}]
        documents |= {document.id: document for document in added}
        for name in gone:
            documents.pop(name)
            told.pop(name, None)
        again = draw.sample(sorted(documents), draw.randrange(len(documents) + 1))
        tellings = {name: draw.choice([None, f"s{draw.randrange(5)}"]) for name in again}
        for name, story in tellings.items():
            told.pop(name, None)
            told |= {name: story} if story else {}
        engine.change(
            [
                *map(Removal, gone),
                *added,
                *(Telling(name, document_number(story) if story else None) for name, story in tellings.items()),
            ]
        )
        if at == 5:
            engine.merge()
    shared = Counter(told.values())
    return Pile(engine, documents, {name: story for name, story in told.items() if shared[story] > 1})


@pytest.fixture(scope="module", params=range(12))
def pile(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pile:
    return build(tmp_path_factory.mktemp("pile"), random.Random(request.param))


def requests(draw: random.Random) -> Iterable[SearchRequest]:
    for _ in range(60):
        yield SearchRequest(
            q=draw.choice(
                ["", draw.choice(WORDS), " OU ".join(draw.sample(WORDS, 2)), " ".join(draw.sample(WORDS, 2))]
            ),
            include={"country": tuple(draw.sample(COUNTRIES, 1))} if draw.random() < 0.3 else {},
            exclude={"country": tuple(draw.sample(COUNTRIES, 1))} if draw.random() < 0.1 else {},
            sort=draw.choice([None, *Sort]),
            amount_from=draw.choice([None, None, None, 1e6, 1e8]),
            timelines=("published", "mentioned"),
            currency=draw.choice([None, "EUR"]) if draw.random() < 0.3 else None,
            size=100,
        )


def first_of_each(hits: Iterable[str], told: Mapping[str, str]) -> list[str]:
    stories: dict[str, str] = {}
    for name in hits:
        stories.setdefault(told.get(name, f"its own {name}"), name)
    return list(stories.values())


def test_stories_are_counted_and_shown_once(pile: Pile) -> None:
    engine, documents, told = pile
    repeated = 0
    for request in requests(random.Random(1)):
        every = engine.search(request)
        collapsed = engine.search(request.replace(collapse=True))
        hits = [hit.id for hit in every.hits]
        assert len(hits) == every.total.value

        first = first_of_each(hits, told)
        repeated += len(hits) - len(first)
        assert [hit.id for hit in collapsed.hits] == first
        assert collapsed.total.value == len(first)
        for name in FACETS:
            found = without_own(engine, request, name)
            stories = {told.get(hit, f"its own {hit}"): set[str]() for hit in found}
            for hit in found:
                values = facet_values(documents[hit])[name]
                stories[told.get(hit, f"its own {hit}")] |= set(values) or {""}
            counts = Counter(value for values in stories.values() for value in values)
            facet = collapsed.facets[name]
            assert facet.missing == counts.pop("", 0)
            shown = {value.value: value.count for value in facet.values if value.count}
            assert shown == {value: counts[value] for value in shown}
            assert facet.other == counts.total() - sum(shown.values())
        for name in ("published", "mentioned"):
            check_timeline(name, collapsed.timelines[name], hits, documents, told)
            check_timeline(name, every.timelines[name], hits, documents, {})
    assert repeated or not told


def without_own(engine: Engine, request: SearchRequest, name: str) -> list[str]:
    """The hits that the selections of the other facets leave."""
    include = {key: values for key, values in request.include.items() if key != name}
    exclude = {key: values for key, values in request.exclude.items() if key != name}
    return [hit.id for hit in engine.search(request.replace(include=include, exclude=exclude)).hits]


def check_timeline(
    name: str, found: Timeline, hits: Iterable[str], documents: Mapping[str, Document], told: Mapping[str, str]
) -> None:
    length = {"year": 4, "month": 7, "day": 10}[found.unit]
    stories: dict[str, set[str]] = {}
    for hit in hits:
        document = documents[hit]
        dates = [document.published] if name == "published" else document.mentioned
        known = {date.date for date in dates if date.date}
        stories.setdefault(told.get(hit, f"its own {hit}"), set()).update(known)
    bars = Counter(
        bar for known in stories.values() for bar in {date[:length] for date in known if len(date) >= length}
    )
    assert {bar.date: bar.count for bar in found.bars} == bars
    assert [bar.date for bar in found.bars] == sorted(bars)
    assert found.missing == sum(not known for known in stories.values())
    assert found.coarser == sum(bool(known) and all(len(date) < length for date in known) for known in stories.values())


def test_a_hit_says_how_many_tell_its_story_and_they_can_be_had(pile: Pile) -> None:
    engine, documents, told = pile
    for hit in engine.search(SearchRequest(size=100)).hits:
        members = {name for name, story in told.items() if story == told.get(hit.id)}
        if not members:
            assert hit.story is None
            continue
        assert hit.story is not None
        assert hit.story.versions == len(members)
        assert hit.story.sources == len({documents[name].source for name in members} - {None})
        found = engine.search(SearchRequest(story=hit.story.id, size=100))
        assert {each.id for each in found.hits} == members
        assert found.total.value == len(members)


@pytest.mark.parametrize("name", ["", "0", "g", "f" * 40, "7fffffffffffffff", "-1"])
def test_a_story_that_nobody_tells_finds_nothing(pile: Pile, name: str) -> None:
    assert pile[0].search(SearchRequest(story=name or "zz", size=100)).total.value == 0


def largest(document: Document) -> float:
    """The largest sum that a document names, in euros."""
    sums = ((amount.highest or amount.value, RATES.rates.get(amount.currency or "")) for amount in document.amounts)
    return max((value / rate for value, rate in sums if rate), default=0.0)


def test_sums_are_found_within_a_range_and_sorted(pile: Pile) -> None:
    engine, documents, _ = pile
    for low, high, currency in ((1e8, None, "USD"), (None, 5e6, "EUR"), (1e6, 2e8, None), (1.04e8, 1.05e8, "USD")):
        found = engine.search(SearchRequest(amount_from=low, amount_to=high, currency=currency, size=100))
        expected = {
            name for name, each in documents.items() if any(within(a, low, high, currency) for a in each.amounts)
        }
        assert {hit.id for hit in found.hits} == expected, (low, high, currency)

    sums = [largest(documents[hit.id]) for hit in engine.search(SearchRequest(sort=Sort.AMOUNT, size=100)).hits]
    assert sums == sorted(sums, reverse=True)


def within(amount: Amount, low: float | None, high: float | None, currency: str | None) -> bool:
    factor = 1.0
    if currency and amount.currency != currency:
        rate = RATES.rates.get(amount.currency or "")
        if rate is None:
            return False
        factor = RATES.rates[currency] / rate
    return (low is None or (amount.highest or amount.value) * factor >= low) and (
        high is None or amount.value * factor <= high
    )


@pytest.mark.parametrize(
    ("query", "low", "high", "currency"),
    [
        ("montant:>=100M$", 1e8, None, "USD"),
        ("montant:>=100 M$", 1e8, None, "USD"),
        ("amount:<=5000000€", None, 5e6, "EUR"),
        ("montant:1..200 M", 1e6, 2e8, None),
        ("montant:1M..0,2Md", 1e6, 2e8, None),
        ("montant:>= 1,5 milliard d’euros", 1.5e9, None, "EUR"),
        ("montant:150000000", 1.5e8, 1.5e8, None),
        ("montant:150 000 000 EUR", 1.5e8, 1.5e8, "EUR"),
        ("montant:..5M€", None, 5e6, "EUR"),
        ("montant:2 Md€..", 2e9, None, "EUR"),
    ],
)
def test_sums_are_asked_for_as_people_write_them(
    pile: Pile, query: str, low: float | None, high: float | None, currency: str | None
) -> None:
    engine, _, _ = pile
    asked = engine.search(SearchRequest(q=query, size=100, sort=Sort.NEWEST))
    expected = engine.search(SearchRequest(amount_from=low, amount_to=high, currency=currency, size=100))

    assert [hit.id for hit in asked.hits] == [hit.id for hit in expected.hits]
    word = engine.search(SearchRequest(q=f"char {query}", size=100))
    assert {hit.id for hit in word.hits} == {hit.id for hit in asked.hits} & {
        hit.id for hit in engine.search(SearchRequest(q="char", size=100)).hits
    }


def test_more_than_leaves_the_bound_out(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    engine.add([replace(make_document(), amounts=(Amount(1e8, "USD"),))])

    totals = {
        sign: engine.search(SearchRequest(q=f"montant:{sign}100M$")).total.value for sign in (">", ">=", "<", "<=", "")
    }
    assert totals == {">": 0, ">=": 1, "<": 0, "<=": 1, "": 1}
