"""What comes out of indexing depends on the files alone: not on their order, nor on runs that were killed."""

import gzip
import itertools
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Self

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from indexer import indexing
from indexer.changes import IndexReport
from indexer.cli import main
from indexer.document import Document
from indexer.engine import LocalEngine, open_engine
from indexer.errors import IndexLockedError, SourceError
from indexer.index import INDEXING, IndexWriter, open_reader, take_lock
from indexer.ingest import Ledger, Read, Readers, SourceFile, read_file
from indexer.settings import Settings
from indexer.thesaurus import load_thesaurus
from tests.length import PARTS

PROSE = (
    "Le ministère a annoncé {} la livraison de {} véhicules blindés à la brigade {} de Varsovie, selon {}.",
    "La frégate {} a quitté le port de Brest avec {} marins à bord pour une mission de {} semaines dans {}.",
    "Selon le général {}, les {} drones livrés en {} ont changé la conduite des opérations près de {}.",
)
WORDS = "mars avril juin Dupont Martin Lefèvre Nord Sud Est trois sept douze vingt Kharkiv Odessa Kherson Lviv".split()


def story(seed: int) -> str:
    draw = random.Random(seed)
    return "\n".join(draw.choice(PROSE).format(*draw.choices(WORDS, k=4)) + f" Dossier {seed * 7}." for _ in range(4))


