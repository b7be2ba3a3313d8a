"""What the domain's group policy sets is told beside what is there."""

from __future__ import annotations

from pathlib import Path

from support.fleet import FreshFleet
from support.winrm_reach import Reach, answered

SCENARIO = r"""
terminals:
  - name: PC00001
    domain: lab.unyo.test
    policy:
      - {kind: registry, where: 'SOFTWARE\Policies\Microsoft\Windows NT\DNSClient', name: EnableMulticast, value: 'dword:0'}
      - {kind: registry, where: 'SYSTEM\CurrentControlSet\Control\Lsa', name: LmCompatibilityLevel, value: 'dword:5'}
      - {kind: security, where: System Access, name: MinimumPasswordLength, value: 14}
      - {kind: user_right, where: SeDenyBatchLogonRight, value: ['S-1-5-32-546']}
      - {kind: service, where: RemoteRegistry, value: disabled}
"""
SETTINGS = [
    {
        "id": "template",
        "kind": "registry",
        "key": r"HKLM:\SOFTWARE\Policies\Microsoft\Windows NT\DNSClient",
        "name": "EnableMulticast",
        "type": "dword",
    },
    {
        "id": "option",
        "kind": "registry",
        "key": r"HKLM:\SYSTEM\CurrentControlSet\Control\Lsa",
        "name": "LmCompatibilityLevel",
        "type": "dword",
    },
    {"id": "length", "kind": "security", "section": "System Access", "name": "MinimumPasswordLength"},
    {"id": "right", "kind": "user_right", "name": "SeDenyBatchLogonRight"},
    {"id": "service", "kind": "service", "name": "RemoteRegistry"},
    {"id": "free", "kind": "service", "name": "Spooler"},
]


def test_each_kind_that_the_domain_sets_is_told(fresh_fleet: FreshFleet, tmp_path: Path) -> None:
    scenario = tmp_path / "fleet.yml"
    scenario.write_text(SCENARIO, encoding="utf-8")
    reach = Reach.of(fresh_fleet(scenario=scenario), tmp_path)
    read = answered(reach.run("settings", reach.terminals[0], {"mode": "read", "settings": SETTINGS}))
    assert read["errors"] == {}
    assert read["domain"] == {
        "template": 0,
        "option": 5,
        "length": 14,
        "right": ["S-1-5-32-546"],
        "service": "disabled",
    }


def test_a_workgroup_has_none(fresh_fleet: FreshFleet, tmp_path: Path) -> None:
    scenario = tmp_path / "fleet.yml"
    scenario.write_text("terminals: [{name: PC00001, domain: ''}]", encoding="utf-8")
    reach = Reach.of(fresh_fleet(scenario=scenario), tmp_path)
    read = answered(reach.run("settings", reach.terminals[0], {"mode": "read", "settings": SETTINGS}))
    assert read["domain"] == {}
