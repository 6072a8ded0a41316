"""Which terms are kin."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import indexer.analysis.conflation
from indexer.analysis import Classes, WordList, analyze, fold, stem_class, terms_of
from indexer.analysis.conflation import CLASSES, FOLD, OWN, STEM
from indexer.analysis.stemming import snowball, stem
from indexer.analysis.word_forms import spell_out
from tests.analysis.texts import TEXTS

NEVER_CONFLATED = Path(indexer.analysis.conflation.__file__).parent / "never_conflated.txt"
# Words with many accent variants, inflections and listed forms between them, and some that are kin of nothing.
VARIANTS = (
    "cote",
    "côte",
    "côté",
    "cotes",
    "côtes",
    "evenement",
    "événement",
    "évènement",
    "événements",
    "київ",
    "kiyiv",
)
INFLECTIONS = ("système", "systemes", "systèmes", "ukrainien", "ukrainienne", "général", "généraux", "generaux")
LISTED_FORMS = (
    "arme",
    "armes",
    "armé",
    "armée",
    "armees",
    "livre",
    "livré",
    "livrer",
    "sur",
    "sûr",
    "pêche",
    "péché",
    "peche",
)
OTHERS = ("gaz", "gaza", "mal", "mali", "1,5", "15", "f16", "155mm", "otan", "aujourd'hui", "aujourdhui")
WORDS = (*VARIANTS, *INFLECTIONS, *LISTED_FORMS, *OTHERS)
VOCABULARIES = st.sets(st.sampled_from(WORDS) | st.text("aeéèmrs", min_size=1, max_size=4))


def _blocks() -> list[list[list[str]]]:
    """Blocks of lines of forms, as never_conflated.txt has them, their signs spelled out."""
    lines = NEVER_CONFLATED.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("#"))
    written = set(text.split())
    return [
        [
            [form for form in spell_out(line) if form in line.split() or form not in written]
            for line in block.splitlines()
        ]
        for block in text.strip().split("\n\n")
    ]


def _kin(word: str, *vocabulary: str, quoted: bool = False) -> dict[str, float]:
    return {kin.term: kin.weight for kin in Classes(WordList(vocabulary)).kin(word, quoted=quoted)}


@given(TEXTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_every_term_has_a_fold(text: str) -> None:
    assert all(fold(term.text) for term in analyze(text))


def test_a_fold_has_no_accents() -> None:
    assert fold("évènement") == fold("événement") == fold("evenement") == "evenement"
    assert fold("n'djamena") == "ndjamena"
    assert fold("київ") == "kiyiv"


def test_a_fold_keeps_numbers_apart() -> None:
    assert fold("1,5") != fold("15")
    assert fold("7,62mm") != fold("762mm")


def test_inflections_share_a_stem_class() -> None:
    assert stem_class("systèmes") == stem_class("système")
    assert stem_class("généraux") == stem_class("général")
    assert stem_class("négociations") == stem_class("négocier")


def test_what_has_digits_is_its_own_class() -> None:
    assert [stem_class(term) for term in ("f16", "155mm", "10000", "t72b3")] == ["f16", "155mm", "10000", "t72b3"]


@pytest.mark.parametrize("block", _blocks(), ids=lambda block: "/".join(line[0] for line in block))
def test_each_line_never_conflated_is_one_class_of_its_own(block: list[list[str]]) -> None:
    classes = [{stem_class(form) for form in line} for line in block]
    assert all(len(names) == 1 for names in classes)
    assert len(set.union(*classes)) == len(block)


@pytest.mark.parametrize("block", _blocks(), ids=lambda block: "/".join(line[0] for line in block))
def test_each_line_never_conflated_is_there_for_a_reason(block: list[list[str]]) -> None:
    """A line of a block would else meet another one, by its stem or without its accents."""
    for line in block:
        others = [form for other in block if other is not line for form in other]
        stems, folds = {stem(form) for form in others}, {fold(form) for form in others}
        assert any(stem(form) in stems or fold(form) in folds for form in line), line


def test_no_form_is_in_two_lines() -> None:
    forms = [form for block in _blocks() for line in block for form in dict.fromkeys(line)]
    assert sorted(forms) == sorted(set(forms))


def test_each_form_never_conflated_is_a_term() -> None:
    for form in (form for block in _blocks() for line in block for form in line):
        assert [term.text for term in terms_of(form)] == [form]


def test_no_stem_is_the_name_of_a_listed_class() -> None:
    assert all(name.startswith("=") for name in CLASSES.values())
    assert [term.text for term in analyze("=armée")] == ["armée"]


def test_a_bare_form_is_the_listed_word_it_can_only_be() -> None:
    assert stem_class("armee") == stem_class("armée") != stem_class("arme")
    assert stem_class("crimee") == stem_class("crimée")
    assert stem_class("cote") not in {stem_class("côte"), stem_class("côté")}


def test_a_word_stands_for_itself_first_then_its_accent_variants_then_its_inflections() -> None:
    found = Classes(WordList(["systemes", "système", "systèmes", "systeme", "sismique"])).kin("systèmes")
    assert [(kin.term, kin.weight) for kin in found] == [
        ("systèmes", OWN), ("systemes", FOLD), ("systeme", STEM), ("système", STEM)
    ]  # fmt: skip
    assert OWN > FOLD > STEM > 0


def test_a_quoted_word_stands_for_its_accent_variants_only() -> None:
    vocabulary = ["systeme", "système", "systèmes"]
    assert _kin("systeme", *vocabulary, quoted=True) == {"systeme": OWN, "système": FOLD}


def test_a_quoted_word_with_accents_stands_for_itself_and_its_bare_form() -> None:
    assert _kin("côte", "cote", "côte", "côté", quoted=True) == {"cote": FOLD, "côte": OWN}


def test_a_quoted_word_with_accents_does_not_stand_for_another_listed_word() -> None:
    assert _kin("armé", "arme", "armé", quoted=True) == {"armé": OWN}
    assert _kin("armée", "armee", "arme", quoted=True) == {"armee": FOLD}


def test_a_bare_word_takes_the_inflections_of_its_accented_twin() -> None:
    assert _kin("evenement", "événement", "événements") == {"événement": FOLD, "événements": STEM}


def test_a_bare_plural_in_the_vocabulary_is_found_by_its_accented_twin() -> None:
    assert set(_kin("événement", "événements", "evenements")) == {"événements", "evenements"}


def test_a_word_that_no_document_has_still_stands_for_its_kin() -> None:
    assert _kin("drones", "drone") == {"drone": STEM}


def test_a_word_without_kin_stands_for_nothing() -> None:
    assert _kin("aéroglisseur", "armée", "avion") == {}
    assert _kin("armée") == {}


@given(VOCABULARIES)
def test_kin_without_quotes_is_mutual(vocabulary: set[str]) -> None:
    classes = Classes(WordList(vocabulary))
    kin = {word: {kin.term: kin.weight for kin in classes.kin(word)} for word in vocabulary}
    for word, others in kin.items():
        for other, weight in others.items():
            assert kin[other][word] == weight


@given(vocabulary=VOCABULARIES, word=st.sampled_from(WORDS), quoted=st.booleans())
def test_kin_are_words_of_the_vocabulary_the_heaviest_first(vocabulary: set[str], word: str, *, quoted: bool) -> None:
    kin = Classes(WordList(vocabulary)).kin(word, quoted=quoted)
    terms, weights = [each.term for each in kin], [each.weight for each in kin]
    assert set(terms) <= vocabulary
    assert len(set(terms)) == len(terms)
    assert weights == sorted(weights, reverse=True)
    assert (word in vocabulary) == ((word, OWN) in zip(terms, weights, strict=True))


@given(VOCABULARIES, st.sampled_from(WORDS))
def test_quotes_only_ever_narrow(vocabulary: set[str], word: str) -> None:
    assert set(_kin(word, *vocabulary, quoted=True)) <= set(_kin(word, *vocabulary))


@given(VOCABULARIES, st.sampled_from(WORDS))
def test_words_of_two_listed_classes_never_meet(vocabulary: set[str], word: str) -> None:
    for kin in Classes(WordList(vocabulary)).kin(word):
        if word in CLASSES and kin.term in CLASSES:
            assert CLASSES[word] == CLASSES[kin.term]


def test_the_stemmer_is_the_published_one(shared: Path) -> None:
    folder = shared / "data" / "lang_fr" / "snowball"
    words, stems = (
        (folder / name).read_text(encoding="utf-8").split() for name in ("french_voc.txt", "french_output.txt")
    )
    assert len(words) == len(stems) == 21_655
    assert [snowball(word) for word in words] == stems


@pytest.mark.parametrize(
    ("word", "versions"),
    [
        ("t72", ["t72b3"]),
        ("mig29", ["mig29k"]),
        ("f16", ["f16am", "f16v"]),
        ("m1", ["m1a2"]),
        ("a4", []),
        ("t72b3", []),
    ],
)
def test_a_designation_finds_its_versions_and_not_the_other_way(word: str, versions: list[str]) -> None:
    known = ["t72", "t72b3", "mig29", "mig29k", "f16", "f16am", "f16v", "m1", "m1a2", "m100", "a400m", "16", "f160"]
    classes = Classes(WordList([*known, "a4"]))
    assert [kin.term for kin in classes.kin(word) if kin.term != word] == versions
    assert {kin.weight for kin in classes.kin(word) if kin.term != word} <= {STEM}
    assert [kin.term for kin in classes.kin(word, quoted=True)] == [word]
