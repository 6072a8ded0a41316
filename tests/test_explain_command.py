import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.analysis.conflation import STEM
from indexer.cli import main
from indexer.errors import QueryError
from indexer.index import IndexReader, open_reader
from indexer.search import QueryPart, explain_query
from indexer.thesaurus import load_thesaurus
from tests.making import make_document, make_engine
from tests.search.query_language import TODAY, rows

TEXTS = (
    "Les missiles balistiques et un missile balistique menacent Kiev.",
    "Un hélicoptère et des hélicoptères de Rheinmetall.",
    "L’aide à l’Ukraine : Rheinmetal livre des chars.",
)


@pytest.fixture(autouse=True)
def _away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def reader(tmp_path: Path) -> IndexReader:
    documents = [make_document(text, id=f"d{number}", date="2024-03") for number, text in enumerate(TEXTS)]
    make_engine(tmp_path, *documents, enriched=True)
    return open_reader(tmp_path / "index")


def parts(query: str, reader: IndexReader | None = None) -> list[QueryPart]:
    return list(explain_query(query, load_thesaurus(), reader, today=TODAY).parts)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["explain", *arguments])


def test_a_word_is_explained_by_the_terms_that_stand_for_it(reader: IndexReader) -> None:
    (word,) = parts("missile", reader)

    assert {(term.term, term.relation, term.weight, term.articles) for term in word.terms} == {
        ("missile", "own", 1.0, 1),
        ("missiles", "inflection", STEM, 1),
    }


def test_every_kind_of_part_is_explained(reader: IndexReader) -> None:
    query = 'les "missile balistique" helico* Rheinmetal~ "aide ukraine"~5 -char pays:Kiev date:hier montant:10..50 M€'
    explained = {part.text: part for part in parts(query, reader)}

    assert explained["les"].left_out
    assert explained["missile balistique"].kind == "quotation"
    assert {term.term for term in explained["helico*"].terms} == {"hélicoptère", "hélicoptères"}
    assert [(term.term, term.relation) for term in explained["Rheinmetal~2"].terms] == [
        ("rheinmetal", "own"),
        ("rheinmetall", "letters"),
    ]
    assert "5\u00a0mots au plus" in str(explained["aide ukraine"].meaning)
    assert explained["char"].excluded
    assert explained["Kiev"].field == "pays"
    assert explained["date:hier"].meaning == "le 22 novembre 2026"
    assert explained["montant:10..50 M€"].meaning == "de 10\u00a0M€ à 50\u00a0M€"


def test_names_come_with_their_variants_with_and_without_an_index(reader: IndexReader) -> None:
    for index in (reader, None):
        (name,) = parts("Kiev", index)
        assert "Kyiv" in name.names


def test_a_value_says_what_it_means(reader: IndexReader) -> None:
    assert parts("pays:ukraine", reader)[0].names == ("Ukraine",)
    assert parts("pays:ukraine")[0].names == ("Ukraine",)


@pytest.mark.parametrize("row", rows()[::3], ids=lambda row: row.query[:50])
def test_every_query_of_the_table_is_explained_or_refused(row: tuple[str, str, str], reader: IndexReader) -> None:
    for index in (None, reader):
        if row[1] == "refusé":
            with pytest.raises(QueryError):
                explain_query(row[0], load_thesaurus(), index, today=TODAY)
        else:
            assert explain_query(row[0], load_thesaurus(), index, today=TODAY).parts


@pytest.mark.usefixtures("reader")
def test_the_command_says_it_in_french() -> None:
    said = run("les missiles helico* date:xyz", "--index", "index").stdout

    assert said.startswith("Compris\u00a0: missiles ET helico*")
    assert "mot-outil laissé de côté" in said
    assert "n’est pas une date lisible" in said
    assert "article" in said


def test_the_command_works_without_an_index() -> None:
    said = run("missile Kiev").stdout

    assert "aussi cherché\u00a0: Kyiv" in said
    assert "Sans index" in said


@pytest.mark.usefixtures("reader")
def test_the_command_gives_json() -> None:
    told = json.loads(run("missile", "--index", "index", "--json").stdout)

    assert told["understood"] == "missile"
    assert told["articles"] == 1
    assert told["parts"][0]["terms"][0] == {"term": "missile", "weight": 1.0, "relation": "own", "articles": 1}


def test_an_index_that_is_named_must_be_there() -> None:
    assert run("missile", "--index", "nulle-part").exit_code == 2
