"""The pages: search and article."""

from flask import Blueprint, render_template

from web import current
from web.page import ArticlePage, SearchPage

bp = Blueprint("views", __name__)


@bp.get("/")
def search() -> str:
    """The search box and the results."""
    request = current.search_request()
    return render_template("search.html", page=SearchPage(request, current.engine().search(request)))


@bp.get("/document/<document_id>")
def document(document_id: str) -> str:
    """One article in full."""
    return render_template("document.html", page=ArticlePage(current.engine().document(document_id)))
