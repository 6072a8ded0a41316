import re
import resource
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import SourceError
from indexer.ingest import feeds
from indexer.ingest.draft import Draft
from indexer.ingest.feeds import read_feed
from indexer.ingest.records import looks_like_html

CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'


def read(content: str | bytes) -> list[Draft | SourceError]:
    return list(read_feed(content if isinstance(content, bytes) else content.encode(), "pile/flux"))


def drafts(content: str | bytes) -> list[Draft]:
    return [draft for draft in read(content) if isinstance(draft, Draft)]


def reasons(content: str | bytes) -> list[str]:
    return [
        error.reason.replace("\u00a0", " ").replace("\u202f", " ")
        for error in read(content)
        if isinstance(error, SourceError)
    ]


def rss(*items: str, channel: str = "<title>Un</title><link>https://un.example/</link>") -> str:
    entries = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {CONTENT} {DC}><channel>{channel}{entries}</channel></rss>'


def atom(*entries: str, head: str = "<title>Un</title>", attributes: str = "") -> str:
    body = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}>{head}{body}</feed>'


def one(content: str | bytes) -> Draft:
    (draft,) = read(content)
    assert isinstance(draft, Draft), draft
    return draft


def test_an_entry_of_rss_gives_all_fields_of_a_draft() -> None:
    item = (
        "<title>Un titre</title><link>https://un.example/a</link><guid isPermaLink='false'>12</guid>"
        "<pubDate>Tue, 05 Mar 2024 18:25:00 +0100</pubDate><dc:creator>Anne Roy</dc:creator>"
        "<category>Défense</category><category>Inde</category><description>Court.</description>"
        "<content:encoded><![CDATA[<p>Un <b>texte</b>.</p>]]></content:encoded>"
    )
    draft = one(rss(item, channel="<title>Un journal</title><language>fr-FR</language>"))

    assert draft == Draft(
        title="Un titre",
        text="<p>Un <b>texte</b>.</p>",
        url="https://un.example/a",
        source="Un journal",
        authors=("Anne Roy",),
        tags=("Défense", "Inde"),
        published="Tue, 05 Mar 2024 18:25:00 +0100",
        language="fr-FR",
        place="entrée 1",
    )
    assert looks_like_html(draft.text)


def test_an_entry_of_atom_gives_all_fields_of_a_draft() -> None:
    entry = (
        '<title type="html">L&amp;#8217;armée &lt;b&gt;agit&lt;/b&gt;</title><id>urn:1</id>'
        '<link rel="self" href="https://un.example/flux"/><link rel="alternate" href="a.html"/>'
        "<published>2024-03-05T18:25:00+01:00</published><updated>2024-03-06T00:00:00Z</updated>"
        "<author><name>Anne Roy</name><email>a@un.example</email></author><author><name>Jean Petit</name></author>"
        '<category term="def" label="Défense"/><category term="inde"/><summary>Court.</summary>'
        '<content type="html">&lt;p&gt;2 &amp;lt; 3&lt;/p&gt;</content>'
    )
    draft = one(atom(entry, attributes='xml:base="https://un.example/x/" xml:lang="fr"'))

    assert draft == Draft(
        title="L’armée agit",
        text="<p>2 &lt; 3</p>",
        url="https://un.example/x/a.html",
        source="Un",
        authors=("Anne Roy", "Jean Petit"),
        tags=("Défense", "inde"),
        published="2024-03-05T18:25:00+01:00",
        modified="2024-03-06T00:00:00Z",
        language="fr",
        place="entrée 1",
    )


def test_rss_1_has_its_entries_beside_the_channel() -> None:
    draft = one(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f'{DC}><channel rdf:about="x"><title>Un</title><link>https://un.example/</link></channel>'
        '<item rdf:about="https://un.example/a"><title>A</title><description>T.</description>'
        "<dc:date>2024-03-05</dc:date><dc:subject>Inde</dc:subject><dc:language>en</dc:language></item></rdf:RDF>"
    )

    assert draft[:7] == ("A", "T.", "https://un.example/a", "Un", (), ("Inde",), "2024-03-05")
    assert draft.language == "en"


