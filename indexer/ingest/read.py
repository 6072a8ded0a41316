"""Source file -> Documents: one reader for each format, chosen by content."""

import re
from collections.abc import Callable, Iterator

from indexer.document import Document, Provenance
from indexer.errors import SourceError
from indexer.ingest.archives import DEFAULT_LIMITS, Limits, open_items
from indexer.ingest.article import make_document
from indexer.ingest.decode import decode
from indexer.ingest.draft import DEFAULT_NAMES, Draft, FieldNames, Item
from indexer.ingest.feeds import read_feed
from indexer.ingest.files import SourceFile, failure
from indexer.ingest.formats import Format, describe, looks_like_html, recognise
from indexer.ingest.fragment import read_fragment
from indexer.ingest.html import read_html
from indexer.ingest.limits import grouped
from indexer.ingest.records import read_csv, read_json, read_json_lines
from indexer.ingest.text import read_text

MOST_REJECTIONS = 100
"""Of one file; a million lines that are no JSON would make a report that nobody reads."""

_BETWEEN_SIGNS = 10_000
"""Rejections, of which there are 40,000 in a second: who listens takes a minute of silence for the end."""

_PAGE = re.compile(r"<(?:!doctype|html|head|body|title)\b", re.IGNORECASE)

Drafts = Iterator[Draft | SourceError]
Reader = Callable[[Item, FieldNames], Drafts]


def read_file(
    source: SourceFile,
    *,
    names: FieldNames = DEFAULT_NAMES,
    limits: Limits = DEFAULT_LIMITS,
    still_reading: Callable[[], None] = lambda: None,
) -> Iterator[Document | SourceError]:
    """Every article of a file, in order; what cannot be used comes as the error that says why, in its place.

    Of a file that is not what it seems, MOST_REJECTIONS errors are given, and one at its end says how many more;
    *still_reading* is called now and then in between.
    """
    rejected = 0
    for found in _read_items(source, names, limits):
        rejected += isinstance(found, SourceError)
        if isinstance(found, Document) or rejected <= MOST_REJECTIONS:
            yield found
        elif rejected % _BETWEEN_SIGNS == 0:
            still_reading()
    if more := max(0, rejected - MOST_REJECTIONS):
        told = "1 autre rejet" if more == 1 else f"{grouped(more)} autres rejets"
        yield SourceError(source.path, f"… et {told} dans ce fichier")


def _read_items(source: SourceFile, names: FieldNames, limits: Limits) -> Iterator[Document | SourceError]:
    for item in open_items(source.file, source.path, limits):
        if isinstance(item, SourceError):
            yield item
            continue
        try:
            yield from _read_item(item, source, names)
        except SourceError as error:
            yield error
        except RecursionError:
            yield SourceError(item.path, "structure trop profonde")
        except OSError as error:
            yield SourceError(item.path, f"illisible ({failure(error)})")


def _read_item(item: Item, source: SourceFile, names: FieldNames) -> Iterator[Document | SourceError]:
    format_ = recognise(item.head, names)
    if format_ not in READERS:
        raise SourceError(item.path, f"{describe(item.head)} : ce format n’est pas lu")
    member, root = item.path.partition("!/")[2] or None, str(source.root)
    for draft in READERS[format_](item, names):
        if isinstance(draft, SourceError):
            yield draft
            continue
        provenance = Provenance(path=source.path, root=root, format=format_.value, member=member, place=draft.place)
        try:
            yield make_document(draft, provenance)
        except SourceError as error:
            yield error


def _read_text(item: Item, names: FieldNames) -> Drafts:  # noqa: ARG001 - as all readers
    yield read_text(_decoded(item))


def _read_html(item: Item, names: FieldNames) -> Drafts:  # noqa: ARG001
    yield _page(_decoded(item), item.path, item.url)


def _read_feed(item: Item, names: FieldNames) -> Drafts:  # noqa: ARG001
    for draft in read_feed(item.read(), item.path):
        yield _opened(draft, item.path)


def _read_json(item: Item, names: FieldNames) -> Drafts:
    for draft in read_json(item.stream, item.path, names):
        yield _opened(draft, item.path)


def _read_json_lines(item: Item, names: FieldNames) -> Drafts:
    for draft in read_json_lines(item.stream, item.path, names):
        yield _opened(draft, item.path)


def _read_csv(item: Item, names: FieldNames) -> Drafts:
    for draft in read_csv(item.stream, item.path, names):
        yield _opened(draft, item.path)


READERS: dict[Format, Reader] = {
    Format.TEXT: _read_text,
    Format.HTML: _read_html,
    Format.FEED: _read_feed,
    Format.JSON: _read_json,
    Format.JSON_LINES: _read_json_lines,
    Format.CSV: _read_csv,
}
"""A reader for each format; archives were opened before."""


def _decoded(item: Item) -> str:
    try:
        return decode(item.read())
    except ValueError as error:
        raise SourceError(item.path, str(error)) from error


def _page(text: str, path: str, url: str | None) -> Draft:
    try:
        return read_html(text, url=url)
    except ValueError as error:
        raise SourceError(path, str(error)) from error


def _opened(draft: Draft | SourceError, path: str) -> Draft | SourceError:
    """The same, its markup read when it has some: a whole page, or what a page would have inside."""
    if isinstance(draft, SourceError) or not looks_like_html(draft.text):
        return draft
    try:
        if not _PAGE.search(draft.text):
            return draft._replace(text=read_fragment(draft.text))
        page = read_html(draft.text, url=draft.url)
    except ValueError as error:
        return SourceError(f"{path}, {draft.place}" if draft.place else path, str(error))
    return draft._replace(title=draft.title or page.title, text=page.text)
