"""Hits as files to take away: CSV for spreadsheets, JSON lines for programs, BibTeX for bibliographies.

Each writer takes hits as they come and gives text as it goes, so that a million of them take no room.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from urllib.parse import quote

import msgspec

from indexer.document import PartialDate, Precision
from indexer.french import french_amount
from indexer.search import Hit
from web.language import language_name
from web.page import absolute_address, web_address

Export = Callable[[Iterable[Hit]], Iterator[str]]
"""What writes hits in a format."""

BATCH = 100
"""Hits that are sent at once."""

BYTE_ORDER_MARK = "\ufeff"
"""Spreadsheets take a file without it for an old encoding."""

CSV_FACETS = {
    "country": "pays",
    "equipment": "matériels",
    "designation": "désignations",
    "organisation": "organisations",
    "person": "personnes",
    "topic": "sujets",
}
CSV_COLUMNS = (
    *("id", "titre", "date", "précision", "source", "auteurs", "langue", "adresse", "page"),
    *(*CSV_FACETS.values(), "montants", "versions", "extrait"),
)
PRECISIONS = {
    Precision.DAY: "jour",
    Precision.MONTH: "mois",
    Precision.YEAR: "année",
    Precision.UNKNOWN: "inconnue",
}
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]+")
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")
_LINE_ENDS = {"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_BIBTEX = {
    **{sign: f"\\{sign}" for sign in "#$%&_"},
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_BIBTEX_SIGNS = str.maketrans(_BIBTEX)


def batches(pieces: Iterable[str], size: int = BATCH) -> Iterator[str]:
    """*pieces*, so many of them at once."""
    left = iter(pieces)
    while batch := "".join(islice(left, size)):
        yield batch


def to_csv(hits: Iterable[Hit]) -> Iterator[str]:
    """A table with a row for each hit; values of a facet are separated by « ; »."""
    yield BYTE_ORDER_MARK + csv_row(CSV_COLUMNS)
    for hit in hits:
        yield csv_row(_cells(hit))


def to_json_lines(hits: Iterable[Hit]) -> Iterator[str]:
    """Each hit as the endpoint gives it, one on a line, whatever a program takes for the end of a line."""
    for hit in hits:
        line = msgspec.json.encode(hit, enc_hook=str).decode("utf-8")
        for sign, escaped in _LINE_ENDS.items():
            line = line.replace(sign, escaped)
        yield f"{line}\n"


def to_bibtex(hits: Iterable[Hit]) -> Iterator[str]:
    """Each hit as an entry; of a date, what is known of it."""
    for hit in hits:
        fields = "".join(f"  {name} = {value},\n" for name, value in _bibtex_fields(hit))
        yield f"@{'article' if hit.source else 'misc'}{{{_bibtex_key(hit.id)},\n{fields}}}\n\n"


def csv_row(cells: Sequence[str]) -> str:
    """A row of a CSV file that no spreadsheet computes anything from."""
    row = io.StringIO()
    csv.writer(row).writerow(map(harmless, cells))
    return row.getvalue()


def harmless(cell: str) -> str:
    """*cell* as text: a leading sign that spreadsheets take for a formula comes behind an apostrophe.

    >>> harmless("=1+1"), harmless("+33 1"), harmless("F-16")
    ("'=1+1", "'+33 1", 'F-16')
    """
    began_apart = cell[:1] in {"\t", "\r", "\n"}
    cell = _CONTROLS.sub(" ", cell)
    return f"'{cell}" if began_apart or _FORMULA.match(cell) else cell


def _cells(hit: Hit) -> list[str]:
    versions = str(hit.story.versions) if hit.story else "1"
    return [
        *(hit.id, hit.title, hit.published.date or "", PRECISIONS[hit.published.precision], hit.source or ""),
        *("; ".join(hit.authors), hit.language, web_address(hit.url) or ""),
        absolute_address("views.document", document_id=hit.id),
        *("; ".join(hit.facets.get(field, ())) for field in CSV_FACETS),
        *("; ".join(map(french_amount, hit.amounts)), versions, extract(hit)),
    ]


def extract(hit: Hit) -> str:
    """The pieces of the text that a result shows."""
    return " ".join(snippet.text for snippet in hit.snippets if snippet.field == "text")


def _bibtex_fields(hit: Hit) -> Iterator[tuple[str, str]]:
    yield "title", f"{{{{{_bibtex(hit.title)}}}}}"
    if hit.authors:
        names = map(_bibtex, hit.authors)
        people = (f"{{{name}}}" if re.search(r",|\band\b", name, re.IGNORECASE) else name for name in names)
        yield "author", f"{{{' and '.join(people)}}}"
    if hit.source:
        yield "journal", f"{{{_bibtex(hit.source)}}}"
    yield from _bibtex_date(hit.published)
    address = web_address(hit.url) or absolute_address("views.document", document_id=hit.id)
    yield "url", f"{{{quote(address, safe=_ADDRESS_SIGNS)}}}"
    yield "language", f"{{{_bibtex(language_name(hit.language))}}}"


def _bibtex_date(published: PartialDate) -> Iterator[tuple[str, str]]:
    if published.date and published.first:
        yield "date", f"{{{published.date}}}"
        yield "year", f"{{{published.first.year}}}"
        if published.precision in {Precision.DAY, Precision.MONTH}:
            yield "month", _MONTHS[published.first.month - 1]


_ADDRESS_SIGNS = "%/:=&?~#+!$,;'@()*[]"


def _bibtex(text: str) -> str:
    return _CONTROLS.sub(" ", text).translate(_BIBTEX_SIGNS)


def _bibtex_key(document_id: str) -> str:
    """The id as a key, letters and figures only; no two ids give the same."""
    return "vigie-" + re.sub(r"[^A-Za-z0-9]", lambda sign: f":{ord(sign[0]):x}:", document_id)
