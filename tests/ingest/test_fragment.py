"""Markup as feeds have it, beside the lines that a reader would keep of it."""

import html
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.ingest import fragment
from indexer.ingest.fragment import read_as_tree, read_fragment, read_plainly

STORY = "La frégate a quitté Brest mardi matin avec cent quarante marins pour une mission de quatre mois."
REST = "Elle rejoindra en mer Rouge les bâtiments de deux pays alliés, selon l’état-major."

KEPT = {
    "plain paragraphs": (f"<p>{STORY}</p>\n<p>{REST}</p>", [STORY, REST]),
    "breaks": (f"{STORY}<br><br />{REST}", [STORY, REST]),
    "emphasis and links": (
        "<p>La <strong>frégate</strong> a quitté <a href='/brest'>Brest</a> <em>mardi</em> matin.</p>",
        ["La frégate a quitté Brest mardi matin."],
    ),
    "relative links": (
        f"<p>{STORY} <a href='../2024/03/suite.html'>Notre récit</a> d’une <a href='/b'>journée à bord</a>.</p>",
        [f"{STORY} Notre récit d’une journée à bord."],
    ),
    "entities": (
        "<p>L&rsquo;arm&eacute;e a re&#231;u 1&#8239;200&nbsp;obus, R&amp;D comprise, pour x &lt; 3.</p>",
        ["L’armée a reçu 1\u202f200\xa0obus, R&D comprise, pour x < 3."],
    ),
    "text around paragraphs": (f"{STORY}<p>{REST}</p>Fin de la mission en juillet.", [STORY, REST, "Fin de la mission en juillet."]),
    "a short item": ("<p>Un nouveau contrat pour Dassault</p>", ["Un nouveau contrat pour Dassault"]),
    "lists": (
        f"<p>{STORY}</p><ul><li>deux hélicoptères</li><li>seize missiles <em>Aster</em></li></ul><ol><li>un drone</li></ol>",
        [STORY, "deux hélicoptères", "seize missiles Aster", "un drone"],
    ),
    "headings": (f"<h2>Cap au sud</h2><p>{STORY}</p><h3>Et après</h3><p>{REST}</p>", ["Cap au sud", STORY, "Et après", REST]),
    "tables": (
        f"<p>{STORY}</p><table><tr><th>Navire</th><th>Marins</th></tr><tr><td>Alsace</td><td>145</td></tr></table>",
        [STORY, "Navire", "Marins", "Alsace", "145"],
    ),
    "quotations": (f"<blockquote><p>{STORY}</p></blockquote><p>{REST}</p>", [STORY, REST]),
    "blocks of editors": (
        f"<!-- wp:paragraph {{\"align\":\"left\"}} --><p class='has-drop-cap'>{STORY}</p><!-- /wp:paragraph --><div><span>{REST}</span></div>",
        [STORY, REST],
    ),
    "blanks": ("<p>\n\t" + STORY.replace(" ", "\n  ") + "\r\n</p><p>&nbsp;</p><p> </p>", [STORY]),
    "tags in capitals": (f"<P>{STORY}<BR>{REST}</P>", [STORY, REST]),
    "tags that are not closed": (f"<p>{STORY}<p>{REST} <b>Enfin, <i>presque.", [STORY, f"{REST} Enfin, presque."]),
}  # fmt: skip

REMOVED = {
    "a picture and its caption": "<figure><img src='a.jpg' alt='Un navire'/><figcaption>La frégate à quai (photo : DR)</figcaption></figure>",
    "a caption of old editors": "<div class='wp-caption'><img src='a.jpg'><p class='wp-caption-text'>La frégate à quai</p></div>",
    "a picture": "<img src='https://un.example/a.jpg?w=300' width=\"300\" />",
    "a script": "<script>var texte = '<p>Un intrus.</p>';</script>",
    "a style": "<style>p { color: red }</style>",
    "a picture for those without scripts": "<noscript><p>Un intrus.</p></noscript>",
    "a video": "<iframe src='https://video.example/1'>Une vidéo</iframe>",
    "share links by name": "<div class='sharedaddy'><ul><li><a href='#'>Partager sur X</a></li></ul></div>",
    "share links": "<p><a href='https://x.example/?u=1'>Facebook</a> <a href='https://y.example/?u=1'>Twitter</a></p>",
    "a list of links": "<ul><li><a href='/1'>Un autre article du site</a></li><li><a href='/2'>Un troisième article</a></li></ul>",
    "the link to the page": "<p><a href='https://un.example/a'>Lire la suite</a></p>",
    "the link to the page in a list": "<p><a class='more-link' href='https://un.example/a'>Lire la suite de « La frégate »</a></p>",
    "a link to another article": "<p>Lire aussi : <a href='/b'>Le sous-marin rentre au port après six mois de mission en mer</a></p>",
    "a section beside it": "<h3>Sur le même sujet</h3><p>Le sous-marin rentre au port après six mois de mission.</p>",
    "what is hidden": "<p style='display: none'>Un intrus.</p>",
    "a form": "<form><label>Votre courriel</label><input name='m'><button>OK</button></form>",
    "a counter": "<img src='https://feeds.example/~r/un/1' height='1' width='1' alt=''/>",
    "a credit": "<p>Crédits photo : Marine nationale</p>",
}


