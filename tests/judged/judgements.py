"""The judged queries of `corpus/judgements`, read strictly."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated

import msgspec

from indexer.engine import Engine
from indexer.search import SearchRequest

CORPUS = Path(__file__).parents[2] / "corpus"
ARTICLES = CORPUS / "articles"
QUERIES = CORPUS / "judgements" / "queries.jsonl"


class Judged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line: what was typed, what the reader wants, and how well each article of the pool answers that."""

    id: str
    kind: str
    q: str
    need: str
    grades: Mapping[str, Annotated[int, msgspec.Meta(ge=0, le=3)]]
    """By the names of files in `corpus/articles`: 3 about it, 2 a passage, 1 a mention, 0 not."""


def read_judgements(path: Path = QUERIES) -> tuple[Judged, ...]:
    """Every judged query, in the order of the file."""
    return tuple(msgspec.json.decode(line, type=Judged) for line in path.read_text(encoding="utf-8").splitlines())


def found(engine: Engine, request: SearchRequest) -> list[str]:
    """The articles of one page of results, as judgements name them, best first."""
    return [PurePosixPath(hit.path).name for hit in engine.search(request).hits]
