"""Texts: traps for regular expressions, floods of marks, impossible dates, encodings that lie, programs in disguise."""

import codecs
from collections.abc import Iterator

from tests.zoo.animal import Animal, article, story

BINARY = "contenu binaire"
LONGEST_MARK = 3
EMPTY = "texte vide ou trop court"


def animals() -> Iterator[Animal]:
    """All of them."""
    yield from _traps()
    yield from _floods()
    yield from _dates()
    yield from _encodings()
    yield from _disguises()


def _traps() -> Iterator[Animal]:
    for number, (trap, articles) in enumerate(
        {
            "1": 1,
            "(": 1,
            ")": 1,
            " ": 1,
            "\n": 1,
            "\t \n": 1,
            "a": 1,
            "1 ": 1,
            "1,": 1,
            "a.": 1,
            "a@": 1,
            "Fin.Début": 1,
            "M. X ": 1,
            "l’": 1,
            "F-16-": 1,
            "-": 1,
            "«": 1,
            "« » ": 1,
            "&": 1,
            "&amp;": 1,
            "&amp;#38;": 1,
            "Ã©": 1,
            "Ã\x83": 1,
            "www.a.": 1,
            "http://": 1,
            "3 mars 2024 ": 1,
            "2024-03-05T": 1,
            "99/99/9999 ": 1,
            "10 000 ": 1,
            "(Source : a": 1,
            "<<": 1,
            "<a ": 1,
            "<!--": 1,
            "É": 1,
            "Publié le ": 1,
            "Lire aussi : ": 1,
            "Partager\n": 1,
            "Leopard 2 A": 1,
            "|": 1,
            "…": 1,
        }.items()
    ):
        content = f"{article(f'piège {number}').decode()}\n\n{trap * _times(trap)}\n".encode()
        yield Animal(f"pieges/{number:02}.txt", content, "", articles)
    for number, trap in enumerate(("1", "(", " ", "\n", "3 mars 2024 ", "date 2024 ")):
        content = (trap * _times(trap)).encode() + b"\n" + article(f"sous le piège {number}")
        yield Animal(f"pieges/dessus-{number}.txt", content, "", 1)
    yield Animal("pieges/rien-que-des-blancs.txt", b" \n\t" * 500_000, EMPTY)
    yield Animal("pieges/rien-que-des-points.txt", b". " * 500_000, EMPTY)
    yield Animal("pieges/un-seul-mot.txt", b"a" * 5_000_000, EMPTY)
    yield Animal("pieges/trop-long.txt", b"un mot de plus " * 1_800_000, "Mo pour un seul document")


def _times(trap: str) -> int:
    """Enough for what takes quadratic time to take minutes."""
    return 100_000 if len(trap) <= LONGEST_MARK else 30_000


def _floods() -> Iterator[Animal]:
    for name, flood in {
        "largeur-nulle": "\u200b",
        "de-droite-a-gauche": "\u202e",
        "isolats": "\u2066",
        "accents-combinants": "e\u0301",
        "zalgo": "\u0300\u0301\u0302",
        "traits-d-union-invisibles": "\xad",
        "espaces-insecables": "\u202f",
        "emojis": "👩\u200d👩\u200d👧",
        "jamos": "\u1112\u1161\u11ab",
        "ligatures": "ﷺ",
        "etiquettes": "\U000e0041",
        "usage-prive": "\ue000",
        "hors-plan": "\U0010fffe",
        "lignes-unicode": "\u2028",
        "turc": "İ",
    }.items():
        yield Animal(f"flots/{name}.txt", article(name) + f"\nFin {flood * 100_000}.\n".encode(), "", 1)


