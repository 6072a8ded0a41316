"""JSON as it should be written, value by value: what readers disagree about is refused, what is long is streamed.

JSON is read by the standard library: 32,000 articles/s with repeated keys noticed, against 37,000/s by msgspec, which
cannot notice them, and 20,000/s by ijson for arrays (500 words each).
"""

import io
import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from indexer.ingest.draft import field_key

_LISTS = frozenset("articles items entries results resultats data documents docs records posts news hits graph".split())
_ENVELOPES = frozenset("response hits".split())
_BLANK = re.compile(r"\s*")
_CHUNK = 1 << 20


class Flaw(NamedTuple):
    """A JSON value that can be read in more than one way, hence in none."""

    reason: str


class StrictDecoder(json.JSONDecoder):
    """JSON without what readers disagree about: repeated keys, NaN. Numbers stay as written."""

    def __init__(self) -> None:
        self._flaws: list[str] = []
        super().__init__(
            object_pairs_hook=self._object, parse_int=str, parse_float=str, parse_constant=self._refuse_constant
        )

    def read(self, text: str, start: int = 0) -> tuple[object, int]:
        """The value that begins at *start* (a Flaw when it has one), and where it ends; JSONDecodeError."""
        self._flaws.clear()
        try:
            value, end = self.raw_decode(text, start)
        except RecursionError as error:
            raise ValueError("objets JSON trop imbriqués") from error
        return (Flaw(self._flaws[0]) if self._flaws else value), end

    def _object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        record = dict(pairs)
        if len(record) < len(pairs):
            names = [name for name, _ in pairs]
            self._flaws.append(f"clé « {next(name for name in record if names.count(name) > 1)[:40]} » en double")
        return record

    def _refuse_constant(self, name: str) -> None:
        self._flaws.append(f"« {name} » n’est pas du JSON")


def json_line(decoder: StrictDecoder, line: str) -> object:
    """The one value of a line; a line that ends with a comma comes from an array."""
    try:
        value, end = decoder.read(line)
    except json.JSONDecodeError as error:
        return Flaw(f"JSON invalide, colonne {error.colno}")
    except ValueError as error:
        return Flaw(str(error))
    return value if line[end:].strip() in {"", ","} else Flaw(f"JSON invalide, colonne {end + 1}")


class JsonText:
    """JSON read value by value from a window of its text, so that only one record of *longest* characters is held."""

    def __init__(self, text: io.TextIOWrapper, longest: int) -> None:
        self._longest = longest
        self._text, self._window, self._at, self._ended = text, "", 0, False
        self._decoder = StrictDecoder()

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
                self._check_length(end - self._at)
                if end < len(self._window) or self._ended:
                    self._at = end
                    return value
            self._check_length(len(self._window) - self._at)
            self._read_more()

    def _check_length(self, length: int) -> None:
        if length > self._longest:
            raise ValueError(f"plus de {millions(self._longest)} de caractères")

    def _read_more(self) -> None:
        """Twice as much as is held, so that a long record is decoded a few times only."""
        more = self._text.read(max(_CHUNK, len(self._window) - self._at))
        self._window, self._at, self._ended = self._window[self._at :] + more, 0, not more


def millions(count: int) -> str:
    """« 10 millions », « 1,5 millions »."""
    return f"{count / 1e6:g} millions".replace(".", ",")
