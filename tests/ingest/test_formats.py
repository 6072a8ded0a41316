import gzip
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.ingest.draft import FieldNames
from indexer.ingest.formats import Format, describe, find_delimiter, open_text, recognise

ARTICLE = "L’armée a reçu ses premiers canons.\n\nLe ministère le confirme : « 1 500 obus ».\n"
RSS = '<rss version="2.0"><channel><title>Un</title></channel></rss>'


def office(*names: str) -> bytes:
    """A zip whose members are called so."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "application/epub+zip" if name == "mimetype" else "<xml/>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (ARTICLE, Format.TEXT),
        ("", Format.TEXT),
        (" \n\t\n", Format.TEXT),
        ("é", Format.TEXT),
        ("[Ukraine] Un titre\n\nUn texte.", Format.TEXT),
        ("{note} Un titre\n\nUn texte.", Format.TEXT),
        ("Titre : Un\nDate : 2024\n\nUn texte.", Format.TEXT),
        ("Un texte, deux virgules, trois\nmots; et, la, suite.", Format.TEXT),
        ("BMW livre des blindés.\nUn texte.", Format.TEXT),
        ("<Sans titre>\nUn texte.", Format.TEXT),
        ("GIFLE à Moscou : un texte.", Format.TEXT),
        ("<!DOCTYPE html><html><body><p>Un</p>", Format.HTML),
        ("\n\n<HTML lang=fr>", Format.HTML),
        ("<!-- menu --><html>", Format.HTML),
        ('<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0" "x"><html xmlns="y">', Format.HTML),
        ('<div class="article"><p>Un texte.</p></div>', Format.HTML),
        ("<p>Un texte.</p><p>La suite.</p>", Format.HTML),
        ("Un titre<br><br>Un texte.<br><p>La suite.</p>", Format.HTML),
        (RSS, Format.FEED),
        (f'<?xml version="1.0"?>\n<!-- flux -->\n{RSS}', Format.FEED),
        (f'<!DOCTYPE rss [<!ENTITY a "b">]>{RSS}', Format.FEED),
        ('<feed xmlns="http://www.w3.org/2005/Atom"/>', Format.FEED),
        ('<atom:feed xmlns:atom="http://www.w3.org/2005/Atom"/>', Format.FEED),
        ('<?xml version="1.0"?><rdf:RDF xmlns:rdf="x">', Format.FEED),
        ('{"title": "Un", "text": "Un texte."}', Format.JSON),
        ('{\n  "title": "Un",\n  "text": "Un texte."\n}', Format.JSON),
        ('[{"title": "Un"}]', Format.JSON),
        ('[\n{"title": "Un"},\n{"title": "Deux"}\n]', Format.JSON),
        ("[]", Format.JSON),
        ("{}", Format.JSON),
        ('{"title": "Un"}\n{"title": "Deux"}\n', Format.JSON_LINES),
        ('{"title": "Un"}\r\n\r\n{"title": "Deux"}\r\n', Format.JSON_LINES),
        ('{"title": cassé}\n{"title": "Deux"}\n{"title": "Trois"}\n', Format.JSON_LINES),
        ("titre;texte\nUn;Un texte.\n", Format.CSV),
        ("id,title,text\n1,Un,Un texte.\n", Format.CSV),
        ("Date\tTitre\tContenu\n2024\tUn\tUn texte.\n", Format.CSV),
        ('"titre","date_publication","texte"\n"a","b","c"\n', Format.CSV),
        ("titre;texte\n", Format.TEXT),
        ("nom,prénom\nRoy,Anne\n", Format.TEXT),
        ("WARC/1.0\r\nWARC-Type: warcinfo\r\n", Format.WARC),
        ("WARC/1.1\r\n", Format.WARC),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_texts_are_recognised_by_what_they_say(head: str, expected: Format, encoding: str) -> None:
    if expected is Format.WARC:
        encoding = "ascii"

    assert recognise(head.encode(encoding)) is expected


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "document PDF"),
        (b"{\\rtf1\\ansi\\deff0", "document RTF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "document Office ancien (Word, Excel ou PowerPoint)"),
        (office("[Content_Types].xml", "_rels/.rels", "word/document.xml"), "document Word"),
        (office("[Content_Types].xml", "xl/workbook.xml"), "classeur Excel"),
        (office("[Content_Types].xml", "ppt/presentation.xml"), "présentation PowerPoint"),
        (office("mimetype", "META-INF/container.xml"), "livre EPUB"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "image PNG"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "image JPEG"),
        (b"GIF89a" + bytes(20), "image GIF"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image WebP"),
        (b"BM\x36\x00\x00\x00\x00\x00", "image BMP"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(20), "vidéo MP4"),
        (b"\x00\x00\x00\x18ftypavif" + bytes(20), "image AVIF"),
        (b"ID3\x03\x00\x00\x00", "son MP3"),
        (b"OggS\x00\x02" + bytes(20), "son ou vidéo Ogg"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "archive 7z"),
        (b"Rar!\x1a\x07\x01\x00", "archive RAR"),
        (b"\xfd7zXZ\x00\x00\x04", "archive xz"),
        (b"\x28\xb5\x2f\xfd\x04\x00", "archive Zstandard"),
        (b"une.html" + bytes(249) + b"ustar\x0000", "archive tar"),
        (b"SQLite format 3\x00" + bytes(20), "base SQLite"),
        (b"\x7fELF\x02\x01\x01" + bytes(20), "programme"),
        (b"MZ\x90\x00\x03\x00\x00", "programme Windows"),
        (b"wOF2\x00\x01\x00\x00", "police de caractères"),
        (bytes(range(256)) * 8, "contenu binaire"),
        (b"<?xml version='1.0'?><urlset xmlns='x'><url/></urlset>", "fichier XML"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><path/></svg>', "fichier XML"),
        (b"<opml version='2.0'><body/></opml>", "fichier XML"),
        (
            b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=x\r\n\r\n--x",
            "page enregistrée au format MHTML",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_named(head: bytes, name: str) -> None:
    assert recognise(head) is Format.UNKNOWN
    assert describe(head) == name


def test_archives_are_recognised() -> None:
    assert recognise(gzip.compress(b"a")) is Format.GZIP
    assert recognise(office("une.html")) is Format.ZIP
    assert recognise(office()) is Format.ZIP


def test_a_head_may_be_cut_anywhere() -> None:
    """The first bytes of a long file end in the middle of a character or of a tag."""
    page = f"<html><body><p>{ARTICLE * 100}</p>".encode()
    wide = f"<html><body><p>{ARTICLE * 100}</p>".encode("utf-16")

    assert {recognise(page[:length]) for length in range(4000, 4050)} == {Format.HTML}
    assert {recognise(wide[:length]) for length in range(4000, 4050)} == {Format.HTML}


def test_an_old_encoding_changes_nothing() -> None:
    assert recognise(f"Publié le;Titre;Texte\n{ARTICLE}".encode("windows-1252")) is Format.CSV


def test_columns_of_other_names_are_found_when_they_are_given() -> None:
    head = b"corps_du_texte;manchette\nUn texte.;Un\n"

    assert recognise(head) is Format.TEXT
    assert recognise(head, FieldNames(title=("manchette",), text=("Corps du texte",))) is Format.CSV


@pytest.mark.parametrize(
    ("line", "delimiter"),
    [
        ("title,text", ","),
        ("title;text", ";"),
        ("title\ttext", "\t"),
        ("title|text", "|"),
        ("title;text, or not", None),
        ("date,url", None),
        ("texte", None),
    ],
)
def test_the_delimiter_is_the_one_that_gives_known_names(line: str, delimiter: str | None) -> None:
    assert find_delimiter(line) == delimiter


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1252"])
def test_a_stream_is_read_in_its_encoding(encoding: str) -> None:
    text = f'{{"a": "{ARTICLE}"'

    with open_text(io.BufferedReader(io.BytesIO(text.encode(encoding, "replace")))) as characters:
        found = characters.read()
    assert found == text.encode(encoding, "replace").decode(encoding)


def test_one_old_line_among_others_is_read_too() -> None:
    mixed = "été\n".encode() + "été\n".encode("windows-1252") + b"\xed\xa0\x80\x81\n"

    with open_text(io.BufferedReader(io.BytesIO(mixed))) as characters:
        assert characters.read() == "été\nété\ní\xa0€\n"


@given(st.binary(max_size=300))
def test_any_bytes_have_a_format(head: bytes) -> None:
    assert recognise(head) in Format
    assert describe(head)
