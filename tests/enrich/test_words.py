"""Lists of words in a text: where one begins."""

from hypothesis import given
from hypothesis import strategies as st

from indexer.enrich.words import starts_of


def test_a_beginning_may_go_on_and_a_word_may_not() -> None:
    starts = starts_of(["an dern"], words=["mai", "juil", "juillet"])
    assert starts("mai, mais, juillet, l’an dernier, juil. Maison de MAI") == [0, 11, 22, 34, 50]


def test_nothing_begins_behind_a_letter_unless_it_may() -> None:
    assert starts_of(["euro"])("neuro, 3euro, l’euro") == [16]
    assert starts_of(["euro"], inside=True)("neuro, 3euro, l’euro") == [1, 8, 16]


@given(st.lists(st.sampled_from(["sept", "septembre", "septante", "an", "ans", "été"])))
def test_words_are_found_where_they_stand(words: list[str]) -> None:
    places = [sum(len(word) + 1 for word in words[:number]) for number in range(len(words))]
    wanted = [place for place, word in zip(places, words, strict=True) if word in {"sept", "septembre", "an"}]
    assert starts_of([], words=["sept", "septembre", "an"])(" ".join(words)) == wanted
