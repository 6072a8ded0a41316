"""What does the reader mean? Compounds written apart joined, variants of names added, function words dropped.

Each step takes a query tree and returns one; they only look at words that stand side by side under an And.
"""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from whoosh import query as whoosh_query

from indexer.analysis import Classes, Kin, analyze, compound_length, fold, is_stop_word
from indexer.message import Message
from indexer.search.collection import Collection
from indexer.search.date_range import Span, read_span
from indexer.search.query import FIELD_NAMES, DateRange, Name, Phrase, TermSet, Value, Words, simplify
from indexer.search.questions import only_asks
from indexer.search.results import Expansion
from indexer.thesaurus import Thesaurus
from indexer.thesaurus.topics import topic_key, topic_names

VARIANT = 0.1
"""What another name counts of what the typed one does: so little that the exact spelling comes first, whatever their
places and numbers in an article. The scores of one word differ by a factor of 8 at most on the sample articles."""

PUBLISHED_THEN = 8.0
"""What an article scores for a date of the query on which it was published. nDCG@10 of the judged queries with dates is
0.937; with 4 it is 0.928, with 1 0.896, and 15 makes questions worse."""

FILED = 2.0
"""What an article scores for a topic that the query names; nDCG@10 of the judged queries is the same with 1, and 0.001
lower with 4."""

MOST_OF_DATE = 5
"""Pieces of a date: « mardi 24 avril 2024 » has four."""

Near = Callable[[str, Sequence[Kin]], tuple[Kin, ...]]
"""What looks like a term, besides its kin (likeness.py)."""

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")

Run = list[whoosh_query.Query]
"""The children of one And, in order."""


def join_compounds(tree: whoosh_query.Query) -> whoosh_query.Query:
    """« sous marin » becomes one piece, as « sous-marin » is."""

    def join(run: Run) -> Run:
        joined: Run = []
        while run:
            size = compound_length([child.terms[0] for child in _single_words(run)])
            if size:
                joined.append(_one_piece(run[:size], glue="-"))
            run, joined = (run[size:], joined) if size else (run[1:], [*joined, run[0]])
        return joined

    return _rewrite(tree, join)


def add_variants(
    tree: whoosh_query.Query, thesaurus: Thesaurus, meant: Callable[[Words], tuple[str, ...]]
) -> tuple[whoosh_query.Query, tuple[Expansion, ...]]:
    """Each name of the thesaurus or any of its variants, slips of names included; and what was added.

    *meant* gives the name that a word stands for by a slip.
    """

    def find(run: Run) -> _Meaning | None:
        size, variants = _longest_name(run, thesaurus)
        if not size and (word := _single_words(run[:1])):
            size, variants = 1, meant(word[0])
        if not variants:
            return None
        others = [_quotation(each, run[0].field) for each in variants]
        return _Meaning(size, variants, whoosh_query.Or(others, boost=VARIANT))

    return _widen(tree, find)


def add_topics(tree: whoosh_query.Query) -> tuple[whoosh_query.Query, tuple[Expansion, ...]]:
    """« dissuasion nucléaire » means what says so, and what is filed under that topic; and what was added."""

    def find(run: Run) -> _Meaning | None:
        size, label = _longest_topic(run)
        filed = whoosh_query.ConstantScoreQuery(whoosh_query.Term("topic", label), FILED)
        return _Meaning(size, (Message("sujet « {label} »", label=label),), filed) if size else None

    return _widen(tree, find)


def add_dates(tree: whoosh_query.Query, today: dt.date) -> tuple[whoosh_query.Query, tuple[Expansion, ...]]:
    """« septembre 2025 » means what says so, and above all what was published then; and what was added."""

    def find(run: Run) -> _Meaning | None:
        size, span = _longest_date(run, today)
        if span is None:
            return None
        days = DateRange(span.first, span.last, written=_one_piece(run[:size]).text)
        return _Meaning(size, (Message("date de publication"),), whoosh_query.ConstantScoreQuery(days, PUBLISHED_THEN))

    return _widen(tree, find)


