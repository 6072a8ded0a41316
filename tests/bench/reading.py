"""How fast is reading? JSON lines, pages and feeds through reading and cleaning, in one process; and what a stream takes.

usage: python -m tests.bench.reading [--seconds 10] [--stream-mb 500]

Prints Markdown: what one processor reads in a second, and the memory at the height of a long stream of JSON lines, after its
first tenth and at its end. Articles are those of the synthetic corpus, pages those of the tests of the reader of pages.
"""

import argparse
import datetime as dt
import html
import json
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, islice
from pathlib import Path
from time import process_time
from typing import NamedTuple

from indexer.document import Document
from indexer.ingest import SourceFile, read_file
from tests.bench.corpus import Article, articles
from tests.bench.peers import row
from tests.ingest.pages import all_pages

ROOT = Path(__file__).parents[2]
ARTICLES = 2000
PARAGRAPH = 60
"""Words."""


class Speed(NamedTuple):
    """What was read in some seconds of one processor."""

    documents: int
    bytes: int
    seconds: float

    @property
    def documents_a_second(self) -> float:
        """Articles, pages or entries."""
        return self.documents / self.seconds

    @property
    def megabytes_a_second(self) -> float:
        """Of the files as they are."""
        return self.bytes / self.seconds / 1e6


def write_json_lines(written: Sequence[Article], file: Path) -> None:
    """An article a line."""
    file.write_text("".join(map(_json_line, written)), encoding="utf-8")


def write_feed(written: Sequence[Article], file: Path) -> None:
    """RSS with whole articles in escaped HTML, below a summary in CDATA."""
    _write_rss(
        (f"{_summary(article)}<content:encoded>{_escaped(article)}</content:encoded>" for article in written), file
    )


def write_summaries(written: Sequence[Article], file: Path) -> None:
    """RSS as most papers have it: a picture, the first paragraph and a link to the rest, in CDATA."""
    _write_rss(map(_summary, written), file)


def _write_rss(entries: Iterable[str], file: Path) -> None:
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/">'
        "<channel><title>Le fil</title><link>https://fil.example/</link><language>fr-FR</language>\n"
    )
    items = "".join(f"<item>{entry}</item>\n" for entry in entries)
    file.write_text(f"{head}{items}</channel></rss>", encoding="utf-8")


def _summary(article: Article) -> str:
    address = f"https://fil.example/2024/03/{article['id']}"
    picture = f"https://images.fil.example/{article['id']}"
    first = html.escape(next(_paragraphs(article)))
    date = dt.datetime.fromisoformat(article["date"]).strftime("%a, %d %b %Y 08:30:00 +0100")
    return (
        f'<title>{html.escape(article["title"])}</title><link>{address}</link><guid isPermaLink="false">{address}?p=1</guid>'
        f"<pubDate>{date}</pubDate><dc:creator><![CDATA[La rédaction]]></dc:creator>"
        f"<category><![CDATA[{article['country'][0]}]]></category><category><![CDATA[Défense]]></category>"
        f'<media:content url="{picture}-1200x675.jpg" type="image/jpeg" width="1200" height="675" medium="image">'
        f"<media:title>Illustration</media:title></media:content>"
        f'<description><![CDATA[<p><img width="300" height="169" src="{picture}-300x169.jpg" alt="" decoding="async" '
        f'srcset="{picture}-300x169.jpg 300w, {picture}-768x432.jpg 768w, {picture}.jpg 1200w" sizes="(max-width: 300px) 100vw" />'
        f'</p><p>{first} […]</p><p><a href="{address}">Lire la suite</a></p>]]></description>'
    )


def _escaped(article: Article) -> str:
    return html.escape("".join(f"<p>{html.escape(text)}</p>" for text in _paragraphs(article)))


def write_pages(folder: Path) -> None:
    """The pages on which the reader of pages is tested: twenty layouts and more."""
    folder.mkdir()
    for number, page in enumerate(all_pages()):
        (folder / f"{number}.html").write_text(page.html, encoding="utf-8")


