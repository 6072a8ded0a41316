"""The page of an article: its text with marks, what it names, its versions."""

import html
import re

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from indexer.article import Article, Mark
from indexer.document import Confidence, Document, Quantity
from indexer.engine import Engine
from indexer.search import SearchRequest
from tests.making import make_document, make_engine
from web import create_app
from web.article_page import MARK_NAMES, ArticlePage, mark_text

HOSTILE = (
    "<script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    '« " onmouseover= »',
    "</a></p><img src=x onerror=alert(1)>",
    "&lt;b&gt; & \u2028 \\",
)


@pytest.fixture
def app(engine: Engine) -> Flask:
    """The application over the sample corpus, for what needs addresses."""
    return create_app(engine=engine)


def text_of(client: FlaskClient, document_id: str) -> str:
    response = client.get(f"/document/{document_id}")
    assert response.status_code == 200
    return response.get_data(as_text=True)


def words_of(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def mark_of(kind: str, start: int, end: int, label: str, detail: str | None = None) -> Mark:
    return msgspec.convert({"kind": kind, "start": start, "end": end, "label": label, "detail": detail}, Mark)


def test_an_article_is_shown_whole_with_what_it_names(client: FlaskClient, engine: Engine) -> None:
    hit = engine.search(SearchRequest(q="Leopard")).hits[0]
    document = engine.document(hit.id)
    text = text_of(client, hit.id)
    article = text[text.index("<article") : text.index("</article>")]

    assert [words_of(found) for found in re.findall(r"<p>(.*?)</p>", article, re.DOTALL)] == [
        paragraph for paragraph in document.text.split("\n\n") if paragraph
    ]
    listed = html.unescape(text[text.index("Dans cet article") :])
    for kind in ("country", "equipment", "organisation", "person"):
        for value in document.facets.get(kind, ()):
            assert re.search(rf'<a href="/entity/{kind}/[^"]+">{re.escape(value)}</a>', listed)


def test_every_article_of_the_corpus_keeps_its_words(client: FlaskClient, engine: Engine) -> None:
    for document in engine.documents():
        text = text_of(client, document.id)
        heading = re.search(r"<h1>(.*?)</h1>", text, re.DOTALL)

        assert heading
        assert words_of(heading.group(1)) == document.title


def test_marks_lead_to_entities_or_say_what_was_understood(app: Flask) -> None:
    text = "Kyiv a reçu 18 chars pour 1,5 milliard."
    marks = [
        mark_of("country", 0, 4, "Ukraine", "Kyiv"),
        mark_of("quantity", 12, 20, "18\u00a0char"),
        mark_of("amount", 26, 38, "1,5\u00a0milliards"),
    ]
    with app.test_request_context():
        assert str(mark_text(text, marks)) == (
            '<a class="named named-country" href="/entity/country/Ukraine" title="Pays\u00a0: Ukraine (Kyiv)">Kyiv</a>'
            ' a reçu <span class="named named-quantity" title="Quantité\u00a0: 18\u00a0char">18 chars</span>'
            ' pour <span class="named named-amount" title="Montant\u00a0: 1,5\u00a0milliards">1,5 milliard</span>.'
        )


def test_a_mark_over_a_paragraph_break_is_in_both(app: Flask) -> None:
    document = make_document("La Corée\n\ndu Nord tire.")
    article = Article(
        document=document, title_marks=(), text_marks=(mark_of("country", 3, 17, "Corée du Nord"),), versions=()
    )
    with app.test_request_context():
        paragraphs = ArticlePage(article).paragraphs

    assert [words_of(str(paragraph)) for paragraph in paragraphs] == ["La Corée", "du Nord tire."]
    assert all("named-country" in paragraph for paragraph in paragraphs)


@pytest.mark.parametrize("payload", HOSTILE)
def test_marks_are_data(payload: str, app: Flask) -> None:
    """Only elements and attributes of our own are there, whatever text, label and detail say."""
    for kind in MARK_NAMES:
        marks = [mark_of(kind, 0, len(payload), payload, payload)]
        with app.test_request_context():
            markup = str(mark_text(payload + payload, marks))

        assert set(re.findall(r"<(\w+)", markup)) <= {"a", "span"}
        assert re.fullmatch(
            r'<(a|span) class="named named-\w+"( href="/entity/[^"<>\s]+")? title="[^"<>]*">[^<>]*</\1>[^<>]*', markup
        ), markup
        assert words_of(markup) == payload + payload


@pytest.mark.parametrize("payload", HOSTILE)
def test_a_hostile_article_is_text(payload: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    document = msgspec.structs.replace(
        make_document(f"{payload} en Ukraine {payload}", title=f"F-16 {payload}", source=payload),
        facets={"country": (payload,), "topic": (payload,), "designation": (payload,)},
        quantities=(Quantity(3, payload),),
        authors=(payload,),
        tags=(payload,),
        url="javascript:alert(1)",
    )
    client = create_app(engine=make_engine(tmp_path_factory.mktemp("hostile"), document)).test_client()
    text = text_of(client, document.id)

    assert not re.search(r"<(script>|img src=x)", text)
    assert not re.search(r"<[^>]*\sonmouseover=", text)
    assert "javascript:" not in text
    assert payload in words_of(text)


def test_every_kind_in_the_legend_can_be_switched_off(client: FlaskClient, engine: Engine) -> None:
    with client.get("/static/style.css") as response:
        style = response.get_data(as_text=True)
    page = ArticlePage(engine.article(engine.search(SearchRequest(q="Rafale Marine")).hits[0].id))

    for kind in MARK_NAMES:
        assert f".article-page:has(#marquer-{kind}:not(:checked)) .article .named-{kind}" in style
    marks = (*page.article.title_marks, *page.article.text_marks)
    assert sum(row.number for row in page.legend) == len(marks) > 0
    text = text_of(client, page.document.id)
    for row in page.legend:
        assert f'id="marquer-{row.kind}" checked' in text
        assert text.count(f'"named named-{row.kind}"') == row.number + 1


def test_the_other_versions_are_listed(client: FlaskClient, engine: Engine) -> None:
    hit = next(hit for hit in engine.search(SearchRequest(size=100)).hits if hit.story and hit.story.versions > 2)
    versions = engine.article(hit.id).versions
    text = text_of(client, hit.id)
    section = text[text.index("Autres versions") : text.index("Dans cet article")]

    assert f"Autres versions ({len(versions)})" in section
    assert re.findall(r'<a href="/document/([^"/]+)"', section) == [version.id for version in versions]
    assert hit.story
    assert f'href="/?story={hit.story.id}&amp;sort=oldest"' in section


def test_an_article_alone_has_no_section_for_versions(client: FlaskClient, engine: Engine) -> None:
    hit = next(hit for hit in engine.search(SearchRequest(size=100)).hits if not hit.story)

    assert "Autres versions" not in text_of(client, hit.id)


def rows_of(document: Document) -> dict[str, str]:
    article = Article(document=document, title_marks=(), text_marks=(), versions=())
    return dict(ArticlePage(article).particulars)


def test_the_particulars_leave_out_what_is_unknown() -> None:
    document = make_document("Un article.", id="x1")

    assert rows_of(document) == {"Langue": "français", "Fichier": "essais/x1.txt", "Identifiant": "x1"}
    more = msgspec.structs.replace(document, authors=("A", "B"), confidence=Confidence.LIKELY, language="en")
    assert rows_of(more) == {
        **rows_of(document),
        "Auteurs": "A, B",
        "Langue": "anglais",
        "Fiabilité de la date": "vraisemblable",
    }


def test_only_addresses_of_the_web_are_offered() -> None:
    def offered(url: str | None) -> str | None:
        document = msgspec.structs.replace(make_document(), url=url)
        return ArticlePage(Article(document=document, title_marks=(), text_marks=(), versions=())).address

    assert offered("https://exemple.fr/a") == "https://exemple.fr/a"
    assert [offered(url) for url in (None, "javascript:alert(1)", "data:text/html,x", "//x", "file:///etc")] == [
        None
    ] * 5


def test_an_unknown_article_is_a_404(client: FlaskClient) -> None:
    assert client.get("/document/absent").status_code == 404


def test_words_that_were_looked_for_are_marked(client: FlaskClient, engine: Engine) -> None:
    hit = engine.search(SearchRequest(q="« Rafale Marine » OU Inde")).hits[0]
    plain, found = (text_of(client, hit.id + query) for query in ("", "?q=« Rafale Marine » OU Inde"))
    article = found[found.index("<article") : found.index("</article>")]

    assert "<mark>" not in plain
    assert {words_of(word) for word in re.findall(r"<mark>(.*?)</mark>", article)} >= {"Rafale", "Marine", "Inde"} or (
        "Rafale Marine" in {words_of(word) for word in re.findall(r"<mark>(.*?)</mark>", article)}
    )
    assert words_of(article) == words_of(plain[plain.index("<article") : plain.index("</article>")])
    title, text = engine.highlight(hit.id, SearchRequest(q="« Rafale Marine » OU Inde"))
    number = len(title.marks) + len(text.marks)
    assert re.search(rf'named-word">Mots cherchés</span> <span class="number">{number}<', found)


def test_a_hit_leads_to_the_article_with_its_words_marked(client: FlaskClient) -> None:
    text = html.unescape(client.get("/?q=Kyiv&expand=0&country=Ukraine&size=5").get_data(as_text=True))
    link = re.search(r'<h2><a href="(/document/[^"]+)"', text)

    assert link
    assert link[1].endswith("?q=Kyiv&expand=0")
    assert "<mark>Kyiv</mark>" in client.get(link[1]).get_data(as_text=True)


@given(
    text=st.text(alphabet='ab <&"', min_size=1, max_size=30),
    cuts=st.lists(st.integers(0, 30), min_size=0, max_size=8),
    words=st.lists(st.integers(0, 30), min_size=0, max_size=8),
    start=st.integers(0, 5),
)
def test_marks_and_words_cross_without_losing_a_letter(
    text: str, cuts: list[int], words: list[int], start: int
) -> None:
    ends = sorted(set(cuts))
    marks = [mark_of("date", at + start, end + start, "x") for at, end in zip(ends[::2], ends[1::2], strict=False)]
    places = sorted(set(words))
    spans = [(at + start, end + start) for at, end in zip(places[::2], places[1::2], strict=False)]
    markup = str(mark_text(text, marks, spans, start))

    assert words_of(markup) == text
    inside = html.unescape("".join(re.findall(r"<mark>(.*?)</mark>", re.sub(r"</?span[^>]*>", "", markup))))
    assert inside == "".join(text[at - start : end - start] for at, end in spans)
    assert re.sub(r"</?(span|mark)[^>]*>", "", markup).count("<") == 0


@pytest.mark.parametrize(
    ("query", "status"), [("q=%28", 400), ("inconnu=1", 400), ("q=", 200), ("q=absolument+rien", 200)]
)
def test_a_query_is_read_as_on_the_search_page(client: FlaskClient, engine: Engine, query: str, status: int) -> None:
    hit = engine.search(SearchRequest()).hits[0]

    assert client.get(f"/document/{hit.id}?{query}").status_code == status


def test_similar_articles_say_what_is_shared(client: FlaskClient, engine: Engine) -> None:
    hit = engine.search(SearchRequest(q="Rafale Marine")).hits[0]
    text = html.unescape(text_of(client, hit.id))
    section = text[text.index('id="titre-proches"') : text.index('id="titre-notice"')]
    similar = engine.similar(hit.id)

    assert re.findall(r'<a href="/document/(\w+)"', section) == [each.hit.id for each in similar]
    for each in similar:
        assert f"En commun\u00a0: {', '.join(shared.text for shared in each.shared)}</p>" in section
