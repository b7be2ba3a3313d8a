"""Keys come from the credential, else the environment, else the file; no child process sees them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from unyo.core.errors import BadSetting
from unyo.vault import environment
from unyo.vault.cipher import Key
from unyo.vault.key_file import add_key, create_key_file, drop_keys_but, new_key
from unyo.vault.keyring import KeySource, keys_are_given, load_keyring

CREDENTIAL, VARIABLE = new_key(), new_key()


def line_of(key: Key) -> str:
    return f"{key.id}:{key.material.reveal()}\n"


@pytest.fixture(autouse=True)
def _fresh_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(environment, "_taken", None)
    monkeypatch.delenv(environment.ENVIRONMENT, raising=False)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    yield
    os.environ.pop(environment.ENVIRONMENT, None)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "vault.key"


@pytest.fixture
def credential(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "credentials"
    folder.mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    path = folder / "unyo-vault-key"
    path.write_text(line_of(CREDENTIAL))
    return path


@pytest.fixture
def variable(monkeypatch: pytest.MonkeyPatch) -> str:
    os.environ[environment.ENVIRONMENT] = line_of(VARIABLE)
    return environment.ENVIRONMENT


def test_the_file_is_the_usual_place(file: Path) -> None:
    made = create_key_file(file)
    assert load_keyring(file).keys == (made,)
    assert not keys_are_given()


@pytest.mark.usefixtures("variable")
def test_the_environment_comes_before_the_file(file: Path) -> None:
    create_key_file(file)
    assert load_keyring(file).newest == VARIABLE
    assert keys_are_given()


@pytest.mark.usefixtures("credential", "variable")
def test_the_credential_comes_first(file: Path) -> None:
    assert load_keyring(file).newest == CREDENTIAL
    assert keys_are_given()


@pytest.mark.usefixtures("credential")
def test_the_variable_is_gone_even_where_the_credential_is_used(file: Path, variable: str) -> None:
    load_keyring(file)
    assert variable not in os.environ


def test_the_variable_is_read_once_and_remembered(file: Path, variable: str) -> None:
    assert load_keyring(file).newest == VARIABLE
    assert variable not in os.environ
    assert load_keyring(file).newest == VARIABLE


def test_a_child_does_not_inherit_the_key(variable: str) -> None:
    environment.take_from_environment()
    child = [sys.executable, "-c", f"import os; print({variable!r} in os.environ)"]
    assert subprocess.run(child, capture_output=True, text=True, check=True).stdout == "False\n"


@pytest.mark.usefixtures("migrated_home")
def test_building_the_tools_takes_the_variable_before_anything_is_started(variable: str) -> None:
    from unyo.settings import load_settings
    from unyo.wiring import Toolbox

    tools = Toolbox(load_settings())
    assert variable not in os.environ
    assert tools.settings is load_settings()


@pytest.fixture
def migrated_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNYO_HOME", str(tmp_path))


@pytest.mark.parametrize("text", ["", "nonsense", "k1:short"])
def test_a_bad_variable_is_refused_gone_and_never_quoted(file: Path, text: str) -> None:
    create_key_file(file)
    os.environ[environment.ENVIRONMENT] = text
    with pytest.raises(BadSetting) as refused:
        load_keyring(file)
    assert refused.value.target == "$UNYO_VAULT_KEY"
    assert environment.ENVIRONMENT not in os.environ
    assert "nonsense" not in str(refused.value)


def test_a_bad_credential_is_refused_and_the_file_is_not_taken_instead(file: Path, credential: Path) -> None:
    create_key_file(file)
    credential.write_text("")
    with pytest.raises(BadSetting) as refused:
        load_keyring(file)
    assert refused.value.target == str(credential)


def test_a_service_without_this_credential_uses_the_file(file: Path, credential: Path) -> None:
    credential.unlink()
    made = create_key_file(file)
    assert load_keyring(file).newest == made


def test_a_key_is_found_by_its_name(file: Path) -> None:
    made = create_key_file(file)
    keyring = load_keyring(file)
    assert keyring.find(made.id) == made
    assert keyring.find("k0") is None


def test_a_key_added_meanwhile_counts_at_once(file: Path) -> None:
    first = create_key_file(file)
    keys = KeySource(file)
    assert keys().keys == (first,)
    second = add_key(file)
    assert keys().keys == (second, first)
    drop_keys_but(file, set())
    assert keys().keys == (second,)


def test_an_unchanged_file_is_read_once(file: Path) -> None:
    create_key_file(file)
    keys = KeySource(file)
    assert keys() is keys()


def test_a_file_that_went_away_or_open_to_others_is_noticed(file: Path) -> None:
    create_key_file(file)
    keys = KeySource(file)
    keys()
    file.chmod(0o644)
    with pytest.raises(BadSetting, match="others may read"):
        keys()
    file.unlink()
    with pytest.raises(BadSetting, match="cannot be read"):
        keys()


@pytest.mark.usefixtures("variable")
def test_given_keys_stay_for_the_process(file: Path) -> None:
    keys = KeySource(file)
    assert keys() is keys()
    assert keys().newest == VARIABLE
