"""The five articles that came with the task: what they speak of, and nothing else."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from indexer.document import ENTITIES
from indexer.enrich import enrich
from indexer.ingest import SourceFile, find_files
from indexer.thesaurus import load_thesaurus
from tests.making import read_one

SIGNATORIES = (
    "Portugal Canada République_tchèque Danemark Finlande France Allemagne Grèce Hongrie Italie Lettonie Lituanie "
    "Luxembourg Pays-Bas Norvège Pologne Roumanie Espagne Suède Turquie Royaume-Uni États-Unis"
)
EXPECTED: dict[str, dict[str, set[str]]] = {
    "000": {
        "country": {"Ukraine", "Lettonie", "Taïwan", "Corée du Nord", "États-Unis"},
        "equipment": {"HIMARS", "T-72", "Phoenix Ghost", "IFATDS"},
        "organisation": {"Pentagone", "Associated Press", "Army Contracting Command", "forces armées américaines"},
        "person": {"Nancy Pelosi"},
    },
    "001": {
        "country": {name.replace("_", " ") for name in SIGNATORIES.split()}
        | {"Ukraine", "Russie", "Japon", "Australie", "Nouvelle-Zélande", "Corée du Sud"},
        "equipment": {"Stinger", "ACE (Allied for Cloud and Edge)"},
        "organisation": {"OTAN"},
    },
    "002": {
        "country": {"États-Unis", "Ukraine"},
        "equipment": {"F-16", "FrankenSAM"},
        "organisation": {
            "Pentagone",
            "Maison Blanche",
            "OTAN",
            "ministère ukrainien de la Défense",
            "ministère ukrainien des Industries stratégiques",
        },
        "person": {"Rustem Umerov", "Mykhaïlo Fedorov", "Jens Stoltenberg", "Iouri Ihnat"},
    },
    "003": {
        "country": {"Ukraine", "Allemagne", "France", "Pays-Bas", "Royaume-Uni", "États-Unis", "Russie"},
        "equipment": {"IRIS-T", "NASAMS", "AMRAAM"},
        "organisation": {
            "OTAN",
            "Politico",
            "Groupe de contact pour la défense de l’Ukraine",
            "chefs d’état-major interarmées",
        },
        "person": {"Oleksiy Reznikov", "Mark Milley", "Kajsa Ollongren"},
    },
    "004": {
        "country": {"Ukraine", "États-Unis", "Allemagne", "Royaume-Uni"},
        "equipment": {"obus de 155 mm"},
        "organisation": {
            "Ukroboronprom",
            "BAE Systems",
            "Rheinmetall",
            "Babcock",
            "Union européenne",
            "ministère ukrainien des Industries stratégiques",
        },
        "person": {"Rustem Umerov"},
    },
}


@pytest.fixture(scope="module")
def facets(shared: Path) -> dict[str, Mapping[str, tuple[str, ...]]]:
    sources = [source for source in find_files([shared / "seeds"]) if isinstance(source, SourceFile)]
    return {source.file.name[:3]: enrich(read_one(source), load_thesaurus()).facets for source in sources}


@pytest.mark.parametrize("seed", EXPECTED)
def test_a_seed_speaks_of_these_and_of_nothing_else(
    facets: dict[str, Mapping[str, tuple[str, ...]]], seed: str
) -> None:
    assert {field: set(values) for field, values in facets[seed].items() if field in ENTITIES} == EXPECTED[seed]
