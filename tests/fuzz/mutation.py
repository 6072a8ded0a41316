"""New inputs from known ones: bytes flipped, pieces cut, repeated, exchanged, words of the format put in."""

import random
from collections.abc import Callable, Sequence

LARGEST = 65_536
"""Bytes of an input: what takes more than linear time shows there."""

CHANGES = (1, 1, 1, 2, 2, 3, 5, 8)
"""How many at a time."""

MARKED_BYTES = bytes((0, 1, 9, 10, 13, 31, 32, 34, 38, 39, 47, 60, 62, 91, 92, 123, 127, 128, 192, 224, 237, 254, 255))
CHARACTERS = (
    *("é", "œ", "’", "«\u00a0", "\u202f»", "\u2028", "\u202e", "\u200b", "\ufeff", "\ufffd", "e\u0301", "ﬁ", "İ", "ß"),
    *("\u0301" * 5, "😀", "👩\u200d🚀", "北京", "Київ", "العربية", "\U0010ffff", "\u0085", "½", "٣", "²", "\x1b[31m"),
)

Mutation = Callable[[random.Random, bytearray, Sequence[bytes], Sequence[bytes]], None]


def mutate(draw: random.Random, pool: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """A new input from those of *pool* and the *tokens* of the format."""
    content = bytearray(draw.choice(pool))
    for _ in range(draw.choice(CHANGES)):
        draw.choices(_MUTATIONS, _WEIGHTS)[0](draw, content, pool, tokens)
    return bytes(content[:LARGEST])


def _span(draw: random.Random, content: bytes | bytearray) -> tuple[int, int]:
    """A piece, short more often than long."""
    start = draw.randrange(len(content) + 1)
    longest = min(len(content) - start, draw.choice((1, 4, 16, 64, 1024, LARGEST)))
    return start, start + draw.randrange(longest + 1)


def _flip(draw: random.Random, content: bytearray, _: Sequence[bytes], __: Sequence[bytes]) -> None:
    if content:
        content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)


def _set(draw: random.Random, content: bytearray, _: Sequence[bytes], __: Sequence[bytes]) -> None:
    if content:
        content[draw.randrange(len(content))] = draw.choice(MARKED_BYTES)


def _cut(draw: random.Random, content: bytearray, _: Sequence[bytes], __: Sequence[bytes]) -> None:
    start, end = _span(draw, content)
    del content[start:end]


def _shorten(draw: random.Random, content: bytearray, _: Sequence[bytes], __: Sequence[bytes]) -> None:
    del content[draw.randrange(len(content) + 1) :]


def _insert_token(draw: random.Random, content: bytearray, _: Sequence[bytes], tokens: Sequence[bytes]) -> None:
    at = draw.randrange(len(content) + 1)
    content[at:at] = draw.choice(tokens)


def _put_token(draw: random.Random, content: bytearray, _: Sequence[bytes], tokens: Sequence[bytes]) -> None:
    start, end = _span(draw, content)
    content[start:end] = draw.choice(tokens)


def _insert_character(draw: random.Random, content: bytearray, _: Sequence[bytes], __: Sequence[bytes]) -> None:
    at = draw.randrange(len(content) + 1)
    content[at:at] = draw.choice(CHARACTERS).encode()


def _splice(draw: random.Random, content: bytearray, pool: Sequence[bytes], _: Sequence[bytes]) -> None:
    other = draw.choice(pool)
    start, end = _span(draw, other)
    at, until = _span(draw, content)
    content[at:until] = other[start:end]


def _double(draw: random.Random, content: bytearray, _: Sequence[bytes], __: Sequence[bytes]) -> None:
    start, end = _span(draw, content)
    content[end:end] = content[start:end] * draw.choice((1, 1, 2, 8))


def _repeat(draw: random.Random, content: bytearray, _: Sequence[bytes], tokens: Sequence[bytes]) -> None:
    """A word or a piece so often that the input is full of it."""
    start, end = _span(draw, content)
    piece = draw.choice((bytes(content[start:end])[:64], draw.choice(tokens))) or b" "
    content[start:start] = piece * min(draw.choice((50, 500, 5000, LARGEST)), LARGEST // len(piece))
    del content[LARGEST:]


def _swap(draw: random.Random, content: bytearray, _: Sequence[bytes], __: Sequence[bytes]) -> None:
    first, second = sorted((_span(draw, content), _span(draw, content)))
    if first[1] <= second[0]:
        one, other = content[slice(*first)], content[slice(*second)]
        content[slice(*second)], content[slice(*first)] = one, other


_MUTATIONS: tuple[Mutation, ...] = (
    *(_flip, _set, _cut, _shorten, _insert_token, _put_token, _insert_character, _splice, _double, _repeat, _swap),
)
_WEIGHTS = (8, 8, 8, 3, 12, 8, 8, 8, 4, 1, 4)
