"""Where a text names something: marks in order, without overlap, each within the text."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.engine import open_engine
from indexer.marking import mark_text
from indexer.thesaurus import load_thesaurus
from tests.making import make_document

TEXT = (
    "L’Inde commande 26 Rafale Marine à la France pour 7 milliards d’euros. M. Oumerov a reçu lundi douze HIMARS et un XQ-99B "
    "de l’OTAN à Kharkov ; d’autres suivront en mars 2026."
)


ENDS = ("", "Le ministère n’a rien ajouté.", "Aucune autre précision n’a été donnée hier soir.")


def marks(text: str) -> list[tuple[str, str, str]]:
    document = make_document(text, date="2025-04-30")
    return [
        (mark.kind, text[mark.start : mark.end], mark.label) for mark in mark_text(text, document, load_thesaurus())
    ]


def test_everything_that_is_named_is_marked() -> None:
    assert marks(TEXT) == [
        ("country", "Inde", "Inde"),
        ("quantity", "26", "26\u00a0Rafale Marine"),
        ("equipment", "Rafale Marine", "Rafale Marine"),
        ("country", "France", "France"),
        ("amount", "7 milliards d’euros", "7\u00a0Md€"),
        ("person", "Oumerov", "Rustem Umerov"),
        ("date", "lundi", "28 avril 2025"),
        ("quantity", "douze", "12\u00a0HIMARS"),
        ("equipment", "HIMARS", "HIMARS"),
        ("designation", "XQ-99B", "XQ-99B"),
        ("organisation", "OTAN", "OTAN"),
        ("country", "Kharkov", "Ukraine"),
        ("date", "mars 2026", "mars 2026"),
    ]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from([*TEXT.split(" "), "\n", "F-16", "(", "« Kiev »", "10 000", "€", "\u00a0"]), max_size=30)
)
def test_marks_never_overlap(words: list[str]) -> None:
    text = " ".join(words)
    found = mark_text(text, make_document(text, date="2025-04-30"), load_thesaurus())

    ends = [0, *(mark.end for mark in found)]
    assert all(end <= mark.start < mark.end <= len(text) for end, mark in zip(ends, found, strict=False))
    assert all(text[mark.start : mark.end].strip() == text[mark.start : mark.end] for mark in found)


@pytest.mark.parametrize("times", [1, 3])
def test_an_article_tells_its_versions(times: int, tmp_path: Path) -> None:
    pile = tmp_path / "tas"
    pile.mkdir()
    for number in range(times):
        text = f"Le contrat des Rafale indiens\nDate : 2025-04-2{number}\nSource : https://s{number}.example/a\n{TEXT} {ENDS[number]}\n"
        (pile / f"{number}.txt").write_text(text, encoding="utf-8")
    engine = open_engine(tmp_path / "index")
    engine.index([pile])
    for document in engine.documents():
        article = engine.article(document.id)
        assert len(article.versions) == times - 1
        assert document.id not in {version.id for version in article.versions}
        assert article.document == document
        assert article.text_marks
