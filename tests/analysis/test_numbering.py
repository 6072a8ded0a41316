"""The quick path over many texts gives what the chain gives over each."""

from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.analysis import analyze
from indexer.analysis.numbering import TermNumbers
from tests.analysis.reference import analyze_by_surfaces
from tests.analysis.texts import HOSTILE, TEXTS

PIECES = [
    *("F", "16", "10", "000", "155", "mm", "MM", "milli", "millimètres", "km", "l’A", "A", "a", "400M", "Soukhoï", "35", "14", "h"),
    *("30", "50", "ans", "\n", "\t", "1,5", "milliard", "«", "»", "Su-35", "-", "2022", "100", "000,5", "C", "m", "%", "'", "16."),
    *("(F", "16)", "x\ty", "mi", "2024", "", "1er", "M$", "F\u00a016", "10\u202f000", "U.S.", "d’AMX", "10.000", "sous-marin", "œuvre"),
    *("Évènement,", "e\u0301te\u0301", "mis\u00adsile", "Київ", "½", "İ", "ʼ", "\x00", "ﬁn", "a_b", "l'", "km."),
]  # fmt: skip
texts = st.lists(st.lists(st.sampled_from(PIECES), max_size=10).map(" ".join) | st.text(max_size=40), max_size=8)


def named(numbers: TermNumbers, texts: list[str]) -> list[list[str]]:
    """The terms of every text, through their numbers."""
    flat, counts = numbers.number_texts(texts)
    names, left = list(numbers.terms), iter(flat.tolist())
    return [[names[next(left)] for _ in range(count)] for count in counts.tolist()]


@given(st.lists(texts, max_size=3))
def test_numbers_stand_for_the_terms_of_the_chain(batches: list[list[str]]) -> None:
    numbers = TermNumbers()
    for batch in batches:
        assert named(numbers, batch) == [[term.text for term in analyze_by_surfaces(text)] for text in batch]


def test_hostile_texts_too() -> None:
    texts = list(HOSTILE)

    assert named(TermNumbers(), texts) == [[term.text for term in analyze_by_surfaces(text)] for text in texts]


@settings(max_examples=500)
@given(texts | st.lists(TEXTS, max_size=4))
def test_analyzing_by_pieces_gives_what_analyzing_by_surfaces_gives(texts: list[str]) -> None:
    for text in texts:
        assert list(analyze(text)) == analyze_by_surfaces(text)


def test_a_term_keeps_its_number() -> None:
    numbers = TermNumbers()
    first, _ = numbers.number_texts(["un deux", "deux"])
    again, counts = numbers.number_texts(["trois deux un"])

    assert first.tolist() == [0, 1, 1]
    assert again.tolist() == [2, 1, 0]
    assert counts.tolist() == [3]
    assert list(numbers.terms) == ["un", "deux", "trois"]


def test_texts_do_not_run_into_each_other() -> None:
    assert named(TermNumbers(), ["le F", "16 avions", "10", "000"]) == [["le", "f"], ["16", "avions"], ["10"], ["000"]]


def test_nothing_gives_nothing() -> None:
    assert named(TermNumbers(), []) == []
    assert named(TermNumbers(), ["", " ", "\n", "!!!"]) == [[], [], [], []]
