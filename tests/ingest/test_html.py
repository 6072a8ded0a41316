import html
import json
import re
import socket
import time
import zlib
from collections import Counter
from pathlib import Path
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.ingest.draft import Draft
from indexer.ingest.html import DEEPEST_PAGE, LARGEST_PAGE, MOST_ATTRIBUTES, MOST_ELEMENTS, read_html
from tests.ingest.pages import MONTHS, Page, all_pages

PAGES = all_pages()
LAYOUTS = sorted({page.layout for page in PAGES})

SHARED = Path(__file__).parents[3] / "shared" / "data"
WIKINEWS = SHARED / "wikinews_fr_100"
DOSSIERS = SHARED / "an_dossiers_latin1" / "html"

SENTENCE = "Le ministère des Armées a confirmé mardi la livraison de douze canons à la brigade de Lorient."
PARAGRAPH = f"<p>{SENTENCE} {SENTENCE}</p>"
HEAD = "<html><head><title>Un titre de page</title></head><body><h1>Un titre de page</h1>"


@pytest.fixture(scope="module")
def drafts() -> list[tuple[Page, Draft]]:
    return [(page, read_html(page.html)) for page in PAGES]


def test_there_are_many_pages_of_many_layouts() -> None:
    assert len(PAGES) >= 150
    assert len(LAYOUTS) >= 20


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_body_of_a_layout_is_its_article(drafts: list[tuple[Page, Draft]], layout: str) -> None:
    scores = [f1(draft.text, "\n".join(page.paragraphs)) for page, draft in drafts if page.layout == layout]

    assert len(scores) == 8
    assert mean(scores) >= 0.90


def test_the_mean_body_f1_is_high(drafts: list[tuple[Page, Draft]]) -> None:
    assert mean(f1(draft.text, "\n".join(page.paragraphs)) for page, draft in drafts) >= 0.99


def test_titles_are_those_of_the_articles(drafts: list[tuple[Page, Draft]]) -> None:
    """Up to the kind of spaces: a PDF's page has no-break spaces everywhere."""
    wrong = [(page.layout, draft.title) for page, draft in drafts if plain(draft.title) != plain(page.article.title)]

    assert len(wrong) <= 0.02 * len(drafts), wrong


def test_dates_of_publication_are_found(drafts: list[tuple[Page, Draft]]) -> None:
    wrong = [
        (page.layout, draft.published)
        for page, draft in drafts
        if day(draft.published) != str(page.article.published.date())
    ]

    assert len(wrong) <= 0.03 * len(drafts), wrong


def test_dates_of_change_are_told_apart(drafts: list[tuple[Page, Draft]]) -> None:
    stating = [(page, draft) for page, draft in drafts if page.modified]
    wrong = [(page.layout, draft.modified) for page, draft in stating if day(draft.modified) != day(str(page.modified))]

    assert len(stating) >= 80
    assert len(wrong) <= 0.03 * len(stating), wrong


@pytest.mark.parametrize("fact", ["source", "url", "authors"])
def test_what_a_layout_states_is_found(drafts: list[tuple[Page, Draft]], fact: str) -> None:
    stating = [(page, draft) for page, draft in drafts if getattr(page, fact)]
    wrong = [
        (page.layout, getattr(draft, fact)) for page, draft in stating if getattr(draft, fact) != getattr(page, fact)
    ]

    assert len(stating) >= 120
    assert len(wrong) <= 0.02 * len(stating), wrong


def test_each_paragraph_is_a_line(drafts: list[tuple[Page, Draft]]) -> None:
    """In all layouts that mark paragraphs as such: what a PDF or a wire agency puts before or inside them aside."""
    for page, draft in drafts:
        if page.layout not in {"pdf_to_html", "wire_agency", "think_tank"}:
            lines = {plain(line).lstrip("-–• ") for line in draft.text.split("\n")}
            paragraphs = {plain(paragraph) for paragraph in page.paragraphs if len(paragraph.split()) > 12}
            assert paragraphs <= lines, page.layout


def test_nothing_of_other_articles_is_taken(drafts: list[tuple[Page, Draft]]) -> None:
    titles = {page.article.title for page in PAGES}
    for page, draft in drafts:
        assert not [title for title in titles - {page.article.title} if title in draft.text], page.layout


