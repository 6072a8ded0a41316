"""The face of Vigie: a page for people, JSON for programs. It decides nothing about search."""

from flask import Flask

from indexer.engine import Engine, open_engine
from indexer.settings import Settings, load_settings
from web import api, batch_api, errors, headers, page, reference, take_away, views

__all__ = ["create_app"]


def create_app(settings: Settings | None = None, engine: Engine | None = None) -> Flask:
    """The application over *engine*, else over the index that *settings* (else the environment) name.

    Nothing is opened before the first request.
    """
    settings = settings or load_settings()
    app = Flask(__name__)
    app.extensions["vigie"] = engine or open_engine(settings.index, settings)
    app.extensions["vigie_settings"] = settings
    app.url_map.merge_slashes = False  # a name may hold any characters
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_blueprint(views.bp)
    app.register_blueprint(api.bp)
    app.register_blueprint(batch_api.bp)
    app.register_blueprint(reference.bp)
    app.register_blueprint(take_away.bp)
    page.init_app(app)
    errors.init_app(app)
    headers.init_app(app, settings)
    return app
