"""Everything that Vigie raises on purpose, in one tree.

    VigieError
    ├── SettingsError          a setting cannot be used: its name, what it should look like
    ├── SourceError            a source file cannot be used: its path, the reason
    ├── RequestError           a search request cannot be answered: the parameter at fault
    │   ├── QueryError         the query text itself: too long, too deep, too many words
    │   ├── UnknownParameterError   there is no such parameter
    │   └── RepeatedParameterError  it may stand only once
    ├── CursorGoneError        the commit that a cursor goes through is not kept any more
    ├── DocumentNotFoundError  no document has this id
    └── IndexAccessError       the index cannot be used
        ├── IndexMissingError  there is none at this place
        ├── IndexVersionError  another version of Vigie wrote it
        ├── IndexDamagedError  it cannot be read
        └── IndexLockedError   another process is writing to it

Messages are for the person at the other end, hence in French, typeset as French is; each says what to do.
"""

from collections.abc import Iterable
from pathlib import Path

from indexer.typography import typeset


class VigieError(Exception):
    """The root: `except VigieError` at an edge catches every expected failure."""

    def __init__(self, message: str) -> None:
        super().__init__(typeset(message))


class SettingsError(VigieError):
    """A setting cannot be used."""


class SourceError(VigieError):
    """A source file cannot be used; the run goes on without it."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path} : {reason}")
        self.path = path
        self.reason = typeset(reason)


class RequestError(VigieError):
    """A search request cannot be answered as it stands."""

    def __init__(self, parameter: str, detail: str) -> None:
        super().__init__(detail)
        self.parameter = parameter
        self.detail = str(self)


class QueryError(RequestError):
    """The query text cannot be searched."""

    def __init__(self, detail: str) -> None:
        super().__init__("q", detail)


class UnknownParameterError(RequestError):
    """There is no such parameter; *known* are those that there are."""

    def __init__(self, parameter: str, known: Iterable[str]) -> None:
        self.known = tuple(known)
        rest = f"Paramètres possibles : {', '.join(self.known)}." if self.known else "Cette adresse n’en prend aucun."
        super().__init__(parameter, f"Paramètre inconnu : « {parameter[:100]} ». {rest}")


class RepeatedParameterError(RequestError):
    """A parameter that may stand only once stands twice."""

    def __init__(self, parameter: str) -> None:
        super().__init__(parameter, f"Le paramètre « {parameter} » ne peut figurer qu’une fois.")


class CursorGoneError(VigieError):
    """The commit that a cursor goes through is not kept any more; *start* is the address to start afresh from."""

    def __init__(self, start: str) -> None:
        super().__init__("L’index a changé depuis le début de ce parcours : reprenez-le du début.")
        self.start = start


class DocumentNotFoundError(VigieError):
    """No document of the index has this id."""

    def __init__(self, document_id: str) -> None:
        super().__init__(f"Aucun article ne porte l’identifiant « {document_id} ».")
        self.document_id = document_id


class EntityNotFoundError(VigieError):
    """Neither the thesaurus nor any article knows this name."""

    def __init__(self, label: str) -> None:
        super().__init__(f"« {label[:100]} » n’est ni dans le thésaurus ni dans les articles.")
        self.label = label


class IndexAccessError(VigieError):
    """The index cannot be used."""


class IndexMissingError(IndexAccessError):
    """There is no index in this folder."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"Aucun index dans {path} : créez-le avec « vigie index DOSSIER --index {path} ».")


class IndexVersionError(IndexAccessError):
    """The index was written by another version of Vigie."""


class IndexDamagedError(IndexAccessError):
    """The index cannot be read."""


class IndexLockedError(IndexAccessError):
    """Another process is writing to the index."""
