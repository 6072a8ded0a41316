"""What a golden index answers."""

import zlib
from pathlib import Path
from typing import Any

from indexer.index import arrays, manifest, open_reader
from indexer.search import Searcher, SearchRequest
from indexer.thesaurus import load_thesaurus

HERE = Path(__file__).parent
CURRENT = f"{manifest.VERSION}.{arrays.VERSION}"
"""The present format."""
ANSWER = "answer.json"
QUERIES = ("missile", '"sous-marin armée"', "F16 SAUF drone", "cœur", "otan kyiv", "frég*")


def read_answer(folder: Path) -> dict[str, Any]:
    """Every document, and what queries find; plain enough to stay the same when ranking gets better."""
    reader = open_reader(folder)
    searcher = Searcher(reader, load_thesaurus())
    strict = [SearchRequest(q=q, expand=False, correct=False, strict=True, size=100) for q in QUERIES]
    return {
        "generation": reader.commit.generation,
        "warnings": list(reader.warnings),
        "documents": {
            document.id: [
                document.title,
                zlib.crc32(document.text.encode()),
                document.published.date,
                document.url,
                document.source,
                document.language,
                {name: list(values) for name, values in document.facets.items()},
                [[amount.value, amount.currency] for amount in document.amounts],
                [date.date for date in document.mentioned],
            ]
            for document in reader.documents()
        },
        "stories": [reader.stories.name_of(story) for story in range(reader.stories.count)],
        "queries": {request.q: sorted(hit.id for hit in searcher.search(request).hits) for request in strict},
        "countries": {
            value.value: value.count for value in searcher.search(SearchRequest(size=1)).facets["country"].values
        },
    }
