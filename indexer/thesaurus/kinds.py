"""What sorts of equipment are there? Branches (air, land, sea…), each with its kinds: `kinds.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec


class Branch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A branch of equipment, under its French name."""

    label: str
    kinds: tuple[str, ...]


@cache
def load_branches() -> tuple[Branch, ...]:
    """Every branch, in the order in which people read them."""
    tables = tomllib.loads((Path(__file__).parent / "kinds.toml").read_text(encoding="utf-8"))
    return tuple(msgspec.convert(table, Branch) for table in tables.values())


@cache
def branch_of_kinds() -> Mapping[str, str]:
    """Kind -> the label of its branch."""
    return {kind: branch.label for branch in load_branches() for kind in branch.kinds}
