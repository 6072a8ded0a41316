r"""Golden tables, `amounts.tsv` and its like: a line a case, its columns parted by tabs; « \u202f » is that character."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest


class Row(Protocol):
    """A line of a table; *reason* says why a known miss is one."""

    @property
    def text(self) -> str: ...

    @property
    def reason(self) -> str: ...


_Row = TypeVar("_Row", bound=Row)


def read_table(name: str, row: Callable[..., _Row]) -> list[_Row]:
    """The lines of a table of this folder, each made a *row*; those that begin with # are comments."""
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return [row(*_with_characters(line).split("\t")) for line in lines if line and not line.startswith("#")]


def _with_characters(line: str) -> str:
    return re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), line)


def case(row: Row, name: str = "") -> Any:
    """A row as a parameter of a test, under its *name*, else its text: a known miss has to be one."""
    marks = [pytest.mark.xfail(reason=row.reason, strict=True)] if row.reason else []
    return pytest.param(row, marks=marks, id=name or row.text)
