"""French pages to read: the articles of articles/ set in each of the layouts of layouts/, with what a reader must find.

An article is a text file: fields, a blank line, then paragraphs, « ## » sub-headings, « > » quotations and « - » lists.
A layout is a Jinja template of a whole page as a kind of site writes it, menus and all. layouts.tsv says what each
layout shows: the name of the site, the standfirst, how much of the body, the authors, the address, the last change.
"""

import csv
import datetime as dt
import html
import html.entities
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

HERE = Path(__file__).parent
MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
WEEKDAYS = "lundi mardi mercredi jeudi vendredi samedi dimanche".split()
READERS = (
    ("Anonyme", "Je ne suis pas d’accord avec vous. À mon époque on faisait mieux avec deux fois moins d’hommes."),
    (
        "Pépé la Roulante",
        "Très bon billet ! Quelqu’un a-t-il des nouvelles du camarade Lucien, qui servait à Fréjus en 1984 ?",
    ),
    (
        "sapeur_67",
        "Les chiffres de la presse sont faux, comme d’habitude. Il suffit de lire le rapport de la Cour des comptes.",
    ),
    (
        "Unknown",
        "Bonjour, j’ai gagné beaucoup d’argent grâce au prêteur M. Gomez, contactez-le vite sur son adresse privée.",
    ),
)


class Block(NamedTuple):
    """A piece of a body: p a paragraph, h a sub-heading, q a quotation, l a list."""

    kind: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.lines)

    @property
    def whole(self) -> str:
        return f"<p>{self.text}</p>"


class Article(NamedTuple):
    name: str
    title: str
    standfirst: str
    published: dt.datetime
    modified: dt.datetime
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    section: str
    caption: str
    credit: str
    blocks: tuple[Block, ...]

    @property
    def published_utc(self) -> str:
        return self.published.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")

    @property
    def modified_utc(self) -> str:
        return self.modified.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


class Page(NamedTuple):
    """A page, and what a careful reader finds on it."""

    layout: str
    article: Article
    html: str
    source: str | None
    url: str | None
    paragraphs: tuple[str, ...]
    authors: tuple[str, ...] | None
    """None when the layout leaves open how a reader could know them."""
    modified: dt.datetime | None


@cache
def all_pages() -> tuple[Page, ...]:
    """Every article in every layout."""
    articles = tuple(_read_article(path) for path in sorted((HERE / "articles").glob("*.txt")))
    environment = _environment()
    with (HERE / "layouts.tsv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t"))
    return tuple(_page(environment, row, articles, number) for row in rows for number in range(len(articles)))


def _page(environment: Environment, row: dict[str, str], articles: tuple[Article, ...], number: int) -> Page:
    article = articles[number]
    others = articles[number + 1 :] + articles[:number]
    url = f"https://www.{row['layout'].replace('_', '-')}.example/defense/{article.name}-{article.published:%Y%m}.html"
    shown = article.blocks[: int(row["blocks"].removeprefix("first "))] if row["blocks"] != "all" else article.blocks
    standfirst = (article.standfirst,) if row["standfirst"] == "yes" else ()
    return Page(
        layout=row["layout"],
        article=article,
        html=environment.get_template(f"{row['layout']}.html").render(
            a=article, others=others, url=url, readers=READERS
        ),
        source=row["source"] if row["source"] != "-" else None,
        url=url if row["canonical"] == "yes" else None,
        paragraphs=standfirst + tuple(line for block in shown for line in block.lines),
        authors={"yes": article.authors, "first": article.authors[:1], "no": None}[row["authors"]],
        modified=article.modified if row["modified"] == "yes" else None,
    )


def _read_article(path: Path) -> Article:
    head, _, body = _typeset(path.read_text(encoding="utf-8")).partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.split("\n"))
    return Article(
        name=path.stem,
        title=fields["titre"],
        standfirst=fields["chapô"],
        published=dt.datetime.fromisoformat(fields["publié"]),
        modified=dt.datetime.fromisoformat(fields["modifié"]),
        authors=tuple(fields["auteurs"].split("; ")),
        tags=tuple(fields["mots-clés"].split("; ")),
        section=fields["rubrique"],
        caption=fields["légende"],
        credit=fields["crédit"],
        blocks=tuple(_read_blocks(body)),
    )


def _typeset(text: str) -> str:
    """The no-break spaces that French typography asks for."""
    for mark in ";!?":
        text = text.replace(f" {mark}", f"\u202f{mark}")
    return text.replace(" :", "\u00a0:").replace("« ", "«\u00a0").replace(" »", "\u00a0»").replace(" %", "\u202f%")


def _read_blocks(body: str) -> Iterator[Block]:
    for piece in body.strip().split("\n\n"):
        if piece.startswith("- "):
            yield Block("l", tuple(line.removeprefix("- ") for line in piece.split("\n")))
        elif piece.startswith("## "):
            yield Block("h", (piece.removeprefix("## "),))
        elif piece.startswith("> "):
            yield Block("q", (piece.removeprefix("> "),))
        else:
            yield Block("p", (piece,))


def _environment() -> Environment:
    environment = Environment(loader=FileSystemLoader(HERE / "layouts"), autoescape=True, undefined=StrictUndefined)
    environment.filters |= {
        "long": lambda date: f"{date.day}{'er' * (date.day == 1)} {MONTHS[date.month - 1]} {date.year}",
        "daymonth": lambda date: f"{date.day} {MONTHS[date.month - 1]} {date.year}",
        "monthyear": lambda date: f"{MONTHS[date.month - 1]} {date.year}",
        "weekday": lambda date: WEEKDAYS[date.weekday()],
        "clock": lambda date: f"{date:%Hh%M}",
        "short_en": lambda date: f"{date:%b} {date.day}, {date.year}",
        "entities": _entities,
    }
    return environment


def _entities(text: str) -> Markup:
    """Every letter beyond ASCII as an entity, as editors of the time wrote them."""
    return Markup("".join(map(_entity, html.escape(text, quote=False))))


def _entity(character: str) -> str:
    if character.isascii():
        return character
    name = html.entities.codepoint2name.get(ord(character))
    return f"&{name};" if name else f"&#{ord(character)};"
