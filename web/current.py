"""What the request at hand works with."""

from collections.abc import Iterable

from flask import current_app, request

from indexer.engine import Engine
from indexer.errors import RequestError
from indexer.search import FacetLookup, SearchRequest, parse_parameters
from indexer.settings import Settings
from web.facet_page import OWN_PARAMETERS, parse_lookup


def engine() -> Engine:
    """The engine of this application."""
    found: Engine = current_app.extensions["vigie"]
    return found


def search_request(page_size: int | None = None) -> SearchRequest:
    """The search that the address asks for; RequestError when it makes no sense."""
    return _search_request(request.args.items(multi=True), page_size)


def facet_lookup(field: str) -> tuple[SearchRequest, FacetLookup]:
    """The values of a facet that the address asks for, and the search under which; RequestError when it makes no sense.

    Its parameters are those of a search, which has no page here, and OWN_PARAMETERS.
    """
    pairs = [(name, value) for name, value in request.args.items(multi=True) if name not in OWN_PARAMETERS]
    own = {name: request.args[name] for name in OWN_PARAMETERS if name in request.args}
    return _search_request(pairs).replace(page=1), parse_lookup(field, own)


def _search_request(pairs: Iterable[tuple[str, str]], page_size: int | None = None) -> SearchRequest:
    settings: Settings = current_app.extensions["vigie_settings"]
    return parse_parameters(pairs, page_size=page_size or settings.page_size)


def parameters(*known: str) -> dict[str, str]:
    """The parameters of the address; RequestError for one that is not *known*, or stands twice."""
    for name, values in request.args.lists():
        if name not in known:
            listed = ", ".join(known)
            raise RequestError(name, f"Paramètre inconnu : « {name[:100]} ». Paramètres possibles : {listed}.")
        if len(values) > 1:
            raise RequestError(name, f"Le paramètre « {name} » ne peut figurer qu’une fois.")
    return request.args.to_dict()


def size(given: dict[str, str], usual: int) -> int:
    """How many things are asked for; RequestError when that is no number. The engine knows its own bounds."""
    value = given.get("size", str(usual))
    if not (value.isascii() and value.isdigit() and len(value) < 10):  # noqa: PLR2004 - digits
        raise RequestError("size", "« size » doit être un nombre.")
    return int(value)


def refuse_parameters() -> None:
    """RequestError when the address has any parameter."""
    for name in request.args:
        raise RequestError(name, f"Paramètre inconnu : « {name[:100]} ». Cette adresse n’en prend aucun.")
