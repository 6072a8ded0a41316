import io
import json
import resource
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import SourceError
from indexer.ingest import records
from indexer.ingest.draft import Draft, FieldNames
from indexer.ingest.records import looks_like_html, read_csv, read_json, read_json_lines

Reader = Callable[..., Iterator[Draft | SourceError]]
ARTICLE = {"title": "Un titre", "text": "Un texte."}


def stream(content: str | bytes) -> io.BufferedReader:
    return io.BufferedReader(io.BytesIO(content if isinstance(content, bytes) else content.encode()))


def read(reader: Reader, content: str | bytes, names: FieldNames | None = None) -> list[Draft | SourceError]:
    arguments = () if names is None else (names,)
    return list(reader(stream(content), "pile/a", *arguments))


def titles(found: list[Draft | SourceError]) -> list[str]:
    return [draft.title for draft in found if isinstance(draft, Draft)]


def reasons(found: list[Draft | SourceError]) -> list[str]:
    assert all(error.path == "pile/a" for error in found if isinstance(error, SourceError))
    return [
        error.reason.replace("\u00a0", " ").replace("\u202f", " ") for error in found if isinstance(error, SourceError)
    ]


def one(record: object, names: FieldNames | None = None) -> Draft:
    (draft,) = read(read_json_lines, json.dumps(record), names)
    assert isinstance(draft, Draft), draft
    return draft


def test_a_record_gives_all_fields_of_a_draft() -> None:
    record = {
        "titre": " Un titre ",
        "contenu": "Un texte.",
        "lien": "https://un.example/a",
        "journal": "Un",
        "auteurs": ["Anne Roy", "Jean Petit"],
        "mots_clés": "Rafale, Inde, contrat",
        "publié_le": "3 mars 2024 à 18h25",
        "modifié_le": "2024-03-04",
        "langue": "fr",
    }

    assert one(record) == Draft(
        title="Un titre",
        text="Un texte.",
        url="https://un.example/a",
        source="Un",
        authors=("Anne Roy", "Jean Petit"),
        tags=("Rafale", "Inde", "contrat"),
        published="3 mars 2024 à 18h25",
        modified="2024-03-04",
        language="fr",
        place="ligne 1",
    )


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("title", "title titre Titre TITRE headline Headline Intitulé intitule name"),
        (
            "text",
            "text texte body Body content contenu CONTENU article article_text articleText articleBody full-text corps description",
        ),
        ("url", "url URL link lien canonical canonicalUrl permalink"),
        ("source", "source site publisher journal site_name siteName média"),
        (
            "published",
            "date published publié_le publie_le Publié-le date_publication datePublished pubDate pub_date publishedAt Date",
        ),
        ("modified", "modified dateModified date_modified updated updatedAt modifie_le"),
        ("language", "language lang langue inLanguage Langue"),
    ],
)
def test_names_are_found_whatever_their_case_accents_and_separators(field: str, names: str) -> None:
    for name in names.split():
        others = {} if field == "text" else {"body_": None, "text": "Un texte."}
        assert getattr(one({**others, name: "valeur"}), field) == "valeur", name


def test_a_name_with_spaces_is_found() -> None:
    assert one({"Publié le": "hier", "Texte": "Un."}).published == "hier"


def test_the_first_name_that_holds_something_is_taken() -> None:
    record = {"description": "Court.", "content": "", "body": None, "article": "Long.", "url": "u", "canonical": "c"}

    assert (one(record).text, one(record).url) == ("Long.", "c")


@pytest.mark.parametrize(
    ("record", "field", "expected"),
    [
        ({"source": {"id": "x", "name": "Un"}}, "source", "Un"),
        ({"publisher": {"@type": "Organization", "name": "Un"}}, "source", "Un"),
        ({"title": {"rendered": "Un &amp; deux"}}, "title", "Un &amp; deux"),
        ({"text": ["Un.", "Deux."]}, "text", "Un.\nDeux."),
        ({"text": {"rendered": "<p>Un.</p>"}}, "text", "<p>Un.</p>"),
        ({"author": {"name": "Anne Roy"}}, "authors", ("Anne Roy",)),
        ({"author": [{"name": "Anne Roy"}, "Jean Petit", "Anne Roy"]}, "authors", ("Anne Roy", "Jean Petit")),
        ({"author": "Anne Roy et Jean Petit"}, "authors", ("Anne Roy", "Jean Petit")),
        ({"author": "Anne Roy, Jean Petit"}, "authors", ("Anne Roy", "Jean Petit")),
        ({"author": "Roy, Anne"}, "authors", ("Roy, Anne",)),
        ({"author": ""}, "authors", ()),
        ({"tags": "a; b;c"}, "tags", ("a", "b", "c")),
        ({"tags": [{"name": "a"}, {"term": "b"}, 3, ["c"]]}, "tags", ("a", "b", "3", "c")),
        ({"tags": ["x" * 501]}, "tags", ()),
        ({"date": 1709658300}, "published", "2024-03-05T17:05:00+00:00"),
        ({"date": 1709658300123}, "published", "2024-03-05T17:05:00+00:00"),
        ({"date": "1709658300"}, "published", "2024-03-05T17:05:00+00:00"),
        ({"date": 2024}, "published", "2024"),
        ({"date": True}, "published", None),
        ({"url": 12}, "url", "12"),
        ({"source.name": "Un"}, "source", "Un"),
    ],
)
def test_values_of_any_shape_are_read(record: dict[str, object], field: str, expected: object) -> None:
    assert getattr(one(record if field == "text" else {"text": "Un.", **record}), field) == expected


