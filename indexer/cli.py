"""The command `vigie`: index, search, show, explain, analyze, thesaurus, serve, stats, check, merge, snapshot, restore.

Each is an edge: settings and options come in, what the engine gives is printed.
"""

import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from indexer.analysis import cut_surfaces, fold, is_stop_word, stem_class, terms_of
from indexer.changes import IndexReport
from indexer.changes import Progress as RunProgress
from indexer.document import FACETS
from indexer.engine import Engine, open_engine
from indexer.errors import SettingsError, VigieError
from indexer.explain_command import explain
from indexer.french import counted, french_number
from indexer.index import Repair
from indexer.printing import FACET_LABELS, err, out, print_document, print_report, print_results
from indexer.search import SearchRequest, parse_parameters
from indexer.settings import Settings, load_settings
from indexer.thesaurus_command import thesaurus
from indexer.typography import NO_BREAK, typeset

Command = Callable[..., Any]

REJECTED, FAILED = 1, 2
"""Exit statuses: some files could not be used, or a check found something; the command itself failed."""

SORTS = ("relevance", "newest", "oldest", "date", "amount")
WATCHED_EVERY = 2.0
"""Seconds between two looks at the folders that are watched."""


def index_option(command: Command) -> Command:
    """The option `--index` that every command has."""
    return click.option("--index", "index", metavar="DOSSIER", help="Dossier de l’index.")(command)


class _Command(click.Command):
    """A command whose help is typeset as French is."""

    def get_help(self, ctx: click.Context) -> str:
        return typeset(super().get_help(ctx))


class _Vigie(click.Group):
    """A group whose expected failures are one line on standard error and exit status 2."""

    command_class = _Command

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        try:
            return super().invoke(ctx)
        except VigieError as error:
            err.print(typeset(f"vigie : {escape(str(error))}"), style="red", soft_wrap=True)
            sys.exit(FAILED)


@click.group(cls=_Vigie, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="vigie", message="vigie %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Vigie, moteur de recherche sur l’actualité de défense en français."""
    ctx.obj = load_settings()


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="CHEMIN…", type=click.Path(path_type=Path))
@index_option
@click.option("--jobs", type=click.IntRange(1, 2), help="Processus qui lisent, puis construisent l’index : 1 ou 2.")
@click.option("--sync", is_flag=True, help="Retirer les articles dont le fichier a disparu de ces dossiers.")
@click.option("--watch", is_flag=True, help="Continuer à suivre ces dossiers, jusqu’à Ctrl-C.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Écrire ce qui est écarté, en JSON.")
@click.option("--json", "as_json", is_flag=True, help="Écrire le compte rendu en JSON.")
@click.pass_obj
def index(settings: Settings, /, paths: tuple[Path, ...], index: str | None, **options: Any) -> None:  # noqa: ANN401
    """Indexer les articles des fichiers et dossiers CHEMIN.

    Textes, pages HTML, fils RSS et Atom, JSON, CSV, archives WARC, zip et gzip : le format est reconnu au contenu.
    Ce qui ne peut être lu est signalé avec sa raison et n’arrête rien ; le code de sortie est alors 1.
    """
    engine = _open(msgspec.structs.replace(settings, jobs=options["jobs"] or settings.jobs), index)
    if options["watch"]:
        with suppress(KeyboardInterrupt):  # what a run had read is in the index, or read again by the next one
            _watch(engine, paths, settings, options)
    else:
        report = _index(engine, paths, sync=options["sync"])
        _tell(report, settings, options)
        if report.rejected:
            sys.exit(REJECTED)


