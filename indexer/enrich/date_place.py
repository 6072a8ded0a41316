"""What is known where a date is read, and what reading gives."""

import datetime as dt
from typing import NamedTuple

from indexer.document import PartialDate, Precision
from indexer.enrich import date_patterns as written

LOOK_BACK, LOOK_NEAR = 30, 12
"""Characters before a date in which what introduces it is looked for: several words, or « tous les », « mercredi »."""


class MentionedDate(NamedTuple):
    """A day, month or year that a text speaks of.

    *start* and *end* cut its words out of the text, articles and prepositions left out; of « du 9 au 11 juillet » there
    are two, « 9 » and « 11 juillet ». *resolved* says that the date of publication was needed to understand it.
    """

    date: PartialDate
    start: int
    end: int
    resolved: bool


class Place(NamedTuple):
    """Where a date is read: from *start* on, published when, and the date that was found before."""

    text: str
    start: int
    published: PartialDate
    last: MentionedDate | None

    @property
    def before(self) -> str:
        """The words that may introduce a date."""
        return self.text[max(0, self.start - LOOK_BACK) : self.start]

    @property
    def near(self) -> str:
        """The last word before, or two short ones; a search through it takes half the time."""
        return self.text[max(0, self.start - LOOK_NEAR) : self.start]

    @property
    def day(self) -> dt.date | None:
        """The day of publication; None when it is not known to the day."""
        return self.published.first if self.published.precision is Precision.DAY else None

    @property
    def between(self) -> str:
        """The words since the date before."""
        return self.text[self.last.end : self.start] if self.last else ""

    def is_joined(self) -> bool:
        """Whether only « et », « au », a comma or a dash parts it from the date before."""
        near = self.last and self.start - self.last.end < LOOK_BACK
        return bool(self.last and near and written.JOINED.fullmatch(self.text, self.last.end, self.start))

    def found(
        self, date: PartialDate | None, end: int, *, start: int | None = None, resolved: bool = True
    ) -> MentionedDate | None:
        """Give the date that was read, if one was; the words begin at *start*, else where reading began."""
        return MentionedDate(date, self.start if start is None else start, end, resolved) if date else None
