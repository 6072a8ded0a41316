"""The benchmark is what it says: the corpus, the mix, the peers. No timing here."""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice
from pathlib import Path

import pytest

from indexer.document import Document
from indexer.ingest import SourceFile, read_file
from tests.bench import peers
from tests.bench.corpus import HEAD, SEVERAL, SOURCE, WORDS, Article, articles, vocabulary, write_corpus
from tests.bench.measure import Answer, Effort, Indexing, Timings, measure, percentile_99
from tests.bench.queries import FACETS, KINDS, Query, queries, read_queries, write_queries
from tests.bench.reading import Speed, table, write_feed, write_json_lines

NUMBER = 300
AT_ONCE = Effort(warmup=0, warmup_seconds=0, runs=2)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bench") / "corpus.jsonl"
    write_corpus(NUMBER, path)
    return path


@pytest.fixture(scope="module")
def lines(corpus: Path) -> list[Article]:
    return [json.loads(line) for line in corpus.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bench") / "queries.json"
    write_queries(path)
    return path


@pytest.fixture(scope="module")
def lucene(corpus: Path, asked: Path, tmp_path_factory: pytest.TempPathFactory) -> peers.Result:
    java = peers.find_java()
    if java is None:
        pytest.skip("Lucene 10 needs Java 21 or newer: see tests/bench/lucene/README.md")
    if not peers.lucene_is_built():
        pytest.skip("not built, and tests fetch nothing: run « mvn -q process-classes » in tests/bench/lucene")
    peer, folder = peers.build_lucene(java), tmp_path_factory.mktemp("lucene") / "index"
    return peers.Result("Lucene", [peer.index(corpus, folder, 2)], peer.search(folder, asked, AT_ONCE))


@pytest.fixture(scope="module")
def tantivy(corpus: Path, asked: Path, tmp_path_factory: pytest.TempPathFactory) -> peers.Result:
    python = Path(sys.executable)
    if not peers.has_tantivy(python):
        pytest.skip("tantivy is not installed: pip install tantivy")
    peer, folder = peers.Tantivy(python), tmp_path_factory.mktemp("tantivy") / "index"
    return peers.Result("tantivy", [peer.index(corpus, folder, 2)], peer.search(folder, asked, AT_ONCE))


def test_a_seed_gives_the_same_bytes(corpus: Path, tmp_path: Path) -> None:
    again, other = tmp_path / "again.jsonl", tmp_path / "other.jsonl"
    write_corpus(NUMBER, again)
    write_corpus(NUMBER, other, seed=8)

    assert again.read_bytes() == corpus.read_bytes()
    assert other.read_bytes() != corpus.read_bytes()


def test_a_small_corpus_is_the_beginning_of_a_large_one(lines: list[Article]) -> None:
    assert list(islice(articles(5_000), NUMBER)) == lines


def test_the_articles_have_the_stated_shape(lines: list[Article]) -> None:
    assert [line["id"] for line in lines] == [str(number) for number in range(NUMBER)]
    for line in lines:
        assert len(line["title"].split()) == 9
        assert 40 <= len(line["text"].split()) <= 2000
        assert date(2020, 1, 1) <= date.fromisoformat(line["date"]) <= date(2024, 12, 31)
        assert int(line["source"].removeprefix("Source ")) <= SOURCE.count
        for names, values in zip(SEVERAL, several(line), strict=True):
            assert names.fewest <= len(values) <= names.most
            assert values == sorted(set(values))


def test_words_and_names_follow_the_law(lines: list[Article]) -> None:
    words = Counter(word for line in lines for word in re.findall(r"[\w'-]+", line["text"].lower()))
    lengths = [len(line["text"].split()) for line in lines]
    countries = Counter(value for line in lines for value in line["country"])

    assert words.most_common(1)[0][0] == HEAD[0]
    assert words["de"] / sum(words.values()) == pytest.approx(0.109, abs=0.01)
    assert sum(lengths) / len(lengths) == pytest.approx(307, rel=0.1)
    assert countries["Pays 1"] > countries["Pays 2"] > countries["Pays 10"]


def test_the_vocabulary_is_of_distinct_words_in_families() -> None:
    words = vocabulary()
    forms = set(words)

    assert len(forms) == len(words) == WORDS
    assert words[: len(HEAD)] == HEAD
    assert sum(f"{word}s" in forms for word in words) > WORDS / 4
    assert any("é" in word for word in words[len(HEAD) :])


def test_the_mix_covers_every_kind() -> None:
    mix = queries()

    assert len(mix) >= 24
    assert {query.kind for query in mix} == set(KINDS)
    assert len({query.name for query in mix}) == len(mix)
    assert {field for query in mix for field in query.filters} <= set(FACETS)


def test_the_mix_asks_for_words_that_exist() -> None:
    known = {word.lower() for word in vocabulary()}
    strange = {query.kind for query in queries() if not known.issuperset((*query.words, *query.phrase))}

    assert strange == {"none"}
    assert all(any(word.startswith(query.prefix) for word in known) for query in queries() if query.prefix)


def test_queries_survive_the_file(asked: Path) -> None:
    assert read_queries(asked) == queries()


def test_rounds_are_interleaved() -> None:
    mix = queries()[:3]
    order: list[str] = []

    def answer(query: Query) -> Answer:
        order.append(query.name)
        return Answer(1, ["t"], {"source": {f"Source {rank}": 1 for rank in range(12)}})

    timings = measure(answer, mix, Effort(warmup=1, warmup_seconds=0, runs=2))

    assert order == [query.name for query in mix] * 3
    assert [len(timing.times_ms) for timing in timings] == [2, 2, 2]
    assert len(timings[0].facets["source"]) == 5


@pytest.mark.parametrize(("count", "expected"), [(1, 1), (30, 30), (100, 99), (200, 198)])
def test_percentile_99(count: int, expected: int) -> None:
    assert percentile_99(range(count, 0, -1)) == expected


def test_the_table_is_markdown() -> None:
    mix = queries()
    timings = measure(lambda _: Answer(3, [], {}), mix, AT_ONCE)
    result = peers.Result("A", [Indexing("A 1", 2, 2.0, 4_000_000, 10, 1)], Timings("A 1", 10, 1, timings))
    rows = peers.table([result, result], 20_000_000).splitlines()

    assert len(rows) == len(mix) + 8
    assert "| A 1 | 2 | 2.0 | 10.0 | 4.0 | 1 |" in rows


def test_what_is_read_is_what_was_written(lines: list[Article], tmp_path: Path) -> None:
    for write in (write_json_lines, write_feed):
        write(lines[:20], tmp_path / "f")
        found = [each for each in read_file(SourceFile(tmp_path, "f")) if isinstance(each, Document)]

        assert [document.title for document in found] == [line["title"].strip() for line in lines[:20]]
        lengths = [(len(document.text), len(line["text"])) for document, line in zip(found, lines, strict=False)]
        assert all(read > 0.9 * written for read, written in lengths)


def test_the_table_of_reading_is_markdown() -> None:
    assert list(table({"feeds": Speed(3000, 6_000_000, 2.0)}))[2] == "| feeds | 1,500 | 3.0 |"


def test_the_java_found_is_new_enough() -> None:
    java = peers.find_java()

    assert java is None or peers.java_version(java) >= peers.OLDEST_JAVA


@pytest.mark.peers
def test_lucene_answers_exactly(lucene: peers.Result, lines: list[Article]) -> None:
    answers_exactly(lucene, lines)


@pytest.mark.peers
def test_tantivy_answers_exactly(tantivy: peers.Result, lines: list[Article]) -> None:
    answers_exactly(tantivy, lines)


@pytest.mark.peers
def test_the_peers_agree(lucene: peers.Result, tantivy: peers.Result) -> None:
    """Their stemmers differ a little, so a few totals may."""
    pairs = list(zip(lucene.timings.queries, tantivy.timings.queries, strict=True))
    same = [ours.name for ours, theirs in pairs if (ours.total, ours.facets) == (theirs.total, theirs.facets)]

    assert len(same) > len(pairs) / 2
    assert all(abs(ours.total - theirs.total) <= 0.05 * NUMBER for ours, theirs in pairs)


def answers_exactly(result: peers.Result, lines: list[Article]) -> None:
    """Totals and counts, drill-sideways too, are those that a plain loop finds."""
    found = {timing.name: timing for timing in result.timings.queries}
    assert result.indexing[0].documents == result.timings.documents == NUMBER
    assert list(found) == [query.name for query in queries()]
    assert found["no such word"].total == 0

    narrowed = found["every article, 1 person"]
    hits = [line for line in lines if "Personne 3" in line["person"]]
    assert narrowed.total == len(hits)
    assert len(narrowed.titles) == min(10, len(hits))
    assert sorted(narrowed.facets["country"].values()) == most(line["country"] for line in hits)
    assert sorted(narrowed.facets["date"].values()) == most([line["date"][:4]] for line in hits)
    assert sorted(narrowed.facets["person"].values()) == most(line["person"] for line in lines)

    newest = found["missile, newest"]
    with_word = [
        line for line in lines if re.search(r"\bmissiles?\b", f"{line['title']} {line['text']}", re.IGNORECASE)
    ]
    days = {line["title"]: line["date"] for line in lines}
    assert newest.total == len(with_word)
    assert [days[title] for title in newest.titles] == sorted((line["date"] for line in with_word), reverse=True)[:10]


def most(values: Iterable[Sequence[str]]) -> list[int]:
    """The five greatest counts, smallest first: which of two equal ones is shown is the peer's choice."""
    counts = Counter(value for each in values for value in each)
    return sorted(count for _, count in counts.most_common(5))


def several(line: Article) -> tuple[list[str], ...]:
    return line["country"], line["equipment"], line["organisation"], line["person"]
