import os
from pathlib import Path

import pytest

from indexer.errors import SourceError
from indexer.ingest import SourceFile, find_files


def paths(*given: Path) -> list[str]:
    return [found.path for found in find_files(given)]


def test_a_folder_is_walked_in_sorted_order_and_names_its_files(tmp_path: Path) -> None:
    folder = tmp_path / "pile"
    for name in ("b.txt", "a.txt", "sous/c.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x", encoding="utf-8")

    assert paths(folder) == ["pile/a.txt", "pile/b.txt", "pile/sous/c.txt"]
    assert all(isinstance(found, SourceFile) and found.file.is_file() for found in find_files([folder]))


def test_a_file_is_named_by_itself(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")

    assert paths(tmp_path / "a.txt") == ["a.txt"]


def test_the_current_folder_has_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pile").mkdir()
    (tmp_path / "pile" / "a.txt").write_text("x", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "pile")

    assert paths(Path()) == ["pile/a.txt"]


def test_hidden_files_and_ignored_names_are_no_articles(tmp_path: Path) -> None:
    for name in (".cache", "README.md", "a.txt", "notes.log", "sous/README.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / ".vigieignore").write_text("# pas des articles\nREADME.md\n*.log\n", encoding="utf-8")

    assert paths(tmp_path) == [f"{tmp_path.name}/a.txt"]


def test_links_and_pipes_are_reported_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    (tmp_path / "lien").symlink_to("/etc/passwd")
    (tmp_path / "boucle").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "tube")

    found = {found.path.rpartition("/")[2]: found for found in find_files([tmp_path])}

    assert isinstance(found["a.txt"], SourceFile)
    for name, reason in (("lien", "lien symbolique"), ("boucle", "lien symbolique"), ("tube", "ordinaire")):
        error = found[name]
        assert isinstance(error, SourceError)
        assert reason in error.reason


def test_what_is_not_there_is_reported(tmp_path: Path) -> None:
    (error,) = find_files([tmp_path / "absent"])

    assert isinstance(error, SourceError)
    assert "introuvable" in error.reason
