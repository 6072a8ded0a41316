"""Query text -> query tree, on Whoosh's parser with our own words, quotations, fields and operators.

Whatever is typed gives a tree or a QueryError: what cannot be understood is left out and reported.
"""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from whoosh import query as whoosh_query
from whoosh.qparser import plugins, syntax
from whoosh.qparser.default import QueryParser
from whoosh.qparser.taggers import RegexTagger, Tagger

from indexer.analysis import analyze, fold, is_stop_word
from indexer.analysis.surfaces import SURFACE
from indexer.document import FACETS
from indexer.errors import QueryError
from indexer.french import french_span
from indexer.index.schema import CONTENT, TEXT, TITLE
from indexer.message import Message, joined
from indexer.search.amount_range import AMOUNT_RANGE, read_amount_range
from indexer.search.date_range import Span, longest_span, read_span
from indexer.search.query import DateRange, Fuzzy, Near, Prefix, Value, Words, simplify
from indexer.search.repair import CLOSING, OPENING, QUOTED, repair

SHORTEST_PREFIX, SHORTEST_FUZZY = 2, 3
"""Letters that a reader has to type."""

MOST_PATTERNS = 5
"""Words of a query that may be prefixes or fuzzy: a fuzzy one is compared with many, 30 ms for 100,000 articles."""

LONGEST_WITH_ONE_EDIT, MOST_EDITS = 5, 2
"""A word of up to so many letters may be one edit away, a longer one two."""

NEAR, FURTHEST = 5, 50
"""Places between two words of « "aide Ukraine"~ », and the most that a reader may ask for."""

_PIECE = rf"(?:{SURFACE})(?:/(?:{SURFACE}))*"
"""A word, or words joined by bars: « SAMP/T »."""
_VALUE = rf"[^\s(){OPENING}{CLOSING}]+"
_COLON = r"\s?:\s?"
_BEFORE, _AFTER = r"(?:^|(?<=[\s(]))", r"(?=[\s(]|$)"
_AND = re.compile(rf"{_BEFORE}(?:ET|AND){_AFTER}")
_FIELDS = {
    "titre": TITLE,
    "title": TITLE,
    "texte": TEXT,
    "text": TEXT,
    "pays": "country",
    "country": "country",
    "personne": "person",
    "person": "person",
    "arme": "equipment",
    "matériel": "equipment",
    "materiel": "equipment",
    "equipment": "equipment",
    "type": "kind",
    "kind": "kind",
    "sujet": "topic",
    "thème": "topic",
    "theme": "topic",
    "topic": "topic",
    "désignation": "designation",
    "designation": "designation",
    "source": "source",
    "organisation": "organisation",
    "organization": "organisation",
    "langue": "language",
    "language": "language",
}
"""What readers call the fields, in French and in English."""
_DATE = re.compile(rf"(?<!\w)(?:date|publié|publie|published){_COLON}", re.IGNORECASE)
_QUOTED_DATE = re.compile(rf"(?P<sign>[<>]=?|[=≤≥])?\s?{QUOTED}")
_GROUPED_DATES = re.compile(r"\((?P<text>[^()]*)\)")
_OR = re.compile(r"\s+(?:OU|OR)\s+")
_UNKNOWN_FIELD = re.compile(rf"(?<![\w./])(?P<name>[^\W\d_]{{3,20}}):(?=[\w{OPENING}(])")
_KNOWN = {*_FIELDS, "date", "publié", "publie", "published", "montant", "amount", "http", "https"}


class ParsedQuery(NamedTuple):
    """The tree, and what the reader should know of how it was read."""

    tree: whoosh_query.Query
    notices: tuple[str, ...]
    strict: bool = False
    """Whether the reader says that words have to be there together: « missile ET drone »."""


