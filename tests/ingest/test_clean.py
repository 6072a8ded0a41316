import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.ingest.clean import clean_lines, is_furniture, is_rubric, repair_characters, without_repeats

FURNITURE = (
    "Facebook", "Twitter", "LinkedIn", "Pinterest", "WhatsApp", "X", "Partager", "Partager sur Facebook", "Imprimer", "E-mail",
    "Leave a Comment", "Leave a reply", "Laisser un commentaire", "Comment (0)", "Commentaires (12)", "3 commentaires", "Répondre",
    "This site uses Akismet to reduce spam. Learn how your comment data is processed.",
    "Ce site utilise Akismet pour réduire les indésirables.", "Votre adresse e-mail ne sera pas publiée.", "Raidisseur", "Source",
    "Lire aussi : la France livre des chars", "À lire aussi", "Abonnez-vous à notre lettre", "Nous utilisons des cookies.",
    "© 2024 Tous droits réservés", "Crédit photo : armée de Terre", "|", "—", "***", "Photo d’archives", "Articles similaires",
)  # fmt: skip
SENTENCES = (
    "Facebook a supprimé un réseau de faux comptes.", "X dément toute ingérence.", "La source de l’incendie est inconnue.",
    "Le commentaire du ministre a surpris.", "Partager le renseignement reste difficile.", "Les photos montrent un char.",
    "Source : l’état-major ukrainien dément cette information.", "Un soldat ukrainien tient un missile Stinger",
    "La publicité faite à l’affaire a gêné le ministère.", "Suivant les consignes, ils se replient.", "Début du sommet de l’OTAN",
)  # fmt: skip


@pytest.mark.parametrize("line", FURNITURE)
def test_left_overs_of_the_page_go(line: str) -> None:
    assert is_furniture(line)
    assert clean_lines(f"Une phrase.\n{line}\nUne autre.") == ["Une phrase.", "Une autre."]


@pytest.mark.parametrize("line", SENTENCES)
def test_sentences_that_look_like_them_stay(line: str) -> None:
    assert not is_furniture(line)
    assert clean_lines(line) == [line]


def test_a_comment_counter_glued_to_a_sentence_goes() -> None:
    assert clean_lines("La suite est incertaine.Comment (0)") == ["La suite est incertaine."]


@pytest.mark.parametrize(
    "line", ["Monde", "Incidents", "INTERNATIONAL", "Défense", "defense", "Guerre en Ukraine", "À la une"]
)
def test_names_of_sections_are_known_in_any_writing(line: str) -> None:
    assert is_rubric(line)


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("l& apos;armée", "l'armée"),
        ("l&apos;arm&eacute;e", "l'armée"),
        ("l&#8217;armée &amp; la marine", "l’armée & la marine"),
        ("e\u0301te\u0301", "été"),
        ("mis\u00adsile\u200b s", "missile s"),
        ("\ufeffun\u202edeux", "undeux"),
        ("un\r\ndeux\rtrois\u2028quatre", "un\ndeux\ntrois\nquatre"),
        ("« 1 500 » – “oui”…", "« 1 500 » – “oui”…"),
        ("AT&T & R&D", "AT&T & R&D"),
    ],
)
def test_characters_are_repaired_and_typography_is_kept(broken: str, whole: str) -> None:
    assert repair_characters(broken) == whole


def test_a_title_and_a_standfirst_are_not_repeated() -> None:
    standfirst = "22 alliés, dont le Portugal, ont signé une lettre d’intention pour un logiciel"
    lines = ["Le Titre", standfirst, "Corps.", f"{standfirst} qui changera tout.", "LE TITRE", "Corps."]

    assert without_repeats(lines, "Le titre") == ["Corps.", f"{standfirst} qui changera tout."]


@given(st.text(max_size=300))
def test_repairing_twice_is_repairing_once_for_plain_text(text: str) -> None:
    once = repair_characters(text.replace("&", ""))

    assert repair_characters(once) == once


@given(st.lists(st.sampled_from([*FURNITURE, *SENTENCES, "", "  Un  mot "]), max_size=12))
def test_cleaning_twice_is_cleaning_once(lines: list[str]) -> None:
    once = clean_lines("\n".join(lines))

    assert clean_lines("\n".join(once)) == once
