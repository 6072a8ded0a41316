import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.cli import main
from indexer.settings import Settings
from web import create_app

ARTICLE = "Un titre de presse\n\nL’armée ukrainienne a reçu des F-16 à Kiev. Le ministère le confirme.\n"


@pytest.fixture(autouse=True)
def _away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command runs in an empty folder."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def pile(tmp_path: Path) -> Path:
    """A folder of two articles."""
    folder = tmp_path / "pile"
    folder.mkdir()
    (folder / "a.txt").write_text(ARTICLE, encoding="utf-8")
    (folder / "b.txt").write_text(ARTICLE.replace("F-16", "Rafale"), encoding="utf-8")
    return folder


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_index_counts_and_succeeds(pile: Path) -> None:
    result = run("index", str(pile))

    assert result.exit_code == 0
    assert re.search(r"Lus +2", result.stdout)
    assert re.search(r"nouveaux +2", result.stdout)


def test_index_tells_what_it_could_not_read_and_says_so_by_its_status(pile: Path) -> None:
    (pile / "c.txt").write_bytes(b"\x00\x01" * 50)

    result = run("index", str(pile))

    assert result.exit_code == 1
    assert "pile/c.txt\u00a0: contenu binaire\u00a0: ce format n’est pas lu" in result.stderr
    assert run("search", "F16").stdout.startswith("1\u00a0résultat")


def test_index_reports_as_json(pile: Path) -> None:
    (pile / "c.txt").touch()

    report = json.loads(run("index", str(pile), "--json").stdout)

    assert (report["read"], report["new"]) == (2, 2)
    assert report["rejected"] == [{"path": "pile/c.txt", "reason": "aucun article\u00a0: texte vide ou trop court"}]


def test_search_prints_the_hits_for_people(pile: Path) -> None:
    run("index", str(pile))

    text = run("search", "l'armée Kyiv").stdout

    assert "2\u00a0résultats" in text
    assert "Un titre de presse" in text
    assert "date inconnue" in text
    assert "Élargi\u00a0: Kyiv → Kiev" in text
    assert re.search(r"Pays +Ukraine", text)


def test_search_json_is_what_the_endpoint_returns(pile: Path, tmp_path: Path) -> None:
    run("index", str(pile))
    client = create_app(Settings(index=str(tmp_path / "var/index"))).test_client()

    printed = json.loads(
        run("search", "armée", "--facet", "equipment=F-16", "--sort", "date", "--size", "1", "--json").stdout
    )
    returned = client.get("/api/v1/search?q=armée&equipment=F-16&sort=newest&size=1").get_json()

    assert printed.pop("took_ms") >= 0
    assert returned.pop("took_ms") >= 0
    assert printed == returned


def test_search_filters_excludes_and_bounds(pile: Path) -> None:
    run("index", str(pile))

    def total(*options: str) -> int:
        found: int = json.loads(run("search", "armée", *options, "--json").stdout)["total"]["value"]
        return found

    assert total() == 2
    assert total("--facet", "equipment=f-16") == 1
    assert total("--facet", "equipment=F-16", "--facet", "equipment=Rafale") == 2
    assert total("--exclude", "equipment=F-16") == 1
    assert total("--from", "2022") == 0
    assert total("--page", "2", "--size", "1") == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("search", "x"), "vigie index"),
        (("stats",), "vigie index"),
        (("search", "x", "--size", "0"), "size"),
        (("search", "x", "--from", "hier"), "2024-03"),
        (("search", "x", "--facet", "pays=Ukraine"), "NOM=VALEUR"),
        (("search", "x", "--facet", "country"), "NOM=VALEUR"),
        (("search", "!!!"), "aucun mot"),
        (("index",), "CHEMIN"),
    ],
)
def test_a_failure_is_one_clear_message_and_status_2(arguments: tuple[str, ...], message: str, pile: Path) -> None:
    if "!!!" in arguments:
        run("index", str(pile))

    result = run(*arguments)

    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_a_bad_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_PROT", "1")

    result = run("stats")

    assert result.exit_code == 2
    assert "VIGIE_" in result.stderr


def test_the_index_can_be_set_by_the_environment(pile: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VIGIE_INDEX", "ailleurs")
    run("index", str(pile))

    assert (tmp_path / "ailleurs").is_dir()
    assert re.search(r"Articles +2", run("stats").stdout)


def test_analyze_shows_surface_term_fold_and_stem() -> None:
    rows = json.loads(run("analyze", "L’ARMÉE et 3 F‑16", "--json").stdout)

    assert rows == [
        {"surface": "L’ARMÉE", "term": "armée", "fold": "armee", "stem": "=armée"},
        {"surface": "et", "term": "et", "fold": "et", "stem": "et"},
        {"surface": "3", "term": "3", "fold": "3", "stem": "3"},
        {"surface": "F‑16", "term": "f16", "fold": "f16", "stem": "f16"},
    ]
    assert "armée (à part)" in run("analyze", "L’ARMÉE").stdout


def test_stats_as_json(pile: Path) -> None:
    run("index", str(pile))

    stats = json.loads(run("stats", "--json").stdout)

    assert stats["index"]["documents"] == 2
    assert stats["facets"]["equipment"] == 2


def test_help_is_typeset() -> None:
    assert "Chercher REQUÊTE\u202f; sans requête" in run("search", "--help").stdout
    assert "Code de sortie\u00a0: 0" in run("check", "--help").stdout


def test_help_names_every_command() -> None:
    text = run("--help").stdout

    assert all(name in text for name in ("index", "search", "serve", "analyze", "stats"))


def test_check_says_that_all_is_well_or_what_is_not(pile: Path, tmp_path: Path) -> None:
    run("index", str(pile))

    assert run("check").exit_code == 0
    assert "Tout va bien." in run("check").stdout
    assert json.loads(run("check", "--json").stdout)["problems"] == []

    (file,) = (tmp_path / "var/index").glob("*.postings")
    file.write_bytes(file.read_bytes()[:-1])
    damaged = run("check")
    assert damaged.exit_code == 1
    assert file.name in damaged.stderr
    assert run("check", "--index", "absent").exit_code == 2


def test_merge_leaves_one_segment(pile: Path) -> None:
    for name in ("a.txt", "b.txt"):
        run("index", str(pile / name))
    assert json.loads(run("check", "--json").stdout)["segments"] == 2

    assert "1\u00a0segment" in run("merge").stdout
    assert json.loads(run("search", "armée", "--json").stdout)["total"]["value"] == 2
    assert run("merge", "--index", "absent").exit_code == 2
