"""Many searches at once: queries in, one on a line or as a table; counts and first results out."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from indexer.engine import Engine
from indexer.errors import RequestError
from indexer.message import Message
from indexer.search import Hit, SearchRequest, SearchResults, parse_parameters
from web.admission import give_way
from web.exports import BYTE_ORDER_MARK, csv_row
from web.page import absolute_address

MOST_QUERIES = 100
MOST_BYTES = 100_000
FIRST_RESULTS = 3
"""Results of a query that are told."""

QUERY_COLUMNS = {"requête": "q", "requete": "q", "query": "q", "q": "q"}
"""What the column of the queries may be called; the other columns are named like the parameters of an address."""

DELIMITERS = (",", ";", "\t")


class Answer(NamedTuple):
    """A query, and what it found; or why it could not be searched."""

    q: str
    request: SearchRequest | None = None
    results: SearchResults | None = None
    error: str = ""

    @property
    def address(self) -> str | None:
        """The search page of the query."""
        return self.request.address("/") if self.request else None

    @property
    def hits(self) -> Sequence[Hit]:
        """The first results."""
        return self.results.hits if self.results else ()


class Batch:
    """The queries of a text and their answers."""

    def __init__(self, text: str, engine: Engine) -> None:
        self.text = text
        rows = list(islice(read_queries(text), MOST_QUERIES + 1))
        if len(rows) > MOST_QUERIES:
            message = Message("Un lot compte {most} requêtes au plus : partagez-le.", most=MOST_QUERIES)
            raise RequestError("requetes", message)
        self.answers: list[Answer] = []
        for pairs in rows:
            self.answers.append(_answer(pairs, engine))
            give_way()

    def to_csv(self) -> Iterator[str]:
        """The answers as a table."""
        numbered = [f"{name} {number}" for number in range(1, FIRST_RESULTS + 1) for name in ("titre", "date", "page")]
        yield BYTE_ORDER_MARK + csv_row(["requête", "compris", "résultats", "adresse", "erreur", *numbered])
        for answer in self.answers:
            cells = [answer.q, "", "", "", answer.error]
            if answer.request and answer.results:
                found = answer.results
                here = answer.request.address(absolute_address("views.search"))
                cells = [answer.q, found.query.understood, str(found.total.value), here, ""]
            for hit in answer.hits:
                page = absolute_address("views.document", document_id=hit.id)
                cells += [hit.title, hit.published.date or "", page]
            yield csv_row([*cells, *[""] * (5 + len(numbered) - len(cells))])


def decode(content: bytes) -> str:
    """The text of a file as spreadsheets write them: UTF-8, or the old encoding of Windows."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def read_queries(text: str) -> Iterator[list[tuple[str, str]]]:
    r"""The parameters of each query: a query on a line, or a table whose first row names its columns.

    >>> list(read_queries('drones\n"aide Ukraine"~5'))
    [[('q', 'drones')], [('q', '"aide Ukraine"~5')]]
    >>> list(read_queries("q;country\ndrones;France"))
    [[('q', 'drones'), ('country', 'France')]]
    """
    header = next(iter(text.splitlines()), "")
    delimiter = max(DELIMITERS, key=header.count)
    names = [name.strip().strip('"').lower() for name in header.split(delimiter)]
    if not QUERY_COLUMNS.keys() & set(names):
        yield from ([("q", _unquoted(line))] for line in map(str.strip, text.splitlines()) if line)
        return
    columns = [QUERY_COLUMNS.get(name, name) for name in names]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for row in islice(rows, 1, None):
        cells = [cell.strip() for cell in row]
        if any(cells):
            yield [(name, cell) for name, cell in zip(columns, cells, strict=False) if cell]


def _unquoted(line: str) -> str:
    """A line that a spreadsheet put in quotes because it has some; those of a query stay."""
    inside = line[1:-1].replace('""', "")
    if len(line) > 1 and line[0] == line[-1] == '"' and '""' in line[1:-1] and '"' not in inside:
        return line[1:-1].replace('""', '"')
    return line


def _answer(pairs: list[tuple[str, str]], engine: Engine) -> Answer:
    q = dict(pairs).get("q", "")
    try:
        request = parse_parameters(pairs)
        return Answer(q, request, engine.search(request.replace(page=1, size=FIRST_RESULTS, facets=())))
    except RequestError as error:
        return Answer(q, error=error.message)
