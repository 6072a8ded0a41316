"""Searches to follow and to take away: feeds, files of all results, and Vigie among a browser's search engines."""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

import msgspec
from flask import Blueprint, Response, request, stream_with_context, url_for

from indexer.message import Message
from indexer.search import PAGE_SIZE, SUGGESTIONS, Hit, SearchRequest, Sort
from web import current
from web.exports import Export, batches, to_bibtex, to_csv, to_json_lines
from web.feeds import FEED_SIZE, Feed, render_xml
from web.page import Group, Link

bp = Blueprint("take_away", __name__)

LONGEST_NAME = 60
"""Characters of a query in the name of a file."""


@bp.app_template_global()
def take_away(search: SearchRequest) -> list[Group]:
    """What can be done with all results of a search, page by page or not."""
    every = search.replace(page=1, size=PAGE_SIZE, cursor=None)
    groups = {
        Message("Suivre"): {"Atom": ".atom", "RSS": ".rss"},
        Message("Emporter"): {"CSV": ".as_csv", "JSON Lines": ".as_json_lines", "BibTeX": ".as_bibtex"},
    }
    return [
        Group(name, [Link(label, every.address(url_for(f"take_away{view}"))) for label, view in views.items()])
        for name, views in groups.items()
    ]


@bp.get("/atom")
def atom() -> Response:
    """A search as an Atom feed."""
    return _feed("atom.xml", "application/atom+xml")


@bp.get("/rss")
def rss() -> Response:
    """A search as an RSS feed."""
    return _feed("rss.xml", "application/rss+xml")


@bp.get("/csv")
def as_csv() -> Response:
    """All results as a table."""
    return _file(to_csv, "csv", "text/csv")


@bp.get("/jsonl")
def as_json_lines() -> Response:
    """All results as JSON, one on a line."""
    return _file(to_json_lines, "jsonl", "application/jsonl")


@bp.get("/bibtex")
def as_bibtex() -> Response:
    """All results as a bibliography."""
    return _file(to_bibtex, "bib", "application/x-bibtex")


@bp.get("/opensearch.xml")
def opensearch() -> Response:
    """What a browser needs to know to search here."""
    current.refuse_parameters()
    views = {
        "text/html": "views.search",
        "application/atom+xml": ".atom",
        "application/rss+xml": ".rss",
        "application/x-suggestions+json": ".suggestions",
    }
    addresses = [(kind, f"{url_for(view, _external=True)}?q={{searchTerms}}") for kind, view in views.items()]
    kind = "application/opensearchdescription+xml"
    own = (kind, url_for(".opensearch", _external=True))
    return Response(render_xml("opensearch.xml", addresses=[*addresses, own]), mimetype=kind)


@bp.get("/suggestions")
def suggestions() -> Response:
    """How a query may go on, as browsers read it: what was typed, and the ways to go on."""
    typed = current.parameters("q").get("q", "")
    found = current.engine().suggest(typed, SUGGESTIONS).suggestions
    answer = [typed, [each.text for each in found]]
    return Response(msgspec.json.encode(answer), mimetype="application/x-suggestions+json")


def _feed(template: str, mimetype: str) -> Response:
    search = current.search_request(page_size=FEED_SIZE, without=("fields", "html"))
    search = search.replace(sort=search.sort or Sort.NEWEST, facets=(), timelines=())
    feed = Feed(request.path, search, current.engine().search(search))
    response = Response(render_xml(template, feed=feed), content_type=f"{mimetype}; charset=utf-8")
    response.add_etag()
    response.make_conditional(request)
    return response


def _file(export: Export, ending: str, mimetype: str) -> Response:
    search = current.search_request()
    pieces = batches(export(_hits(search)))
    response = Response(stream_with_context(pieces), content_type=f"{mimetype}; charset=utf-8")
    words = re.sub(r"[\W_]+", "-", search.q)[:LONGEST_NAME].strip("-")
    name = f"{'-'.join(filter(None, ('vigie', words)))}.{ending}"
    response.headers.set("Content-Disposition", "attachment", **_named(name))
    return response


def _named(name: str) -> dict[str, str]:
    """The name of a file as a header may say it: in ASCII, and whole (RFC 6266); a header has no other characters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return {"filename": plain} | ({} if plain == name else {"filename*": f"UTF-8''{quote(name, safe='')}"})


def _hits(search: SearchRequest) -> Iterator[Hit]:
    """All hits; those of one page alone when the address asks for one."""
    if {"page", "size"} & set(request.args):
        return iter(current.engine().search(search).hits)
    return current.engine().walk(search)
