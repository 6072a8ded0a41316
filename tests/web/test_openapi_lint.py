"""A linter finds nothing to say of the OpenAPI document: redocly with its recommended rules (`make api-lint`)."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.checkers import FETCHED
from tests.conftest import missing
from web.openapi import openapi_document

LINTER = FETCHED / "@redocly" / "cli" / "bin" / "cli.js"


@pytest.fixture(scope="module")
def linter() -> list[str]:
    """The command; it tells nobody anything, and asks nobody whether it is the newest."""
    node = shutil.which("node")
    if node is None or not LINTER.is_file():
        missing("redocly: node, npm, and make var/checkers/ready")
    return [node, str(LINTER), "lint", "--extends=recommended", "--format=json"]


def lint(linter: list[str], folder: Path, document: object) -> dict[str, int]:
    """How many errors and warnings there are."""
    (folder / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    silent = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    run = subprocess.run([*linter, "openapi.json"], capture_output=True, text=True, check=False, cwd=folder, env=silent)
    totals: dict[str, int] = json.loads(run.stdout)["totals"]
    return totals


def test_there_is_no_error_and_no_warning(linter: list[str], tmp_path: Path) -> None:
    assert lint(linter, tmp_path, openapi_document()) == {"errors": 0, "warnings": 0, "ignored": 0}


def test_the_linter_does_find_what_is_wrong(linter: list[str], tmp_path: Path) -> None:
    document = {name: part for name, part in openapi_document().items() if name != "security"}

    assert lint(linter, tmp_path, document)["errors"]
