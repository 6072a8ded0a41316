"""Good files of every format, which must not suffer from the company that they are in."""

import gzip
import json
from collections.abc import Iterator

from tests.zoo.animal import Animal, article, entry, feed, page
from tests.zoo.packed import record, zipped
from tests.zoo.records import line, row, table


def animals() -> Iterator[Animal]:
    """All of them."""
    for n in range(6):
        yield Animal(f"bons/texte-{n}.txt", article(f"bon texte {n}"), "", 1)
        yield Animal(f"bons/page-{n}.html", page(f"bonne page {n}"), "", 1)
        yield Animal(f"bons/fil-{n}.xml", feed(*(entry(f"bon-{n}-{i}") for i in range(3))), "", 3)
        yield Animal(f"bons/lignes-{n}.jsonl", "".join(line(f"bon {n} {i}") for i in range(3)).encode(), "", 3)
        yield Animal(f"bons/table-{n}.csv", table(row(f"bon {n}"), row(f"bon bis {n}")), "", 2)
    for n in range(3):
        records = [json.loads(line(f"bon objet {n} {i}")) for i in range(2)]
        yield Animal(f"bons/objets-{n}.json", json.dumps({"articles": records}).encode(), "", 2)
        yield Animal(f"bons/pages-{n}.zip", _zip(n), "", 2)
        yield Animal(f"bons/texte-{n}.gz", gzip.compress(article(f"bon gzip {n}")), "", 1)
        yield Animal(f"bons/recolte-{n}.warc", record(f"bon{n}") + record(f"mieux{n}"), "", 2)
        yield Animal(f"bons/recolte-{n}.warc.gz", gzip.compress(record(f"serre{n}")), "", 1)


def _zip(number: int) -> bytes:
    return zipped(("une.html", page(f"bon zip {number}")), ("deux.txt", article(f"bon zip {number}")))