@pytest.mark.parametrize(("markup", "lines"), KEPT.values(), ids=KEPT)
def test_the_words_of_the_article_stay(markup: str, lines: list[str]) -> None:
    assert read_fragment(markup).split("\n") == lines


@pytest.mark.parametrize("removed", REMOVED.values(), ids=REMOVED)
def test_what_is_no_text_goes_wherever_it_stands(removed: str) -> None:
    assert read_fragment(f"<p>{STORY}</p><p>{REST}</p>{removed}") == f"{STORY}\n{REST}"
    if "<h3>" not in removed:
        assert read_fragment(f"{removed}<p>{STORY}</p><p>{REST}</p>") == f"{STORY}\n{REST}"


@pytest.mark.parametrize(
    ("summary", "kept"),
    [
        ("La frégate a quitté Brest […] <a href='/a'>Lire la suite</a>", "La frégate a quitté Brest […]"),
        ("La frégate a quitté Brest… <a href='/a'>Lire la suite de l’article</a>", "La frégate a quitté Brest…"),
        ("La frégate a quitté Brest […] Continue reading <b>La frégate</b>", "La frégate a quitté Brest […]"),
        ("Il faut écrire… lire et compter", "Il faut écrire… lire et compter"),
        ("Il hésite… Lire une carte de nuit est difficile.", "Il hésite… Lire une carte de nuit est difficile."),
    ],
)
def test_the_link_behind_a_summary_goes(summary: str, kept: str) -> None:
    assert read_fragment(f"<p>{summary}</p>") == kept


def test_an_item_that_is_one_link_stays() -> None:
    """As aggregators write them: the text leads to the article."""
    assert (
        read_fragment(f'<a href="https://un.example/a">{STORY}</a>&nbsp;<font color="#6f6f6f">Un</font>')
        == f"{STORY}\xa0Un"
    )
    assert read_fragment(f"<ol><li><a href='/a'>{STORY}</a></li></ol>") == STORY
    assert read_fragment(f"<p><a href='/a'>{STORY}</a></p>") == STORY


@pytest.mark.parametrize(
    "markup",
    [markup for markup, _ in KEPT.values()] + [f"<p>{STORY}</p><p>{REST}</p>{removed}" for removed in REMOVED.values()],
)
def test_the_short_way_gives_what_the_tree_gives(markup: str) -> None:
    assert read_plainly(markup) in (None, read_as_tree(markup))


PIECES = st.sampled_from(
    "<p>|</p>|<br>|<b>|</b>|<em>|<img src='a'>| |\n|&eacute;|<a href='/a'>Un lien</a>".split("|") + [STORY] * 5
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_the_short_way_loses_no_sentence(markup: str) -> None:
    plainly = read_plainly(markup)

    assert plainly is not None
    assert "".join(plainly).count(STORY) == markup.count(STORY)


@given(
    st.lists(st.sampled_from("& amp; # x 27 39 ; eacute é notin; = \n < copy 0 D800 999999999".split(" ")), max_size=9)
)
def test_character_references_are_those_of_html(pieces: list[str]) -> None:
    text = "&" + "".join(pieces)

    assert fragment._REFERENCE.sub(fragment._read_reference, text) == html.unescape(text)


def test_a_tag_inside_an_attribute_is_no_text() -> None:
    assert read_fragment(f"<p>{STORY} <a title='<p>x</p>' href='/b'>Notre récit</a>.</p>").count("href") == 0


def test_most_feeds_take_the_short_way() -> None:
    short = ("plain paragraphs", "breaks", "emphasis and links", "relative links", "entities", "text around paragraphs")

    assert [name for name in short if read_plainly(KEPT[name][0]) is None] == []
    assert read_plainly(KEPT["tables"][0]) is None
    assert read_plainly(KEPT["blocks of editors"][0]) is None


@given(st.text(alphabet="<>/&;! apbrscit\"'=-\n", max_size=80))
def test_any_markup_is_read(markup: str) -> None:
    assert "\r" not in read_fragment(f"<p>{STORY}</p>{markup}")


@pytest.mark.parametrize(
    "unit",
    ["<p>", "<a href=", "<a href='/a'>", "<br>", "<p>Un.</p>", "<img ", "…", "[…] lire la ", "<b", "&amp", "<div>"],
)
def test_long_markup_takes_linear_time_or_is_refused(unit: str) -> None:
    started = time.perf_counter()
    try:
        read_fragment(f"<p>{STORY}</p>{unit * (500_000 // len(unit))}")
    except ValueError as error:
        assert "page" in str(error) or "balise" in str(error)

    assert time.perf_counter() - started < 10
