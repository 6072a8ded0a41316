"""The data files: well formed, linked to each other, no name that means two things."""

from collections import defaultdict
from pathlib import Path

import msgspec
import pytest

from indexer.analysis import analyze, fold
from indexer.thesaurus import KINDS, Entry, Kind, load_entries, load_thesaurus

ENTRIES: dict[Kind, tuple[Entry, ...]] = {kind: load_entries(kind) for kind in KINDS}
ALL = [(kind, entry) for kind in KINDS for entry in ENTRIES[kind]]

PRESS = "the place only keeps « France », « Washington »… inside it from being read"
OF_A_PLACE = "the place only keeps the city inside it from being read as its country"
IN_TWO_KINDS = {
    "Agence France-Presse": PRESS,
    "Kyiv Independent": PRESS,
    "New York Times": PRESS,
    "Washington Post": PRESS,
    "groupe de Ramstein": OF_A_PLACE,
    "format Ramstein": OF_A_PLACE,
    "institut international de recherche sur la paix de Stockholm": OF_A_PLACE,
    "Stockholm International Peace Research Institute": OF_A_PLACE,
    "Organisation de coopération de Shanghai": OF_A_PLACE,
}


def terms(name: str) -> tuple[str, ...]:
    return tuple(fold(term.text) for term in analyze(name))


def all_names(entry: Entry) -> tuple[str, ...]:
    return (entry.label, *entry.names, *entry.surnames, *entry.exact, *entry.demonyms)


@pytest.mark.parametrize("kind", KINDS)
def test_no_label_comes_twice_in_a_file(kind: Kind) -> None:
    labels = [entry.label for entry in ENTRIES[kind]]
    assert len(labels) > 100
    assert len({terms(label) for label in labels}) == len(labels)


def test_a_misspelt_field_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "countries.toml").write_text('["France"]\ndemonym = ["français"]\n', encoding="utf-8")
    with pytest.raises(msgspec.ValidationError, match="demonym"):
        load_entries("country", tmp_path)


def test_no_name_is_empty_or_one_letter() -> None:
    assert [name for _, entry in ALL for name in all_names(entry) if not terms(name) or len(name.strip()) < 2] == []


def test_names_are_trimmed_and_typographic() -> None:
    wrong = [name for _, entry in ALL for name in all_names(entry) if name != " ".join(name.split()) or "'" in name]
    assert wrong == []


def test_no_name_is_given_twice_in_one_entry() -> None:
    twice = [entry.label for _, entry in ALL if len(set(entry.names)) < len(entry.names) or entry.label in entry.names]
    assert twice == []


def test_a_family_exists_and_has_no_cycle() -> None:
    entries = {(kind, entry.label): entry for kind, entry in ALL}
    for kind, entry in ALL:
        seen: list[str] = []
        current: Entry | None = entry
        while current is not None:
            assert current.label not in seen, seen
            seen.append(current.label)
            current = entries[kind, current.family] if current.family else None


def test_a_country_field_names_a_country() -> None:
    countries = {entry.label for entry in ENTRIES["country"]}
    assert {entry.country for _, entry in ALL if entry.country} <= countries


@pytest.mark.parametrize("kind", ["equipment", "organisation"])
def test_every_thing_has_a_kind_or_a_family(kind: Kind) -> None:
    assert [entry.label for entry in ENTRIES[kind] if not (entry.kind or entry.family)] == []


def test_every_country_has_an_iso_code_of_its_own() -> None:
    codes = [entry.iso or "" for entry in ENTRIES["country"]]
    assert [code for code in codes if not (len(code) == 2 and code.isascii() and code.isupper())] == []
    assert len(set(codes)) == len(codes)


def test_only_people_have_surnames_and_offices() -> None:
    assert [entry.label for kind, entry in ALL if kind != "person" and (entry.surnames or entry.office)] == []


def test_a_name_means_one_entry() -> None:
    meanings: dict[tuple[str, ...], dict[tuple[Kind, str], str]] = defaultdict(dict)
    for kind, entry in ALL:
        for name in (*entry.names_read, *entry.surnames, *entry.exact):
            meanings[terms(name)][kind, entry.label] = name
    expected = {terms(name) for name in IN_TWO_KINDS}
    shared = {key: sorted(found) for key, found in meanings.items() if len(found) > 1}
    assert {key: found for key, found in shared.items() if key not in expected} == {}
    assert {key: found for key, found in shared.items() if len({kind for kind, _ in found}) < 2} == {}
    assert set(shared) == expected


def test_every_name_is_read_as_its_own_entry() -> None:
    thesaurus = load_thesaurus()
    lost = []
    for kind, entry in ALL:
        for name in (*entry.names_read, *entry.surnames, *entry.exact):
            found = [
                relative.label
                for mention in thesaurus.find(name)
                if mention.kind == kind
                for relative in thesaurus.lineage(kind, mention.entry)
            ]
            if entry.label not in found:
                lost.append((kind, entry.label, name))
    assert lost == []


def test_a_label_made_up_to_tell_two_things_apart_is_no_name() -> None:
    entry = Entry(label="Leclerc (char)", names=("char Leclerc",))
    assert entry.names_read == entry.names_searched == ("char Leclerc",)


def test_an_ambiguous_label_is_searched_for_but_not_read() -> None:
    entry = Entry(label="Maurice", names=("île Maurice",), ambiguous=True)
    assert entry.names_read == ("île Maurice",)
    assert entry.names_searched == ("Maurice", "île Maurice")


def test_demonyms_get_their_plurals() -> None:
    assert Entry(label="France", demonyms=("français", "française")).plural_demonyms == (
        "français",
        "française",
        "françaises",
    )
