"""The pages: search, article, entity, help and the declaration of accessibility."""

from flask import Blueprint, Response, render_template
from flask import request as asked

from indexer.entity import EntityKind
from web import current
from web.article_page import ArticlePage
from web.batch import MOST_BYTES, MOST_QUERIES, Batch, decode
from web.declaration import DECLARATION
from web.entity_page import EntityPage
from web.facet_page import FacetPage
from web.help_page import HelpPage
from web.language import arguments
from web.page import ENTITY_KINDS, FACET_NAMES
from web.search_page import SearchPage
from web.similar_page import SimilarPage
from web.start_page import StartPage
from web.versions import Comparison

bp = Blueprint("views", __name__)


@bp.get("/")
def search() -> str:
    """The search box and the results; the start page when the address asks nothing at all."""
    if not arguments():
        return render_template("start.html", page=StartPage.of(current.engine()))
    return render_template("search.html", page=SearchPage.of(current.search_request(), current.engine()))


@bp.get(f"/facette/<any({', '.join(FACET_NAMES)}):field>")
def facet(field: str) -> str:
    """Every value of one facet under a search."""
    request, lookup = current.facet_lookup(field)
    return render_template("facet.html", page=FacetPage.of(request, lookup, current.engine()))


@bp.get("/document/<document_id>")
def document(document_id: str) -> str:
    """One article in full."""
    return render_template(
        "document.html", page=ArticlePage.of(document_id, current.search_request(), current.engine())
    )


@bp.get("/document/<document_id>/versions/<other>")
def versions(document_id: str, other: str) -> str:
    """Two versions of a story side by side."""
    current.refuse_parameters()
    engine = current.engine()
    return render_template("versions.html", page=Comparison(engine.document(document_id), engine.document(other)))


@bp.get("/document/<document_id>/similaires")
def similar(document_id: str) -> str:
    """The articles most like one."""
    current.refuse_parameters()
    return render_template("similar.html", page=SimilarPage.of(document_id, current.engine()))


@bp.get(f"/entity/<any({', '.join(ENTITY_KINDS)}):kind>/<path:label>")
def entity(kind: EntityKind, label: str) -> str:
    """What is known of one entity."""
    return render_template("entity.html", page=EntityPage(current.engine().entity(kind, label)))


@bp.get("/aide")
def guide() -> str:
    """How to ask."""
    current.refuse_parameters()
    return render_template("help.html", page=HelpPage(current.engine()))


@bp.get("/accessibilite")
def accessibility() -> str:
    """How far everyone can use the pages."""
    current.refuse_parameters()
    return render_template("declaration.html", page=DECLARATION)


@bp.route("/lot", methods=["GET", "POST"])
def batch() -> str | Response:
    """Many searches at once. What is sent is read and forgotten."""
    current.refuse_parameters()
    asked.max_content_length = MOST_BYTES
    if asked.method != "POST":
        return render_template("batch.html", page=None, most=MOST_QUERIES)
    file = asked.files.get("fichier")
    text = decode(file.read()) if file and file.filename else asked.form.get("requetes", "")
    page = Batch(text, current.engine())
    if asked.form.get("forme") != "csv":
        return render_template("batch.html", page=page, most=MOST_QUERIES)
    response = Response("".join(page.to_csv()), content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename="vigie-lot.csv")
    return response
