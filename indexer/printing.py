"""What people read on a terminal: articles, results, reports, typeset as French is."""

from collections import Counter

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from indexer.changes import IndexReport
from indexer.document import Document
from indexer.french import counted, french_amount, french_date, french_number
from indexer.search import Hit, SearchResults
from indexer.typography import NO_BREAK, typeset

FACET_LABELS = {
    "date": "Date",
    "source": "Source",
    "country": "Pays",
    "kind": "Type de matériel",
    "equipment": "Matériel",
    "designation": "Désignation",
    "organisation": "Organisation",
    "person": "Personne",
    "topic": "Sujet",
    "amount": "Montant",
    "language": "Langue",
}
_SHOWN = 8
"""Facet values in a table of the command line; the endpoint and the page show more."""

_AMOUNTS = 2
"""Sums of money shown of an article, the largest."""

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def print_document(document: Document) -> None:
    """A whole article, and where it was read."""
    provenance, table = document.provenance, Table.grid(padding=(0, 2))
    member = f" > {provenance.member}" if provenance.member else ""
    place = f", {provenance.place}" if provenance.place else ""
    sure = {"likely": " (probable)", "unsure": " (incertaine)"}.get(document.confidence or "", "")
    for label, value in (
        ("Date", french_date(document.published) + sure),
        ("Source", document.source),
        ("Adresse", document.url),
        ("Auteurs", ", ".join(document.authors)),
        ("Mots-clés", ", ".join(document.tags)),
        ("Langue", document.language),
        *((FACET_LABELS[name], ", ".join(values)) for name, values in document.facets.items() if values),
        ("Lu dans", f"{provenance.root}/{provenance.path}{member}{place}"),
    ):
        if value:
            table.add_row(Text(label, style="bold"), Text(value))
    out.print(Text(document.title, style="bold"))
    out.print(table)
    out.print()
    out.print(Text(document.text))


def print_report(report: IndexReport, most_shown: int) -> None:
    """What a run of indexing did; of what it rejected the first, and the reasons."""
    table = Table.grid(padding=(0, 2))
    rows = [
        ("Lus", report.read),
        ("  nouveaux", report.new),
        ("  modifiés", report.changed),
        ("  inchangés", report.unchanged),
        ("  copies d’un autre", report.copies),
        *([("Retirés", report.removed)] if report.removed else []),
        ("Écartés", len(report.rejected)),
    ]
    reasons = Counter(rejection.reason for rejection in report.rejected)
    if len(reasons) > 1:
        rows += [(f"  {escape(reason)}", count) for reason, count in reasons.most_common(most_shown)]
    for label, count in rows:
        table.add_row(label, Text(french_number(count), justify="right"))
    out.print(table)
    for rejection in report.rejected[:most_shown]:
        err.print(f"  {escape(rejection.path)}{NO_BREAK}: {escape(rejection.reason)}", style="yellow", soft_wrap=True)
    if (hidden := len(report.rejected) - most_shown) > 0:
        err.print(f"  … et {counted(hidden, 'autre')} (--report les donne tous)", style="yellow")
    out.print(f"En {french_number(round(report.took, 1))}{NO_BREAK}s.", style="dim")


def print_results(results: SearchResults) -> None:
    """Hits with their snippets, and facets."""
    out.print(Text(f"{counted(results.total.value, 'résultat')} en {french_number(results.took_ms)}{NO_BREAK}ms"))
    if results.query.understood and results.query.understood != results.query.q:
        out.print(typeset(f"Compris : {escape(results.query.understood)}"), style="dim")
    for expansion in results.query.expansions:
        variants = ", ".join(expansion.variants)
        widened = f"Élargi : {escape(expansion.name)} → {escape(variants)} (--no-expand pour s’en passer)"
        out.print(typeset(widened), style="dim")
    for correction in results.query.corrections:
        corrected = (
            f"Corrigé : {escape(correction.typed)} → {escape(correction.corrected)} (--no-correct pour s’en passer)"
        )
        out.print(typeset(corrected), style="dim")
    if results.query.relaxation:
        out.print(f"{escape(results.query.relaxation.sentence)} (--strict pour tous les exiger)", style="yellow")
    for notice in results.query.notices:
        out.print(escape(notice), style="yellow")
    for hit in results.hits:
        _print_hit(hit)
    if any(facet.values for facet in results.facets.values()):
        out.print()
        out.print(_facet_table(results))


def _print_hit(hit: Hit) -> None:
    out.print()
    out.print(Text(hit.title, style="bold"))
    told = hit.story
    versions = f"{counted(told.versions, 'version')}, {counted(told.sources, 'source')}" if told else None
    amounts = ", ".join(map(french_amount, hit.amounts[:_AMOUNTS]))
    language = hit.language if hit.language != "fr" else None
    details = (french_date(hit.published), hit.source, hit.path, language, amounts, versions)
    out.print(Text(" · ".join(filter(None, details)), style="cyan"))
    for snippet in hit.snippets:
        if snippet.field == "text":
            text = Text(snippet.text)
            for start, end in snippet.marks:
                text.stylize("bold yellow", start, end)
            out.print(text)
    if hit.explanation:
        parts = (f"{'× ' if part.factor else ''}{french_number(part.value)} {part.label}" for part in hit.explanation)
        out.print(Text(f"{french_number(hit.score)} = {' + '.join(parts)}".replace("+ ×", "×"), style="dim"))


def _facet_table(results: SearchResults) -> Table:
    table = Table.grid(padding=(0, 2))
    for name, facet in results.facets.items():
        values = Text()
        for value in facet.values[:_SHOWN]:
            values.append(f"{value.label} ".replace(" ", NO_BREAK), style="bold" if value.selected else "")
            values.append(f"{value.count}   ", style="dim")
        if facet.values:
            table.add_row(Text(FACET_LABELS[name], style="bold"), values)
    return table
