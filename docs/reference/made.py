"""The parts of the reference that are made from the code: Markdown for the lines `<!-- made: WHAT -->` of pages.

`python docs/reference/made.py WHAT` prints one.
"""

import ast
import inspect
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import click

from indexer.cli import main
from indexer.document import Document, PartialDate, Provenance
from indexer.engine import Engine, open_engine
from indexer.enrich import enrich
from indexer.index import arrays, facet_values, manifest, positions, segment, stored
from indexer.index.arrays import Arrays
from indexer.index.storage import Storage
from indexer.search import FIELD_NAMES
from indexer.search import parser as query_parser
from indexer.settings import PREFIX, settings_table
from indexer.thesaurus import load_thesaurus
from indexer.typography import typeset
from web.errors import KINDS
from web.examples import EXAMPLES
from web.help_page import HelpPage
from web.language import say
from web.openapi import openapi_document
from web.reference import schema_name, takes

MARK = re.compile(r"^<!-- made: (\w+)(?: ([\w.]+))? -->$", re.MULTILINE)
"""A line of a page that something made stands for, and what it is made of."""

CLICKS_OWN = {"--help", "--version"}
"""Options that click describes, in English; the page says itself what they are."""

ADDRESS = "http://127.0.0.1:8000"


def fill(page: str) -> str:
    """A page with what its marks stand for."""
    return MARK.sub(lambda mark: "\n".join(MADE[mark[1]](*filter(None, [mark[2]]))), page)


def settings() -> Iterator[str]:
    """Every setting with its variable, its default and its meaning."""
    yield from _table(
        ("setting", "variable", "default", "meaning"),
        (
            (f"`{name}`", f"`{PREFIX}{name.upper()}`", f"`{default}`", meaning)
            for name, default, meaning in settings_table()
        ),
    )


def commands() -> Iterator[str]:
    """Every command with its arguments and options, as its `--help` says."""
    yield from _command(main, click.Context(main, info_name="vigie", **main.context_settings), level=2)


def _command(command: click.Command, context: click.Context, level: int) -> Iterator[str]:
    usage = " ".join(command.collect_usage_pieces(context))
    yield from (f"{'#' * level} {context.command_path}", "", f"`{context.command_path} {usage}`", "")
    yield from (typeset(inspect.cleandoc(command.help or "")), "")
    for option in command.get_params(context):
        record = option.get_help_record(context)
        if record and record[1] and CLICKS_OWN.isdisjoint(option.opts):
            yield from (f"`{record[0]}`", f": {typeset(record[1])}", "")
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            inner = command.commands[name]
            yield from _command(inner, click.Context(inner, info_name=name, parent=context), level + 1)


def queries() -> Iterator[str]:
    """The query language: the chapters of the help page, each example with what the parser makes of it."""
    page = HelpPage(cast("Engine", _WithThesaurus()))  # the page asks an engine for its thesaurus alone
    for chapter, rows in page.chapters:
        yield from (f"## {typeset(chapter.title)}", "", typeset(chapter.introduction), "")
        cells = ((f"`{row.query}`", typeset(row.meaning), " · ".join(map(say, row.understood))) for row in rows)
        yield from _table(("écrit", "sens", "compris"), cells)
        yield ""


class _WithThesaurus:
    """What the help page needs of an engine."""

    thesaurus = load_thesaurus()


def fields() -> Iterator[str]:
    """The names of the fields of a query, in both languages."""
    named: dict[str, list[str]] = {}
    for name, field in query_parser._FIELDS.items():  # noqa: SLF001 - the one place that has all names
        named.setdefault(field, []).append(name)
    told = ((str(FIELD_NAMES[field]), ", ".join(f"`{name}:`" for name in names)) for field, names in named.items())
    yield from _table(("champ", "s’écrit"), told)


def api() -> Iterator[str]:
    """Every address of the endpoint, from its OpenAPI document."""
    document = openapi_document()
    yield from (document["info"]["description"], "")
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            answer = schema_name(operation["responses"]["200"]["content"]["application/json"]["schema"])
            yield from (f"## {method.upper()} {path}", "", f"{operation['summary']}. It answers {answer}.", "")
            yield from _parameters(operation["parameters"])
    yield from ("## Records", "")
    for name, schema in document["components"]["schemas"].items():
        if "properties" in schema:
            yield from (f"### {name}", "", schema.get("description", ""), "")
            yield from _table(
                ("field", "type"), ((f"`{key}`", _type(told)) for key, told in schema["properties"].items())
            )
            yield ""
    yield from ("## Problems", "")
    told = ((f"`{name}`", str(kind.status.value), say(kind.title, "en")) for name, kind in KINDS.items())
    yield from _table(("type", "status", "title"), told)


