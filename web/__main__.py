"""`python -m web`: serve the page and the endpoint; `vigie serve` becomes this program."""

import errno
import gc
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

import click
import msgspec
from flask import Flask
from werkzeug.serving import make_server

from indexer.engine import open_engine
from indexer.errors import SettingsError, VigieError
from indexer.french import counted
from indexer.settings import load_settings
from indexer.typography import typeset
from web import create_app
from web.server import BACKLOG, Server

FAILED = 2


@click.command()
@click.option("--index", required=True)
@click.option("--host", required=True)
@click.option("--port", type=int, required=True)
@click.option("--debug", is_flag=True)
def main(index: str, host: str, port: int, *, debug: bool) -> None:
    """Serve until interrupted."""
    settings = msgspec.structs.replace(load_settings(), index=index, host=host, port=port)
    try:
        engine = open_engine(index, settings)
        stats = engine.stats()
        listener = _listen(host, port)
    except VigieError as error:
        click.echo(typeset(f"vigie : {error}"), err=True)
        sys.exit(FAILED)
    shown, taken = f"[{host}]" if ":" in host else host, listener.getsockname()[1]
    held = counted(stats.index.documents, "article")

    def started() -> None:
        click.echo(typeset(f"Vigie : http://{shown}:{taken}/ ({held} ; Ctrl-C pour arrêter)"))

    def stopped() -> None:
        click.echo("\nVigie s’arrête.")

    if debug:
        _serve_to_one(create_app(settings, engine), listener, started)
        stopped()
    else:
        engine.warm()
        gc.freeze()  # what is there now is never looked at again, so that the processes go on sharing it
        Server(settings, engine, listener.fileno(), started, stopped).run()


def _serve_to_one(app: Flask, listener: socket.socket, started: Callable[[], None]) -> None:
    """Serve with one process that shows its faults: for work on Vigie itself."""
    app.debug = True
    address = listener.getsockname()
    server = make_server(address[0], address[1], app, threaded=True, fd=listener.fileno())
    started()
    with suppress(KeyboardInterrupt):
        server.serve_forever()


def _listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address; SettingsError, with what to do, when that cannot be."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except socket.gaierror as error:
        raise SettingsError(f"L’adresse « {host} » est inconnue : choisissez-en une autre avec --host.") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(f"Le port {port} est déjà pris : choisissez-en un autre avec --port.") from error
        raise SettingsError(f"Impossible d’écouter sur {host}:{port} ({error.strerror}).") from error
    return listener


if __name__ == "__main__":
    main()
