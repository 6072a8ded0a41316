"""The pages: search, article and entity."""

from flask import Blueprint, render_template

from indexer.entity import EntityKind
from web import current
from web.article_page import ArticlePage
from web.entity_page import EntityPage
from web.page import ENTITY_KINDS
from web.search_page import SearchPage

bp = Blueprint("views", __name__)


@bp.get("/")
def search() -> str:
    """The search box and the results."""
    request = current.search_request()
    return render_template("search.html", page=SearchPage(request, current.engine().search(request)))


@bp.get("/document/<document_id>")
def document(document_id: str) -> str:
    """One article in full."""
    return render_template("document.html", page=ArticlePage(current.engine().article(document_id)))


@bp.get(f"/entity/<any({', '.join(ENTITY_KINDS)}):kind>/<path:label>")
def entity(kind: EntityKind, label: str) -> str:
    """What is known of one entity."""
    return render_template("entity.html", page=EntityPage(current.engine().entity(kind, label)))
