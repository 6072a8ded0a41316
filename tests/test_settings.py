from pathlib import Path

import pytest

from indexer.errors import SettingsError
from indexer.settings import Settings, load_settings, settings_table


def test_without_anything_the_defaults_apply(tmp_path: Path) -> None:
    assert load_settings({}, tmp_path) == Settings()


def test_the_file_overrides_the_defaults_and_the_environment_the_file(tmp_path: Path) -> None:
    (tmp_path / "vigie.toml").write_text('index = "ailleurs"\nport = 9000\n', encoding="utf-8")

    settings = load_settings({"VIGIE_PORT": "9100", "PATH": "/bin"}, tmp_path)

    assert (settings.index, settings.port) == ("ailleurs", 9100)


@pytest.mark.parametrize("environment", [{"VIGIE_PROT": "1"}, {"VIGIE_PORT": "huit"}, {"VIGIE_PORT": "70000"}])
def test_a_setting_that_makes_no_sense_is_refused_with_those_that_do(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match="page_size"):
        load_settings(environment, tmp_path)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "vigie.toml").write_text("index = ", encoding="utf-8")

    with pytest.raises(SettingsError, match=r"vigie\.toml"):
        load_settings({}, tmp_path)


def test_every_setting_has_a_default_and_a_meaning() -> None:
    table = settings_table()

    assert [name for name, _, _ in table] == list(Settings.__struct_fields__)
    assert all(default and meaning for _, default, meaning in table)
