"""The tree is what ARCHITECTURE.md says: imports follow the data, nothing is left undocumented."""

import ast
import re
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from indexer.cli import main
from indexer.settings import settings_table

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "typography": set[str](),
    "message": {"typography"},
    "errors": {"document", "message", "typography"},
    "document": set[str](),
    "database": set[str](),
    "settings": {"errors"},
    "french": {"document", "message", "typography"},
    "article": {"document", "search"},
    "marking": {"article", "document", "enrich", "french", "thesaurus"},
    "entity": {"document", "errors", "message", "search", "thesaurus"},
    "analysis": {"errors"},
    "thesaurus": {"analysis", "errors"},
    "money": {"document", "message"},
    "ingest": {"document", "errors", "analysis", "database"},
    "enrich": {"document", "analysis", "database", "money", "thesaurus"},
    "index": {"document", "analysis", "errors", "message", "typography"},
    "search": {"document", "analysis", "french", "thesaurus", "message", "money", "index", "errors", "typography"},
    "changes": set[str](),
    "indexing": {"changes", "document", "errors", "ingest", "enrich", "thesaurus", "index"},
    "opensearch": {
        *{"analysis", "changes", "document", "errors", "french", "index", "message", "money", "search", "settings"},
        *{"thesaurus", "typography"},
    },
    "engine": {
        *{"article", "changes", "document", "entity", "errors", "marking", "indexing", "ingest", "enrich", "settings"},
        *{"thesaurus", "index", "search", "opensearch"},
    },
    "printing": {"changes", "document", "french", "search", "typography"},
    "explain_command": {
        *{"errors", "french", "index", "printing", "search", "settings", "thesaurus"},
        "typography",
    },
    "thesaurus_command": {"french", "printing", "settings", "thesaurus", "typography"},
    "cli": {
        *{"explain_command", "thesaurus_command"},
        *{"analysis", "changes", "document", "engine", "errors", "french", "index", "printing", "search", "settings"},
        "typography",
    },
}
WEB_MAY_IMPORT = {
    "article",
    "engine",
    "entity",
    "errors",
    "search",
    "settings",
    "french",
    "message",
    "document",
    "typography",
}


def modules() -> list[Path]:
    return sorted((ROOT / "indexer").rglob("*.py"))


def imported(path: Path) -> set[str]:
    """The dotted names that a module imports."""
    names = set[str]()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names if node.module in {"indexer", "web"})
    return names


def parts(names: set[str]) -> set[str]:
    """The first level below `indexer` of every name imported from it."""
    return {name.split(".")[1] for name in names if name.startswith("indexer.")}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    part = path.relative_to(ROOT / "indexer").parts[0].removesuffix(".py")
    if part == "__init__":
        return

    assert parts(imported(path)) <= MAY_IMPORT[part] | {part}


def test_the_engine_knows_no_face() -> None:
    for path in modules():
        assert not {name for name in imported(path) if name.split(".")[0] in {"flask", "web", "werkzeug"}}, path


def test_the_face_uses_public_names_only() -> None:
    for path in (ROOT / "web").rglob("*.py"):
        assert parts(imported(path)) <= WEB_MAY_IMPORT, path


def test_every_part_has_its_heading_in_the_order_of_the_data() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## `([\w/.]+)`", text, re.MULTILINE)

    assert [name for name in headings if name.startswith("indexer/")] == [
        "indexer/document.py",
        "indexer/ingest/",
        "indexer/enrich/",
        "indexer/money/",
        "indexer/thesaurus/",
        "indexer/analysis/",
        "indexer/index/",
        "indexer/search/",
        "indexer/opensearch/",
        "indexer/indexing.py",
        "indexer/engine.py",
        "indexer/cli.py",
    ]


def test_every_setting_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    for name, default, meaning in settings_table():
        assert f"| `{name}` | `{default}` | {meaning} |" in readme


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    for name in main.commands:
        assert f"`vigie {name}" in readme


def test_the_readme_begins_with_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    first_block = readme.split("```")[1]

    assert "make demo" in first_block
    assert "make test" in first_block


def test_one_distribution_gives_whoosh() -> None:
    """Two of them overwrite each other silently."""
    assert packages_distributions()["whoosh"] in (["Whoosh-Reloaded"], ["whoosh3"], ["Whoosh"])
