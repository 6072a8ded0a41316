"""Organisations and people: enough of them, the names that the French press gives them, and what must not be read."""

import re

import pytest

from indexer.thesaurus import load_entries, load_thesaurus

ORGANISATION_KINDS = {
    *{"agence", "alliance", "armée", "commandement", "état-major", "force internationale", "groupe armé"},
    *{"groupe de pays", "industrie", "institut", "institution", "institution européenne", "média", "ministère"},
    *{"organisation internationale", "service de renseignement"},
}


def named(text: str, kind: str) -> list[str]:
    return [mention.entry.label for mention in load_thesaurus().find(text) if mention.kind == kind]


def test_there_are_enough_of_them() -> None:
    assert len(load_entries("organisation")) >= 350
    assert len(load_entries("person")) >= 440


def test_every_organisation_is_of_a_known_kind() -> None:
    assert {entry.kind for entry in load_entries("organisation")} == ORGANISATION_KINDS


def test_a_person_has_a_country_or_a_stated_office() -> None:
    assert [entry.label for entry in load_entries("person") if not (entry.country or entry.office)] == []


def test_most_people_have_an_office() -> None:
    people = load_entries("person")
    assert sum(entry.office is not None for entry in people) >= 0.85 * len(people)


def test_terms_of_office_go_forward_in_time() -> None:
    """No « (2024-2022) », no year of a thesaurus that looks back to 1969 and not beyond 2026."""
    offices = {entry.label: entry.office or "" for entry in load_entries("person")}
    spans = {label: re.findall(r"(\d{4})-(\d{4})", office) for label, office in offices.items()}
    assert [label for label, found in spans.items() if any(first > last for first, last in found)] == []
    years = {year for office in offices.values() for year in re.findall(r"\d{4}", office)}
    assert {year for year in years if not "1969" <= year <= "2026"} == set()


def test_names_of_people_carry_a_given_name() -> None:
    alone = [name for entry in load_entries("person") for name in entry.names if len(re.findall(r"\w+", name)) < 2]
    assert alone == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("le COMOPS a coordonné l’évacuation", "COMOPS"),
        ("l’EMA a confirmé le tir", "état-major des armées"),
        ("le SACEUR visite Mons", "SACEUR"),
        ("le Shape se prépare", "SHAPE"),
        ("le CENTCOM annonce une frappe", "CENTCOM"),
        ("l’EUCOM et ses moyens", "EUCOM"),
        ("l’Africom renforce sa présence", "AFRICOM"),
        ("l’US Cyber Command a riposté", "USCYBERCOM"),
        ("l’EMAT a tranché", "armée de Terre (France)"),
        ("l’EMAAE dévoile son plan", "état-major de l’armée de l’Air et de l’Espace"),
        ("le ComCyber recrute", "COMCYBER"),
        ("l’OTAN, le Quad et l’AUKUS", "AUKUS"),
        ("la Cédéao proteste", "CEDEAO"),
        ("l’industriel KNDS", "KNDS"),
        ("les drones de Delair", "Delair"),
        ("un contrat pour Exail", "Exail"),
        ("chez Oukroboronprom", "Ukroboronprom"),
        ("le constructeur Soukhoï", "Soukhoï (constructeur)"),
        ("l’usine Sevmach", "Sevmach"),
        ("le chinois AVIC", "AVIC"),
        ("l’ANSSI alerte", "ANSSI"),
        ("le GUR revendique l’attaque", "HUR"),
        ("le BND s’inquiète", "BND"),
        ("selon l’agence Tasnim", "Tasnim"),
        ("le groupe Wagner", "Wagner"),
        ("les combattants du JNIM", "JNIM"),
        ("l’armée algérienne", "forces armées algériennes"),
        ("une note de la FRS", "Fondation pour la recherche stratégique"),
        ("selon le CSIS", "CSIS"),
        ("le ministère suédois de la Défense", "ministère suédois de la Défense"),
        ("le Conseil de sécurité nationale et de défense de l’Ukraine", "Conseil de sécurité nationale et de défense de l’Ukraine"),
        ("la Ve flotte américaine", "Cinquième flotte américaine"),
    ],
)  # fmt: skip
def test_an_organisation_is_read_in_its_usual_names(text: str, expected: str) -> None:
    assert expected in named(text, "organisation")