def test_names_of_classes_are_not_all_that_counts() -> None:
    """With every class and id made a hash, as some sites write them: 0.976 when written, trafilatura alone 0.889."""
    hashed = [(page, re.sub(r"\b(class|id)=(\"[^\"]*\"|'[^']*')", _hashed, page.html)) for page in PAGES]

    assert mean(f1(read_html(text).text, "\n".join(page.paragraphs)) for page, text in hashed) >= 0.95


def _hashed(attribute: re.Match[str]) -> str:
    return f'{attribute[1]}="x{zlib.crc32(attribute[2].encode()):x}"'


def test_large_menus_and_scripts_change_nothing() -> None:
    """170,000 characters around an article of 2,500, as the press has them, above and below."""
    items = "".join(
        f"<li class='item-{number}'><a href='/r/{number}'>Rubrique {number} du site</a></li>" for number in range(300)
    )
    script = "<script>" + "var x = {a: [1, 2, 3], b: '<div>'};" * 4000 + "</script>"
    for page in PAGES[::8]:
        body = re.search("<body[^>]*>", page.html, re.IGNORECASE)
        assert body
        around = (
            f"{page.html[: body.end()]}{script}<ul>{items}</ul>{page.html[body.end() :]}<nav><ul>{items}</ul></nav>"
        )
        draft = read_html(around)
        assert f1(draft.text, "\n".join(page.paragraphs)) >= 0.90, page.layout
        assert plain(draft.title) == plain(page.article.title), page.layout


def test_no_break_spaces_of_the_page_stay() -> None:
    draft = read_html(
        f"{HEAD}<p>«&nbsp;Nous partons&nbsp;», a dit le général, avant de quitter les 1&#8239;200 hommes de la base de Niamey.</p>"
    )

    assert draft.text.startswith("«\u00a0Nous partons\u00a0», a dit le général, avant de quitter les 1\u202f200 hommes")


