"""Settings: one frozen table, read from the environment (VIGIE_*) and from vigie.toml; only the edges read it."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from indexer.errors import SettingsError

PREFIX = "VIGIE_"
FILE = "vigie.toml"
HOSTS = r"^[A-Za-z0-9.:\[\]-]+( *, *[A-Za-z0-9.:\[\]-]+)*$"
ORIGINS = r"^(\*|https?://[^\s,/]+( *, *https?://[^\s,/]+)*)$"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every setting. The environment wins over vigie.toml, an option of the command line over both."""

    index: Annotated[str, msgspec.Meta(description="Folder of the index")] = "var/index"
    engine: Annotated[
        str | None,
        msgspec.Meta(
            description="Cluster that holds the index instead: `opensearch+https://user@host:9200/index` "
            "(docs/opensearch.md)"
        ),
    ] = None
    shards: Annotated[int, msgspec.Meta(ge=1, le=1024, description="Shards of an index made in a cluster")] = 1
    replicas: Annotated[int, msgspec.Meta(ge=0, le=9, description="Copies of each shard besides the first")] = 1
    notes: Annotated[
        str, msgspec.Meta(description="Folder of what `vigie index` has read, for an index in a cluster")
    ] = "var/notes"
    host: Annotated[str, msgspec.Meta(description="Address that `vigie serve` listens on")] = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535, description="Port that it listens on; 0 takes a free one")] = 8000
    jobs: Annotated[
        int,
        msgspec.Meta(
            ge=1, le=2, description="Processes that `vigie index` reads files with, and builds the index with"
        ),
    ] = 2
    memory: Annotated[
        int, msgspec.Meta(ge=16, description="Megabytes that building the index may take, in all processes together")
    ] = 1000
    cache: Annotated[
        int,
        msgspec.Meta(ge=0, description="Megabytes of answers kept, so that the next page costs little; 0 keeps none"),
    ] = 64
    page_size: Annotated[
        int, msgspec.Meta(ge=1, le=100, description="Results on a page when the request says none")
    ] = 10
    cors: Annotated[
        Annotated[str, msgspec.Meta(pattern=ORIGINS)] | None,
        msgspec.Meta(description="Origins, separated by commas, whose pages may read the endpoint; `*` for any"),
    ] = None
    workers: Annotated[
        int, msgspec.Meta(ge=0, le=64, description="Processes that serve; 0 takes one for each processor")
    ] = 0
    queue: Annotated[
        int,
        msgspec.Meta(
            ge=0, le=1000, description="Searches that may wait for their turn in a process; others are sent away"
        ),
    ] = 8
    deadline: Annotated[
        float, msgspec.Meta(gt=0, description="Seconds after which a search is given up, on a machine too busy for it")
    ] = 5.0
    rate: Annotated[
        int, msgspec.Meta(ge=0, description="Requests that one client may make in a minute; 0 sets no limit")
    ] = 0
    proxies: Annotated[
        int,
        msgspec.Meta(ge=0, le=9, description="Proxies in front of the server, whose `X-Forwarded-*` are believed"),
    ] = 0
    hosts: Annotated[
        Annotated[str, msgspec.Meta(pattern=HOSTS)] | None,
        msgspec.Meta(
            description="Names, separated by commas, by which the server may be called; none: by any, on 127.0.0.1 "
            "without a proxy by that of the machine alone"
        ),
    ] = None
    log: Annotated[
        bool, msgspec.Meta(description="Whether `vigie serve` tells every request on standard error, as a line of JSON")
    ] = True
    fields: Annotated[
        dict[str, tuple[str, ...]],
        msgspec.Meta(description="Names of the fields of your JSON and CSV files, tried before the usual ones (table)"),
    ] = {}
    thesaurus: Annotated[
        str | None, msgspec.Meta(description="File of your own names, added to those that Vigie knows (see below)")
    ] = None
    max_errors_shown: Annotated[
        int, msgspec.Meta(ge=0, description="Rejected files that `vigie index` lists by name; all are counted")
    ] = 20

    @property
    def place(self) -> str:
        """Where the index is: the address of a cluster, or a folder."""
        return self.engine or self.index


def load_settings(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """The settings of *environment* (os.environ) and of vigie.toml in *folder* (the current one).

    Raises SettingsError for an unknown name or a value out of bounds.
    """
    environment = os.environ if environment is None else environment
    path = (folder or Path()) / FILE
    values = _read_file(path)
    for name, value in environment.items():
        if name.startswith(PREFIX):
            values[name.removeprefix(PREFIX).lower()] = value
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        known = ", ".join(Settings.__struct_fields__)
        raise SettingsError(
            f"Réglage refusé ({error}). Réglages possibles, dans {FILE} ou en variables {PREFIX}* : {known}."
        ) from error


def settings_table() -> list[tuple[str, str, str]]:
    """Name, default and meaning of every setting, for the README and for `vigie --help`."""
    fields = msgspec.inspect.type_info(Settings).fields  # type: ignore[attr-defined]
    return [(field.encode_name, _default(field), _meaning(field.type)) for field in fields]


def _default(field: msgspec.inspect.Field) -> str:
    made = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
    return "none" if made is None else str(made)


def _meaning(field_type: msgspec.inspect.Type) -> str:
    extra = getattr(field_type, "extra_json_schema", None) or {}
    return str(extra.get("description", ""))


def _read_file(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} est illisible : {error}") from error
