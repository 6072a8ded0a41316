"""The reference page of the endpoint: its OpenAPI document as people read it."""

from flask import Blueprint, render_template

from web import current
from web.examples import EXAMPLES
from web.openapi import openapi_document
from web.errors import KINDS

bp = Blueprint("reference", __name__)


@bp.get("/api")
def reference() -> str:
    """What can be asked of the endpoint, and how."""
    current.refuse_parameters()
    return render_template("api.html", document=openapi_document(), kinds=KINDS, examples=EXAMPLES)