@pytest.mark.skipif(not WIKINEWS.is_dir(), reason="../shared is not here")
def test_wikinews() -> None:
    """100 real articles; one list that is in a page but not in its reference costs most of what is missing."""
    articles = [json.loads(line) for line in (WIKINEWS / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
    pages = [WIKINEWS / "html" / f"{article['id'].removeprefix('wikinews-')}.html" for article in articles]
    found = [read_html(page.read_text(encoding="utf-8")) for page in pages]
    pairs = list(zip(articles, found, strict=True))

    assert len(pairs) == 100
    assert mean(f1(draft.text, article["text"]) for article, draft in pairs) >= 0.98
    assert sum(draft.title == article["title"] for article, draft in pairs) == 100
    assert sum(day(draft.published) == article["date"] for article, draft in pairs) >= 99


@pytest.mark.skipif(not DOSSIERS.is_dir(), reason="../shared is not here")
def test_dossiers_of_the_assemblee_nationale() -> None:
    """Old table pages, mostly links: the part after « Contenu », without the menus; dates of laws are not theirs."""
    scores = []
    for path in sorted(DOSSIERS.iterdir()):
        page = path.read_bytes().decode("windows-1252", "replace")
        draft = read_html(page)
        content = re.sub(r"(?s)<script.*?</script>|<!--.*?-->|<[^>]+>", " ", page.partition("<!-- Contenu -->")[2])
        stated = html.unescape(re.search(r"(?is)<title>(.*?)</title>", page)[1])  # type: ignore[index]
        scores.append(f1(draft.text, html.unescape(content)))
        assert plain(draft.title) in plain(stated.replace(" - ", " ")), path.name
        assert draft.source == "Assemblée nationale", path.name
        assert "Aller au menu" not in draft.text, path.name
        assert "Assister à une séance" not in draft.text, path.name
    assert len(scores) > 60
    assert mean(scores) >= 0.90


# Precedence


def test_structured_data_comes_first_then_metas_then_marks_then_what_stands_near_the_title() -> None:
    data = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2024-03-01"}</script>'
    meta = '<meta property="article:published_time" content="2024-03-02">'
    mark = '<time itemprop="datePublished" datetime="2024-03-03">hier</time>'
    near = "<p>Publié le 4 mars 2024 à 18h25</p>"

    def published(*parts: str) -> str | None:
        return read_html(f"{HEAD}{''.join(parts)}{PARAGRAPH}").published

    assert published(near, mark, meta, data) == "2024-03-01"
    assert published(near, mark, meta) == "2024-03-02"
    assert published(near, mark) == "2024-03-03"
    assert published(near) == "4 mars 2024 à 18h25"
    assert published() is None


@pytest.mark.parametrize(
    "told",
    [
        "Le contrat signé le 3 mars 2024 prévoit la livraison de douze canons à la brigade de Lorient avant la fin de l’année.",
        "Projet de loi déposé le 3 mars 2024",
        "Imprimé le 3 mars 2024",
        "Loi publiée au Journal officiel du 3 mars 2024",
    ],
)
def test_a_date_of_something_else_is_not_the_date_of_the_page(told: str) -> None:
    assert read_html(f"{HEAD}<p>{told}</p>{PARAGRAPH}").published is None


def test_a_dateline_dates_the_article() -> None:
    assert read_html(f"{HEAD}<p>PARIS, 3 mars 2024 (Ponant) - {SENTENCE}</p>").published == "3 mars 2024"
    assert read_html(f"{HEAD}<p>22 mai 2012. - {SENTENCE}</p>").published == "22 mai 2012"


def test_of_a_date_and_its_update_each_has_its_place() -> None:
    draft = read_html(f"{HEAD}<p>Mis à jour le 5 mars 2024, publié le 4 mars 2024</p>{PARAGRAPH}")

    assert (draft.published, draft.modified) == ("4 mars 2024", "5 mars 2024")


def test_the_title_is_the_heading_that_the_page_states_without_its_rubric_and_site() -> None:
    page = "<title>DIRECT. La frégate prend la mer | Le Messager</title><h1>Le Messager</h1><h2>La frégate prend la mer</h2>"

    assert read_html(f"<body>{page}{PARAGRAPH}").title == "La frégate prend la mer"


def test_without_a_heading_the_title_loses_its_site() -> None:
    page = '<title>La frégate prend la mer | Le Messager</title><meta property="og:site_name" content="Le Messager">'

    assert read_html(f"{page}<body>{PARAGRAPH}").title == "La frégate prend la mer"


def test_the_canonical_address_is_made_whole() -> None:
    page = f'<link rel="canonical" href="/defense/fregate">{HEAD}{PARAGRAPH}'

    assert read_html(page, url="https://a.example/amp/fregate?utm=1").url == "https://a.example/defense/fregate"


def test_a_front_page_is_no_canonical_address() -> None:
    page = f'<link rel="canonical" href="https://a.example/">{HEAD}{PARAGRAPH}'

    assert read_html(page, url="https://a.example/fregate").url == "https://a.example/fregate"


def test_the_language_is_the_one_declared() -> None:
    assert read_html(f'<html lang="fr-CA"><body>{PARAGRAPH}').language == "fr-CA"
    assert read_html(f"{HEAD}{PARAGRAPH}").language is None


def test_tags_are_cut_at_commas() -> None:
    page = f'{HEAD}<meta name="news_keywords" content="marine nationale, frégate; Lorient">{PARAGRAPH}'

    assert read_html(page).tags == ("marine nationale", "frégate", "Lorient")


# What stays, what goes


@pytest.mark.parametrize(
    "kept",
    [
        "<h2>Un radar à quatre faces</h2>",
        "<ul><li>avril : essais de vitesse ;</li><li>juin : tirs d’artillerie.</li></ul>",
        "<blockquote>« Nous découvrons ce radar », dit le commandant.</blockquote>",
        f"<p>Selon <a href='/source'>l’agence Ponant</a>, {SENTENCE}</p>",
        "<p>L’Ukraine accepte de commander cent obusiers, selon <a href='/source'>un communiqué</a>.</p>",
        "<div class='pub-text'><p>Le programme a pris du retard, dit le rapport.</p></div>",
    ],
)
def test_what_belongs_to_the_text_stays(kept: str) -> None:
    text = read_html(f"{HEAD}{PARAGRAPH}{kept}{PARAGRAPH * 3}").text

    for line in re.sub("<[^>]+>", "\n", kept.replace("<a href='/source'>", "").replace("</a>", "")).split("\n"):
        assert line in text


@pytest.mark.parametrize(
    "removed",
    [
        "<p><strong>À lire aussi : </strong><a href='/x'>INTRUS dans la rade de Brest</a></p>",
        "<div><h3>Sur le même sujet</h3><p>INTRUS dans la rade de Brest, un récit de notre envoyé.</p></div>",
        "<div class='box'><h3><a href='/x'>INTRUS dans la rade de Brest</a></h3><p>Un récit de notre envoyé.</p></div>",
        "<div class='article__share-bar'><p>INTRUS sur tous les réseaux, et dans tous les ports.</p></div>",
        "<div><p>INTRUS : inscrivez-vous à notre lettre d’information hebdomadaire.</p><button>Valider</button></div>",
        "<figure><img src='x.jpg'><figcaption>INTRUS sur le pont de la frégate.</figcaption></figure>",
        "<p>INTRUS sur le pont, le 3 mars. © Yann Le Goff</p>",
        "<p style='display: none'>INTRUS que personne ne voit sur la page.</p>",
        "<script>var x = 'INTRUS dans le texte de la page';</script>",
    ],
)
def test_what_belongs_to_the_page_goes(removed: str) -> None:
    assert "INTRUS" not in read_html(f"{HEAD}{PARAGRAPH}{removed}{PARAGRAPH * 3}").text


@pytest.mark.parametrize(
    "page",
    [
        "",
        " \n",
        "<!-- rien -->",
        "<html><frameset cols='1,2'><frame src=a></frameset></html>",
        "<h1>Connexion</h1><form><label>Identifiant</label><input><label>Mot de passe</label><input type=password></form>",
        f"{HEAD}<ul>{'<li><a href=/x>Un autre titre d’article à lire sur ce site</a></li>' * 40}</ul>",
        '{"a": "du JSON"}',
    ],
)
def test_a_page_without_article_is_refused_in_french(page: str) -> None:
    with pytest.raises(ValueError, match=r"page vide|aucun article"):
        read_html(page)


# Hostile pages


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("<p>" + "x" * LARGEST_PAGE, "millions de caractères"),
        (HEAD + "<div>" * 10_000 + PARAGRAPH, "imbriquées"),
        (HEAD + "<div>" * (DEEPEST_PAGE + 1) + PARAGRAPH, "imbriquées"),
        (HEAD + "<br>" * (MOST_ELEMENTS + 1), "balises"),
        (HEAD + "<div " + " ".join(f"a{number}='>'" for number in range(200_000)) + ">" + PARAGRAPH, "attributs"),
        (HEAD + "<div " + " ".join(f"a{number}=1" for number in range(200_000)) + ">" + PARAGRAPH, "attributs"),
    ],
    ids=["large", "very deep", "deep", "many elements", "many quoted attributes", "many attributes"],
)
def test_pages_beyond_the_limits_are_refused(page: str, reason: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(ValueError, match=reason):
        read_html(page)
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize(
    "page",
    [
        HEAD + "<div>" * (DEEPEST_PAGE - 50) + PARAGRAPH,
        HEAD + "<font size=2>" * 300 + PARAGRAPH,
        HEAD + "<table><tr><td>" * 200 + PARAGRAPH,
        HEAD + "<div class='" + "a " * 1_000_000 + "'>" + PARAGRAPH + "</div>",
        HEAD + "<div " + " ".join(f"a{number}=1" for number in range(MOST_ATTRIBUTES)) + ">" + PARAGRAPH,
        HEAD + "<p>x</p>\0\0" + PARAGRAPH.replace("Le", "L\0e"),
        f"<?xml version='1.0' encoding='utf-16'?>{HEAD}{PARAGRAPH}",
        HEAD + PARAGRAPH + "\ud800\udfff",
        HEAD + PARAGRAPH + "&lt;" * 100_000 + "&#99999999;&#0;&bogus;",
        f"<!DOCTYPE html [<!ENTITY a 'aa'><!ENTITY b SYSTEM 'file:///etc/passwd'>]>{HEAD}{PARAGRAPH}&a;&b;",
        f"{HEAD}<script type='application/ld+json'>{'[' * 100_000}</script>{PARAGRAPH}",
        f'{HEAD}<script type="application/ld+json">[{{"@type": ["NewsArticle", 3], "headline": {{"x": [1]}}, "author": [[["x"]], null, 5], "datePublished": 5, "publisher": true, "@id": 7, "url": ["http://[::1"], "@graph": "x"}}, null, 4]</script>{PARAGRAPH}',
        f'{HEAD}<script type="application/ld+json">{{"@type": "Article", "@id": "a", "author": {{"@id": "a"}}}}</script>{PARAGRAPH}',
        f"<link rel=canonical href='http://[bad'><meta property='og:url' content='javascript:alert(1)'>{HEAD}{PARAGRAPH}",
        f"{HEAD}<!-- {'x' * 1_000_000} -->{PARAGRAPH}",
        f"<body><h1>Un titre de page<p>Bonjour <b>à <i>tous <a href='x'>{PARAGRAPH}",
    ],
    ids=range(16),
)
def test_hostile_pages_are_read_in_time(page: str) -> None:
    begun = time.perf_counter()
    draft = read_html(page)

    assert SENTENCE in draft.text
    assert "root:" not in draft.text
    assert time.perf_counter() - begun < 5


def test_a_page_of_five_million_characters_takes_seconds() -> None:
    page = HEAD + PARAGRAPH * ((LARGEST_PAGE - len(HEAD)) // len(PARAGRAPH))

    begun = time.perf_counter()
    assert len(read_html(page).text) > 0.9 * LARGEST_PAGE
    assert time.perf_counter() - begun < 15


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(["<div>", "</div>", "<h1>", "</h1>", "<p>", "<table><td>", "<ul><li>", "<a href='/x'>", "</a>", "<article>", "<br>", "&nbsp;", "<script>", "</script>", "<![CDATA[", "<title>", "<meta name=date content=x>", SENTENCE, "À lire aussi", "3 mars 2024", "\0", "<"]) | st.text(max_size=20)))  # fmt: skip
def test_any_soup_gives_a_draft_or_a_reason(pieces: list[str]) -> None:
    try:
        draft = read_html("".join(pieces))
    except ValueError as error:
        assert re.search("page|balise", str(error))
    else:
        assert len(draft.text.split()) >= 15
        assert all(line == line.strip(" \t\r\f") and line for line in draft.text.split("\n"))


