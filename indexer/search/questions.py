"""A question in full: « Qui dirige l’OTAN ? » No article has all its words, and some of them only ask.

The weights were measured on PIAF and AfriQA (tests/bench/retrieval.py): MRR@10 loses 1.1 % and 0.9 % without them.
"""

import re

from whoosh import query as whoosh_query

from indexer.search.query import Words

CAPITAL = 1.5
"""What a word with a capital counts, if it isn't the first one: names say what a question is about. With 1.3 MRR@10 is
0.4 % lower on AfriQA, with 2 it is 0.2 % lower on PIAF."""

ASKED_FOR = 0.7
"""What the word after « quel » counts: the answer is a town, and seldom says the word « ville »."""

KIND_OF_ANSWER = 0.6
"""What a noun counts that only says what sort of answer is wanted. MRR@10 gains 0.2 % on PIAF, 0.1 % on AfriQA."""

_KINDS_OF_ANSWER = frozenset(
    "nom noms nombre année années date lieu endroit personne personnes personnage moment période type types sorte rôle "
    "but cause causes raison raisons nature origine titre terme mot exemple manière façon quantité taille âge".split()
)

_WHICH = frozenset("quel quelle quels quelles".split())

_ASKING = frozenset(
    "combien comment pourquoi appelle appellent appelait existe existent fait peut peuvent pouvez "
    "citez donnez nommez".split()
)
"""Words that ask, beyond those that hold any sentence together (indexer/analysis/stop_words.py)."""

_QUESTION = re.compile(
    r"""\W*
    (?:(?:à|a|de|d|en|dans|par|pour|avec|sur|sous|vers|chez|depuis|jusqu|contre|entre|selon|parmi|et|au|du|aux|des)
       \b['’\s]*(?:\w+\sde\s|\w+\sd['’])?)?
    (?:qui|que|qu|quoi|quand|où|comment|combien|pourquoi|est[-\s]ce|(?:au|du|aux|des|les?|la)?quel(?:le)?s?)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)


def is_question(text: str) -> bool:
    """Whether a query asks in a sentence: it begins as a question does, or ends with its mark.

    >>> is_question("Dans quel pays sont les Leclerc"), is_question("avec ou sans blindage ?"), is_question("quai 12")
    (True, True, False)
    """
    return text.rstrip().endswith("?") or _QUESTION.match(text) is not None


def weigh_words(tree: whoosh_query.Query) -> whoosh_query.Query:
    """The words of a question with their weights; words in groups keep theirs."""
    if not isinstance(tree, whoosh_query.And):
        return tree
    children = list(tree.subqueries)
    for at, child in enumerate(children[1:], start=1):
        if isinstance(child, Words) and not child.quoted:
            before = children[at - 1]
            follows_which = isinstance(before, Words) and before.terms[0] in _WHICH
            weight = CAPITAL if child.text[:1].isupper() else 1.0
            weight *= ASKED_FOR if follows_which else 1.0
            weight *= KIND_OF_ANSWER if child.terms[0] in _KINDS_OF_ANSWER else 1.0
            children[at] = child.weighing(weight)
    return whoosh_query.And(children, boost=tree.boost)


def only_asks(child: whoosh_query.Query) -> bool:
    """Whether a part of a question says nothing of what is asked for."""
    return isinstance(child, Words) and not child.quoted and len(child.terms) == 1 and child.terms[0] in _ASKING
