"""The declaration of accessibility that French law wants of public sites, from the table in docs/rgaa.md.

tests/test_rgaa.py holds the figures and the list of what fails against that table.
"""

from typing import NamedTuple

from indexer.document import PartialDate
from indexer.french import french_number
from indexer.message import Message

PARTLY = 50
"""Per cent of the criteria that apply from which a site is « partiellement conforme »."""


class Failing(NamedTuple):
    """A criterion that is not met, and what it comes to for the reader."""

    criterion: str
    what: Message


class Declaration(NamedTuple):
    """What was found when the criteria were gone through."""

    date: PartialDate
    met: int
    failing: tuple[Failing, ...]

    @property
    def applying(self) -> int:
        """The number of criteria that apply."""
        return self.met + len(self.failing)

    @property
    def rate(self) -> str:
        """The share of them that are met, in per cent, rounded down."""
        return french_number(self._rate)

    @property
    def state(self) -> Message:
        """The state in the words of the law."""
        if not self.failing:
            return Message("totalement conforme")
        return Message("partiellement conforme") if self._rate >= PARTLY else Message("non conforme")

    @property
    def _rate(self) -> int:
        return 100 * self.met // self.applying


DECLARATION = Declaration(
    date=PartialDate.parse("2026-11-23"),
    met=67,
    failing=(
        Failing(
            "9.4",
            Message(
                "Les citations que contiennent les articles gardent leurs guillemets, sans balise : le texte recueilli "
                "ne dit pas toujours où elles finissent."
            ),
        ),
        Failing(
            "11.10",
            Message(
                "Une date ou un montant mal écrits mènent à une page qui donne la forme attendue et un exemple, mais "
                "qui nomme le paramètre de l’adresse, non le champ."
            ),
        ),
    ),
)
