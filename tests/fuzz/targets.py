"""What must hold of any input, for each kind of thing that is read: typed errors only, and what `Violation`s tell."""

import datetime as dt
import json
import math
import re
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple, NoReturn

import msgspec

from indexer.document import Document, PartialDate, Provenance
from indexer.enrich import enrich, read_text
from indexer.errors import IndexAccessError, QueryError, RequestError, SourceError
from indexer.index import open_reader
from indexer.index.manifest import commit_names
from indexer.ingest import DEFAULT_NAMES, SourceFile, read_file
from indexer.ingest.article import LONGEST_SOURCE, LONGEST_TITLE, make_document
from indexer.ingest.clean import clean_article
from indexer.ingest.dates import date_in_address, find_dateline, parse_date
from indexer.ingest.decode import decode
from indexer.ingest.draft import Draft, Item
from indexer.ingest.formats import Format, recognise
from indexer.ingest.html import read_html
from indexer.ingest.identity import normalise_url
from indexer.ingest.read import READERS
from indexer.search import Searcher, SearchRequest, explain_query, parse_parameters
from indexer.search.date_range import read_span
from indexer.search.parser import parse_query
from indexer.search.query import describe
from indexer.thesaurus import Thesaurus, load_thesaurus
from tests.faults import flips
from tests.making import make_document as made
from tests.making import make_engine
from tests.search.hostile import FREQUENT
from tests.search.hostile import TOKENS as QUERY_TOKENS

TODAY = dt.date(2026, 11, 23)
PROVENANCE = Provenance(path="essai", root="/essais", format="text")
SHOWN = 80