def _dates() -> Iterator[Animal]:
    for number, date in enumerate(
        (
            "99/99/9999",
            "31 février 2024",
            "3 mars 99999999999999",
            "Publié le 0 janvier 0000",
            "12 juillet 52 avant J.-C.",
            "-0044-03-15",
            "9999-12-31T23:59:60+99:99",
            "il y a 99999999999999 jours",
            "Publié le ٣ مارس ٢٠٢٤",
            "demain, à 25 h 61",
        )
    ):
        title, _, below = article(f"daté {number}").decode().partition("\n")
        yield Animal(f"dates/{number}.txt", f"{title}\n{date}\n{below}".encode(), "", 1)


def _encodings() -> Iterator[Animal]:
    text = article("encodé").decode()

    def named(name: str) -> str:
        return article(name).decode()

    yield Animal("codes/utf-8-coupe.txt", named("coupé").encode() + b"\xc3", "", 1)
    yield Animal("codes/utf-8-trop-long.txt", named("trop long").encode() + b"\xc0\xaf\xe0\x80\xaf", "", 1)
    yield Animal("codes/utf-8-abime.txt", named("abîmé").encode().replace(b"\xc3\xa9", b"\xe9", 1), "", 1)
    yield Animal("codes/utf-16-coupe.txt", codecs.BOM_UTF16_LE + text.encode("utf-16-le")[:-1], "octet|binaire")
    yield Animal(
        "codes/utf-16-demi-caractere.txt", codecs.BOM_UTF16_LE + text.encode("utf-16-le") + b"\x3d\xd8", "octet|binaire"
    )
    yield Animal("codes/utf-32-faux.txt", codecs.BOM_UTF32_LE + b"\xff" * 400, "octet|binaire")
    yield Animal("codes/deux-marques.txt", codecs.BOM_UTF8 * 3 + named("marqué").encode(), "", 1)
    yield Animal("codes/windows-1252.txt", named("fenêtre").encode("windows-1252"), "", 1)
    yield Animal("codes/octets-nuls.txt", named("nul").encode() + bytes(5000), BINARY)
    yield Animal("codes/hasard.txt", bytes((7 * n * n + n // 3) % 256 for n in range(100_000)), BINARY)
    yield Animal("codes/octets-hauts.txt", b"\xff\xfd" * 50_000, f"{BINARY}|{EMPTY}|octet")
    yield Animal("codes/echappements.txt", named("terminal").encode() + b"\x1b[2J\x1b]0;titre\x07" * 10, BINARY)


def _disguises() -> Iterator[Animal]:
    body = bytes(range(256)) * 40
    for name, head, reason in (
        ("image.txt", b"\x89PNG\r\n\x1a\n", "image PNG"),
        ("photo.html", b"\xff\xd8\xff\xe0", "image JPEG"),
        ("document.txt", b"%PDF-1.7\n", "document PDF"),
        ("programme.json", b"\x7fELF\x02\x01\x01", "programme"),
        ("programme.csv", b"MZ\x90\0\3\0", "programme Windows"),
        ("base.jsonl", b"SQLite format 3\0", "base SQLite"),
        ("archive.xml", b"7z\xbc\xaf\x27\x1c", "archive 7z"),
        ("tassee.txt", b"BZh91AY&SY", "archive bzip2"),
        ("serree.gz", b"\xfd7zXZ\0", "archive xz"),
        ("rar.zip", b"Rar!\x1a\x07\1\0", "archive RAR"),
        ("bureau.txt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "document Office ancien"),
        ("police.html", b"wOF2", "police"),
        ("pickle.json", b"\x80\x04\x95", BINARY),
    ):
        yield Animal(f"deguises/{name}", head + body, reason)
    yield Animal("deguises/bmw.txt", b"BMW et MZ, " + story("moto").encode(), "", 1)
    yield Animal("deguises/vide.txt", b"", EMPTY)
    yield Animal("deguises/vide.zip", b"", EMPTY)
    yield Animal("deguises/une-lettre.json", b"{", f"{EMPTY}|JSON")
    yield Animal(
        "deguises/mhtml.html",
        b"From: a\r\nSubject: b\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x",
        "MHTML",
    )
