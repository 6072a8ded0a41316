"""Similar: which articles speak of the same things as this one, and of what?

Any of the entities that it names and of the weightiest words of its title and text are looked for, each with its
weight: how often it stands there, times how rare it is in the commit ("more like this", as Lucene calls it).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Literal, NamedTuple, Protocol, get_args

import msgspec
import numpy as np
from whoosh import query as whoosh_query

from indexer.analysis import Classes, analyze, is_stop_word, stem_class
from indexer.document import Document
from indexer.errors import DocumentNotFoundError, RequestError
from indexer.index import IndexReader
from indexer.index.segment import Segment
from indexer.index.weighting import K1, TITLE_WEIGHT, inverse_document_frequency
from indexer.message import Message
from indexer.search.evaluation import Evaluation
from indexer.search.query import TermSet
from indexer.search.ranking import Ranked, best
from indexer.search.request import Sort
from indexer.search.results import Hit
from indexer.search.versions import first_versions

SIMILAR, MOST_SIMILAR = 5, 20
"""How many are given when nobody says, and at most."""

MOST_WORDS, MOST_VALUES, MOST_SHARED = 12, 12, 5

FEWEST_TIMES = 2
"""A word that stands once in the text, and not in the title, says little of what the article is about."""

VALUE_STRENGTH = 1.5
"""What an entity counts beside a word that stands there as often."""

LEAST_LIKENESS = 0.1
"""What shares less of its weight with the article is not similar."""

Field = Literal["country", "equipment", "organisation", "person", "designation"]
VALUE_FIELDS: tuple[Field, ...] = get_args(Field)


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """What two articles have in common: a value of a facet, or a word as the first one writes it most often."""

    field: Field | Literal["word"]
    text: str


class Similar(msgspec.Struct, frozen=True, kw_only=True):
    """An article like another one, and what they share, the weightiest first."""

    hit: Hit
    shared: tuple[Shared, ...]


class Frequencies(Protocol):
    """How frequent words and values are in a collection."""

    def doc_count_all(self) -> int:
        """How many documents there are."""

    def frequencies(self, terms: Iterable[str]) -> list[int]:
        """How many documents have each of *terms*."""

    def having_value(self, field: str, value: str) -> int:
        """How many documents have a value of a facet."""


class Trait(NamedTuple):
    """Something that an article speaks of: how strongly, and how rare that is."""

    shared: Shared
    strength: float
    rarity: float
    stems: frozenset[str]
    """The stem classes of its words."""

    @property
    def weight(self) -> float:
        """How much it matters."""
        return self.strength * self.rarity


def find_similar(
    document_id: str,
    number: int,
    reader: IndexReader,
    classes: Classes,
    hit_of: Callable[[Ranked, whoosh_query.Query], Hit],
) -> tuple[Similar, ...]:
    """The *number* articles most like one, one of each story, its own left out.

    DocumentNotFoundError; RequestError for a *number* out of bounds.
    """
    check_number(number)
    traits = traits_of(reader.document(document_id), reader)
    return rank_similar(document_id, traits, similar_query(traits, classes), number, reader, hit_of)


def check_number(number: int) -> None:
    """RequestError when it is out of bounds."""
    if not 1 <= number <= MOST_SIMILAR:
        raise RequestError("size", Message("« {name} » va de 1 à {most}.", name="size", most=MOST_SIMILAR))


def similar_query(traits: Sequence[Trait], classes: Classes) -> whoosh_query.Or:
    """What finds any of the traits, a child for each."""
    return whoosh_query.Or([_leaf(trait, classes) for trait in traits])


def rank_similar(
    document_id: str,
    traits: Sequence[Trait],
    query: whoosh_query.Or,
    number: int,
    reader: IndexReader,
    hit_of: Callable[[Ranked, whoosh_query.Query], Hit],
) -> tuple[Similar, ...]:
    """The first *number* of what *query* finds, and what each shares; DocumentNotFoundError."""
    own = reader.number_of(document_id)
    if own is None:
        raise DocumentNotFoundError(document_id)
    leaves = query.subqueries
    return tuple(
        Similar(
            hit=hit_of(match, query), shared=_shared(traits, leaves, reader.parts[match.segment].segment, match.doc)
        )
        for match in _ranked(query, own, number, reader)
    )


def traits_of(document: Document, reader: Frequencies) -> list[Trait]:
    """What *document* speaks of that other articles speak of too, the weightiest first.

    Words that say no more than a name of one of its values are left out.
    """
    counts = _counts(document)
    values = sorted(_values(document, counts, reader), key=_order)[:MOST_VALUES]
    named = frozenset[str]().union(*(trait.stems for trait in values))
    words = sorted((trait for trait in _words(counts, reader) if not trait.stems <= named), key=_order)
    return sorted([*values, *words[:MOST_WORDS]], key=_order)


def _order(trait: Trait) -> tuple[float, str, str]:
    return -trait.weight, trait.shared.field, trait.shared.text


def _counts(document: Document) -> dict[str, Counter[str]]:
    """How often each word stands in *document*, by stem class and by form; in the title it counts more."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for text, times in ((document.title, round(TITLE_WEIGHT)), (document.text, 1)):
        for term in analyze(text):
            counts[stem_class(term.text)][term.text] += times
    return counts


