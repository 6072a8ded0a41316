"""What the request at hand works with."""

from collections.abc import Collection, Iterable

from flask import current_app

from indexer.engine import Engine
from indexer.errors import RepeatedParameterError, RequestError, UnknownParameterError
from indexer.message import Message
from indexer.search import PARAMETERS, FacetLookup, SearchRequest, parse_parameters
from indexer.settings import Settings
from web.facet_page import OWN_PARAMETERS, parse_lookup
from web.language import arguments

ENDPOINT_ONLY = ("cursor", "fields", "html")
"""The parameters of a search that pages and files do nothing with; feeds go on by cursor."""


def engine() -> Engine:
    """The engine of this application."""
    found: Engine = current_app.extensions["vigie"]
    return found


def settings() -> Settings:
    """The settings of this application."""
    found: Settings = current_app.extensions["vigie_settings"]
    return found


def search_request(page_size: int | None = None, *, without: Collection[str] = ENDPOINT_ONLY) -> SearchRequest:
    """The search that the address asks for; RequestError when it makes no sense, or has a parameter of *without*."""
    return _search_request(arguments().items(multi=True), page_size, without)


def facet_lookup(field: str, *, without: Collection[str] = ENDPOINT_ONLY) -> tuple[SearchRequest, FacetLookup]:
    """The values of a facet that the address asks for, and the search under which; RequestError when it makes no sense.

    Its parameters are those of a search, which has no page here, and OWN_PARAMETERS.
    """
    given = arguments()
    pairs = [(name, value) for name, value in given.items(multi=True) if name not in OWN_PARAMETERS]
    own = {name: given.getlist(name) for name in OWN_PARAMETERS if name in given}
    for name, values in own.items():
        if len(values) > 1:
            raise RepeatedParameterError(name)
    lookup = parse_lookup(field, {name: values[0] for name, values in own.items()})
    return _search_request(pairs, None, without).replace(page=1), lookup


def _search_request(pairs: Iterable[tuple[str, str]], page_size: int | None, without: Collection[str]) -> SearchRequest:
    pairs = list(pairs)
    for name, _ in pairs:
        if name in without:
            raise UnknownParameterError(name, [known for known in PARAMETERS if known not in without])
    return parse_parameters(pairs, page_size=page_size or settings().page_size)


def parameters(*known: str) -> dict[str, str]:
    """The parameters of the address; RequestError for one that is not *known*, or stands twice."""
    for name, values in arguments().lists():
        if name not in known:
            raise UnknownParameterError(name, known)
        if len(values) > 1:
            raise RepeatedParameterError(name)
    return arguments().to_dict()


def size(given: dict[str, str], usual: int) -> int:
    """How many things are asked for; RequestError when that is no number. The engine knows its own bounds."""
    value = given.get("size", str(usual))
    if not (value.isascii() and value.isdigit() and len(value) < 10):  # noqa: PLR2004 - digits
        raise RequestError("size", Message("« size » doit être un nombre."))
    return int(value)


def refuse_parameters() -> None:
    """RequestError when the address has any parameter."""
    for name in arguments():
        raise UnknownParameterError(name, ())
