"""Which terms of an index are meant by « balisti* », « Rheinmetal~ », « "aide Ukraine"~5 »?

Each becomes weighted terms, as any other word: it is scored, shown in snippets and found in phrases as they are.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache, partial

from rapidfuzz.distance import OSA
from whoosh import query as whoosh_query

from indexer.analysis import Classes, Kin, fold
from indexer.errors import QueryError
from indexer.french import french_number
from indexer.index.dictionary import Dictionary
from indexer.message import Message
from indexer.search.collection import Collection
from indexer.search.query import Fuzzy, Near, Phrase, Prefix, TermSet

MOST_TERMS = 1000
"""Terms that a prefix, or a word with other letters, may stand for."""

KEPT = 32
"""Patterns whose terms are kept: the next page, a second try, need not look for them again."""

LOOK_ALIKE = 0.3
"""What terms with other letters score of what the word itself does, so that articles with that come first."""

FURTHER = 0.5
"""What an occurrence counts of a term with two other letters, beside one with a single one."""


class Patterns:
    """What patterns stand for in one index; the last ones are kept."""

    def __init__(self, collection: Collection) -> None:
        self._classes = Classes(collection)
        self._words = lru_cache(KEPT)(
            partial(_find, collection=collection)
        )  # not a method: this must go when it is let go of

    def expand(self, tree: whoosh_query.Query) -> whoosh_query.Query:
        """The tree with weighted terms for every pattern; QueryError for one that means too many."""
        match tree:
            case whoosh_query.Not():
                return whoosh_query.Not(self.expand(tree.query))
            case whoosh_query.And() | whoosh_query.Or():
                return type(tree)([self.expand(child) for child in tree.subqueries], boost=tree.boost)
            case Prefix():
                words = (*self._exact(tree.terms[:-1], tree.field), self._words(tree))
                return Phrase(words, field=tree.field) if len(words) > 1 else words[0]
            case Fuzzy():
                return self._words(tree)
            case Near():
                return Phrase(self._exact(tree.terms, tree.field), slop=tree.slop, field=tree.field, ordered=False)
        return tree

    def _exact(self, terms: Iterable[str], field: str) -> tuple[TermSet, ...]:
        """The terms as in quotation marks: with their accent variants."""
        return tuple(TermSet(self._classes.kin(term, quoted=True), field) for term in terms)


def _find(pattern: Prefix | Fuzzy, collection: Collection) -> TermSet:
    return _of_prefix(pattern, collection) if isinstance(pattern, Prefix) else _of_fuzzy(pattern, collection)


def _of_prefix(prefix: Prefix, collection: Collection) -> TermSet:
    """The terms that begin so, accents ignored."""
    begins = prefix.terms[-1]
    ranges = [(terms, found) for terms in collection.dictionaries for found in ranges_with_prefix(begins, terms)]
    texts = {terms[number] for terms, found in ranges for number in found[: MOST_TERMS + 1]}
    if len(texts) > MOST_TERMS:
        raise QueryError(
            Message(
                "Plus de {most} mots commencent par « {text} » : ajoutez une lettre avant l’étoile.",
                most=french_number(MOST_TERMS),
                text=begins,
            )
        )
    return TermSet(tuple(Kin(text, 1.0) for text in sorted(texts)), prefix.field)


def _of_fuzzy(fuzzy: Fuzzy, collection: Collection) -> whoosh_query.Query:
    """The terms within so many edits (a letter more, less, other, or two swapped), accents ignored; the first stays."""
    wanted = fold(fuzzy.term)
    known = {text for terms in collection.dictionaries for text in _terms_as_long(wanted, fuzzy.edits, terms)}
    edits = {text: OSA.distance(wanted, fold(text), score_cutoff=fuzzy.edits) for text in known}
    near = sorted((number, text) for text, number in edits.items() if number <= fuzzy.edits)
    if len(near) > MOST_TERMS:
        raise QueryError(
            Message(
                "Plus de {most} mots ressemblent à « {text} » : écrivez-le en entier, sans tilde.",
                most=french_number(MOST_TERMS),
                text=fuzzy.text,
            )
        )
    itself = TermSet(tuple(Kin(text, 1.0) for number, text in near if not number), fuzzy.field)
    others = tuple(Kin(text, FURTHER ** (number - 1)) for number, text in near if number)
    if not itself.kin or not others:
        return TermSet(others, fuzzy.field) if others else itself
    return whoosh_query.Or([itself, TermSet(others, fuzzy.field, weight=LOOK_ALIKE)])


def ranges_with_prefix(begins: str, terms: Dictionary) -> list[range]:
    """The terms that begin with *begins*, whatever the accents of its letters."""
    texts = [""]
    for letter in begins:
        longer = (text + variant for text in texts for variant in _VARIANTS.get(letter, letter))
        texts = [text for text in longer if terms.with_prefix(text)]
    return [terms.with_prefix(text) for text in texts]


def _terms_as_long(wanted: str, edits: int, terms: Dictionary) -> Iterator[str]:
    """The terms with the first letter of *wanted* that are not too short or too long to be within so many edits."""
    sizes = range(len(wanted) - edits, len(wanted) + edits + 1)
    for found in ranges_with_prefix(wanted[0], terms):
        yield from (text for number in found if len(text := terms[number]) in sizes)


def _variants() -> dict[str, str]:
    """Every small Latin letter, and all those of the same fold."""
    letters = [chr(code) for code in (*range(0x61, 0x7B), *range(0xE0, 0x180)) if chr(code).islower()]
    by_fold: dict[str, list[str]] = {}
    for letter in letters:
        by_fold.setdefault(fold(letter), []).append(letter)
    return {letter: "".join(by_fold[fold(letter)]) for letter in letters}


_VARIANTS = _variants()
