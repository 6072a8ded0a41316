"""Names spelt wrongly are read; no known name, no other name and no French word is taken for one."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.thesaurus import Entry, Mention, Thesaurus, load_thesaurus
from indexer.thesaurus.names import names_of

OTHER_NAMES = Path(__file__).parent / "other_names.txt"
LEXICON = "data/lang_fr/lemmas/fr_lemma_lookup.json.gz"


def slips(text: str) -> list[Mention]:
    return [mention for mention in load_thesaurus().find(text) if mention.role == "slip"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("chez Rheimetall", "Rheinmetall"),
        ("le chantier de Babcok", "Babcock"),
        ("des Phoenyx Ghost", "Phoenix Ghost"),
        ("les Phénix Fantômes", "Phoenix Ghost"),
        ("le groupe Rheimentaal", "Rheinmetall"),
        ("Bacock et d’autres", "Babcock"),
        ("Bacock International", "Babcock"),
        ("Dassaut Aviation", "Dassault Aviation"),
        ("le général Guérassimof", "Valeri Guerassimov"),
        ("Lokheed Martin livrera", "Lockheed Martin"),
        ("l’américain Northrop Gruman", "Northrop Grumman"),
        ("un contrat avec Fincantierri", "Fincantieri"),
        ("selon Qinetic", "QinetiQ"),
        ("la Slovaqie proteste", "Slovaquie"),
        ("l’Ukrainne et ses alliés", "Ukraine"),
        ("Stoltenbergh a répondu", "Jens Stoltenberg"),
        ("le ministre Reznikow", "Oleksiy Reznikov"),
        ("le missile Iskandeer", "Iskander"),
    ],
)
def test_a_slip_is_read(text: str, expected: str) -> None:
    assert [mention.entry.label for mention in slips(text)] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Michel Babcok, boulanger",
        "un rheimetall",
        "le babcok, dit le Babcok",
        "RHEIMETALL",
        "voir Rheimetall.fr",
        "@Rheimetall",
        "la rue Jean-Rheimetall",
        "Sheinmetall",
        "Macrn",
        "la Slovénie et la Slovanie",
    ],
)
def test_what_is_no_slip(text: str) -> None:
    assert slips(text) == []


def test_a_slip_between_two_entries_is_none() -> None:
    thesaurus = Thesaurus([("organisation", Entry(label="Babcoque")), ("organisation", Entry(label="Babcocque"))])
    assert [mention.entry.label for mention in thesaurus.find("chez Babcocue")] == []
    assert [mention.entry.label for mention in thesaurus.find("chez Babcoque")] == ["Babcoque"]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Niger", "Nigeria"),
        ("Iran", "Irak"),
        ("Guinée", "Guinée-Bissau"),
        ("Slovaquie", "Slovénie"),
        ("Autriche", "Australie"),
        ("Mali", "Malte"),
        ("Congo", "République démocratique du Congo"),
        ("Dominique", "République dominicaine"),
        ("Suède", "Suisse"),
        ("Lettonie", "Lituanie"),
        ("Mauritanie", "Maurice"),
        ("Gambie", "Zambie"),
        ("Leopard 1", "Leopard 2"),
    ],
)
def test_near_names_stay_apart(left: str, right: str) -> None:
    found = [{mention.entry.label for mention in load_thesaurus().find(f"En {name}, rien.")} for name in (left, right)]
    assert found[0].isdisjoint(found[1])


def test_every_name_reads_as_itself() -> None:
    thesaurus = load_thesaurus()
    names = {name.text for kind, entry in thesaurus.entries() for name in names_of(kind, entry)}
    assert len(names) > 3000
    assert [name for name in sorted(names) if any(mention.role == "slip" for mention in thesaurus.find(name))] == []


def test_other_names_are_no_slips() -> None:
    lines = OTHER_NAMES.read_text(encoding="utf-8").splitlines()
    names = {word for line in lines if not line.startswith("#") for word in line.split()}
    assert len(names) >= 150
    assert {
        name: slips(f"Selon {name}, tout va bien.") for name in names if slips(f"Selon {name}, tout va bien.")
    } == {}


def test_french_words_are_no_slips(shared: Path) -> None:
    """Any of them may stand at the beginning of a sentence; one that is found here goes into `near_names.txt`."""
    lemmas = json.loads(gzip.decompress((shared / LEXICON).read_bytes()))
    words = sorted(word.capitalize() for word in lemmas if word.isalpha() and word.islower())
    assert len(words) > 100_000
    texts = ["\n".join(words[at : at + 200]) for at in range(0, len(words), 200)]
    assert [text[slip.start : slip.end] for text in texts for slip in slips(text)] == []


@given(st.sampled_from(["Rheimetall", "Babcok", "Lokheed Martin"]), st.text(max_size=10), st.text(max_size=10))
def test_a_slip_is_a_slice_of_its_text(name: str, before: str, after: str) -> None:
    text = f"{before} {name} {after}"
    assert all(text[slip.start : slip.end][0].isupper() for slip in slips(text))
