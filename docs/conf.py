"""How Sphinx makes the site and the man page of what is in this folder: `make docs`, `make man`.

Nothing is asked of another host, neither by the build nor by the pages: fonts are the reader's own.
"""

import sys
from fnmatch import fnmatch
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

from pygments.lexers.shell import BashLexer
from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parent / "reference"))

from made import fill

project = "Vigie"
author = "Vigie"
version = release = version_of("vigie")
language = "fr"

extensions = ["myst_parser"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
nitpicky = True
smartquotes = False  # French typography stands as it was written
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"

html_theme = "furo"
html_title = "Vigie"
html_favicon = "../web/static/icon.svg"
html_copy_source = False
html_show_copyright = False

man_pages: list[tuple[str, str, str, list[str], int]] = [
    ("reference/commandes", "vigie", "moteur de recherche sur l’actualité de défense en français", [], 1)
]

FRENCH = ("index", "rgaa", "guides/*", "reference/commandes", "reference/requetes", "search", "genindex")
"""The pages in French; the others are in English, and say so to screen readers."""


def make_reference(_app: Sphinx, _page: str, source: list[str]) -> None:
    """Fill in what is made from the code."""
    source[0] = fill(source[0])


def name_language(_app: Sphinx, page: str, _template: str, context: dict[str, Any], _tree: object) -> None:
    """Have a page in English say that it is."""
    if not any(fnmatch(page, pattern) for pattern in FRENCH):
        context["language"] = "en"


def setup(app: Sphinx) -> None:
    """Connect both to the build, and colour a cron table as what it runs."""
    app.add_lexer("cron", BashLexer)
    app.connect("source-read", make_reference)
    app.connect("html-page-context", name_language)
