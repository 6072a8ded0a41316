"""All results of a search as files: the same articles in the same order, harmless whatever they hold."""

import csv
import io
import json
import re
from pathlib import Path

import msgspec
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from indexer.document import PartialDate
from indexer.engine import Engine
from indexer.search import Hit
from tests.making import make_document, make_engine
from web import create_app
from web.exports import CSV_COLUMNS, batches, csv_row, harmless, to_bibtex, to_json_lines

APP = create_app()
FORMULAS = "=+-@\t\r\n＝＋－＠"
HIT = Hit(
    id="a",
    title="",
    url=None,
    source=None,
    path="",
    language="fr",
    published=PartialDate(),
    score=0.0,
    snippets=(),
    facets={},
)


def rows_of(client: FlaskClient, address: str) -> list[dict[str, str]]:
    response = client.get(address)
    assert response.status_code == 200
    assert response.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))


def lines_of(client: FlaskClient, address: str) -> list[dict[str, object]]:
    response = client.get(address)
    assert response.status_code == 200
    return [json.loads(line) for line in response.get_data(as_text=True).splitlines()]


def test_json_lines_are_the_hits_of_the_endpoint(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?q=Rafale&size=100").get_json()

    assert lines_of(client, "/jsonl?q=Rafale") == answer["hits"]


def test_nothing_is_cut_off(tmp_path: Path) -> None:
    engine = make_engine(tmp_path, *(make_document("drone", id=f"d{n}") for n in range(1234)))
    client = create_app(engine=engine).test_client()

    for path, count in (("/csv", 1235), ("/jsonl", 1234)):
        response = client.get(f"{path}?q=drone", buffered=False)
        pieces = [piece for piece in response.response if isinstance(piece, bytes)]
        assert len(pieces) == 13  # as it goes, a hundred at a time
        assert sum(len(piece.splitlines()) for piece in pieces) == count


def test_a_table_says_what_is_known(client: FlaskClient, engine: Engine) -> None:
    response = client.get("/csv?q=Rafale")
    rows = rows_of(client, "/csv?q=Rafale")

    assert response.data.startswith(b"\xef\xbb\xbfid,titre,date,")
    assert response.headers["Content-Disposition"] == "attachment; filename=vigie-Rafale.csv"
    assert all(set(row) == set(CSV_COLUMNS) for row in rows)
    for row in rows:
        document = engine.document(row["id"])
        assert (row["titre"], row["date"]) == (document.title, document.published.date or "")
        assert {"": 0, "année": 4, "mois": 7, "jour": 10, "inconnue": 0}[row["précision"]] == len(row["date"])
        assert [value for value in row["pays"].split("; ") if value] == list(document.facets.get("country", ()))
        assert row["page"] == f"http://localhost/document/{row['id']}"


@pytest.mark.parametrize("sign", FORMULAS)
def test_no_cell_is_a_formula(sign: str, tmp_path: Path) -> None:
    document = msgspec.structs.replace(
        make_document(
            "drone", title=f"{sign}cmd|' /C calc'!A0", source=f"{sign}1", facets={"country": (f"{sign}2", "b")}
        ),
        authors=(f"{sign}3",),
    )
    (row,) = rows_of(create_app(engine=make_engine(tmp_path, document)).test_client(), "/csv")

    assert row["titre"].startswith("'")
    for name, cell in row.items():
        assert not cell.lstrip().startswith(tuple(FORMULAS)), name


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_cells_are_text_and_rows_are_lines(cells: list[str]) -> None:
    (row,) = csv.reader(io.StringIO(csv_row(cells), newline=""))

    assert len(row) == len(cells)
    for cell, written in zip(cells, row, strict=True):
        assert not written.startswith(tuple(FORMULAS))
        assert not re.search(r"[\x00-\x1f]", written)
        if cell.isalnum() and cell.isascii():
            assert written == cell


def test_a_harmless_cell_stays_as_it_is() -> None:
    for cell in ("F-16", "a=b", "", "1,5 Md€", "« x »", "'a"):
        assert harmless(cell) == cell


def entries_of(text: str) -> dict[str, dict[str, str]]:
    """A BibTeX file read as BibTeX reads it: by its braces."""
    found = {}
    at = 0
    while (start := text.find("@", at)) >= 0:
        end, depth = text.index("{", start), 0
        while True:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
            if not depth:
                break
        key, _, body = text[text.index("{", start) + 1 : end - 1].partition(",")
        found[key] = dict(re.findall(r"^  (\w+) = (.*),$", body, re.MULTILINE))
        assert len(found[key]) == body.count("\n") - 1
        at = end
    return found


def test_a_bibliography_tells_source_authors_and_what_is_known_of_the_date(tmp_path: Path) -> None:
    documents = [
        msgspec.structs.replace(
            make_document("drone", id="a1", title="100 % d’{accolades} & de $", source="Le Monde", date="2022-11"),
            authors=("Marie Dupont", "Dupont, Fils and Cie"),
            url="https://exemple.example/a_b?c={d}&e=%20",
        ),
        make_document("drone", id="b/2", title="Sans date"),
    ]
    client = create_app(engine=make_engine(tmp_path, *documents)).test_client()
    entries = entries_of(client.get("/bibtex").get_data(as_text=True))

    assert entries["vigie-a1"] == {
        "title": r"{{100 \% d’\textbraceleft{}accolades\textbraceright{} \& de \$}}",
        "author": "{Marie Dupont and {Dupont, Fils and Cie}}",
        "journal": "{Le Monde}",
        "date": "{2022-11}",
        "year": "{2022}",
        "month": "nov",
        "url": "{https://exemple.example/a_b?c=%7Bd%7D&e=%20}",
        "language": "{français}",
    }
    assert set(entries["vigie-b:2f:2"]) == {"title", "url", "language"}


@given(st.text(), st.text(), st.text())
def test_no_article_breaks_a_bibliography_or_a_line(title: str, source: str, author: str) -> None:
    hit = msgspec.structs.replace(HIT, title=title, source=source or None, authors=(author,))
    with APP.test_request_context():
        entries = entries_of("".join(to_bibtex([hit, hit])))

    assert list(entries) == ["vigie-a"]
    (line,) = "".join(to_json_lines([hit])).splitlines()
    assert json.loads(line)["title"] == title


@given(st.lists(st.text(min_size=1)), st.integers(1, 5))
def test_batches_lose_nothing(pieces: list[str], size: int) -> None:
    found = list(batches(pieces, size))

    assert "".join(found) == "".join(pieces)
    assert len(found) == -(-len(pieces) // size)


@pytest.mark.parametrize("path", ["/csv", "/jsonl", "/bibtex"])
def test_what_makes_no_sense_is_refused_before_anything_is_sent(client: FlaskClient, path: str) -> None:
    for query in ("q=%28", "inconnu=1", "page=x"):
        assert client.get(f"{path}?{query}").status_code == 400
    assert client.get(f"{path}?q=absolument+introuvable&mode=strict").status_code == 200


def test_the_results_lead_to_what_can_be_taken_away(client: FlaskClient) -> None:
    text = client.get("/?q=otan&page=2&size=5").get_data(as_text=True)

    for path in ("csv", "jsonl", "bibtex", "atom", "rss"):
        assert f'<a href="/{path}?q=otan"' in text
