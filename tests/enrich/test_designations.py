"""Which designations a text has, in their normal form, and which of them the thesaurus knows."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.enrich.designations import Designation, find_designations
from indexer.thesaurus import Entry, Thesaurus, load_thesaurus

NOTHING = Thesaurus([])


def found(text: str, thesaurus: Thesaurus = NOTHING) -> list[Designation]:
    return find_designations(text, thesaurus.find(text))


def labels(text: str, thesaurus: Thesaurus = NOTHING) -> list[str]:
    return [each.label for each in found(text, thesaurus)]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("un F-16 de plus", "F-16"),
        ("un F16 de plus", "F-16"),
        ("un F 16 de plus", "F-16"),
        ("un F‑16 de plus", "F-16"),
        ("le Su-35 russe", "Su-35"),
        ("le Sou-35 russe", "Su-35"),
        ("le Soukhoï 35 russe", "Su-35"),
        ("le Soukhoï\u00a035 russe", "Su-35"),
        ("une batterie de С-400", "S-400"),  # Cyrillic
        ("un T-72B3 détruit", "T-72B3"),
        ("des Leopard 2A6", "2A6"),
        ("des Leopard 1 A5", "1A5"),
        ("l’A400M", "A400M"),
        ("son A 400 M", "A400M"),
        ("le MQ-9", "MQ-9"),
        ("le M51", "M51"),
        ("le missile M-51", "M-51"),
        ("le CH-47 F", "CH-47F"),
        ("le S-300 PMU2", "S-300PMU2"),
        ("le F/A-18", "F/A-18"),
        ("un MiG31K", "MiG-31K"),
    ],
)
def test_a_known_designation_has_one_form(text: str, label: str) -> None:
    assert [(each.label, each.known is not None) for each in found(text, load_thesaurus())] == [(label, True)]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("le drone XQ-58A", "XQ-58A"),
        ("le J-35A", "J-35A"),
        ("le porte-avions Type 076", "Type 076"),
        ("l’obusier 2S44", "2S44"),
        ("le Kh-69", "Kh-69"),
        ("le 9M729", "9M729"),
        ("un KF51", "KF51"),
        ("l’avion A330", "A330"),
        ("le ZX-9", "ZX-9"),
        ("l’U-2", "U-2"),
    ],
)
def test_an_unknown_designation_has_a_label_of_its_own(text: str, label: str) -> None:
    assert [(each.label, each.known) for each in found(text)] == [(label, None)]


@pytest.mark.parametrize(
    "text",
    """le G7|le G20|le G-20|la COP28|la COP-28|l’A10 est fermée|la N7|la RN20|la D30|l’E40|The B-52’s|U2 en concert|un 4x4
    du CO2|le H1N1|la COVID-19|le Covid-19|la course de F1|la 5G|le M5S|à 14h30|à 14H30|en 3D|l’U-20 de football|l’équipe U-20
    les PM2.5|TF1|M6|la R5|une feuille A4|la RTX 4090|un i7|la norme ISO-9001|le 1er RPIMa|la loi 93-2|l’article L-1111
    l’article L.1111|page 12|la salle B12|le vol MH17|le vol AF-447|la vitamine B12|le T2 2023|à J-7|le 9-3|un score de 3-1
    mi-2024|le 11-Septembre|XXe siècle|Louis XIV|l’an 2000|BA 118|M. 12|n° A-12|HTTP/2|réf. AB-123|www.f-16.net|jean@f-16.fr
    le canal 16|le point 7.2|2024-03-15|un iPhone 15|PS5|24/7|la chambre C-12""".replace("\n", "|").split("|"),
)
def test_what_is_no_designation(text: str) -> None:
    assert labels(text.strip()) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("des obus de 155 mm", ["155\u00a0mm"]),
        ("des obus de 155mm et de 152 mm", ["155\u00a0mm", "152\u00a0mm"]),
        ("un canon de 155 millimètres", ["155\u00a0mm"]),
        ("une mitrailleuse de 12.7 mm", ["12,7\u00a0mm"]),
        ("le calibre 5,56 mm", ["5,56\u00a0mm"]),
        ("155 mm de pluie", []),
        ("un blindage épais de 30 mm", []),
        ("Le canon tire. Il est tombé 20 mm de neige.", []),
    ],
)
def test_a_calibre_needs_a_weapon(text: str, expected: list[str]) -> None:
    assert labels(text) == expected


def test_a_known_designation_gives_its_entry() -> None:
    reaper = Entry(label="Reaper", names=("MQ-9",))
    designation = found("un MQ-9", Thesaurus([("equipment", reaper)]))[0]
    assert designation == Designation("MQ-9", 3, 7, reaper)


def test_a_name_of_something_else_is_no_designation() -> None:
    assert labels("le KF51", Thesaurus([("organisation", Entry(label="KF51"))])) == []


def test_characters_are_those_of_the_text() -> None:
    text = "Deux Soukhoï 35, trois XQ-58A et des obus de 155 mm"
    assert [text[each.start : each.end] for each in found(text)] == ["Soukhoï 35", "XQ-58A", "155 mm"]


@given(
    st.lists(
        st.one_of(st.sampled_from(["F-16", "2A6", "A 400 M", "155 mm", "Type 076", "-", "’"]), st.text(max_size=6))
    )
)
def test_any_text_gives_ordered_slices(parts: list[str]) -> None:
    text = " ".join(parts)
    designations = found(text)
    assert all(0 <= each.start < each.end <= len(text) for each in designations)
    assert all(left.end <= right.start for left, right in pairwise(designations))


@pytest.mark.parametrize("piece", ["F-", "1A", "A ", "obus ", "Type ", "S 300 ", "1,5 mm ", "article L-1 "])
def test_time_grows_with_the_text_only(piece: str) -> None:
    start = time.process_time()
    found(piece * 20_000)
    assert time.process_time() - start < 5
