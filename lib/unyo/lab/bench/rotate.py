"""Rotating the passwords of a fleet: the whole job against an Ansible play and against bare pywinrm calls."""

from __future__ import annotations

import base64
import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from unyo.core.credential import AccountKind
from unyo.core.passwords import PasswordRules, make_password
from unyo.core.secret import SecretRef
from unyo.lab.bench.audit import run_playbook
from unyo.lab.bench.office import open_road, travel
from unyo.lab.bench.park import Park, Watch, park
from unyo.lab.terminals.fleet_process import FleetProcess

PARALLEL = 64
"""Threads of the bare calls: as many terminals as unyo works at, two batches with 32 threads each."""
FORKS = (20, 50)
STARTS = (("no_start_time", 0.0), ("half_second_start", 0.5))


def measure(quick: bool) -> dict[str, Any]:
    """Seconds and CPU seconds per terminal of each; Ansible is compared by terminal, as it runs on fewer."""
    terminals, theirs, many = (12, 4, 0) if quick else (400, 40, 2000)
    figures: dict[str, Any] = {label: _one(terminals, theirs, start) for label, start in STARTS}
    if many:
        figures["many"] = _unyo(many, 0.0)
    return figures


def _one(terminals: int, theirs: int, start: float) -> dict[str, Any]:
    ours, bare = _unyo(terminals, start), _bare(terminals, start)
    plays = [_ansible(theirs, start, forks) for forks in FORKS]
    best = min(plays, key=lambda play: float(play["seconds"]))
    each = ours["seconds"] / terminals
    return {
        "unyo": ours,
        "bare": bare,
        "ansible": plays,
        "times_bare": ours["seconds"] / bare["seconds"],
        "times_bare_without_plan": ours["run"] / bare["seconds"],
        "times_faster_than_ansible": best["seconds"] / theirs / each,
        "times_less_cpu_than_ansible": best["cpu_seconds_per_terminal"] / ours["cpu_seconds_per_terminal"],
    }


def _unyo(terminals: int, start: float) -> dict[str, Any]:
    """The whole job: facts and plan, approval, sealed, set, proven, with its steps and events."""
    with park(terminals, start) as parked, open_road() as road:
        road.tools.vault.seal(SecretRef("terminals/admin"), parked.fleet.password, "first password")
        params = road.find_runbook("passwords.rotate").Params(kind=(AccountKind.WINDOWS,))
        with Watch(parked.fleet) as watch:
            job, seconds = travel(road, "passwords.rotate", params)
        good = job.steps.filter(outcome="DONE").count()
        if good != terminals:
            ends = list(
                job.steps.exclude(outcome="DONE").values_list("label", "outcome", "code", "detail")[:5]
            )
            raise SystemExit(f"only {good} of {terminals} passwords were renewed: {ends}")
        return {**watch.spent.as_json(terminals), **seconds}


def _bare(terminals: int, start: float) -> dict[str, Any]:
    """Set by a script, then a command over a connection with the new password; nothing is kept anywhere."""
    with park(terminals, start) as parked:
        work = [(parked, terminal) for terminal in parked.fleet.terminals]
        with Watch(parked.fleet) as watch, ThreadPoolExecutor(PARALLEL) as pool:
            list(pool.map(lambda each: _bare_one(*each), work))
        return watch.spent.as_json(terminals)


def _bare_one(parked: Park, terminal: Any) -> None:
    fleet = parked.fleet
    new = make_password(PasswordRules(20)).reveal()
    script = f"$new = ConvertTo-SecureString '{new}' -AsPlainText -Force; Set-LocalUser {fleet.user} -Password $new"
    encoded = base64.b64encode(script.encode("utf-16-le")).decode()
    _run(fleet, terminal, fleet.password.reveal(), "powershell", ["-NoProfile", "-EncodedCommand", encoded])
    _run(fleet, terminal, new, "hostname", [])


def _run(fleet: FleetProcess, terminal: Any, password: str, program: str, arguments: list[str]) -> None:
    from winrm.protocol import Protocol

    wire = Protocol(
        f"https://{terminal['address']}:{terminal['https']}/wsman",
        transport="ntlm",
        username=fleet.user,
        password=password,
        ca_trust_path=str(fleet.ca_file),
    )
    shell = wire.open_shell()
    command = wire.run_command(shell, program, arguments)
    _, complaint, code = wire.get_command_output(shell, command)
    wire.cleanup_command(shell, command)
    wire.close_shell(shell)
    if code:
        raise SystemExit(f"{program} ended with {code}: {complaint.decode(errors='replace')[:300]}")


def _ansible(terminals: int, start: float, forks: int) -> dict[str, Any]:
    """win_user, then a task over a connection with the new password."""
    with park(terminals, start) as parked, tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        book = place / "play.yml"
        book.write_text(json.dumps(_play(parked.fleet)), encoding="utf-8")
        own = {
            str(each["name"]): {"new_password": make_password(PasswordRules(20)).reveal()}
            for each in parked.fleet.terminals
        }
        spent = run_playbook(parked.fleet, parked.fleet.terminals, place, book, forks, own)
        return {"forks": forks, **spent.as_json(terminals)}


def _play(fleet: FleetProcess) -> list[dict[str, Any]]:
    user = {"name": fleet.user, "password": "{{ new_password }}", "update_password": "always"}
    tasks = [
        {"name": "Set", "ansible.windows.win_user": user, "no_log": True},
        {
            "name": "Prove",
            "ansible.windows.win_ping": {},
            "vars": {"ansible_password": "{{ new_password }}"},
        },
    ]
    return [{"hosts": "all", "gather_facts": False, "tasks": tasks}]
