"""Write the golden index of the present format.

usage: python -m tests.index.golden
"""

import random
import sys

import msgspec

from indexer.document import Amount, Document, PartialDate, Provenance
from indexer.index import IndexWriter
from tests.index.golden.reading import ANSWER, CURRENT, HERE, read_answer

WORDS = "missile drone char frégate F-16 155 mm armée l’OTAN sous-marin Kyiv évènement cœur aujourd’hui".split()


def make(number: int, draw: random.Random) -> Document:
    """A document with something in every field that an index keeps."""
    return Document(
        id=f"article-{number:03}",
        title=f"Titre {number} : {draw.choice(WORDS)}",
        text=" ".join(draw.choices(WORDS, k=40)) + "\n\n« Fin » de l’article.",
        provenance=Provenance(path=f"articles/{number:03}.txt", root="/articles", format="text"),
        published=PartialDate.parse(draw.choice(("2022", "2022-11", "2023-05-06"))) if number % 5 else PartialDate(),
        url=f"https://presse.example/{number}" if number % 3 else None,
        source=draw.choice(("Presse", "Agence", None)),
        language="fr" if number % 7 else "en",
        facets={"country": ("Ukraine", "Taïwan")[: number % 3], "equipment": ("F-16",)[: number % 2]},
        amounts=(Amount(1.5e6 * number, "EUR"),)[: number % 2],
        mentioned=(PartialDate.parse("2014-03"),)[: number % 3],
    )


def main() -> None:
    """Write it, where there is none."""
    folder = HERE / CURRENT
    if folder.exists():
        sys.exit(f"{folder} is there: what was released is not written again.")
    draw = random.Random(1)
    with IndexWriter(folder) as writer:
        for number in range(80):
            writer.add(make(number, draw))
    with IndexWriter(folder) as writer:
        for number in range(75, 90):
            writer.add(make(number, draw))
        writer.delete("article-003")
        for number in (1, 2, 81):
            writer.tell_story(f"article-{number:03}", 42)
    (folder / "write.lock").unlink()
    (folder / ANSWER).write_bytes(msgspec.json.format(msgspec.json.encode(read_answer(folder)), indent=1) + b"\n")
    size = sum(path.stat().st_size for path in folder.iterdir())
    sys.stdout.write(f"{folder}: {size} bytes\n")


if __name__ == "__main__":
    main()
