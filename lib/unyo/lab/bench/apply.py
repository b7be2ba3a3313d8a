"""Applying the baseline to 100 terminals against bare ansible-playbook with the same role, data and forks."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from unyo.core.change import Change
from unyo.lab.bench.audit import run_playbook
from unyo.lab.bench.office import open_road
from unyo.lab.bench.park import Watch, park
from unyo.runbooks.policy.rules.guarding import play_variables
from unyo.settings import shipped

FORKS = 20


def measure(quick: bool) -> dict[str, Any]:
    """Seconds of the whole running phase, of the play within it, and of the bare play; ratios to the latter."""
    terminals = 3 if quick else 100
    figures: dict[str, Any] = {"forks": FORKS}
    for label, start in (("no_start_time", 0.0), ("half_second_start", 0.5)):
        ours, variables = _unyo(terminals, start)
        bare = _bare(terminals, start, variables)
        figures[label] = {
            "unyo": ours,
            "bare": bare,
            "overhead_of_all": ours["seconds"] / bare["seconds"] - 1,
            "overhead_of_play": ours["play_seconds"] / bare["seconds"] - 1,
        }
    return figures


def _unyo(terminals: int, start: float) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Plan, approve, run; what the run took, and what the play was told of each terminal."""
    with park(terminals, start, forks=FORKS) as parked, open_road() as road:
        from unyo.flow.approval import approve
        from unyo.flow.planning import plan_job
        from unyo.flow.request import request_job
        from unyo.flow.worker import Worker

        params = road.find_runbook("policy.apply").Params(everything=True, check_mode=False)
        job = request_job(road, "policy.apply", params, "tanaka", "a measurement")
        plan_job(road, job)
        rules = road.tools.baselines.rules()
        variables = {
            step.label: play_variables(Change.from_json(step.change), rules) for step in job.steps.all()
        }
        approve(road, job, "sato", "a measurement", job.digest)
        spans = _timed(road)
        with Watch(parked.fleet) as watch:
            Worker(road, only_job=job.pk).run_until_idle()
        good = job.steps.filter(outcome__in=["DONE", "PENDING_REBOOT"]).count()
        waiting = job.steps.filter(state="waiting").count()
        if good + waiting != terminals:
            ends = list(job.steps.values_list("label", "outcome", "code", "detail"))
            raise SystemExit(f"only {good} of {terminals} terminals ended well: {ends}")
        return {**watch.spent.as_json(terminals), **spans}, variables


def _timed(road: Any) -> dict[str, float]:
    """Adds up what the road's tools spend in plays and in scripts over WinRM, while it runs."""
    import time

    spans = {"play_seconds": 0.0, "script_seconds": 0.0}

    def measured(owner: Any, name: str, key: str) -> None:
        call = getattr(owner, name)

        def timed(*arguments: Any, **options: Any) -> Any:
            begun = time.perf_counter()
            try:
                return call(*arguments, **options)
            finally:
                spans[key] += time.perf_counter() - begun

        setattr(owner, name, timed)

    measured(road.tools.playbooks, "play", "play_seconds")
    measured(road.tools.terminals, "run", "script_seconds")
    return spans


def _bare(terminals: int, start: float, variables: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The same playbook on a fresh fleet of the same seed, with a static inventory."""
    with park(terminals, start) as parked, tempfile.TemporaryDirectory() as scratch:
        scripts = str(shipped("scripts") / "windows")
        own = {
            str(terminal["name"]): {
                **variables[terminal["name"]],
                "unyo_serial": terminal["serial"],
                "unyo_scripts": scripts,
            }
            for terminal in parked.fleet.terminals
        }
        playbook = shipped("playbooks") / "policy.apply.yml"
        roles = {"ANSIBLE_ROLES_PATH": str(shipped("roles"))}
        spent = run_playbook(parked.fleet, parked.fleet.terminals, Path(scratch), playbook, FORKS, own, roles)
        return spent.as_json(terminals)
