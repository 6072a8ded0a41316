"""What faults do to an index, counted: the figures of docs/reliability.md.

usage: python -m tests.faults [power] [kills] [flips] [answers] [refusals] [churn] [--slice] [--write FILE]

All experiments at length when none is named; --slice does as much of each as the tests do. With --write each row of the
table in FILE is replaced that was measured. Exit status 1 when anything went wrong.
"""

import argparse
import datetime as dt
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.faults import churn, flips, kills, power_loss, refusals


class Row(NamedTuple):
    """What an experiment gave: what was done, what came of it, and how many things went wrong."""

    done: str
    found: str
    wrong: int


SLICES = {"power": 5000, "kills": 500, "flips": 64, "answers": 500, "refusals": 97, "churn": 30}
"""What the tests do: states, kills, one bit in so many, flips, one refusal in so many, commits."""
LONG = {"power": 100_000, "kills": 10_000, "flips": 1, "answers": 20_000, "refusals": 1, "churn": 10_000}
SEARCHES = 100
"""For each commit of churn."""


def power(number: int) -> Row:
    found = power_loss.PowerLoss(number).run()
    done = f"{found.states:,} states of the disk after a power cut, {found.compound:,} of them cut while recovering"
    wrong = found.unopenable + found.mixed + found.lost
    counts = f"{found.unopenable} unopenable, {found.mixed} mixed, {found.lost} acknowledged commits lost"
    return Row(done, f"{counts}; {found.recoveries:,} recoveries went on{_first(found.first)}", wrong)


def kill(number: int) -> Row:
    found = kills.run(number)
    done = (
        f"{found.kills:,} × SIGKILL, {found.at_a_call:,} at a system call and {found.at_a_moment:,} at any moment, "
        f"while 2 readers made {found.searches:,} searches"
    )
    wrong = found.lost + found.stuck + len(found.reader_errors)
    errors = f"{len(found.reader_errors)} errors of readers{_first(*found.reader_errors)}"
    return Row(done, f"{found.lost} commits lost, {found.stuck} locks stuck or files left, {errors}", wrong)


def flip(every: int) -> Row:
    found = flips.find_flips(every=every)
    which = "every bit" if every == 1 else f"one bit in {every}"
    done = f"{which} of an index of {found.bytes:,} bytes flipped ({found.flips:,}), {found.truncations:,} truncations"
    return Row(done, f"{found.missed} missed, {found.untyped} untyped errors{_first(found.first)}",
               found.missed + found.untyped)  # fmt: skip


def answer(number: int) -> Row:
    found = flips.ask_flipped(number)
    counts = f"{found.wrong} wrong answers, {found.untyped} untyped errors"
    right = f"{found.refused:,} typed errors, {found.before:,} by the commit before, {found.same:,} right"
    return Row(f"{found.runs:,} × a bit flipped, then queries", f"{counts} ({right}){_first(found.first)}",
               found.wrong + found.untyped)  # fmt: skip


def refuse(every: int) -> Row:
    found = refusals.run(every=every)
    cases = ", ".join(f"{name} {number:,}" for name, number in found.by_case.items())
    which = "every system call" if every == 1 else f"one system call in {every}"
    done = f"{which} refused for 5 reasons, once and for good: {found.runs:,} runs ({cases})"
    counts = f"{found.neither} neither all nor nothing, {found.untyped} untyped errors, {found.unusable} unusable after"
    return Row(done, f"{counts}{_first(*found.first)}", found.neither + found.untyped + found.unusable)


def commit_and_search(commits: int) -> Row:
    found = churn.run(commits, commits * SEARCHES)
    done = (
        f"1 writer and 4 readers: {found.searches:,} searches over {found.commits:,} commits in {found.seconds:,.0f} s"
    )
    result = (
        f"{len(found.errors)} errors{_first(*found.errors)}; descriptors ±{found.descriptors}, "
        f"disk {found.on_disk} × the live size (median; at most {found.most_on_disk}), writer + {found.writer_growth} MB"
    )
    too_much = (found.most_on_disk > churn.MOST_ON_DISK) + (found.descriptors > churn.DESCRIPTORS)
    return Row(done, result, len(found.errors) + too_much)


EXPERIMENTS: dict[str, Callable[[int], Row]] = {
    "power": power,
    "kills": kill,
    "flips": flip,
    "answers": answer,
    "refusals": refuse,
    "churn": commit_and_search,
}


def write_row(page: Path, name: str, row: Row, command: str) -> None:
    """Put a row in the place of the one of its name in the first table of *page*, else at the end of that."""
    lines = [*page.read_text(encoding="utf-8").splitlines(), ""]
    first = next(number for number, line in enumerate(lines) if line.startswith("|"))
    end = next(number for number in range(first, len(lines)) if not lines[number].startswith("|"))
    at = next((number for number in range(first, end) if lines[number].startswith(f"| {name} |")), end)
    if at == end:
        lines.insert(at, "")
    lines[at] = f"| {name} | {row.done} | {row.found} | `{command}`, {dt.datetime.now(tz=dt.UTC).date()} |"
    page.write_text("\n".join(lines), encoding="utf-8")


def main() -> None:
    """Run experiments."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("names", nargs="*", choices=[*EXPERIMENTS, []], metavar="NAME")
    parser.add_argument("--slice", action="store_true")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    wrong = 0
    for name in options.names or EXPERIMENTS:
        begin, cpu = time.monotonic(), sum(os.times()[:4])
        row = EXPERIMENTS[name]((SLICES if options.slice else LONG)[name])
        took = f"{time.monotonic() - begin:.0f} s, {sum(os.times()[:4]) - cpu:.0f} s of processor"
        sys.stdout.write(f"{name}: {row.done}: {row.found} ({took})\n")
        sys.stdout.flush()
        wrong += row.wrong
        if options.write:
            command = f"python -m tests.faults {name}{' --slice' if options.slice else ''}"
            write_row(options.write, name, row, command)
    sys.exit(wrong > 0)


def _first(*errors: str) -> str:
    shown = next(filter(None, errors), "")
    return f" (first: {shown})" if shown else ""


if __name__ == "__main__":
    main()
