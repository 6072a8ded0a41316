"""Which names are found in a text, and which other names a search may use."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import analyze
from indexer.thesaurus import Entry, Kind, Mention, Thesaurus, load_thesaurus

GEOGRAPHY = {"country", "place"}


@pytest.fixture(scope="module")
def thesaurus() -> Thesaurus:
    return load_thesaurus()


def labels(text: str, *kinds: Kind) -> list[str]:
    return [mention.entry.label for mention in load_thesaurus().find(text) if not kinds or mention.kind in kinds]


def variants(query: str) -> tuple[str, ...]:
    return load_thesaurus().variants([term.text for term in analyze(query)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rustem Umerov à Odessa", ["Rustem Umerov", "Odessa"]),
        ("des Leopard 2A6", ["Leopard 2A6"]),
        ("le SAMP/T NG", ["SAMP/T NG"]),
        ("l’île de La Réunion", ["La Réunion"]),
        ("Al-Qaïda au Maghreb islamique", ["AQMI"]),
    ],
)
def test_the_longest_name_wins(text: str, expected: list[str]) -> None:
    assert labels(text) == expected


def test_a_shorter_name_is_read_where_a_longer_one_does_not_fit() -> None:
    thesaurus = Thesaurus([("organisation", Entry(label="Alpha")), ("organisation", Entry(label="Alpha Beta Gamma"))])
    assert [mention.entry.label for mention in thesaurus.find("Alpha Beta, gamma, Alpha")] == [
        "Alpha Beta Gamma",
        "Alpha",
    ]
    assert [mention.entry.label for mention in thesaurus.find("Alpha Beta : Gamma")] == ["Alpha"]


@pytest.mark.parametrize("sea", ["mer de Chine", "mer de Chine méridionale", "mer du Japon", "golfe du Mexique"])
def test_a_sea_is_not_the_country_that_it_is_called_after(sea: str) -> None:
    assert labels(f"Une patrouille en {sea}.", "country") == []


def test_an_organisation_does_not_hide_the_country_in_its_name() -> None:
    assert labels("l’armée russe avance") == ["forces armées russes", "Russie"]
    assert labels("L’Agence France-Presse l’écrit", "country") == []


@pytest.mark.parametrize(
    "text",
    ["le ministère ukrainien. De la Défense", "Le Storm ; Shadow", "la Corée\ndu Nord", "en Corée (du Nord)"],
)
def test_a_name_across_a_sentence_end_is_none(text: str) -> None:
    assert not {"ministère ukrainien de la Défense", "SCALP", "Corée du Nord"} & set(labels(text))


def test_an_initial_does_not_end_a_sentence() -> None:
    assert labels("l’USS Gerald R. Ford") == ["Gerald R. Ford"]
    assert labels("avec J. D. Vance") == ["J. D. Vance"]


def test_quotation_marks_do_not_break_a_name() -> None:
    assert labels("la frégate « Languedoc »") == ["Languedoc (frégate)"]


@pytest.mark.parametrize(
    "text",
    [
        "c’était un mirage",
        "elle a ue peur",
        "let us go",
        "Us et coutumes",
        "un javelin, un tornado",
        "Le monde a changé",
        "le monde",
        "la réunion de ministres",
        "La réunion du groupe",
        "l’opération Serval",
        "l’armée de terre d’Europe",
        "comme un patriot, un griffon",
    ],
)
def test_capitals_are_needed(text: str) -> None:
    assert labels(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("l’UE", "Union européenne"),
        ("l’armée US", "forces armées américaines"),
        ("Le Monde l’a écrit", "Le Monde"),
        ("l’île de La Réunion et La Réunion", "La Réunion"),
        ("le Serval", "Serval (blindé)"),
        ("l’armée de Terre", "armée de Terre (France)"),
        ("la maison blanche a dit, selon la Maison blanche", "Maison Blanche"),
        ("OTAN", "OTAN"),
        ("l’Otan", "OTAN"),
        ("L’OTAN", "OTAN"),
    ],
)
def test_capitals_that_allow_a_name(text: str, expected: str) -> None:
    assert expected in labels(text)


def test_a_text_in_capitals_without_accents_is_read() -> None:
    assert labels("L'ARMEE RUSSE ET LES ETATS-UNIS")[:3] == ["forces armées russes", "Russie", "États-Unis"]


@pytest.mark.parametrize("text", ["F-16", "F16", "F 16", "F‑16", "f-16", "un F-16s", "des F-16"])
def test_a_designation_is_read_in_every_spelling(text: str) -> None:
    assert labels(text) == ["F-16"]


@pytest.mark.parametrize("text", ["Su-35", "Sou-35", "Soukhoï 35", "Su 35", "SU35"])
def test_a_transcribed_designation_is_read(text: str) -> None:
    assert labels(text) == ["Su-35"]


@pytest.mark.parametrize("text", ["155 mm", "155mm", "155 millimètres", "155\u202fmm"])
def test_a_calibre_is_read_in_every_spelling(text: str) -> None:
    assert labels(f"des obus de {text}") == ["obus de 155 mm"]


@pytest.mark.parametrize("word", ["ukrainien", "ukrainienne", "ukrainiens", "ukrainiennes", "Ukrainiens", "Ukraine"])
def test_a_demonym_points_to_its_country(word: str) -> None:
    assert labels(f"un effort {word} de plus") == ["Ukraine"]


@pytest.mark.parametrize("text", ["l’armée de Terre ukrainienne", "la Légion étrangère espagnole"])
def test_an_organisation_that_the_next_word_gives_to_another_country_is_not_ours(text: str) -> None:
    assert labels(text, "organisation") == []


@pytest.mark.parametrize("text", ["l’armée de Terre française", "la Légion étrangère", "le Bundestag allemand"])
def test_an_organisation_with_the_adjective_of_its_own_country_is_read(text: str) -> None:
    assert len(labels(text, "organisation")) == 1


@pytest.mark.parametrize("text", ["Paul Pelosi", "avec Paul Pelosi", "Hunter Biden", "Brigitte Macron"])
def test_another_given_name_is_another_person(text: str) -> None:
    assert labels(text, "person") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("la visite de Pelosi", "Nancy Pelosi"),
        ("Pelosi à Taipei", "Nancy Pelosi"),
        ("M. Macron", "Emmanuel Macron"),
        ("Mme Meloni", "Giorgia Meloni"),
        ("Le Président Zelensky", "Volodymyr Zelensky"),
        ("le ministre de la Défense Choïgou", "Sergueï Choïgou"),
        ("secrétaire d’État Blinken", "Antony Blinken"),
        ("le chef de l’Otan Stoltenberg", "Jens Stoltenberg"),
        ("Selon Poutine", "Vladimir Poutine"),
        ("LE PRESIDENT POUTINE", "Vladimir Poutine"),
    ],
)
def test_a_surname_alone_is_read(text: str, expected: str) -> None:
    assert labels(text, "person") == [expected]


@pytest.mark.parametrize("text", ["Austin, au Texas", "le général Michel", "Ben et Johnson", "un Fedorov inconnu"])
def test_a_common_surname_is_not_read_alone(text: str) -> None:
    assert labels(text, "person") == []


def test_offsets_point_at_the_words_in_the_text(thesaurus: Thesaurus) -> None:
    text = "Dès mardi, l’OTAN livre à l’Ukraine des F 16 et des obus de 155 mm, dit M. Oumerov."
    words = [text[mention.start : mention.end] for mention in thesaurus.find(text)]
    assert words == ["OTAN", "Ukraine", "F 16", "obus de 155 mm", "Oumerov"]


def test_a_lineage_goes_from_the_variant_to_its_families(thesaurus: Thesaurus) -> None:
    entry = thesaurus.entry("equipment", "Leopard 2A6")
    assert entry is not None
    lineage = [relative.label for relative in thesaurus.lineage("equipment", entry)]
    assert lineage == ["Leopard 2A6", "Leopard 2", "Leopard"]


def test_an_entry_that_does_not_exist_is_none(thesaurus: Thesaurus) -> None:
    assert thesaurus.entry("equipment", "OTAN") is None


@pytest.mark.parametrize(
    ("query", "other"),
    [
        ("Oumerov", "Umerov"),
        ("Umerov", "Oumerov"),
        ("Kyiv", "Kiev"),
        ("kiev", "Kyiv"),
        ("nato", "OTAN"),
        ("otan", "NATO"),
        ("Choïgou", "Shoigu"),
        ("DGA", "direction générale de l’armement"),
        ("Daech", "État islamique"),
        ("obus de 155 mm", "munitions de 155 mm"),
    ],
)
def test_a_name_brings_its_variants(query: str, other: str) -> None:
    assert other in variants(query)


@pytest.mark.parametrize("query", ["patate", "défense aérienne", "drone", ""])
def test_an_unknown_word_has_no_variants(query: str) -> None:
    assert variants(query) == ()


def test_the_label_comes_first_among_variants() -> None:
    assert variants("nato")[0] == "OTAN"
    assert variants("Geran")[0] == "Shahed"


def test_variants_leave_out_what_the_search_finds_anyway() -> None:
    assert variants("Gripen") == ("JAS-39",)  # not « Gripens », « JAS-39 Gripen »
    assert "Switchblades" not in variants("Switchblade")
    assert "République fédérale d’Allemagne" not in variants("RFA") + variants("Allemagne")


def test_variants_leave_out_a_name_that_contains_another_variant() -> None:
    thesaurus = Thesaurus([("equipment", Entry(label="Alpha", names=("Gamma Beta", "Beta", "Beta Delta", "Betas")))])
    assert thesaurus.variants(["alpha"]) == ("Beta", "Betas")
    assert thesaurus.variants(["gamma", "beta"]) == ("Alpha", "Beta", "Betas")


def test_a_made_up_label_is_no_variant() -> None:
    assert "Leclerc (char)" not in variants("char Leclerc")


@pytest.mark.parametrize("query", ["français", "armée de terre", "le Serval"])
def test_what_is_only_read_in_texts_has_no_variants(query: str) -> None:
    assert variants(query) == ()


def test_variants_of_a_person_keep_given_names_and_surnames_apart() -> None:
    assert "Umerov" not in variants("Roustem Oumerov")
    assert all(" " not in name for name in variants("Oumerov"))


SOME_NAMES = [
    "Ukraine",
    "armée russe",
    "mer de Chine",
    "F-16",
    "155 mm",
    "Paul Pelosi",
    "Leopard 2A6",
    "OTAN",
    "l’",
    "'",
]


@given(st.lists(st.one_of(st.sampled_from(SOME_NAMES), st.text(max_size=8))).map(" ".join))
def test_any_text_gives_ordered_slices_that_do_not_overlap(text: str) -> None:
    mentions = load_thesaurus().find(text)
    assert mentions == sorted(mentions, key=lambda mention: (mention.start, mention.end))
    assert all(0 <= mention.start < mention.end <= len(text) for mention in mentions)
    for layer in (True, False):
        spans = spans_of(mentions, geography=layer)
        assert all(left[1] <= right[0] for left, right in pairwise(spans))


def spans_of(mentions: list[Mention], *, geography: bool) -> list[tuple[int, int]]:
    return sorted({(one.start, one.end) for one in mentions if (one.kind in GEOGRAPHY) is geography})
