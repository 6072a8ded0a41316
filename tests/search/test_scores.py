"""Scores and order against BM25F as it is written down, in plain Python over the analysed documents."""

import math
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from whoosh import query as whoosh_query

from indexer.analysis import Kin, is_stop_word
from indexer.document import Document
from indexer.index import IndexWriter
from indexer.index.schema import WORD_FIELDS
from indexer.index.weighting import K1, LARGEST_IMPACT, TEXT_B, TEXT_PIVOT, TITLE_B, TITLE_PIVOT, TITLE_WEIGHT
from indexer.search import SearchRequest, Sort
from indexer.search.matches import as_dense, sparse
from indexer.search.proximity import NO_COMPANY
from indexer.search.query import Phrase, TermSet
from indexer.search.searcher import Found
from indexer.search.stretch import whole
from tests.making import make_document
from tests.search import corpora
from tests.search.arrays import LARGE, Arrays, write
from tests.search.drawing import Drawing
from tests.search.set_algebra import SetAlgebra
from tests.search.stock_whoosh import StockIndex, analyzed, members

CORPORA: dict[str, tuple[Callable[[], Sequence[Document]], int, int]] = {
    "sample": (corpora.sample, 20_000, 250),
    "mixed": (corpora.mixed, 20_000, 300),
    "pairs": (corpora.pairs, LARGE, 200),
}
"""The documents, the memory of their writer, the trees drawn."""
QUERIES = 1000
FIRST = 10
SAME = 0.95
"""So many of the first ten are those that exact frequencies would give."""
STEPS = 255
RELEVANCE = SearchRequest(q="x")


class PlainBM25F:
    """BM25F in the way of Robertson and Zaragoza: the frequencies of fields, and of kin, added up before saturation.

    *keep* is what an index makes of an exact frequency.
    """

    def __init__(self, algebra: SetAlgebra, keep: Callable[[float], float]) -> None:
        self._algebra, self._keep = algebra, keep
        self._documents = [analyzed(document) for document in algebra.stock.documents]
        self._counts = [(Counter(title), Counter(text)) for title, text in self._documents]

    def scores(self, tree: whoosh_query.Query) -> dict[int, float]:
        """The score of every document that matches."""
        docs, boost = members(self._algebra.matching(tree)), getattr(tree, "boost", 1.0)
        if isinstance(tree, TermSet):
            idf = self.idf(tree)
            sums = {doc: sum(kin.weight * self._frequency(kin.term, doc) for kin in tree.kin) for doc in docs}
            return {doc: idf * frequency / (frequency + K1) for doc, frequency in sums.items()}
        if (constant := constant_score(tree)) is not None:
            return dict.fromkeys(docs, boost * constant)
        parts = [self.scores(part) for part in scored_parts(tree)]
        return {doc: boost * sum(part.get(doc, 0) for part in parts) for doc in docs}

    def idf(self, word: TermSet) -> float:
        """How much a word counts by its rarity: over all documents, found by any of its terms in any field."""
        having = self._algebra.matching(TermSet(word.kin)).bit_count()
        return (K1 + 1) * math.log(1 + (len(self._documents) - having + 0.5) / (having + 0.5))

    def _frequency(self, term: str, doc: int) -> float:
        (title, text), (in_title, in_text) = self._documents[doc], self._counts[doc]
        exact = TITLE_WEIGHT * in_title[term] / (1 - TITLE_B + TITLE_B * len(title) / TITLE_PIVOT)
        exact += in_text[term] / (1 - TEXT_B + TEXT_B * len(text) / TEXT_PIVOT)
        return self._keep(exact) if exact else 0


def constant_score(tree: whoosh_query.Query) -> float | None:
    """The score of what is found without being weighed."""
    if isinstance(tree, whoosh_query.ConstantScoreQuery):
        return float(tree.score)
    unweighed = whoosh_query.Prefix | whoosh_query.Wildcard | whoosh_query.FuzzyTerm | whoosh_query.TermRange
    return 1.0 if isinstance(tree, unweighed | whoosh_query.NumericRange) else None


def scored_parts(tree: whoosh_query.Query) -> Sequence[whoosh_query.Query]:
    """What adds to the score of *tree*; an exclusion and a facet value add nothing."""
    parts: Sequence[whoosh_query.Query] = ()
    match tree:
        case whoosh_query.And() | whoosh_query.Or():
            parts = tree.subqueries
        case whoosh_query.AndMaybe():
            parts = [tree.a, tree.b]
        case whoosh_query.AndNot():
            parts = [tree.a]
        case Phrase():
            parts = tree.words
        case whoosh_query.Phrase():
            parts = [TermSet((Kin(word, 1.0),), tree.fieldname) for word in tree.words]
        case whoosh_query.Term() if tree.fieldname in WORD_FIELDS:
            parts = [TermSet((Kin(tree.text, 1.0),), tree.fieldname)]
    return parts


def exactly(frequency: float) -> float:
    return frequency


def rounded(frequency: float) -> float:
    """As one of 254 impacts, in single precision as the index computes it."""
    single = np.float32(frequency)
    impact = int(np.clip(np.rint(STEPS * single / (single + np.float32(K1))), 1, LARGEST_IMPACT))
    return K1 * impact / (STEPS - impact)


