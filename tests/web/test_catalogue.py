"""The English catalogue: complete, nothing too much, the same places in both languages, typeset as each is."""

import html
import re
from string import Formatter

from babel.messages.pofile import read_po

from indexer.typography import typeset
from tests.web.messages import ROOT, all_texts, template_texts

PLACE = re.compile(r"%\((\w+)\)s")
CODE = re.compile(r"<code>.*?</code>|«\s\S+:\s»|https?://\S*|\S+[:*~](?=\S)|</?\w[^>]*>")
"""What is to be typed as it stands, and markup."""


def catalogue() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Of every text its French forms and its English ones."""
    with (ROOT / "web" / "catalogues" / "en.po").open("rb") as file:
        found = [message for message in read_po(file) if message.id]
    assert not any(message.fuzzy for message in found)
    return {_forms(message.id)[0]: (_forms(message.id), _forms(message.string)) for message in found}


def _forms(text: object) -> tuple[str, ...]:
    return tuple(map(str, text)) if isinstance(text, tuple | list) else (str(text),)


ENGLISH = catalogue()


def test_every_text_has_its_english_and_no_english_is_without_a_text() -> None:
    texts = {text for text, _ in all_texts()}

    assert texts - ENGLISH.keys() == set()
    assert ENGLISH.keys() - texts == set()


def test_what_counts_has_a_singular_and_a_plural() -> None:
    counting = {text for text in all_texts() if text[1]}

    assert counting
    assert {text for text in counting if ENGLISH[text[0]][0] != text or len(ENGLISH[text[0]][1]) != 2} == set()


def places(text: str) -> set[str]:
    return {*PLACE.findall(text), *(name for _, name, _, _ in Formatter().parse(text) if name)}


def test_both_languages_have_the_same_places_and_the_same_markup() -> None:
    for text, (french, english) in ENGLISH.items():
        for one in english:
            assert one, text
            assert places(one) in {frozenset(places(form)) for form in french}, text
            assert re.findall(r"</?\w+", one) == re.findall(r"</?\w+", french[-1]), text
            assert (one[0].isspace(), one[-1].isspace()) == (text[0].isspace(), text[-1].isspace()), text


def test_english_is_typeset_as_english_is() -> None:
    for text, (_, english) in ENGLISH.items():
        for one in english:
            plain = html.unescape(one)

            assert not re.search(r"\s[:;?!](?!\w)|[«»]|\w'\w", plain), text
            assert plain.count("“") == plain.count("”"), text


def test_french_is_typeset_as_french_is() -> None:
    of_templates = {text for text, _ in template_texts()}
    for text, (french, _) in ENGLISH.items():
        for one in french:
            shown = CODE.sub("", html.unescape(one) if text in of_templates else typeset(one))

            assert not re.search(r"\S [:;?!»](?:\s|$)|« |[^\W\d_'][:;?!](?:\s|$)|\w'\w|[“”]", shown), text
