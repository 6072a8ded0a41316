"""Who is this article? An id that is the same on every run and machine; addresses and sources in one form."""

import hashlib
from urllib.parse import urlsplit, urlunsplit

from indexer.analysis import analyze, fold

LONGEST_URL = 2000


def document_id(url: str | None, title: str, text: str) -> str:
    """16 hexadecimal digits: of the address when there is one, else of the words, whatever their accents and marks."""
    identity = url or " ".join(fold(term.text) for part in (title, text) for term in analyze(part))
    return hashlib.sha256(identity.encode("utf-8")).hexdigest()[:16]


def normalise_url(url: str | None) -> str | None:
    """An http or https address with a lower-case host and no fragment; None for anything else."""
    if url is None or len(url) > LONGEST_URL:
        return None
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or any(character.isspace() for character in url.strip()):
        return None
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2].lower(), parts.path or "/", parts.query, ""))


def normalise_source(source: str | None, url: str | None = None) -> str | None:
    """A host without www., or the name of a paper as written; taken from the address when nothing else says it."""
    if source and "://" in source:
        source, url = None, normalise_url(source) or url
    name = " ".join(source.split()) if source else (urlsplit(url).hostname or "" if url else "")
    if "." in name and " " not in name:
        name = name.lower().removeprefix("www.").rstrip("./")
    return name or None
