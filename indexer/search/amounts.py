"""Sums of money: which documents name one in a range, and the largest that each names."""

import numpy as np

from indexer.index.arrays import Array
from indexer.index.figures import UNKNOWN_CURRENCY, currency_code
from indexer.index.live import LiveSegment
from indexer.index.segment import Segment
from indexer.money import RATES
from indexer.search.query import AmountRange

EURO = "EUR"


def amounts_within(part: LiveSegment, docs: Array | None, wanted: AmountRange) -> Array:
    """For each document, or each of *docs*, whether it names a sum that may lie in the range."""
    rows = part.segment.figures.amounts
    factors = _factors(rows.currencies, wanted.currency)
    within = ~np.isnan(factors)
    if wanted.lowest is not None:
        within &= rows.highest * factors >= wanted.lowest
    if wanted.highest is not None:
        within &= rows.lowest * factors <= wanted.highest
    mask = np.zeros(part.segment.size, bool)
    mask[rows.docs[within]] = True
    return mask if docs is None else mask.take(docs)


def largest_amounts(segment: Segment) -> Array:
    """For each document the largest sum that it names, in euros (float64); 0 when none can be converted."""
    rows = segment.figures.amounts
    euros = np.nan_to_num(rows.highest * _factors(rows.currencies, EURO))
    largest = np.zeros(segment.size, np.float64)
    np.maximum.at(largest, rows.docs, euros)
    return largest


def _factors(currencies: Array, wanted: str | None) -> Array:
    """What turns a sum in each of these currencies into the wanted one; not a number where no rate is known."""
    if wanted is None:
        return np.ones(len(currencies))
    into = RATES.rates.get(wanted, np.nan)
    factors = np.full(len(currencies), np.nan)
    for code in np.unique(currencies).tolist():
        factors[currencies == code] = 1.0 if code == currency_code(wanted) else into / _rate(code)
    return factors


def _rate(code: int) -> float:
    """Units of a currency for one euro."""
    if code == UNKNOWN_CURRENCY:
        return float("nan")
    return RATES.rates.get(code.to_bytes(3, "big").decode("ascii"), float("nan"))
