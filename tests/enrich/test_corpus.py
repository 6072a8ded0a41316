"""The corpus against hand labels: what each article names, families included.

Labels made by two readers who had not seen the thesaurus, then put in its wording and completed.
"""

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from indexer.enrich import enrich
from indexer.ingest import SourceFile, find_files
from indexer.thesaurus import load_thesaurus
from tests.making import read_one

CORPUS = Path(__file__).parents[2] / "corpus" / "articles"
FIELDS = ("country", "equipment", "organisation", "person")
Found = dict[tuple[str, str], set[str]]
"""File and field -> labels."""

BARE = "the bare words mean it only to a reader of the whole sentence"
NOT_FOUND = {
    ("a06-coalition-artillerie-caesar.txt", "organisation", "Groupe de contact pour la défense de l’Ukraine"): BARE,
    ("a16-aide-400-m-nasams.txt", "organisation", "Groupe de contact pour la défense de l’Ukraine"): BARE,
    ("a19-initiative-tcheque-obus.txt", "equipment", "obus de 122 mm"): "« et 300 000 de 122 mm »",
    ("a20-tchequie-coquilles.txt", "equipment", "obus de 122 mm"): "« 300 milles de 122 millimètres »",
    ("a20-tchequie-coquilles.txt", "equipment", "obus de 155 mm"): "« coquilles », a machine’s word for shells",
    ("a26-zaloujny-syrsky.txt", "organisation", "Congrès américain"): BARE,
    ("a28-beloousov-remplace-choigou.txt", "organisation", "Conseil de sécurité de Russie"): BARE,
    ("a29-shoigu-demission.txt", "organisation", "Conseil de sécurité de Russie"): BARE,
    ("b07-lpm-ce-que-change.txt", "equipment", "M51.3"): "« M-51 dans sa troisième version »",
    ("b15-alsace-missiles-balistiques.txt", "equipment", "Languedoc (frégate)"): "« sa jumelle Languedoc »",
    ("b26-safe-150-milliards.txt", "organisation", "Commission européenne"): BARE,
    ("b32-eurosatory-2026.txt", "country", "Corée du Sud"): "« les coréens de Hanwha »: which Korea?",
    ("b36-scorpion-mode-emploi.txt", "equipment", "Leclerc XLR"): "« le char Leclerc est rénové »",
}


@cache
def labelled() -> Found:
    lines = (Path(__file__).parent / "corpus_entities.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return {(row["file"], field): set(row[field]) for row in rows for field in FIELDS}


@cache
def found() -> Found:
    values: Found = {}
    for source in find_files([CORPUS]):
        assert isinstance(source, SourceFile), source
        facets = enrich(read_one(source), load_thesaurus()).facets
        values |= {(source.file.name, field): set(facets.get(field, ())) for field in FIELDS}
    return values


def test_every_article_of_the_corpus_is_labelled() -> None:
    assert labelled().keys() == found().keys()


@pytest.mark.parametrize("field", FIELDS)
def test_articles_name_what_their_readers_saw(field: str) -> None:
    differences = []
    for (file, of), expected in sorted(labelled().items()):
        if of == field:
            known = {label for name, where, label in NOT_FOUND if (name, where) == (file, field)}
            differences += [f"{file}: + {label}" for label in sorted(found()[file, field] - expected)]
            differences += [f"{file}: - {label}" for label in sorted(expected - known - found()[file, field])]
            differences += [f"{file}: found at last: {label}" for label in sorted(known & found()[file, field])]
    assert not differences, "\n".join(differences)


@pytest.mark.parametrize("field", FIELDS)
def test_precision_and_recall_are_high(field: str) -> None:
    counts: Counter[str] = Counter()
    for (file, of), expected in labelled().items():
        if of == field:
            counts["both"] += len(expected & found()[file, of])
            counts["labelled"] += len(expected)
            counts["found"] += len(found()[file, of])
    assert counts["both"] / counts["found"] >= 0.98
    assert counts["both"] / counts["labelled"] >= 0.97
