"""Plays of the shipped playbooks on the simulated terminals, in words that tests read as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from unyo.connectors.ansible.options import AnsibleSettings
from unyo.connectors.ansible.playing import AnsiblePlaybooks
from unyo.connectors.winrm.options import WinrmSettings
from unyo.connectors.winrm.own_passwords import OwnPasswords
from unyo.core.playbook import HostResult, PlayHost
from unyo.core.secret import Secret, SecretRef
from unyo.core.terminal import Terminal
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.settings import shipped


@dataclass
class FleetPlays:
    """A fleet, and unyo's Ansible pointed at it; ``own`` may hold playbooks of the test."""

    fleet: FleetProcess
    own: Path
    protocol: str = "winrm"
    secrets: dict[str, Secret] = field(default_factory=dict)
    password: Secret | None = None
    own_passwords: OwnPasswords | None = None

    @property
    def terminals(self) -> list[Terminal]:
        return [
            Terminal(str(t["serial"]), str(t["name"]), str(t["address"]), port=int(t["https"]))
            for t in self.fleet.terminals
        ]

    @property
    def playbooks(self) -> AnsiblePlaybooks:
        reach = WinrmSettings(
            user=self.fleet.user, protocol=self.protocol, ca_file=str(self.fleet.ca_file), connect_seconds=2
        )
        settings = AnsibleSettings(
            places=(self.own, shipped("playbooks").parent),
            scripts=shipped("scripts") / "windows",
            reach=reach,
            forks=5,
        )
        return AnsiblePlaybooks(settings, self._shared, self._open, self.own_passwords)

    def _shared(self) -> Secret:
        return self.password or self.fleet.password

    def _open(self, ref: SecretRef) -> Secret:
        return self.secrets[ref.path]

    def play(
        self,
        playbook: str,
        variables: Mapping[str, Any],
        terminals: list[Terminal] | None = None,
        *,
        check: bool = False,
    ) -> list[HostResult]:
        hosts = [PlayHost(terminal, variables) for terminal in terminals or self.terminals]
        return self.playbooks.play(playbook, hosts, check=check, timeout=120)

    def role(self, role: str) -> str:
        """A playbook that runs only this role, after the check of the serial number."""
        (self.own / "playbooks").mkdir(exist_ok=True)
        text = (
            "- name: One role\n  hosts: terminals\n  gather_facts: false\n  roles:\n"
            '    - role: terminal_serial\n      terminal_serial_wanted: "{{ unyo_serial }}"\n'
            f"    - role: {role}\n"
        )
        (self.own / f"playbooks/only.{role}.yml").write_text(text, encoding="utf-8")
        return f"only.{role}"
