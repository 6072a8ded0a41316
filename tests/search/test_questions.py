"""Which queries are questions, and what their words count."""

import pytest
from whoosh import query as whoosh_query

from indexer.search.parser import parse_query
from indexer.search.query import Words
from indexer.search.questions import ASKED_FOR, CAPITAL, KIND_OF_ANSWER, is_question, only_asks, weigh_words

QUESTIONS = [
    "Qui dirige l’OTAN ?",
    "combien de chars Leopard",
    "Dans quel pays sont les Leclerc",
    "à qui la Pologne achète-t-elle des K2",
    "Depuis quand la Finlande est-elle membre de l'OTAN",
    "Qu’est-ce que le SCAF",
    "qu'est ce que le GCAP",
    "De quelle portée est le SCALP",
    "Lequel des deux missiles",
    "est-ce que les Rafale sont livrés",
    "Les Gripen sont-ils livrés ?",
    "A partir de combien de nations",
]
OTHERS = [
    "missile", "Rafale Inde", "quai 12", "querelle franco-allemande", "quadrilatère", "commentaire du général", "ou", "oural",
    "de Gaulle", "avec ou sans blindage", "sur l'artillerie", "questions de défense", "comme en 40",
]  # fmt: skip


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize("text", OTHERS)
def test_no_question(text: str) -> None:
    assert not is_question(text)


def weights(text: str) -> dict[str, float]:
    """What every word of a question counts."""
    tree = weigh_words(parse_query(text).tree)
    assert isinstance(tree, whoosh_query.And)
    return {child.text: child.weight for child in tree.subqueries if isinstance(child, Words)}


def test_names_count_more_and_what_only_asks_less() -> None:
    assert weights("Quel pays livre des missiles Taurus à Kiev ?") == {
        "Quel": 1.0,
        "pays": ASKED_FOR,
        "livre": 1.0,
        "des": 1.0,
        "missiles": 1.0,
        "Taurus": CAPITAL,
        "à": 1.0,
        "Kiev": CAPITAL,
    }
    assert weights("Quel est le nom du missile")["nom"] == KIND_OF_ANSWER


def test_quotations_keep_their_weight() -> None:
    assert next(weight for text, weight in weights("Qui a dit « Jamais » hier ?").items() if "Jamais" in text) == 1.0


def test_words_that_only_ask() -> None:
    tree = parse_query("Comment s’appelle le missile ?").tree
    assert isinstance(tree, whoosh_query.And)
    assert [child.text for child in tree.subqueries if not only_asks(child)] == ["le", "missile"]
