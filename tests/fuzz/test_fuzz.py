"""Every case of the corpus, and some inputs more of each target; `make fuzz` goes on for as long as it is told."""

import random

import pytest

from tests.fuzz.campaign import CASES, cases, judge, run, shorter
from tests.fuzz.mutation import LARGEST, mutate
from tests.fuzz.targets import TARGETS, Target, Violation

EXECUTIONS = {"query": 40, "text": 150, "html": 60, "feed": 400, "json-lines": 200, "figures": 100, "index": 60}
"""What a target does in three seconds or so."""

SLICE = pytest.mark.parametrize("target", TARGETS.values(), ids=list(TARGETS))


@SLICE
@pytest.mark.slow
def test_every_case_of_the_corpus_holds(target: Target) -> None:
    failures = {name: judge(target, content) for name, content in cases(target.name).items()}

    assert {name: failure.kind for name, failure in failures.items() if failure} == {}


@SLICE
@pytest.mark.slow
def test_what_is_made_of_them_holds(target: Target) -> None:
    result = run(target, executions=len(cases(target.name)) + EXECUTIONS[target.name])

    assert [(failure.kind, failure.content[:200]) for failure in result.failures] == []
    assert result.lines > 200, "the engine was reached"


def test_every_target_has_a_corpus_and_every_corpus_a_target() -> None:
    assert {path.name for path in CASES.iterdir()} == set(TARGETS) == set(EXECUTIONS)
    for name in TARGETS:
        assert len(cases(name)) >= 15
        assert max(map(len, cases(name).values())) <= LARGEST


def test_the_same_seed_makes_the_same_inputs() -> None:
    pool, tokens = list(cases("query").values()), TARGETS["query"].tokens
    one, same, other = (random.Random(seed) for seed in (1, 1, 2))
    first = [mutate(one, pool, tokens) for _ in range(300)]

    assert first == [mutate(same, pool, tokens) for _ in range(300)]
    assert first != [mutate(other, pool, tokens) for _ in range(300)]
    assert len(set(first)) > 250
    assert max(map(len, first)) <= LARGEST


def breaking(content: bytes) -> None:
    """A reader that cannot bear two signs in one input, and is slow or wrong for others."""
    if b"<" in content and b"\x00" in content:
        raise KeyError("<")
    if content.startswith(b"W"):
        raise Violation(f"not so: {content!r}")


def test_what_breaks_a_reader_is_found_made_short_and_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fuzz.campaign.cases", lambda _: {"one": b"some words", "two": b"A few others < more"})
    target = Target("query", breaking, (b"W", b"<p>", b"\x00"))
    told: list[str] = []

    result = run(target, executions=3000, told=lambda failure: told.append(failure.kind))

    assert sorted(kind.split(" in ")[0] for kind in told) == ["KeyError", "not so"]
    assert sorted(failure.content for failure in result.failures) in (
        [b"<\x00", b"W"],
        [b"\x00<", b"W"],
    )
    assert result.executions == 3000


def test_a_slow_and_a_large_reader_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fuzz.campaign.MOST_SECONDS", 0.05)
    monkeypatch.setattr("tests.fuzz.campaign.STUCK", 0.5)
    monkeypatch.setattr("tests.fuzz.campaign.MOST_MEMORY", 20_000_000)
    held: list[bytearray] = []

    def slow(_: bytes) -> None:
        sum(range(5_000_000))

    def endless(_: bytes) -> None:
        while True:
            pass

    def large(_: bytes) -> None:
        held.append(bytearray(b"x") * 600_000_000)

    kinds = []
    for check in (slow, endless, large):
        failure = judge(Target("query", check, ()), b"")
        assert failure
        kinds.append(failure.kind)
    assert kinds[:2] == ["TooSlowError"] * 2
    assert kinds[2] in {"TooLargeError", "TooSlowError"}


def test_a_failure_that_is_short_stays() -> None:
    target = Target("query", breaking, ())
    failure = judge(target, b"W")

    assert failure
    assert shorter(target, failure) == failure
