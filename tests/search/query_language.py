"""The golden table of the query language: what is typed, how it is said back, what the reader is told.

`python -m tests.search.query_language` writes the table anew from the queries in it: look at the difference.
"""

import datetime as dt
from pathlib import Path
from typing import NamedTuple

from indexer.errors import QueryError
from indexer.search.parser import parse_query
from indexer.search.query import describe
from indexer.search.understanding import drop_stop_words, join_compounds

TABLE = Path(__file__).parent / "query_language.tsv"
TODAY = dt.date(2026, 11, 23)
"""A Monday."""

REFUSED = "refusé"


class Row(NamedTuple):
    """A line of the table; a query that is refused is « refusé », and the notices are the message."""

    query: str
    understood: str
    notices: str


def read_row(query: str) -> Row:
    """What the language makes of *query* on TODAY."""
    try:
        parsed = parse_query(query, today=TODAY)
    except QueryError as error:
        return Row(query, REFUSED, error.detail)
    return Row(query, describe(drop_stop_words(join_compounds(parsed.tree))), " ".join(parsed.notices))


def rows() -> list[Row]:
    """The table."""
    _, *lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [Row(*line.split("\t")) for line in lines]


def main() -> None:
    """Write the table anew."""
    table = [Row(*Row._fields), *(read_row(row.query) for row in rows())]
    TABLE.write_text("".join("\t".join(row) + "\n" for row in table), encoding="utf-8")


if __name__ == "__main__":
    main()
