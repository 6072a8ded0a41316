"""What others wrote to check pages: axe (accessibility) and vnu (validity of HTML, CSS and SVG); redocly lints OpenAPI.

`package.json` pins them, `package-lock.json` has their hashes; `make` fetches them into `var/checkers/`, and nothing of
them is kept in the tree.
"""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests.conftest import missing

FETCHED = Path(__file__).parents[2] / "var" / "checkers" / "node_modules"
CHECKED_KINDS = {"html", "css", "svg"}


class Message(NamedTuple):
    """What vnu says of a place in a page."""

    page: str
    line: int
    text: str
    extract: str


def axe_script() -> str:
    """The script of axe, which a page runs to check itself."""
    script = FETCHED / "axe-core" / "axe.min.js"
    if not script.is_file():
        missing("axe-core: npm, and make var/checkers/ready")
    return script.read_text(encoding="utf-8")


def validate(pages: Mapping[str, str | bytes], folder: Path) -> list[Message]:
    """The errors that vnu finds in *pages*; each is named after its kind (« results.html », « style.css »).

    They are written to *folder*, so that one virtual machine reads them all.
    """
    jar, java = FETCHED / "vnu-jar" / "build" / "dist" / "vnu.jar", shutil.which("java")
    if not jar.is_file() or java is None:
        missing("vnu: npm, a Java runtime (Debian: default-jre-headless), and make var/checkers/ready")
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in pages.items():
        assert name.rpartition(".")[2] in CHECKED_KINDS, name
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    command = [java, "-jar", str(jar), "--format", "json", "--errors-only", "--also-check-css", "--also-check-svg"]
    run = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=False)
    found = json.loads(run.stderr)["messages"]
    return [
        Message(
            Path(each.get("url", "")).name, each.get("lastLine", 0), each.get("message", ""), each.get("extract", "")
        )
        for each in found
    ]
