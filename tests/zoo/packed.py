"""Archives: bombs, lies about lengths, names that lead out, members that overlap, what was cut short."""

import gzip
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator

from tests.zoo.animal import Animal, article, page

MB = 1_000_000
BOMB = "archive piégée"
CUT = "archive tronquée"
TOO_MUCH = "une fois décompressé"
BINARY = "contenu binaire"
DAMAGED = "archive endommagée"
FALSE_LENGTH = "longueur annoncée fausse"


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def gzipped(megabytes: int, filling: bytes = b"\0", begin: bytes = b"") -> bytes:
    """That many MB of one character, made without holding them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    filled = (packer.compress(filling * MB) for _ in range(megabytes))
    return b"".join([packer.compress(begin), *filled, packer.flush()])


def record(name: str, *, length: int | str | None = None, headers: str = "", answer: bytes | None = None) -> bytes:
    """One page in a WARC."""
    payload = answer if answer is not None else b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page(name)
    announced = len(payload) if length is None else length
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://{name}.example/\r\n{headers}"
    return f"{head}Content-Length: {announced}\r\n\r\n".encode() + payload + b"\r\n\r\n"


def animals() -> Iterator[Animal]:
    """All of them."""
    yield from _gzip()
    yield from _zip()
    yield from _zip_members()
    yield from _zip_entries()
    yield from _warc()


def _gzip() -> Iterator[Animal]:
    whole = gzip.compress(article("gzip entier"))
    lines = b"".join(
        b'{"titre": "Fiche %d", "texte": "%s"}\n' % (i, article(f"g{i}")[:90].replace(b"\n", b" ")) for i in range(3)
    )
    yield Animal("gzip/bombe.gz", gzipped(300, b"a"), BOMB)
    yield Animal("gzip/bombe-de-zeros.gz", gzipped(300), BINARY)
    yield Animal("gzip/bombe-de-blancs.txt", gzipped(60, b" "), BOMB)
    yield Animal("gzip/bombe-de-lignes.jsonl.gz", gzipped(60, b"\n"), BOMB)
    yield Animal("gzip/bombe-de-mots.txt.gz", gzipped(60, b"mot "), BOMB)
    yield Animal("gzip/bombe-apres-des-articles.gz", gzipped(30, b" ", lines), BOMB, 3)
    yield Animal("gzip/bombe-dans-une-bombe.gz", gzip.compress(gzipped(300, b" ")), BOMB)
    yield Animal("gzip/trois-niveaux.gz", gzip.compress(gzip.compress(whole)), "emboîtées")
    yield Animal("gzip/trente-niveaux.gz", _nested(30), "emboîtées")
    yield Animal("gzip/tronque.gz", whole[:-12], CUT)
    yield Animal("gzip/tete-seule.gz", whole[:10], CUT)
    yield Animal("gzip/tete-coupee.gz", whole[:4], CUT)
    yield Animal("gzip/somme-fausse.gz", whole[:-8] + b"\1\2\3\4" + whole[-4:], DAMAGED)
    yield Animal("gzip/longueur-fausse.gz", whole[:-4] + b"\xff\xff\xff\xff", DAMAGED)
    yield Animal("gzip/milieu-abime.gz", whole[:40] + bytes(20) + whole[60:], DAMAGED)
    yield Animal("gzip/queue-etrangere.gz", whole + b"des octets qui ne sont pas du gzip", DAMAGED)
    yield Animal("gzip/methode-inconnue.gz", b"\x1f\x8b\x07" + whole[3:], DAMAGED)
    yield Animal("gzip/nom-sans-fin.gz", b"\x1f\x8b\x08\x08" + bytes(6) + b"n" * MB, CUT)
    yield Animal("gzip/rien-dedans.gz", gzip.compress(b""), "texte vide ou trop court")
    yield Animal("gzip/une-image.txt.gz", gzip.compress(b"\x89PNG\r\n\x1a\n" + bytes(500)), "image PNG")


def _nested(levels: int) -> bytes:
    content = article("poupées russes")
    for _ in range(levels):
        content = gzip.compress(content)
    return content


def _zip() -> Iterator[Animal]:
    whole = zipped(("un.txt", article("zip un")), ("deux.txt", article("zip deux")))
    yield Animal("zip/tronque.zip", whole[:-30], DAMAGED)
    yield Animal("zip/debut-seul.zip", whole[:60], DAMAGED)
    yield Animal("zip/table-ailleurs.zip", whole[:-6] + struct.pack("<IH", 2**31, 0), DAMAGED)
    yield Animal("zip/table-immense.zip", whole[:-10] + struct.pack("<IIH", 2**31, 0, 0), DAMAGED)
    yield Animal("zip/fin-seule.zip", b"PK\x05\x06" + b"\xff" * 18, DAMAGED)
    yield Animal("zip/chevauchement.zip", _overlapping(), "chevauchent")
    yield Animal("zip/memes-octets.zip", _shared_block(), "chevauchent")
    yield Animal("zip/trop-de-noms.zip", _crowded(100_001), "plus de 100 000 entrées")
    yield Animal("zip/trois-niveaux.txt", zipped(("a.zip", zipped(("b.zip", whole)))), "emboîtées")
    yield Animal("zip/zip-dans-gzip-dans-zip.zip", zipped(("a.gz", gzip.compress(whole))), "emboîtées")
    yield Animal("zip/bombe-emboitee.zip", zipped(("a.zip", zipped(("b", b" " * (40 * MB))))), f"{BOMB}|{TOO_MUCH}")
    yield Animal("zip/bombe-et-article.zip", zipped(("0", b"a" * (60 * MB)), ("un.txt", article("survivant"))), BOMB, 1)
    yield Animal("zip/mille-bombes.zip", zipped(*((f"{i}", b" " * (2 * MB)) for i in range(40))), f"{BOMB}|{TOO_MUCH}")
    yield Animal(
        "zip/mille-petites-bombes.zip", zipped(*((f"{i}", b" " * 900_000) for i in range(60))), f"trop court|{TOO_MUCH}"
    )


def _overlapping() -> bytes:
    """The table names the first member twice."""
    content = bytearray(zipped(("un.txt", article("a")), ("deux.txt", article("b"))))
    second = content.rindex(b"PK\x01\x02")
    content[second + 42 : second + 46] = bytes(4)
    return bytes(content)


def _shared_block() -> bytes:
    """A hundred members, one block: each is said to stand where the first one does."""
    content = bytearray(zipped(*((f"{i:03}", b" " * 5000) for i in range(100))))
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 42 : at + 46] = bytes(4)
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


def _crowded(count: int) -> bytes:
    """A table of so many names of nothing."""
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 0, 0, 0, 0, 0, 0, 1, 0) + b"n"
    name = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"n"
    table = name * count
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count % 65536, count % 65536, len(table), len(local), 0)
    return local + table + end


def _zip_members() -> Iterator[Animal]:
    for number, (name, reason) in enumerate(
        {
            "../../evade.txt": "sort de l’archive",
            "/etc/evade.txt": "sort de l’archive",
            "C:\\evade.txt": "sort de l’archive",
            "a\\..\\..\\evade.txt": "sort de l’archive",
            "dossier/../../evade.txt": "sort de l’archive",
            "clo\x07che.txt": "caractères de contrôle",
            "efface\x1b[2J.txt": "caractères de contrôle",
            "deux\nlignes.txt": "caractères de contrôle",
            "envers\u202etxt.exe": "caractères de contrôle",
        }.items()
    ):
        members = (name, article(f"évadé {number}")), ("bon.txt", article(f"resté {number}"))
        yield Animal(f"zip/nom-{number}.zip", zipped(*members), reason, 1)
    for number, mode in enumerate((stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR)):
        odd = zipfile.ZipInfo("odd")
        odd.external_attr = (mode | 0o777) << 16
        reason = "lien symbolique" if mode == stat.S_IFLNK else "ni fichier ni dossier"
        yield Animal(
            f"zip/genre-{number}.zip", zipped((odd, b"/etc/passwd"), ("bon.txt", article(f"genre {number}"))), reason, 1
        )


def _zip_entries() -> Iterator[Animal]:
    def altered(name: str, at: int, value: bytes, *, local: int | None = None) -> bytes:
        """The second member's line in the table, and its local header, changed."""
        content = bytearray(zipped(("bon.txt", article(f"bon, {name}")), ("mauvais.txt", article(f"mauvais, {name}"))))
        line = content.rindex(b"PK\x01\x02")
        content[line + at : line + at + len(value)] = value
        if local is not None:
            start = content.rindex(b"PK\x03\x04")
            content[start + local : start + local + len(value)] = value
        return bytes(content)

    for method, name in ((zipfile.ZIP_BZIP2, "bzip2"), (zipfile.ZIP_LZMA, "lzma")):
        content = zipped(("un.txt", article(name)), method=method)
        yield Animal(f"zip/{name}.zip", content, "méthode de compression")
    yield Animal("zip/chiffre.zip", altered("chiffre", 8, b"\1\0", local=6), "chiffrée", 1)
    yield Animal("zip/methode-99.zip", altered("methode", 10, b"\x63\0", local=8), "méthode de compression", 1)
    yield Animal("zip/somme-fausse.zip", altered("somme", 16, b"\1\2\3\4", local=14), DAMAGED, 1)
    yield Animal("zip/trop-court.zip", altered("court", 20, struct.pack("<I", 20)), f"{DAMAGED}|{CUT}", 1)
    yield Animal("zip/noms-differents.zip", altered("noms", 46, b"MAUVAIS"), DAMAGED, 1)


