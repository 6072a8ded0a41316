"""Fuzz for as long as it is told.

usage: python -m tests.fuzz [TARGET…] [--seconds 60] [--seed N]

One line of JSON for each target; an input that fails is saved in tests/fuzz/cases/<target>/ and told on standard error.
"""

import argparse
import json
import sys
import time

from tests.fuzz.campaign import Failure, run, save
from tests.fuzz.targets import TARGETS, Target


def fuzz(target: Target, seconds: float, seed: int) -> int:
    """Run one target; how many failures it has."""

    def told(failure: Failure) -> None:
        path = save(target.name, failure.content)
        sys.stderr.write(f"{target.name}: {failure.kind}\n{failure.detail}saved as {path}\n")

    result = run(target, seconds=seconds, seed=seed, told=told)
    report = {
        "target": target.name,
        "seed": seed,
        "executions": result.executions,
        "seconds": round(result.seconds),
        "lines": result.lines,
        "slowest_ms": round(result.slowest * 1000),
        "failures": [failure.kind for failure in result.failures],
    }
    sys.stdout.write(f"{json.dumps(report)}\n")
    sys.stdout.flush()
    return len(result.failures)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Inputs by chance: what must hold of every one is looked at.")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    given = parser.parse_args()
    names = given.targets or list(TARGETS)
    failures = [fuzz(TARGETS[name], given.seconds, given.seed) for name in names]
    sys.exit(any(failures))


if __name__ == "__main__":
    main()