def test_old_feeds_are_read() -> None:
    netscape = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>Un</title></channel><item><title>A</title><link>https://un.example/a</link></item></rdf:RDF>'
    atom_03 = '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Un</title><entry><title>A</title><link href="https://un.example/a"/><issued>2004-03-05</issued><modified>2004-03-06</modified><content>T.</content></entry></feed>'
    rss_091 = '<rss version="0.91"><channel><title>Un</title><item><title>A</title><link>https://un.example/a</link><description>T.</description></item></channel></rss>'

    assert [one(feed)[:4:2] for feed in (netscape, atom_03, rss_091)] == [("A", "https://un.example/a")] * 3
    assert (one(atom_03).published, one(atom_03).modified) == ("2004-03-05", "2004-03-06")


@pytest.mark.parametrize(
    "date",
    [
        "Tue, 05 Mar 2024 18:25:00 CET",
        "mar., 05 mars 2024 18:25:00 +0100",
        "05/03/2024 18h25",
        "jeudi 7 mars 2024",
        "2024-03-05T18:25:00+01:00:00",
        "hier",
    ],
)
def test_dates_stay_as_written(date: str) -> None:
    assert one(rss(f"<title>A</title><pubDate> {date}\n</pubDate>")).published == date


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("<description>Un &lt;b&gt;texte&lt;/b&gt;.</description>", "Un <b>texte</b>."),
        ("<description><![CDATA[Un & deux]]></description>", "Un & deux"),
        ("<description>Un <b>texte</b> &amp; plus.</description>", "Un <b>texte</b> &amp; plus."),
        ("<description>Court.</description><content:encoded></content:encoded>", "Court."),
        ("<content:encoded>Long.</content:encoded><description>Court.</description>", "Long."),
        ("<media:description xmlns:media='http://search.yahoo.com/mrss/'>Image.</media:description>", ""),
        ("<description>Un&nbsp;texte&eacute;&rsquo;s</description>", "Un\u00a0texteé’s"),
        ("<description>Dupont & fils, R&D ; a&b=c</description>", "Dupont & fils, R&D ; a&b=c"),
        ("<description>x < y, 3 <4</description>", "x < y, 3 <4"),
        ("<description>Un\x0b texte.</description>", "Un texte."),
        ("<description><![CDATA[<p>&nbsp;<![CDATA[x]]></description>", "<p>&nbsp;<![CDATA[x"),
    ],
)
def test_the_fullest_text_is_taken_as_it_is(item: str, text: str) -> None:
    assert one(rss(f"<title>A</title>{item}")).text == text


def test_xhtml_is_handed_on() -> None:
    entry = '<title>A</title><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Un <b>texte</b>.</p></div></content>'

    assert "<p>Un <b>texte</b>.</p>" in one(atom(entry)).text


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<link>/a?x=1</link>", "https://un.example/a?x=1"),
        ("<link>a</link>", "https://un.example/a"),
        ("<link>//deux.example/a</link>", "https://deux.example/a"),
        ("<link> https://un.example/a&amp;b </link>", "https://un.example/a&b"),
        ("<link><![CDATA[https://un.example/a?x=1&y=2]]></link>", "https://un.example/a?x=1&y=2"),
        ("<link>https://un.example/a?x=1&y=2</link>", "https://un.example/a?x=1&y=2"),
        ("<guid>https://un.example/a</guid>", "https://un.example/a"),
        ("<guid isPermaLink='false'>https://un.example/a</guid>", None),
        (
            "<link>https://f.example/1</link><feedburner:origLink xmlns:feedburner='http://rssnamespace.org/feedburner/ext/1.0'>https://un.example/a</feedburner:origLink>",
            "https://un.example/a",
        ),
        (
            "<link/><atom:link xmlns:atom='http://www.w3.org/2005/Atom' href='https://un.example/a'/>",
            "https://un.example/a",
        ),
        ("<link>javascript:alert(1)</link>", None),
        ("<link> JavaScript:alert(1)</link>", None),
        ("<link>data:text/html,x</link>", None),
        ("<link>file:///etc/passwd</link>", None),
        ("<link>https://</link>", None),
        ("<link>http://[</link>", "http://["),
        ("<link>//[</link>", None),
        ("", None),
    ],
)
def test_links_are_web_addresses_made_absolute(item: str, url: str | None) -> None:
    assert one(rss(f"<title>A</title>{item}")).url == url


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("<author>anne@un.example (Anne Roy)</author>", "Anne Roy"),
        ("<author>Anne Roy</author>", "Anne Roy"),
        ("<dc:creator><![CDATA[Anne Roy]]></dc:creator>", "Anne Roy"),
        ("<dc:creator>Anne&#160;Roy</dc:creator>", "Anne Roy"),
    ],
)
def test_authors_are_named_without_their_address(author: str, name: str) -> None:
    assert one(rss(f"<title>A</title>{author}")).authors == (name,)