@main.command()
@click.argument("query", metavar="REQUÊTE", default="")
@index_option
@click.option("--facet", "facets", multiple=True, metavar="NOM=VALEUR", help="Ne garder que cette valeur ; répétable.")
@click.option("--exclude", "excluded", multiple=True, metavar="NOM=VALEUR", help="Écarter cette valeur ; répétable.")
@click.option("--from", "start", metavar="DATE", help="Publié depuis : 2024, 2024-03 ou 2024-03-05.")
@click.option("--to", "end", metavar="DATE", help="Publié jusqu’à.")
@click.option("--amount-from", type=float, metavar="NOMBRE", help="Cite un montant d’au moins cette valeur.")
@click.option("--amount-to", type=float, metavar="NOMBRE", help="Cite un montant d’au plus cette valeur.")
@click.option("--currency", metavar="CODE", help="Monnaie de ces montants : EUR, USD… ; sans elle, tels qu’écrits.")
@click.option("--collapse", is_flag=True, help="Montrer et compter une seule fois les versions d’un même récit.")
@click.option("--story", metavar="ID", help="Ne garder que les versions de ce récit.")
@click.option("--sort", type=click.Choice(SORTS), help="Ordre ; « date » : les plus récents d’abord.")
@click.option("--page", default=1, show_default=True)
@click.option("--size", type=int, help="Résultats par page.")
@click.option("--no-expand", is_flag=True, help="Ne pas chercher les autres noms.")
@click.option("--no-correct", is_flag=True, help="Ne pas corriger les mots qui ne sont dans aucun article.")
@click.option("--strict", is_flag=True, help="Exiger tous les mots, même si presque aucun article ne les a tous.")
@click.option("--explain", is_flag=True, help="Montrer de quoi est fait le score de chaque article.")
@click.option("--json", "as_json", is_flag=True, help="Écrire la réponse du point d’accès /api/v1/search.")
@click.pass_obj
def search(settings: Settings, /, query: str, index: str | None, **options: Any) -> None:  # noqa: ANN401
    """Chercher REQUÊTE ; sans requête, tous les articles."""
    results = _open(settings, index).search(_request(query, settings, options))
    if options["as_json"]:
        _print_json(results.to_json())
    else:
        print_results(results)


@main.command()
@click.argument("document_id", metavar="ID")
@index_option
@click.option("--original", is_flag=True, help="Écrire les octets du fichier, tels qu’ils ont été lus.")
@click.option("--json", "as_json", is_flag=True, help="Écrire l’article en JSON.")
@click.pass_obj
def show(settings: Settings, document_id: str, index: str | None, *, original: bool, as_json: bool) -> None:
    """Montrer l’article ID : son texte nettoyé, ses métadonnées, le fichier d’où il vient."""
    engine = _open(settings, index)
    if original:
        sys.stdout.buffer.write(engine.original(document_id))
    elif as_json:
        _print_json(msgspec.json.encode(engine.document(document_id)))
    else:
        print_document(engine.document(document_id))


@main.command()
@index_option
@click.option("--host", help="Adresse d’écoute.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port ; 0 en prend un libre.")
@click.option("--debug", is_flag=True, help="Un seul processus, qui montre ses erreurs : pour travailler sur Vigie.")
@click.pass_obj
def serve(settings: Settings, index: str | None, host: str | None, port: int | None, *, debug: bool) -> None:
    """Servir la page de recherche et le point d’accès JSON."""
    chosen = ["--index", index or settings.place, "--host", host or settings.host]
    chosen += ["--port", str(settings.port if port is None else port)]
    chosen += ["--debug"] if debug else []
    sys.stdout.flush()
    # The web face is a program of its own, which takes this one's place: the engine knows nothing of it.
    os.execv(sys.executable, [sys.executable, "-m", "web", *chosen])  # noqa: S606 - this very Python


@main.command()
@click.argument("text", metavar="TEXTE")
@click.option("--json", "as_json", is_flag=True, help="Écrire l’analyse en JSON.")
def analyze(text: str, *, as_json: bool) -> None:
    """Montrer les termes que la chaîne française tire de TEXTE."""
    rows = [
        (surface.group() if number == 0 else "", term.text, fold(term.text), stem_class(term.text))
        for surface in cut_surfaces(text)
        for number, term in enumerate(terms_of(surface.group()))
    ]
    names = ("surface", "term", "fold", "stem")
    if as_json:
        _print_json(msgspec.json.encode([dict(zip(names, row, strict=True)) for row in rows]))
        return
    table = Table("Forme", "Terme", "Sans accents", "Radical")
    for surface, term, folded, stem in rows:
        table.add_row(escape(surface), escape(term), folded, _stem(stem), style="dim" if is_stop_word(term) else None)
    out.print(table)
    out.print(typeset("En grisé : mots-outils, laissés de côté dans une requête qui en a d’autres."), style="dim")


