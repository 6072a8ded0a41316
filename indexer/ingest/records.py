"""Which articles are in these records? JSON, JSON lines and CSV, streamed: a bad record is reported, the rest is read.

Fields are found by name, whatever their case, accents and separators: « Publié le », publie_le and PublieLe are one.
JSON is read by the standard library: 32,000 articles/s with repeated keys noticed, against 37,000/s by msgspec, which
cannot notice them, and 20,000/s by ijson for arrays (500 words each).
"""

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from operator import itemgetter
from typing import NamedTuple

from indexer.errors import SourceError
from indexer.ingest.draft import DEFAULT_NAMES, Draft, FieldNames, field_key, field_places
from indexer.ingest.formats import find_delimiter, header_cells, looks_like_html, open_text

__all__ = ["FieldNames", "looks_like_html", "read_csv", "read_json", "read_json_lines"]

LONGEST_RECORD = 10_000_000
"""Characters of a line of JSON, an element of an array or a row of CSV; the longest real article has 200,000."""

LONGEST_LABEL = 500
"""Characters of an author or a tag; more is a text in the wrong field."""

_VALUE_KEYS = ("name", "nom", "rendered", "value", "#text", "label", "term", "url", "@id")
_EPOCH = re.compile(r"([12]\d{9})(?:\d{3})?(?:\.\d*)?")
_LABEL_SEPARATORS = re.compile(r"\s*[;|\n]\s*|\s+(?:et|and)\s+")
_LISTS = frozenset("articles items entries results resultats data documents docs records posts news hits graph".split())
_ENVELOPES = frozenset("response hits".split())
_BLANK = re.compile(r"\s*")
_CHUNK = 1 << 20


def read_json_lines(
    stream: io.BufferedReader, path: str, names: FieldNames = DEFAULT_NAMES
) -> Iterator[Draft | SourceError]:
    """An article per line, in flat memory; a line that cannot be used is reported and the next one is read."""
    decoder, number = _StrictDecoder(), 0
    with open_text(stream) as text:
        try:
            while line := text.readline(LONGEST_RECORD + 1):
                number += 1
                if len(line) > LONGEST_RECORD:
                    _skip_line(text, line)
                    yield SourceError(path, f"ligne {number} : plus de {_millions(LONGEST_RECORD)} de caractères")
                elif line := line.strip():
                    yield _draft(_json_line(decoder, line), names, path, f"ligne {number}")
        except SourceError as error:
            yield error


def read_json(stream: io.BufferedReader, path: str, names: FieldNames = DEFAULT_NAMES) -> Iterator[Draft | SourceError]:
    """The article of an object, or those of an array of any size, bare or inside an object ({"articles": […]}).

    What follows a syntax error cannot be read, and is reported once.
    """
    number = 0
    with open_text(stream) as text:
        try:
            for value in _JsonText(text).records():
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


def _millions(count: int) -> str:
    return f"{count / 1e6:g} millions".replace(".", ",")


def _draft(value: object, names: FieldNames, path: str, place: str) -> Draft | SourceError:
    if isinstance(value, _Flaw):
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
    pieces = [piece.strip() for piece in text.split(",")]
    parts = pieces if len(pieces) > 2 or all(" " in piece for piece in pieces) else [text]  # noqa: PLR2004
    return [label for part in parts for label in _LABEL_SEPARATORS.split(part.strip())]


def _written_date(text: str) -> str | None:
    """The date as written; seconds or milliseconds since 1970 as a date of the calendar."""
    if epoch := _EPOCH.fullmatch(text):
        return dt.datetime.fromtimestamp(int(epoch.group(1)), dt.UTC).isoformat()
    return text or None


class _Flaw(NamedTuple):
    """A JSON value that can be read in more than one way, hence in none."""

    reason: str


