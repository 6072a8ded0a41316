import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.ingest import boilerplate as module
from indexer.ingest.boilerplate import Boilerplate, line_key, without_recurring

NOUNS = "brigade frégate drone obus radar char missile budget traité général ministre exercice contrat convoi navire".split()
VERBS = (
    "reçoit livre annonce retarde détruit observe finance abrite protège réclame signe prépare attend montre".split()
)
PLACES = (
    "Kharkiv Toulon Varsovie Odessa Tallinn Bruxelles Kiev Paris Lviv Berlin Washington Ankara Rome Oslo Riga".split()
)
TEMPLATES = {
    "presse.example": ["La lettre du front, chaque matin dans votre boîte", "Nos journalistes enquêtent, aidez-les", "Le fil des armées"],
    "revue.example": ["Numéro 12 – dossier spécial", "Rubrique préparée avec l’Institut des études de sécurité, qui n’engage que ses auteurs et leurs lecteurs assidus"],
    "bref.example": ["Toutes les brèves du jour", "Un service de la rédaction"],
    "sans.example": [],
}  # fmt: skip

Article = list[str]


def paragraph(rng: random.Random) -> str:
    """A paragraph that no other draw gives."""
    clauses = [
        f"le {rng.choice(NOUNS)} {rng.choice(VERBS)} le {rng.choice(NOUNS)} à {rng.choice(PLACES)}"
        for _ in range(rng.randint(2, 6))
    ]
    return (
        f"{', puis '.join(clauses).capitalize()}, a déclaré le ministre {''.join(rng.choices('aeioubcdlmnrst', k=12))}."
    )


def source_articles(rng: random.Random, template: list[str], number: int) -> list[tuple[Article, Article]]:
    """Articles as (content, content amid the lines of the page); one in twelve is told in several versions."""
    articles = []
    for _ in range(number):
        content = [paragraph(rng) for _ in range(rng.randint(3, 9))]
        for _ in range(1 if rng.random() > 1 / 12 else 7):
            content = [*content[:-1], paragraph(rng)]
            around = [line.replace("12", str(rng.randint(1, 99))) for line in template if rng.random() < 0.7]
            articles.append((content, [*around[:1], *content, *around[1:]]))
    return articles


def learned(articles: list[Article], source: str = "a.example") -> Boilerplate:
    boilerplate = Boilerplate()
    for article in articles:
        boilerplate.learn(source, article)
    return boilerplate


def removal(articles: list[tuple[Article, Article]]) -> tuple[int, int, int]:
    """How many lines of the pages were removed, how many of them rightly, and how many should have been."""
    recurring = learned([page for _, page in articles]).recurring("a.example")
    removed = right = wanted = 0
    for content, page in articles:
        gone = [line for line in page if line not in without_recurring([line], recurring)]
        removed += len(gone)
        right += sum(line not in content for line in gone)
        wanted += len(page) - len(content)
    return removed, right, wanted


@pytest.mark.parametrize("number", [15, 60, 400])
@pytest.mark.parametrize("seed", range(3))
def test_lines_of_the_page_go_and_nothing_else(number: int, seed: int) -> None:
    counts = [removal(source_articles(random.Random(seed), template, number)) for template in TEMPLATES.values()]
    removed, right, wanted = map(sum, zip(*counts, strict=True))

    assert right >= 0.98 * removed
    assert right >= 0.95 * wanted


def test_real_articles_keep_their_lines_and_lose_those_of_the_page(shared: Path) -> None:
    file = shared / "data" / "wikinews_fr_100" / "articles.jsonl"
    rng = random.Random(7)
    template = ["Source de l’article : l’atelier des rédacteurs", "Proposez une correction", "Relu par 3 personnes"]
    articles = []
    for line in file.read_text(encoding="utf-8").splitlines():
        content = json.loads(line)["text"].split("\n\n")
        around = [text for text in template if rng.random() < 0.8]
        articles.append((content, [*around[:1], *content, *around[1:]]))
    removed, right, wanted = removal(articles)

    assert right >= 0.98 * removed
    assert right >= 0.95 * wanted


def test_a_short_life_is_no_proof() -> None:
    rng = random.Random(1)
    articles = [[paragraph(rng), paragraph(rng), "Le fil des armées"] for _ in range(5)]

    assert not learned(articles[:4]).recurring("a.example")
    assert learned(articles).recurring("a.example") == {line_key("Le fil des armées")}