def lowest(frequency: float) -> float:
    """The lowest that rounding may make of it."""
    return _moved(frequency, -0.5)


def highest(frequency: float) -> float:
    """The highest that rounding may make of it."""
    return _moved(frequency, 0.5)


def _moved(frequency: float, steps: float) -> float:
    impact = min(max(STEPS * frequency / (frequency + K1) + steps, 1), LARGEST_IMPACT)
    return K1 * impact / (STEPS - impact)


def ranking(arrays: Arrays, tree: whoosh_query.Query, number: int) -> list[tuple[int, float]]:
    """The places and the scores of the first *number* documents found."""
    _, found = arrays.find(tree, RELEVANCE)
    ranked = arrays.ranked(found, Sort.RELEVANCE, number)
    return [(int(arrays.places[match.segment][match.doc]), match.score) for match in ranked]


def tie_breaks(documents: Sequence[Document]) -> list[tuple[bool, int, str]]:
    """What orders equal scores: newest first, undated last, then by id."""
    dates = [document.published.first for document in documents]
    return [
        (date is None, -date.toordinal() if date else 0, document.id)
        for date, document in zip(dates, documents, strict=True)
    ]


def typed(stock: StockIndex, number: int) -> Iterator[whoosh_query.Query]:
    """Queries as readers type them: one to four words of an article, all or any of them wanted; some are a quotation."""
    draw = random.Random(7)
    texts = [[term for term in text if not is_stop_word(term)] for _, text in map(analyzed, stock.documents)]
    for _ in range(number):
        text, size = draw.choice(texts), draw.choice([1, 2, 2, 3, 4])
        words = [TermSet(stock.classes.kin(word)) for word in draw.sample(text, size)]
        at = draw.randrange(len(text) - 1)
        quotation = Phrase(tuple(TermSet(stock.classes.kin(word, quoted=True)) for word in text[at : at + 2]))
        yield draw.choice([whoosh_query.And(words), whoosh_query.Or(words), whoosh_query.Or([quotation, *words])])


@pytest.mark.slow
@pytest.mark.parametrize("name", CORPORA)
def test_scores_are_those_of_plain_bm25f(name: str, tmp_path: Path) -> None:
    documents, memory, trees = CORPORA[name]
    stock = StockIndex(documents())
    arrays = write(tmp_path, stock.documents, memory)
    algebra, drawing = SetAlgebra(stock), Drawing(stock, 4, leaves=150)
    same, low, high = (PlainBM25F(algebra, keep) for keep in (rounded, lowest, highest))
    order = tie_breaks(stock.documents)
    for _ in range(trees):
        tree = drawing.tree(depth=2)
        expected, least, most = same.scores(tree), low.scores(tree), high.scores(tree)
        ranked = ranking(arrays, tree, len(stock.documents))

        assert {doc for doc, _ in ranked} == expected.keys(), tree
        for doc, score in ranked:
            assert math.isclose(score, expected[doc], rel_tol=1e-5, abs_tol=1e-6), (tree, doc)
            assert least[doc] * (1 - 1e-5) <= score <= most[doc] * (1 + 1e-5), (tree, doc)
        assert ranked == sorted(ranked, key=lambda match: (-match[1], order[match[0]])), tree
        assert ranking(arrays, tree, FIRST) == ranked[:FIRST], tree
    stock.close()


def compare_firsts(documents: Sequence[Document], path: Path) -> tuple[float, float]:
    """Of the first ten that exact frequencies would give, the share that is found, and in the same place.

    Where another one is found its exact score is about the same.
    """
    stock = StockIndex(documents)
    arrays, exact = write(path, documents), PlainBM25F(SetAlgebra(stock), exactly)
    order = tie_breaks(documents)
    firsts: Counter[str] = Counter()
    for tree in typed(stock, QUERIES):
        scores = exact.scores(tree)
        wanted = sorted(scores, key=lambda doc: (-scores[doc], order[doc]))[:FIRST]
        found = [doc for doc, _ in ranking(arrays, tree, FIRST)]
        for doc, other in zip(wanted, found, strict=True):
            assert math.isclose(scores[doc], scores[other], rel_tol=0.02), tree
            firsts["in place"] += doc == other
        firsts["found"] += len(set(wanted) & set(found))
        firsts["all"] += len(wanted)
    stock.close()
    return firsts["found"] / firsts["all"], firsts["in place"] / firsts["all"]


@pytest.fixture(scope="module")
def firsts_of_corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[float, float]:
    return compare_firsts(corpora.sample(), tmp_path_factory.mktemp("corpus"))


@pytest.mark.slow
def test_the_first_ten_of_the_corpus_are_those_of_exact_frequencies(firsts_of_corpus: tuple[float, float]) -> None:
    found, _ = firsts_of_corpus

    assert found >= SAME


@pytest.mark.slow
@pytest.mark.xfail(
    strict=True, reason="0.88: less than a step apart, articles of about one length come by date instead"
)
def test_the_first_ten_of_the_corpus_are_in_the_same_places(firsts_of_corpus: tuple[float, float]) -> None:
    _, in_place = firsts_of_corpus

    assert in_place >= SAME