def _values(document: Document, counts: Mapping[str, Counter[str]], reader: Frequencies) -> Iterable[Trait]:
    """The entities that *document* names; once, when it only has other names for them."""
    for field in VALUE_FIELDS:
        for value in document.facets.get(field, ()):
            having = reader.having_value(field, value)
            if having > 1:
                stems = frozenset(stem_class(term.text) for term in analyze(value))
                times = min((counts[stem].total() for stem in stems if stem in counts), default=1)
                strength = VALUE_STRENGTH * times / (times + K1)
                rarity = inverse_document_frequency(reader.doc_count_all(), having)
                yield Trait(Shared(field=field, text=value), strength, rarity, stems)


def _words(counts: Mapping[str, Counter[str]], reader: Frequencies) -> Iterable[Trait]:
    """The words that mean something, those of one stem class as one."""
    found: dict[str, tuple[str, int]] = {}
    for stem, forms in counts.items():
        times, written = forms.total(), min(forms, key=lambda form: (-forms[form], form))
        means_something = len(written) > 1 and not is_stop_word(written) and any(map(str.isalpha, written))
        if times >= FEWEST_TIMES and means_something:
            found[stem] = written, times
    frequencies = reader.frequencies(written for written, _ in found.values())
    for (stem, (written, times)), having in zip(found.items(), frequencies, strict=True):
        if having > 1:
            rarity = inverse_document_frequency(reader.doc_count_all(), having)
            yield Trait(Shared(field="word", text=written), times / (times + K1), rarity, frozenset([stem]))


def _leaf(trait: Trait, classes: Classes) -> whoosh_query.Query:
    """What finds a trait, with its weight: a word is scored by its rarity anyway, a value is not."""
    if trait.shared.field == "word":
        return TermSet(classes.kin(trait.shared.text), weight=trait.strength)
    return whoosh_query.ConstantScoreQuery(whoosh_query.Term(trait.shared.field, trait.shared.text), score=trait.weight)


def _ranked(query: whoosh_query.Query, own: int, number: int, reader: IndexReader) -> list[Ranked]:
    """What comes first, one of each story, without the document itself and the other versions of its story."""
    evaluation = Evaluation(query, reader)
    stretches = evaluation.stretches()
    matches = [evaluation.matches(stretch) for stretch in stretches]
    story = reader.stories.story_of(own)
    versions = {own} if story is None else set(reader.stories.members(story))
    looked_at = number + len(versions)
    while True:
        ranked = best(stretches, matches, Sort.RELEVANCE, looked_at)
        least = LEAST_LIKENESS * ranked[0].score if ranked else 0.0
        others = [match for match in ranked if reader.bases[match.segment] + match.doc not in versions]
        found = [match for match in first_versions(others, reader) if match.score >= least]
        if len(found) >= number or len(ranked) < looked_at:
            return found[:number]
        looked_at *= 2


def _shared(
    traits: Sequence[Trait], leaves: Sequence[whoosh_query.Query], segment: Segment, doc: int
) -> tuple[Shared, ...]:
    """The weightiest traits that a document has too."""
    found = (trait.shared for trait, leaf in zip(traits, leaves, strict=True) if _has(leaf, segment, doc))
    return tuple(islice(found, MOST_SHARED))


def _has(leaf: whoosh_query.Query, segment: Segment, doc: int) -> bool:
    if isinstance(leaf, TermSet):
        return any(_has_term(kin.term, segment, doc) for kin in leaf.kin)
    return leaf.child.text in segment.facets.values_of(leaf.child.fieldname, doc)


def _has_term(text: str, segment: Segment, doc: int) -> bool:
    term = segment.find_term(text)
    if term < 0 or segment.row_numbers[term] >= 0:
        return term >= 0 and bool(segment.rows[segment.row_numbers[term]][doc])
    docs = segment.postings(term)[0]
    at = int(docs.searchsorted(np.uint16(doc)))
    return at < len(docs) and int(docs[at]) == doc
