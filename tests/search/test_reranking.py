"""The closer look: neighbouring words, recent articles, versions of a story; against plain Python."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.changes import Telling
from indexer.document import Document
from indexer.engine import Engine, open_engine
from indexer.index.weighting import K1, frequencies, inverse_document_frequency
from indexer.search import Hit, SearchRequest
from indexer.search.proximity import IN_TITLE, NEAR, PAIR, STRETCH, TOGETHER
from indexer.search.reranking import HALF_LIFE, LOOKED_AT, RECENT, REPEATED
from tests.making import make_document

FILLER = "et puis encore autre chose dans le même texte de remplissage sans rien de plus".split()


def built(path: Path, *documents: Document) -> Engine:
    """An engine over some documents."""
    engine = open_engine(path / "index")
    engine.add(documents)
    return engine


def hits(engine: Engine, q: str, *, recency: bool = True, diversity: bool = True) -> list[Hit]:
    """What is found, best first."""
    request = SearchRequest(q=q, facets=(), explain=True, recency=recency, diversity=diversity, expand=False)
    return list(engine.search(request).hits)


def value(hit: Hit, label: str) -> float | None:
    """The part of a score that is called so."""
    return next((part.value for part in hit.explanation if part.label == label), None)


def test_words_side_by_side_come_before_scattered_ones(tmp_path: Path) -> None:
    near = " ".join(["aide militaire", *FILLER])
    apart = " ".join(["aide", *FILLER, "militaire"])
    backwards = " ".join(["militaire aide", *FILLER])
    texts = {"a": apart, "b": backwards, "c": near}
    engine = built(tmp_path, *(make_document(id=name, title="", text=text) for name, text in texts.items()))

    found = hits(engine, "aide militaire")
    assert [hit.id for hit in found] == ["c", "b", "a"]


WORDS = ["aide", "ukraine", "canon", "mer", "port", "ville", "lac", "pont", "mont"]


@settings(max_examples=60, deadline=None)
@given(
    title=st.lists(st.sampled_from(WORDS), max_size=4),
    text=st.lists(st.sampled_from(WORDS), min_size=1, max_size=30),
    query=st.lists(st.sampled_from(WORDS[:4]), min_size=2, max_size=3, unique=True),
)
def test_the_bonus_of_words_together(
    tmp_path_factory: pytest.TempPathFactory, title: list[str], text: list[str], query: list[str]
) -> None:
    """Against the rule in plain Python."""
    engine = built(
        tmp_path_factory.mktemp("together"),
        make_document(id="a", title=" ".join(title), text=" ".join(text)),
        make_document(id="b", title="", text=" ".join(WORDS)),
    )
    documents = [[*title, *text], WORDS]
    most = {word: inverse_document_frequency(2, sum(word in document for document in documents)) for word in query}
    bonus = sum(IN_TITLE * most[word] for word in query if word in title)
    stretches = [set(text[at : at + STRETCH + 1]) for at in range(len(text)) if text[at] in query]
    bonus += TOGETHER * max((sum(most[word] for word in query if word in stretch) for stretch in stretches), default=0)
    for first, second in pairwise(query):
        times = [sum(near(field, at, first, second) for at in range(len(field))) for field in (title, text)]
        frequency = float(frequencies(*(np.array([number]) for number in (*times, len(title), len(text))))[0])
        bonus += PAIR * min(most[first], most[second]) * frequency / (frequency + K1)

    hit = next((hit for hit in hits(engine, " ".join(query)) if hit.id == "a"), None)
    assert hit is None or (value(hit, "mots ensemble") or 0) == pytest.approx(bonus, abs=1e-3)


def near(words: list[str], at: int, first: str, second: str) -> bool:
    """Whether the second word of a pair stands here, and the first shortly before."""
    return words[at] == second and first in words[max(0, at - NEAR) : at]


def test_recent_articles_gain_a_little(tmp_path: Path) -> None:
    dates = {"new": "2024-03-15", "year": "2023-03-16", "old": "1990-01-01", "undated": None}
    documents = [make_document(id=name, title="", text="missile", date=date) for name, date in dates.items()]
    found = {hit.id: hit for hit in hits(built(tmp_path, *documents), "missile")}

    assert list(found)[:3] == ["new", "year", "old"]
    assert value(found["new"], "fraîcheur") == pytest.approx(1 + RECENT, abs=1e-4)
    assert value(found["year"], "fraîcheur") == pytest.approx(1 + RECENT * 0.5 ** (365 / HALF_LIFE), abs=1e-4)
    assert value(found["undated"], "fraîcheur") is None
    plain = hits(built(tmp_path, *documents), "missile", recency=False)
    assert len({hit.score for hit in plain}) == 1


def test_the_second_version_of_a_story_comes_behind_others(tmp_path: Path) -> None:
    engine = built(
        tmp_path,
        make_document(id="a", title="Missile missile missile", text="missile"),
        make_document(id="b", title="Missile missile missile", text="missile"),
        make_document(id="c", title="Missile", text="missile"),
    )
    engine.change([Telling("a", 7), Telling("b", 7)])

    found = hits(engine, "missile")
    assert [hit.id for hit in found] == ["a", "b", "c"] or [hit.id for hit in found] == ["a", "c", "b"]
    assert value(found[[hit.id for hit in found].index("b")], "autre version du même récit") == REPEATED
    assert value(hits(engine, "missile", diversity=False)[1], "autre version du même récit") is None


def test_a_score_is_its_parts(tmp_path: Path) -> None:
    documents = [
        make_document(
            id=str(number),
            title="Aide" if number % 3 else "Le char",
            text=" ".join(["aide militaire" if number % 2 else "militaire"] * (number % 5 + 1) + FILLER[: number % 7]),
            date=f"20{10 + number % 14}-05",
        )
        for number in range(60)
    ]
    engine = built(tmp_path, *documents)
    for q in ("aide militaire", "aide OU char", '"aide militaire"', "aide militaire char", "militaire -char"):
        for hit in hits(engine, q):
            score = 0.0
            for part in hit.explanation:
                score = score * part.value if part.factor else score + part.value
            assert score == pytest.approx(hit.score, abs=2e-3), (q, hit.explanation)


def test_pages_go_on_in_one_order(tmp_path: Path) -> None:
    documents = [
        make_document(id=f"{number:03}", title="", text=" ".join(["aide", *FILLER[: number % 13], "militaire"]))
        for number in range(90)
    ]
    engine = built(tmp_path, *documents)
    whole = [hit for page in range(1, 10) for hit in engine.search(SearchRequest(q="aide militaire", page=page)).hits]

    assert len({hit.id for hit in whole}) == len(documents) > LOOKED_AT
    assert all(before.score >= after.score for before, after in pairwise(whole))
    assert [hit.id for hit in engine.search(SearchRequest(q="aide militaire", size=90)).hits] == [
        hit.id for hit in whole
    ]
