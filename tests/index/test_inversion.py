"""The inversion against counting by hand."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import analyze
from indexer.analysis.numbering import TermNumbers
from indexer.index import weighting
from indexer.index.inversion import LAST_POSITION, TITLE_ROOM, Inversion
from indexer.index.inversion import invert as invert_numbers

words = st.sampled_from(["missile", "missiles", "F 16", "sous-marin", "l’Otan", "de", "155 mm", "\n", "!"])
texts = st.lists(words, max_size=12).map(" ".join)


def invert(titles: list[str], texts: list[str]) -> Inversion:
    numbers = TermNumbers()
    flat, lengths = numbers.number_texts([part for pair in zip(titles, texts, strict=True) for part in pair])
    return invert_numbers(flat, lengths, list(numbers.terms))


def terms_of(text: str) -> list[str]:
    return [term.text for term in analyze(text)]


def read(inversion: Inversion) -> dict[tuple[str, int], tuple[int, list[int]]]:
    """(term, document) -> its impact and positions."""
    found: dict[tuple[str, int], tuple[int, list[int]]] = {}
    sparse = posting = occurrence = 0
    for number, term in enumerate(inversion.terms):
        size = int(inversion.document_frequencies[number])
        row = int(inversion.row_numbers[number])
        if row >= 0:
            docs = np.flatnonzero(inversion.rows[row])
            impacts = inversion.rows[row][docs]
        else:
            docs, impacts = inversion.docs[sparse : sparse + size], inversion.impacts[sparse : sparse + size]
            sparse += size
        assert len(docs) == size
        for doc, impact in zip(docs.tolist(), impacts.tolist(), strict=True):
            count = int(inversion.counts[posting])
            found[term, doc] = impact, inversion.positions[occurrence : occurrence + count].tolist()
            posting, occurrence = posting + 1, occurrence + count
    assert occurrence == len(inversion.positions) == int(inversion.occurrences.sum())
    return found


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=40))
def test_postings_are_those_counted_by_hand(documents: list[tuple[str, str]]) -> None:
    inversion = invert([title for title, _ in documents], [text for _, text in documents])
    expected: dict[tuple[str, int], list[int]] = {}
    for doc, (title, text) in enumerate(documents):
        for start, part in ((0, title), (TITLE_ROOM, text)):
            for position, term in enumerate(terms_of(part)):
                expected.setdefault((term, doc), []).append(start + position)
    found = read(inversion)

    assert inversion.terms == sorted({term for term, _ in expected})
    assert {key: positions for key, (_, positions) in found.items()} == expected
    for (term, doc), (impact, _) in found.items():
        title_terms, text_terms = (terms_of(part) for part in documents[doc])
        title_norm = 1 - weighting.TITLE_B + weighting.TITLE_B * len(title_terms) / weighting.TITLE_PIVOT
        text_norm = 1 - weighting.TEXT_B + weighting.TEXT_B * len(text_terms) / weighting.TEXT_PIVOT
        in_title, in_text = title_terms.count(term) / title_norm, text_terms.count(term) / text_norm
        frequency = weighting.TITLE_WEIGHT * in_title + in_text
        assert abs(impact - min(254, max(1, 255 * frequency / (frequency + weighting.K1)))) <= 0.51


def test_a_frequent_term_is_a_row_and_a_rare_one_a_list() -> None:
    inversion = invert(["–"] * 40, ["rare souvent"] + ["souvent"] * 39)

    assert dict(zip(inversion.terms, inversion.row_numbers.tolist(), strict=True)) == {"rare": -1, "souvent": 0}
    assert (inversion.rows[0] > 0).all()


def test_a_long_title_loses_its_end_and_a_long_text_only_positions() -> None:
    inversion = invert(["titre " * 400 + "fin"], ["mot " * 70_000 + "fin"])
    found = read_counts(inversion)

    assert found["titre"] == TITLE_ROOM - 1
    assert found["mot"] == 70_000
    assert found["fin"] == 1
    assert int(inversion.positions.max()) == LAST_POSITION


def read_counts(inversion: Inversion) -> Counter[str]:
    assert inversion.counts.sum() == len(inversion.positions)
    return Counter(dict(zip(inversion.terms, inversion.counts.tolist(), strict=True)))


def test_documents_without_terms_have_none() -> None:
    inversion = invert(["", ""], ["", "!"])

    assert inversion.terms == []
    assert len(inversion.positions) == 0