@pytest.mark.slow
def test_the_first_ten_of_wikinews_are_those_of_exact_frequencies_in_the_same_places(
    shared: Path, tmp_path: Path
) -> None:
    found, in_place = compare_firsts(corpora.wikinews(shared), tmp_path)

    assert found >= SAME
    assert in_place >= SAME


def test_a_word_is_off_by_half_a_step_of_its_weight_at_most(tmp_path: Path) -> None:
    documents = [make_document("alpha " * alpha + "vu " * (99 - alpha), id=f"{alpha}") for alpha in range(1, 99)]
    stock = StockIndex(documents)
    exact = PlainBM25F(SetAlgebra(stock), exactly)
    word = TermSet((Kin("alpha", 1.0),))
    for doc, score in ranking(write(tmp_path, documents), word, len(documents)):
        assert abs(score - exact.scores(word)[doc]) <= exact.idf(word) / (2 * STEPS) + 1e-6


def test_deleted_documents_count_as_documents_until_they_are_merged_away(tmp_path: Path) -> None:
    documents = [make_document("alpha bravo" if number % 3 else "bravo", id=f"{number}") for number in range(9)]
    write(tmp_path, documents)
    with IndexWriter(tmp_path) as writer:
        writer.delete("1")
    plain = PlainBM25F(SetAlgebra(StockIndex(documents)), rounded)
    word = TermSet((Kin("alpha", 1.0),))
    ranked = ranking(Arrays(tmp_path, documents, {"1"}), word, len(documents))

    assert ranked
    for doc, score in ranked:
        assert math.isclose(score, plain.scores(word)[doc], rel_tol=1e-5)


@pytest.mark.parametrize("best", [0, 700, 1299])
def test_the_best_of_many_equal_ones_is_first(best: int, tmp_path: Path) -> None:
    documents = [make_document("alpha alpha" if at == best else "alpha", id=f"{at:04}") for at in range(1300)]
    arrays = write(tmp_path, documents)

    assert ranking(arrays, TermSet((Kin("alpha", 1.0),)), 3)[0][0] == best


def test_the_first_of_any_scores_are_those_of_sorting(tmp_path: Path) -> None:
    draw = random.Random(8)
    documents = [
        make_document("alpha", id=f"{at:04}", date=draw.choice([None, "2020", "2021-02", "2022-03-04"]))
        for at in range(1535)
    ]
    arrays, order = write(tmp_path, documents), tie_breaks(documents)
    for _ in range(600):
        values = [draw.choice([0.0, 0.5, 1.0, 2.0]) for _ in range(draw.choice([1, 2, 2, 3]))]
        chances = draw.choices([1, 1000], k=len(values))
        few = draw.sample(range(len(documents)), draw.choice([3, 100, 1200, 1534]))
        scores = dict(zip(sorted(few), draw.choices(values, chances, k=len(few)), strict=True))
        matches = sparse(np.array(list(scores), np.intp), np.array(list(scores.values()), np.float32))
        if draw.random() < 0.5:
            matches = as_dense(matches, len(documents))
        number = draw.choice([1, 2, 10, 100, 128, 129, 1000])
        reader = arrays.searcher._reader
        found = Found(reader, (whole(reader),), (matches,), len(few), len(few), {}, {}, NO_COMPANY)
        ranked = arrays.rank(found, Sort.RELEVANCE, number)
        places = arrays.places[0]

        expected = sorted(scores, key=lambda doc: (-scores[doc], order[places[doc]]))
        assert ranked == [int(places[doc]) for doc in expected[:number]], (values, chances, len(few), number)


@pytest.mark.parametrize(
    "query",
    [
        TermSet((Kin("alpha", 1.0),)),
        TermSet((Kin("alpha", 1.0), Kin("vu", 0.4))),
        whoosh_query.And([TermSet((Kin("alpha", 1.0),)), TermSet((Kin("bravo", 1.0),))]),
        whoosh_query.Or([TermSet((Kin(word, 1.0),)) for word in ("alpha", "bravo", "titre")]),
    ],
    ids=str,
)
def test_equal_articles_of_different_segments_score_the_same(query: whoosh_query.Query, tmp_path: Path) -> None:
    """The words are in all documents of one segment, in a sixth of another, in a twentieth of the third."""
    documents: list[Document] = []
    for year, others in (("2020", 0), ("2022", 200), ("2024", 800)):
        documents += [make_document("alpha " * at + "bravo", id=f"{year}-{at}", date=year) for at in range(1, 41)]
        documents += [make_document("vu", id=f"{year}-other-{at}", title="") for at in range(others)]
        write(tmp_path, documents)
    arrays = Arrays(tmp_path, documents)
    scores = {documents[doc].id: score for doc, score in ranking(arrays, query, len(documents))}

    assert len(arrays.reader.parts) == 3
    assert [at for at in range(1, 41) if len({scores[f"{year}-{at}"] for year in (2020, 2022, 2024)}) > 1] == []
