"""Did you mean? A word that is in no article becomes the nearest one that is, or the nearest name of the thesaurus.

Designations and numbers are never corrected. Of several corrections of one word the one is taken that occurs together
with the rest of the query.
"""

from collections.abc import Callable, Mapping
from functools import cache

from rapidfuzz.distance import OSA
from whoosh import query as whoosh_query

from indexer.analysis import Classes, analyze, fold
from indexer.index.schema import CONTENT
from indexer.search.collection import Collection
from indexer.search.query import Words
from indexer.search.results import Correction
from indexer.thesaurus import Thesaurus

SHORTEST = 4
"""Letters of a word that is corrected: shorter ones are near too many others."""

LIKE = 0.25
"""Dice coefficient of three-letter sequences from which a word is looked at: « marrin » and « marin » have 0.77."""

SHORTEST_SLIP, RARE = 7, 5
"""Letters of a name that may be spelt wrongly in articles, and how many of them may do so."""

MOST_CORRECTED = 5
"""Words of a query: each takes 10 ms over 100,000 articles."""

TRIED = 4
"""Corrections of one word that are tried with the rest of the query."""

_LONG, _VERY_LONG = 8, 10
"""Letters from which a word may be two, and three letters away. Two of six thousand names of the thesaurus that are one
letter apart have fewer than five letters each."""


class Corrector:
    """What stands in one commit and in the thesaurus. Safe to share between threads."""

    def __init__(self, collection: Collection, classes: Classes, thesaurus: Thesaurus) -> None:
        self._collection, self._classes, self._thesaurus = collection, classes, thesaurus

    def correct(
        self, tree: whoosh_query.Query, count: Callable[[whoosh_query.Query], float]
    ) -> tuple[whoosh_query.Query, tuple[Correction, ...]]:
        """*tree* with the words corrected that stand side by side in it; and what was corrected.

        *count* says how many articles a tree of words finds.
        """
        children = list(tree.subqueries) if isinstance(tree, whoosh_query.And) else [tree]
        corrections: list[Correction] = []
        for at, child in enumerate(children):
            if len(corrections) == MOST_CORRECTED or not (isinstance(child, Words) and self._is_unknown(child)):
                continue
            tried = [_written(child, each) for each in self._nearest(child.terms[0])]
            if tried:
                rest = [other for other in children if other is not child and not self._is_missing(other)]
                children[at] = next((each for each in tried if count(whoosh_query.And([*rest, each]))), tried[0])
                corrections.append(Correction(typed=child.text, corrected=children[at].text))
        if not corrections:
            return tree, ()
        return whoosh_query.And(children) if len(children) > 1 else children[0], tuple(corrections)

    def meant(self, word: Words) -> tuple[str, ...]:
        """The name that a rare word of the index stands for by a slip: « Rheimentaal » is in articles too."""
        term, kin = word.terms[0], self._classes.kin(word.terms[0])
        if len(term) < SHORTEST_SLIP or not term.isalpha() or word.quoted or word.field != CONTENT or self._names(term):
            return ()
        rarest = sum(self._collection.frequencies(each.term for each in kin))
        if not 0 < rarest <= RARE:
            return ()
        names = {
            written: distance
            for folded, written in _name_words(self._thesaurus).items()
            if len(folded) >= SHORTEST_SLIP and folded[:2] == fold(term)[:2]
            if (distance := _distance(written, fold(term), 1 + (len(folded) >= _VERY_LONG) * 2)) is not None
        }
        frequencies = self._collection.frequencies(name.lower() for name in names)
        found = [
            (distance, -frequency, name)
            for (name, distance), frequency in zip(names.items(), frequencies, strict=True)
            if frequency > rarest
        ]
        return tuple(name for *_, name in sorted(found)[:1])

    def _is_unknown(self, word: Words) -> bool:
        """Whether a word that could be corrected stands for nothing."""
        if word.quoted or word.field != CONTENT or len(word.terms) != 1:
            return False
        term = word.terms[0]
        return len(term) >= SHORTEST and term.isalpha() and self._is_missing(word) and not self._names(term)

    def _is_missing(self, child: whoosh_query.Query) -> bool:
        return isinstance(child, Words) and len(child.terms) == 1 and not self._classes.kin(child.terms[0])

    def _names(self, term: str) -> bool:
        return bool(self._thesaurus.variants([term])) or fold(term) in _name_words(self._thesaurus)

    def _nearest(self, term: str) -> list[str]:
        """The words nearest to one, best first."""
        plain = fold(term)
        most = 1 + (len(plain) >= _LONG) + (len(plain) >= _VERY_LONG)
        names = _name_words(self._thesaurus)
        like = {text: _distance(text, plain, most) for text in self._collection.like(plain, LIKE)}
        near = {text: distance for text, distance in like.items() if distance is not None}
        frequencies = self._collection.frequencies(near)
        found = {text: (near[text], -frequency) for text, frequency in zip(near, frequencies, strict=True)}
        for folded, written in names.items():
            if abs(len(folded) - len(plain)) <= most and folded[0] == plain[0]:
                distance = _distance(written, plain, most)
                found |= {} if distance is None else {written: (distance, 0)}
        return sorted(found, key=lambda text: (*found[text], text))[:TRIED]


def _distance(text: str, plain: str, most: int) -> int | None:
    """How far a word is from *plain*, when it is near enough and begins so: « tensions » are no « pensions »."""
    folded = fold(text)
    distance = OSA.distance(plain, folded, score_cutoff=most)
    return distance if distance <= most and folded[0] == plain[0] and text.isalpha() else None


def _written(word: Words, text: str) -> Words:
    return Words(text, tuple(term.text for term in analyze(text)), field=word.field, weight=word.weight)


@cache
def _name_words(thesaurus: Thesaurus) -> Mapping[str, str]:
    """The words that names of the thesaurus are made of, by their folds."""
    words = (
        word
        for _, entry in thesaurus.entries()
        for name in (*entry.names_searched, *entry.surnames)
        for word in name.replace("-", " ").replace("’", " ").split()
    )
    return {fold(word): word for word in words if len(word) >= SHORTEST and word.isalpha()}
