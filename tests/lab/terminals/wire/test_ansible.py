"""Unmodified Ansible reaches the terminals, over WinRM and over PSRP."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.terminal_clients import SYSTEM
from unyo.lab.terminals.fleet_process import FleetProcess

ANSIBLE = str(Path(sys.executable).with_name("ansible"))
CONNECTIONS = {
    "winrm": {"ansible_winrm_transport": "ntlm", "ansible_winrm_scheme": "https"},
    "psrp": {"ansible_psrp_auth": "ntlm"},
}


def module(fleet: FleetProcess, place: Path, connection: str, *words: str) -> str:
    """What a module answers on every terminal."""
    variables = {
        "ansible_connection": connection,
        "ansible_port": "5986",
        "ansible_user": fleet.user,
        "ansible_password": fleet.password.reveal(),
        "ansible_winrm_ca_trust_path": str(fleet.ca_file),
        "ansible_psrp_ca_cert": str(fleet.ca_file),
        **CONNECTIONS[connection],
    }
    hosts = "\n".join(f"{facts['name']} ansible_host={facts['address']}" for facts in fleet.terminals)
    told = "\n".join(f"{name}={value}" for name, value in variables.items())
    inventory = place / "inventory.ini"
    inventory.write_text(f"[all]\n{hosts}\n[all:vars]\n{told}\n")
    done = subprocess.run(
        [ANSIBLE, "-i", str(inventory), "-o", "all", *words],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=place,
        env={**os.environ, "ANSIBLE_LOCAL_TEMP": str(place), "ANSIBLE_HOME": str(place)},
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("connection", ["winrm", "psrp"])
def test_ansible_pings_every_terminal(wire_fleet: FleetProcess, tmp_path: Path, connection: str) -> None:
    said = module(wire_fleet, tmp_path, connection, "-m", "ansible.windows.win_ping")
    assert said.count('"ping": "pong"') == 3, said


@pytest.mark.parametrize("connection", ["winrm", "psrp"])
def test_ansible_changes_the_registry_once(wire_fleet: FleetProcess, tmp_path: Path, connection: str) -> None:
    wanted = f"path='{SYSTEM.replace('HKLM', 'HKLM:')}' name={connection} data=1 type=dword"
    words = ("-m", "ansible.windows.win_regedit", "-a", wanted)
    assert module(wire_fleet, tmp_path, connection, *words).count("CHANGED") == 3
    assert module(wire_fleet, tmp_path, connection, *words).count("SUCCESS") == 3


@pytest.mark.parametrize("connection", ["winrm", "psrp"])
def test_a_large_file_is_copied(wire_fleet: FleetProcess, tmp_path: Path, connection: str) -> None:
    (tmp_path / "large").write_bytes(os.urandom(900_000))
    wanted = rf"src={tmp_path / 'large'} dest=C:\Windows\Temp\large-{connection}"
    said = module(wire_fleet, tmp_path, connection, "-m", "ansible.windows.win_copy", "-a", wanted)
    assert said.count("CHANGED") == 3, said
