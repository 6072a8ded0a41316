"""A user's own file adds to the thesaurus, changes it, takes away, and is refused with the reason."""

from pathlib import Path

import pytest

from indexer.errors import SettingsError
from indexer.thesaurus import Thesaurus, load_thesaurus


def own(folder: Path, text: str) -> Thesaurus:
    path = folder / "le_mien.toml"
    path.write_text(text, encoding="utf-8")
    return load_thesaurus(own=path)


def read(thesaurus: Thesaurus, text: str) -> list[str]:
    return [mention.entry.label for mention in thesaurus.find(text)]


def test_an_entry_is_added(tmp_path: Path) -> None:
    thesaurus = own(tmp_path, '[person."Jeanne Exemple"]\ncountry = "France"\nsurnames = ["Exemplaire"]\n')
    assert read(thesaurus, "Jeanne Exemple, dite Exemplaire") == ["Jeanne Exemple", "Jeanne Exemple"]
    assert "OTAN" in read(thesaurus, "l’OTAN")


def test_names_are_added_to_an_entry(tmp_path: Path) -> None:
    thesaurus = own(tmp_path, '[equipment."Rafale"]\nnames = ["Omnirôle de Dassault"]\n')
    assert read(thesaurus, "l’Omnirôle de Dassault et le Rafale") == ["Rafale", "Rafale"]
    rafale = thesaurus.entry("equipment", "Rafale")
    assert rafale is not None
    assert rafale.kind == "avion de combat"


def test_a_field_is_replaced(tmp_path: Path) -> None:
    thesaurus = own(tmp_path, '[equipment."Rafale"]\nkind = "chasseur"\n')
    rafale = thesaurus.entry("equipment", "Rafale")
    assert rafale is not None
    assert rafale.kind == "chasseur"


def test_an_entry_is_replaced(tmp_path: Path) -> None:
    thesaurus = own(tmp_path, '[organisation."OTAN"]\nreplace = true\nkind = "alliance"\n')
    assert read(thesaurus, "OTAN") == ["OTAN"]
    assert read(thesaurus, "NATO") == []


def test_an_entry_is_removed(tmp_path: Path) -> None:
    thesaurus = own(tmp_path, '[organisation."SIPRI"]\nremove = true\n')
    assert thesaurus.entry("organisation", "SIPRI") is None
    assert read(thesaurus, "selon le SIPRI") == []


def test_names_are_removed(tmp_path: Path) -> None:
    thesaurus = own(tmp_path, '[organisation."OTAN"]\nremove_names = ["NATO"]\n')
    assert read(thesaurus, "NATO et OTAN") == ["OTAN"]


def test_a_label_may_be_a_removed_name(tmp_path: Path) -> None:
    thesaurus = own(tmp_path, '[organisation."OTAN"]\nremove_names = ["OTAN"]\n')
    assert read(thesaurus, "NATO et OTAN") == ["OTAN"]
    assert thesaurus.find("NATO et OTAN")[0].start == 0


def test_our_files_are_left_alone(tmp_path: Path) -> None:
    own(tmp_path, '[organisation."OTAN"]\nremove_names = ["NATO"]\n')
    assert read(load_thesaurus(), "NATO") == ["OTAN"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[person", "TOML"),
        ('[personne."Jean Exemple"]\n', "personne"),
        ("[person]\nnames = 3\n", "names"),
        ('[person."Jean Exemple"]\nnoms = ["Exemple"]\n', "noms"),
        ('[person."Jean Exemple"]\nnames = "Exemple"\n', "Jean Exemple"),
        ('[person."Jean Exemple"]\nremove = true\n', "Jean Exemple"),
        ('[person."Jean Exemple"]\nreplace = true\n', "Jean Exemple"),
        ('[person."Jean Exemple"]\nnames = ["Emmanuel Macron"]\n', "Emmanuel Macron"),
        ('[person."Jean Exemple"]\ncountry = "Syldavie"\n', "Syldavie"),
        ('[equipment."XZ-1"]\nfamily = "XZ"\n', "XZ"),
        ('[organisation."OTAN"]\nremove_names = ["Pacte"]\n', "Pacte"),
        ('[equipment."Leopard 2"]\nremove = true\n', "Leopard 2"),
        ('[equipment."Leopard 2"]\nfamily = "Leopard 2A6"\n', "Leopard 2"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_its_entry(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsError, match=r"le_mien\.toml") as refused:
        own(tmp_path, text)
    assert told in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="absent"):
        load_thesaurus(own=tmp_path / "absent.toml")