def test_names_can_be_given_and_lead_into_objects() -> None:
    names = FieldNames(title=("meta.titre", "manchette"), text=("pages.0", "corps.brut"), source=("Réf.Média",))
    record = {"meta": {"Titre": "Un"}, "corps": {"brut": "Un texte."}, "ref": {"media": "Un journal"}}

    assert one(record, names)[:4] == ("Un", "Un texte.", None, "Un journal")
    assert one({"corps.brut": "À plat.", "Manchette": "Deux", "meta": 3}, names)[:2] == ("Deux", "À plat.")


def test_markup_stays_and_is_noticed() -> None:
    assert one({"text": "<p>Un</p>"}).text == "<p>Un</p>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>Un</p>", True),
        ("Un<br>deux", True),
        ("Un<br/>deux", True),
        ('Un <a href="x">lien</a>', True),
        ("<DIV CLASS='x'>", True),
        ("<!-- x --> Un", True),
        ("Un &amp; deux &nbsp;", False),
        ("a < b et c > d", False),
        ("<3 et p < 0,05 > x", False),
        ("Voir <https://un.example>", False),
        ("", False),
    ],
)
def test_html_is_noticed_by_its_tags(text: str, expected: bool) -> None:  # noqa: FBT001
    assert looks_like_html(text) is expected


def test_json_lines_number_their_articles_and_skip_blank_lines() -> None:
    found = read(read_json_lines, f"\ufeff{json.dumps(ARTICLE)}\r\n\n  \n{json.dumps(ARTICLE)},\n{json.dumps(ARTICLE)}")

    assert [draft.place for draft in found if isinstance(draft, Draft)] == ["ligne 1", "ligne 4", "ligne 5"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "windows-1252"])
def test_json_lines_of_any_encoding_are_read(encoding: str) -> None:
    content = '{"title": "L’été à Kiev", "text": "Œuvre – 10 €."}\n' * 2

    assert titles(read(read_json_lines, content.encode(encoding))) == ["L’été à Kiev"] * 2


HOSTILE_LINES = [
    ('{"title": "Un", "text": ', "ligne 2 : JSON invalide, colonne"),
    ("pas du JSON", "ligne 2 : JSON invalide, colonne 1"),
    ('{"text": "a"} {"text": "b"}', "ligne 2 : JSON invalide, colonne 14"),
    ('{"text": "a" "b"}', "ligne 2 : JSON invalide, colonne"),
    ("{'text': 'a'}", "ligne 2 : JSON invalide, colonne 2"),
    ('["a", "b"]', "ligne 2 : pas un objet JSON"),
    ('"texte"', "ligne 2 : pas un objet JSON"),
    ("null", "ligne 2 : pas un objet JSON"),
    ("12", "ligne 2 : pas un objet JSON"),
    ("9" * 100_000, "ligne 2 : pas un objet JSON"),
    ('{"text": "a", "text": "b"}', "ligne 2 : clé « text » en double"),
    ('{"text": "a", "x": {"y": 1, "y": 2}}', "ligne 2 : clé « y » en double"),
    ('{"text": "a", "x": NaN}', "ligne 2 : « NaN » n’est pas du JSON"),
    ('{"text": "a", "x": -Infinity}', "ligne 2 : « -Infinity » n’est pas du JSON"),
    ('{"text": "a \\ud800 b"}', "ligne 2 : moitié de caractère (\\ud800)"),
    ('{"text": "a", "title": "\\udfff"}', "ligne 2 : moitié de caractère (\\udfff)"),
    ('{"text": "a", "tags": ["\\ud83d"]}', "ligne 2 : moitié de caractère (\\ud83d)"),
    ('{"text": "a\\x"}', "ligne 2 : JSON invalide, colonne"),
    ('{"text": "a\tb\x00"}', "ligne 2 : JSON invalide, colonne"),
    ('{"text": ' + "[" * 100_000, "ligne 2 : objets JSON trop imbriqués"),
    ('{"text": ' + "[" * 100_000 + "]" * 100_000 + "}", "ligne 2 : objets JSON trop imbriqués"),
    ('{"a":' * 100_000 + "1" + "}" * 100_000, "ligne 2 : objets JSON trop imbriqués"),
    ('{"titre": "Un", "auteur": "Anne"}', "ligne 2 : aucun texte (champs vus : titre, auteur)"),
    ('{"text": "  "}', "ligne 2 : aucun texte (champs vus : text)"),
    ('{"text": 1e99999, "x": ' + "9" * 10_000 + "}", None),
    ('{"text": "a", "\\u0000": 1, "": 2}', None),
    ('{"text": "\\ud83d\\ude80"}', None),
]