def _parameters(parameters: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if parameters:
        told = ((f"`{each['name']}`", f"{each['description']} {takes(each)}".strip()) for each in parameters)  # type: ignore[arg-type]
        yield from _table(("parameter", "meaning"), told)
        yield ""


def _type(schema: Mapping[str, Any]) -> str:
    """The type of a field, in a word or two."""
    if "$ref" in schema:
        return schema_name(dict(schema))
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    if schema.get("type") == "array":
        return f"array of {_type(schema['items'])}" if isinstance(schema.get("items"), dict) else "array"
    if "enum" in schema:
        return "one of " + ", ".join(f"`{value}`" for value in schema["enum"])
    return str(schema.get("type", "any"))


def examples() -> Iterator[str]:
    """The examples of the endpoint, as its reference page has them."""
    languages = {"curl": "sh", "Batch": "sh", "Python": "python", "JavaScript": "javascript"}
    for name, text in EXAMPLES.items():
        yield from (f"### {name}", "", f"```{languages[name]}", text.replace("{server}", ADDRESS).rstrip(), "```", "")


def index_format() -> Iterator[str]:
    """The files of an index: what their modules say of them, and the arrays that a small one has."""
    yield from ("## A file of arrays", "", *_said(arrays), "", *_versions(), "")
    yield from ("## A segment", "", *_said(segment), "")
    for part, held in _arrays_of_a_segment().items():
        yield from (f"### NAME.{part}", "")
        yield from _table(
            ("array", "type", "dimensions"),
            ((f"`{name}`", f"`{array.dtype.name}`", str(array.ndim)) for name, array in sorted(held.items())),
        )
        yield ""
    for title, module in (("Positions", positions), ("Facet values", facet_values), ("Documents", stored)):
        yield from (f"## {title}", "", *_said(module), "")
    yield from ("## A commit", "", *_said(manifest), "")
    for record in (manifest.Commit, manifest.SegmentState):
        yield from (f"### {record.__name__}", "", " ".join((record.__doc__ or "").split()), "")
        said = _said_of_fields(record)
        yield from _table(
            ("field", "type", "meaning"),
            ((f"`{name}`", f"`{_plain(kind)}`", said.get(name, "")) for name, kind in record.__annotations__.items()),
        )
        yield ""


def _plain(kind: object) -> str:
    return (
        (kind.__name__ if isinstance(kind, type) else str(kind))
        .replace(" | ", " or ")
        .replace("indexer.index.manifest.", "")
    )


def _versions() -> Iterator[str]:
    yield f"The magic bytes are `{arrays.MAGIC.decode()}`. Version {arrays.VERSION}; of manifests, {manifest.VERSION}."


def _arrays_of_a_segment() -> dict[str, Arrays]:
    """The arrays of a segment that has something of everything, by the ends of the names of its files."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(folder)
        where = Provenance(path="a.txt", root="/", format="text")
        text = "Le 5 mars 2024, la Pologne a commandé 48 F-16 pour 2 milliards d’euros. " * 3
        when = PartialDate.parse("2024-03-06")
        articles = [Document(id=str(n), title="F-16", text=text, published=when, provenance=where) for n in range(2)]
        engine.add(enrich(article, load_thesaurus()) for article in articles)
        storage = Storage(Path(folder))
        held = {part: Arrays(storage, f"{segment.segment_name(1)}.{part}", part) for part in segment.PARTS}
        engine.close()
        return held


def constants(module: str) -> Iterator[str]:
    """The constants of a module that are explained: name, value, and what is said of them."""
    tree = ast.parse(Path(inspect.getfile(import_module(module))).read_text(encoding="utf-8"))
    yield from (f"`{module.replace('.', '/')}.py` says:", "")
    for name, value, said in _explained(tree.body):
        if not re.match(r"_|.*[(\[]", name) and "[" not in value:
            yield from (f"`{name} = {value}`", f": {said}", "")


def summary(module: str) -> Iterator[str]:
    """What a module says of itself."""
    yield from _said(import_module(module))


def _said(module: object) -> Iterator[str]:
    """A docstring: its lines, those that are indented as a block of code."""
    for paragraph in inspect.cleandoc(getattr(module, "__doc__", "") or "").split("\n\n"):
        is_table = re.match(r" {4}|NAME\.", paragraph)
        yield from ("```text", inspect.cleandoc(" \n" + paragraph).strip(), "```", "") if is_table else (paragraph, "")


def _said_of_fields(record: type) -> dict[str, str]:
    body = ast.parse(inspect.cleandoc("\n" + inspect.getsource(record))).body[0]
    assert isinstance(body, ast.ClassDef)
    return {name: said for name, _, said in _explained(body.body)}


def _explained(body: Sequence[ast.stmt]) -> Iterator[tuple[str, str, str]]:
    """Names that are assigned and followed by a string that explains them: name, value, explanation."""
    for statement, after in pairwise(body):
        match statement, after:
            case ast.Assign(targets=[target], value=value), ast.Expr(value=ast.Constant(value=str(said))):
                yield ast.unparse(target).strip("()"), ast.unparse(value), " ".join(said.split())
            case ast.AnnAssign(target=target, value=value), ast.Expr(value=ast.Constant(value=str(said))):
                yield ast.unparse(target), ast.unparse(value) if value else "", " ".join(said.split())


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"|{' --- |' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


MADE: Mapping[str, Callable[..., Iterator[str]]] = {
    "settings": settings,
    "commands": commands,
    "queries": queries,
    "fields": fields,
    "api": api,
    "examples": examples,
    "index_format": index_format,
    "constants": constants,
    "summary": summary,
}

if __name__ == "__main__":
    print(fill(f"<!-- made: {' '.join(sys.argv[1:])} -->"))  # noqa: T201
