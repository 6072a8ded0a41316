from pathlib import Path

import pytest

from indexer.engine import LocalEngine, OpenSearchEngine, open_engine
from indexer.errors import SettingsError
from indexer.opensearch.address import Address
from indexer.settings import load_settings


def test_an_address_names_nodes_index_and_user() -> None:
    address = Address.parse("opensearch+https://vigie@un:9201,deux/presse", {"OPENSEARCH_PASSWORD": "secret"})

    assert address.nodes == ("https://un:9201", "https://deux:9200")
    assert (address.name, address.user, address.password) == ("presse", "vigie", "secret")


def test_the_password_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("secret\n", encoding="utf-8")

    address = Address.parse("opensearch+https://a@b/c", {"OPENSEARCH_PASSWORD_FILE": str(tmp_path / "password")})

    assert address.password == "secret"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("opensearch+http://ailleurs:9200/presse", "sans TLS"),
        ("opensearch+https://un:9200", "nom de l’index"),
        ("opensearch+https://un:9200/Presse", "minuscules"),
        ("opensearch+https://un:9200/a/b", "nom de l’index"),
        ("opensearch+ftp://un/presse", "opensearch\\+https"),
        ("opensearch+https:///presse", "opensearch\\+https"),
        ("opensearch+https://un/presse?x=1", "opensearch\\+https"),
        ("opensearch+https://moi@un/presse", "OPENSEARCH_PASSWORD"),
    ],
)
def test_what_is_no_address_is_refused_with_a_reason(text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        Address.parse(text, {})


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(SettingsError, match="OPENSEARCH_PASSWORD") as refused:
        Address.parse("opensearch+https://moi:chut@un/presse", {})

    assert "chut" not in str(refused.value)


def test_this_machine_may_be_asked_without_tls() -> None:
    assert Address.parse("opensearch+http://127.0.0.1:9200/presse", {}).nodes == ("http://127.0.0.1:9200",)


def test_one_setting_chooses_the_engine(tmp_path: Path) -> None:
    address = "opensearch+http://127.0.0.1:1/presse"
    there = load_settings({"VIGIE_ENGINE": address}, tmp_path)
    here = load_settings({"VIGIE_INDEX": str(tmp_path / "index")}, tmp_path)

    assert isinstance(open_engine(there.place, there), OpenSearchEngine)
    assert isinstance(open_engine(here.place, here), LocalEngine)