class _StrictDecoder(json.JSONDecoder):
    """JSON without what readers disagree about: repeated keys, NaN. Numbers stay as written."""

    def __init__(self) -> None:
        self._flaws: list[str] = []
        super().__init__(
            object_pairs_hook=self._object, parse_int=str, parse_float=str, parse_constant=self._refuse_constant
        )

    def read(self, text: str, start: int = 0) -> tuple[object, int]:
        """The value that begins at *start* (a _Flaw when it has one), and where it ends; JSONDecodeError."""
        self._flaws.clear()
        try:
            value, end = self.raw_decode(text, start)
        except RecursionError as error:
            raise ValueError("objets JSON trop imbriqués") from error
        return (_Flaw(self._flaws[0]) if self._flaws else value), end

    def _object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        record = dict(pairs)
        if len(record) < len(pairs):
            names = [name for name, _ in pairs]
            self._flaws.append(f"clé « {next(name for name in record if names.count(name) > 1)[:40]} » en double")
        return record

    def _refuse_constant(self, name: str) -> None:
        self._flaws.append(f"« {name} » n’est pas du JSON")


def _json_line(decoder: _StrictDecoder, line: str) -> object:
    """The one value of a line; a line that ends with a comma comes from an array."""
    try:
        value, end = decoder.read(line)
    except json.JSONDecodeError as error:
        return _Flaw(f"JSON invalide, colonne {error.colno}")
    except ValueError as error:
        return _Flaw(str(error))
    return value if line[end:].strip() in {"", ","} else _Flaw(f"JSON invalide, colonne {end + 1}")


class _JsonText:
    """JSON read value by value from a window of its text, so that only one record is held."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text, self._window, self._at, self._ended = text, "", 0, False
        self._decoder = _StrictDecoder()

    def records(self) -> Iterator[object]:
        """The elements of arrays, and objects; ValueError, with the reason in French, where the syntax ends."""
        while first := self._peek():
            if first == "[":
                yield from self._array()
            elif first == "{":
                yield from self._object()
            else:
                yield self._value()

    def _array(self) -> Iterator[object]:
        self._take("[")
        while self._peek() != "]":
            yield self._value()
            if self._peek() != "]":
                self._take(",")
        self._take("]")

    def _object(self) -> Iterator[object]:
        """The records that an object holds in one of its lists; itself when there is none."""
        self._take("{")
        record: dict[str, object] = {}
        holds_records = False
        while self._peek() != "}":
            name = str(self._value())
            self._take(":")
            first, key = self._peek(), field_key(name)
            if (first == "[" and key in _LISTS) or (first == "{" and key in _ENVELOPES):
                for value in self._array() if first == "[" else self._object():
                    if isinstance(value, str):
                        record[name] = value
                    else:
                        holds_records = True
                        yield value
            else:
                record[name] = self._value()
            if self._peek() != "}":
                self._take(",")
        self._take("}")
        if not holds_records:
            yield record

    def _peek(self) -> str:
        """The next character that is no blank; nothing at the end."""
        while True:
            blank = _BLANK.match(self._window, self._at)
            self._at = blank.end() if blank else self._at
            if self._at < len(self._window):
                return self._window[self._at]
            if self._ended:
                return ""
            self._read_more()

    def _take(self, mark: str) -> None:
        if self._peek() != mark:
            raise ValueError(f"JSON invalide, « {mark} » attendu")
        self._at += 1

    def _value(self) -> object:
        self._peek()
        while True:
            try:
                value, end = self._decoder.read(self._window, self._at)
            except json.JSONDecodeError as error:
                whole = error.pos < len(self._window) - 16 and not error.msg.startswith("Unterminated")
                if whole or self._ended:
                    raise ValueError("JSON invalide") from error
            else:
                if end < len(self._window) or self._ended:
                    self._at = end
                    return value
            if len(self._window) - self._at > LONGEST_RECORD:
                raise ValueError(f"plus de {_millions(LONGEST_RECORD)} de caractères")
            self._read_more()

    def _read_more(self) -> None:
        """Twice as much as is held, so that a long record is decoded a few times only."""
        more = self._text.read(max(_CHUNK, len(self._window) - self._at))
        self._window, self._at, self._ended = self._window[self._at :] + more, 0, not more
