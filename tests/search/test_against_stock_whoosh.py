"""The array index finds and counts what a stock Whoosh index over the same chain and schema does."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice, product
from pathlib import Path

import pytest
from whoosh import query as whoosh_query

from indexer.analysis import Kin, analyze
from indexer.document import Document
from indexer.engine import open_engine
from indexer.index import IndexWriter
from indexer.index.inversion import LAST_POSITION, TITLE_ROOM
from indexer.index.schema import CONTENT, PUBLISHED, TEXT, TITLE
from indexer.search import Facet, SearchRequest
from indexer.search.evaluation import Evaluation
from indexer.search.leaves import Leaves
from indexer.search.query import AmountRange, DateRange, Phrase, TermSet
from tests.length import PARTS
from tests.making import make_document
from tests.search import corpora
from tests.search.arrays import Arrays, write, write_and_merge, write_with_changes
from tests.search.drawing import Drawing
from tests.search.set_algebra import Counts, SetAlgebra, stock_says_the_same
from tests.search.stock_whoosh import StockIndex, ids, to_whoosh

QUERIES = 600
CASES = {
    "sample": 4500,
    "mixed": 3000,
    "shares": 6500,
    "pairs": 2000,
    "long": 1000,
    "few": 2600,
    "full": 200,
    "over": 200,
}
MORE_CASES = 3000
"""Over the set of ../shared, where it is there."""
TELLING = 0.2
"""At least so many cases find something, and not everything."""
FEW = 50
"""Indexes of a few documents."""


def compare(arrays: Arrays, algebra: SetAlgebra, drawing: Drawing, cases: int, whole_trees: int) -> Counter[object]:
    """Compare all that is found in so many *cases*, and ask stock Whoosh for some whole trees; what was drawn."""
    drawn: Counter[object] = Counter()
    documents = algebra.stock.documents
    for number in range(cases):
        tree, request = drawing.tree(), drawing.request()
        expected = algebra.hits(tree, request) & arrays.live
        hits, found = arrays.find(tree, request)

        assert hits == expected, (tree, request, ids(hits ^ expected, documents))
        assert found.total == expected.bit_count(), (tree, request)
        counts = algebra.facets(tree, request, arrays.live)
        assert {name: shown(facet) for name, facet in found.facets.items()} == counts, (tree, request)
        order, first = drawing.order(), drawing.number()
        ranked = arrays.rank(found, order, first)
        assert ranked == list(islice(algebra.in_order(expected, order), first)), (tree, request, order)
        drawn.update(classes(tree))
        drawn["telling"] += expected not in {0, arrays.live}
        if number * whole_trees // cases < (number + 1) * whole_trees // cases:
            while not stock_says_the_same(tree, phrases=not algebra.beyond_reach):
                tree = drawing.tree()
            assert algebra.stock.find(to_whoosh(tree)) == algebra.matching(tree), tree
            drawn["whole"] += 1
    return drawn


def classes(tree: whoosh_query.Query) -> Iterator[type]:
    """The classes of *tree* and of all below it."""
    yield type(tree)
    for child in tree.children():
        yield from classes(child)


def shown(facet: Facet) -> Counts:
    """What is compared of a facet."""
    values = ((value.value, value.count, value.selected, value.excluded) for value in facet.values)
    return tuple(values), facet.missing, facet.other


def test_twenty_thousand_cases_are_drawn() -> None:
    assert sum(CASES.values()) >= 20_000


CORPORA: dict[str, tuple[Callable[[], Sequence[Document]], Callable[[Path, Sequence[Document]], Arrays]]] = {
    "sample": (corpora.sample, partial(write_with_changes, memory=20_000)),
    "mixed": (corpora.mixed, partial(write_with_changes, memory=20_000)),
    "shares": (corpora.shares, write),
    "pairs": (corpora.pairs, write_and_merge),
    "long": (corpora.long_ones, write),
}


@pytest.mark.slow
@PARTS
@pytest.mark.parametrize("name", CORPORA)
def test_finds_and_counts_as_set_algebra_over_stock_whoosh_does(name: str, part: int, tmp_path: Path) -> None:
    documents, write_index = CORPORA[name]
    stock = StockIndex(documents())
    arrays = write_index(tmp_path, stock.documents)
    drawing = Drawing(stock, 1, leaves=700 if name != "long" else 300)
    cases = CASES[name] // part
    drawn = compare(arrays, SetAlgebra(stock), drawing, cases, whole_trees=cases // 8)
    stock.close()

    assert drawn["whole"] == cases // 8
    assert drawn["telling"] > cases * TELLING
    by_class = (Evaluation.__dict__["_by_class"], Leaves.__dict__["matches"])
    # sums of money have their oracle in test_versions.py, days in test_query_language.py
    evaluated = {kind for each in by_class for kind in each.dispatcher.registry} - {object, AmountRange, DateRange}
    assert evaluated <= drawn.keys()


@pytest.mark.slow
def test_any_two_rare_words_follow_each_other_to_where_positions_end(tmp_path: Path) -> None:
    documents = corpora.long_ones()
    arrays, algebra = write(tmp_path, documents), SetAlgebra(StockIndex(documents))
    rare = [TermSet((Kin(word, 1.0),)) for word in corpora.vocabulary(40)[30:]]
    some = 0
    for left, right in product(rare, rare):
        for field, slop in product((CONTENT, TITLE, TEXT), (1, 2, 4)):
            phrase = Phrase((left, right), slop=slop, field=field)
            expected = algebra.matching(phrase)
            assert arrays.find(phrase, SearchRequest())[0] == expected, phrase
            some += expected != 0
    algebra.stock.close()
    assert some > 100


@pytest.mark.slow
@PARTS
def test_finds_and_counts_the_same_in_a_hundred_articles_of_wikinews(shared: Path, part: int, tmp_path: Path) -> None:
    stock = StockIndex(corpora.wikinews(shared))
    arrays = write_with_changes(tmp_path, stock.documents, 50_000)
    drawing = Drawing(stock, 2, leaves=700)
    cases = MORE_CASES // part
    drawn = compare(arrays, SetAlgebra(stock), drawing, cases, whole_trees=cases // 8)
    stock.close()

    assert drawn["telling"] > cases * TELLING


@pytest.mark.long
def test_finds_and_counts_the_same_in_a_full_segment_and_in_one_document_more(tmp_path: Path) -> None:
    documents = corpora.many()
    stock = StockIndex(documents)
    algebra, drawing = SetAlgebra(stock), Drawing(stock, 3, leaves=80)
    over = write(tmp_path / "over", documents)
    write(tmp_path / "full", documents[:-1])
    full = Arrays(tmp_path / "full", documents, {documents[-1].id})

    assert len(full.reader.parts) == 1
    assert len(over.reader.parts) == 2
    for arrays, cases in ((full, CASES["full"]), (over, CASES["over"])):
        assert compare(arrays, algebra, drawing, cases, whole_trees=8)["telling"] > cases * TELLING
    stock.close()


@pytest.mark.slow
@PARTS
def test_finds_and_counts_the_same_in_few_documents_or_empty_ones(part: int, tmp_path: Path) -> None:
    for seed in range(FEW // part):
        stock = StockIndex(corpora.few(seed))
        arrays = write(tmp_path / str(seed), stock.documents)
        compare(arrays, SetAlgebra(stock), Drawing(stock, seed, leaves=60), CASES["few"] // FEW, whole_trees=8)
        stock.close()


@pytest.mark.slow
@pytest.mark.parametrize("write_index", [write, write_and_merge])
def test_every_two_words_side_by_side(
    write_index: Callable[[Path, Sequence[Document]], Arrays], tmp_path: Path
) -> None:
    """Frequent ones are kept as pairs, listed or as bitmaps; the rare are found by their positions."""
    stock = StockIndex(corpora.pairs())
    arrays, algebra = write_index(tmp_path, stock.documents), SetAlgebra(stock)
    for left, right in product(stock.terms, repeat=2):
        words = [TermSet((Kin(word, 1.0),)) for word in (left, right)]
        phrase = Phrase(tuple(words))

        assert arrays.find(phrase, SearchRequest(facets=()))[0] == algebra.sequence(phrase) & arrays.live, phrase
    stock.close()


def queries(documents: Sequence[Document]) -> Iterator[str]:
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

    for _ in range(QUERIES):
        parts = [draw.choice([word, quoted])() for _ in range(draw.randrange(1, 4))]
        operators = [draw.choice([" ", " OU ", " SAUF ", " ET "]) for _ in parts[1:]]
        yield "".join(part + operator for part, operator in zip(parts, [*operators, ""], strict=True))


def test_what_is_typed_finds_the_same_documents(tmp_path: Path) -> None:
    documents = corpora.sample()
    stock = StockIndex(documents)
    with IndexWriter(tmp_path, memory=20_000) as writer:
        for document in documents:
            writer.add(document)
    engine = open_engine(tmp_path)
    found_any = 0
    for query in queries(documents):
        results = engine.search(SearchRequest(q=query, size=100, expand=False, correct=False, strict=True, facets=()))
        expected = stock.search(query)
        found_any += bool(expected)

        assert {hit.id for hit in results.hits} == expected, query
        assert results.total.value == len(expected), query
    assert found_any > QUERIES * 0.7
    engine.close()
    stock.close()


def test_no_phrase_reaches_the_words_beyond_the_last_position(tmp_path: Path) -> None:
    words = ["vu"] * (LAST_POSITION - TITLE_ROOM - 1) + ["alpha"] + ["vu"] * 9 + ["bravo"]
    arrays = write(tmp_path, [make_document(" ".join(words))])
    phrase = Phrase(tuple(TermSet((Kin(word, 1.0),), TEXT) for word in ("alpha", "bravo")), field=TEXT)

    assert arrays.find(phrase, SearchRequest())[0] == 0


def test_every_dated_document_is_one_that_has_a_date(tmp_path: Path) -> None:
    arrays = write(tmp_path, [make_document(id="a", date="2022"), make_document(id="b")])

    assert arrays.find(whoosh_query.Every(PUBLISHED), SearchRequest())[0] == 1


def test_facet_values_are_as_near_as_words_are(tmp_path: Path) -> None:
    documents = [make_document("Farnce", id="a", facets={"country": ("Farnce",)})]
    stock, arrays = StockIndex(documents), write(tmp_path, documents)
    for query in (whoosh_query.FuzzyTerm("content", "france"), whoosh_query.FuzzyTerm("country", "France")):
        assert arrays.find(query, SearchRequest())[0] == stock.find(query)
