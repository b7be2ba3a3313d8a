"""The dynamic inventory, asked by the real ansible-inventory as an administrator would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from unyo.ledger.opening import set_up_django

set_up_django()

from unyo.ledger.inventory import slug  # noqa: E402
from unyo.ledger.models import TerminalRecord  # noqa: E402
from unyo.ledger.terminal_changes import Amendment, Hand, carry_out  # noqa: E402

SCRIPT = Path(__file__).parents[2] / "inventory/ledger.py"
BIN = Path(sys.executable).parent
NOON = datetime(2027, 3, 25, 3, tzinfo=timezone.utc)


def add(serial: str, name: str, **values: Any) -> None:
    given = {"name": name, "address": f"{name}.example.jp".lower(), "state": "in_use", "kind": "client"}
    carry_out([Amendment(TerminalRecord(serial=serial), given | values, True)], Hand("tanaka", "test", NOON))


@pytest.fixture
def site(sqlite_ledger: Path, tmp_path: Path) -> dict[str, str]:
    """An installation with four terminals; the environment of a process that finds it."""
    add(
        "SN-1",
        "PC-0001",
        site="本庁舎",
        floor="３階",
        department="1010",
        model="EliteBook 840",
        user="000101",
    )
    add("SN-2", "PC-0002", site="本庁舎", floor="3F", model="EliteBook 840", port=15986, state="loan")
    add("SN-3", "SV-01", kind="server", site="East {{ lookup('pipe', 'id') }}")
    add("SN-4", "PC-0009", state="retired")
    settings = tmp_path / "unyo.toml"
    settings.write_text(
        f'ledger = "sqlite:///{sqlite_ledger}"\n[terminals]\nuser = "unyo-admin"\nca_file = "/etc/ca.pem"\n'
        'password_file = "/run/secret-word"\n',
        encoding="utf-8",
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("UNYO_", "ANSIBLE_"))}
    return kept | {
        "UNYO_CONFIG": str(settings),
        "ANSIBLE_HOME": str(tmp_path / "ansible"),
        "HOME": str(tmp_path),
    }


def said(site: dict[str, str], *command: str | Path) -> str:
    done = subprocess.run(command, env=site, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def listed(site: dict[str, str]) -> Any:
    return json.loads(said(site, BIN / "ansible-inventory", "-i", SCRIPT, "--list"))


def test_ansible_finds_terminals_in_groups_by_place_state_model_and_kind(site: dict[str, str]) -> None:
    found = listed(site)
    hosts = {group: value.get("hosts") for group, value in found.items() if group != "_meta"}

    assert sorted(hosts["terminals"]) == ["pc-0001", "pc-0002", "sv-01"]
    assert hosts[f"site_{slug('本庁舎')}"] == ["pc-0001", "pc-0002"]
    assert hosts[f"floor_{slug('本庁舎')}_3"] == ["pc-0001", "pc-0002"]
    assert (hosts["department_1010"], hosts["state_loan"], hosts["kind_server"]) == (
        ["pc-0001"],
        ["pc-0002"],
        ["sv-01"],
    )
    assert hosts["model_elitebook_840"] == ["pc-0001", "pc-0002"]


def test_a_host_knows_its_address_its_connection_and_the_words_of_its_groups(site: dict[str, str]) -> None:
    host = json.loads(said(site, BIN / "ansible-inventory", "-i", SCRIPT, "--host", "pc-0002"))

    assert (host["ansible_host"], host["ansible_port"]) == ("pc-0002.example.jp", 15986)
    assert (host["ansible_connection"], host["ansible_user"]) == ("winrm", "unyo-admin")
    assert host["ansible_winrm_ca_trust_path"] == "/etc/ca.pem"
    assert (host["unyo_site"], host["unyo_serial"]) == ("本庁舎", "SN-2")


def test_the_script_itself_answers_host_and_refuses_what_it_does_not_know(site: dict[str, str]) -> None:
    assert json.loads(said(site, SCRIPT, "--host", "sv-01"))["unyo_kind"] == "server"
    assert json.loads(said(site, SCRIPT, "--host", "nobody")) == {}
    refused = subprocess.run([SCRIPT, "--everything"], env=site, capture_output=True, timeout=60, check=False)
    assert refused.returncode == 2


def test_no_secret_and_no_person_stands_in_it(site: dict[str, str]) -> None:
    text = said(site, SCRIPT, "--list")
    assert "secret-word" not in text
    assert "ansible_password" not in text
    assert "000101" not in text


def test_a_text_of_the_ledger_is_never_a_template(site: dict[str, str]) -> None:
    told = said(
        site, BIN / "ansible", "-i", SCRIPT, "sv-01", "-c", "local", "-m", "debug", "-a", "var=unyo_site"
    )
    assert "lookup('pipe'" in told
    assert "uid=" not in told


def test_another_python_finds_the_checkouts_own(site: dict[str, str]) -> None:
    assert "pc-0001" in said(site, "/usr/bin/python3", SCRIPT, "--list")


def test_a_missing_ledger_is_said_plainly(site: dict[str, str], tmp_path: Path) -> None:
    Path(site["UNYO_CONFIG"]).write_text(f'home = "{tmp_path / "nowhere"}"\n', encoding="utf-8")
    done = subprocess.run(
        [SCRIPT, "--list"], env=site, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode != 0
    assert "unyo init" in done.stderr or "unyo doctor" in done.stderr


def test_group_names_are_stable_and_tell_texts_apart() -> None:
    assert slug("本庁舎") == slug("本庁舎 ") == "541e14d1"
    assert slug("EliteBook 840 G8") == "elitebook_840_g8"
    assert len({slug("A-1"), slug("A 1"), slug("A_1"), slug("第1庁舎"), slug("第2庁舎")}) == 5
