"""`python -m web`: serve the page and the endpoint; `vigie serve` becomes this program."""

import errno
import logging
import socket
import sys

import click
import msgspec
from werkzeug.serving import make_server

from indexer.errors import SettingsError, VigieError
from indexer.french import counted
from indexer.settings import load_settings
from indexer.typography import typeset
from web import create_app

FAILED = 2
BACKLOG = 128


@click.command()
@click.option("--index", required=True)
@click.option("--host", required=True)
@click.option("--port", type=int, required=True)
def main(index: str, host: str, port: int) -> None:
    """Serve until interrupted."""
    try:
        settings = msgspec.structs.replace(load_settings(), index=index, host=host, port=port)
        app = create_app(settings)
        stats = app.extensions["vigie"].stats()
        listener = _listen(host, port)
    except VigieError as error:
        click.echo(typeset(f"vigie : {error}"), err=True)
        sys.exit(FAILED)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    address = listener.getsockname()
    server = make_server(address[0], address[1], app, threaded=True, fd=listener.fileno())
    shown = f"[{host}]" if ":" in host else host
    held = counted(stats.index.documents, "article")
    click.echo(typeset(f"Vigie : http://{shown}:{address[1]}/ ({held} ; Ctrl-C pour arrêter)"))
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("\nVigie s’arrête.")


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
