"""The equipment: how much of it, in which hierarchy, under which names; and what only looks like a weapon."""

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import indexer.thesaurus
from indexer.analysis import analyze
from indexer.thesaurus import Entry, load_entries, load_thesaurus

KINDS_FILE = Path(indexer.thesaurus.__file__).parent / "kinds.toml"
BRANCHES = ["air", "terre", "mer", "missiles", "drones", "munitions", "espace", "cyber et commandement", "programmes"]
EQUIPMENT = load_entries("equipment")


@cache
def branches() -> dict[str, list[str]]:
    tables = tomllib.loads(KINDS_FILE.read_text(encoding="utf-8"))
    return {branch: table["kinds"] for branch, table in tables.items()}


def lineage(label: str) -> list[str]:
    entry = load_thesaurus().entry("equipment", label)
    assert entry is not None, label
    return [relative.label for relative in load_thesaurus().lineage("equipment", entry)]


def kind(entry: Entry) -> str:
    *_, root = load_thesaurus().lineage("equipment", entry)
    assert root.kind is not None, root.label
    return root.kind


def read(text: str) -> list[str]:
    return [mention.entry.label for mention in load_thesaurus().find(text) if mention.kind == "equipment"]


def variants(query: str) -> tuple[str, ...]:
    return load_thesaurus().variants([term.text for term in analyze(query)])


def test_there_are_at_least_six_hundred_systems_and_programmes() -> None:
    assert len(EQUIPMENT) >= 600


def test_the_branches_come_in_their_order_with_french_labels() -> None:
    tables = tomllib.loads(KINDS_FILE.read_text(encoding="utf-8"))
    assert list(tables) == BRANCHES
    assert all(set(table) == {"label", "kinds"} and table["label"][0].isupper() for table in tables.values())


def test_every_kind_of_equipment_is_in_one_branch() -> None:
    named = Counter(one for kinds in branches().values() for one in kinds)
    assert [one for one, count in named.items() if count > 1] == []
    assert set(named) == {entry.kind for entry in EQUIPMENT if entry.kind}


def test_a_variant_leaves_its_kind_to_its_family() -> None:
    assert [entry.label for entry in EQUIPMENT if entry.kind and entry.family] == []


@pytest.mark.parametrize("branch", BRANCHES[:-1])
def test_every_branch_is_well_filled(branch: str) -> None:
    assert sum(kind(entry) in branches()[branch] for entry in EQUIPMENT) >= 60


@pytest.mark.parametrize(
    ("variant", "families"),
    [
        ("Leopard 2A4", ["Leopard 2", "Leopard"]),
        ("Leopard 2A6", ["Leopard 2", "Leopard"]),
        ("Leopard 2A7V", ["Leopard 2A7", "Leopard 2", "Leopard"]),
        ("F-16C", ["F-16"]),
        ("F-16V", ["F-16"]),
        ("Rafale B", ["Rafale"]),
        ("Rafale C", ["Rafale"]),
        ("Rafale Marine", ["Rafale"]),
        ("Rafale F5", ["Rafale"]),
        ("CAESAR Mk II", ["CAESAR"]),
        ("T-72B3M", ["T-72B3", "T-72"]),
        ("S-300PMU2", ["S-300"]),
        ("SAMP/T NG", ["SAMP/T"]),
        ("Bayraktar TB2", ["Bayraktar"]),
        ("Shahed-136", ["Shahed"]),
        ("PAC-3 MSE", ["PAC-3", "Patriot"]),
        ("Magura V5", ["Magura"]),
        ("Amiral Ronarc’h", ["FDI (frégate)"]),
        ("Tourville (sous-marin)", ["Suffren"]),
        ("Moskva", ["Slava (classe)"]),
        ("Starshield", ["Starlink"]),
        ("Arrow 3", ["Arrow (système antimissile)"]),
    ],
)
def test_a_variant_belongs_to_its_families(variant: str, families: list[str]) -> None:
    assert lineage(variant) == [variant, *families]


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("SCALP", "Storm Shadow"),
        ("Storm Shadow", "SCALP"),
        ("AASM", "AASM Hammer"),
        ("SAMP/T", "Mamba"),
        ("Mamba", "SAMP/T"),
        ("Geran", "Shahed"),
        ("Shahed-136", "Geran-2"),
        ("TB2", "Bayraktar TB2"),
        ("SCAF", "FCAS"),
        ("Eurodrone", "EuroMALE"),
        ("Kinjal", "Kinzhal"),
        ("Oreshnik", "Orechnik"),
        ("Bourevestnik", "Burevestnik"),
        ("Iron Dome", "Dôme de fer"),
        ("David’s Sling", "Fronde de David"),
        ("FrankenSAM", "FrankenSAMs"),
    ],
)
def test_names_that_mean_the_same_are_one_entry(name: str, other: str) -> None:
    assert set(read(name)) == set(read(other)) != set()


