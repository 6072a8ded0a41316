"""How well is the right article found? French questions and known items, Vigie as it is shipped against Lucene.

usage: python -m tests.bench.retrieval [SET …] [--java JAVA]

SET is a folder of ../shared/data: piaf, afriqa (questions as they stand), wikinews_fr_100 (known items). Prints Markdown:
MRR@10 of Vigie and of two set-ups of Lucene (the title before the text in one field; the title twice), the gain over the
better one, and how likely chance alone makes as great a one.

The test is paired and by relevant document, since questions about one paragraph go well or badly together: the sum of the
differences of every document gets a random sign, 20,000 times.
"""

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from indexer.document import Document, Provenance
from indexer.engine import open_engine
from indexer.errors import QueryError
from indexer.search import SearchRequest
from tests.bench.peers import answer_of, build_lucene, find_java, row

DATA = Path(__file__).parents[3] / "shared" / "data"
SETS = ("piaf", "afriqa", "wikinews_fr_100")
DEPTH = 10
DRAWS = 20_000

Ranking = Mapping[str, Sequence[str]]
"""The ids of documents, best first, by the id of a question."""


class Judged(NamedTuple):
    """Documents, questions and which documents answer each."""

    documents: Sequence[Mapping[str, str]]
    questions: Mapping[str, str]
    relevant: Mapping[str, frozenset[str]]


def read_set(folder: Path) -> Judged:
    """A set in the layout of BEIR; Wikinews keeps its questions in a folder of their own."""
    asked = folder / "qrels" if (folder / "qrels").is_dir() else folder
    corpus = next(folder / name for name in ("corpus.jsonl", "articles.jsonl") if (folder / name).exists())
    documents = [
        {"_id": entry.get("_id", entry.get("id")), "title": entry["title"], "text": entry["text"]}
        for entry in _lines(corpus)
    ]
    relevant: dict[str, set[str]] = defaultdict(set)
    for line in (asked / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        question, document, grade = line.split("\t")
        if int(grade) > 0:
            relevant[question].add(document)
    questions = {entry["_id"]: entry["text"] for entry in _lines(asked / "queries.jsonl") if entry["_id"] in relevant}
    return Judged(documents, questions, {question: frozenset(found) for question, found in relevant.items()})


def rank_with_vigie(judged: Judged) -> Ranking:
    """What the product answers, with the settings it is shipped with."""
    ranked: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(folder)
        engine.add(
            Document(
                id=entry["_id"],
                title=entry["title"],
                text=entry["text"],
                provenance=Provenance(path=entry["_id"], root="/", format="jsonl"),
            )
            for entry in judged.documents
        )
        for question, text in judged.questions.items():
            try:
                answer = engine.search(SearchRequest(q=text, size=DEPTH, facets=()))
            except QueryError:
                ranked[question] = []
            else:
                ranked[question] = [hit.id for hit in answer.hits]
        engine.close()
    return ranked


def rank_with_lucene(judged: Judged, java: Path, titles: int) -> Ranking:
    """What Lucene's FrenchAnalyzer and BM25 answer, any word of the question, the title *titles* times in the text."""
    peer = build_lucene(java)
    with tempfile.TemporaryDirectory() as folder:
        corpus, asked = Path(folder, "corpus.jsonl"), Path(folder, "queries.jsonl")
        _write_lines(corpus, judged.documents)
        _write_lines(asked, [{"_id": question, "text": text} for question, text in judged.questions.items()])
        program = ("-cp", peer.classes, "vigie.bench.LuceneRanking", corpus, asked, titles, DEPTH)
        return answer_of([str(java), *map(str, program)])


def reciprocal_ranks(judged: Judged, ranking: Ranking) -> dict[str, float]:
    """1 over the place of the first relevant document, 0 beyond the tenth, by question."""
    return {
        question: next(
            (1 / place for place, found in enumerate(ranking[question][:DEPTH], 1) if found in relevant), 0.0
        )
        for question, relevant in judged.relevant.items()
    }


def chance(judged: Judged, ours: Mapping[str, float], theirs: Mapping[str, float], draws: int = DRAWS) -> float:
    """How often random signs make as great a mean difference, of either sign: a paired randomization test by document."""
    sums: dict[frozenset[str], float] = defaultdict(float)
    for question, relevant in judged.relevant.items():
        sums[relevant] += ours[question] - theirs[question]
    differences = np.array(list(sums.values()))
    signs = np.random.default_rng(7).choice([-1.0, 1.0], size=(draws, len(differences)))
    reached = np.abs(signs @ differences) >= abs(differences.sum()) - 1e-12
    return float((reached.sum() + 1) / (draws + 1))


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _write_lines(file: Path, entries: Sequence[Mapping[str, str]]) -> None:
    file.write_text("".join(f"{json.dumps(entry, ensure_ascii=False)}\n" for entry in entries), encoding="utf-8")


def _mean(values: Mapping[str, float]) -> float:
    return sum(values.values()) / len(values)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="How well the right article is found, against Lucene.")
    parser.add_argument("sets", nargs="*", default=SETS)
    parser.add_argument("--java", type=Path, default=find_java())
    given = parser.parse_args()
    sys.stdout.write(f"{row('set', 'questions', 'Vigie', 'Lucene', 'Lucene, title twice', 'gain', 'p')}\n")
    sys.stdout.write(f"{row('---', *['---:'] * 6)}\n")
    for name in given.sets:
        judged = read_set(DATA / name)
        ours = reciprocal_ranks(judged, rank_with_vigie(judged))
        peers = [reciprocal_ranks(judged, rank_with_lucene(judged, given.java, titles)) for titles in (1, 2)]
        best = max(peers, key=_mean)
        gain = _mean(ours) / _mean(best) - 1
        means = (f"{_mean(values):.4f}" for values in (ours, *peers))
        cells = (name, len(judged.questions), *means, f"{gain:+.1%}", f"{chance(judged, ours, best):.5f}")
        sys.stdout.write(f"{row(*cells)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
