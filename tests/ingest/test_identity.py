from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.ingest import identity
from indexer.ingest.identity import LONGEST_URL, document_id, normalise_source, normalise_url

FOLDER = Path(__file__).parent


def table(name: str) -> list[tuple[str, str]]:
    """The rows of a table of this folder: what is written, and what it becomes."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return [(written, expected) for written, expected in rows]


ADDRESSES = table("addresses.tsv")

hosts = st.sampled_from(
    "un.example www.un.example m.un.example amp.m.un.example fr.m.wikipedia.org défense.example UN.example. "
    "www-un-example.cdn.ampproject.org www.google.fr mobile.un.gouv.fr un.example:443".split()
)
paths = st.lists(
    st.sampled_from(["amp", "c", "s", "v", "une", "été", "%c3%a9", "%2e%2e", "..", ".", "", "un.example", "a.amp", "%"])
    | st.text(max_size=4),
    max_size=6,
).map("/".join)
queries = st.lists(
    st.sampled_from(["utm_source=a", "id=3", "amp;amp;b=1", "amp", "outputType=amp", "%75tm_x=1", "", "é=%e9"])
    | st.text(max_size=5),
    max_size=4,
).map("&".join)
addresses = st.builds(
    "{}://{}/{}?{}#{}".format, st.sampled_from(["http", "HTTPS"]), hosts, paths, queries, st.text(max_size=3)
)


def test_the_table_is_large_enough_and_says_nothing_twice() -> None:
    assert len(ADDRESSES) >= 100
    assert len({written for written, _ in ADDRESSES}) == len(ADDRESSES)


@pytest.mark.parametrize(("written", "expected"), ADDRESSES, ids=[written for written, _ in ADDRESSES])
def test_an_address_has_one_form(written: str, expected: str) -> None:
    assert normalise_url(written) == (expected or None)


@pytest.mark.parametrize(("written", "expected"), table("sources.tsv"))
def test_a_source_has_one_form(written: str, expected: str) -> None:
    assert normalise_source(written) == expected


def test_the_address_says_the_source_when_nothing_else_does() -> None:
    assert normalise_source(None, "https://m.un.example/a") == "un.example"
    assert normalise_source("  ", "https://www.un.example/a") == "un.example"
    assert normalise_source("javascript://x", "https://www.un.example/a") == "un.example"
    assert normalise_source(None, None) is None
    assert normalise_source(None, "https://[") is None


def test_one_article_under_many_addresses_has_one_id() -> None:
    forms = [
        "https://www.un.example/une",
        "https://m.un.example/une?utm_source=rss",
        "https://www.un.example/une/amp#suite",
        "https://www-un-example.cdn.ampproject.org/c/s/www.un.example/une/amp?amp_js_v=0.1",
    ]

    assert len({document_id(normalise_url(form), "Titre", "Texte.") for form in forms}) == 1


def test_an_address_that_is_too_long_is_none() -> None:
    assert normalise_url("https://un.example/" + "a" * LONGEST_URL) is None
    assert normalise_url("https://un.example/" + "é" * (LONGEST_URL // 4)) is None


def test_no_address_is_no_address() -> None:
    assert normalise_url(None) is None


@given(addresses | st.text(max_size=60))
def test_a_canonical_address_stays_as_it_is(written: str) -> None:
    canonical = normalise_url(written)

    if canonical is not None:
        assert normalise_url(canonical) == canonical
        assert canonical.isascii()
        assert canonical.startswith(("http://", "https://"))


@given(
    addresses
    | st.lists(
        st.sampled_from(["a", "b.html", "/", "/", "_", "-", ".", "amp", "~", "é", "?", ":80", "%41"]), max_size=8
    )
    .map("".join)
    .map("http://un.example{}".format)
)
def test_the_short_way_gives_what_the_steps_give(written: str) -> None:
    step, following = written.strip(), identity._normalise_once(written.strip())
    while following is not None and following != step:
        step, following = following, identity._normalise_once(following)

    assert normalise_url(written) == following


@given(st.text(max_size=40) | hosts | addresses, st.none() | addresses)
def test_a_source_stays_as_it_is(written: str, url: str | None) -> None:
    source = normalise_source(written, url)

    assert normalise_source(source) == source
