"""microsoft.ad.membership: join and leave a domain; the next start completes it."""

from __future__ import annotations

from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task
from unyo.lab.terminals.machine.restarting import rename
from unyo.lab.terminals.powershell.errors import PowerShellError


@module("microsoft.ad.membership")
def membership(task: Task) -> None:
    task.result["reboot_required"] = False
    if task["offline_join_blob"] is not None:
        task.unsupported("offline_join_blob")
    machine = task.machine
    name = machine.power.pending_name or machine.name
    pending = machine.membership.pending_domain
    domain = machine.domain if pending is None else pending
    workgroup = None if domain else machine.membership.workgroup
    task.diff["before"] = {
        "dns_domain_name": domain or None,
        "hostname": name,
        "state": "domain" if domain else "workgroup",
        "workgroup_name": workgroup,
    }
    if task.text("state").lower() == "domain":
        _join(task, domain)
    elif task.text("workgroup_name").lower() != (workgroup or "").lower():
        _leave(task, domain)
    wanted = task.text("hostname") or name
    if wanted.lower() != name.lower():
        task.result |= {"changed": True, "reboot_required": True}
        if task.acts:
            rename(machine, wanted)
    task.diff["after"] = {
        "dns_domain_name": task["dns_domain_name"],
        "hostname": wanted,
        "state": task["state"],
        "workgroup_name": task["workgroup_name"],
    }


def _join(task: Task, domain: str) -> None:
    wanted = task.text("dns_domain_name")
    if wanted.lower() == domain.lower():
        return
    if domain:
        task.fail(f"Host is already joined to '{domain}', switching domains is not implemented")
    if task.acts:
        _join_now(task, wanted)
    task.result |= {"changed": True, "reboot_required": True}


def _join_now(task: Task, wanted: str) -> None:
    machine = task.machine
    known = machine.fleet.domain
    if wanted.lower() not in (known.name.lower(), known.netbios.lower()):
        task.fail(
            f"Computer '{machine.name}' failed to join domain '{wanted}' from its current workgroup "
            f"'{machine.membership.workgroup}' with following error message: The specified domain either does not "
            "exist or could not be contacted."
        )
    if not known.admits(task.text("domain_admin_user"), task.text("domain_admin_password")):
        task.fail(
            f"Computer '{machine.name}' failed to join domain '{wanted}' from its current workgroup "
            f"'{machine.membership.workgroup}' with following error message: The user name or password is incorrect."
        )
    machine.membership.pending_domain = known.name
    machine.membership.organizational_unit = task.text("domain_ou_path")
    machine.changed = True


def _leave(task: Task, domain: str) -> None:
    if task.acts:
        _leave_now(task, domain)
    task.result |= {"changed": True, "reboot_required": True}


def _leave_now(task: Task, domain: str) -> None:
    machine = task.machine
    user, password = task.text("domain_admin_user"), task.text("domain_admin_password")
    if domain and not machine.fleet.domain.admits(user, password):
        raise PowerShellError(
            f"Failed to unjoin computer '{machine.name}' from domain '{domain}' with the following error message: "
            "The user name or password is incorrect."
        )
    machine.membership.workgroup = task.text("workgroup_name")
    machine.membership.pending_domain = "" if domain else machine.membership.pending_domain
    machine.changed = True
