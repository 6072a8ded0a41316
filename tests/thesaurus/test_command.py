"""`vigie thesaurus check`, `show` and `test`."""

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from indexer.settings import Settings
from indexer.thesaurus_command import thesaurus


@pytest.fixture
def run() -> CliRunner:
    return CliRunner(env={"COLUMNS": "200"})


def vigie(run: CliRunner, *arguments: str, own: Path | None = None) -> Result:
    settings = Settings() if own is None else msgspec.structs.replace(Settings(), thesaurus=str(own))
    return run.invoke(thesaurus, list(arguments), obj=settings)


def test_ours_is_sound(run: CliRunner) -> None:
    result = vigie(run, "check")
    assert result.exit_code == 0, result.output
    assert "tout va bien" in result.output


def test_a_check_can_be_read_by_programs(run: CliRunner) -> None:
    found = json.loads(vigie(run, "check", "--json").output)
    assert found["problems"] == []
    assert found["entries"] > 1500


def test_a_check_finds_a_name_that_cannot_be_read(run: CliRunner, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[equipment."Zig Zag"]\nkind = "drone"\nnames = ["…", "l’"]\n', encoding="utf-8")
    result = vigie(run, "check", own=own)
    assert result.exit_code == 1
    assert "Zig Zag" in result.output
    assert "ne peut jamais être lu" in result.output


@pytest.mark.parametrize("name", ["otan", "NATO", "O.T.A.N."])
def test_an_entry_is_shown_by_any_of_its_names(run: CliRunner, name: str) -> None:
    result = vigie(run, "show", name)
    assert result.exit_code == 0
    assert "OTAN" in result.output
    assert "NATO" in result.output


def test_accents_do_not_matter(run: CliRunner) -> None:
    assert "Emmanuel Macron" in vigie(run, "show", "emmanuel macron").output
    assert "États-Unis" in vigie(run, "show", "etats-unis").output


def test_an_entry_is_shown_with_its_families_and_variants(run: CliRunner) -> None:
    shown = json.loads(vigie(run, "show", "Leopard 2", "--json").output)
    assert [each["kind"] for each in shown] == ["equipment"]
    assert shown[0]["families"] == ["Leopard"]
    assert "Leopard 2A6" in shown[0]["variants"]


def test_an_unknown_name_is_said_so(run: CliRunner) -> None:
    result = vigie(run, "show", "Syldavie")
    assert result.exit_code == 1
    assert "«\u00a0Syldavie\u00a0»" in result.output


def test_a_text_is_read_and_explained(run: CliRunner) -> None:
    text = "Les Russes et Oumerov à Kyiv, chez Fincantierri, avec l’OTAN"
    result = vigie(run, "test", text)
    assert result.exit_code == 0
    for words in ("gentilé", "nom de famille", "lieu", "faute de frappe", "nom exact", "Kiev (Ukraine)"):
        assert words in result.output


def test_a_reading_can_be_read_by_programs(run: CliRunner) -> None:
    found = json.loads(vigie(run, "test", "l’OTAN", "--json").output)
    assert found == [
        {
            "words": "OTAN",
            "start": 2,
            "end": 6,
            "kind": "organisation",
            "label": "OTAN",
            "why": "nom exact",
            "country": None,
        }
    ]


def test_a_text_that_names_nothing(run: CliRunner) -> None:
    assert "Rien" in vigie(run, "test", "il pleut").output
