import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.document import Document, Provenance
from indexer.errors import SourceError
from indexer.ingest import SourceFile, find_files
from indexer.ingest.article import make_document
from indexer.ingest.text import read_text
from tests.making import read_one

CORPUS = Path(__file__).parents[2] / "corpus" / "articles"
LABELS = [
    json.loads(line)
    for line in (Path(__file__).parent / "corpus_reading.jsonl").read_text(encoding="utf-8").splitlines()
]
PROVENANCE = Provenance(path="a.txt", root="/", format="text")
BODY = "L’armée a reçu ses premiers canons. Le ministère le confirme."


def read(text: str) -> Document:
    return make_document(read_text(text), PROVENANCE)


def test_every_article_of_the_corpus_is_labelled() -> None:
    assert {label["file"] for label in LABELS} == {path.name for path in CORPUS.iterdir()}


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label["file"])
def test_title_date_source_and_address_are_those_of_a_careful_reader(label: dict[str, str | None]) -> None:
    document = read_one(SourceFile(CORPUS, str(label["file"])))

    assert document.title == label["title"]
    assert (document.published.date, document.source, document.url) == (
        label["published"],
        label["source"],
        label["url"],
    )
    assert document.language == "fr"


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)
def test_no_left_over_of_a_page_stays(path: Path) -> None:
    document = read_one(SourceFile(CORPUS, path.name))

    for left_over in ("Akismet", "Facebook", "Pinterest", "Leave a Comment", "Comment (0)", "(Source", "date 20"):
        assert left_over not in f"{document.title}\n{document.text}"
    assert document.title not in document.text.split("\n\n")
    assert len(document.text.split()) > 60


def test_a_prefix_date_is_metadata() -> None:
    document = read(f" date 2022-11 Un titre sans point\n\n{BODY}")

    assert (document.title, document.published.date, document.text) == ("Un titre sans point", "2022-11", BODY)


def test_a_credit_is_metadata_and_its_caption_stays() -> None:
    document = read(f"Un titre\nLe ministre. (Source : kyivindependent.com) |\n{BODY}")

    assert document.source == "kyivindependent.com"
    assert document.text == f"Le ministre.\n\n{BODY}"


def test_a_metadata_block_is_read() -> None:
    document = read(
        f"Titre : Le titre\nDate : 2024-03-03\nSource : www.Un.example\nURL : https://un.example/a#b\n\n{BODY}"
    )

    assert (document.title, document.published.date) == ("Le titre", "2024-03-03")
    assert (document.source, document.url) == ("un.example", "https://un.example/a")


def test_an_address_gives_the_source_and_the_id() -> None:
    first, second = (read(f"URL : https://www.un.example/a\n\nTitre {n}\n\n{BODY}") for n in (1, 2))

    assert first.source == "un.example"
    assert first.id == second.id


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "ftp://un.example/a", "https://", "https://[", "/a"]
)
def test_only_web_addresses_are_kept(url: str) -> None:
    assert read(f"URL : {url}\n\nUn titre\n\n{BODY}").url is None


@pytest.mark.parametrize("rubric", ["Monde", "Incidents", "Guerre en Ukraine", "Russie", "Analyse — 2024"])
def test_a_section_above_the_headline_is_no_title(rubric: str) -> None:
    assert (
        read(f"{rubric}\n\nUn titre assez long pour en être un\n\n{BODY}").title
        == "Un titre assez long pour en être un"
    )


def test_a_short_title_above_a_paragraph_is_a_title() -> None:
    assert read(f"Zeitenwende\n\n{BODY}").title == "Zeitenwende"


def test_without_a_headline_the_first_sentence_is_the_title_and_stays() -> None:
    document = read(f"L’armée a reçu ses premiers canons. {BODY}\n\nUne suite.")

    assert document.title == "L’armée a reçu ses premiers canons"
    assert document.text.startswith("L’armée a reçu ses premiers canons. ")


def test_a_very_long_first_sentence_is_cut_at_a_word() -> None:
    title = read(f"{'mot ' * 200}\n\n{BODY}").title

    assert len(title) <= 200
    assert title.endswith("mot …")


def test_an_unknown_date_stays_unknown() -> None:
    assert read(f"Un titre\n\nLe 3 mars 2024, l’armée a agi. {BODY}").published.date is None


def test_the_id_depends_on_the_words_alone() -> None:
    same = read(f"Un titre\n\n{BODY}"), read(f"UN TITRE\r\n\r\n  {BODY.replace('’', chr(39))}\nFacebook")
    other = read(f"Un titre\n\n{BODY} Et plus.")

    assert same[0].id == same[1].id != other.id


@pytest.mark.parametrize("text", ["", "  \n \n", "Facebook\nTwitter\nLeave a Comment", "Un titre"])
def test_a_file_without_an_article_is_reported(text: str) -> None:
    with pytest.raises(SourceError, match="aucun article"):
        read(text)


def test_brackets_may_begin_an_article(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"[Ukraine] Un titre\n\n{BODY}", encoding="utf-8")

    assert read_one(SourceFile(tmp_path, "a.txt")).title == "[Ukraine] Un titre"


def test_the_five_seeds_are_read_as_a_careful_reader_would(shared: Path) -> None:
    documents = [read_one(found) for found in find_files([shared / "seeds"]) if isinstance(found, SourceFile)]

    assert [(document.title[:48], document.published.date, document.source) for document in documents] == [
        ("Le Pentagone cherche des sources potentielles de", "2022-11", None),
        ("L’OTAN signe un contrat de 700 millions de dolla", None, None),
        ("Les États-Unis ont annoncé le transfert de techn", None, None),
        ("Le bloc militaire dirigé par les États-Unis espè", "2022-10", None),
        ("Le 15 décembre, l’Ukraine a annoncé avoir signé ", None, "kyivindependent.com"),
    ]
    assert [document.provenance.path[:9] for document in documents] == [f"seeds/00{number}" for number in range(5)]
    for document in documents:
        for left_over in (
            "Akismet",
            "Facebook",
            "Pinterest",
            "Leave",
            "Comment (",
            "Source",
            "date 20",
            "Monde",
            "Incidents",
        ):
            assert left_over not in f"{document.title}\n{document.text}"
    assert documents[1].text.count("contrat de 700 millions de dollars pour des missiles Stinger") == 0
    assert documents[1].text.count("22 alliés, dont le Portugal") == 1


@given(st.text(max_size=400))
def test_any_text_is_an_article_or_reported(text: str) -> None:
    try:
        document = read(text)
    except SourceError as error:
        assert error.reason
        return

    assert document.title.strip()
    assert document.text.strip()
