"""The five seeds are read as a careful reader would keep them: their golden form, as digests of what was checked by eye."""

import hashlib
import json
from pathlib import Path

from indexer.document import Document
from indexer.ingest import SourceFile, find_files
from tests.making import read_one

GOLDEN = Path(__file__).parent / "seeds_golden.json"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def golden_form(document: Document) -> dict[str, object]:
    return {
        "title": digest(document.title),
        "paragraphs": [digest(paragraph) for paragraph in document.text.split("\n\n")],
        "published": document.published.date,
        "confidence": document.confidence,
        "source": document.source,
        "url": document.url,
        "language": document.language,
        "authors": list(document.authors),
        "tags": list(document.tags),
    }


def test_title_text_and_metadata_of_every_seed_are_exactly_those_checked(shared: Path) -> None:
    found = {
        source.path: golden_form(read_one(source))
        for source in find_files([shared / "seeds"])
        if isinstance(source, SourceFile)
    }

    assert found == json.loads(GOLDEN.read_text(encoding="utf-8"))
