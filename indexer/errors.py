"""Everything that Vigie raises on purpose, in one tree.

    VigieError
    ├── SettingsError          a setting cannot be used: its name, what it should look like
    ├── SourceError            a source file cannot be used: its path, the reason
    ├── RequestError           a search request cannot be answered: the parameter at fault
    │   ├── QueryError         the query text itself: too long, too deep, too many words
    │   ├── UnknownParameterError   there is no such parameter
    │   ├── RepeatedParameterError  it may stand only once
    │   └── UnknownFacetError  there is no such facet
    ├── CursorGoneError        the commit that a cursor goes through is not kept any more
    ├── OverloadError          the server cannot answer now: when to come back
    │   ├── BusyError          too many searches wait already
    │   ├── TooManyRequestsError    a client asks too often
    │   ├── TooSlowError       a search took too long, on a machine too busy for it
    │   └── ClusterUnavailableError  the cluster that holds the index does not answer now
    ├── DocumentNotFoundError  no document has this id
    └── IndexAccessError       the index cannot be used
        ├── IndexMissingError  there is none at this place
        ├── IndexInTheWayError  there is one where a snapshot was to go
        ├── IndexVersionError  another version of Vigie wrote it
        ├── IndexDamagedError  it cannot be read
        ├── IndexStorageError  the system refuses: a full disk, no right to read, too many open files
        ├── IndexLockedError   another process is writing to it
        └── ClusterError       the cluster that holds it refuses

Messages are for the person at the other end, hence in French, typeset as French is; each says what to do. Those that
the page or the endpoint may show are a Message, which can be said in another language too.
"""

import errno
import math
from collections.abc import Iterable
from pathlib import Path

from indexer.document import FACETS
from indexer.message import Message
from indexer.typography import typeset


class VigieError(Exception):
    """The root: `except VigieError` at an edge catches every expected failure."""

    def __init__(self, message: str) -> None:
        self.message = message if isinstance(message, Message) else typeset(message)
        super().__init__(self.message)


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
        self.detail = self.message


class QueryError(RequestError):
    """The query text cannot be searched."""

    def __init__(self, detail: str) -> None:
        super().__init__("q", detail)


class UnknownParameterError(RequestError):
    """There is no such parameter; *known* are those that there are."""

    def __init__(self, parameter: str, known: Iterable[str]) -> None:
        self.known = tuple(known)
        name, known = parameter[:100], ", ".join(self.known)
        super().__init__(
            parameter,
            Message("Paramètre inconnu : « {name} ». Paramètres possibles : {known}.", name=name, known=known)
            if known
            else Message("Paramètre inconnu : « {name} ». Cette adresse n’en prend aucun.", name=name),
        )


class RepeatedParameterError(RequestError):
    """A parameter that may stand only once stands twice."""

    def __init__(self, parameter: str) -> None:
        super().__init__(parameter, Message("Le paramètre « {name} » ne peut figurer qu’une fois.", name=parameter))


class UnknownFacetError(RequestError):
    """There is no such facet."""

    def __init__(self, parameter: str, facet: str) -> None:
        known = ", ".join(FACETS)
        super().__init__(
            parameter, Message("Facette inconnue : « {name} ». Facettes : {known}.", name=facet[:100], known=known)
        )


class CursorGoneError(VigieError):
    """The commit that a cursor goes through is not kept any more; *start* is the address to start afresh from."""

    def __init__(self, start: str) -> None:
        super().__init__(Message("L’index a changé depuis le début de ce parcours : reprenez-le du début."))
        self.start = start


class OverloadError(VigieError):
    """The server cannot answer now; *seconds* later it may."""

    def __init__(self, message: Message, seconds: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after = max(1, math.ceil(seconds))


class BusyError(OverloadError):
    """Too many searches wait already."""

    def __init__(self) -> None:
        super().__init__(Message("Trop de recherches à la fois : réessayez dans un instant."))


class TooManyRequestsError(OverloadError):
    """A client asks too often."""

    def __init__(self, seconds: float) -> None:
        super().__init__(Message("Trop de demandes en peu de temps : réessayez un peu plus tard."), seconds)


class TooSlowError(OverloadError):
    """A search took too long, on a machine too busy for it."""

    def __init__(self) -> None:
        super().__init__(Message("La recherche a pris trop de temps : réessayez, ou précisez-la."))


class ClusterUnavailableError(OverloadError):
    """The cluster that holds the index does not answer now: a node is gone, or it has too much to do."""

    def __init__(self) -> None:
        super().__init__(Message("L’index ne répond pas pour le moment : réessayez dans un instant."), seconds=5)


class DocumentNotFoundError(VigieError):
    """No document of the index has this id."""

    def __init__(self, document_id: str) -> None:
        super().__init__(Message("Aucun article ne porte l’identifiant « {id} ».", id=document_id))
        self.document_id = document_id


class EntityNotFoundError(VigieError):
    """Neither the thesaurus nor any article knows this name."""

    def __init__(self, label: str) -> None:
        super().__init__(Message("« {name} » n’est ni dans le thésaurus ni dans les articles.", name=label[:100]))
        self.label = label


class IndexAccessError(VigieError):
    """The index cannot be used."""


class IndexMissingError(IndexAccessError):
    """There is no index in this folder."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(
            Message("Aucun index dans {path} : créez-le avec « vigie index DOSSIER --index {path} ».", path=path)
        )


class IndexInTheWayError(IndexAccessError):
    """There is an index where a snapshot was to go."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} contient déjà un index : choisissez un dossier neuf.")


class IndexVersionError(IndexAccessError):
    """The index was written by another version of Vigie."""


class IndexDamagedError(IndexAccessError):
    """The index cannot be read."""


class IndexStorageError(IndexAccessError):
    """The system refuses an operation on a file of the index, *errno* says which way; the file may be quite sound."""

    def __init__(self, name: str, error: OSError) -> None:
        reason = _REFUSALS.get(error.errno or 0) or error.strerror or str(error)
        super().__init__(Message("Fichier d’index {name} : {reason}.", name=name, reason=reason))
        self.errno = error.errno


_REFUSALS = {
    errno.ENOSPC: Message("le disque est plein ; faites de la place, puis recommencez"),
    errno.EROFS: Message("le disque est en lecture seule"),
    errno.EACCES: Message("l’accès est refusé ; vérifiez les droits sur le dossier"),
    errno.EMFILE: Message("trop de fichiers sont ouverts ; relevez la limite (ulimit -n)"),
    errno.EIO: Message("erreur d’entrée-sortie ; le disque est peut-être défaillant"),
}


class ClusterError(IndexAccessError):
    """The cluster that holds the index refuses what is asked of it."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(Message("Le cluster refuse la demande ({code}) : {reason}.", code=code, reason=reason[:300]))


class IndexLockedError(IndexAccessError):
    """Another process is writing to the index."""