def test_a_line_of_few_articles_among_many_stays() -> None:
    rng = random.Random(1)
    articles = [[paragraph(rng), paragraph(rng)] for _ in range(80)]
    for article in articles[:7]:
        article.append("Le contexte")

    assert not learned(articles).recurring("a.example")


def test_a_sentence_that_agencies_repeat_stays_inside_its_paragraph() -> None:
    rng = random.Random(1)
    articles = [[f"{paragraph(rng)} « Nous agirons », a déclaré le ministre.", paragraph(rng)] for _ in range(30)]

    assert not learned(articles).recurring("a.example")


@pytest.mark.parametrize("copies", [2, 12, 300])
def test_copies_of_an_article_do_not_make_its_lines_recur(copies: int) -> None:
    rng = random.Random(1)
    article = [paragraph(rng) for _ in range(4)]
    others = [[paragraph(rng) for _ in range(4)] for _ in range(20)]

    assert not learned([*[article] * copies, *others]).recurring("a.example")


@pytest.mark.parametrize("others", [0, 20])
def test_versions_of_a_story_do_not_make_its_lines_recur(others: int) -> None:
    rng = random.Random(1)
    story = [paragraph(rng) for _ in range(6)]
    versions = [[paragraph(rng), *story] for _ in range(15)]

    assert not learned(versions + [[paragraph(rng)] for _ in range(others)]).recurring("a.example")


def test_sources_do_not_speak_for_one_another() -> None:
    rng = random.Random(1)
    boilerplate = learned([[paragraph(rng), "Le fil"] for _ in range(9)])
    boilerplate.learn("b.example", [paragraph(rng), "Le fil"])

    assert boilerplate.recurring("a.example")
    assert not boilerplate.recurring("b.example")
    assert not boilerplate.recurring("c.example")


PAGES = [page for _, page in source_articles(random.Random(3), TEMPLATES["presse.example"], 120)]
RECURRING = learned(PAGES).recurring("a.example")


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 4))
def test_the_order_and_the_sharing_out_do_not_matter(rng: random.Random, shares: int) -> None:
    shuffled = PAGES + rng.choices(PAGES, k=20)
    rng.shuffle(shuffled)
    boilerplate = Boilerplate()
    for share in range(shares):
        boilerplate.merge(learned(shuffled[share::shares]))

    assert boilerplate.recurring("a.example") == RECURRING != frozenset()


def test_memory_is_bounded_and_the_bound_knows_no_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SOURCES_REMEMBERED", 5)
    words = [f"{noun}{verb} " for noun in NOUNS for verb in VERBS]
    articles = [
        (f"{number % 10}.example", [word + words[number % 200] * (number // 200 + 1) for word in words[:150]])
        for number in range(1100)
    ]
    forwards, backwards = Boilerplate(), Boilerplate()
    for source, lines in articles:
        forwards.learn(source, lines)
    for source, lines in reversed(articles):
        backwards.learn(source, lines)

    assert forwards._articles == backwards._articles
    assert len(forwards._articles) == 5
    assert {len(remembered) for remembered in forwards._articles.values()} == {module.ARTICLES_REMEMBERED}
    sizes = [len(content) for remembered in forwards._articles.values() for content in remembered.values()]
    assert max(sizes) == 8 * module.LINES_REMEMBERED


@pytest.mark.parametrize(
    ("first", "second"),
    [("Lu 12 fois", "LU 1 345 FOIS"), ("Le fil : l’actu", "le fil – l’actu"), ("Page 1", "Page 22")],
)
def test_case_figures_and_punctuation_make_no_difference(first: str, second: str) -> None:
    assert line_key(first) == line_key(second) != line_key("Un autre")


@pytest.mark.parametrize("line", ["", "—", "12/03/2024", "***"])
def test_a_line_without_letters_is_not_compared(line: str) -> None:
    assert line_key(line) == 0
    assert without_recurring([line], frozenset({line_key("Le fil")})) == [line]


@given(st.lists(st.sampled_from(["Le fil", "Un mot", "12", "Une phrase entière."])))
def test_what_is_kept_keeps_its_order(lines: list[str]) -> None:
    recurring = frozenset({line_key("Le fil")})

    assert without_recurring(lines, recurring) == [line for line in lines if line != "Le fil"]
