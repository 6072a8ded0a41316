"""What the search page makes of an answer: facets, chips, versions, amounts."""

import gzip
import html
import re

import pytest
from flask.testing import FlaskClient

from indexer.document import FACETS, Amount, PartialDate
from indexer.engine import Engine
from indexer.search import SearchRequest, Sort
from web.language import language_name
from web.page import FACET_NAMES
from web.search_page import DRAWN_FACETS, SHOWN_VALUES, SearchPage


@pytest.fixture
def many(engine: Engine) -> SearchPage:
    """The page of all articles."""
    return page_of(engine, SearchRequest())


def page_of(engine: Engine, request: SearchRequest) -> SearchPage:
    return SearchPage(request, engine.search(request))


def text_of(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return html.unescape(response.get_data(as_text=True))


def test_every_facet_has_a_french_name() -> None:
    assert set(FACET_NAMES) == set(FACETS)


def test_long_facets_are_folded_after_the_first_values(many: SearchPage) -> None:
    blocks = {block.field: block for block in many.facets}

    assert len(blocks["country"].seen) == SHOWN_VALUES
    assert len(blocks["country"].more) > 1
    assert blocks["country"].seen + blocks["country"].more == many.results.facets["country"].values
    for block in blocks.values():
        assert len(block.more) != 1
        assert not block.more_is_open


def test_what_is_chosen_is_never_folded_away(engine: Engine, many: SearchPage) -> None:
    last = many.results.facets["country"].values[-1].value
    chosen = page_of(engine, SearchRequest(include={"country": (last,), "language": ("fr",)}))
    blocks = {block.field: block for block in chosen.facets}

    for block in blocks.values():
        folded = [value for value in block.more if value.selected]
        assert block.more_is_open == bool(folded)
    assert blocks["language"].is_open
    assert not {block.field: block for block in many.facets}["language"].is_open


def test_languages_have_french_names(client: FlaskClient) -> None:
    assert [language_name(code) for code in ("fr", "de", "uk", "xx-none")] == [
        *("français", "allemand", "ukrainien", "xx-none")
    ]
    assert '<span class="value">français</span>' in text_of(client, "/?sort=newest")


def test_the_amount_facet_says_by_which_rates(client: FlaskClient) -> None:
    assert re.search(r'<p class="hint">En euros, d’après les taux', text_of(client, "/?sort=newest"))


def test_the_orders_offer_the_largest_sums(client: FlaskClient, engine: Engine) -> None:
    links = {link.label: link for link in page_of(engine, SearchRequest(q="aide", sort=Sort.AMOUNT)).sorts}

    assert links["Montant"].current
    assert links["Montant"].href == "/?q=aide&sort=amount"
    first = re.findall(r'<h2><a href="/document/([^"?]+)[?"]', text_of(client, "/?q=aide&sort=amount"))
    assert first[0] == engine.search(SearchRequest(q="aide", sort=Sort.AMOUNT)).hits[0].id


def test_versions_are_grouped_and_apart_again(client: FlaskClient, engine: Engine) -> None:
    apart = page_of(engine, SearchRequest(q="Rafale"))
    grouped = page_of(engine, SearchRequest(q="Rafale", collapse=True))

    assert (apart.collapsing.label, apart.collapsing.href) == ("Regrouper les versions", "/?q=Rafale&collapse=story")
    assert (grouped.collapsing.label, grouped.collapsing.href) == ("Montrer chaque version", "/?q=Rafale")
    assert grouped.results.total.value < apart.results.total.value
    assert 'href="/?q=Rafale&collapse=story">Regrouper les versions</a>' in text_of(client, "/?q=Rafale")


def test_a_hit_leads_to_the_versions_of_its_story(client: FlaskClient, engine: Engine) -> None:
    page = page_of(engine, SearchRequest(size=100))
    hit = next(hit for hit in page.results.hits if hit.story and hit.story.sources > 1)
    link = page.story(hit)

    assert hit.story
    assert link
    assert link.href
    assert link.label == f"{hit.story.versions}\u00a0versions, {hit.story.sources}\u00a0sources"
    assert f'<a href="{link.href}">{link.label}</a>' in text_of(client, "/?size=100")
    shown = text_of(client, link.href)
    assert re.search(rf'role="status"><h1[^>]*>{hit.story.versions}\s', shown)
    assert f"<span>{link.label}</span>" in shown


def test_the_largest_sums_of_a_hit_are_shown(many: SearchPage) -> None:
    hit = many.results.hits[0]
    sums = (Amount(5e6, "USD"), Amount(4e8, "USD"), Amount(1e9, "EUR", highest=2e9))
    changed = type(hit)(**{**{name: getattr(hit, name) for name in hit.__struct_fields__}, "amounts": sums})

    assert many.amounts(changed) == "400\u00a0M$, 1 à 2\u00a0Md€"


def test_every_filter_is_a_chip_that_can_be_removed(engine: Engine) -> None:
    request = SearchRequest(q="aide", amount_from=1e8, amount_to=1e10, currency="USD", story="abc", collapse=True)
    chips = {(chip.name, chip.label): chip.without for chip in page_of(engine, request).chips}

    assert chips == {
        ("Montant", "à partir de 100\u00a0M$"): "/?q=aide&amount_to=10000000000&currency=USD&story=abc&collapse=story",
        ("Montant", "jusqu’à 10\u00a0Md$"): "/?q=aide&amount_from=100000000&currency=USD&story=abc&collapse=story",
        ("Monnaie", "USD"): "/?q=aide&amount_from=100000000&amount_to=10000000000&story=abc&collapse=story",
        ("Versions", "d’un même récit"): (
            "/?q=aide&amount_from=100000000&amount_to=10000000000&currency=USD&collapse=story"
        ),
        ("Versions", "regroupées"): "/?q=aide&amount_from=100000000&amount_to=10000000000&currency=USD&story=abc",
    }
    assert page_of(engine, request).cleared == "/?q=aide"


def test_a_sum_without_currency_is_shown_as_it_was_asked_for(engine: Engine) -> None:
    (chip,) = page_of(engine, SearchRequest(amount_from=1e6)).chips

    assert chip.label == "à partir de 1\u202f000\u202f000"


def test_a_chip_of_an_entity_leads_to_its_page(client: FlaskClient) -> None:
    text = text_of(client, "/?country=France&source=monde-securite.example")

    assert re.findall(r'<a class="card" href="([^"]+)">', text) == ["/entity/country/France"]


def test_the_form_keeps_what_has_no_control(engine: Engine) -> None:
    request = SearchRequest(
        q="aide",
        include={"country": ("France",)},
        exclude={"country": ("Russie",)},
        amount_from=1e8,
        collapse=True,
        sort=Sort.OLDEST,
        story="abc",
    )

    assert page_of(engine, request).hidden_fields == [
        ("amount_from", "100000000"),
        ("story", "abc"),
        ("collapse", "story"),
        ("sort", "oldest"),
        # Nothing was found, so no facet but the country's has values: those chosen there have their boxes.
    ]


def test_the_form_keeps_selections_of_facets_that_are_not_counted(client: FlaskClient, engine: Engine) -> None:
    page = page_of(engine, SearchRequest(include={"country": ("France",)}, facets=("source",)))

    assert [block.field for block in page.facets] == ["source"]
    assert ("country", "France") in page.hidden_fields
    assert client.get("/?country=France&facets=source").status_code == 200


def test_a_value_can_be_left_out(client: FlaskClient, engine: Engine) -> None:
    text = text_of(client, "/?q=otan&-country=France")

    assert re.search(r'name="-country" value="France" form="recherche" checked>', text)
    assert re.search(r'name="country" value="France" form="recherche">', text)
    found = engine.search(SearchRequest(q="otan", exclude={"country": ("France",)}))
    assert re.search(rf'role="status"><h1[^>]*>{found.total.value}\s', text)


def test_every_box_stands_once_and_says_whether_it_is_ticked(client: FlaskClient) -> None:
    text = text_of(client, "/?q=char&equipment=Leopard+2&-kind=Naval&country=France")
    boxes = re.findall(r'type="checkbox" name="([^"]+)" value="([^"]+)" form="recherche"( checked)?>', text)

    assert len({(name, value) for name, value, _ in boxes}) == len(boxes)
    assert {(name, value) for name, value, checked in boxes if checked} == {
        *(("equipment", "Leopard 2"), ("-kind", "Naval"), ("country", "France"))
    }


def test_equipment_is_a_tree(client: FlaskClient) -> None:
    text = text_of(client, "/?q=Leopard")
    below = text[text.index('value="char de combat" form') :]

    assert re.search(
        r'<ul class="tree">.*?value="Leopard" form.*?<ul class="tree">.*?value="Leopard 2" form', below, re.DOTALL
    )


def test_the_page_size_is_chosen_and_kept(engine: Engine) -> None:
    page = page_of(engine, SearchRequest(q="ukraine", size=20, page=2))

    assert [(link.label, link.href, link.current) for link in page.sizes] == [
        ("10", "/?q=ukraine", False),
        ("20", "/?q=ukraine&size=20", True),
        ("50", "/?q=ukraine&size=50", False),
        ("100", "/?q=ukraine&size=100", False),
    ]
    assert page_of(engine, SearchRequest(q="introuvablement")).sizes == []


def test_without_a_parameter_left_all_articles_are_shown(client: FlaskClient) -> None:
    text = text_of(client, "/?country=France")

    assert re.findall(r'<a (?:class="clear" )?href="([^"]+)">(?:<span class="unseen">Retirer|Tout retirer)', text) == [
        *("/?sort=newest", "/?sort=newest")
    ]


def test_a_query_typed_over_all_articles_is_ranked(engine: Engine) -> None:
    assert page_of(engine, SearchRequest(sort=Sort.NEWEST)).hidden_fields == []
    assert page_of(engine, SearchRequest(q="aide", sort=Sort.NEWEST)).hidden_fields == [("sort", "newest")]


def test_scores_are_explained_when_asked_for(client: FlaskClient, engine: Engine) -> None:
    plain, explained = text_of(client, "/?q=missiles"), text_of(client, "/?q=missiles&explain=1")

    assert 'class="explanation"' not in plain
    assert "/?q=missiles&explain=1" in plain
    assert explained.count('<details class="explanation">') == len(re.findall('<li class="hit">', explained))
    assert page_of(engine, SearchRequest(sort=Sort.NEWEST)).explaining is None


def test_the_timeline_leads_to_its_spans_and_is_a_table(client: FlaskClient, engine: Engine) -> None:
    answer = engine.search(SearchRequest(q="Ukraine", timelines=("published",)))
    bars = answer.timelines["published"].bars
    text = text_of(client, "/?q=Ukraine")
    rows = re.findall(r'<tr><th scope="row"><a href="([^"]+)">[^<]+</a></th><td>(\d+)</td></tr>', text)

    assert rows == [(f"/?q=Ukraine&from={bar.date}&to={bar.date}", f"{bar.count}") for bar in bars]
    assert re.findall(r'<a href="([^"]+)" tabindex="-1"><title>', text) == [href for href, _ in rows]
    for (href, number), bar in list(zip(rows, bars, strict=True))[:3]:
        narrowed = engine.search(
            SearchRequest(
                q="Ukraine", published_from=PartialDate.parse(bar.date), published_to=PartialDate.parse(bar.date)
            )
        )
        assert narrowed.total.value >= int(number), href  # what is dated less exactly may be of that month too


def test_bars_are_as_long_as_their_counts_say(client: FlaskClient, engine: Engine) -> None:
    facets, text = engine.search(SearchRequest(q="Ukraine")).facets, text_of(client, "/?q=Ukraine")
    for field in FACETS:
        block = text.partition(f"<summary>{FACET_NAMES[field]}</summary>")[2].partition("</fieldset>")[0]
        widths = [float(width) for width in re.findall(r'class="share".*?<rect width="([\d.]+)"', block)]
        counts = [value.count for value in facets[field].values]
        drawn = field in DRAWN_FACETS and len(counts) > 1
        assert widths == ([round(100 * count / max(counts), 1) for count in counts] if drawn else []), field


def test_what_was_asked_for_is_what_is_linked(client: FlaskClient) -> None:
    """The page asks the engine for a timeline; the addresses on it do not."""
    assert "timelines" not in text_of(client, "/?q=Ukraine")


def test_similar_articles_are_one_link_away(client: FlaskClient, engine: Engine) -> None:
    hit = engine.search(SearchRequest(q="Rafale Marine")).hits[0]
    assert f'href="/document/{hit.id}/similaires"' in text_of(client, "/?q=Rafale+Marine")
    text = text_of(client, f"/document/{hit.id}/similaires")

    assert re.findall(r'<h2><a href="/document/([^"]+)"', text) == [each.hit.id for each in engine.similar(hit.id, 10)]
    assert client.get("/document/absent/similaires").status_code == 404


def test_nothing_found_says_what_would_be(client: FlaskClient, engine: Engine) -> None:
    text = text_of(client, "/?q=missiles+Rafale&country=Chili")
    number = engine.search(SearchRequest(q="missiles Rafale")).total.value

    assert re.search(rf'<a href="/\?q=missiles\+Rafale">Retirer les filtres</a>\s: {number}\s', text)
    for word in ("missiles", "Rafale"):
        number = engine.search(SearchRequest(q=word)).total.value
        assert re.search(rf'<a href="/\?q={word}">{word}</a>\s: {number}\s', text)
    assert "Chaque mot seul, sans filtre" in text


NO_BREAK_BEFORE = re.compile(r"(?<=[\wéà»)]) [:;?!»]|« (?=\S)")


@pytest.mark.parametrize(
    "address",
    [
        *("/", "/?sort=newest", "/?q=Kyiv", "/?q=Rafalle+introuvablement", "/?q=rafale&mode=strict&correct=0&expand=0"),
        *(
            "/?q=Qui+dirige+l%E2%80%99OTAN",
            "/?q=xxxyyy&country=Chili",
            "/facette/country",
            "/facette/country?match=zz",
        ),
        "/?q=pays:Nullepart",
    ],
)
def test_french_punctuation_never_stands_alone(client: FlaskClient, address: str) -> None:
    """Every text of the page itself; titles and snippets are as their articles write them."""
    text = text_of(client, address)
    own = re.sub(r'<p class="snippet".*?</p>|<h2>.*?</h2>|<code>.*?</code>', "", text, flags=re.DOTALL)
    own = re.sub(r'<ul class="articles">.*?</ul>|<span class="unseen">[^<]*</span>|<[^>]*>', "", own, flags=re.DOTALL)

    assert NO_BREAK_BEFORE.findall(own) == []


def test_the_script_is_small_and_the_only_one(client: FlaskClient) -> None:
    with client.get("/static/completion.js") as script:
        assert len(script.data) <= 5000
    for address in ("/", "/?q=otan", "/facette/country", "/document/absent"):
        text = client.get(address).get_data(as_text=True)
        assert re.findall(r"<script\b[^>]*>", text) == ['<script src="/static/completion.js" defer>']
        assert not re.search(r"\sstyle=|\son\w+=", text)


def test_a_first_page_is_light(client: FlaskClient) -> None:
    parts = [client.get(address).data for address in ("/?q=ukraine", "/static/style.css", "/static/completion.js")]

    assert sum(len(gzip.compress(part)) for part in parts) <= 40_000