def read_speed(files: Sequence[Path], seconds: float) -> Speed:
    """Read *files* again and again, once to warm up and then for so many seconds."""
    read = size = 0
    spent = 0.0
    sum(map(_read, files))
    while spent < seconds:
        begin = process_time()
        read += sum(map(_read, files))
        spent += process_time() - begin
        size += sum(file.stat().st_size for file in files)
    return Speed(read, size, spent)


def stream_memory(megabytes: int, file: Path) -> tuple[int, int]:
    """Bytes at the height of it, in a process of its own: after a tenth of a stream of that size, and at its end."""
    _write_stream(megabytes, file)
    command = [sys.executable, "-m", "tests.bench.reading", "--stream", str(file)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=ROOT)
    early, late = json.loads(done.stdout)
    return early, late


def _read(file: Path) -> int:
    """How many documents a file holds; what cannot be read would be a fault of this program."""
    found = list(read_file(SourceFile(file.parent, file.name)))
    errors = [each for each in found if not isinstance(each, Document)]
    assert not errors, errors[0]
    return len(found)


def _json_line(article: Article) -> str:
    record = {"title": article["title"], "text": "\n".join(_paragraphs(article)), "date": article["date"]}
    address = f"https://journal.example/articles/{article['id']}"
    return json.dumps({**record, "source": article["source"], "url": address}, ensure_ascii=False) + "\n"


def _paragraphs(article: Article) -> Iterator[str]:
    words = iter(article["text"].split())
    while paragraph := " ".join(islice(words, PARAGRAPH)):
        yield paragraph


def _write_stream(megabytes: int, file: Path) -> None:
    """The same articles over and over, each time under another title."""
    lines = [_json_line(article).encode() for article in articles(ARTICLES)]
    with file.open("wb") as out:
        for number in count():
            for line in lines:
                out.write(line.replace(b'{"title": "', b'{"title": "%d ' % number))
            if out.tell() >= megabytes * 1_000_000:
                return


def _follow_stream(file: Path) -> tuple[int, int]:
    """The peaks of this process after the first tenth of the articles of a stream, and after all."""
    with file.open("rb") as lines:
        tenth = sum(1 for _ in lines) // 10
    reading = read_file(SourceFile(file.parent, file.name))
    sum(1 for _ in islice(reading, tenth))
    early = _peak()
    sum(1 for _ in reading)
    return early, _peak()


def _peak() -> int:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split(maxsplit=1)[0]) * 1024


def table(speeds: dict[str, Speed]) -> Iterator[str]:
    """A row for each format."""
    yield row("format", "documents/s", "MB/s")
    yield row("---", "---:", "---:")
    for name, speed in speeds.items():
        yield row(name, f"{speed.documents_a_second:,.0f}", f"{speed.megabytes_a_second:.1f}")


def measure(folder: Path, seconds: float) -> dict[str, Speed]:
    """The speed of each format, with files written into *folder*."""
    written = list(articles(ARTICLES))
    write_json_lines(written, folder / "lignes.jsonl")
    write_summaries(written, folder / "chapos.xml")
    write_feed(written, folder / "articles.xml")
    write_pages(folder / "pages")
    return {
        "JSON lines": read_speed([folder / "lignes.jsonl"], seconds),
        "HTML pages": read_speed(sorted((folder / "pages").iterdir()), seconds),
        "feeds of summaries": read_speed([folder / "chapos.xml"], seconds),
        "feeds of whole articles": read_speed([folder / "articles.xml"], seconds),
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="The speed of reading and cleaning, and the memory of a long stream.")
    parser.add_argument("--seconds", type=float, default=10, help="of one processor, for each format")
    parser.add_argument("--stream-mb", type=int, default=500)
    parser.add_argument("--stream", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    say = sys.stdout.write
    if given.stream:
        say(json.dumps(_follow_stream(given.stream)))
        return
    with tempfile.TemporaryDirectory() as name:
        say(f"One process, {platform.machine()}, Python {platform.python_version()}.\n\n")
        say("\n".join(table(measure(Path(name), given.seconds))) + "\n\n")
        early, late = stream_memory(given.stream_mb, Path(name, "flux.jsonl"))
        say(f"A stream of {given.stream_mb:,} MB of JSON lines: {early / 1e6:.0f} MB after a tenth, ")
        say(f"{late / 1e6:.0f} MB at its end.\n")


if __name__ == "__main__":
    main()
