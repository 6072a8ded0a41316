"""What the request at hand works with."""

from flask import current_app, request

from indexer.engine import Engine
from indexer.errors import RequestError
from indexer.search import SearchRequest, parse_parameters
from indexer.settings import Settings


def engine() -> Engine:
    """The engine of this application."""
    found: Engine = current_app.extensions["vigie"]
    return found


def search_request() -> SearchRequest:
    """The search that the address asks for; RequestError when it makes no sense."""
    settings: Settings = current_app.extensions["vigie_settings"]
    return parse_parameters(request.args.items(multi=True), page_size=settings.page_size)


def refuse_parameters() -> None:
    """RequestError when the address has any parameter."""
    for name in request.args:
        raise RequestError(name, f"Paramètre inconnu : « {name[:100]} ». Cette adresse n’en prend aucun.")
