"""Plays sign on with tickets of a real controller, over both of Ansible's connections."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.domain_terminal import joined_fleet
from support.plays import play_text
from unyo.connectors.ansible.options import AnsibleSettings
from unyo.connectors.ansible.playing import AnsiblePlaybooks
from unyo.connectors.winrm.options import WinrmSettings
from unyo.core.playbook import PlayHost, TaskStatus
from unyo.core.secret import Secret
from unyo.core.terminal import Terminal
from unyo.lab.samba import SambaLab, unavailable
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.settings import shipped

pytestmark = [
    pytest.mark.samba,
    pytest.mark.skipif(unavailable() is not None, reason=str(unavailable())),
]
COMPUTER = "pc00002"


@pytest.fixture(scope="module")
def domain_fleet(samba_lab: SambaLab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FleetProcess]:
    with joined_fleet(samba_lab, tmp_path_factory.mktemp("kerberos"), COMPUTER) as fleet:
        yield fleet


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("protocol", ["winrm", "psrp"])
def test_a_play_signs_on_with_a_ticket(
    samba_lab: SambaLab, domain_fleet: FleetProcess, tmp_path: Path, protocol: str, scheme: str
) -> None:
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks/ask.yml").write_text(play_text("- ansible.windows.win_ping:"), encoding="utf-8")
    reach = WinrmSettings(
        user=samba_lab.admin_name.replace(samba_lab.domain, str(samba_lab.realm)),
        transport="kerberos",
        protocol=protocol,
        scheme=scheme,
        ca_file=str(domain_fleet.ca_file),
    )
    settings = AnsibleSettings(places=(tmp_path,), scripts=shipped("scripts") / "windows", reach=reach)
    playbooks = AnsiblePlaybooks(settings, lambda: samba_lab.admin_password, lambda ref: Secret(""))
    (result,) = playbooks.play("ask", [PlayHost(terminal(domain_fleet, samba_lab))])
    assert result.error is None
    assert [task.status for task in result.tasks] == [TaskStatus.OK]


def terminal(fleet: FleetProcess, lab: SambaLab) -> Terminal:
    """Known by an IP address, so that its name is what the ticket is for: the lab has no DNS."""
    facts = fleet.terminals[0]
    return Terminal(str(facts["serial"]), f"{COMPUTER}.{lab.domain}", str(facts["address"]))
