"""How much of a long test the usual run takes."""

import pytest

PARTS = pytest.mark.parametrize(
    "part", [pytest.param(5, id="a fifth"), pytest.param(1, id="all", marks=pytest.mark.long)]
)
"""The usual run takes a fifth of the cases, for the sake of its half hour; `make long` takes all."""
