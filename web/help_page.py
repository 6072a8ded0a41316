"""The help page of the query language: examples that can be followed, each with what the parser makes of it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from indexer.engine import Engine
from indexer.message import Message, joined
from indexer.search import ENGLISH as ENGLISH_QUERIES
from indexer.search import FRENCH as FRENCH_QUERIES
from indexer.search import QueryExplanation, QueryPart, SearchRequest, explain_query
from indexer.typography import typeset
from web.language import FRENCH, language, say


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
        Message("Les mots"),
        Message(
            "Tous les mots sont demandés. Ni les majuscules ni les accents ne comptent, et le singulier trouve le "
            "pluriel. ET, OU et SAUF s’écrivent en capitales ; AND, OR et NOT disent la même chose."
        ),
        (
            Example("missiles balistiques", Message("Les deux mots, où qu’ils soient dans l’article.")),
            Example("« missile balistique »", Message('L’expression exacte ; les guillemets droits "…" valent aussi.')),
            Example(Message("chars OU blindés"), Message("L’un des deux mots au moins.")),
            Example(Message("Kiev SAUF drones"), Message("Les articles qui n’ont pas le second mot.")),
            Example("Ukraine -drones", Message("De même, en plus court : le tiret touche le mot.")),
            Example(Message("(chars OU blindés) Ukraine"), Message("Les parenthèses groupent.")),
        ),
    ),
    Chapter(
        "noms",
        Message("Les noms"),
        Message(
            "Un pays, une ville, un matériel, une organisation ou une personne est cherché sous tous ses noms ; "
            "la page de résultats le dit, et permet de ne chercher que ce qui est écrit."
        ),
        (
            Example("Kiev", Message("Un lieu sous ses autres graphies.")),
            Example("F16", Message("Un matériel : F-16, F 16 et F16 sont un même mot.")),
            Example("Scholz Leopard", Message("Des noms côte à côte.")),
        ),
    ),
    Chapter(
        "approche",
        Message("À peu près"),
        Message("Quand l’orthographe est incertaine, ou que les mots ne se suivent pas."),
        (
            Example("balisti*", Message("Tout mot qui commence ainsi ; deux lettres au moins.")),
            Example("Rheinmetal~", Message("Un mot qui s’écrit presque ainsi.")),
            Example("« aide Ukraine »~5", Message("Des mots proches l’un de l’autre, dans un ordre ou dans l’autre.")),
        ),
    ),
    Chapter(
        "champs",
        Message("Une partie de l’article"),
        Message("Un champ, deux points, une valeur. Les noms anglais des champs valent aussi."),
        (
            Example(Message("titre:missile"), Message("Dans le titre seulement ; « texte: » cherche dans le corps.")),
            Example(Message("titre:(missile OU drone)"), Message("Un champ vaut pour toute la parenthèse.")),
            Example(Message("pays:Ukraine"), Message("Les articles qui parlent d’un pays.")),
            Example(Message("arme:HIMARS"), Message("Un matériel ; ses variantes comptent.")),
            Example(Message('type:"char de combat"'), Message("Une sorte de matériel.")),
            Example("organisation:OTAN", Message("Une organisation, une armée, une entreprise.")),
            Example(Message("personne:Zelensky"), Message("Une personne, sous l’un de ses noms.")),
            Example(Message('sujet:"Aide à l’Ukraine"'), Message("Un sujet, tel que les filtres l’écrivent.")),
            Example("source:monde-securite.example", Message("Une publication.")),
            Example(Message("langue:fr"), Message("Une langue, par son code de deux lettres.")),
            Example(Message("drones SAUF pays:Russie"), Message("Un champ se joint aux mots, et s’exclut comme eux.")),
        ),
    ),
    Chapter(
        "dates",
        Message("Les dates"),
        Message("La date de parution. Un article dont seul le mois est connu se trouve à chaque jour de ce mois."),
        (
            Example("date:2024", Message("Une année, un mois (2024-03) ou un jour (2024-03-05).")),
            Example("date:2022-10..2022-12", Message("D’une date à l’autre, comprises.")),
            Example("date:>=2023", Message("À partir d’une date ; « < », « <= » et « > » de même.")),
            Example('date:"mars 2024"', Message("En toutes lettres, entre guillemets.")),
            Example('date:"la semaine dernière"', Message("Par rapport à aujourd’hui.")),
        ),
    ),
    Chapter(
        "montants",
        Message("Les montants"),
        Message(
            "Les sommes que l’article cite ; k, M et Md disent mille, million et milliard. Les monnaies sont comparées "
            "en euros."
        ),
        (
            Example(Message("montant:>100M€"), Message("Plus qu’une somme.")),
            Example(Message("montant:1..5 Md€"), Message("D’une somme à l’autre.")),
            Example(Message("Rafale montant:>1Md$"), Message("En dollars, avec un mot.")),
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
            yield chapter, [self._row(example) for example in chapter.examples]

    def _row(self, example: Example) -> Row:
        query: str = say(example.query)
        explained = explain_query(
            query, self._thesaurus, wording=ENGLISH_QUERIES if language() != FRENCH else FRENCH_QUERIES
        )
        return Row(
            query=typeset(query),
            address=SearchRequest(q=query).address("/"),
            meaning=example.meaning,
            understood=_said(explained),
        )


def _said(explained: QueryExplanation) -> list[str]:
    """How a query is understood: the whole, then what its parts do not say themselves."""
    parts = list(filter(None, map(_part_said, explained.parts)))
    whole = typeset(explained.understood)
    return parts if any(part.startswith(whole) for part in parts) else [whole, *parts]


def _part_said(part: QueryPart) -> str:
    text = typeset(part.text)
    names = [typeset(name) for name in part.names if name != part.text]
    said = [part.meaning] if part.meaning else []
    if names and part.kind == "value":
        said.append(Message("{text}, soit {name}", text=text, name=names[0]))
    elif names:
        said.append(joined(Message(" ou "), [text, *names]))
    return joined(", ", said)
