import json
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.ingest import clean
from indexer.ingest.clean import any_letters, clean_article, clean_lines, is_furniture, is_rubric, without_repeats
from indexer.ingest.decode import decode

CORPUS = Path(__file__).parents[2] / "corpus" / "articles"
PAIRS = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "left_overs.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
FURNITURE = [
    *(left_over for left_over, _ in PAIRS),
    *("Twitter", "LinkedIn", "Pinterest", "WhatsApp", "Imprimer", "E-mail", "Leave a Comment", "Leave a reply", "À lire aussi"),
    *("Ce site utilise Akismet pour réduire les indésirables.", "Nos derniers articles", "|", "—", "***"),
]  # fmt: skip
SENTENCES = [
    *(sentence for _, sentence in PAIRS),
    *("Source : l’état-major ukrainien dément cette information.", "Un soldat ukrainien tient un missile Stinger"),
    *("Le témoin est M. X", "Début du sommet de l’OTAN", "L’armée a reçu ses premiers canons. Le ministère le confirme."),
]  # fmt: skip


@pytest.mark.parametrize("line", FURNITURE)
def test_left_overs_of_the_page_go(line: str) -> None:
    assert is_furniture(line)
    assert clean_lines(f"Une phrase.\n{line}\nUne autre.") == ["Une phrase.", "Une autre."]


@pytest.mark.parametrize("line", SENTENCES)
def test_sentences_that_look_like_them_stay(line: str) -> None:
    assert not is_furniture(line)
    assert clean_lines(line) == [line]


@pytest.mark.parametrize("tail", ["Comment (0)", " Comment (0)", " Partager", "Réagir", " Réagir"])
def test_a_left_over_glued_to_a_sentence_goes(tail: str) -> None:
    assert clean_lines(f"La suite est incertaine.{tail}") == ["La suite est incertaine."]


def test_a_paragraph_glued_to_a_left_over_stays() -> None:
    line = (
        f"Lire aussi : la France livre des chars. {'Le ministre a détaillé les livraisons de la semaine. ' * 6}".strip()
    )

    assert clean_lines(line) == [line]


@pytest.mark.parametrize(
    "line", ["Monde", "Incidents", "INTERNATIONAL", "Défense", "defense", "Guerre en Ukraine", "À la une", "Décryptage"]
)
def test_names_of_sections_are_known_in_any_writing(line: str) -> None:
    assert is_rubric(line)


STANDFIRST = "22 alliés, dont le Portugal, ont signé une lettre d’intention pour un logiciel"


def test_a_title_and_a_standfirst_are_not_repeated() -> None:
    lines = ["Le Titre", STANDFIRST, "Corps.", f"{STANDFIRST} qui changera tout.", "LE TITRE", "Corps."]

    assert without_repeats(lines, "Le titre") == ["Corps.", f"{STANDFIRST} qui changera tout."]


def test_a_teaser_cut_short_below_its_paragraph_goes() -> None:
    lines = [f"{STANDFIRST} qui changera tout.", "Corps.", f"{STANDFIRST} qui chan…"]

    assert without_repeats(lines, "Le titre") == lines[:2]


@pytest.mark.parametrize("marks", ["", "— ", "—" * 30, "* " * 40])
def test_a_line_is_repeated_whatever_marks_stand_before_it(marks: str) -> None:
    assert without_repeats(["Corps.", f"{marks}Une phrase.", "Une phrase.", "UNE PHRASE"], "") == [
        "Corps.",
        f"{marks}Une phrase.",
    ]
    assert without_repeats([f"{marks}Le titre", "Corps."], "Le titre") == ["Corps."]


def test_an_article_is_cleaned_as_a_careful_reader_would() -> None:
    title, body = clean_article(
        " L& apos;armÃ©e\nreÃ§oit des chars | ",
        f"Monde\n\nL'armée reçoit des chars\n{STANDFIRST}…\nTemps de lecture : 3 min\n"
        f"{STANDFIRST} qui changera tout.Cette annonce surprend.\nPublicité\nLe reste suit.Comment (0)\n© AFP",
    )

    assert title == "L'armée reçoit des chars"
    assert body == f"{STANDFIRST} qui changera tout. Cette annonce surprend.\n\nLe reste suit."


@pytest.mark.parametrize(
    ("title", "text"), [("", ""), ("Un titre", "Facebook\nTwitter"), ("Un titre", "Un titre\nMonde")]
)
def test_nothing_is_left_of_a_page_without_an_article(title: str, text: str) -> None:
    assert clean_article(title, text) == (title, "")


def twice(title: str, text: str) -> None:
    once = clean_article(title, text)

    assert clean_article(*once) == once


LINES = st.sampled_from([
    *FURNITURE, *SENTENCES, STANDFIRST, f"{STANDFIRST} qui changera tout.", f"{STANDFIRST}…", "Monde", "Analyse", "Le titre", "",
    "  Un  mot ", "Fin.Comment (0) Partager", "armÃ©e &amp;amp;eacute;", "monde.Cette fois", "| X |", "Fin.Facebook.Twitter", "\xa0»",
])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["", "Le titre", "Monde", "armÃ©e |"]), st.lists(LINES, max_size=12).map("\n".join))
def test_cleaning_twice_is_cleaning_once(title: str, text: str) -> None:
    twice(title, text)


@example(title="Ã\r0", text="Ã\t0")
@given(st.text(max_size=40), st.text(alphabet="aA. \n|»…&;é«XFacebookÃ©\u0301", max_size=120))
def test_cleaning_twice_is_cleaning_once_for_any_text(title: str, text: str) -> None:
    twice(title, text)


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)
def test_the_corpus_is_cleaned_once_for_all(path: Path) -> None:
    title, _, text = decode(path.read_bytes()).partition("\n")
    twice(title, text)


def test_seeds_and_real_articles_are_cleaned_once_for_all(shared: Path) -> None:
    for path in sorted((shared / "seeds").iterdir()):
        twice("", decode(path.read_bytes()))
    for line in (shared / "data" / "wikinews_fr_100" / "articles.jsonl").read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        twice(article["title"], article["text"])


@settings(deadline=None)
@given(st.lists(st.sampled_from(SENTENCES), unique=True, max_size=8), st.lists(st.sampled_from(FURNITURE), max_size=8))
def test_every_sentence_stays_whole_and_in_order(sentences: list[str], left_overs: list[str]) -> None:
    lines = list(sentences)
    for number, left_over in enumerate(left_overs):
        lines.insert((number * 7 + len(left_over)) % (len(lines) + 1), left_over)

    assert clean_article("Un titre", "\n".join(lines))[1].split("\n\n") == (sentences or [""])


@pytest.mark.parametrize(
    "unit", ["toute reproduction, même ", "facebook ", "1 ", "Une phrase.Partager ", "a" * 70 + "\n", "Lire aussi "]
)
def test_long_texts_take_linear_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    start = time.perf_counter()
    clean_article("Un titre", text)

    assert time.perf_counter() - start < 10


def test_many_lines_that_begin_alike_take_linear_time() -> None:
    text = "\n".join(f"{STANDFIRST} {number}" for number in range(20_000))
    start = time.perf_counter()
    clean_article("Un titre", text)

    assert time.perf_counter() - start < 20


@given(st.text() | st.text("aÉàœŒßµÿ²ª’«» .1\u0301Ж", max_size=12))
def test_letters_are_the_same_by_the_table_and_without_it(text: str) -> None:
    assert clean._only_letters(text) == any_letters(text)
