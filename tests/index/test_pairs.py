"""Pairs of frequent terms against reading the texts."""

import random
from itertools import pairwise

import numpy as np
import pytest

from indexer.analysis.numbering import TermNumbers
from indexer.index import pairs
from indexer.index.inversion import DENSE_SHARE, LAST_POSITION, Inversion, invert
from indexer.index.pairs import Pairs

WORDS = ("un", "deux", "trois", "quatre", "rare", "rarissime")


@pytest.fixture(autouse=True)
def _of_few_documents_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.index.inversion.FEWEST_DOCUMENTS", 1)


def invert_texts(titles: list[str], texts: list[str]) -> Inversion:
    numbers = TermNumbers()
    flat, lengths = numbers.number_texts([part for pair in zip(titles, texts, strict=True) for part in pair])
    return invert(flat, lengths, list(numbers.terms))


def docs(found: Pairs, left: int, right: int) -> list[int]:
    documents: list[int] = np.flatnonzero(found.mask(left, right)).tolist()
    return documents


def test_every_pair_of_dense_terms_has_the_documents_where_it_is_read() -> None:
    draw = random.Random(3)

    def text(most: int) -> str:
        return " ".join(draw.choices(WORDS, weights=(20, 10, 5, 5, 1, 0.1), k=draw.randrange(most)))

    titles, texts = [text(4) for _ in range(300)], [text(12) for _ in range(300)]
    inversion = invert_texts(titles, texts)
    found = Pairs(inversion.pairs, len(inversion.rows), len(inversion.title_lengths))
    rows = dict(zip(inversion.terms, inversion.row_numbers.tolist(), strict=True))
    dense = [term for term, row in rows.items() if row >= 0]

    assert 2 < len(dense) < len(WORDS)
    assert DENSE_SHARE == 4
    for left in dense:
        for right in dense:
            expected = [
                doc
                for doc, parts in enumerate(zip(titles, texts, strict=True))
                if any((left, right) in pairwise(part.split()) for part in parts)
            ]
            assert docs(found, rows[left], rows[right]) == expected, (left, right)


def test_titles_texts_and_documents_do_not_run_into_each_other() -> None:
    inversion = invert_texts(["un", "un", ""], ["deux", "deux", "deux un"])
    found = Pairs(inversion.pairs, len(inversion.rows), len(inversion.title_lengths))
    row = dict(zip(inversion.terms, inversion.row_numbers.tolist(), strict=True))

    assert docs(found, row["un"], row["deux"]) == []
    assert docs(found, row["deux"], row["un"]) == [2]


def test_what_no_phrase_reaches_makes_no_pair() -> None:
    inversion = invert_texts([""], ["un " * LAST_POSITION + "deux"])
    found = Pairs(inversion.pairs, len(inversion.rows), len(inversion.title_lengths))
    row = dict(zip(inversion.terms, inversion.row_numbers.tolist(), strict=True))

    assert docs(found, row["un"], row["un"]) == [0]
    assert docs(found, row["un"], row["deux"]) == []


def test_a_small_segment_keeps_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.index.inversion.FEWEST_DOCUMENTS", pairs.FEWEST_DOCUMENTS)
    inversion = invert_texts(["un deux"], ["un deux"])

    assert not Pairs(inversion.pairs, len(inversion.rows), 1).kept
    assert np.array_equal(inversion.pairs["pairs.docs"], np.zeros(0, np.uint16))
