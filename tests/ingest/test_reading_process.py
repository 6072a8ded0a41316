"""Whatever a file does to the process that reads it, the next one is read."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indexer.document import Document
from indexer.errors import SourceError
from indexer.ingest import Read, Readers, SourceFile

SENTENCE = "La frégate a quitté Brest ce matin avec deux cents marins pour une mission de trois semaines."


@pytest.fixture
def pile(tmp_path: Path) -> Callable[[str, str], SourceFile]:
    def write(name: str, text: str) -> SourceFile:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return SourceFile(tmp_path, name)

    return write


@pytest.fixture
def long(pile: Callable[[str, str], SourceFile]) -> SourceFile:
    """More articles than a pipe holds, so that its reader waits in the middle of it."""
    lines = (json.dumps({"titre": f"Fiche {number}", "texte": f"{SENTENCE} {number}"}) for number in range(3000))
    return pile("longue.jsonl", "\n".join(lines))


@pytest.fixture
def small(pile: Callable[[str, str], SourceFile]) -> SourceFile:
    return pile("petite.txt", f"Une nouvelle du port\n{SENTENCE}")


def titles(reads: Iterator[Read]) -> list[str | None]:
    """Of every article its title, of every error the reason, None at the end of a file."""
    return [said(read.found) for read in reads]


def said(found: Document | SourceError | None) -> str | None:
    if isinstance(found, SourceError):
        return found.reason.replace("\u00a0", " ")
    return found.title if found else None


def pid(readers: Readers) -> int | None:
    """The process that reads now."""
    process = readers._processes[0].process
    return process.pid if process else None


def signalled(readers: Readers, number: signal.Signals, *sources: SourceFile) -> list[str | None]:
    """What is read when the process gets a signal in the middle of the first file."""
    reads = readers.read(sources)
    first = next(reads)
    reader = pid(readers)
    assert reader
    os.kill(reader, number)
    return [said(first.found), *titles(reads)]


def test_files_are_read_in_their_order_by_one_process(small: SourceFile, long: SourceFile) -> None:
    with Readers() as readers:
        read = titles(readers.read([small, long, small]))

    assert read == [
        "Une nouvelle du port",
        None,
        *(f"Fiche {n}" for n in range(3000)),
        None,
        "Une nouvelle du port",
        None,
    ]


def test_several_processes_share_the_files(small: SourceFile, long: SourceFile) -> None:
    with Readers(2) as readers:
        reads = list(readers.read([long, small, small]))

    assert titles(read for read in reads if read.source == long) == [*(f"Fiche {n}" for n in range(3000)), None]
    assert titles(read for read in reads if read.source == small) == ["Une nouvelle du port", None] * 2


def test_a_file_that_hangs_is_given_up(small: SourceFile, long: SourceFile) -> None:
    with Readers() as readers:
        assert titles(readers.read([small]))  # started, which is longer than the silence allowed below
        readers._longest_silence = 1.5
        read = signalled(readers, signal.SIGSTOP, long)

        assert read[0] == "Fiche 0"
        assert read[-2:] == ["lecture abandonnée après 1.5 s", None]
        readers._longest_silence = 60.0
        assert titles(readers.read([small])) == ["Une nouvelle du port", None]


def test_a_process_that_is_killed_costs_one_file(small: SourceFile, long: SourceFile) -> None:
    with Readers() as readers:
        read = signalled(readers, signal.SIGKILL, long, small)

    end = ["la lecture s’est interrompue (mémoire épuisée ou fichier piégé)", None, "Une nouvelle du port", None]
    assert read[0] == "Fiche 0"
    assert read[-4:] == end
    assert 4 < len(read) < 3000


def test_a_process_that_is_killed_while_it_waits_costs_nothing(small: SourceFile) -> None:
    with Readers() as readers:
        assert titles(readers.read([small])) == ["Une nouvelle du port", None]
        process = readers._processes[0].process
        assert process
        process.kill()
        process.wait()

        assert titles(readers.read([small])) == ["Une nouvelle du port", None]


def test_a_file_that_takes_too_much_memory_is_given_up(
    pile: Callable[[str, str], SourceFile], small: SourceFile
) -> None:
    """What the libraries need leaves too little for a text of 20 MB."""
    large = pile("grande.txt", f"{SENTENCE}\n" * 200_000)
    with Readers(memory=260_000_000) as readers:
        read = titles(readers.read([large, small]))

    assert read[0] in {
        "sa lecture demande trop de mémoire",
        "la lecture s’est interrompue (mémoire épuisée ou fichier piégé)",
    }
    assert read[1:] == [None, "Une nouvelle du port", None]


def test_a_process_that_has_taken_much_memory_is_replaced(
    pile: Callable[[str, str], SourceFile], small: SourceFile
) -> None:
    """Memory is not given back; whoever reads a small file after a large one begins anew."""
    large = pile("grande.txt", "".join(f"{SENTENCE} {number}\n" for number in range(40_000)))
    with Readers(memory=400_000_000) as readers:
        assert len(titles(readers.read([small, small]))) == 4
        fresh = pid(readers)
        assert fresh
        assert len(titles(readers.read([large]))) == 2
        assert pid(readers) is None
        assert titles(readers.read([small])) == ["Une nouvelle du port", None]
        assert pid(readers) not in {None, fresh}


def test_what_a_library_prints_does_not_mix_with_the_answers(
    small: SourceFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "bavard"
    folder.mkdir()
    prints = (
        "import os, sys\n"
        "def chat(event, arguments):\n"
        "    if event == 'open' and str(arguments[0]).endswith('petite.txt'):\n"
        "        print('bavardage', flush=True)\n"
        "        os.write(1, b'murmure')\n"
        "        os.write(2, b'soupir')\n"
        "sys.addaudithook(chat)\n"
    )
    (folder / "sitecustomize.py").write_text(prints, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    with Readers() as readers:
        assert titles(readers.read([small])) == ["Une nouvelle du port", None]

    assert capfd.readouterr() == ("", "")


def test_reading_may_be_left_and_taken_up_again(small: SourceFile, long: SourceFile) -> None:
    with Readers() as readers:
        for _ in range(2):
            reads = readers.read([long, long])
            assert said(next(reads).found) == "Fiche 0"
            reads.close()  # type: ignore[attr-defined]  # a generator, as a loop that is left finds out

            assert titles(readers.read([small])) == ["Une nouvelle du port", None]


def test_leaving_ends_the_processes(long: SourceFile) -> None:
    with Readers() as readers:
        reads = readers.read([long])
        next(reads)
        reader = pid(readers)

    assert reader
    assert pid(readers) is None
    with pytest.raises(ProcessLookupError):
        os.kill(reader, 0)


def test_a_file_that_is_gone_is_reported(small: SourceFile, tmp_path: Path) -> None:
    with Readers() as readers:
        read = titles(readers.read([SourceFile(tmp_path, "partie.txt"), small]))

    assert read == ["illisible (introuvable)", None, "Une nouvelle du port", None]


@pytest.mark.slow
def test_a_file_of_nothing_but_bad_lines_is_read_to_its_end(pile: Callable[[str, str], SourceFile]) -> None:
    """Ten seconds in which nothing is found to tell, where half of them without a sign would end the reading."""
    bad = pile("mauvaise.jsonl", "{ ceci }\n" * 400_000 + json.dumps({"titre": "Une fiche", "texte": SENTENCE}))
    with Readers(longest_silence=5) as readers:
        read = titles(readers.read([bad]))

    assert read[-3:] == ["Une fiche", "… et 399\u202f900 autres rejets dans ce fichier", None]
