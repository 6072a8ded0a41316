"""JSON, JSON lines and CSV: values too deep, too long, in two ways at once, cut short."""

import codecs
import json
from collections.abc import Iterator

from tests.zoo.animal import Animal, story

MB = 1_000_000
INVALID = "JSON invalide"
LONG = "millions de caractères"
DEEP = "trop imbriqués"


def line(name: str, more: str = "") -> str:
    """A record on a line of its own; *more* is JSON that follows its text."""
    text = json.dumps(story(name), ensure_ascii=False)
    return f'{{"titre": "Fiche {name}", "texte": {text}{more}}}\n'


def table(*rows: str, header: str = "titre,texte,date") -> bytes:
    """A CSV file."""
    return "\r\n".join([header, *rows, ""]).encode()


def row(name: str) -> str:
    """A row of it."""
    return f'Ligne {name},"{story(name)}",2024-03-05'


def animals() -> Iterator[Animal]:
    """All of them."""
    yield from _json()
    yield from _json_lines()
    yield from _csv()


def _json() -> Iterator[Animal]:
    one = line("objet").strip()
    yield Animal("json/profond.json", b'[{"texte": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]", DEEP)
    yield Animal("json/profond-sans-fin.json", b'{"a":' * 200_000, DEEP)
    yield Animal("json/listes-profondes.json", b"[" * MB, DEEP)
    yield Animal("json/enveloppes.json", b'{"response":' * 100_000, "profond|imbriqué")
    number, exponent = line("nombre", f', "n": {"9" * MB}'), line("exposant", ', "date": 1e999999999')
    yield Animal("json/nombre-geant.json", f"[{number}]".encode(), "", 1)
    yield Animal("json/exposant-geant.json", f"[{exponent}]".encode(), "", 1)
    yield Animal("json/cle-geante.json", f'{{"{"k" * MB}": 1}}'.encode(), "aucun texte")
    yield Animal("json/texte-geant.json", f'[{{"texte": "{"mot " * 1_500_000}"}}]'.encode(), LONG)
    yield Animal("json/texte-sans-fin.json", f'[{one}, {{"texte": "{"mot " * 1000}'.encode(), INVALID, 1)
    yield Animal("json/coupe.json", f"[{one}, {one[:40]}".replace("objet", "coupé").encode(), INVALID, 1)
    yield Animal("json/cent-mille-vides.json", b"[" + b"{}," * 5000 + b"{}]", "aucun texte|autres rejets")
    yield Animal("json/rien-que-des-nombres.json", b'["a", 1, 2, null, true]', "pas un objet JSON")
    yield Animal("json/deux-valeurs.json", f"{one}\n]".replace("objet", "deux").encode(), INVALID, 1)
    yield Animal("json/commentaires.json", b'{"texte": /* non */ "a"}', INVALID)
    yield Animal("json/blancs.json", b"[" + b" " * 5 * MB + b"{}]", "aucun texte|texte vide")


def _json_lines() -> Iterator[Animal]:
    good = [line(f"bonne {number}") for number in range(40)]
    for number, (name, bad, reason) in enumerate(
        (
            ("cle-en-double", line("d", ', "titre": "Autre"'), "en double"),
            ("nan", line("n", ', "score": NaN'), "n’est pas du JSON"),
            ("infini", line("i", ', "score": -Infinity'), "n’est pas du JSON"),
            ("demi-caractere", line("demi", ', "source": "\\ud83d"'), "moitié de caractère"),
            ("profonde", line("p", ', "a": ' + "[" * 50_000 + "]" * 50_000), DEEP),
            ("coupee", line("c")[:-10] + "\n", INVALID),
            ("guillemets-simples", "{'titre': 'a', 'texte': 'b'}\n", INVALID),
            ("octet-nul", line("nul", ', "a": "\0"'), INVALID),
            ("tabulation-nue", line("tab", ', "a": "\x01"'), INVALID),
            ("echappement-faux", line("faux", ', "a": "\\x41"'), INVALID),
            ("ligne-geante", line("g", f', "a": "{"x" * 6 * MB}"'), LONG),
            ("pas-un-objet", "[1, 2, 3]\n", "pas un objet"),
            ("sans-texte", '{"titre": "Seul"}\n', "aucun texte"),
            ("nombre-geant", line("nombre", ', "n": -0' + "1" * 100_000), INVALID),
            ("objets-colles", line("o").strip() * 2 + "\n", INVALID),
        )
    ):
        content = "".join([good[2 * number], bad, good[2 * number + 1]])
        yield Animal(f"lignes/{name}.jsonl", content.encode(), reason, 2)
    yield Animal(
        "lignes/une-seule-geante.jsonl", (line("a") * 2).encode()[:-2] + b"x" * 30 * MB, f"{LONG}|{INVALID}", 1
    )
    blank = line("auteur", f', "auteur": "a{" " * 100_000}b"') + line("l’autre auteur")
    yield Animal("lignes/auteur-en-blancs.jsonl", blank.encode(), "", 2)
    yield Animal("lignes/cent-mille-cles.jsonl", _many_keys().encode(), "", 2)
    yield Animal(
        "lignes/utf-16-coupe.jsonl", codecs.BOM_UTF16_LE + (good[34] + good[35]).encode("utf-16-le")[:-5], INVALID, 1
    )
    latin = (good[36] + good[37]).encode("windows-1252", "replace")
    yield Animal("lignes/windows-1252.jsonl", latin, "", 2)
    yield Animal(
        "lignes/surrogats-en-utf-8.jsonl", (good[38] + good[39]).encode().replace(b"Fiche", b"\xed\xa0\xbd"), "", 2
    )
    yield Animal("lignes/retours-chariot.jsonl", (good[32] + "\r\n" * 100_000 + good[33]).encode(), "", 2)


def _many_keys() -> str:
    keys = ", ".join(f'"cle{number}": {number}' for number in range(100_000))
    return line("clés", f", {keys}") + line("peu de clés")


def _csv() -> Iterator[Animal]:
    many = ",".join(f"c{number}" for number in range(1_000_000))
    yield Animal(
        "tables/million-de-colonnes.csv",
        f"titre,texte,{many}\na,b{',' * 1_000_000}\n".encode(),
        "aucun texte|trop court|colonnes",
    )
    yield Animal("tables/cellules-en-trop.csv", table(row("bonne a"), row("x") + ",1" * 100_000), "cellule", 1)
    yield Animal("tables/cellules-en-moins.csv", table(row("bonne b"), "seule"), "cellule", 1)
    unclosed = table(row("bonne c"), 'a,"ouvert,2024', *map(row, "xyz"))  # one line of x looks like a row
    yield Animal("tables/guillemet-ouvert.csv", unclosed, "guillemet|cellule", 4)
    yield Animal(
        "tables/guillemet-sans-fin.csv", table(row("bonne d"), 'a,"' + "mot " * 2_000_000), "guillemet|cellule", 1
    )
    yield Animal("tables/octet-nul.csv", table(*(row(f"bonne e {n}") for n in range(9)), "a,b\0c,2024"), "octet nul", 9)
    yield Animal("tables/guillemets.csv", table(row("bonne f"), '"' * 100_001), "guillemet|cellule", 1)
    yield Animal("tables/lignes-vides.csv", table(row("bonne g"), *[""] * 200_000), "", 1)
    yield Animal("tables/formules.csv", table(row("bonne h"), f'=CMD()|A0,"{story("formule")}",2024'), "", 2)
    yield Animal("tables/en-tete-seul.csv", table(), "aucun article|trop court|aucune")
