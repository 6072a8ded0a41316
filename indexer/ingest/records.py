"""Which articles are in these records? JSON, JSON lines and CSV, streamed: a bad record is reported, the rest is read.

Fields are found by name, whatever their case, accents and separators: « Publié le », publie_le and PublieLe are one.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from operator import itemgetter

from indexer.errors import SourceError
from indexer.ingest.draft import DEFAULT_NAMES, Draft, FieldNames, field_key, field_places
from indexer.ingest.formats import find_delimiter, header_cells, looks_like_html, open_text
from indexer.ingest.json_values import Flaw, JsonText, StrictDecoder, json_line, millions

__all__ = ["FieldNames", "looks_like_html", "read_csv", "read_json", "read_json_lines"]

LONGEST_RECORD = 5_000_000
"""Characters of a line of JSON, an element of an array or a row of CSV; the longest real article has 200,000."""

LONGEST_LABEL = 500
"""Characters of an author or a tag; more is a text in the wrong field."""

_VALUE_KEYS = ("name", "nom", "rendered", "value", "#text", "label", "term", "url", "@id")
_EPOCH = re.compile(r"([12]\d{9})(?:\d{3})?(?:\.\d*)?")
_BLANKS = re.compile(r"[^\S\n]+")
"""Made one, so that no run of them is tried at each of its blanks: 100,000 took a minute."""
_LABEL_SEPARATORS = re.compile(r"\s*[;|\n]\s*|\s+(?:et|and)\s+")


def read_json_lines(
    stream: io.BufferedReader, path: str, names: FieldNames = DEFAULT_NAMES
) -> Iterator[Draft | SourceError]:
    """An article per line, in flat memory; a line that cannot be used is reported and the next one is read."""
    decoder, number = StrictDecoder(), 0
    with open_text(stream) as text:
        try:
            while line := text.readline(LONGEST_RECORD + 1):
                number += 1
                if len(line) > LONGEST_RECORD:
                    _skip_line(text, line)
                    yield SourceError(path, f"ligne {number} : plus de {millions(LONGEST_RECORD)} de caractères")
                elif line := line.strip():
                    yield _draft(json_line(decoder, line), names, path, f"ligne {number}")
        except SourceError as error:
            yield error


def read_json(stream: io.BufferedReader, path: str, names: FieldNames = DEFAULT_NAMES) -> Iterator[Draft | SourceError]:
    """The article of an object, or those of an array of any size, bare or inside an object ({"articles": […]}).

    What follows a syntax error cannot be read, and is reported once.
    """
    number = 0
    with open_text(stream) as text:
        try:
            for value in JsonText(text, LONGEST_RECORD).records():
                number += 1
                yield _draft(value, names, path, f"élément {number}")
        except SourceError as error:
            yield error
        except ValueError as error:
            yield SourceError(path, f"élément {number + 1} : {error} ; la suite n’est pas lue")


def read_csv(stream: io.BufferedReader, path: str, names: FieldNames = DEFAULT_NAMES) -> Iterator[Draft | SourceError]:
    """An article per row under a row of names; SourceError is raised when no column has a known name."""
    with open_text(stream) as text:
        yield from _rows(text, path, names)


def _rows(text: io.TextIOWrapper, path: str, names: FieldNames) -> Iterator[Draft | SourceError]:
    header_line = text.readline(LONGEST_RECORD)
    delimiter = find_delimiter(header_line, names)
    if delimiter is None:
        raise SourceError(path, "aucune colonne de titre ou de texte : title, titre, text, texte, contenu…")
    header = header_cells(header_line, delimiter)
    csv.field_size_limit(LONGEST_RECORD)
    rows = csv.reader(iter(partial(text.readline, LONGEST_RECORD), ""), delimiter=delimiter, strict=True)
    while True:
        first = rows.line_num + 2
        try:
            row = next(rows, None)
        except SourceError as error:
            yield error
            return
        except csv.Error:
            yield SourceError(path, f"ligne {first} : guillemet mal fermé, jusqu’à la ligne {rows.line_num + 1}")
            continue
        if row is None:
            return
        if row:
            yield _row_draft(header, row, names, path, f"ligne {first}")


def _row_draft(header: list[str], row: list[str], names: FieldNames, path: str, place: str) -> Draft | SourceError:
    if len(row) != len(header):
        return SourceError(path, f"{place} : {len(row)} cellule(s) pour {len(header)} colonnes")
    if any("\0" in cell for cell in row):
        return SourceError(path, f"{place} : octet nul")
    return _draft(dict(zip(header, row, strict=True)), names, path, place)


def _skip_line(text: io.TextIOWrapper, line: str) -> None:
    while line and not line.endswith("\n"):
        line = text.readline(1 << 20)


def _draft(value: object, names: FieldNames, path: str, place: str) -> Draft | SourceError:
    if isinstance(value, Flaw):
        return SourceError(path, f"{place} : {value.reason}")
    if not isinstance(value, dict):
        return SourceError(path, f"{place} : pas un objet JSON")
    fields = _find_fields(value, names)
    draft = Draft(
        title=_first_words(fields["title"]),
        text=_first_words(fields["text"]),
        url=_first_words(fields["url"]) or None,
        source=_first_words(fields["source"]) or None,
        authors=_first_labels(fields["authors"]),
        tags=_first_labels(fields["tags"]),
        published=_written_date(_first_words(fields["published"])),
        modified=_written_date(_first_words(fields["modified"])),
        language=_first_words(fields["language"]) or None,
        place=place,
    )
    if not draft.text:
        return SourceError(path, f"{place} : aucun texte (champs vus : {', '.join(map(str, value))[:120]})")
    if half := _half_character(draft):
        return SourceError(path, f"{place} : moitié de caractère ({half})")
    return draft


def _half_character(draft: Draft) -> str | None:
    """The first lone surrogate, as JSON writes it: no text can hold one."""
    texts = (*draft[:4], *draft.authors, *draft.tags, draft.published, draft.modified, draft.language)
    try:
        "\n".join(text for text in texts if isinstance(text, str)).encode()
    except UnicodeEncodeError as error:
        return ascii(error.object[error.start])[1:-1]
    return None


def _find_fields(record: Mapping[str, object], names: FieldNames) -> dict[str, list[object]]:
    """For every field of a Draft, the values that it may have, the best first."""
    places = field_places(names)
    found: dict[str, list[tuple[int, object]]] = {field: [] for field in names.__struct_fields__}
    for name, value in record.items():
        for place in places.get(field_key(name), ()):
            found[place.field].append((place.rank, _follow(value, place.rest)))
    return {field: [value for _, value in sorted(values, key=itemgetter(0))] for field, values in found.items()}


def _follow(value: object, path: Iterable[str]) -> object:
    for key in path:
        by_key = {field_key(name): inner for name, inner in value.items()} if isinstance(value, dict) else {}
        value = by_key.get(key)
    return value


def _first_words(values: list[object]) -> str:
    """The first value that says something, in one text."""
    return next((text for value in values if (text := _words(value))), "")


def _first_labels(values: list[object]) -> tuple[str, ...]:
    """The names or tags of the first value that has some, each once."""
    chosen = next(filter(None, values), ())
    given = chosen if isinstance(chosen, list) else [chosen]
    labels = (label for value in given for label in _split_labels(_words(value)))
    return tuple(dict.fromkeys(label for label in labels if label and len(label) <= LONGEST_LABEL))


def _words(value: object) -> str:
    """What a value says: a text, a number, the name of an object, the lines of a list."""
    match value:
        case str():
            return value.strip()
        case dict():
            return next((text for key in _VALUE_KEYS if isinstance(text := value.get(key), str) and text), "")
        case list():
            return "\n".join(text for part in value if not isinstance(part, list) and (text := _words(part)))
        case _:
            return ""


def _split_labels(text: str) -> list[str]:
    """« Anne Roy, Jean Petit », « a; b », « a et b »; a comma inside a name (« Roy, Anne ») does not part it."""
    text = _BLANKS.sub(" ", text)
    pieces = [piece.strip() for piece in text.split(",")]
    parts = pieces if len(pieces) > 2 or all(" " in piece for piece in pieces) else [text]  # noqa: PLR2004
    return [label for part in parts for label in _LABEL_SEPARATORS.split(part.strip())]


def _written_date(text: str) -> str | None:
    """The date as written; seconds or milliseconds since 1970 as a date of the calendar."""
    if epoch := _EPOCH.fullmatch(text):
        return dt.datetime.fromtimestamp(int(epoch.group(1)), dt.UTC).isoformat()
    return text or None