class _Reader:
    """What reading a query depends on, and what it has to tell: the same thing once."""

    def __init__(self, today: dt.date) -> None:
        self.today = today
        self.notices: dict[str, None] = {}
        self.patterns = 0

    def tell(self, notice: str) -> None:
        self.notices[notice] = None

    def word(self, text: str, field: str) -> whoosh_query.Query:
        """A word as it stands."""
        terms = _terms(text)
        return Words(text, terms, field=field) if terms else whoosh_query.NullQuery

    def quotation(self, text: str, field: str) -> whoosh_query.Query:
        """« missile balistique », « missile balisti* »."""
        if text.rstrip().endswith("*"):
            return self.prefix(text.rstrip().rstrip("*"), field, quoted=True)
        if "*" in text:
            self.tell(
                Message("Entre guillemets, une étoile ne vaut qu’après le dernier mot : ailleurs, elle a été ignorée.")
            )
        terms = _terms(text)
        return Words(text, terms, quoted=True, field=field) if terms else whoosh_query.NullQuery

    def prefix(self, text: str, field: str, *, quoted: bool = False) -> whoosh_query.Query:
        """« balisti* »."""
        self.patterns += 1
        terms = _terms(text)
        if not terms or len(fold(terms[-1])) < SHORTEST_PREFIX:
            raise QueryError(Message("« {text}* » : précisez au moins deux lettres avant l’étoile.", text=text.strip()))
        return Prefix(text.strip(), terms, quoted=quoted, field=field)

    def fuzzy(self, text: str, field: str, edits: str) -> whoosh_query.Query:
        """« Rheinmetal~ », « Rheinmetal~1 »."""
        self.patterns += 1
        terms = _terms(text)
        if len(terms) != 1:
            self.tell(Message("« ~ » ne vaut que pour un seul mot : ignoré après « {text} ».", text=text))
            return self.word(text, field)
        size = len(fold(terms[0]))
        if size < SHORTEST_FUZZY:
            raise QueryError(Message("« {text}~ » : précisez au moins trois lettres avant le tilde.", text=text))
        wanted = int(edits) if edits else 1 if size <= LONGEST_WITH_ONE_EDIT else MOST_EDITS
        if wanted > MOST_EDITS:
            self.tell(
                Message("« {text} » : {most} lettres de différence au plus.", text=f"{text}~{edits}", most=MOST_EDITS)
            )
        return Fuzzy(text, terms[0], min(wanted, MOST_EDITS), field=field) if wanted else self.quotation(text, field)

    def near(self, text: str, field: str, places: str) -> whoosh_query.Query:
        """« "aide Ukraine"~5 »: function words count as places between, and need not be there."""
        terms = _terms(text)
        telling = tuple(term for term in terms if not is_stop_word(term)) or terms
        wanted = int(places) if places else NEAR
        if wanted and len(telling) > 1:
            if wanted > FURTHEST:
                self.tell(Message("« {text} » : {most} mots de distance au plus.", text=f"~{places}", most=FURTHEST))
            return Near(text, telling, min(wanted, FURTHEST), field=field)
        if wanted:
            self.tell(
                Message("« {text} » demande deux mots au moins entre les guillemets : ignoré.", text=f"~{places}")
            )
        return self.quotation(text, field)

    def date(self, span: Span | None, written: str) -> whoosh_query.Query | None:
        """The days of publication; None when they cannot be read."""
        if span is None:
            self.tell(
                Message(
                    "« {written} » n’est pas une date lisible et a été ignoré : écrivez date:2023, "
                    'date:2022-10..2022-12, date:>=2023, date:"mars 2024" ou date:"la semaine dernière".',
                    written=written,
                )
            )
            return None
        if span.told:
            self.tell(
                Message("Date : {days} (« {written} »).", days=french_span(span.first, span.last), written=written)
            )
        return DateRange(span.first, span.last, written=written)


def _terms(text: str) -> tuple[str, ...]:
    return tuple(term.text for term in analyze(text))


class _TextNode(syntax.SyntaxNode):
    """Something typed that is looked for in a field: *read* makes the query of it."""

    has_fieldname = True

    def __init__(self, text: str, read: Callable[[str], whoosh_query.Query], value: str = "") -> None:
        self.text, self.read = text, read
        self.value = value or text
        """What it is as a facet value."""
        self.fieldname: str | None = None

    def r(self) -> str:
        return repr(self.text)

    def query(self, parser: QueryParser) -> whoosh_query.Query:
        if self.fieldname in FACETS:
            return Value(self.value.strip(), self.fieldname)
        return self.read(self.fieldname or CONTENT)


class _LeafNode(syntax.SyntaxNode):
    """A leaf that has no field but its own: sums, dates."""

    def __init__(self, leaf: whoosh_query.Query) -> None:
        self.leaf = leaf

    def r(self) -> str:
        return repr(self.leaf)

    def query(self, parser: QueryParser) -> whoosh_query.Query:
        return self.leaf


class _Plugin(plugins.Plugin):
    """Taggers by priority: of those that match at a place, the one with the least number reads it."""

    def __init__(self, *taggers: tuple[Tagger, int]) -> None:
        self._taggers = list(taggers)

    def taggers(self, parser: QueryParser) -> list[tuple[Any, int]]:
        return self._taggers


class _ReadingTagger(RegexTagger):
    """A pattern, and what makes a node of its match; None lets other taggers try."""

    def __init__(self, expression: str, read: Callable[[re.Match[str]], syntax.SyntaxNode | None]) -> None:
        self.expr = re.compile(expression, re.IGNORECASE)
        self.create = lambda parser, match: read(match)