def test_an_entry_may_name_the_paper_that_it_comes_from() -> None:
    assert one(rss("<title>A</title><source url='https://deux.example'>Deux</source>")).source == "Deux"
    assert one(atom("<title>A</title><source><title>Deux</title><id>x</id></source>")).source == "Deux"


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "windows-1252", "utf-16"])
@pytest.mark.parametrize("written", ["utf-8", "windows-1252", "utf-16"])
def test_the_encoding_is_what_is_written_whatever_is_declared(declared: str, written: str) -> None:
    feed = rss("<title>L’été à Kiev</title>").replace("UTF-8", declared)

    assert one(feed.encode(written)).title == "L’été à Kiev"


def test_an_entry_that_says_nothing_is_reported() -> None:
    feed = rss("<title>A</title>", "<link>https://un.example/</link>", "<title> </title>", "<title>B</title>")

    assert [draft.title for draft in drafts(feed)] == ["A", "B"]
    assert reasons(feed) == ["entrée 2 : ni titre ni texte", "entrée 3 : ni titre ni texte"]


@pytest.mark.parametrize(
    ("feed", "titles"),
    [
        (rss("<title>A</title>", "<title>B</title>")[:-25], ["A", "B"]),
        (rss("<title>A</title><description>T.</description>", "<title>B</title>")[:-35], ["A"]),
        (rss("<title>A</title><description>x <b>y</description>", "<title>B</title>"), ["A", "B"]),
        (rss("<title>A</title><description>x</b></description>", "<title>B</title>"), ["A", "B"]),
        (rss("<title>A</title><media:title>x</media:title>", "<title>B</title>"), ["A", "B"]),
        (rss("<title>A</title><link a=b>x</link>", "<title>B</title>"), ["A", "B"]),
        (rss("<title>A</title>") + "<p>page d’erreur</p>", ["A"]),
    ],
    ids=[
        "cut",
        "cut in an entry",
        "open tag",
        "stray end tag",
        "unknown prefix",
        "attribute",
        "after the end",
    ],
)
def test_half_broken_feeds_give_what_can_be_read_and_say_that_they_are_broken(feed: str, titles: list[str]) -> None:
    assert set(titles) <= {draft.title for draft in drafts(feed)}
    assert [reason.partition(",")[0] for reason in reasons(feed)][-1] == "XML mal formé"


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
REFUSED = {
    "doctype": '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://un.example/rss.dtd">',
    "billion laughs": f'<!DOCTYPE rss [<!ENTITY l0 "lol">{LAUGHS}]>',
    "quadratic": f'<!DOCTYPE rss [<!ENTITY l9 "{"a" * 100_000}">]>',
    "external file": '<!DOCTYPE rss [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
    "external address": '<!DOCTYPE rss [<!ENTITY l9 SYSTEM "http://un.example/x">]>',
    "parameter entity": '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://un.example/x"> %p;]>',
    "behind a comment": "<!-- <rss> --><!DOCTYPE rss [<!ENTITY l9 'x'>]>",
    "behind an instruction": '<?xml-stylesheet href="<rss>"?>\n<!DOCTYPE rss>',
    "lower case": "<!doctype rss>",
    "entity alone": '<!ENTITY l9 "x">',
}


