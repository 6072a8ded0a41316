import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import query as whoosh_query

from indexer.errors import QueryError
from indexer.search.parser import parse_query
from indexer.search.query import Fuzzy, Near, Prefix, Words, describe, leaves
from indexer.search.repair import LONGEST_QUERY, MOST_WORDS
from indexer.search.understanding import drop_stop_words, join_compounds
from tests.search.malformed import QUERIES

PIECES = [
    *"()\"«»-*~:'’ ",
    " ET ",
    " OU ",
    " SAUF ",
    " NOT ",
    "missile",
    "l’Otan",
    "F 16",
    "155 mm",
    "sous marin",
    "é",
    "\x00",
    "😀",
]


def understood(text: str) -> str:
    return describe(drop_stop_words(join_compounds(parse_query(text).tree)))


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("missile drone", "missile ET drone"),
        ("les missiles de l’Otan", "missiles ET l’Otan"),
        ("missile OU drone char", "(missile OU drone) ET char"),
        ("missile ET drone OU char", "(missile ET drone) OU char"),
        ("missile SAUF drone", "missile SAUF drone"),
        ("-drone", "SAUF drone"),
        ("a -(b OU c)", "a SAUF (b OU c)"),
        ("« système de défense » char", "« système de défense » ET char"),
        ("F 16 et 155 mm", "F 16 ET 155 mm"),
        ("sous marin etats unis", "sous-marin ET etats-unis"),
        ("((missile))", "missile"),
        ("de la", "de ET la"),
        ("", ""),
    ],
)
def test_a_query_is_understood(text: str, meaning: str) -> None:
    assert understood(text) == meaning


def test_what_is_understood_means_the_same_when_asked_again() -> None:
    for text in ("missile OU drone char", "a -(b OU c)", "« système de défense » -char", "sous marin nucléaire"):
        assert understood(understood(text)) == understood(text)


@pytest.mark.parametrize("text", ["!!!", "ET", "( )", "😀", '""', "-"])
def test_a_query_without_a_word_is_an_error_that_says_so(text: str) -> None:
    with pytest.raises(QueryError, match="aucun mot"):
        parse_query(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a" * (LONGEST_QUERY + 1), "caractères"),
        ("mot " * (MOST_WORDS + 1), "mots"),
        ("(" * 21 + "mot" + ")" * 21, "parenthèses"),
    ],
)
def test_a_query_out_of_bounds_says_what_to_do(text: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        parse_query(text)


@pytest.mark.parametrize(
    ("text", "notice"),
    [('"missile', "guillemet"), ("missile »", "guillemet"), ("(missile", "parenthèse"), ("missile)", "parenthèse")],
)
def test_what_is_unbalanced_is_ignored_and_said(text: str, notice: str) -> None:
    parsed = parse_query(text)

    assert parsed.tree == Words("missile", ("missile",))
    assert notice in " ".join(parsed.notices)


def test_an_empty_query_is_every_document() -> None:
    assert isinstance(parse_query(" \x00 ").tree, whoosh_query.Every)


def test_there_are_over_a_hundred_malformed_queries() -> None:
    assert len(set(QUERIES)) >= 200


@pytest.mark.parametrize("text", QUERIES, ids=lambda text: repr(text)[:40])
def test_a_malformed_query_is_read_or_refused_quickly(text: str) -> None:
    begin = time.perf_counter()
    try:
        tree = parse_query(text).tree
    except QueryError as error:
        assert error.detail.endswith(".")
    else:
        assert isinstance(tree, whoosh_query.Query)

    assert time.perf_counter() - begin < 2  # a hang, not a benchmark


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_mixture_of_syntax_gives_a_tree_or_a_query_error(text: str) -> None:
    try:
        tree = parse_query(text).tree
    except QueryError:
        return

    assert all(isinstance(leaf, Words | Prefix | Fuzzy | Near | whoosh_query.Every) for leaf in leaves(tree))
    assert isinstance(describe(tree), str)


@given(st.text(max_size=300))
def test_any_text_gives_a_tree_or_a_query_error(text: str) -> None:
    try:
        parse_query(text)
    except QueryError as error:
        assert error.parameter == "q"
