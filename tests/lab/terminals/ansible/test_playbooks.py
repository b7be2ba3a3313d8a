"""Unmodified ansible-playbook over winrm and psrp against the fleet."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.fleet import FreshFleet
from unyo.lab.terminals.fleet_process import FleetProcess

CONNECTIONS = {
    "winrm": "ansible_port={http} ansible_winrm_scheme=http ansible_winrm_transport=ntlm",
    "psrp": "ansible_port={https} ansible_psrp_protocol=https ansible_psrp_auth=ntlm ansible_psrp_ca_cert={ca}",
}
EVERYDAY = r"""
- hosts: all
  gather_facts: true
  tasks:
    - assert: {that: ["ansible_facts.hostname == inventory_hostname", "ansible_facts.os_family == 'Windows'"]}
    - ansible.windows.win_regedit: &value {path: 'HKLM:\SOFTWARE\Unyo', name: Level, data: 7, type: dword}
      check_mode: true
      register: foreseen
    - ansible.windows.win_regedit: *value
      register: first
    - ansible.windows.win_regedit: *value
      register: second
    - assert: {that: [foreseen.changed, first.changed, not second.changed]}
    - ansible.windows.win_copy: &text {content: "こんにちは {{ inventory_hostname }}", dest: 'C:\Users\Public\hello.txt'}
      register: first
    - ansible.windows.win_copy: *text
      register: second
    - assert: {that: [first.changed, not second.changed]}
    - ansible.windows.win_copy: {src: tree/, dest: 'C:\Users\Public\tree\'}
      register: first
    - ansible.windows.win_copy: {src: tree/, dest: 'C:\Users\Public\tree\'}
      register: second
    - assert: {that: [first.changed, not second.changed]}
    - ansible.windows.win_template: {src: greeting.j2, dest: 'C:\Users\Public\greeting.txt'}
    - ansible.builtin.fetch: {src: 'C:\Users\Public\greeting.txt', dest: "{{ place }}/fetched/", flat: false}
    - ansible.windows.win_powershell: {script: "$Ansible.Changed = $false; 'out'"}
      register: script
    - assert: {that: [not script.changed, "script.output == ['out']"]}
    - ansible.windows.win_ping:
      async: 30
      poll: 1
    - ansible.windows.win_user: {name: kim, nonsense: 1}
      register: wrong
      ignore_errors: true
    - assert: {that: ["'Unsupported parameters for (ansible.windows.win_user) module: nonsense' in wrong.msg"]}
"""
RESTARTS = {
    "winrm": r"""
- hosts: all
  gather_facts: false
  tasks:
    - ansible.windows.win_hostname: {name: "NEW-{{ inventory_hostname[-3:] }}"}
      register: renamed
    - ansible.windows.win_reboot: {post_reboot_delay: 0, reboot_timeout: 60}
      when: renamed.reboot_required
    - ansible.windows.setup: {gather_subset: ['!all']}
    - assert: {that: ["ansible_facts.hostname == 'NEW-' + inventory_hostname[-3:]"]}
""",
    "psrp": r"""
- hosts: all
  gather_facts: false
  tasks:
    - ansible.windows.win_updates: {category_names: ['*'], reboot: true}
      register: done
    - ansible.windows.win_updates: {category_names: ['*'], state: searched}
      register: left
    - assert: {that: [done.rebooted, done.installed_update_count > 0, left.found_update_count == 0]}
""",
}


def play(fleet: FleetProcess, place: Path, connection: str, text: str) -> str:
    """Run a playbook against every terminal of the fleet; what Ansible printed."""
    (place / "tree" / "sub").mkdir(parents=True)
    (place / "tree" / "a.txt").write_text("a", encoding="utf-8")
    (place / "tree" / "sub" / "日本.txt").write_text("b", encoding="utf-8")
    (place / "greeting.j2").write_text("to {{ inventory_hostname }}\n", encoding="utf-8")
    (place / "ansible.cfg").write_text("[defaults]\n", encoding="utf-8")
    (place / "play.yml").write_text(text, encoding="utf-8")
    how = f"ansible_user={fleet.user} ansible_password='{fleet.password.reveal()}' ansible_connection={connection} "
    hosts = (
        f"{each['name']} ansible_host={each['address']} {how}"
        + CONNECTIONS[connection].format(http=each["http"], https=each["https"], ca=fleet.ca_file)
        for each in fleet.terminals
    )
    (place / "hosts").write_text("\n".join(hosts) + "\n", encoding="utf-8")
    done = subprocess.run(
        [Path(sys.executable).parent / "ansible-playbook", "-i", "hosts", "play.yml", "-e", f"place={place}"],
        cwd=place,
        env={
            **os.environ,
            "ANSIBLE_HOME": str(place / "home"),
            "ANSIBLE_LOCAL_TEMP": str(place / "home" / "tmp"),
            "ANSIBLE_CONFIG": str(place / "ansible.cfg"),
            "ANSIBLE_DEPRECATION_WARNINGS": "0",
        },
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("connection", CONNECTIONS)
def test_everyday_tasks(fresh_fleet: FreshFleet, tmp_path: Path, connection: str) -> None:
    fleet = fresh_fleet(2)
    said = play(fleet, tmp_path, connection, EVERYDAY)
    assert "WARNING" not in said, said
    assert fleet.unsupported == []
    fetched = sorted((tmp_path / "fetched").rglob("greeting.txt"))
    assert [file.read_text(encoding="utf-8").strip() for file in fetched] == [
        f"to {each['name']}" for each in fleet.terminals
    ]


@pytest.mark.parametrize("connection", CONNECTIONS)
def test_tasks_that_restart_the_terminal(fresh_fleet: FreshFleet, tmp_path: Path, connection: str) -> None:
    fleet = fresh_fleet(1)
    fleet.knob(fleet.terminals[0]["serial"], "reboot_seconds", 0.2)
    fleet.knob(fleet.terminals[0]["serial"], "longest_shutdown_delay_seconds", 0.3)
    play(fleet, tmp_path, connection, RESTARTS[connection])
    assert fleet.unsupported == []


def test_what_is_not_simulated_is_remembered_though_the_task_ignores_it(
    fresh_fleet: FreshFleet, tmp_path: Path
) -> None:
    fleet = fresh_fleet(1)
    route = "{destination: 192.0.2.0/24, gateway: 192.0.2.1}"
    task = f"- hosts: all\n  gather_facts: false\n  tasks:\n    - ansible.windows.win_route: {route}\n"
    play(fleet, tmp_path, "winrm", f"{task}      ignore_errors: true\n")
    assert any("unsupported module ansible.windows.win_route" in line for line in fleet.unsupported)
    with pytest.warns(UserWarning, match="win_route"):
        fleet.stop()
