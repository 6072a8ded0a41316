"""Where a cluster is: `opensearch+https://user@host:9200,other:9200/index`."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from indexer.errors import SettingsError

SCHEMES = ("opensearch+https", "opensearch+http")
PORT = 9200
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")

PASSWORD, PASSWORD_FILE, CA_FILE = "OPENSEARCH_PASSWORD", "OPENSEARCH_PASSWORD_FILE", "OPENSEARCH_CA_FILE"
"""Environment variables: the password, or the file that has it; the certificates to trust beside the system's."""

_INDEX = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


class Address(NamedTuple):
    """The nodes of a cluster, each as scheme://host:port; the index there; who asks."""

    text: str
    nodes: tuple[str, ...]
    name: str
    user: str | None
    password: str | None
    certificates: str | None

    @classmethod
    def parse(cls, text: str, environment: Mapping[str, str] | None = None) -> "Address":
        """Read an address, and the password from the *environment* (os.environ); SettingsError with what is wrong."""
        environment = os.environ if environment is None else environment
        scheme, separator, rest = text.partition("://")
        split = urlsplit(f"//{rest}")
        account, _, hosts = split.netloc.rpartition("@")
        index = split.path.strip("/")
        if not separator or scheme not in SCHEMES or not hosts or split.query or split.fragment:
            raise _wrong(text, "écrivez opensearch+https://utilisateur@hôte:9200/index")
        if not _INDEX.fullmatch(index):
            raise _wrong(text, "le nom de l’index se compose de minuscules, de chiffres, de « - » et de « _ »")
        user, colon, _ = account.partition(":")
        if colon:
            raise _wrong(text.replace(account, user), f"le mot de passe vient de {PASSWORD} ou de {PASSWORD_FILE}")
        nodes = tuple(_node(scheme.removeprefix("opensearch+"), host, text) for host in hosts.split(","))
        return cls(
            text=text,
            nodes=nodes,
            name=index,
            user=unquote(user) or None,
            password=_password(environment) if user else None,
            certificates=environment.get(CA_FILE) or None,
        )


def _node(scheme: str, host: str, text: str) -> str:
    name, colon, port = host.rpartition(":")
    if not colon or not port.isdigit():
        name, port = host, str(PORT)
    if scheme == "http" and name not in LOOPBACK:
        raise _wrong(text, "sans TLS, seule cette machine est permise : écrivez opensearch+https://")
    if not name:
        raise _wrong(text, "il y manque un hôte")
    return f"{scheme}://{name}:{port}"


def _password(environment: Mapping[str, str]) -> str:
    if PASSWORD in environment:
        return environment[PASSWORD]
    path = environment.get(PASSWORD_FILE)
    if not path:
        raise SettingsError(f"Il manque le mot de passe du cluster : {PASSWORD}, ou {PASSWORD_FILE} pour un fichier.")
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{PASSWORD_FILE} : {path} est illisible ({error}).") from error


def _wrong(text: str, advice: str) -> SettingsError:
    return SettingsError(f"Adresse de cluster refusée, « {text} » : {advice}.")