@pytest.mark.parametrize(
    ("query", "other"),
    [
        ("Storm Shadow", "SCALP"),
        ("Mamba", "SAMP/T"),
        ("FCAS", "SCAF"),
        ("Oreshnik", "Orechnik"),
        ("Kinzhal", "Kinjal"),
        ("Iron Dome", "Dôme de fer"),
        ("Palyanytsya", "Palianytsia"),
    ],
)
def test_a_search_for_one_name_finds_the_others(query: str, other: str) -> None:
    assert other in variants(query)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("La France cède des missiles Mistral 3 et un radar GM200.", ["Mistral 3", "Ground Master 200"]),
        ("Deux bombes AASM ont touché le pont.", ["AASM"]),
        ("La batterie tire des missiles Arrow 2, puis un Arrow 3.", ["Arrow 2", "Arrow 3"]),
        ("Le sous-marin nucléaire porte seize missiles M51.3.", ["M51.3"]),
        ("Un Oreshnik a frappé l’usine de Dnipro.", ["Orechnik"]),
        ("Des drones Lancet ont visé la colonne.", ["Lancet"]),
        ("La Pologne recevra des canons CAESAR, pas des K9.", ["CAESAR", "K9"]),
        ("Le porte-avions Fujian a quitté Sanya.", ["Fujian (porte-avions)"]),
        ("La frégate Aquitaine escorte un pétrolier.", ["Aquitaine (frégate)"]),
        ("Le satellite CSO-3 a été lancé par une Ariane 6.", ["CSO-3", "Ariane 6"]),
        ("Le chasseur J-20 croise au large.", ["J-20"]),
        ("Un Magura V5 et un Sea Baby ont coulé le patrouilleur.", ["Magura V5", "Sea Baby"]),
        ("Le projet MGCS remplacera le char Leclerc.", ["MGCS", "Leclerc (char)"]),
        ("Le virus NotPetya a bloqué le port.", ["NotPetya"]),
        ("La constellation IRIS² concurrence Starlink.", ["IRIS²", "Starlink"]),
        ("Le laser Iron Beam complète le Dôme de fer.", ["Iron Beam", "Dôme de fer"]),
    ],
)
def test_a_sentence_of_the_news_is_read(text: str, labels: list[str]) -> None:
    assert read(text) == labels


@pytest.mark.parametrize(
    "text",
    [
        "L’étude est parue dans The Lancet.",
        "À J-20 des élections, le ministre se tait.",
        "La loi Caesar frappe encore la Syrie.",
        "Jules Caesar n’a pas écrit cela.",
        "Le maréchal Leclerc est entré dans Paris.",
        "L’autoroute A69 sera bien achevée, comme l’A26.",
        "L’Aquitaine et la Lorraine sont des régions.",
        "Il touche « F5 » sur son clavier.",
        "Le spectacle est un mirage, dit le patriot.",
        "La province du Fujian fait face à Taïwan.",
        "Le fils de Paul Anka chante.",
        "L’ANL du maréchal Haftar progresse.",
        "La reine Victoria régnait alors.",
        "Le mistral souffle, une flèche et un archer.",
        "Simone Veil est née à Nice, Elie Wiesel à Sighet.",
        "Le train Sapsan relie les deux villes.",
        "L’épidémie gagne la ville de Milan.",
        "La planète Neptune est la plus lointaine.",
    ],
)
def test_what_only_looks_like_a_weapon_is_not_read(text: str) -> None:
    assert read(text) == []
