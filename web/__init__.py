"""The face of Vigie: a page for people, JSON for programs. It decides nothing about search."""

import re
from typing import NamedTuple

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from indexer.engine import Engine, open_engine
from indexer.settings import Settings, load_settings
from web import (
    admission,
    api,
    batch_api,
    errors,
    headers,
    language,
    logs,
    monitoring,
    page,
    rate,
    reference,
    refusal,
    take_away,
    unchanged,
    views,
)
from web.admission import Admission, Loads
from web.rate import Rate

__all__ = ["Shared", "create_app"]

LOOPBACK = ("127.0.0.1", "localhost")
"""Not [::1]: werkzeug compares names and IPv4 addresses only."""


class Shared(NamedTuple):
    """What the processes of a server count together."""

    rate: Rate | None
    loads: Loads

    @classmethod
    def of(cls, settings: Settings) -> "Shared":
        """To be made before the processes part."""
        return cls(Rate(settings.rate) if settings.rate else None, Loads())


def create_app(settings: Settings | None = None, engine: Engine | None = None, shared: Shared | None = None) -> Flask:
    """The application over *engine*, else over the index that *settings* (else the environment) name.

    Nothing is opened before the first request. *shared* is what several processes count together.
    """
    settings = settings or load_settings()
    app = Flask(__name__)
    app.extensions["vigie"] = engine or open_engine(settings.place, settings)
    app.extensions["vigie_settings"] = settings
    app.config["TRUSTED_HOSTS"] = _names(settings)
    app.url_map.merge_slashes = False  # a name may hold any characters
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_blueprint(views.bp)
    app.register_blueprint(api.bp)
    app.register_blueprint(batch_api.bp)
    app.register_blueprint(reference.bp)
    app.register_blueprint(take_away.bp)
    app.register_blueprint(monitoring.bp)
    logs.init_app(app)  # what is begun first ends last: every answer is counted and told as it leaves
    monitoring.init_app(app)
    shared = shared or Shared.of(settings)
    places = Admission(settings.queue, shared.loads)
    unchanged.init_app(app, app.extensions["vigie"])
    refusal.init_app(app, places, shared.rate)
    rate.init_app(app, shared.rate)
    admission.init_app(app, settings, places)
    language.init_app(app)
    page.init_app(app)
    errors.init_app(app)
    headers.init_app(app, settings)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, settings.proxies, settings.proxies, settings.proxies)  # type: ignore[method-assign]
    return app


def _names(settings: Settings) -> list[str] | None:
    """The names by which the server may be called; None for any.

    Where it listens to its own machine alone, a page of elsewhere could have its own name lead there and read
    everything (DNS rebinding).
    """
    if settings.hosts:
        return [*re.split(" *, *", settings.hosts), *LOOPBACK]
    is_local = settings.host in LOOPBACK and not settings.proxies
    return list(LOOPBACK) if is_local else None