@pytest.mark.parametrize(("line", "reason"), HOSTILE_LINES, ids=[line[:30] for line, _ in HOSTILE_LINES])
def test_a_bad_line_is_reported_with_its_number_and_the_others_are_read(line: str, reason: str | None) -> None:
    good = json.dumps(ARTICLE)
    started = time.monotonic()
    found = read(read_json_lines, f"{good}\n{line}\n{good}\n")

    assert time.monotonic() - started < 1
    assert len(found) == 3
    assert isinstance(found[0], Draft)
    assert isinstance(found[2], Draft)
    assert [given[: len(reason or "")] for given in reasons(found)] == ([reason] if reason else [])


def test_a_line_over_the_limit_is_skipped_without_being_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """200 MB in one line, given as they are asked for; at most a few MB are held at once."""
    monkeypatch.setattr(records, "LONGEST_RECORD", 1_000_000)
    good = json.dumps(ARTICLE).encode() + b"\n"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    found = list(
        read_json_lines(io.BufferedReader(Repeated(good, b'{"text": "' + b"a" * 1_000_000, 200, good)), "pile/a")
    )

    assert titles([found[0], found[2]]) == ["Un titre"] * 2
    assert reasons(found) == ["ligne 2 : plus de 1 millions de caractères"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


class Repeated(io.RawIOBase):
    """A stream of *first*, *block* as often as *count* says with a line end, and *last*; never held whole."""

    def __init__(self, first: bytes, block: bytes, count: int, last: bytes) -> None:
        super().__init__()
        self._blocks = iter([first, *[block] * count, b"\n", last])
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        self._rest = self._rest or next(self._blocks, b"")
        taken = self._rest[: len(buffer)]
        self._rest = self._rest[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


def test_memory_is_flat_over_a_long_stream() -> None:
    line = json.dumps({**ARTICLE, "text": "Un texte. " * 300}).encode() + b"\n"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    found = read_json_lines(io.BufferedReader(Repeated(b"", line * 100, 300, b"")), "pile/a")

    assert sum(isinstance(draft, Draft) for draft in found) == 30_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000


def test_articles_are_read_by_the_ten_thousand() -> None:
    """0.7 s of processor time alone on a core; the bound leaves room for a busy one."""
    line = json.dumps({**ARTICLE, "text": "Un texte de défense. " * 150, "url": "https://un.example/a", "tags": ["a"]})
    content = stream(f"{line}\n" * 10_000)

    started = time.process_time()
    assert sum(isinstance(draft, Draft) for draft in read_json_lines(content, "a")) == 10_000
    assert time.process_time() - started < 2.5


@pytest.mark.parametrize(
    "content",
    [
        json.dumps([ARTICLE, ARTICLE]),
        json.dumps([ARTICLE, ARTICLE], indent=2),
        json.dumps({"status": "ok", "articles": [ARTICLE, ARTICLE], "total": 2}),
        json.dumps({"version": "https://jsonfeed.org/version/1", "items": [ARTICLE, ARTICLE]}),
        json.dumps({"response": {"status": "ok", "results": [ARTICLE, ARTICLE]}}),
        json.dumps({"@graph": [ARTICLE, ARTICLE]}),
        json.dumps({"data": [ARTICLE], "records": [ARTICLE]}),
        f"{json.dumps(ARTICLE)}\n{json.dumps(ARTICLE, indent=1)}",
        f"\ufeff [ {json.dumps(ARTICLE)} , {json.dumps(ARTICLE)} ] \n",
    ],
)
def test_json_is_an_object_or_an_array_bare_or_in_an_object(content: str) -> None:
    found = read(read_json, content)

    assert [draft.place for draft in found if isinstance(draft, Draft)] == ["élément 1", "élément 2"]
    assert titles(found) == ["Un titre"] * 2


def test_an_object_is_an_article_whatever_lists_it_has() -> None:
    found = read(read_json, json.dumps({**ARTICLE, "items": ["a"], "tags": ["b", "c"], "vues": 3}))

    assert [draft.tags for draft in found if isinstance(draft, Draft)] == [("b", "c")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "windows-1252"])
def test_json_of_any_encoding_is_read(encoding: str) -> None:
    assert titles(read(read_json, '[{"title": "L’été", "text": "Un."}]'.encode(encoding))) == ["L’été"]


def test_an_array_is_streamed() -> None:
    """60 MB of articles, of which a few MB are held at once."""
    element = json.dumps({**ARTICLE, "text": "Un texte. " * 300}).encode() + b","
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    found = read_json(io.BufferedReader(Repeated(b"[", element * 100, 200, json.dumps(ARTICLE).encode() + b"]")), "a")

    assert sum(isinstance(draft, Draft) for draft in found) == 20_001
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000


GOOD = json.dumps(ARTICLE)
HOSTILE_JSON = [
    ("", 0, []),
    ("[", 0, ["élément 1 : JSON invalide ; la suite n’est pas lue"]),
    (f"[{GOOD}, {GOOD}", 2, ["élément 3 : JSON invalide, « , » attendu ; la suite n’est pas lue"]),
    (f'[{GOOD}, {{"text": "a', 1, ["élément 2 : JSON invalide ; la suite n’est pas lue"]),
    (f"[{GOOD} {GOOD}]", 1, ["élément 2 : JSON invalide, « , » attendu ; la suite n’est pas lue"]),
    (f"[{GOOD}, pas du JSON, {GOOD}]", 1, ["élément 2 : JSON invalide ; la suite n’est pas lue"]),
    (f"[{GOOD}]]", 1, ["élément 2 : JSON invalide ; la suite n’est pas lue"]),
    (f'[{GOOD}, 1, "a", null, {GOOD}]', 2, [f"élément {n} : pas un objet JSON" for n in (2, 3, 4)]),
    (f'[{GOOD}, {{"text": "a", "text": "b"}}, {GOOD}]', 2, ["élément 2 : clé « text » en double"]),
    (f'[{{"text": NaN}}, {GOOD}]', 1, ["élément 1 : « NaN » n’est pas du JSON"]),
    ("[" * 100_000, 0, ["élément 1 : objets JSON trop imbriqués ; la suite n’est pas lue"]),
    ("[" * 100_000 + "]" * 100_000, 0, ["élément 1 : objets JSON trop imbriqués ; la suite n’est pas lue"]),
    ('{"response":' * 100_000, 0, ["élément 1 : objets JSON trop imbriqués ; la suite n’est pas lue"]),
    ('{"a":' * 100_000, 0, ["élément 1 : objets JSON trop imbriqués ; la suite n’est pas lue"]),
    ('{"articles": 3, "text"}', 0, ["élément 1 : JSON invalide, « : » attendu ; la suite n’est pas lue"]),
    (" " * 5_000_000 + f"[{GOOD}]", 1, []),
    ("[" + "1," * 2000 + "1]", 0, None),
]


@pytest.mark.parametrize(
    ("content", "count", "expected"), HOSTILE_JSON, ids=[content[:30] for content, _, _ in HOSTILE_JSON]
)
def test_bad_json_gives_what_could_be_read_and_the_reason(content: str, count: int, expected: list[str] | None) -> None:
    started = time.monotonic()
    found = read(read_json, content)

    assert time.monotonic() - started < 2
    assert len(titles(found)) == count
    if expected is not None:
        assert reasons(found) == expected


def test_an_element_over_the_limit_ends_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "LONGEST_RECORD", 1_000_000)
    content = Repeated(f'[{GOOD}, {{"text": "'.encode(), b"a" * 1_000_000, 100, b"]")

    found = list(read_json(io.BufferedReader(content), "pile/a"))

    assert titles(found) == ["Un titre"]
    assert reasons(found) == ["élément 2 : plus de 1 millions de caractères ; la suite n’est pas lue"]