@main.command()
@index_option
@click.option("--json", "as_json", is_flag=True, help="Écrire les chiffres en JSON.")
@click.pass_obj
def stats(settings: Settings, index: str | None, *, as_json: bool) -> None:
    """Dire ce que contient l’index."""
    found = _open(settings, index).stats()
    if as_json:
        _print_json(msgspec.json.encode(found))
        return
    table = Table.grid(padding=(0, 2))
    table.add_row("Articles", french_number(found.index.documents))
    span = f" ({found.oldest} à {found.newest})" if found.dated else ""
    table.add_row("Datés", f"{french_number(found.dated)}{span}")
    table.add_row("Termes", french_number(found.terms))
    table.add_row("Langues", ", ".join(f"{language} {count}" for language, count in found.languages.items()) or "…")
    for name, count in found.facets.items():
        table.add_row(FACET_LABELS[name], counted(count, "valeur"))
    table.add_row("Taille", f"{french_number(round(found.size_bytes / 1e6, 1))}{NO_BREAK}Mo")
    table.add_row("Version", f"{found.index.generation}, du {found.index.committed}")
    out.print(table)


@main.command()
@index_option
@click.option("--repair", is_flag=True, help="Remettre l’index en état, avec ce qui peut encore en être lu.")
@click.option("--json", "as_json", is_flag=True, help="Écrire le compte rendu en JSON.")
@click.pass_obj
def check(settings: Settings, index: str | None, *, repair: bool, as_json: bool) -> None:
    """Vérifier l’index : sommes de contrôle, structure, articles analysés de nouveau.

    Code de sortie : 0 si tout va bien, 1 si un défaut est trouvé, 2 si la vérification est impossible.
    """
    engine = _open(settings, index)
    if repair:
        _tell_repair(engine.repair())
    report = engine.check()
    if as_json:
        _print_json(msgspec.json.encode(report))
    else:
        size = f"{french_number(round(report.bytes / 1e6, 1))}{NO_BREAK}Mo"
        held = f"{counted(report.documents, 'article')}, {counted(report.segments, 'segment')}, {size}"
        out.print(typeset(f"Version {report.generation} : {held}."))
        for problem in report.problems:
            err.print(escape(problem), style="red", soft_wrap=True)
        out.print("Tout va bien." if not report.problems else f"{counted(len(report.problems), 'défaut')}.")
    if report.problems:
        sys.exit(REJECTED)


@main.command()
@index_option
@click.pass_obj
def merge(settings: Settings, index: str | None) -> None:
    """Réunir les segments de l’index : il est cherché plus vite et tient moins de place."""
    engine = _open(settings, index)
    engine.merge()
    out.print(f"L’index tient en {counted(engine.check().segments, 'segment')}.")


@main.command()
@click.argument("folder", metavar="DOSSIER", type=click.Path(file_okay=False, path_type=Path))
@index_option
@click.pass_obj
def snapshot(settings: Settings, folder: Path, index: str | None) -> None:
    """Copier l’index dans un DOSSIER neuf, vérifié, pendant que d’autres y écrivent.

    Sur un même disque les fichiers sont liés : la copie ne tient pas de place. « vigie restore DOSSIER » la remet.
    """
    state = _open(settings, index).snapshot(folder)
    out.print(typeset(f"Version {state.generation}, {counted(state.documents, 'article')} : copiée et vérifiée."))


@main.command()
@click.argument("folder", metavar="DOSSIER", type=click.Path(file_okay=False, path_type=Path))
@index_option
@click.pass_obj
def restore(settings: Settings, folder: Path, index: str | None) -> None:
    """Remettre dans l’index ce que « vigie snapshot » a copié dans DOSSIER, pendant que d’autres y cherchent.

    Le « vigie index » suivant relit tous les fichiers.
    """
    state = _open(settings, index).restore(folder)
    out.print(typeset(f"Version {state.generation}, {counted(state.documents, 'article')} : remise et vérifiée."))


