"""Into which range does a sum of money fall? In euros, at the rates of one day."""

from collections.abc import Mapping
from itertools import pairwise

from indexer.document import Amount
from indexer.message import Message
from indexer.money.exchange import in_euros

RANGES: Mapping[str, float] = {
    Message("moins de 1 M€"): 0.0,
    Message("1 à 10 M€"): 1e6,
    Message("10 à 100 M€"): 1e7,
    Message("100 M€ à 1 Md€"): 1e8,
    Message("1 à 10 Md€"): 1e9,
    Message("10 Md€ et plus"): 1e10,
}
"""The ranges in order, with the lowest sum of each."""


def euros_of(amount: Amount) -> float | None:
    """What a sum, or the upper end of one given as a range, is worth in euros; None without a rate for its currency."""
    value = amount.value if amount.highest is None else amount.highest
    return in_euros(value, amount.currency) if amount.currency else None


def range_of(amount: Amount) -> str | None:
    """The range of a sum; None for a currency without a known rate."""
    euros = euros_of(amount)
    if euros is None:
        return None
    for (label, _), (_, next_lowest) in pairwise(RANGES.items()):
        if euros < next_lowest:
            return str(label)
    return str(list(RANGES)[-1])
