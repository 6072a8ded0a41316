"""The texts of the page and of the engine that have to be in every catalogue, found in templates and modules."""

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract

from indexer.money import RATES

ROOT = Path(__file__).parents[2]
TERMINAL = {"cli.py", "printing.py", "explain_command.py", "thesaurus_command.py", "__main__.py"}
"""Modules that speak to people on a terminal only, in French."""

Text = tuple[str, str | None]
"""A text in French, and its plural if it counts something."""


def all_texts() -> set[Text]:
    """Every text, wherever it stands."""
    return {*template_texts(), *module_texts(), (RATES.source, None)}


def template_texts() -> Iterator[Text]:
    """Those of the templates."""
    for path in sorted((ROOT / "web" / "templates").iterdir()):
        for found in _extracted(path, {"_": None, "gettext": None, "ngettext": (1, 2)}):
            yield (found, None) if isinstance(found, str) else (found[0], found[1])
        for found in _extracted(path, {"counted": (2,)}):
            yield counted_text(str(found))


def _extracted(path: Path, keywords: dict[str, tuple[int, ...] | None]) -> list[str | tuple[str, ...]]:
    options = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
    with path.open("rb") as file:
        return [found for _, found, _, _ in extract("jinja2.ext:babel_extract", file, keywords, (), options)]


def module_texts() -> Iterator[Text]:
    """Those of the modules: Babel's own extraction takes texts of inner calls for plurals."""
    for path in (*(ROOT / "indexer").rglob("*.py"), *(ROOT / "web").rglob("*.py")):
        if path.name in TERMINAL:
            continue
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        makers = {name.name for node in nodes if isinstance(node, ast.ImportFrom) for name in node.names}
        for node in nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in makers:
                texts = [each.value for each in node.args if isinstance(each, ast.Constant)]
                if node.func.id == "Message" and texts:
                    yield str(texts[0]), str(texts[1]) if len(texts) > 1 else None
                elif node.func.id == "counted" and texts:
                    yield counted_text(*map(str, texts))


def counted_text(noun: str, plural: str | None = None) -> Text:
    """What `counted` makes of a noun."""
    return f"{{number}} {noun}", f"{{number}} {plural or f'{noun}s'}"
