"""What does a 304 cost beside the search that it saves?

usage: python -m tests.bench.conditional INDEX

Both through the application as its server calls it, nothing kept between searches; milliseconds, the best of several
each. The last column is for who asks an address that nobody asked since the commit: the application itself answers.
"""

import argparse
import sys
import time
from collections.abc import Callable
from typing import Any

from werkzeug.test import EnvironBuilder

from indexer.settings import Settings
from web import create_app

QUERIES = (
    "",
    "drone",
    "missiles Kiev",
    '"défense aérienne"',
    "char OU blindé",
    "Rafale -Inde",
    "budget 2024",
    "balisti*",
)
TIMES = 25

Application = Callable[..., Any]


def milliseconds(app: Application, query: str, known: str, status: int, *, at_first: bool = False) -> float:
    """The quickest of some requests by one who has the answer of the tag *known*."""
    taken = []
    for number in range(TIMES):
        asked = {"q": query, **({"page": "1", "size": "10"} if at_first else {})}
        headers = [("If-None-Match", known), *([("Cookie", f"number={number}")] if at_first else [])]
        environ = EnvironBuilder("/api/v1/search", query_string=asked, headers=headers).get_environ()
        told: list[str] = []
        begin = time.perf_counter()
        body = app(environ, lambda answer, *_: told.append(answer))  # noqa: B023 - called at once
        list(body)
        taken.append((time.perf_counter() - begin) * 1000)
        getattr(body, "close", lambda: None)()
        assert told[0].startswith(str(status)), told
    return min(taken)


def main() -> None:
    """Print a row for each query, then all of them together."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", metavar="INDEX")
    app = create_app(Settings(index=parser.parse_args().index, cache=0))
    row = "{:<24}{:>10}{:>10.2f}{:>10.2f}{:>10.3f}{:>10.2f}\n"
    sys.stdout.write(f"{'query':<24}{'hits':>10}{'whole':>10}{'304':>10}{'ratio':>10}{'first':>10}\n")
    sums = [0.0, 0.0, 0.0]
    for query in QUERIES:
        answer = app.test_client().get("/api/v1/search", query_string={"q": query})
        tag = answer.headers["ETag"]
        whole, told = milliseconds(app, query, '"other"', 200), milliseconds(app, query, tag, 304)
        first = milliseconds(app, query, tag, 304, at_first=True)
        sums = [sums[0] + whole, sums[1] + told, sums[2] + first]
        sys.stdout.write(row.format(query, answer.get_json()["total"]["value"], whole, told, told / whole, first))
    sys.stdout.write(row.format("together", "", sums[0], sums[1], sums[1] / sums[0], sums[2]))


if __name__ == "__main__":
    main()