def write_pile(folder: Path) -> Path:
    """Texts, records, archives, copies, a source with left-overs that no rule knows, and what cannot be read."""
    for name in ("textes", "autres"):
        (folder / name).mkdir(parents=True)
    for number in range(9):
        header = f"Titre numéro {number}\nSource : https://www.marine.example/{number}\n"
        body = f"{story(number)}\nLa vigie du matin, votre rendez-vous de la mer"
        (folder / "textes" / f"{number}.txt").write_text(header + body, encoding="utf-8")
    for number in (3, 5, 20):
        (folder / "autres" / f"copie-{number}.txt").write_text(f"Un titre {number}\n{story(number)}", encoding="utf-8")
        (folder / "autres" / f"bis-{number}.txt").write_text(f"Un titre {number}\n{story(number)}", encoding="utf-8")
    records = [
        {"title": f"Fiche {number}", "text": f"{story(number)}\nRetrouvez nos cartes du front", "source": "fiches"}
        for number in (30, 31, 32, 33, 34, 35, 31)
    ]
    lines = "\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    (folder / "fiches.jsonl").write_text(f"{lines}\n{{cassé\n", encoding="utf-8")
    with zipfile.ZipFile(folder / "pages.zip", "w") as archive:
        for number in (40, 41, 42, 30):
            paragraphs = "".join(f"<p>{line}</p>" for line in story(number).split("\n"))
            page = f"<html><head><title>Page {number}</title></head><body><article><h1>Page {number}</h1>{paragraphs}"
            archive.writestr(f"{number}.html", page)
    (folder / "suite.gz").write_bytes(gzip.compress(lines.split("\n")[2].encode()))
    (folder / "vide.txt").write_text("", encoding="utf-8")
    (folder / "image.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    for file in folder.rglob("*"):
        os.utime(file, (1_700_000_000, 1_700_000_000))
    return folder


def content(index: Path) -> dict[str, Document]:
    return {document.id: document for document in open_reader(index).documents()}


def stories(index: Path) -> set[frozenset[str]]:
    """The documents of each story that several share."""
    reader = open_reader(index)
    ids = [part.segment.id_of(doc) for part in reader.parts for doc in range(part.segment.size)]
    found = range(reader.stories.count)
    return {frozenset(ids[doc] for doc in reader.stories.members(number)) for number in found} - {frozenset()}


def rejections(report: IndexReport) -> set[tuple[str, str]]:
    return {(rejection.path, rejection.reason) for rejection in report.rejected}


@pytest.fixture(scope="module")
def pile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pile(tmp_path_factory.mktemp("tas") / "tas")


@pytest.fixture(scope="module")
def expected(pile: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Document]:
    index = tmp_path_factory.mktemp("index")
    open_engine(index).index([pile])
    return content(index)


def test_every_article_is_there_once_and_the_rest_is_reported(pile: Path, tmp_path: Path) -> None:
    report = open_engine(tmp_path).index([pile])

    assert (report.read, report.new, report.copies, report.removed) == (27, 22, 5, 0)
    assert rejections(report) == {
        ("tas/fiches.jsonl", "ligne 8\u00a0: JSON invalide, colonne 2"),
        ("tas/image.txt", "image PNG\u00a0: ce format n’est pas lu"),
        ("tas/vide.txt", "aucun article\u00a0: texte vide ou trop court"),
    }


def test_what_a_source_prints_everywhere_is_left_out(expected: dict[str, Document]) -> None:
    texts = [document.text for document in expected.values()]

    assert not any("rendez-vous de la mer" in text or "cartes du front" in text for text in texts)
    assert sum("Dossier" in text for text in texts) == len(texts)


def test_the_same_pile_again_reads_nothing(pile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = open_engine(tmp_path).index([pile])

    def read(self: object, sources: Iterable[SourceFile]) -> Iterator[Read]:  # noqa: ARG001
        assert not list(sources)
        return iter(())

    monkeypatch.setattr(Readers, "read", read)
    again = open_engine(tmp_path).index([pile])

    assert (again.read, again.unchanged, again.new, again.changed) == (first.read, first.read, 0, 0)
    assert rejections(again) == rejections(first)
    assert open_reader(tmp_path).commit.generation == 1


def test_a_copy_takes_the_place_of_an_article_whose_file_goes(tmp_path: Path) -> None:
    pile = write_pile(tmp_path / "tas")
    engine = open_engine(tmp_path / "index")
    engine.index([pile])
    (pile / "autres" / "bis-20.txt").unlink()

    assert engine.index([pile]).removed == 0
    report = engine.index([pile], sync=True)

    files = {document.provenance.path for document in content(tmp_path / "index").values()}
    assert "tas/autres/copie-20.txt" in files
    assert "tas/autres/bis-20.txt" not in files
    assert report.removed == 0


def test_sync_removes_what_is_gone_and_nothing_of_other_folders(tmp_path: Path) -> None:
    pile, other = write_pile(tmp_path / "tas"), write_pile(tmp_path / "ailleurs")
    engine = open_engine(tmp_path / "index")
    engine.index([pile, other / "textes"])
    before = content(tmp_path / "index")
    (pile / "fiches.jsonl").unlink()
    (pile / "suite.gz").unlink()
    shutil.rmtree(other)

    assert engine.index([pile, other], sync=True).removed == 6
    after = content(tmp_path / "index")
    assert before.keys() - after.keys() == {
        document.id for document in before.values() if document.provenance.path in {"tas/fiches.jsonl", "tas/suite.gz"}
    }


def test_an_edited_file_and_a_moved_one_are_changes(tmp_path: Path) -> None:
    pile = write_pile(tmp_path / "tas")
    engine = open_engine(tmp_path / "index")
    engine.index([pile])
    (pile / "textes" / "1.txt").write_text(f"Un autre titre\n{story(99)}", encoding="utf-8")
    (pile / "autres" / "copie-20.txt").unlink()
    (pile / "autres" / "bis-20.txt").rename(pile / "zzz.txt")
    report = engine.index([pile], sync=True)

    assert (report.new, report.changed, report.removed) == (0, 2, 0)


def test_lines_that_recur_later_leave_the_articles_of_earlier_runs(
    pile: Path, expected: dict[str, Document], tmp_path: Path
) -> None:
    engine = open_engine(tmp_path)
    engine.index(sorted((pile / "textes").iterdir())[:4])
    assert all("rendez-vous de la mer" in document.text for document in content(tmp_path).values())

    engine.index([pile])
    assert same(content(tmp_path), expected)


def same(one: dict[str, Document], other: dict[str, Document]) -> bool:
    """Whether two indexes hold the same, wherever the pile was named from."""

    def placeless(document: Document) -> Document:
        provenance = document.provenance
        path = Path(provenance.root, provenance.path).as_posix()
        return replace(document, provenance=replace(provenance, path=path, root="/"))

    return {name: placeless(each) for name, each in one.items()} == {
        name: placeless(each) for name, each in other.items()
    }


class Killed(BaseException):
    """The process ends here."""


class InProcess:
    """Readers that read in any order, in this process."""

    def __init__(self, draw: random.Random) -> None:
        self._draw = draw

    def __call__(self, jobs: int, *, names: object) -> "InProcess":  # noqa: ARG002 - as Readers is called
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def read(self, sources: Sequence[SourceFile]) -> Iterator[Read]:
        waiting = list(sources)
        self._draw.shuffle(waiting)
        active: list[tuple[SourceFile, Iterator[Document | SourceError]]] = []
        while waiting or active:
            while waiting and len(active) < 2:
                source = waiting.pop()
                active.append((source, iter(list(read_file(source)))))
            source, found = self._draw.choice(active)
            following = next(found, None)
            if following is None:
                active.remove((source, found))
            yield Read(source, following)


def killing(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Have the process killed at the nth step of those that change anything on disk; at none when n is 0."""
    left = 0
    writers: list[IndexWriter] = []
    begin = IndexWriter.__init__

    def begun(self: IndexWriter, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        writers.append(self)

    def step() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            for writer in writers:
                writer._lock.close()  # the kernel does
            raise Killed

    def stepping(function: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*args: Any, **kwargs: Any) -> Any:
            step()
            result = function(*args, **kwargs)
            step()
            return result

        return stepped

    for owner, name in ((IndexWriter, "add"), (IndexWriter, "commit"), (Ledger, "commit"), (Ledger, "end_file")):
        monkeypatch.setattr(owner, name, stepping(getattr(owner, name)))

    monkeypatch.setattr(IndexWriter, "__init__", begun)

    def kill_at(number: int) -> None:
        nonlocal left
        left = number
        writers.clear()

    return kill_at


NEWS = (
    "Le 12 mars 2024, Arquus a livré 38 Griffon au 13e bataillon de chasseurs alpins, à Chambéry, pour 96 millions d’euros.",
    "La frégate Alsace a abattu trois missiles balistiques houthis en mer Rouge, a dit l’amiral Vaujour le 21 mars 2024.",
    "Rheinmetall bâtira à Unterlüss une usine de 200 000 obus de 155 mm par an, un chantier de 300 millions d’euros.",
)


def write_versions(folder: Path) -> Path:
    """Three stories, each told by three sources in slightly other words."""
    folder.mkdir()
    for number, news in enumerate(NEWS):
        more = f"{news} {story(300 + number).splitlines()[0]} Le détail du calendrier n’a pas été rendu public."
        for version, end in enumerate(
            ("", " Aucune autre précision n’a été donnée.", " Contacté, le ministère confirme.")
        ):
            text = (
                f"{news[:40]}\nDate : 2024-03-2{version}\nSource : https://s{version}.example/{number}\n{more}{end}\n"
            )
            (folder / f"{number}-{version}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.slow
@PARTS
def test_any_order_and_any_kill_give_the_same_index(
    part: int, pile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = write_versions(tmp_path / "versions")
    open_engine(tmp_path / "index").index([pile, versions])
    expected, told = content(tmp_path / "index"), stories(tmp_path / "index")
    assert len(told) >= len(NEWS)
    draw = random.Random(11)
    monkeypatch.setattr(indexing, "Readers", InProcess(draw))
    monkeypatch.setattr(indexing, "TOGETHER", 3000)
    monkeypatch.setattr(indexing, "BETWEEN_COMMITS", 0.0)
    kill_at = killing(monkeypatch)
    parts = [pile, pile / "textes", pile / "autres", pile / "fiches.jsonl", pile / "pages.zip", pile / "suite.gz"]
    parts += sorted(versions.iterdir())
    killed = 0
    for number in range(200 // part):
        index = tmp_path / str(number)
        for last in (False, False, True):
            kill_at(0)
            if not last or draw.random() < 0.5:
                kill_at(draw.randrange(1, 160))
                try:
                    open_engine(index).index([pile, versions] if last else draw.sample(parts, draw.choice([1, 2, 9])))
                except Killed:
                    killed += 1
        kill_at(0)
        open_engine(index).index([pile, versions])
        assert same(content(index), expected), number
        assert stories(index) == told, number
        shutil.rmtree(index)
    assert killed > 100 // part


@pytest.mark.slow
def test_a_process_that_is_really_killed_leaves_an_index_that_the_next_run_completes(
    pile: Path, expected: dict[str, Document], tmp_path: Path
) -> None:
    draw = random.Random(12)
    killed = 0
    for _ in range(12):
        command = [sys.executable, "-m", "indexer.cli", "index", str(pile), "--index", str(tmp_path / "index")]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            time.sleep(draw.uniform(0.2, 2.0))
            killed += process.poll() is None
            process.send_signal(signal.SIGKILL)
        if draw.random() < 0.3:
            shutil.rmtree(tmp_path / "index", ignore_errors=True)
    open_engine(tmp_path / "index").index([pile])

    assert killed
    assert same(content(tmp_path / "index"), expected)


@pytest.mark.parametrize("damage", [b"", b"no database at all, but long enough to look like one" * 40])
def test_a_ledger_that_cannot_be_read_is_made_anew(
    damage: bytes, pile: Path, expected: dict[str, Document], tmp_path: Path
) -> None:
    open_engine(tmp_path).index([pile])
    (tmp_path / "sources.sqlite").write_bytes(damage)
    report = open_engine(tmp_path).index([pile])

    assert (report.new, report.changed, report.unchanged) == (0, 0, 22)
    assert same(content(tmp_path), expected)


def test_stories_whose_file_is_lost_are_found_anew(tmp_path: Path) -> None:
    versions = write_versions(tmp_path / "versions")
    open_engine(tmp_path / "index").index([versions])
    told = stories(tmp_path / "index")
    assert len(told) == len(NEWS)
    (tmp_path / "index" / "stories.sqlite").unlink()
    (versions / "0-0.txt").unlink()
    open_engine(tmp_path / "index").index([versions], sync=True)

    assert sorted(map(len, stories(tmp_path / "index"))) == [2, 3, 3]


def test_a_changed_thesaurus_enriches_all_articles_anew(tmp_path: Path) -> None:
    pile = tmp_path / "tas"
    pile.mkdir()
    (pile / "a.txt").write_text(f"Le Zéphyrin est livré\n{story(1)} Le Zéphyrin vole. HIMARS aussi.", encoding="utf-8")
    own = tmp_path / "noms.toml"
    settings = Settings(index=str(tmp_path / "index"), thesaurus=str(own))

    def found(changed: str) -> tuple[str, ...]:
        own.write_text(changed, encoding="utf-8")
        load_thesaurus.cache_clear()
        engine = LocalEngine(tmp_path / "index", settings)
        report = engine.index([pile])
        assert report.read == 1
        (document,) = engine.documents()
        return tuple(document.facets.get("equipment", ()))

    named = '[equipment."Zéphyrin"]\nkind = "drone"\n'
    assert found("") == ("HIMARS",)
    assert found(named) == ("Zéphyrin", "HIMARS")
    generation = open_reader(tmp_path / "index").commit.generation
    assert found(named) == ("Zéphyrin", "HIMARS")
    assert open_reader(tmp_path / "index").commit.generation == generation
    assert found("") == ("HIMARS",)


def test_a_ledger_of_another_version_is_made_anew(pile: Path, tmp_path: Path) -> None:
    open_engine(tmp_path).index([pile / "textes"])
    with sqlite3.connect(tmp_path / "sources.sqlite") as ledger:
        ledger.execute("PRAGMA user_version = 999")
    ledger.close()

    assert open_engine(tmp_path).index([pile / "textes"]).unchanged == 9


def test_two_runs_at_once_are_one_too_many(tmp_path: Path, pile: Path) -> None:
    tmp_path.mkdir(exist_ok=True)
    with take_lock(tmp_path, INDEXING), pytest.raises(IndexLockedError, match=str(os.getpid())):
        LocalEngine(tmp_path, Settings()).index([pile])


@contextmanager
def interruptible(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """A process that SIGINT stops, even where this one was told to ignore it (as a shell tells what it starts with &)."""
    ignored = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, ignored)
    with process:
        try:
            yield process
        finally:
            process.kill()


def test_a_watched_folder_is_followed(tmp_path: Path) -> None:
    pile = write_pile(tmp_path / "tas") / "textes"
    index = tmp_path / "index"
    command = [sys.executable, "-m", "indexer.cli", "index", str(pile), "--watch", "--index", str(index)]
    with interruptible(command) as process:
        assert process.stdout is not None
        told = next_report(process.stdout)
        (pile / "nouveau.txt").write_text(f"Un nouveau titre\n{story(77)}", encoding="utf-8")
        told_then = next_report(process.stdout)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
    assert "  nouveaux           9\n" in told
    assert "  nouveaux            1\n" in told_then
    assert open_reader(index).size == 10


def next_report(told: IO[str]) -> list[str]:
    """The lines of the next report on this stream, all but the last."""
    return list(itertools.takewhile(lambda line: not line.startswith("En "), told))


def test_what_was_rejected_is_written_a_line_each(pile: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(
        main, ["index", str(pile), "--index", str(tmp_path / "index"), "--report", str(tmp_path / "r.jsonl")]
    )

    assert result.exit_code == 1
    lines = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["path"] for line in lines] == ["tas/fiches.jsonl", "tas/image.txt", "tas/vide.txt"]
    assert all(line["reason"] for line in lines)


def test_the_original_of_every_article_can_be_had(pile: Path, tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    engine.index([pile])
    for document in content(tmp_path).values():
        original = engine.original(document.id)
        words = document.text.split()[-3:]
        assert all(word.encode() in original for word in words), document.provenance
        if document.provenance.place:
            assert json.loads(original)["title"] == document.title

    (gone,) = [each for each in content(tmp_path).values() if each.provenance.path.endswith("/4.txt")]
    moved = pile / "textes" / "4.txt"
    moved.rename(tmp_path / "ailleurs.txt")
    with pytest.raises(SourceError, match=r"illisible|plus là"):
        engine.original(gone.id)
    (tmp_path / "ailleurs.txt").rename(moved)
