import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.ingest.decode import decode

TEXT = "L’armée d’Ukraine : « 1 500 obus » – œuvre, été, coûte 10 €…\n" * 3


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode("utf-8"),
        codecs.BOM_UTF8 + TEXT.encode("utf-8"),
        TEXT.encode("windows-1252"),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
    ],
    ids=["utf-8", "utf-8 mark", "windows-1252", "utf-16-le mark", "utf-16-be mark", "utf-16-le", "utf-16-be"],
)
def test_every_encoding_of_french_pages_is_read(content: bytes) -> None:
    assert decode(content) == TEXT


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(256)) * 20,
        b"\x89PNG\r\n\x1a\n" + b"\x00\x01\x02" * 100,
        b"PK\x03\x04" + b"\x00" * 60,
        b"%PDF-1.7\n" + bytes(range(1, 32)) * 40,
    ],
    ids=["every byte", "png", "zip", "pdf"],
)
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="binaire"):
        decode(content)


def test_an_encoding_that_is_announced_must_hold() -> None:
    with pytest.raises(ValueError, match="UTF-16-LE annoncé"):
        decode(codecs.BOM_UTF16_LE + b"\x00\xd8")


@given(
    st.text(alphabet=st.characters(codec="windows-1252", exclude_categories=["Cc"]), min_size=1).map(
        lambda text: text + "\n"
    )
)
def test_utf8_is_always_read_as_written(text: str) -> None:
    assert decode(text.encode("utf-8")) == text


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_refused(content: bytes) -> None:
    try:
        assert isinstance(decode(content), str)
    except ValueError as error:
        assert str(error)
