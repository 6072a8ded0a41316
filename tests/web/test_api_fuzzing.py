"""Schemathesis sends whatever the contract allows, and what it does not, and holds the answers against it.

Its engine runs in this process over the application itself, with every check: 50 to 100 cases a second, most of which
go into making them up.
"""

import json
import logging
from collections import Counter, defaultdict
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import jsonschema_rs
import pytest
import schemathesis
from schemathesis.checks import load_all_checks
from schemathesis.config import HealthCheck
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.engine import Status, events, from_schema
from schemathesis.openapi.checks import RejectedPositiveData

from indexer.engine import Engine
from web import create_app

CASES = 20_000
EXAMPLES = 2_280
"""Cases made up for each address; the coverage of each parameter and the walks along links come on top."""

WALKS = 50
"""Sequences of requests, in which what one answers is sent to the next."""

REFUSED = {
    ("bad-query", "q"): "no word is left, too many of them, too deep, too much work: that takes reading it",
    ("bad-parameter", "cursor"): "it has the form of a cursor but no answer gave it",
    ("bad-parameter", "page"): "page and size together lead behind the last page",
    ("bad-parameter", "amount_from"): "it is more than amount_to",
    ("bad-parameter", "from"): "it is later than `to`, or no day of its month",
    ("bad-parameter", "to"): "it is no day of its month",
    ("bad-parameter", "html"): "fields has no snippets",
}
"""What a schema cannot say of values that are each well formed, and is documented as 400: the one leave that the check
« valid values are accepted » is given."""

EMPTY = ("facets", "fields", "timelines", "amount_from", "amount_to")
"""Parameters in which an empty value, as a form sends it, is no value, which is allowed: an empty list, or null."""


class Run(NamedTuple):
    """What became of all cases."""

    cases: Counter[str]
    statuses: Counter[int]
    failures: list[str]


def as_written(case: Any, response: Any) -> bool:
    """Whether the address that was asked for keeps to the contract, whatever it was made of.

    What a number in a list, null or an empty list are in JSON is lost in an address: a number, a text, nothing.
    """
    parameters = {each.name: each.definition for each in case.operation.query}
    given: dict[str, list[str]] = defaultdict(list)
    for name, value in parse_qsl(urlsplit(response.request.url).query, keep_blank_values=True):
        given[name].append(value)
    return all(name in parameters and is_valid(parameters[name], values) for name, values in given.items())


def is_valid(parameter: dict[str, Any], values: list[str]) -> bool:
    """Whether these values of a parameter, as they stand in an address, keep to its schema."""
    schema = parameter["schema"]
    if values == [""] and parameter["name"] in EMPTY:
        return True
    if schema["type"] == "array":
        separated = values if parameter["explode"] else ",".join(values).split(",")
        return (parameter["explode"] or len(values) == 1) and jsonschema_rs.is_valid(schema, separated)
    if len(values) > 1:
        return False
    if schema["type"] == "string":
        return jsonschema_rs.is_valid(schema, values[0])
    try:
        return jsonschema_rs.is_valid(schema, json.loads(values[0]))
    except ValueError:
        return False


def is_failure(_: object, failure: Failure, case: Any, response: Any) -> bool:
    """Whether what a check found is one; not what REFUSED is for, nor what the way through an address has put right."""
    if isinstance(failure, RejectedPositiveData):
        problem = response.json()
        return (problem["type"].partition("#")[2], problem.get("parameter")) not in REFUSED
    if isinstance(failure, AcceptedNegativeData):
        return case.method != "GET" or not as_written(case, response)
    return True


def run_engine(engine: Engine, examples: int, walks: int) -> Iterator[Any]:
    """The events of a run."""
    load_all_checks()
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", create_app(engine=engine))
    schema.hook("filter_failure")(is_failure)
    config = schema.config
    config.generation.update(max_examples=examples, no_shrink=True, deterministic=True, database="none")
    config.phases.stateful.generation.update(max_examples=walks)
    config.suppress_health_check = [HealthCheck.all]
    config.continue_on_failure = True
    config.headers = {"Accept-Encoding": "identity"}  # test clients do not decompress
    return iter(from_schema(schema).execute())


@pytest.fixture(scope="module")
def run(engine: Engine) -> Run:
    """A run over the sample articles."""
    result = Run(Counter(), Counter(), [])
    logging.disable(logging.CRITICAL)
    for event in run_engine(engine, EXAMPLES, WALKS):
        if isinstance(event, events.NonFatalError | events.FatalError):
            result.failures.append(str(event))
        if isinstance(event, events.ScenarioFinished):
            recorder = event.recorder
            result.cases[event.phase.name] += len(recorder.interactions)
            result.statuses.update(
                each.response.status_code for each in recorder.interactions.values() if each.response
            )
            for number, checks in recorder.checks.items():
                for check in checks:
                    if check.status is not Status.SUCCESS:
                        sent = recorder.cases[number].value.as_curl_command()
                        result.failures.append(f"{check.name}: {check.failure_info} {sent}")
    logging.disable(logging.NOTSET)
    return result


@pytest.mark.slow
def test_every_answer_is_what_the_contract_says(run: Run) -> None:
    assert run.failures[:5] == []
    assert not [status for status in run.statuses if status >= 500]


@pytest.mark.slow
def test_it_was_asked_often_enough_and_in_every_way(run: Run) -> None:
    assert sum(run.cases.values()) >= CASES, run.cases
    assert all(run.cases[phase] for phase in ("EXAMPLES", "COVERAGE", "FUZZING", "STATEFUL_TESTING"))
    assert {200, 400, 404, 405, 415} <= set(run.statuses)


@pytest.mark.parametrize(
    ("query", "valid"),
    [
        ("", True),
        ("amount_to=0.0&date=&designation=null&-date=1&-date=2", True),
        ("amount_to=", True),
        ("facets=country,person", True),
        ("page=2", True),
        ("amount_to=many", False),
        ("amount_to=-1", False),
        ("page=1&page=1", False),
        ("page=1.5", False),
        ("expand=2", False),
        ("facets=colour", False),
        ("colour=red", False),
    ],
)
def test_an_address_is_held_against_the_contract_as_it_is_written(engine: Engine, query: str, *, valid: bool) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", create_app(engine=engine))
    case = schema["/api/v1/search"]["GET"].Case()
    response = SimpleNamespace(request=SimpleNamespace(url=f"http://localhost/api/v1/search?{query}"))
    assert as_written(case, response) is valid
    assert (create_app(engine=engine).test_client().get(f"/api/v1/search?{query}").status_code == 200) is valid