def _tell_repair(repair: Repair) -> None:
    if not repair.generation:
        return
    kept, lost = counted(repair.rebuilt, "article"), counted(repair.lost, "article")
    done = f"Index réparé. De segments abîmés, gardés : {kept} ; illisibles : {lost}."
    err.print(typeset(f"{done} « vigie index » relira les fichiers."), style="yellow", soft_wrap=True)


def _open(settings: Settings, index: str | None) -> Engine:
    return open_engine(index or settings.place, settings)


def _request(query: str, settings: Settings, options: dict[str, Any]) -> SearchRequest:
    pairs = [("q", query), ("page", str(options["page"]))]
    if options["size"] is not None:
        pairs.append(("size", str(options["size"])))
    for prefix, chosen in (("", options["facets"]), ("-", options["excluded"])):
        for choice in chosen:
            name, equals, value = choice.partition("=")
            if not equals or name not in FACETS:
                message = f"« {choice} » : écrivez NOM=VALEUR, avec NOM parmi {', '.join(FACETS)}."
                raise click.BadParameter(typeset(message))
            pairs.append((prefix + name, value))
    pairs += [(name, options[key]) for name, key in (("from", "start"), ("to", "end")) if options[key]]
    for name in ("amount_from", "amount_to"):
        pairs += [] if options[name] is None else [(name, f"{options[name]:.15g}")]
    pairs += [(name, options[name]) for name in ("currency", "story") if options[name]]
    pairs += [("collapse", "story")] if options["collapse"] else []
    if options["sort"]:
        pairs.append(("sort", "newest" if options["sort"] == "date" else options["sort"]))
    switches = {"no_expand": ("expand", "0"), "no_correct": ("correct", "0"), "explain": ("explain", "1")}
    pairs += [pair for name, pair in (switches | {"strict": ("mode", "strict")}).items() if options[name]]
    return parse_parameters(pairs, page_size=settings.page_size)


def _print_json(content: bytes) -> None:
    sys.stdout.write(content.decode("utf-8") + "\n")


def _stem(name: str) -> str:
    return f"{name[1:]} (à part)" if name.startswith("=") else name


def _watch(engine: Engine, paths: Sequence[Path], settings: Settings, options: dict[str, Any]) -> None:
    """Run after run, until Ctrl-C; those that change nothing are not told."""
    rejected = None
    while True:
        report = _index(engine, paths, sync=options["sync"])
        if report.new or report.changed or report.removed or report.rejected != rejected:
            _tell(report, settings, options)
        rejected = report.rejected
        time.sleep(WATCHED_EVERY)


def _tell(report: IndexReport, settings: Settings, options: dict[str, Any]) -> None:
    if options["report"]:
        _write_rejections(options["report"], report)
    if options["as_json"]:
        _print_json(msgspec.json.encode(report))
    else:
        print_report(report, settings.max_errors_shown)
    sys.stdout.flush()


def _index(engine: Engine, paths: Sequence[Path], *, sync: bool) -> IndexReport:
    """One run, with a progress bar on a terminal."""
    with Progress(
        TextColumn("Indexation"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=err,
        disable=not err.is_terminal,
        transient=True,
    ) as progress:
        task, begin = progress.add_task("", total=None, rate=""), time.monotonic()

        def show(state: RunProgress) -> None:
            rate = f"{french_number(int(state.articles / (time.monotonic() - begin + 0.001)))}{NO_BREAK}articles/s"
            progress.update(task, completed=state.done, total=state.found, rate=rate)

        return engine.index(paths, sync=sync, progress=show)


def _write_rejections(path: Path, report: IndexReport) -> None:
    """A line of JSON for each item that was rejected."""
    lines = [msgspec.json.encode(rejection) + b"\n" for rejection in report.rejected]
    try:
        path.write_bytes(b"".join(lines))
    except OSError as error:
        raise SettingsError(f"--report {path} : {error.strerror}.") from error


main.add_command(explain)
main.add_command(thesaurus)

if __name__ == "__main__":
    main()
