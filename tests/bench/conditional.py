"""What does a 304 cost beside the search that it saves?

usage: python -m tests.bench.conditional INDEX

Both through the application in this process, nothing kept between searches; milliseconds, the best of several each. An
answer costs a fixed part (the request taken apart, headers), which both have: it tells where little is found.
"""

import argparse
import sys
import time
from functools import partial

from flask.testing import FlaskClient

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
TIMES = 15


def milliseconds(client: FlaskClient, query: str, known: str, status: int) -> float:
    """The quickest of some searches, by one who has the answer of the tag *known*."""
    ask = partial(client.get, "/api/v1/search", query_string={"q": query}, headers={"If-None-Match": known})
    taken = []
    for _ in range(TIMES):
        begin = time.perf_counter()
        response = ask()
        taken.append((time.perf_counter() - begin) * 1000)
        assert response.status_code == status
    return min(taken)


def main() -> None:
    """Print a row for each query, then all of them together."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", metavar="INDEX")
    client = create_app(Settings(index=parser.parse_args().index, cache=0)).test_client()
    row = "{:<24}{:>10}{:>10.2f}{:>10.2f}{:>10.3f}\n"
    sys.stdout.write(f"{'query':<24}{'hits':>10}{'whole':>10}{'304':>10}{'ratio':>10}\n")
    sums = [0.0, 0.0]
    for query in QUERIES:
        answer = client.get("/api/v1/search", query_string={"q": query})
        whole = milliseconds(client, query, '"other"', 200)
        told = milliseconds(client, query, answer.headers["ETag"], 304)
        sums = [sums[0] + whole, sums[1] + told]
        sys.stdout.write(row.format(query, answer.get_json()["total"]["value"], whole, told, told / whole))
    sys.stdout.write(row.format("together", "", *sums, sums[1] / sums[0]))


if __name__ == "__main__":
    main()
