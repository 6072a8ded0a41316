"""Query text -> query tree, on Whoosh's parser with our own words, quotations and operators.

Whatever is typed gives a tree or a QueryError: what cannot be understood is left out and reported.
"""

import re
import unicodedata
from typing import Any, NamedTuple

from whoosh import query as whoosh_query
from whoosh.qparser import plugins, syntax
from whoosh.qparser.default import QueryParser
from whoosh.qparser.taggers import RegexTagger

from indexer.analysis import analyze
from indexer.analysis.surfaces import SURFACE
from indexer.document import FACETS
from indexer.errors import QueryError
from indexer.index.schema import CONTENT, TEXT, TITLE
from indexer.search.amount_range import AMOUNT_RANGE, read_amount_range
from indexer.search.query import AmountRange, Value, Words, simplify

LONGEST_QUERY = 1000  # characters: Whoosh's parser takes 1.4 s for 16,000 letters in a row
MOST_WORDS = 64
DEEPEST_GROUP = 20  # parentheses: Whoosh's parser recurses

_OPENING, _CLOSING = '«"“„', '»"”“'
_QUOTED = rf"[{_OPENING}](?P<text>[^{_OPENING}{_CLOSING}]*)[{_CLOSING}]"
_PIECE = rf"(?:{SURFACE})(?:/(?:{SURFACE}))*"
"""A word, or words joined by bars: « SAMP/T »."""
_VALUE = rf"[^\s(){_OPENING}{_CLOSING}]+"
_BEFORE, _AFTER = r"(?:^|(?<=[\s(]))", r"(?=[\s(]|$)"
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
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")


class ParsedQuery(NamedTuple):
    """The tree, and what the reader should know of how it was read."""

    tree: whoosh_query.Query
    notices: tuple[str, ...]


class _WordsNode(syntax.SyntaxNode):
    """A word or a quotation in Whoosh's syntax tree."""

    has_fieldname = True

    def __init__(self, text: str, *, quoted: bool) -> None:
        self.text, self.quoted = text, quoted
        self.fieldname: str | None = None

    def r(self) -> str:
        return repr(self.text)

    def query(self, parser: QueryParser) -> whoosh_query.Query:
        if self.fieldname in FACETS:
            return Value(self.text, self.fieldname)
        terms = tuple(term.text for term in analyze(self.text))
        return (
            Words(self.text, terms, quoted=self.quoted, field=self.fieldname or CONTENT)
            if terms
            else whoosh_query.NullQuery
        )


class _WordsPlugin(plugins.Plugin):
    """Quotations, and words as the French chain cuts them: « F 16 » and « l’OTAN » are one each."""

    def taggers(self, parser: QueryParser) -> list[tuple[Any, int]]:
        return [(_WordsTagger(_QUOTED, quoted=True), -10), (_WordsTagger(_PIECE, quoted=False), 10)]


class _WordsTagger(RegexTagger):
    def __init__(self, expression: str, *, quoted: bool) -> None:
        self.expr = re.compile(expression, re.IGNORECASE)
        self.quoted = quoted

    def create(self, parser: QueryParser, match: re.Match[str]) -> _WordsNode:
        return _WordsNode(match.group("text") if self.quoted else match.group(), quoted=self.quoted)


class _FieldsPlugin(plugins.FieldsPlugin):
    """« titre:missile », « texte:(char drone) »: the word, quotation or group that follows in that field."""

    def __init__(self) -> None:
        super().__init__(remove_unknown=False)

    def taggers(self, parser: QueryParser) -> list[tuple[Any, int]]:
        return [(_FieldTagger(rf"(?<!\w)(?P<name>{'|'.join(_FIELDS)}):(?=[\w({_OPENING}])"), -5)]


class _FieldTagger(RegexTagger):
    def __init__(self, expression: str) -> None:
        self.expr = re.compile(expression, re.IGNORECASE)

    def create(self, parser: QueryParser, match: re.Match[str]) -> syntax.FieldnameNode:
        return syntax.FieldnameNode(_FIELDS[match.group("name").lower()], match.group())


class _ValuePlugin(plugins.Plugin):
    """« arme:F/A-18 », « source:www.exemple.fr »: a facet value goes on to the next space."""

    def taggers(self, parser: QueryParser) -> list[tuple[Any, int]]:
        names = "|".join(name for name, field in _FIELDS.items() if field in FACETS)
        return [(_ValueTagger(rf"(?<!\w)(?P<name>{names}):(?P<value>{_VALUE})"), -6)]


