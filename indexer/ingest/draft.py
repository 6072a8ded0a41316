"""Item and Draft: what is found in a file, and what a source says of one article before anything is judged."""

import io
import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple, Self

import msgspec

from indexer.analysis import fold
from indexer.errors import SettingsError, SourceError
from indexer.ingest.calendar_dates import FoundDate

LARGEST_CONTENT = 25_000_000
"""Bytes of a page, a feed or a text. The longest feed dump of the real piles has 20 MB."""

HEAD = 65536
"""Bytes that a stream holds ready, hence the most that its head shows."""


class Item(NamedTuple):
    """One file, or one member of an archive, and where it was found. Its stream is read once, before the next Item."""

    path: str
    """pile/pages.zip!/2024/une.html: an archive and its member; the file alone when it is no archive."""
    stream: io.BufferedReader
    """Its bytes, unpacked as they are read; SourceError when they turn out to be damaged or a bomb."""
    url: str | None = None
    """Where it was collected, when the archive says so."""

    @classmethod
    def of(cls, path: str, content: bytes, url: str | None = None) -> Self:
        """An Item of bytes that are already there."""
        return cls(path, io.BufferedReader(io.BytesIO(content), HEAD), url)

    @property
    def head(self) -> bytes:
        """Its first bytes, at most HEAD; they stay to be read."""
        return self.stream.peek(HEAD)

    def read(self, largest: int = LARGEST_CONTENT) -> bytes:
        """All of it; SourceError when it is longer than *largest* bytes."""
        content = self.stream.read(largest + 1)
        if len(content) > largest:
            raise SourceError(self.path, f"plus de {largest / 1e6:.3g} Mo pour un seul document".replace(".", ","))
        return content


class Draft(NamedTuple):
    """An article as its source gives it. Readers fill in what they find and leave the rest."""

    title: str = ""
    text: str = ""
    """The body; each paragraph is a line of its own. From records and feeds it may be HTML: see looks_like_html."""
    url: str | None = None
    source: str | None = None
    """The name or host of the publisher, as the source writes it."""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    published: str | None = None
    """When it was published, as the source writes it."""
    dated: FoundDate | None = None
    """When it was published, where its reader had to understand it."""
    modified: str | None = None
    language: str | None = None
    """The language that the source declares, as it writes it."""
    place: str | None = None
    """Which part of the item: « ligne 12 », « entrée 3 »; None for all of it."""


class FieldNames(msgspec.Struct, frozen=True, kw_only=True):
    """For each field of a Draft, the names under which it is looked for; the first that holds something is taken.

    A dot leads into an object: `auteur.nom`.
    """

    title: tuple[str, ...] = ("title", "titre", "headline", "intitulé", "name")
    text: tuple[str, ...] = (
        *("text", "texte", "body", "corps", "article_text", "full_text", "maintext", "article_body", "article"),
        *("content", "contenu", "content_html", "content_text", "description", "summary", "résumé", "chapô"),
    )
    url: tuple[str, ...] = ("canonical", "canonical_url", "url", "link", "lien", "adresse", "permalink", "uri")
    source: tuple[str, ...] = ("source", "source_name", "site", "site_name", "publisher", "journal", "éditeur", "média")
    authors: tuple[str, ...] = ("authors", "author", "auteurs", "auteur", "byline", "creator", "signature")
    tags: tuple[str, ...] = ("tags", "keywords", "mots_clés", "mot_clé", "étiquettes", "categories", "catégories")
    published: tuple[str, ...] = (
        *("date_published", "published_at", "published", "publication_date", "publish_date", "pub_date"),
        *("date_publication", "publié_le", "publié", "date_de_publication", "date", "datetime", "timestamp"),
    )
    modified: tuple[str, ...] = ("date_modified", "modified", "modified_at", "updated", "updated_at", "modifié_le")
    language: tuple[str, ...] = ("language", "langue", "lang", "in_language")

    def preferring(self, names: Mapping[str, Sequence[str]]) -> "FieldNames":
        """The same, with other *names* of a field tried first; SettingsError for a field that is not known."""
        for field in names:
            if field not in self.__struct_fields__:
                known = ", ".join(self.__struct_fields__)
                raise SettingsError(f"Réglage fields : « {field} » n’est pas un champ ({known}).")
        return msgspec.structs.replace(self, **{field: (*own, *getattr(self, field)) for field, own in names.items()})


DEFAULT_NAMES = FieldNames()

_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")


def field_key(name: str) -> str:
    """One form for datePublished, date-published and « Date published »."""
    return _field_key(name[:100])


@lru_cache(maxsize=4096)
def _field_key(name: str) -> str:
    return _NOT_ALPHANUMERIC.sub("", fold(name))


class FieldPlace(NamedTuple):
    """What a key of a record may hold."""

    field: str
    rank: int
    """How early among the names of its field the key stands."""
    rest: tuple[str, ...]
    """The keys that lead from its value to that of the field."""


@cache
def field_places(names: FieldNames) -> dict[str, tuple[FieldPlace, ...]]:
    """By the key of a record: `auteur.nom` leads into « auteur », and is the column « auteur.nom » of a flat table."""
    places: dict[str, tuple[FieldPlace, ...]] = {}
    for field in names.__struct_fields__:
        for rank, name in enumerate(getattr(names, field)):
            first, *rest = map(field_key, name.split("."))
            for key, path in {field_key(name): (), first: tuple(rest)}.items():
                places[key] = (*places.get(key, ()), FieldPlace(field, rank, path))
    return places
