"""The help page of the query language: examples that can be followed, each with what the parser makes of it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from indexer.engine import Engine
from indexer.search import QueryExplanation, QueryPart, SearchRequest, explain_query
from indexer.typography import typeset


class Example(NamedTuple):
    """A query, and what it asks for."""

    query: str
    meaning: str


class Chapter(NamedTuple):
    """Examples of one thing."""

    anchor: str
    title: str
    introduction: str
    examples: Sequence[Example]


class Row(NamedTuple):
    """An example as it is shown: its search, and how it is understood, a line each."""

    query: str
    address: str
    meaning: str
    understood: list[str]


CHAPTERS = (
    Chapter(
        "mots",
        "Les mots",
        "Tous les mots sont demandés. Ni les majuscules ni les accents ne comptent, et le singulier trouve le "
        "pluriel. ET, OU et SAUF s’écrivent en capitales ; AND, OR et NOT disent la même chose.",
        (
            Example("missiles balistiques", "Les deux mots, où qu’ils soient dans l’article."),
            Example("« missile balistique »", 'L’expression exacte ; les guillemets droits "…" valent aussi.'),
            Example("chars OU blindés", "L’un des deux mots au moins."),
            Example("Kiev SAUF drones", "Les articles qui n’ont pas le second mot."),
            Example("Ukraine -drones", "De même, en plus court : le tiret touche le mot."),
            Example("(chars OU blindés) Ukraine", "Les parenthèses groupent."),
        ),
    ),
    Chapter(
        "noms",
        "Les noms",
        "Un pays, une ville, un matériel, une organisation ou une personne est cherché sous tous ses noms ; "
        "la page de résultats le dit, et permet de ne chercher que ce qui est écrit.",
        (
            Example("Kiev", "Un lieu sous ses autres graphies."),
            Example("F16", "Un matériel : F-16, F 16 et F16 sont un même mot."),
            Example("Scholz Leopard", "Des noms côte à côte."),
        ),
    ),
    Chapter(
        "approche",
        "À peu près",
        "Quand l’orthographe est incertaine, ou que les mots ne se suivent pas.",
        (
            Example("balisti*", "Tout mot qui commence ainsi ; deux lettres au moins."),
            Example("Rheinmetal~", "Un mot qui s’écrit presque ainsi."),
            Example("« aide Ukraine »~5", "Des mots proches l’un de l’autre, dans un ordre ou dans l’autre."),
        ),
    ),
    Chapter(
        "champs",
        "Une partie de l’article",
        "Un champ, deux points, une valeur. Les noms anglais des champs valent aussi.",
        (
            Example("titre:missile", "Dans le titre seulement ; « texte: » cherche dans le corps."),
            Example("titre:(missile OU drone)", "Un champ vaut pour toute la parenthèse."),
            Example("pays:Ukraine", "Les articles qui parlent d’un pays."),
            Example("arme:HIMARS", "Un matériel ; ses variantes comptent."),
            Example('type:"char de combat"', "Une sorte de matériel."),
            Example("organisation:OTAN", "Une organisation, une armée, une entreprise."),
            Example("personne:Zelensky", "Une personne, sous l’un de ses noms."),
            Example('sujet:"Aide à l’Ukraine"', "Un sujet, tel que les filtres l’écrivent."),
            Example("source:monde-securite.example", "Une publication."),
            Example("langue:fr", "Une langue, par son code de deux lettres."),
            Example("drones SAUF pays:Russie", "Un champ se joint aux mots, et s’exclut comme eux."),
        ),
    ),
    Chapter(
        "dates",
        "Les dates",
        "La date de parution. Un article dont seul le mois est connu se trouve à chaque jour de ce mois.",
        (
            Example("date:2024", "Une année, un mois (2024-03) ou un jour (2024-03-05)."),
            Example("date:2022-10..2022-12", "D’une date à l’autre, comprises."),
            Example("date:>=2023", "À partir d’une date ; « < », « <= » et « > » de même."),
            Example('date:"mars 2024"', "En toutes lettres, entre guillemets."),
            Example('date:"la semaine dernière"', "Par rapport à aujourd’hui."),
        ),
    ),
    Chapter(
        "montants",
        "Les montants",
        "Les sommes que l’article cite ; k, M et Md disent mille, million et milliard. Les monnaies sont comparées "
        "en euros.",
        (
            Example("montant:>100M€", "Plus qu’une somme."),
            Example("montant:1..5 Md€", "D’une somme à l’autre."),
            Example("Rafale montant:>1Md$", "En dollars, avec un mot."),
        ),
    ),
)


class HelpPage:
    """The examples as the parser and the thesaurus understand them today."""

    def __init__(self, engine: Engine) -> None:
        self._thesaurus = engine.thesaurus

    @property
    def chapters(self) -> Iterator[tuple[Chapter, list[Row]]]:
        """Every chapter with its rows."""
        for chapter in CHAPTERS:
            yield (
                chapter._replace(introduction=typeset(chapter.introduction)),
                [self._row(example) for example in chapter.examples],
            )

    def _row(self, example: Example) -> Row:
        explained = explain_query(example.query, self._thesaurus)
        return Row(
            query=typeset(example.query),
            address=SearchRequest(q=example.query).address("/"),
            meaning=typeset(example.meaning),
            understood=[typeset(line) for line in _said(explained)],
        )


def _said(explained: QueryExplanation) -> list[str]:
    """How a query is understood: the whole, then what its parts do not say themselves."""
    parts = list(filter(None, map(_part_said, explained.parts)))
    whole = explained.understood
    return parts if any(part.startswith(whole) for part in parts) else [whole, *parts]


def _part_said(part: QueryPart) -> str:
    names = [name for name in part.names if name != part.text]
    said = [part.meaning] if part.meaning else []
    if names:
        said.append(f"{part.text}, soit {names[0]}" if part.kind == "value" else " ou ".join([part.text, *names]))
    return ", ".join(said)