def drop_stop_words(tree: whoosh_query.Query, *, question: bool = False) -> whoosh_query.Query:
    """Function words go where another word stays, and words that only ask a *question*; nothing else keeps them."""

    def drop(run: Run) -> Run:
        kept = [child for child in run if not (_is_stop_word(child) or (question and only_asks(child)))]
        return kept if any(not isinstance(child, whoosh_query.Not) for child in kept) else run

    return _rewrite(tree, drop)


def find_values(
    tree: whoosh_query.Query, thesaurus: Thesaurus, collection: Collection
) -> tuple[whoosh_query.Query, tuple[str, ...]]:
    """Every « pays:… » as the facet values that it means, and a notice for each that means none.

    A value as the index has it means itself, case and accents aside; else a name of the thesaurus means its entry.
    """
    notices: dict[str, None] = {}

    def find(node: whoosh_query.Query, collection: Collection) -> whoosh_query.Query:
        # Given it, not keeping it: a function that calls itself goes only when garbage is collected.
        if isinstance(node, Value):
            values = collection.folded_values[node.field]
            label = values.get(fold(node.text))
            named = (values.get(fold(entry.label)) for kind, entry in thesaurus.named(node.text) if kind == node.field)
            found = [label] if label else [label for label in named if label]
            if not found:
                told = Message(
                    "« {text} » n’est une valeur de « {field} » dans aucun article.",
                    text=node.text,
                    field=FIELD_NAMES[node.field],
                )
                notices[told] = None
                return whoosh_query.Term(node.field, node.text)
            terms = [whoosh_query.Term(node.field, value) for value in dict.fromkeys(found)]
            return terms[0] if len(terms) == 1 else whoosh_query.Or(terms)
        if isinstance(node, whoosh_query.Not):
            return whoosh_query.Not(find(node.query, collection))
        if isinstance(node, whoosh_query.And | whoosh_query.Or):
            return type(node)([find(child, collection) for child in node.subqueries], boost=node.boost)
        return node

    return find(tree, collection), tuple(notices)


def resolve(tree: whoosh_query.Query, classes: Classes) -> whoosh_query.Query:
    """Every word as the weighted terms that stand for it in one vocabulary."""
    if isinstance(tree, Words):
        words = tuple(
            TermSet(classes.kin(term, quoted=tree.quoted), tree.field, weight=tree.weight) for term in tree.terms
        )
        return words[0] if len(words) == 1 else Phrase(words, field=tree.field)
    if isinstance(tree, whoosh_query.Not):
        return whoosh_query.Not(resolve(tree.query, classes))
    if isinstance(tree, whoosh_query.And | whoosh_query.Or):
        return type(tree)([resolve(child, classes) for child in tree.subqueries], boost=tree.boost)
    return tree


def resolve_loosely(tree: whoosh_query.Query, classes: Classes, near: Near) -> whoosh_query.Query:
    """The same for words that need not be there: with what looks like them, and compounds as their words."""
    if isinstance(tree, Words):
        terms = [term for term in tree.terms if not is_stop_word(term)] or tree.terms
        words = []
        for term in terms:
            kin = classes.kin(term)
            words.append(TermSet((*kin, *near(term, kin)), tree.field, weight=tree.weight))
        return words[0] if len(words) == 1 else whoosh_query.Or(words)
    if isinstance(tree, Name):  # other names stay whole: « haute mobilité » alone is no HIMARS
        typed, *others = tree.subqueries
        return Name([resolve_loosely(typed, classes, near), *(resolve(other, classes) for other in others)])
    if isinstance(tree, whoosh_query.And | whoosh_query.Or):
        return type(tree)([resolve_loosely(child, classes, near) for child in tree.subqueries], boost=tree.boost)
    return tree


class _Meaning(NamedTuple):
    """What the first pieces of a run mean besides what they say."""

    size: int
    """How many pieces."""
    told: tuple[str, ...]
    """What the reader is told."""
    query: whoosh_query.Query