@pytest.mark.parametrize(
    "text",
    [
        "le ministère de la Défense a annoncé",
        "l’état-major hésite encore",
        "une exail de plus, un damen",
        "le times de Londres",
        "un aman, un levada",
        "l’armée de l’air avance",
        "la marine s’entraîne",
        "la 5e flotte du monde",
        "un programme utile aux électeurs de France",
        "les challenges du moment",
        "un oryx dans le désert",
        "la libération des otages",
    ],
)
def test_what_many_share_is_no_organisation(text: str) -> None:
    assert named(text, "organisation") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Catherine Vautrin a reçu Boris Pistorius", ["Catherine Vautrin", "Boris Pistorius"]),
        ("Lecointre, Burkhard puis le général Mandon", ["François Lecointre", "Thierry Burkhard", "Fabien Mandon"]),
        ("Oumerov, Umerov", ["Rustem Umerov", "Rustem Umerov"]),
        ("Zelenskyy et Zelenski", ["Volodymyr Zelensky", "Volodymyr Zelensky"]),
        ("Shoigu, ou Choïgou", ["Sergueï Choïgou", "Sergueï Choïgou"]),
        ("Mikhail Mishustin", ["Mikhaïl Michoustine"]),
        ("le général Drapaty", ["Mykhaïlo Drapaty"]),
        ("Andriy Hnatov et Oleksandr Pavliuk", ["Andriï Hnatov", "Oleksandr Pavliouk"]),
        ("l’ambassadeur Nebenzia", ["Vassili Nebenzia"]),
        ("Mohammed ben Salmane, dit MBS", ["Mohammed ben Salmane", "Mohammed ben Salmane"]),
        ("Hemedti contre al-Burhane", ["Mohammed Hamdane Daglo", "Abdel Fattah al-Burhane"]),
        ("Iyad Ag Ghali, chef du JNIM", ["Iyad Ag Ghali"]),
        ("Ismaïl Haniyeh tué à Téhéran", ["Ismaïl Haniyeh"]),
        ("Eyal Zamir succède à Halevi", ["Eyal Zamir", "Herzi Halevi"]),
        ("Shigeru Ishiba et Lee Jae-myung", ["Shigeru Ishiba", "Lee Jae-myung"]),
        ("Jonas Gahr Store et Péter Szijjarto", ["Jonas Gahr Støre", "Péter Szijjártó"]),
        ("le drone de Selçuk Bayraktar", ["Selçuk Bayraktar"]),
        ("Kramp-Karrenbauer l’avait dit", ["Annegret Kramp-Karrenbauer"]),
        ("John Healey chez Luckey", ["John Healey"]),
    ],
)
def test_a_person_is_read_in_the_usual_transcriptions(text: str, expected: list[str]) -> None:
    assert named(text, "person") == expected


@pytest.mark.parametrize(
    "text",
    [
        "une bouteille de Cassis",
        "les châteaux de Beaune",
        "la Hollande vend ses frégates",
        "Carter, Clinton et Miller",
        "les outils de Sandvik",
        "le bout du tunnel",
        "un salami, un even",
        "Rachida Khan",
        "Werner Herzog",
        "Abdallah et Mohammed",
        "le roi Charles",
        "un drone Bayraktar",
    ],
)
def test_a_common_name_is_no_person(text: str) -> None:
    assert named(text, "person") == []


def test_a_person_brings_the_transcriptions_of_the_name() -> None:
    assert "Mishustin" in load_thesaurus().variants(["michoustine"])
    assert "Tymoshenko" in load_thesaurus().variants(["timochenko"])


def test_an_office_is_told_in_french_typography() -> None:
    offices = [entry.office for entry in load_entries("person") if entry.office]
    assert [office for office in offices if "'" in office or re.search(r"\bde (?:le|les) |  ", office)] == []