@pytest.mark.parametrize(
    "content",
    [
        "titre;texte;date\nUn titre;Un texte.;2024\n",
        "titre,texte,date\r\nUn titre,Un texte.,2024\r\n",
        "Titre\tTexte\tDate\nUn titre\tUn texte.\t2024",
        '\ufeff"Titre","Texte","Date"\n"Un titre","Un texte.","2024"\n',
        "Date|Titre|Texte\n2024|Un titre|Un texte.\n\n",
    ],
)
def test_csv_of_any_dialect_is_read(content: str) -> None:
    (draft,) = read(read_csv, content)

    assert isinstance(draft, Draft)
    assert (draft.title, draft.text, draft.published, draft.place) == ("Un titre", "Un texte.", "2024", "ligne 2")


def test_a_cell_may_hold_quotes_delimiters_and_lines() -> None:
    found = read(read_csv, 'titre;texte\n"Un ; ""deux""";"Ligne un.\nLigne deux."\nTrois;Quatre.\n')

    assert [draft[:2] for draft in found if isinstance(draft, Draft)] == [
        ('Un ; "deux"', "Ligne un.\nLigne deux."),
        ("Trois", "Quatre."),
    ]
    assert [draft.place for draft in found if isinstance(draft, Draft)] == ["ligne 2", "ligne 4"]


