"""A file, read to the Documents and the reasons that come of it."""

import html
import json
from pathlib import Path

import pytest

from indexer.document import Document
from indexer.errors import SourceError
from indexer.ingest import SourceFile, read_file
from indexer.ingest.article import LONGEST_SOURCE, LONGEST_TITLE
from indexer.ingest.read import MOST_REJECTIONS

STORY = "La frégate a quitté Brest mardi matin avec cent quarante marins pour une mission de quatre mois."
REST = "Elle rejoindra en mer Rouge les bâtiments de deux pays alliés, selon l’état-major."


def read(folder: Path, content: str) -> list[Document | SourceError]:
    (folder / "a").write_text(content, encoding="utf-8")
    return list(read_file(SourceFile(folder, "a")))


def one(folder: Path, content: str) -> Document:
    (document,) = read(folder, content)
    assert isinstance(document, Document), document
    return document


def reasons(found: list[Document | SourceError]) -> list[str]:
    return [
        error.reason.replace("\u202f", " ").replace("\xa0", " ") for error in found if isinstance(error, SourceError)
    ]


def record(**fields: str) -> str:
    return json.dumps({"title": "La frégate prend la mer", "text": STORY, **fields}, ensure_ascii=False) + "\n"


def feed(*texts: str) -> str:
    items = "".join(
        f"<item><title>La frégate prend la mer</title><link>https://un.example/{number}</link>"
        f"<description>{html.escape(text)}</description></item>"
        for number, text in enumerate(texts)
    )
    return f'<rss version="2.0"><channel><title>Un</title>{items}</channel></rss>'


@pytest.mark.parametrize(
    "markup",
    [
        f"<p>{STORY}</p><p>{REST}</p>",
        f"{STORY}<br/><br/>{REST}",
        f"<div class='texte'><p>{STORY}</p><div class='sharedaddy'>Partager</div><p>{REST}</p></div>",
        f"<p>{STORY}</p><p>{REST}</p><p>L’article <a href='/a'>La frégate prend la mer</a> est apparu en premier sur <a href='/'>Un</a>.</p>",
        f"<p>{STORY}</p><p>{REST}</p><p>The post <a href='/a'>La frégate prend la mer</a> appeared first on <a href='/'>Un</a>.</p>",
        f"<h2>La frégate prend la mer</h2><p>{STORY}</p><p>{REST}</p>",
        f"<!doctype html><html><body><nav><a href='/'>Accueil</a></nav><p>{STORY}</p><p>{REST}</p></body></html>",
    ],
)
def test_an_article_has_the_same_text_in_a_feed_and_in_a_record(tmp_path: Path, markup: str) -> None:
    assert one(tmp_path, feed(markup)).text == f"{STORY}\n\n{REST}"
    assert [found.text for found in read(tmp_path, record(text=markup) * 2) if isinstance(found, Document)] == [
        f"{STORY}\n\n{REST}"
    ] * 2


def test_a_summary_of_a_few_words_is_an_article(tmp_path: Path) -> None:
    assert one(tmp_path, feed("<p>Un contrat pour <b>Dassault</b></p>")).text == "Un contrat pour Dassault"


def test_an_entry_of_pictures_is_reported(tmp_path: Path) -> None:
    found = read(tmp_path, feed(f"<p>{STORY}</p>", "<p><img src='a.jpg'></p>"))

    assert [type(each) for each in found] == [Document, SourceError]
    assert reasons(found) == ["aucun article : texte vide ou trop court"]


def test_a_title_without_end_is_cut_at_a_word(tmp_path: Path) -> None:
    title = "La frégate prend la mer avec son équipage " * 50
    document, _ = read(tmp_path, record(title=title) * 2)

    assert isinstance(document, Document)
    assert LONGEST_TITLE - 20 < len(document.title) <= 500
    assert document.title.endswith(" …")
    assert title.startswith(document.title.removesuffix(" …") + " ")


def test_a_title_of_the_longest_length_stays(tmp_path: Path) -> None:
    title = ("La frégate " * 50)[:LONGEST_TITLE].strip()
    (document, _) = read(tmp_path, record(title=title) * 2)

    assert isinstance(document, Document)
    assert document.title == title


def test_a_title_of_one_endless_word_is_cut_too(tmp_path: Path) -> None:
    (document, _) = read(tmp_path, record(title="a" * 5000) * 2)

    assert isinstance(document, Document)
    assert document.title == "a" * LONGEST_TITLE + " …"


def test_the_name_of_a_source_is_bounded(tmp_path: Path) -> None:
    (document, _) = read(tmp_path, record(source="Le Journal du large " * 100) * 2)

    assert isinstance(document, Document)
    assert document.source is not None
    assert LONGEST_SOURCE - 20 < len(document.source) <= 200
    assert document.source.endswith(" …")


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (MOST_REJECTIONS, []),
        (MOST_REJECTIONS + 1, ["… et 1 autre rejet dans ce fichier"]),
        (5000, ["… et 4 900 autres rejets dans ce fichier"]),
    ],
)
def test_of_many_rejections_the_first_are_told_and_the_rest_counted(tmp_path: Path, bad: int, told: list[str]) -> None:
    found = read(tmp_path, record() + "{ ceci n’est pas du JSON }\n" * bad + record())

    assert [type(found[0]), len(found) - len(told)] == [Document, MOST_REJECTIONS + 2]
    assert sum(isinstance(each, Document) for each in found) == 2
    assert reasons(found)[MOST_REJECTIONS:] == told
    assert all(reason.startswith("ligne ") for reason in reasons(found)[:MOST_REJECTIONS])


def test_a_sign_is_given_while_rejections_are_only_counted(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(record() + "{ ceci }\n" * 25_000 + record(), encoding="utf-8")
    signs: list[int] = []
    found = list(read_file(SourceFile(tmp_path, "a"), still_reading=lambda: signs.append(1)))

    assert len(signs) == 2
    assert len(found) == MOST_REJECTIONS + 3
