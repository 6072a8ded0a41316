from hypothesis import given
from hypothesis import strategies as st

from indexer.index.dictionary import Dictionary, Filing, filing_arrays, name_hashes, text_arrays

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


@given(st.sets(words), words)
def test_a_dictionary_finds_what_it_holds_and_nothing_else(texts: set[str], other: str) -> None:
    ordered = sorted(texts)
    dictionary = Dictionary(text_arrays("d", ordered), "d")

    assert list(dictionary) == ordered
    assert [dictionary.find(text) for text in ordered] == list(range(len(ordered)))
    assert (dictionary.find(other) >= 0) == (other in texts)


@given(st.sets(words), st.text("aàé", max_size=2))
def test_a_prefix_gives_the_words_that_begin_with_it(texts: set[str], prefix: str) -> None:
    ordered = sorted(texts | {"a", "aa", "aàé", "é"})
    dictionary = Dictionary(text_arrays("d", ordered), "d")

    assert [dictionary[number] for number in dictionary.with_prefix(prefix)] == [
        text for text in ordered if text.startswith(prefix)
    ]


@given(st.lists(words))
def test_a_filing_gives_the_numbers_under_a_name(names: list[str]) -> None:
    filing = Filing(filing_arrays("f", name_hashes(names)), "f", names.__getitem__)

    for name in [*names, "absent"]:
        assert filing.find(name) == [number for number, other in enumerate(names) if other == name]