def test_no_socket_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for page in PAGES[::8]:
        read_html(f"<!DOCTYPE html SYSTEM 'http://a.example/x.dtd'>{page.html}", url="https://a.example/x")


def test_reading_is_quick_and_gives_the_same_again() -> None:
    """40 pages a second and core; a fresh clock of the process, so that a busy machine does not count."""
    read_html(PAGES[0].html)
    begun = time.process_time()
    first = [read_html(page.html) for page in PAGES]

    assert len(PAGES) / (time.process_time() - begun) >= 40
    assert first[::9] == [read_html(page.html) for page in PAGES[::9]]


def f1(found: str, wanted: str) -> float:
    """Of the words, however ordered."""
    ours, theirs = (Counter(re.findall(r"\w+", text.lower())) for text in (found, wanted))
    return 2 * (ours & theirs).total() / max(1, ours.total() + theirs.total())


def plain(text: str) -> str:
    return " ".join(text.split())


def day(text: str | None) -> str | None:
    """The day in a date as pages write it: ISO, 3 mars 2024, 03/03/2024."""
    for pattern in (
        r"(?P<y>\d{4})[-/](?P<m>\d\d)[-/](?P<d>\d\d)",
        r"(?P<d>\d{1,2})(?:er)? (?P<m>\w+) (?P<y>\d{4})",
        r"(?P<d>\d\d)[/.](?P<m>\d\d)[/.](?P<y>\d{4})",
    ):
        if match := re.search(pattern, text or ""):
            month = match["m"] if match["m"].isdigit() else MONTHS.index(match["m"].lower()) + 1
            return f"{match['y']}-{int(month):02}-{int(match['d']):02}"
    return None
