"""Texts for the reader that know what they are made of: French as they stand, and a face may say them otherwise."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Self

from indexer.typography import typeset

Translate = Callable[[str, str | None, float], str]
"""The template of another language, given the French one, its plural if any, and the number that decides."""


class Figure(str):  # noqa: SLOT000 - there are few of them
    """A number, a date or a sum as French writes it; *of* is the thing itself."""

    of: object

    def __new__(cls, text: str, of: object) -> Self:  # noqa: D102
        figure = super().__new__(cls, text)
        figure.of = of
        return figure


class Message(str):  # noqa: SLOT000
    r"""A text in French, made of a *template* and of the *values* in its places, which may be Messages and Figures.

    The value « number » chooses between the singular and the plural, and is never parted from its noun. The templates
    are the keys of a face's catalogue, so they are written out where the Message is made.

    >>> Message("{number} char : {name}", "{number} chars : {name}", number=2, name="T-72")
    '2\xa0chars\xa0: T-72'
    """

    template: str
    plural: str | None
    values: dict[str, object]

    def __new__(cls, template: str, plural: str | None = None, /, **values: object) -> Self:  # noqa: D102
        number = _number(values)
        chosen = template if plural is None or abs(number) < 2 else plural  # noqa: PLR2004 - French plurals begin at 2
        message = super().__new__(cls, _typeset(chosen).format_map(values))
        message.template, message.plural, message.values = template, plural, values
        return message

    def said(self, translate: Translate, say: Callable[[object], object]) -> str:
        """The same in another language: *translate* knows the templates, *say* the values."""
        template = translate(self.template, self.plural, _number(self.values))
        return _joined(template).format_map({name: say(value) for name, value in self.values.items()})


def joined(separator: str, texts: Iterable[str]) -> Message:
    """Texts one after the other, the *separator* a Message when it has words."""
    values = {f"text{at}": text for at, text in enumerate(texts)}
    between = "{separator}" if isinstance(separator, Message) else separator
    return Message(between.join(f"{{{name}}}" for name in values), **values, separator=separator)


def _number(values: dict[str, object]) -> float:
    number = values.get("number", 0)
    known = number.of if isinstance(number, Figure) else number
    return known if isinstance(known, int | float) else 0


@lru_cache(1 << 10)
def _typeset(template: str) -> str:
    return typeset(_joined(template))


def _joined(template: str) -> str:
    return template.replace("{number} ", "{number}\u00a0")