class _ValueTagger(RegexTagger):
    def __init__(self, expression: str) -> None:
        self.expr = re.compile(expression, re.IGNORECASE)

    def create(self, parser: QueryParser, match: re.Match[str]) -> _WordsNode:
        node = _WordsNode(match.group("value"), quoted=False)
        node.fieldname = _FIELDS[match.group("name").lower()]
        return node


class _AmountNode(syntax.SyntaxNode):
    """A range of sums of money in Whoosh's syntax tree."""

    def __init__(self, amount: AmountRange) -> None:
        self.amount = amount

    def r(self) -> str:
        return repr(self.amount)

    def query(self, parser: QueryParser) -> whoosh_query.Query:
        return self.amount


class _AmountPlugin(plugins.Plugin):
    """« montant:>100M$ », « montant:10..50 M€ »."""

    def taggers(self, parser: QueryParser) -> list[tuple[Any, int]]:
        return [(_AmountTagger(AMOUNT_RANGE), -8)]


class _AmountTagger(RegexTagger):
    def __init__(self, expression: re.Pattern[str]) -> None:
        self.expr = expression

    def create(self, parser: QueryParser, match: re.Match[str]) -> _AmountNode | None:
        amount = read_amount_range(match)
        return None if amount is None else _AmountNode(amount)


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
        elif isinstance(node, _AmountNode) or (
            isinstance(node, syntax.GroupNode | _WordsNode) and not _says_nothing(node)
        ):
            kept.append(node)
    while kept and isinstance(kept[-1], syntax.Operator):
        kept.pop()
    tidied = group.empty_copy()
    tidied.extend(kept)
    return tidied


def _says_nothing(node: syntax.GroupNode | _WordsNode) -> bool:
    return not (len(node) if isinstance(node, syntax.GroupNode) else any(analyze(node.text)))


def parse_query(text: str) -> ParsedQuery:
    """The tree of *text*, words joined by AND; an empty text matches every document.

    Raises QueryError when it is too long, too deep, has too many words, or none at all.
    """
    plain = unicodedata.normalize("NFC", _CONTROL.sub(" ", text)).strip()
    if not plain:
        return ParsedQuery(whoosh_query.Every(), ())
    _check_size(plain)
    balanced, notices = _balance(plain)
    tree = simplify(_parser().parse(balanced, normalize=False))
    if tree is None:
        raise QueryError("La requête ne contient aucun mot à chercher : écrivez au moins un mot ou un nombre.")
    return ParsedQuery(tree, notices)


def _check_size(text: str) -> None:
    if len(text) > LONGEST_QUERY:
        raise QueryError(f"La requête compte {len(text)} caractères, {LONGEST_QUERY} au plus : raccourcissez-la.")
    if sum(1 for _ in analyze(text)) > MOST_WORDS:
        raise QueryError(f"La requête compte plus de {MOST_WORDS} mots : raccourcissez-la.")
    depth = deepest = 0
    for character in text:
        depth = max(0, depth + (character == "(") - (character == ")"))
        deepest = max(depth, deepest)
    if deepest > DEEPEST_GROUP:
        raise QueryError(f"La requête imbrique plus de {DEEPEST_GROUP} parenthèses : simplifiez-la.")


def _balance(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with unmatched quotation marks and parentheses blanked, and a notice for each kind."""
    notices = []
    blank = list(text)
    outside = re.sub(_QUOTED, lambda match: " " * len(match.group()), text)
    if marks := [at for at, character in enumerate(outside) if character in _OPENING + _CLOSING]:
        notices.append("Un guillemet sans pendant a été ignoré.")
    opened: list[int] = []
    unmatched: list[int] = []
    for at, character in enumerate(outside):
        if character == "(":
            opened.append(at)
        elif character == ")":
            if opened:
                opened.pop()
            else:
                unmatched.append(at)
    if unmatched or opened:
        notices.append("Une parenthèse sans pendant a été ignorée.")
    for at in (*marks, *unmatched, *opened):
        blank[at] = " "
    return "".join(blank), tuple(notices)


def _parser() -> QueryParser:
    operators = plugins.OperatorsPlugin(
        And=rf"{_BEFORE}(?:ET|AND){_AFTER}",
        Or=rf"{_BEFORE}(?:OU|OR){_AFTER}",
        Not=rf"{_BEFORE}(?:(?:SAUF|NOT){_AFTER}|-(?=[\w({_OPENING}]))",
        AndNot=None,
        AndMaybe=None,
        Require=None,
    )
    chain = [
        plugins.WhitespacePlugin(),
        _AmountPlugin(),
        _ValuePlugin(),
        _FieldsPlugin(),
        _WordsPlugin(),
        plugins.GroupPlugin(),
        operators,
        _TidyPlugin(),
    ]
    return QueryParser("text", schema=None, plugins=chain)