def _words_plugin(reader: _Reader) -> _Plugin:
    """Quotations, and words as the French chain cuts them: « F 16 » and « l’OTAN » are one each."""

    def quotation(match: re.Match[str]) -> _TextNode:
        text, near = match["text"], match["near"]
        if near is None:
            return _TextNode(text, lambda field: reader.quotation(text, field))
        return _TextNode(text, lambda field: reader.near(text, field, near))

    def word(match: re.Match[str]) -> _TextNode:
        text, edits = match["word"], match["edits"]
        if match["star"]:
            return _TextNode(text, lambda field: reader.prefix(text, field), match.group())
        if edits is not None:
            return _TextNode(text, lambda field: reader.fuzzy(text, field, edits), match.group())
        return _TextNode(text, lambda field: reader.word(text, field))

    def stray(match: re.Match[str]) -> syntax.SyntaxNode:
        sign = match.group()
        reader.tell(
            Message(
                "« {sign} » ne vaut que juste après un mot (balisti*, Rheinmetal~) : ailleurs, il a été ignoré.",
                sign=sign,
            )
        )
        return syntax.Whitespace()

    return _Plugin(
        (_ReadingTagger(rf"{QUOTED}(?:~(?P<near>\d{{0,4}})(?!\w))?", quotation), -10),
        (_ReadingTagger(rf"(?P<word>{_PIECE})(?:(?P<star>\*)(?![\w*])|~(?P<edits>\d{{0,4}})(?!\w))?", word), 10),
        (_ReadingTagger(r"[*~]", stray), 20),
    )


class _FieldsPlugin(plugins.FieldsPlugin):
    """« titre:missile », « texte:(char drone) »: the word, quotation or group that follows in that field."""

    def __init__(self) -> None:
        super().__init__(remove_unknown=False)

    def taggers(self, parser: QueryParser) -> list[tuple[Any, int]]:
        def field(match: re.Match[str]) -> syntax.FieldnameNode:
            return syntax.FieldnameNode(_FIELDS[match["name"].lower()], match.group())

        return [(_ReadingTagger(rf"(?<!\w)(?P<name>{'|'.join(_FIELDS)}){_COLON}(?=[\w({OPENING}])", field), -5)]


def _values_plugin(reader: _Reader) -> _Plugin:
    """« arme:F/A-18 », « source:www.exemple.fr »: a facet value goes on to the next space; dates and sums of money."""
    names = "|".join(name for name, field in _FIELDS.items() if field in FACETS)

    def value(match: re.Match[str]) -> _TextNode:
        text = match["value"]
        node = _TextNode(text, lambda field: reader.word(text, field))
        node.fieldname = _FIELDS[match["name"].lower()]
        return node

    def amount(match: re.Match[str]) -> _LeafNode | None:
        found = read_amount_range(match)
        return None if found is None else _LeafNode(found)

    def quoted_amount(match: re.Match[str]) -> syntax.SyntaxNode:
        plain = AMOUNT_RANGE.fullmatch(f"montant:{match['text'].strip()}")
        return (plain and amount(plain)) or no_amount(match)

    def no_amount(match: re.Match[str]) -> syntax.SyntaxNode:
        reader.tell(
            Message(
                "« {written} » n’est pas un montant lisible et a été ignoré : "
                "écrivez montant:>100M€ ou montant:10..50 M$.",
                written=match.group().strip(),
            )
        )
        return syntax.Whitespace()

    return _Plugin(
        (_ReadingTagger(AMOUNT_RANGE.pattern, amount), -9),
        (_ReadingTagger(rf"(?<!\w)(?:montant|amount){_COLON}{QUOTED}", quoted_amount), -9),
        (_ReadingTagger(rf"(?<!\w)(?:montant|amount):{_VALUE}", no_amount), -8),
        (_DateTagger(reader), -7),
        (_ReadingTagger(rf"(?<!\w)(?P<name>{names}){_COLON}(?P<value>{_VALUE})", value), -6),
    )


