"""Several requests in one call: a POST, since addresses do not fit into one, that changes nothing."""

import msgspec
from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from web import current
from web.contract import LARGEST_BATCH, Batch, BatchAnswer, BatchAnswers

bp = Blueprint("batch", __name__)


@bp.post("/api/v1/batch")
def batch() -> Response:
    """Every answer as its own GET would give it, one after the other."""
    current.refuse_parameters()
    request.max_content_length = LARGEST_BATCH
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    try:
        asked = msgspec.json.decode(request.get_data(), type=Batch)
    except msgspec.MsgspecError as error:
        raise BadRequest from error
    language = request.headers.get("Accept-Language", "")
    answers = tuple(_answer(address, language) for address in asked.requests)
    return Response(msgspec.json.encode(BatchAnswers(answers=answers)), mimetype="application/json")


def _answer(address: str, language: str) -> BatchAnswer:
    app = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - as Flask's docs say
    client = {"REMOTE_ADDR": request.remote_addr or ""}
    with app.test_request_context(address, headers={"Accept-Language": language}, environ_overrides=client):
        response = app.full_dispatch_request()
    body = response.get_data()
    is_json = response.mimetype in {"application/json", "application/problem+json"}
    return BatchAnswer(request=address, status=response.status_code, body=msgspec.Raw(body if is_json else b"{}"))