def _widen(
    tree: whoosh_query.Query, find: Callable[[Run], _Meaning | None]
) -> tuple[whoosh_query.Query, tuple[Expansion, ...]]:
    """Add to pieces of *tree* what *find* says that they mean besides; and what was added."""
    added: dict[str, Expansion] = {}

    def widen(run: Run) -> Run:
        widened: Run = []
        while run:
            meaning = find(run)
            if meaning is None:
                run, widened = run[1:], [*widened, run[0]]
                continue
            pieces, run = run[: meaning.size], run[meaning.size :]
            name = _one_piece(pieces).text
            added[name] = Expansion(name=name, variants=meaning.told)
            widened.append(Name([simplify(whoosh_query.And(pieces)), meaning.query]))
        return widened

    return _rewrite(tree, widen), tuple(added.values())


def _rewrite(tree: whoosh_query.Query, change: Callable[[Run], Run]) -> whoosh_query.Query:
    """Apply *change* to the children of every And; a lone leaf is an And of one."""
    if isinstance(tree, whoosh_query.Not):
        return whoosh_query.Not(_rewrite(tree.query, change))
    if isinstance(tree, whoosh_query.Or):
        return type(tree)([_rewrite(child, change) for child in tree.subqueries], boost=tree.boost)
    run = tree.subqueries if isinstance(tree, whoosh_query.And) else [tree]
    run = [child if isinstance(child, Words) else _inner(child, change) for child in run]
    changed = simplify(whoosh_query.And(change(run)))
    return tree if changed is None else changed


def _inner(child: whoosh_query.Query, change: Callable[[Run], Run]) -> whoosh_query.Query:
    return _rewrite(child, change) if isinstance(child, whoosh_query.Or | whoosh_query.Not) else child


def _single_words(run: Run) -> list[Words]:
    """The unquoted one-term words that *run* begins with."""
    words: list[Words] = []
    for child in run:
        if not isinstance(child, Words) or child.quoted or len(child.terms) != 1:
            break
        if words and child.field != words[0].field:
            break
        words.append(child)
    return words


def _longest_name(run: Run, thesaurus: Thesaurus) -> tuple[int, tuple[str, ...]]:
    """How many pieces at the start of *run* make a name that has variants, and the variants."""
    terms: list[str] = []
    best: tuple[int, tuple[str, ...]] = (0, ())
    for size, child in enumerate(run, start=1):
        if not isinstance(child, Words) or (child.quoted and size > 1) or child.field != run[0].field:
            break
        terms.extend(child.terms)
        if len(terms) > thesaurus.longest_name:
            break
        if variants := thesaurus.variants(terms):
            best = (size, variants)
        if child.quoted:
            break
    return best


def _longest_topic(run: Run) -> tuple[int, str]:
    """How many pieces at the start of *run* name a topic, and its label."""
    names = topic_names()
    words = _single_words(run)
    for size in range(len(words), 1, -1):
        ends = words[0], words[size - 1]
        if not any(map(_is_stop_word, ends)):
            label = names.get(topic_key(term for word in words[:size] for term in word.terms))
            if label:
                return size, label
    return 0, ""


def _longest_date(run: Run, today: dt.date) -> tuple[int, Span | None]:
    """How many pieces at the start of *run* are a date of a certain year, and its days."""
    texts = [word.text for word in _single_words(run)[:MOST_OF_DATE]]
    for size in range(len(texts), 0, -1):
        written = " ".join(texts[:size])
        if _YEAR.search(written) and (span := read_span(written, today)) and not span.told:
            return size, span
    return 0, None


def _one_piece(words: Run, glue: str = " ") -> Words:
    terms = tuple(term for word in words for term in word.terms)
    return Words(
        glue.join(word.text for word in words),
        terms,
        quoted=any(word.quoted for word in words),
        field=words[0].field,
        weight=max(word.weight for word in words),
    )


def _quotation(name: str, field: str) -> Words:
    return Words(name, tuple(term.text for term in analyze(name)), quoted=True, field=field)


def _is_stop_word(child: whoosh_query.Query) -> bool:
    return isinstance(child, Words) and not child.quoted and len(child.terms) == 1 and is_stop_word(child.terms[0])
