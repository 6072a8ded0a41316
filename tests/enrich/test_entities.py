"""Which facet values the names in an article give."""

from collections.abc import Mapping

import msgspec

from indexer.document import ENTITIES, Document, Provenance
from indexer.enrich import enrich
from indexer.thesaurus import Entry, Thesaurus

THESAURUS = Thesaurus(
    [
        ("country", Entry(label="Ukraine", demonyms=("ukrainien",))),
        ("country", Entry(label="Chine")),
        ("place", Entry(label="Kiev", names=("Kyiv",), country="Ukraine")),
        ("place", Entry(label="mer de Chine")),
        ("equipment", Entry(label="Leopard", kind="char de combat")),
        ("equipment", Entry(label="Leopard 2", family="Leopard")),
        ("equipment", Entry(label="Leopard 2A6", family="Leopard 2")),
        ("organisation", Entry(label="ONU", kind="organisation internationale")),
        ("organisation", Entry(label="Conseil de sécurité", family="ONU")),
        ("organisation", Entry(label="OTAN", names=("NATO",))),
        ("person", Entry(label="Rustem Umerov", surnames=("Oumerov",), country="Ukraine")),
    ]
)


def document(text: str, title: str = "", facets: Mapping[str, tuple[str, ...]] | None = None) -> Document:
    provenance = Provenance(path="a.txt", root="/", format="text")
    return Document(id="1", title=title, text=text, provenance=provenance, facets=facets or {})


def facets(text: str, title: str = "") -> dict[str, tuple[str, ...]]:
    found = enrich(document(text, title), THESAURUS).facets
    return {name: values for name, values in found.items() if name in ENTITIES}


def test_a_country_is_read_from_its_demonym() -> None:
    assert facets("un effort ukrainien") == {"country": ("Ukraine",)}


def test_a_place_adds_its_country_and_not_itself() -> None:
    assert facets("À Kyiv, hier") == {"country": ("Ukraine",)}


def test_a_sea_adds_no_country() -> None:
    assert facets("en mer de Chine") == {}


def test_a_person_adds_no_country() -> None:
    assert facets("selon Oumerov") == {"person": ("Rustem Umerov",)}


def test_a_variant_adds_its_families_after_itself() -> None:
    assert facets("des Leopard 2A6") == {"equipment": ("Leopard 2A6", "Leopard 2", "Leopard")}


def test_a_part_adds_the_whole_that_it_belongs_to() -> None:
    assert facets("le Conseil de sécurité") == {"organisation": ("Conseil de sécurité", "ONU")}


def test_a_family_named_alone_adds_no_variant() -> None:
    assert facets("des Leopard 2") == {"equipment": ("Leopard 2", "Leopard")}


def test_title_and_text_are_both_read_the_title_first() -> None:
    assert facets("L’OTAN, puis l’ONU", title="L’ONU") == {"organisation": ("ONU", "OTAN")}


def test_a_name_does_not_run_from_the_title_into_the_text() -> None:
    assert facets("2A6 livrés", title="Des Leopard") == {"equipment": ("Leopard",)}


def test_values_come_once_in_order_of_first_appearance() -> None:
    assert facets("La Chine et l’Ukraine. À Kiev, la Chine") == {"country": ("Chine", "Ukraine")}


def test_other_facets_are_kept() -> None:
    given = document("l’OTAN", facets={"source": ("lemonde.fr",)})
    assert enrich(given, THESAURUS).facets == {"source": ("lemonde.fr",), "organisation": ("OTAN",)}


def test_an_article_that_names_nothing_gets_no_facet() -> None:
    assert facets("rien de connu ici") == {}


def test_only_the_facets_change() -> None:
    given = document("l’OTAN à Kiev", title="Titre")
    enriched = enrich(given, THESAURUS)
    assert enriched.facets != given.facets
    assert msgspec.structs.replace(enriched, facets={}) == given
