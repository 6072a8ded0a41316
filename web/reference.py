"""The reference page of the endpoint: its OpenAPI document as people read it."""

from flask import Blueprint, render_template, request

from web import current
from web.contract import ROUTES, Schema
from web.errors import KINDS
from web.examples import EXAMPLES
from web.openapi import openapi_document

bp = Blueprint("reference", __name__)


@bp.get("/api")
def reference() -> str:
    """What can be asked of the endpoint, and how."""
    current.refuse_parameters()
    return render_template(
        "api.html",
        document=openapi_document(),
        addresses={route.name: route.example for route in ROUTES if "{" not in route.example and not route.body},
        examples={name: text.replace("{server}", request.url_root.rstrip("/")) for name, text in EXAMPLES.items()},
        kinds=KINDS,
        takes=takes,
        schema_name=schema_name,
    )


def takes(parameter: Schema) -> str:
    """What values a parameter takes, in a few words."""
    schema = parameter["schema"]
    if schema["type"] == "array":
        chosen = ", ".join(schema["items"].get("enum", ()))
        repeated = "Repeat it for several values." if parameter["explode"] else ""
        return " ".join(filter(None, (f"Any of {chosen}." if chosen else "", repeated)))
    said = []
    if "enum" in schema:
        said.append(f"One of {', '.join(filter(None, schema['enum']))}.")
    if "maximum" in schema and schema["type"] == "integer":
        said.append(f"{schema['minimum']:,} to {schema['maximum']:,}.")
    if "default" in schema:
        said.append(f"{schema['default']} when nothing is said.")
    return " ".join(said)


def schema_name(schema: Schema) -> str:
    """The record that a schema refers to."""
    return str(schema.get("$ref", "an object")).rpartition("/")[2]
