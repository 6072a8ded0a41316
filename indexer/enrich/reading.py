"""What does a text name? Entities, designations, sums, quantities and dates, each with the characters that say it."""

from collections.abc import Sequence
from typing import NamedTuple

from indexer.document import PartialDate
from indexer.enrich.amounts import Amount, find_amounts
from indexer.enrich.designations import Designation, find_designations
from indexer.enrich.mentioned_dates import MentionedDate, find_mentioned_dates
from indexer.enrich.quantities import Quantity, find_quantities
from indexer.thesaurus import Mention, Thesaurus


class Reading(NamedTuple):
    """What was read in one text, each kind in its order."""

    mentions: Sequence[Mention]
    designations: Sequence[Designation]
    amounts: Sequence[Amount]
    quantities: Sequence[Quantity]
    dates: Sequence[MentionedDate]


NOTHING = Reading((), (), (), (), ())


def read_text(text: str, published: PartialDate, thesaurus: Thesaurus) -> Reading:
    """Everything that *text* names, seen from the day when it was *published*."""
    if not text:
        return NOTHING
    mentions = thesaurus.find(text)
    return Reading(
        mentions=mentions,
        designations=find_designations(text, mentions),
        amounts=find_amounts(text),
        quantities=find_quantities(text),
        dates=find_mentioned_dates(text, published),
    )
