"""Schemathesis sends whatever the contract allows, and what it does not, and holds the answers against it.

Its engine runs in this process over the application itself, with every check: 50 to 100 cases a second, most of which
go into making them up.
"""

import logging
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

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


def sent(response: Any) -> list[tuple[str, str]]:
    """The parameters of the address that was asked for: an empty list, an empty object and "" are written the same."""
    return parse_qsl(urlsplit(response.request.url).query, keep_blank_values=True)


def is_failure(_: object, failure: Failure, __: object, response: Any) -> bool:
    """Whether what a check found is one; not what REFUSED and EMPTY are for."""
    if isinstance(failure, RejectedPositiveData):
        problem = response.json()
        return (problem["type"].partition("#")[2], problem.get("parameter")) not in REFUSED
    if isinstance(failure, AcceptedNegativeData):
        return not any(not value for name, value in sent(response) if name in EMPTY)
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
