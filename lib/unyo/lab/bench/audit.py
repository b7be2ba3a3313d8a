"""Baseline audit: one batched script per terminal against one Ansible playbook with a task per rule."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from unyo.core.baseline import Kind, Rule
from unyo.lab.bench.office import open_road, travel
from unyo.lab.bench.park import Park, Spent, Watch, park
from unyo.lab.terminals.fleet_process import FleetProcess

RULES = 120
FORKS = 20


def measure(quick: bool) -> dict[str, Any]:
    """Seconds and CPU seconds per terminal; the playbook runs on fewer terminals and is compared by terminal."""
    ours, theirs = (4, 2) if quick else (400, 20)
    rules = 8 if quick else RULES
    figures: dict[str, Any] = {"rules": rules}
    for label, start in (("no_start_time", 0.0), ("half_second_start", 0.5)):
        figures[label] = _one(ours, theirs, rules, start, quick)
    return figures


def _one(ours: int, theirs: int, rules: int, start: float, quick: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    with park(ours, start) as parked, open_road() as road:
        chosen = plain_rules(road.tools.baselines.pack("windows11").rules)[:rules]
        found["winrm"] = _unyo(parked, road, chosen)
        # With a start time for every one of the tasks the playbook takes hours: measured without it only.
        if start == 0.0 or quick:
            found["playbook"] = _ansible(parked.fleet, parked.fleet.terminals[:theirs], chosen)
    with park(ours, start, protocol="psrp") as parked, open_road() as road:
        found["psrp"] = _unyo(parked, road, chosen)
    if "playbook" in found:
        each = found["playbook"]["seconds"] / found["playbook"]["terminals"]
        found["times_faster_per_terminal"] = each / (found["winrm"]["seconds"] / ours)
        cpu = found["playbook"]["cpu_seconds_per_terminal"]
        found["times_less_cpu"] = cpu / found["winrm"]["cpu_seconds_per_terminal"]
    return found


def plain_rules(rules: Sequence[Rule]) -> list[Rule]:
    """Rules that stock modules can read too."""
    return [rule for rule in rules if rule.setting.kind in (Kind.REGISTRY, Kind.SERVICE, Kind.USER_RIGHT)]


def _unyo(parked: Park, road: Any, rules: Sequence[Rule]) -> dict[str, Any]:
    params = road.find_runbook("policy.audit").Params
    asked = params(everything=True, rule=tuple(rule.id for rule in rules))
    with Watch(parked.fleet) as watch:
        job, seconds = travel(road, "policy.audit", asked)
    good = job.steps.filter(outcome="DONE").count()
    if good != len(parked.names):
        raise SystemExit(f"only {good} of {len(parked.names)} terminals were audited")
    return {**watch.spent.as_json(good), "plan_and_run": seconds}


def _ansible(fleet: FleetProcess, terminals: Sequence[Any], rules: Sequence[Rule]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        spent = play(fleet, terminals, place, [task_of(rule) for rule in rules], FORKS)
    return spent.as_json(len(terminals))


def task_of(rule: Rule) -> dict[str, Any]:
    """The stock task that reads what the rule is about."""
    setting = rule.setting
    if setting.kind is Kind.REGISTRY:
        return {
            "name": rule.id,
            "ansible.windows.win_reg_stat": {"path": setting["key"], "name": setting["name"]},
        }
    if setting.kind is Kind.SERVICE:
        return {"name": rule.id, "ansible.windows.win_service_info": {"name": setting["name"]}}
    right = {"name": setting["name"], "users": rule.wanted, "action": "set"}
    return {"name": rule.id, "ansible.windows.win_user_right": right, "check_mode": True}


def play(
    fleet: FleetProcess, terminals: Sequence[Any], place: Path, tasks: Sequence[dict[str, Any]], forks: int
) -> Spent:
    """Run a playbook of these tasks with bare ansible-playbook."""
    book = [{"hosts": "all", "gather_facts": False, "tasks": list(tasks)}]
    (place / "play.yml").write_text(json.dumps(book), encoding="utf-8")
    return run_playbook(fleet, terminals, place, place / "play.yml", forks)


def run_playbook(
    fleet: FleetProcess,
    terminals: Sequence[Any],
    place: Path,
    playbook: Path,
    forks: int,
    variables: dict[str, dict[str, Any]] | None = None,
    environment: dict[str, str] | None = None,
) -> Spent:
    """Bare ansible-playbook over these terminals; it must end well."""
    shared = {
        "ansible_connection": "winrm",
        "ansible_port": terminals[0]["https"],
        "ansible_winrm_scheme": "https",
        "ansible_winrm_transport": "ntlm",
        "ansible_winrm_ca_trust_path": str(fleet.ca_file),
        "ansible_user": fleet.user,
        "ansible_password": fleet.password.reveal(),
    }
    own = variables or {}
    hosts = {t["name"]: {"ansible_host": t["address"], **own.get(t["name"], {})} for t in terminals}
    inventory = place / "hosts.yml"
    inventory.touch(mode=0o600)
    inventory.write_text(json.dumps({"all": {"vars": shared, "children": {"terminals": {"hosts": hosts}}}}))
    command = [
        str(Path(sys.executable).with_name("ansible-playbook")),
        "-i",
        str(inventory),
        "-f",
        str(forks),
        str(playbook),
    ]
    quiet = {**os.environ, "ANSIBLE_HOME": str(place / "ansible"), "ANSIBLE_LOCAL_TEMP": str(place / "tmp")}
    with Watch(fleet) as watch:
        done = subprocess.run(
            command, env={**quiet, **(environment or {})}, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise SystemExit(f"ansible-playbook ended with {done.returncode}: {done.stdout[-2000:]}")
    return watch.spent