def test_csv_of_an_old_encoding_is_read() -> None:
    assert titles(read(read_csv, "Intitulé;Résumé\nL’été;Œuvre.\n".encode("windows-1252"))) == ["L’été"]


HOSTILE_ROWS = [
    ("Un;Un\0 texte.", ["ligne 3 : octet nul"]),
    ("Un", ["ligne 3 : 1 cellule(s) pour 2 colonnes"]),
    ("Un;deux;trois", ["ligne 3 : 3 cellule(s) pour 2 colonnes"]),
    (";" * 100_000, ["ligne 3 : 100001 cellule(s) pour 2 colonnes"]),
    ('Un;"deux"trois', ["ligne 3 : guillemet mal fermé, jusqu’à la ligne 3"]),
    ("Un;", ["ligne 3 : aucun texte (champs vus : titre, texte)"]),
]


@pytest.mark.parametrize(("row", "expected"), HOSTILE_ROWS, ids=[row[:20] for row, _ in HOSTILE_ROWS])
def test_a_bad_row_is_reported_and_the_others_are_read(row: str, expected: list[str]) -> None:
    found = read(read_csv, f"titre;texte\nUn;Un texte.\n{row}\nTrois;Un texte.\n")

    assert titles(found) == ["Un", "Trois"]
    assert reasons(found) == expected


def test_a_quote_that_is_never_closed_costs_what_follows_and_says_so() -> None:
    found = read(read_csv, 'titre;texte\nUn;Un texte.\nDeux;"Un texte\n' + "Trois;Un texte.\n" * 100)

    assert titles(found) == ["Un"]
    assert reasons(found) == ["ligne 3 : guillemet mal fermé, jusqu’à la ligne 103"]


def test_a_quote_that_is_never_closed_ends_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "LONGEST_RECORD", 1000)

    found = read(read_csv, 'titre;texte\nDeux;"Un texte\n' + "Trois;Un texte.\n" * 200)

    assert reasons(found)[0].startswith("ligne 2 : guillemet mal fermé, jusqu’à la ligne 6")
    assert len(titles(found)) > 100


def test_a_table_of_other_columns_is_refused_as_a_whole() -> None:
    with pytest.raises(SourceError, match="aucune colonne"):
        read(read_csv, "nom;prénom\nRoy;Anne\n")


@pytest.mark.parametrize("reader", [read_json_lines, read_json, read_csv])
def test_damage_of_the_stream_is_reported_after_what_was_read(reader: Reader) -> None:
    class Damaged(Repeated):
        def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
            if not (count := super().readinto(buffer)):
                raise SourceError("pile/a", "archive tronquée")
            return count

    contents = {
        read_json_lines: f"{GOOD}\n{GOOD}\n",
        read_json: f"[{GOOD},{GOOD},",
        read_csv: "title,text\nUn titre,a\nUn titre,b\n",
    }
    raw = Damaged(contents[reader].encode() + b" " * 1_100_000, b"", 0, b"")

    found = list(reader(io.BufferedReader(raw), "pile/a"))

    assert titles(found)[:2] == ["Un titre"] * 2
    assert reasons(found)[-1] == "archive tronquée"


@pytest.mark.parametrize("reader", [read_json_lines, read_json, read_csv])
@given(content=st.binary(max_size=200) | st.text(alphabet='{}[]",:\\ua;\n\r\t "\'', max_size=80).map(str.encode))
def test_any_bytes_are_articles_or_reported(reader: Reader, content: bytes) -> None:
    try:
        found = read(reader, content)
    except SourceError as error:
        assert error.reason
        return

    assert all(draft.text for draft in found if isinstance(draft, Draft))
