"""What was promised stays promised: the contract beside that of the last release (openapi-released.json).

A parameter may be added when it is optional, a property of an answer too; nothing may go, or become another thing.
After a release: `python -m tests.web.test_openapi_changes` writes the contract of this one.
"""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from web.openapi import openapi_document

RELEASED = Path(__file__).with_name("openapi-released.json")
Contract = dict[str, Any]


def broken_promises(before: Contract, now: Contract) -> Iterator[str]:
    """What a program that was written for *before* may fail by."""
    for path, methods in before["paths"].items():
        for method, operation in methods.items():
            found = now["paths"].get(path, {}).get(method)
            if found is None:
                yield f"{method} {path} is gone"
            else:
                yield from (f"{method} {path}: {what}" for what in changed_operation(operation, found))
    for name, schema in before["components"]["schemas"].items():
        found = now["components"]["schemas"].get(name)
        if found is None:
            yield f"{name} is gone"
        else:
            yield from (f"{name}: {what}" for what in changed_record(schema, found))


def changed_operation(before: Contract, now: Contract) -> Iterator[str]:
    own = {(each["name"], each["in"]): each for each in now["parameters"]}
    for parameter in before["parameters"]:
        found = own.pop((parameter["name"], parameter["in"]), None)
        if found is None:
            yield f"parameter {parameter['name']} is gone"
        elif not takes_as_much(parameter["schema"], found["schema"]) or parameter.get("explode") != found.get(
            "explode"
        ):
            yield f"parameter {parameter['name']} takes something else"
    yield from (f"parameter {name} is required now" for (name, _), each in own.items() if each["required"])
    if before["responses"]["200"].get("content") != now["responses"]["200"].get("content"):
        yield "another answer"
    yield from (f"status {status} is new" for status in set(now["responses"]) - set(before["responses"]))


def takes_as_much(before: Contract, now: Contract) -> bool:
    """Whether every value that was taken still is, and means the same when it is left out."""
    if "items" in before:
        return "items" in now and takes_as_much(before["items"], now["items"])
    wider = "enum" not in now or ("enum" in before and set(before["enum"]) <= set(now["enum"]))
    low, high = (now.get("minimum", float("-inf")), now.get("maximum", float("inf")))
    same = all(before.get(key) == now.get(key) for key in ("type", "pattern", "default"))
    bounds = low <= before.get("minimum", low) and before.get("maximum", high) <= high
    short, long = now.get("minLength", 0), now.get("maxLength", float("inf"))
    lengths = short <= before.get("minLength", 0) and before.get("maxLength", float("inf")) <= long
    return wider and same and bounds and lengths


def changed_record(before: Contract, now: Contract) -> Iterator[str]:
    for name, schema in before.get("properties", {}).items():
        found = now.get("properties", {}).get(name)
        if found is None:
            yield f"{name} is gone"
        elif {key: value for key, value in found.items() if key != "description"} != {
            key: value for key, value in schema.items() if key != "description"
        }:
            yield f"{name} is something else"
    yield from (f"{name} may be missing now" for name in set(before.get("required", ())) - set(now.get("required", ())))
    if not set(before.get("enum", ())) >= set(now.get("enum", ())):
        yield "a new value that programs do not know"


def test_nothing_that_was_promised_is_broken() -> None:
    assert list(broken_promises(json.loads(RELEASED.read_text(encoding="utf-8")), openapi_document())) == []


def parameter(document: Contract, name: str) -> Contract:
    own: list[Contract] = document["paths"]["/api/v1/search"]["get"]["parameters"]
    return next(each for each in own if each["name"] == name)


BREAKS: dict[str, Callable[[Contract], object]] = {
    "a path goes": lambda now: now["paths"].pop("/api/v1/suggest"),
    "a parameter goes": lambda now: now["paths"]["/api/v1/suggest"]["get"]["parameters"].pop(),
    "a value goes": lambda now: parameter(now, "sort")["schema"]["enum"].remove("amount"),
    "a bound is tighter": lambda now: parameter(now, "size")["schema"].update(maximum=50),
    "a text is shorter": lambda now: parameter(now, "q")["schema"].update(maxLength=100),
    "a default is another": lambda now: parameter(now, "size")["schema"].update(default=20),
    "a facet goes": lambda now: parameter(now, "facets")["schema"]["items"]["enum"].remove("topic"),
    "a parameter is required": lambda now: parameter(now, "q").update(name="query", required=True),
    "a record goes": lambda now: now["components"]["schemas"].pop("Bar"),
    "a property goes": lambda now: now["components"]["schemas"]["Hit"]["properties"].pop("url"),
    "a property is another": lambda now: now["components"]["schemas"]["Hit"]["properties"].update(url={"type": "null"}),
    "a property may be missing": lambda now: now["components"]["schemas"]["Total"]["required"].remove("value"),
    "a status is new": lambda now: now["paths"]["/api/v1/stats"]["get"]["responses"].update({"402": {}}),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_change_that_breaks_programs_is_noticed(name: str) -> None:
    now = copy.deepcopy(openapi_document())
    BREAKS[name](now)

    assert list(broken_promises(openapi_document(), now))


def test_additions_break_nothing() -> None:
    now = copy.deepcopy(openapi_document())
    now["paths"]["/api/v1/new"] = {}
    now["components"]["schemas"]["Hit"]["properties"]["new"] = {"type": "string"}
    parameter(now, "sort")["schema"]["enum"].append("new")
    parameter(now, "size")["schema"]["maximum"] = 200
    now["paths"]["/api/v1/search"]["get"]["parameters"].append(
        {"name": "new", "in": "query", "required": False, "schema": {"type": "string"}}
    )

    assert list(broken_promises(openapi_document(), now)) == []


if __name__ == "__main__":
    RELEASED.write_text(json.dumps(openapi_document(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
