import gzip
import io
import os
import resource
import stat
import struct
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import SourceError
from indexer.ingest.archives import Limits, open_items
from indexer.ingest.draft import Draft, Item
from indexer.ingest.records import read_json_lines

PAGE = b"<html><body><p>Un article.</p></body></html>"
MB = 1_000_000


@pytest.fixture(autouse=True)
def _bounded() -> Iterator[None]:
    """No archive takes long, grows the memory much, or leaves a file."""
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert time.monotonic() - started < 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 * 1024


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def gzipped_blanks(megabytes: int) -> bytes:
    """That many MB of spaces, made without holding them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return b"".join([*(packer.compress(b" " * MB) for _ in range(megabytes)), packer.flush()])


def record(
    url: str, body: bytes = PAGE, kind: str = "response", length: int | str | None = None, http: str = ""
) -> bytes:
    """One record of a WARC: an HTTP answer with the given headers, of the given announced length."""
    status, _, headers = http.partition("|") if "|" in http else ("200 OK", "", http)
    payload = f"HTTP/1.1 {status}\r\n{headers or 'Content-Type: text/html'}\r\n\r\n".encode() + body
    announced = len(payload) if length is None else length
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nContent-Length: {announced}\r\n\r\n"
    return head.encode() + payload + b"\r\n\r\n"


def opened(content: bytes, folder: Path, limits: Limits | None = None) -> list[tuple[str, bytes | str]]:
    """Every item of a file with these bytes: its path below the file, and its content or the reason why it has none."""
    (folder / "f").write_bytes(content)
    found: list[tuple[str, bytes | str]] = []
    for item in open_items(folder / "f", "f", limits or Limits()):
        if isinstance(item, SourceError):
            found.append((item.path, plain(item)))
            continue
        try:
            found.append((item.path, item.read()))
        except SourceError as error:
            found.append((error.path, plain(error)))
    assert [path.name for path in folder.iterdir()] == ["f"]
    return found


def plain(error: SourceError) -> str:
    return error.reason.replace("\u00a0", " ").replace("\u202f", " ")


def addresses(content: bytes, folder: Path) -> list[str | None]:
    (folder / "f").write_bytes(content)
    return [item.url for item in open_items(folder / "f", "f") if isinstance(item, Item)]


def test_a_plain_file_is_one_item_of_its_own_name(tmp_path: Path) -> None:
    assert opened(PAGE, tmp_path) == [("f", PAGE)]
    assert opened(b"", tmp_path) == [("f", b"")]
    assert opened(b"%PDF-1.7\n\x00", tmp_path) == [("f", b"%PDF-1.7\n\x00")]


def test_the_head_of_an_item_stays_to_be_read(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(gzip.compress(PAGE))

    item = next(_opening := open_items(tmp_path / "f", "f"))

    assert isinstance(item, Item)
    assert item.head == item.head == PAGE
    assert item.read() == PAGE


def test_gzip_is_seen_through_whatever_its_members(tmp_path: Path) -> None:
    for content in (
        gzip.compress(PAGE),
        gzip.compress(PAGE[:10]) + gzip.compress(PAGE[10:]),
        gzip.compress(PAGE) + bytes(512),
    ):
        assert opened(content, tmp_path) == [("f", PAGE)]


def test_members_of_a_zip_come_as_stored(tmp_path: Path) -> None:
    content = zipped(("b.html", PAGE), ("2024/", b""), ("2024/été.txt", "Été.".encode()), ("a.txt", b"A."))

    assert opened(content, tmp_path) == [("f!/b.html", PAGE), ("f!/2024/été.txt", "Été.".encode()), ("f!/a.txt", b"A.")]
    assert opened(b"junk before" + content + b"junk after", tmp_path)[0][0] == "f"


def test_a_zip_that_is_stored_or_empty_is_read(tmp_path: Path) -> None:
    assert opened(zipped(("a.txt", b"A."), method=zipfile.ZIP_STORED), tmp_path) == [("f!/a.txt", b"A.")]
    assert opened(zipped(), tmp_path) == []


def test_archives_may_be_nested_to_a_depth(tmp_path: Path) -> None:
    inner = zipped(("a.txt", b"A."), ("p.html.gz", gzip.compress(PAGE)))
    outer = zipped(
        ("i.zip", inner), ("p.html.gz", gzip.compress(PAGE)), ("w.warc.gz", gzip.compress(record("http://un.example/")))
    )

    assert opened(outer, tmp_path) == [
        ("f!/i.zip!/a.txt", b"A."),
        ("f!/i.zip!/p.html.gz", "archives emboîtées sur plus de 2 niveaux"),
        ("f!/p.html.gz", PAGE),
        ("f!/w.warc.gz!/http://un.example/", PAGE),
    ]
    assert opened(outer, tmp_path, Limits(deepest_nesting=3))[1] == ("f!/i.zip!/p.html.gz", PAGE)


def test_json_lines_in_gzip_are_streamed(tmp_path: Path) -> None:
    """100 MB of articles in 0.5 MB: only what is being read is held."""
    line = b'{"title": "Un titre", "text": "' + os.urandom(500).hex().encode() + b'"}\n'
    (tmp_path / "f").write_bytes(b"".join(gzip.compress(line * 1000, 1) for _ in range(100)))

    item = next(_opening := open_items(tmp_path / "f", "f", Limits(largest_ratio=1000)))

    assert isinstance(item, Item)
    assert sum(isinstance(draft, Draft) for draft in read_json_lines(item.stream, item.path)) == 100_000


def test_pages_of_a_warc_have_their_address(tmp_path: Path) -> None:
    warc = (
        record("http://un.example/", kind="warcinfo")
        + record("http://un.example/a", kind="request")
        + record("http://un.example/a")
        + record("https://un.example/b", b"<p>\xc3\xa9</p>", http="content-type: TEXT/HTML; charset=utf-8")
        + record("http://un.example/c", kind="revisit")
        + record("http://un.example/d", kind="metadata")
        + record("http://un.example/e.png", b"\x89PNG", http="Content-Type: image/png")
        + record("http://un.example/f", http="301 Moved|Content-Type: text/html")
        + record("http://un.example/g", http="404 Not Found|Content-Type: text/html")
        + record("dns:un.example")
        + record("<http://un.example/h>", http="Content-Type: application/xhtml+xml")
    )
    pages = [("http://un.example/a", PAGE), ("https://un.example/b", b"<p>\xc3\xa9</p>"), ("http://un.example/h", PAGE)]

    assert opened(warc, tmp_path) == [(f"f!/{url}", page) for url, page in pages]
    assert addresses(warc, tmp_path) == [url for url, _ in pages]
    assert addresses(gzip.compress(warc), tmp_path) == [url for url, _ in pages]
    assert addresses(b"".join(map(gzip.compress, (record(pages[0][0]), record(pages[1][0])))), tmp_path) == [
        pages[0][0],
        pages[1][0],
    ]
    assert addresses(warc.replace(b"WARC/1.0", b"WARC/1.1"), tmp_path) == [url for url, _ in pages]


CHUNKS = b"10;x=y\r\n" + PAGE[:16] + b"\r\n" + f"{len(PAGE) - 16:x}\r\n".encode() + PAGE[16:] + b"\r\n0\r\n\r\n"
DEFLATED = zlib.compress(PAGE)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (PAGE, "Content-Length: 3"),
        (CHUNKS, "Transfer-Encoding: chunked"),
        (PAGE, "Transfer-Encoding: chunked"),
        (gzip.compress(PAGE), "Content-Encoding: gzip"),
        (PAGE, "Content-Encoding: gzip"),
        (DEFLATED, "Content-Encoding: deflate"),
        (DEFLATED[2:-4], "Content-Encoding: deflate"),
        (
            f"{len(gzip.compress(PAGE)):X}\r\n".encode() + gzip.compress(PAGE) + b"\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\nContent-Encoding: gzip",
        ),
    ],
    ids=["plain", "chunked", "was chunked", "gzip", "was gzip", "deflate", "raw deflate", "chunked gzip"],
)
def test_the_body_of_an_answer_is_unpacked(body: bytes, headers: str, tmp_path: Path) -> None:
    warc = record("http://un.example/", body, http=f"Content-Type: text/html\r\n{headers}")

    assert opened(warc, tmp_path) == [("f!/http://un.example/", PAGE)]


A, B = record("http://un.example/a"), record("http://un.example/b")
PAGE_A, PAGE_B = ("f!/http://un.example/a", PAGE), ("f!/http://un.example/b", PAGE)


@pytest.mark.parametrize(
    ("warc", "expected"),
    [
        (record("http://un.example/x", length=40) + A, [("f", "enregistrement 1 : longueur annoncée fausse"), PAGE_A]),
        (
            record("http://un.example/x", length=100) + A + B,
            [("f", "enregistrement 1 : longueur annoncée fausse"), PAGE_B],
        ),
        (
            A + record("http://un.example/x", length=10**14) + B,
            [PAGE_A, ("f", "enregistrement 2 : archive tronquée")],
        ),
        (
            A + record("http://un.example/x", kind="request", length=10**14),
            [PAGE_A, ("f", "enregistrement 2 : archive tronquée")],
        ),
        (
            record("http://un.example/x", length=10**30) + A,
            [("f", "enregistrement 1 : longueur absente ou illisible"), PAGE_A],
        ),
        (
            record("http://un.example/x", length=-5) + A,
            [("f", "enregistrement 1 : longueur absente ou illisible"), PAGE_A],
        ),
        (
            record("http://un.example/x", length="٣") + A,
            [("f", "enregistrement 1 : longueur absente ou illisible"), PAGE_A],
        ),
        (A + b"n'importe quoi\r\n" * 3 + B, [("f", "enregistrement 1 : longueur annoncée fausse"), PAGE_B]),
        (A + B[:-20], [PAGE_A, ("f", "enregistrement 2 : archive tronquée")]),
        (A + B[:30], [PAGE_A, ("f", "enregistrement 2 : longueur absente ou illisible")]),
        (b"WARC/1.0\r\n" + b"X: y\r\n" * 1000 + b"\r\n" + A, [("f", "enregistrement 1 : en-tête trop long"), PAGE_A]),
        (b"WARC/1.0\r\nX: " + b"y" * 20_000_000 + A, [("f", "enregistrement 1 : en-tête trop long"), PAGE_A]),
        (A + b"\r\n" * 1_000_000 + B, [("f", "enregistrement 1 : longueur annoncée fausse"), PAGE_B]),
        (
            record("http://un.example/x", http="X: " + "y" * 100_000) + A,
            [("f!/http://un.example/x", "archive endommagée"), PAGE_A],
        ),
        (
            record("http://un.example/x", http="X: y\r\n" * 1000) + A,
            [("f!/http://un.example/x", "archive endommagée"), PAGE_A],
        ),
        (
            record("http://un.example/x", http="Content-Type: text/html\r\nContent-Encoding: br") + A,
            [("f!/http://un.example/x", "encodage HTTP « br » non pris en charge"), PAGE_A],
        ),
        (
            record(
                "http://un.example/x",
                gzip.compress(PAGE)[:20],
                http="Content-Type: text/html\r\nContent-Encoding: gzip",
            )
            + A,
            [("f!/http://un.example/x", "archive tronquée"), PAGE_A],
        ),
        (
            record(
                "http://un.example/x",
                gzip.compress(PAGE)[:10] + b"\xff" * 30,
                http="Content-Type: text/html\r\nContent-Encoding: gzip",
            )
            + A,
            [("f!/http://un.example/x", "archive endommagée"), PAGE_A],
        ),
        (
            record("http://un.example/x", gzipped_blanks(100), http="Content-Type: text/html\r\nContent-Encoding: gzip")
            + A,
            [("f!/http://un.example/x", "se décompresse à plus de 100 fois sa taille : archive piégée"), PAGE_A],
        ),
        (
            record(
                "http://un.example/x",
                b"ffffffff\r\n" * 10,
                http="Content-Type: text/html\r\nTransfer-Encoding: chunked",
            )
            + A,
            [("f!/http://un.example/x", b"ffffffff\r\n" * 9), PAGE_A],
        ),
        (
            record(
                "http://un.example/x", b"-5\r\nabc\r\n", http="Content-Type: text/html\r\nTransfer-Encoding: chunked"
            )
            + A,
            [("f!/http://un.example/x", b"-5\r\nabc\r\n"), PAGE_A],
        ),
    ],
    ids=(
        "too-short too-long huge huge-ignored overflow negative arabic garbage cut cut-header many-headers long-header blanks "
        "http-line http-headers brotli cut-body damaged-body bomb-body huge-chunk negative-chunk"
    ).split(),
)
def test_a_damaged_warc_gives_what_could_be_read(
    warc: bytes, expected: list[tuple[str, bytes | str]], tmp_path: Path
) -> None:
    assert opened(warc, tmp_path) == expected


def test_a_page_over_the_limit_is_passed_over(tmp_path: Path) -> None:
    warc = record("http://un.example/x", b"<p>" + b"a" * 2 * MB) + A

    assert opened(warc, tmp_path, Limits(largest_member=MB)) == [
        ("f!/http://un.example/x", "page de plus de 1 Mo"),
        PAGE_A,
    ]


def test_records_that_are_none_are_reported_up_to_the_limit(tmp_path: Path) -> None:
    found = opened(b"WARC/1.0" * 10_000, tmp_path, Limits(most_members=50))

    assert len(found) <= 51


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (gzip.compress(os.urandom(5000).hex().encode())[:-100], "archive tronquée"),
        (gzip.compress(PAGE)[:-4], "archive tronquée"),
        (gzip.compress(PAGE)[:5], "archive tronquée"),
        (gzip.compress(PAGE)[:-8] + b"\0" * 8, "archive endommagée"),
        (gzip.compress(PAGE)[:10] + b"\xff" * 40, "archive endommagée"),
        (b"\x1f\x8b\x07" + bytes(20), "archive endommagée"),
        (gzip.compress(PAGE) + b"suite", "archive endommagée"),
        (gzipped_blanks(300), "se décompresse à plus de 100 fois sa taille : archive piégée"),
        (gzip.compress(gzipped_blanks(300)), "se décompresse à plus de 100 fois sa taille : archive piégée"),
        (gzip.compress(gzip.compress(gzip.compress(PAGE))), "archives emboîtées sur plus de 2 niveaux"),
    ],
    ids="cut cut-checksum cut-header checksum stream method trailing bomb nested-bomb nested".split(),
)
def test_bad_gzip_is_reported(content: bytes, reason: str, tmp_path: Path) -> None:
    assert opened(content, tmp_path) == [("f", reason)]


def test_lines_before_the_damage_are_read(tmp_path: Path) -> None:
    lines = b"".join(b'{"title": "%d", "text": "%s"}\n' % (n, os.urandom(100).hex().encode()) for n in range(5000))
    (tmp_path / "f").write_bytes(gzip.compress(lines)[:-20_000])

    item = next(_opening := open_items(tmp_path / "f", "f"))
    assert isinstance(item, Item)
    found = list(read_json_lines(item.stream, item.path))

    assert sum(isinstance(draft, Draft) for draft in found) > 4000
    assert [plain(error) for error in found if isinstance(error, SourceError)] == ["archive tronquée"]


def symlink(name: str, mode: int = stat.S_IFLNK) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name)
    member.external_attr = (mode | 0o777) << 16
    return member


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        ("../a.txt", "nom qui sort de l’archive"),
        ("b/../../a.txt", "nom qui sort de l’archive"),
        ("..\\a.txt", "nom qui sort de l’archive"),
        ("/etc/passwd", "nom qui sort de l’archive"),
        ("C:\\a.txt", "nom qui sort de l’archive"),
        ("\\\\serveur\\a.txt", "nom qui sort de l’archive"),
        (symlink("lien"), "lien symbolique, non suivi"),
        (symlink("tube", stat.S_IFIFO), "ni fichier ni dossier ordinaire"),
        (symlink("disque", stat.S_IFBLK), "ni fichier ni dossier ordinaire"),
        (symlink("prise", stat.S_IFSOCK), "ni fichier ni dossier ordinaire"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.filename,
)
def test_members_that_are_traps_are_reported_and_the_others_read(
    member: str | zipfile.ZipInfo, reason: str, tmp_path: Path
) -> None:
    name = member if isinstance(member, str) else member.filename

    assert opened(zipped((member, b"x"), ("a.txt", b"A.")), tmp_path) == [(f"f!/{name}", reason), ("f!/a.txt", b"A.")]


def edited(content: bytes, *, local: dict[int, bytes] | None = None, central: dict[int, bytes] | None = None) -> bytes:
    """A zip with bytes of the two headers of x.txt replaced, at the given offsets."""
    data = bytearray(content)
    for start, changes in ((data.index(b"x.txt") - 30, local), (data.rindex(b"x.txt") - 46, central)):
        for at, new in (changes or {}).items():
            data[start + at : start + at + len(new)] = new
    return bytes(data)


TWO = zipped(("a.txt", b"A."), ("x.txt", b"Un texte assez long. " * 20))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (edited(TWO, local={6: b"\x01"}, central={8: b"\x01"}), "entrée chiffrée : mot de passe nécessaire"),
        (edited(TWO, local={8: b"\x09"}, central={10: b"\x09"}), "méthode de compression non prise en charge"),
        (edited(TWO, local={8: b"\x0c"}, central={10: b"\x0c"}), "méthode de compression non prise en charge"),
        (edited(TWO, local={8: b"\x0e"}, central={10: b"\x0e"}), "méthode de compression non prise en charge"),
        (edited(TWO, central={24: struct.pack("<I", 5)}), "archive endommagée"),
        (edited(TWO, central={16: b"\0\0\0\0"}), "archive endommagée"),
        (edited(TWO, local={0: b"PKxx"}), "archive endommagée"),
        (edited(TWO, local={30: b"y.txt"}), "archive endommagée"),
        (edited(TWO, local={36: b"\xff" * 10}), "archive endommagée"),
    ],
    ids="encrypted deflate64 bzip2 lzma short-size checksum header other-name stream".split(),
)
def test_a_damaged_member_is_reported_and_the_others_read(content: bytes, reason: str, tmp_path: Path) -> None:
    assert opened(content, tmp_path) == [("f!/a.txt", b"A."), ("f!/x.txt", reason)]


def overlapping() -> bytes:
    """Two names for the packed bytes of one member."""
    content = zipped(("x.txt", b"a" * 1000), ("y.txt", b"b" * 1000))
    second = content.rindex(b"PK\x01\x02")
    return content[: second + 42] + struct.pack("<I", 0) + content[second + 46 :]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (overlapping(), "entrées qui se chevauchent : archive piégée"),
        (TWO[:-30], "archive endommagée"),
        (TWO[:50], "archive endommagée"),
        (b"PK\x03\x04" + bytes(100), "archive endommagée"),
        (b"PK\x05\x06" + b"\xff" * 18, "archive endommagée"),
        (edited(TWO, central={0: b"PKxx"}), "archive endommagée"),
        (edited(TWO, central={9: b"\x08", 46: b"\xff\xfe"}), "archive endommagée"),
    ],
    ids="overlap cut cut-early zeros directory central name-encoding".split(),
)
def test_a_zip_that_cannot_be_read_is_reported(content: bytes, reason: str, tmp_path: Path) -> None:
    ((path, given),) = opened(content, tmp_path)

    assert path == "f"
    assert isinstance(given, str)
    assert given.startswith(reason)


def test_a_bomb_in_a_zip_does_not_hide_the_other_members(tmp_path: Path) -> None:
    content = zipped(
        ("x.txt", b" " * 50 * MB),
        ("a.txt", b"A."),
        ("y.txt", b"<p>" + b"y" * 50 * MB),
        ("b.bin", os.urandom(MB)),
        ("c.txt", b"C."),
    )
    bomb = "se décompresse à plus de 100 fois sa taille : archive piégée"

    found = opened(content, tmp_path)

    assert [content for path, content in found if path != "f!/b.bin"] == [bomb, b"A.", bomb, b"C."]


def test_a_zip_of_zips_of_zips_stops_at_the_depth(tmp_path: Path) -> None:
    content = PAGE
    for _ in range(6):
        content = zipped(*[(f"{n}.zip", content) for n in range(4)])

    found = opened(content, tmp_path)

    assert len(found) == 16
    assert {reason for _, reason in found} == {"archives emboîtées sur plus de 2 niveaux"}


def test_a_nested_archive_over_the_limit_is_reported(tmp_path: Path) -> None:
    inner = zipped(("a.txt", os.urandom(2 * MB)), method=zipfile.ZIP_STORED)

    assert opened(zipped(("i.zip", inner), ("b.txt", b"B.")), tmp_path, Limits(largest_member=MB)) == [
        ("f!/i.zip", "plus de 1 Mo pour un seul document"),
        ("f!/b.txt", b"B."),
    ]


def test_a_document_over_the_limit_is_reported(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"a" * 2 * MB)
    item = next(_opening := open_items(tmp_path / "f", "f"))
    assert isinstance(item, Item)

    with pytest.raises(SourceError, match="plus de 1,5"):
        item.read(1_500_000)


def test_the_whole_may_not_expand_beyond_the_limit(tmp_path: Path) -> None:
    members = [(f"{n}.txt", os.urandom(MB // 2).hex().encode()) for n in range(6)]

    found = opened(zipped(*members), tmp_path, Limits(largest_total=3 * MB))

    assert [type(content) for _, content in found] == [bytes] * 3 + [str] * 2
    assert found[-1] == ("f", "plus de 3 Mo une fois décompressé : le reste n’est pas lu")


def test_many_small_bombs_do_not_add_up(tmp_path: Path) -> None:
    """500 members of 0.9 MB, each too small to be stopped for its ratio, in a file of 0.5 MB."""
    blanks = b" " * 900_000

    found = opened(zipped(*[(f"{n}.txt", blanks) for n in range(500)]), tmp_path)

    assert len(found) < 100
    assert str(found[-1][1]).endswith("Mo une fois décompressé : le reste n’est pas lu")


def test_many_tiny_members_are_read_and_more_than_the_limit_are_refused(tmp_path: Path) -> None:
    content = zipped(*[(f"{n}.txt", b"A.") for n in range(20_001)], method=zipfile.ZIP_STORED)

    assert len(opened(content, tmp_path)) == 20_001
    assert opened(content, tmp_path, Limits(most_members=20_000)) == [("f", "plus de 20 000 entrées : archive non lue")]


def test_members_are_counted_over_all_levels(tmp_path: Path) -> None:
    inner = zipped(*[(f"{n}.txt", b"A.") for n in range(8)])

    found = opened(zipped(("i.zip", inner), ("j.zip", inner)), tmp_path, Limits(most_members=12))

    assert [content for _, content in found] == [b"A."] * 8 + [b"A."] * 2 + [
        "plus de 12 entrées : le reste n’est pas lu"
    ]


def test_a_file_that_cannot_be_opened_is_reported(tmp_path: Path) -> None:
    (error,) = open_items(tmp_path / "absent", "absent")

    assert isinstance(error, SourceError)
    assert "illisible" in error.reason


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_damage_is_survived(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Bytes of a good archive replaced or cut anywhere: items or reasons, never another exception."""
    folder = tmp_path_factory.mktemp("f")
    good = data.draw(st.sampled_from([TWO, gzip.compress(A + B), A + B, zipped(("i.zip", TWO), ("w", A))]))
    damaged = bytearray(good)
    for at, byte in data.draw(st.lists(st.tuples(st.integers(0, len(good) - 1), st.integers(0, 255)), max_size=4)):
        damaged[at] = byte

    found = opened(bytes(damaged[: data.draw(st.integers(0, len(good)))]), folder)

    assert all(content or path for path, content in found)