def _warc() -> Iterator[Animal]:
    one, two = record("un"), record("deux")
    bomb = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n" + gzipped(150)
    odd = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: compress\r\n\r\nrien"
    cut = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(page("z"))[:80]
    )
    many = b"".join(b"X-%d: 1\r\n" % number for number in range(200)).decode()
    yield Animal("warc/tronque.warc", record("un1") + two[: len(two) // 2], CUT, 1)
    yield Animal("warc/trop-long.warc", record("un2", length=10**9) + two, "page de plus de|tronquée")
    yield Animal("warc/trop-court.warc", record("un3", length=600) + record("deux3"), FALSE_LENGTH, 1)
    yield Animal("warc/longueur-negative.warc", record("un4", length=-5) + record("deux4"), "longueur absente", 1)
    yield Animal("warc/longueur-nulle-part.warc", record("un5", length="") + record("deux5"), "longueur absente", 1)
    yield Animal(
        "warc/longueur-astronomique.warc", record("un6", length="9" * 400) + record("deux6"), "longueur absente", 1
    )
    yield Animal(
        "warc/longueur-en-chiffres-arabes.warc", record("un7", length="٣") + record("deux7"), "longueur absente", 1
    )
    yield Animal(
        "warc/en-tete-sans-fin.warc", b"WARC/1.0\r\n" + b"X" * (10 * MB) + record("deux8"), "en-tête trop long", 1
    )
    yield Animal("warc/deux-cents-en-tetes.warc", record("un9", headers=many) + record("deux9"), "en-tête trop long", 1)
    yield Animal("warc/bombe.warc", record("un10", answer=bomb) + record("deux10"), BOMB, 1)
    yield Animal("warc/encodage-inconnu.warc", record("un11", answer=odd) + record("deux11"), "encodage HTTP", 1)
    yield Animal("warc/page-coupee.warc", record("un12", answer=cut) + record("deux12"), CUT, 1)
    yield Animal("warc/rien-que-la-version.warc", b"WARC/1.0\r\n", "longueur absente")
    yield Animal("warc/mille-faux.warc", b"WARC/1.0\r\n\r\n" * 1000, "longueur absente|autres rejets")
    yield Animal(
        "warc/ordures-au-milieu.warc", record("un13") + b"\0\xff" * 5000 + one.replace(b"un", b"nu"), FALSE_LENGTH, 1
    )
    yield Animal("warc/coupe.warc.gz", gzip.compress(record("un14") + record("deux14"))[:-60], CUT, 1)