class _DateTagger(Tagger):
    """« date:2023 », « date:"mars 2024" », « date:(2022 OU 2024) », « date:la semaine dernière »."""

    def __init__(self, reader: _Reader) -> None:
        self._reader = reader

    def match(self, parser: QueryParser, text: str, pos: int) -> syntax.SyntaxNode | None:
        opened = _DATE.match(text, pos)
        if opened is None:
            return None
        start, today = opened.end(), self._reader.today
        if quoted := _QUOTED_DATE.match(text, start):
            end = quoted.end()
            span = read_span(f"{quoted['sign'] or ''}{quoted['text']}", today)
            ranges = [self._reader.date(span, f"date:{text[start:end]}")]
        elif grouped := _GROUPED_DATES.match(text, start):
            end, dates = grouped.end(), map(str.strip, _OR.split(grouped["text"]))
            ranges = [self._reader.date(read_span(date, today), f'date:"{date}"') for date in dates]
        else:
            span, end = longest_span(text, start, today)
            if end == start or (span is None and opened.group()[-1].isspace()):
                return None  # « date : à venir » is no field
            ranges = [self._reader.date(span, f"date:{text[start:end]}")]
        known = [each for each in ranges if each]
        node = _LeafNode(known[0] if len(known) == 1 else whoosh_query.Or(known)) if known else syntax.Whitespace()
        node.startchar, node.endchar = pos, end
        return node


class _TidyPlugin(plugins.Plugin):
    """Before the operators are applied: drop what says nothing, and operators that have nothing to join."""

    def filters(self, parser: QueryParser) -> list[tuple[Any, int]]:
        return [(_tidy, 590)]


def _tidy(parser: QueryParser, group: syntax.GroupNode) -> syntax.GroupNode:
    nodes = (_tidy(parser, node) if isinstance(node, syntax.GroupNode) else node for node in group)
    kept: list[syntax.SyntaxNode] = []
    for node in nodes:
        before = kept[-1] if kept else None
        if isinstance(node, syntax.PrefixOperator) and isinstance(before, syntax.PrefixOperator):
            kept.pop()  # not not
        elif isinstance(node, syntax.Operator):
            follows_operand = before is not None and not isinstance(before, syntax.Operator)
            if follows_operand or isinstance(node, syntax.PrefixOperator):
                kept.append(node)
        elif isinstance(node, _LeafNode) or (
            isinstance(node, syntax.GroupNode | _TextNode) and not _says_nothing(node)
        ):
            kept.append(node)
    while kept and isinstance(kept[-1], syntax.Operator):
        kept.pop()
    tidied = group.empty_copy()
    tidied.extend(kept)
    return tidied


def _says_nothing(node: syntax.GroupNode | _TextNode) -> bool:
    return not (len(node) if isinstance(node, syntax.GroupNode) else any(analyze(node.text)))


def parse_query(text: str, *, today: dt.date | None = None) -> ParsedQuery:
    """The tree of *text*, words joined by AND; an empty text matches every document.

    « La semaine dernière » is seen from *today*. Raises QueryError when the text is too long, too deep, has too many
    words or none at all, or asks for too little of one.
    """
    repaired = repair(text)
    if not repaired.text.strip():
        if repaired.notices:
            raise _no_word()
        return ParsedQuery(whoosh_query.Every(), ())
    reader = _Reader(today or local_day())
    tree = simplify(_parser(reader).parse(repaired.text, normalize=False))
    for match in _UNKNOWN_FIELD.finditer(re.sub(QUOTED, " ", repaired.text)):
        if match["name"].lower() not in _KNOWN:
            reader.tell(Message("« {name}: » n’est pas un champ et a été lu comme un mot.", name=match["name"]))
    if tree is None:
        raise _no_word(*reader.notices)
    if reader.patterns > MOST_PATTERNS:
        raise QueryError(
            Message("La requête a plus de {most} mots suivis de « * » ou « ~ » : ôtez-en.", most=MOST_PATTERNS)
        )
    strict = _AND.search(re.sub(QUOTED, " ", repaired.text)) is not None
    return ParsedQuery(tree, (*repaired.notices, *reader.notices), strict)


def local_day() -> dt.date:
    """Today, where this runs."""
    return dt.datetime.now().astimezone().date()


def _no_word(*notices: str) -> QueryError:
    """Nothing to search for is left, for the reasons that *notices* tell."""
    nothing = Message("La requête ne contient aucun mot à chercher : écrivez au moins un mot ou un nombre.")
    return QueryError(joined(" ", (*notices, nothing)))


def _parser(reader: _Reader) -> QueryParser:
    operators = plugins.OperatorsPlugin(
        And=_AND.pattern,
        Or=rf"{_BEFORE}(?:OU|OR){_AFTER}",
        Not=rf"{_BEFORE}(?:(?:SAUF|NOT){_AFTER}|-(?=[\w({OPENING}]))",
        AndNot=None,
        AndMaybe=None,
        Require=None,
    )
    chain = [
        plugins.WhitespacePlugin(),
        _values_plugin(reader),
        _FieldsPlugin(),
        _words_plugin(reader),
        plugins.GroupPlugin(),
        operators,
        _TidyPlugin(),
    ]
    return QueryParser("text", schema=None, plugins=chain)
