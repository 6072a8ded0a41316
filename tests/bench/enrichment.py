"""How fast is enrichment, and what does the size of the thesaurus cost?

usage: python -m tests.bench.enrichment [TEXTS.jsonl …] [--runs 7]

Reads the articles of TEXTS (field `text`), or the labelled sentences and stories of the tests; prints Markdown, MB of
text a second on one core. The first run, which fills the caches, is told apart; the others count by the best one.
"""

import argparse
import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from pathlib import Path
from time import process_time

from indexer.document import Document, PartialDate, Provenance
from indexer.enrich import enrich
from indexer.enrich.amounts import find_amounts
from indexer.enrich.designations import find_designations
from indexer.enrich.mentioned_dates import find_mentioned_dates
from indexer.enrich.quantities import find_quantities
from indexer.enrich.stories import signature
from indexer.thesaurus import KINDS, Entry, Kind, Thesaurus, load_entries

TESTS = Path(__file__).parents[1] / "enrich"
SIZES = (700, 10_000)
PUBLISHED = PartialDate.parse("2024-03-15")


def read_texts(paths: Sequence[Path]) -> list[str]:
    """The texts of JSON lines."""
    ours = [*sorted((TESTS / "stories").glob("*.jsonl")), *sorted((TESTS / "sentences").glob("*.jsonl"))]
    lines = (line for path in paths or ours for line in path.read_text(encoding="utf-8").splitlines())
    return [text for line in lines if (text := json.loads(line).get("text"))]


def thesaurus_of(size: int) -> Thesaurus:
    """The same 700 entries of ours, countries first, then evenly from the other kinds; made-up ones up to *size*."""
    ours = [(kind, entry) for kind in KINDS for entry in load_entries(kind)]
    countries = [pair for pair in ours if pair[0] == "country"]
    others = [pair for pair in ours if pair[0] != "country"]
    chosen = (countries + others[:: len(others) // (SIZES[0] - len(countries))])[: SIZES[0]]
    return Thesaurus([*chosen, *made_up(size - len(chosen))])


def made_up(number: int) -> Iterator[tuple[Kind, Entry]]:
    """Entries of two names each, pronounceable and of nothing."""
    syllables = ["bra", "ko", "ten", "lu", "vi", "zor", "mek", "ral", "dou", "shi", "gan", "pel"]
    words = [f"{''.join(parts).capitalize()}" for parts in product(syllables, repeat=4)]
    random.Random(7).shuffle(words)
    for at in range(number):
        yield "organisation", Entry(label=words[at], names=(f"{words[at]} {words[-at - 1]}",))


def document(text: str) -> Document:
    """An article with this text."""
    return Document(
        id="1", title="", text=text, published=PUBLISHED, provenance=Provenance(path="a", root="/", format="text")
    )


def stages(thesaurus: Thesaurus, texts: Iterable[str]) -> Iterator[tuple[str, Callable[[str], object]]]:
    """What is timed, by its name."""
    mentions = {text: thesaurus.find(text) for text in texts}
    yield "entities", thesaurus.find
    yield "designations", lambda text: find_designations(text, mentions[text])
    yield (
        "amounts, quantities, dates",
        lambda text: (find_amounts(text), find_quantities(text), find_mentioned_dates(text, PUBLISHED)),
    )
    yield "signature", lambda text: signature(document(text))
    yield "all (enrich)", lambda text: enrich(document(text), thesaurus)


def speeds(work: Callable[[str], object], texts: Sequence[str], runs: int) -> tuple[float, float]:
    """MB a second of the first run, and of the best of the others."""
    size = sum(len(text.encode()) for text in texts) / 1e6
    times = []
    for _ in range(runs + 1):
        start = process_time()
        for text in texts:
            work(text)
        times.append(process_time() - start)
    return size / times[0], size / min(times[1:])


def table(texts: Sequence[str], runs: int) -> Iterator[str]:
    """A row for each stage, two columns for each size of thesaurus."""
    yield "| MB/s | " + " | ".join(f"{size:,} entries, first | again" for size in SIZES) + " |"
    yield "| --- " + "| ---: " * (2 * len(SIZES)) + "|"
    measured: dict[str, list[str]] = {}
    for size in SIZES:
        thesaurus = thesaurus_of(size)
        thesaurus.find("")  # made when first asked
        for name, work in stages(thesaurus, texts):
            measured.setdefault(name, []).extend(f"{speed:.1f}" for speed in speeds(work, texts, runs))
    for name, cells in measured.items():
        yield f"| {name} | " + " | ".join(cells) + " |"


def main() -> None:
    """Read the command line, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", nargs="*", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    given = parser.parse_args()
    texts = read_texts(given.texts)
    print(f"{len(texts)} texts, {sum(len(text.encode()) for text in texts) / 1e6:.1f} MB\n")  # noqa: T201
    for line in table(texts, given.runs):
        print(line)  # noqa: T201


if __name__ == "__main__":
    main()
