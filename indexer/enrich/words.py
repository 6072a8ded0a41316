"""Lists of words in a text, quickly: where one may begin, and a pattern for any of them."""

from collections.abc import Callable, Iterable
from itertools import groupby

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind


def starts_of(
    beginnings: Iterable[str], *, words: Iterable[str] = (), inside: bool = False
) -> Callable[[str], list[int]]:
    """A function that gives the offsets in a text at which one of *beginnings* or *words* stands in a usual case.

    Those with capitals of their own are looked for as they are: EUR is no part of « acteur ».
    They do not stand behind a letter or figure, unless *inside* is wanted, and *words* not before a letter; whether a
    beginning goes on as it should, a pattern has to say. The automaton, a table with an entry for every letter in every
    state, reads 180 to 280 MB/s (the default one 90 to 160) where `re` reads 5 to 20 with an alternation of the same
    words.
    """
    whole = {form for word in words for form in _cases(word)}
    spelt = [*whole, *({form for beginning in beginnings for form in _cases(beginning)} - whole)]
    automaton = AhoCorasick(spelt, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.DFA)

    def starts(text: str) -> list[int]:
        return [
            start
            for number, start, end in automaton.find_matches_as_indexes(text)
            if (inside or start == 0 or not text[start - 1].isalnum())
            and (number >= len(whole) or not text[end : end + 1].isalpha())
        ]

    return starts


def _cases(word: str) -> tuple[str, ...]:
    return (word, word.upper(), word[:1].upper() + word[1:]) if word == word.lower() else (word,)


def any_of(patterns: Iterable[str]) -> str:
    """A pattern, for `re.IGNORECASE`, that tries *patterns*, each of which begins with a letter, the longest first.

    They are grouped by their first letter, since `re` tries every alternative in full when case is ignored:
    1 µs instead of 5 µs for a word that is none of sixty.
    """
    longest_first = sorted(patterns, key=lambda pattern: (pattern[0].lower(), -len(pattern)))
    groups = groupby(longest_first, key=lambda pattern: pattern[0].lower())
    choices = (
        f"(?-i:[{letter}{letter.upper()}])(?:{'|'.join(pattern[1:] for pattern in group)})" for letter, group in groups
    )
    return f"(?:{'|'.join(choices)})"
