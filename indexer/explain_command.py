"""`vigie explain`: how is a query understood?"""

import sys
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from indexer.errors import IndexMissingError
from indexer.french import counted, french_number
from indexer.index import IndexReader, open_reader
from indexer.printing import out
from indexer.search import QueryExplanation, QueryPart, StandIn, explain_query
from indexer.settings import Settings
from indexer.thesaurus import load_thesaurus
from indexer.typography import typeset

KINDS = {
    "word": "mot",
    "name": "nom",
    "quotation": "expression exacte",
    "prefix": "début de mot",
    "fuzzy": "mot approché",
    "near": "mots voisins",
    "value": "valeur",
    "date": "date",
    "amount": "montant",
}
OF_TERMS = {"word", "quotation", "prefix", "fuzzy", "near"}
"""What stands for terms of the index."""

RELATIONS = {
    "own": "",
    "accents": "autres accents",
    "inflection": "même famille",
    "beginning": "même début",
    "letters": "autres lettres",
}
_SHOWN = 12
"""Terms of a part that are listed; --json lists all."""


@click.command()
@click.argument("query", metavar="REQUÊTE")
@click.option("--index", metavar="DOSSIER", help="Dossier de l’index, qui dit quels termes existent.")
@click.option("--json", "as_json", is_flag=True, help="Écrire l’explication en JSON.")
@click.pass_obj
def explain(settings: Settings, query: str, index: str | None, *, as_json: bool) -> None:
    """Dire comment REQUÊTE est comprise : mots et termes cherchés, noms, champs, dates, ce qui est laissé de côté.

    Avec un index, chaque mot est suivi des termes qui le représentent, de leur poids et du nombre d’articles.
    """
    own = settings.thesaurus
    found = explain_query(query, load_thesaurus(own=Path(own) if own else None), _reader(index, settings))
    if as_json:
        sys.stdout.write(msgspec.json.encode(found, enc_hook=str).decode("utf-8") + "\n")
    else:
        _print(found)


def _reader(index: str | None, settings: Settings) -> IndexReader | None:
    """The index that is named; else the usual one, if there is one. A cluster is not asked."""
    if settings.engine and not index:
        return None
    try:
        return open_reader(Path(index or settings.index))
    except IndexMissingError:
        if index:
            raise
        return None


def _print(found: QueryExplanation) -> None:
    out.print(typeset(f"Compris : {escape(found.understood or 'tous les articles')}"), style="bold", soft_wrap=True)
    table = Table.grid(padding=(0, 2))
    for part in found.parts:
        meaning = _meaning(part, known=found.articles is not None)
        table.add_row(Text(part.text, style="strike" if part.left_out else "bold"), _kind(part), Text(meaning))
    out.print(table)
    for correction in found.corrections:
        said = (
            f"« {escape(correction.typed)} » n’est dans aucun article : « {escape(correction.corrected)} » est cherché."
        )
        out.print(typeset(said), style="yellow", soft_wrap=True)
    if found.relaxation:
        dropped = ", ".join(f"« {escape(word)} »" for word in found.relaxation.dropped) or "aucun mot"
        out.print(typeset(f"Trop peu d’articles ont tous les mots ; facultatifs : {dropped}."), style="yellow")
    for notice in found.notices:
        out.print(typeset(escape(notice)), style="yellow", soft_wrap=True)
    if found.articles is None:
        out.print(typeset("Sans index : les termes qui représentent chaque mot ne sont pas connus."), style="dim")
    else:
        out.print(f"{counted(found.articles, 'article')}.")


def _kind(part: QueryPart) -> Text:
    said = KINDS[part.kind]
    if part.field:
        said += f", {part.field}"
    if part.excluded:
        said += ", exclu"
    return Text(
        said + (", mot-outil laissé de côté" if part.left_out else ""), style="red" if part.excluded else "cyan"
    )


def _meaning(part: QueryPart, *, known: bool) -> str:
    """What a part stands for, in a line."""
    said = [part.meaning] if part.meaning else []
    if known and part.kind in OF_TERMS:
        said.append(_listed(part.terms) or "dans aucun article")
    if part.names:
        said.append(("signifie " if part.kind == "value" else "aussi cherché : ") + ", ".join(part.names))
    return typeset(" ; ".join(said))


def _listed(terms: Sequence[StandIn]) -> str:
    shown = ", ".join(_term(term) for term in terms[:_SHOWN])
    return f"{shown} et {counted(len(terms) - _SHOWN, 'autre')}" if len(terms) > _SHOWN else shown


def _term(term: StandIn) -> str:
    weight = f"× {french_number(term.weight)}" if term.weight != 1 else ""
    articles = "" if term.articles is None else counted(term.articles, "article")
    details = ", ".join(filter(None, (RELATIONS[term.relation], weight, articles)))
    return f"{term.term} ({details})" if details else term.term
