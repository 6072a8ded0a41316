"""Raw text -> Draft: what a scraper saved, with the left-overs of its page."""

import re
from typing import NamedTuple

from indexer.ingest.characters import repair_characters
from indexer.ingest.clean import clean_lines, is_rubric, without_repeats
from indexer.ingest.dates import FoundDate, find_dateline, parse_date
from indexer.ingest.draft import Draft

LONGEST_HEADLINE = 200
"""Characters. Headlines of the French press stay below 150; beyond, the first line is a paragraph."""

LONGEST_RUBRIC = 3
"""Words of a section's name above a headline: « Guerre en Ukraine »."""

_PREFIX_DATE = re.compile(r"\s*date\s+(\d{4}(?:-\d{2}(?:-\d{2})?)?)\s+", re.IGNORECASE)
_CREDIT = re.compile(r"(?<!\s)\s*+\(\s*+sources?\s*+:\s*+([^()]{2,80}?)\s*+\)\s*+\|?", re.IGNORECASE)
"""Tried where a run of blanks begins, and there once: at each of its blanks, 100,000 of them took a minute."""
_FIELD = re.compile(
    r"(titre|title|source|site|url|lien|adresse|auteur|author|rubrique|catégorie|category|mots-clés|tags)\s*:\s*(\S.*)",
    re.IGNORECASE,
)
_FIELD_NAMES = {
    "title": "titre",
    "site": "source",
    "lien": "url",
    "adresse": "url",
    "author": "auteur",
    "tags": "mots-clés",
}
_CLOSING_SOURCE = re.compile(r"source\s*:\s*((?:https?://)?[\w-]+(?:\.[\w-]+)+\S*)", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…](?:\s?[»”\"])?(?=\s|$)")
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")

HEADER_LINES = 6
"""A page states its date and its section near its title; further down they belong to the story."""


class _Header(NamedTuple):
    """What the file says of itself, and the lines that are left."""

    fields: dict[str, str]
    published: FoundDate | None
    lines: list[str]


def read_text(text: str) -> Draft:
    """The article in *text*: title, body, date and source found; left-overs of the page removed."""
    text, credit = _take_credits(repair_characters(text))
    header = _read_header(text)
    title, body = _split_title(header)
    fields = header.fields
    return Draft(
        title=title,
        text=body,
        url=fields.get("url"),
        source=fields.get("source") or credit,
        authors=tuple(filter(None, [fields.get("auteur")])),
        tags=tuple(tag.strip() for tag in re.split("[,;]", fields.get("mots-clés", "")) if tag.strip()),
        dated=header.published,
    )


def _take_credits(text: str) -> tuple[str, str | None]:
    """The text without « (Source : site.com) », and the first site named so."""
    sources = [match.group(1) for match in _CREDIT.finditer(text)]
    hosts = [source for source in sources if _HOST.fullmatch(source)]
    return _CREDIT.sub("", text), next(iter(hosts or sources), None)


def _read_header(text: str) -> _Header:
    """Take the prefix `date 2022-11`, lines like « Source : … » and the dateline off the top of the text."""
    fields: dict[str, str] = {}
    published = None
    if prefix := _PREFIX_DATE.match(text):
        published = parse_date(prefix.group(1))
        text = text[prefix.end() :]
    kept: list[str] = []
    for line in clean_lines(text):
        near_top = len(kept) < HEADER_LINES
        dateline, rest = find_dateline(line) if near_top else (None, line)
        if dateline:
            published = published or dateline
        if field := _FIELD.fullmatch(rest) if near_top else None:
            name = field.group(1).lower()
            fields.setdefault(_FIELD_NAMES.get(name, name), field.group(2))
        elif closing := _CLOSING_SOURCE.fullmatch(rest):
            fields.setdefault("source", closing.group(1))
        elif rest:
            kept.append(rest)
    return _Header(fields, published, kept)


def _split_title(header: _Header) -> tuple[str, str]:
    """Title and body. A first line that is a paragraph gives the title its first sentence, and stays in the body."""
    lines = header.lines
    title = header.fields.get("titre")
    if title is None:
        lines = lines[_rubrics_above(lines) :]
        if not lines:
            return "", ""
        title, *below = lines
        if _is_headline(title, below):
            lines = below
        else:
            title = _first_sentence(title)
    body = [line for number, line in enumerate(lines) if not (number < HEADER_LINES and is_rubric(line))]
    return title, "\n\n".join(without_repeats(body, title))


def _rubrics_above(lines: list[str]) -> int:
    """How many lines stand above the headline: known sections, or a word or two above what looks like a headline."""
    for number, line in enumerate(lines[:-1]):
        below = lines[number + 1 :]
        is_label = len(line.split()) <= LONGEST_RUBRIC < len(below[0].split()) and _is_headline(below[0], below[1:])
        if not (is_rubric(line) or is_label):
            return number
    return 0


def _is_headline(line: str, below: list[str]) -> bool:
    """Whether a first line is a headline: short, no paragraph of sentences, and with a text *below* it."""
    ends = list(_SENTENCE_END.finditer(line))
    is_sentence = bool(ends) and (len(ends) > 1 or ends[-1].end() == len(line)) and line[-1] not in "!?…"
    return bool(below) and len(line) <= LONGEST_HEADLINE and not is_sentence


def _first_sentence(paragraph: str) -> str:
    """Its first sentence, cut at a word when it is longer than a headline may be."""
    end = _SENTENCE_END.search(paragraph)
    sentence = paragraph[: end.end()] if end else paragraph
    if len(sentence) <= LONGEST_HEADLINE:
        return sentence.removesuffix(".")
    return sentence[: LONGEST_HEADLINE - 2].rsplit(" ", 1)[0].rstrip(",;: ") + " …"