WEB = re.compile(r"https?://[^\s\x00-\x1f\x7f<>\"\\^`{|}]+")
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Characters that no cleaned text has: of control, and marks that turn the direction of what follows."""


class Violation(AssertionError):  # noqa: N818 - not an error of the program, but in it
    """Something does not hold of an input."""


class Target(NamedTuple):
    """One kind of input."""

    name: str
    check: Callable[[bytes], None]
    """Raises what is no typed error, and Violation."""
    tokens: tuple[bytes, ...]
    """Words of the format."""
    readings: int = 1
    """How many times it reads an input, for what it may take."""


def violated(what: str, *shown: object) -> NoReturn:
    """Say what does not hold."""
    raise Violation(f"{what}: {' | '.join(repr(each)[:SHOWN] for each in shown)}")


def text_of(content: bytes) -> str:
    """Text as a program may hand it over: bytes that are no UTF-8 become halves of characters."""
    return content.decode("utf-8", "surrogateescape")


# Queries


def check_query(content: bytes) -> None:
    """A query is answered or refused; what is understood stays so when it is asked; the answer is JSON."""
    text = text_of(content)
    with suppress(QueryError):
        understood = describe(parse_query(text, today=TODAY).tree)
        _check_understood(understood)
    request = SearchRequest(q=text, explain=True)
    with suppress(RequestError):
        if parse_parameters(request.parameters()) != request:
            violated("an address asks for something else", text)
    with suppress(RequestError):
        explain_query(text, _thesaurus(), today=TODAY)
    with suppress(RequestError):
        _check_answer(request)


def _check_understood(understood: str) -> None:
    try:
        again = describe(parse_query(understood, today=TODAY).tree)
        third = describe(parse_query(again, today=TODAY).tree)
    except QueryError:
        return  # said in full, it may be too long
    if again != third:
        violated("what is understood changes", understood, again, third)


def _check_answer(request: SearchRequest) -> None:
    results = _searcher().search(request)
    answer = json.loads(results.to_json(), parse_constant=lambda name: violated("no JSON", name))
    if len(answer["hits"]) > min(request.size, answer["total"]["value"]):
        violated("more hits than there are", answer["total"], len(answer["hits"]))
    for hit in results.hits:
        for snippet in hit.snippets:
            _check_places(snippet.marks, snippet.text)


# What is collected


def check_text(content: bytes) -> None:
    """A file is an article or a reason why not, whatever it is taken for; cleaning twice is cleaning once."""
    recognise(content)
    path = _folder() / "essai"
    path.write_bytes(content)
    for found in read_file(SourceFile(_folder(), path.name)):
        if isinstance(found, Document):
            _check_document(found)
    with suppress(ValueError):
        _check_cleaning(Draft(text=decode(content)))


def check_html(content: bytes) -> None:
    """A page, whatever its address."""
    recognise(content)
    _check_articles(Format.HTML, content)
    with suppress(ValueError, RecursionError):
        _check_cleaning(read_html(decode(content), url="https://exemple.example/2024/03/05/une.html"))


def check_feed(content: bytes) -> None:
    """A feed; every address in it is one of the web."""
    recognise(content)
    _check_articles(Format.FEED, content)


GOOD = b'{"id": 1, "title": "La derni\xc3\xa8re", "text": "Une derni\xc3\xa8re ligne qui se lit encore.", "url": "https://un.example/z"}'


def check_json_lines(content: bytes) -> None:
    """Lines of JSON: whatever the others are, a good one is read, and no line gives two articles."""
    recognise(content)
    lines = content.count(b"\n") + 1
    results = _read(Format.JSON_LINES, content + b"\n" + GOOD)
    if len(results) > lines + content.count(b"\r") + 1:
        violated("more results than lines", lines, len(results))
    whole = content.decode("utf-8", "replace").encode() == content and b"\x00" not in content
    if whole and not (results and isinstance(results[-1], Draft) and results[-1].title == "La derni\u00e8re"):
        violated("the last line is not read", results[-1:] and results[-1])
    _check_articles(Format.JSON_LINES, content)
    _check_articles(Format.JSON, content)


def _read(format_: Format, content: bytes) -> Sequence[Draft | SourceError]:
    """What a reader finds, as read_file has it read."""
    try:
        return list(READERS[format_](Item.of("essai", content), DEFAULT_NAMES))
    except (SourceError, RecursionError):
        return ()


def _check_articles(format_: Format, content: bytes) -> None:
    for draft in _read(format_, content):
        if isinstance(draft, SourceError):
            continue
        with suppress(SourceError):
            _check_document(make_document(draft, PROVENANCE, today=TODAY))
        _check_cleaning(draft)


def _check_cleaning(draft: Draft) -> None:
    once = clean_article(draft.title, draft.text)
    if clean_article(*once) != once:
        violated("cleaning twice is not cleaning once", once, clean_article(*once))


def _check_document(document: Document) -> None:
    """What every Document is, so that nothing behind it needs to look again."""
    _check_same(document)
    if not re.fullmatch("[0-9a-f]{16}", document.id):
        violated("no id", document.id)
    if document.url is not None and not (WEB.fullmatch(document.url) and normalise_url(document.url) == document.url):
        violated("no address of the web, or not its canonical form", document.url, normalise_url(document.url))
    if len(document.title) > LONGEST_TITLE + 2 or len(document.source or "") > LONGEST_SOURCE + 2:
        violated("too long", document.title, document.source)
    for text in (document.title, document.text):
        if unseen := UNSEEN.search(text):
            violated("a character that nobody sees", unseen.group(), text[max(0, unseen.start() - 20) :])


def _check_same(document: Document) -> None:
    if msgspec.json.decode(msgspec.json.encode(document), type=Document) != document:
        violated("another one when read again", document)


# Dates and sums


def check_figures(content: bytes) -> None:
    """Dates and sums lie in the text, in order, are of the calendar and finite; the same is found again."""
    text = text_of(content)
    for line in text.split("\n"):
        _check_line(line)
    text = content.decode("utf-8", "replace")  # no Document has halves of characters
    reading = read_text(text, PartialDate.parse("2024-03-05"), _thesaurus())
    for spans in (
        [(each.start, each.end) for each in reading.amounts],
        [(each.start, each.end) for each in reading.quantities],
        [(each.start, each.end) for each in reading.dates],
        [(each.start, each.end) for each in reading.designations],
    ):
        _check_places(spans, text)
    figures = [(each.value, each.highest) for each in reading.amounts]
    for low, high in [*figures, *((each.value, each.highest) for each in reading.quantities)]:
        if not math.isfinite(low) or not (high is None or low <= high < math.inf):
            violated("no sum", low, high)
    for mentioned in reading.dates:
        _check_date(mentioned.date)
    _check_same(enrich(made(text.strip() or "vide", id="0" * 16), _thesaurus()))


def _check_line(line: str) -> None:
    """A line as a source would state its date, as an address would, and as a reader would type it."""
    stated = (parse_date(line, reference=TODAY, today=TODAY), find_dateline(line, reference=TODAY)[0])
    for found in (*stated, date_in_address(f"https://un.example/{line}", today=TODAY)):
        if found:
            _check_date(found.date)
    span = read_span(line, TODAY)
    if span and span.first and span.last and span.first > span.last:
        violated("a span that ends before it begins", line, span)


def _check_places(spans: Sequence[tuple[int, int]], text: str) -> None:
    """They lie in the text, in order, without overlap."""
    bounds = [bound for span in spans for bound in span]
    if bounds != sorted(bounds) or (bounds and not 0 <= bounds[0] <= bounds[-1] <= len(text)):
        violated("out of order, or of the text", text, spans)


def _check_date(date: PartialDate) -> None:
    if PartialDate.parse(date.date or "") != date or not (date.first and date.last and date.first <= date.last):
        violated("no date of the calendar", date)


# Index files


def check_index(content: bytes) -> None:
    """Damaged files: the answers as before, those of the commit before with a warning, or the typed error."""
    files = damaged(content)
    right, before = _answers()
    try:
        answer, warned = flips._ask(files)
    except IndexAccessError:
        return
    if answer != right and not (answer == before and warned):
        violated("a wrong answer", content)


STEP = 8
"""Bytes of an input that say one change: which file, what, where (four bytes), and with what (two)."""


def damaged(content: bytes) -> flips.Files:
    """The files of an index with the changes that *content* says."""
    files = dict(_files())
    names = sorted(files)
    for at in range(0, len(content) - STEP + 1, STEP)[:50]:
        file, change, *_ = content[at : at + STEP]
        place, value = (int.from_bytes(content[at + i : at + j], "little") for i, j in ((2, 6), (6, 8)))
        name = names[file % len(names)]
        old = bytearray(files[name])
        place %= len(old) + 1
        match change % 7:
            case 0:
                old[place : place + 1] = bytes(byte ^ 1 << value % 8 for byte in old[place : place + 1])
            case 1:
                del old[place:]
            case 2:
                old[place : place + value % 4096] = bytes(len(old[place : place + value % 4096]))
            case 3:
                old[place:place] = bytes((value & 255,)) * (value % 4096)
            case 4:
                del old[place : place + value % 4096]
            case 5:
                old[place : place + 2] = value.to_bytes(2, "little")[: len(old[place : place + 2])]
            case 6:
                old = bytearray(_files()[names[value % len(names)]])
        files[name] = bytes(old)
    return files


@cache
def _files() -> flips.Files:
    return flips.make_files()


@cache
def _answers() -> tuple[list[bytes], list[bytes]]:
    """The right ones, and those of the commit before."""
    files = _files()
    newest = max(commit_names(flips.Memory(files)))
    older = {name: content for name, content in files.items() if name != newest}
    return flips._ask(files)[0], flips._ask(older)[0]


# What all of it needs


@cache
def _thesaurus() -> Thesaurus:
    return load_thesaurus()


@cache
def _folder() -> Path:
    """A folder in memory that stays as long as the process."""
    memory = Path("/dev/shm")
    _kept.append(tempfile.TemporaryDirectory(prefix="fuzz-", dir=memory if memory.is_dir() else None))
    return Path(_kept[-1].name)


_kept: list[tempfile.TemporaryDirectory[str]] = []

ARTICLES = (
    "La France livre 30 canons Caesar de 155 mm à l’Ukraine pour 120 millions d’euros, a annoncé le ministre le 5 mars 2024.",
    "Un missile balistique a frappé Kharkiv ; l’armée russe a tiré 12 drones Shahed. La défense antiaérienne SAMP/T a répondu.",
    "Le système de défense aérienne de l’OTAN en Pologne : Patriot, F-16 et sous-marins nucléaires d’attaque.",
    "Rheinmetall produira des obus en Hongrie. L’aide militaire des États-Unis atteint 61 milliards de dollars.",
    "Au Mali, l’opération Barkhane a pris fin en 2022, après neuf ans, et 58 soldats français morts.",
    "Les frégates de la marine nationale en mer Rouge ont abattu des missiles des Houthis le 20 février 2024.",
)


@cache
def _searcher() -> Searcher:
    documents = [
        enrich(
            made(text, id=f"{number:016}", title=text[:50], date=f"2024-{number + 1:02}-05", source="un.example"),
            _thesaurus(),
        )
        for number, text in enumerate(ARTICLES)
    ]
    engine = make_engine(_folder(), *documents)
    engine.close()
    return Searcher(open_reader(_folder() / "index"), _thesaurus(), cache=0, today=lambda: TODAY)


def _bytes(*words: str) -> tuple[bytes, ...]:
    return tuple(word.encode("utf-8", "replace") for word in words)


HTML_TOKENS = _bytes(
    *(
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<article>",
        "<main>",
        "<table><tr><td>",
        "<li>",
        "<br>",
        "<a href='",
        "<img src=x alt='",
    ),
    *(
        "<script>",
        "</script>",
        "<style>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<svg>",
        "<math>",
        "<template>",
        "<noscript>",
    ),
    *(
        "<title>",
        "</title>",
        "<h1>",
        "<time datetime='2024-03-05'>",
        "<meta property='og:title' content='",
        "<meta name=author content='",
    ),
    *(
        "<script type='application/ld+json'>",
        '{"@type":"NewsArticle","headline":"',
        '"articleBody":"',
        '"datePublished":"',
        "</html>",
    ),
    *(
        "&amp;",
        "&lt;",
        "&#0;",
        "&#xD800;",
        "&#x1F600;",
        "&nbsp;",
        "&amp;amp;",
        "<",
        ">",
        "'",
        '"',
        "=",
        "javascript:",
        "data:text/html,",
    ),
    *(
        "<!DOCTYPE html>",
        "<html lang=fr>",
        "<body>",
        "<meta charset=utf-16>",
        "<b><i></b>",
        "Lire aussi : ",
        "Publié le 5 mars 2024",
    ),
)
FEED_TOKENS = _bytes(
    *(
        "<item>",
        "</item>",
        "<entry>",
        "</entry>",
        "<title>",
        "</title>",
        "<link>",
        "</link>",
        "<link href='",
        "<description>",
    ),
    *(
        "</description>",
        "<content:encoded>",
        "<![CDATA[",
        "]]>",
        "<pubDate>",
        "<updated>2024-03-05T10:00:00Z</updated>",
        "<guid>",
    ),
    *(
        "<dc:creator>",
        "<author><name>",
        "<category term='",
        "<id>",
        "xml:base='",
        "xmlns='",
        "xmlns:dc='",
        "<?xml version='1.0'?>",
    ),
    *(
        "<!DOCTYPE rss [<!ENTITY x 'y'>]>",
        "&x;",
        "&#xD800;",
        "&#0;",
        "&amp;",
        "<!--",
        "-->",
        "<?x ?>",
        "javascript:ran(1)",
        "https://un.example/",
    ),
    *(
        "<rss>",
        "</rss>",
        "<feed>",
        "<rdf:RDF>",
        "Tue, 05 Mar 2024 10:00:00 +0100",
        " encoding='utf-16'",
        "<div xmlns='http://www.w3.org/1999/xhtml'>",
    ),
)
JSON_TOKENS = _bytes(
    *(
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        '"',
        "\n",
        "\r",
        "\\",
        "\\u0000",
        "\\ud800",
        "\\udc00",
        "\\ud83d\\ude00",
        "null",
        "true",
        "NaN",
        "Infinity",
    ),
    *(
        '"title":',
        '"titre":',
        '"text":',
        '"texte":',
        '"url":',
        '"date":',
        '"published":',
        '"author":',
        '"tags":',
        '"source":',
        '"articles":',
    ),
    *(
        "1e999",
        "-0",
        "1" * 400,
        "1709600000",
        "1709600000000",
        '"2024-03-05"',
        '"javascript:ran(1)"',
        '"https://un.example/"',
        "<p>",
        "\u2028",
    ),
    *(
        '{"a":' * 20,
        "[" * 200,
        '"name":',
        '"rendered":',
        '"@id":',
        '"value":',
        "\ufeff",
        "{}",
        "[]",
        '""',
        "\\u00",
        "'",
    ),
)
FIGURE_TOKENS = _bytes(
    *(
        "le ",
        "du ",
        "au ",
        "de ",
        "à ",
        "et ",
        "entre ",
        "1er ",
        "5 mars 2024",
        "mars",
        "2024",
        "05/03/2024",
        "2024-03-05",
        "31/02/2023",
    ),
    *(
        "lundi ",
        "hier",
        "demain",
        "la semaine dernière",
        "il y a ",
        "dans ",
        " jours",
        " ans",
        "9999",
        "0000",
        "l’été ",
        "fin ",
        "début ",
    ),
    *(
        "Publié le ",
        "Mis à jour le ",
        "3 mois",
        "trente",
        "deux cent",
        "mille",
        "millions",
        "milliards",
        "million d’euros",
        "Md€",
        "MM€",
        "M$",
    ),
    *(
        "€",
        "$",
        "£",
        "euros",
        "dollars",
        "roubles",
        "%",
        " km",
        " obus",
        " chars",
        "1,5",
        "1.500",
        "10 000",
        "10\u202f000",
        "-",
        "–",
        "..",
        "/",
    ),
    *(
        "soit ",
        "(",
        ")",
        "environ ",
        "plus de ",
        "par an",
        "½",
        "٣",
        "²",
        "1e9",
        "18h25",
        "GMT",
        "+0100",
        "XIXe siècle",
        "années 1990",
    ),
)
TEXT_TOKENS = _bytes(
    *(
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        "\t",
        "  ",
        "Ã©",
        "Â«",
        "â€™",
        "ï¿½",
        "&eacute;",
        "&amp;eacute;",
        "&#233",
        "&nbsp;",
        "& apos;",
    ),
    *(
        "Lire aussi",
        "Partager",
        "Comment (0)",
        "Publié le 5 mars 2024",
        "Par Jean Dupont",
        "Monde",
        "Source : ",
        "Abonnez-vous",
        "|",
        "—",
        "***",
    ),
    *(
        "La France livre des canons.",
        "M. X",
        "L’armée",
        "Ukraine",
        "https://un.example/a",
        "<p>",
        "<html>",
        "{",
        '{"text": "',
        "%PDF-",
        "a;b;c",
    ),
    *(
        "PK\x03\x04",
        "\x1f",
        "WARC/1.0",
        "title,text\n",
        "\ufeff",
        "\x00",
        "\x1a",
        "\u00ad",
        "…",
        "« ",
        " »",
        "<<",
        ">>",
        "A.B.C",
        "fin.Début",
    ),
)

TARGETS = {
    target.name: target
    for target in (
        Target("query", check_query, _bytes(*QUERY_TOKENS, *FREQUENT[:20]), readings=4),
        Target("text", check_text, TEXT_TOKENS, readings=2),
        Target("html", check_html, HTML_TOKENS, readings=2),
        Target("feed", check_feed, FEED_TOKENS),
        Target("json-lines", check_json_lines, JSON_TOKENS, readings=3),
        Target("figures", check_figures, FIGURE_TOKENS, readings=2),
        Target(
            "index",
            check_index,
            tuple(bytes((file, change, 9, 2, 0, 0, 5, 1)) for file in range(16) for change in range(7)),
        ),
    )
}