@pytest.mark.parametrize("declaration", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_declared_document_type_is_refused_unparsed(declaration: str, encoding: str) -> None:
    feed = f'<?xml version="1.0"?>\n{declaration}<rss version="2.0"><channel><item><title>&l9;</title></item></channel></rss>'
    started = time.monotonic()

    with pytest.raises(SourceError, match="DOCTYPE") as caught:
        read(feed.encode(encoding))

    assert time.monotonic() - started < 0.5
    assert caught.value.path == "pile/flux"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<rss/>",
        b"pas un flux",
        b"<rss><channel><title>Un</title></channel></rss>",
        b'<?xml version="1.0" encoding="UTF-7"?>+ADw-rss+AD4APA-item+AD4APA-title+AD4-A+ADw-/title+AD4APA-/item+AD4APA-/rss+AD4-',
        b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE rss+AD4-<rss/>',
        b"<" * 1_000_000,
        b"<!--" * 1_000_000,
        b"<?x" * 1_000_000,
        b"<![CDATA[" * 500_000,
    ],
    ids=[
        "empty",
        "no entry",
        "text",
        "empty channel",
        "utf-7",
        "utf-7 doctype",
        "open",
        "comments",
        "instructions",
        "cdata",
    ],
)
def test_what_is_no_feed_is_refused_as_a_whole(content: bytes) -> None:
    started = time.monotonic()

    with pytest.raises(SourceError, match=r"aucune entrée dans ce flux|binaire"):
        read(content)

    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "inside",
    [
        "<b>" * 200_000,
        "<description>" + "<b>" * 100_000 + "</b>" * 100_000 + "</description>",
        "<item>" * 50_000,
        "&l9;" * 100_000,
        "&" * 1_000_000,
        "&#x110000;&#0;&#55296;",
        "<a " + " ".join(f'b{n}="x"' for n in range(50_000)) + "/>",
        f"<title>{'a' * 20_000_000}</title>",
        "<description>" + "<![CDATA[a]]>" * 200_000 + "</description>",
        "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd' parse='text'/>",
        '<!DOCTYPE x [<!ENTITY a "b">]>&a;',
    ],
    ids=[
        "open tags",
        "nested tags",
        "nested entries",
        "entities",
        "ampersands",
        "characters",
        "attributes",
        "long title",
        "cdata",
        "xinclude",
        "late doctype",
    ],
)
def test_hostile_entries_cost_little_and_leak_nothing(inside: str) -> None:
    feed = rss("<title>A</title><description>T.</description>", f"<title>B</title>{inside}")
    started = time.monotonic()

    found = read(feed)

    assert time.monotonic() - started < 4
    assert isinstance(found[0], Draft)
    assert all("root:" not in f"{draft.title}{draft.text}" for draft in found if isinstance(draft, Draft))


def test_twenty_megabytes_a_second_are_read_in_flat_memory() -> None:
    """Alone on a core 30 MB/s; the bound leaves room for a busy one. The tree of a whole feed would take 5 times it."""
    paragraph = "<p>" + "Un texte de défense. " * 20 + "</p>"
    item = f"<title>A</title><link>https://un.example/a</link><description>{paragraph[3:-4]}</description><content:encoded><![CDATA[{paragraph * 6}]]></content:encoded>"
    feed = rss(*[item] * 3000).encode()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    started = time.process_time()
    assert sum(isinstance(draft, Draft) for draft in read_feed(feed, "a")) == 3000
    assert len(feed) / 1e6 / (time.process_time() - started) > 8
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 6 * len(feed) / 1024


MARKUP = "& < <3 < > &amp; &lt; &eacute; &#39; &#xD800; &Eacute &x; <![CDATA[ ]]> ]] a amp; \0".split()


@given(st.lists(st.sampled_from([*MARKUP, " "]), max_size=14).map("".join))
def test_what_is_outside_cdata_is_mended_and_nothing_else(text: str) -> None:
    """Beside a pattern that knows CDATA sections, which takes ten times as long."""
    sections = re.split(rb"(<!\[CDATA\[.*?(?:\]\]>|$))", text.replace("\0", "").encode(), flags=re.DOTALL)
    for place in range(0, len(sections), 2):
        inner = re.sub(rb"<(?=[\s\d=])", b"&lt;", sections[place])
        sections[place] = feeds._AMPERSAND.sub(feeds._escape, inner)

    assert feeds._mended(text) == b"".join(sections)


@given(st.text(alphabet="<>/&;![]- aitemrsx\"'=CDATA#x0", max_size=80))
def test_any_entry_is_read_or_reported(inside: str) -> None:
    assert read(rss("<title>A</title>", inside))


@given(st.binary(max_size=120))
def test_any_bytes_are_a_feed_or_refused(content: bytes) -> None:
    with pytest.raises(SourceError):
        read(content)
