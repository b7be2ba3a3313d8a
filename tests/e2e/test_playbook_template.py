"""What the developer's page promises of playbook runbooks: the copied template works on simulated terminals."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from support.fleet_plays import FleetPlays
from unyo.core.errors import TargetSaidNo
from unyo.core.outcome import Outcome
from unyo.core.params import params_from_json
from unyo.core.tools import Tools
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.runbooks import add_runbook_directory, load

TEMPLATE = Path(__file__).resolve().parents[2] / "docs/runbook-template"
NOTICE = {"caption": "注意", "text": "業務用端末です", "everything": True}


@pytest.fixture
def site() -> Iterator[Any]:
    """The runbook with its tools; its fleet."""
    add_runbook_directory(TEMPLATE)
    with FleetProcess(count=3) as fleet:
        for terminal in fleet.terminals:
            fleet.knob(terminal["serial"], "powered_off", False)
        plays = FleetPlays(fleet, TEMPLATE)
        assets = SimpleNamespace(
            select=lambda _: plays.terminals,
            terminals=lambda serials: {t.serial: t for t in plays.terminals if t.serial in serials},
            in_service=lambda: 3,
        )
        tools = SimpleNamespace(playbooks=plays.playbooks, assets=assets, progress=lambda *_: None)
        yield SimpleNamespace(runbook=load("notices.logon"), tools=cast(Tools, tools), fleet=fleet)


def planned(site: Any) -> Any:
    return site.runbook.plan(params_from_json(site.runbook.Params, NOTICE), site.tools)


def test_plan_apply_and_a_second_plan(site: Any) -> None:
    plan = planned(site)
    assert [difference.key for difference in plan.changes[0].differences()] == [
        "Set the notice: legalnoticecaption",
        "Set the notice: legalnoticetext",
    ]
    assert "業務用端末です (" in str(plan.changes[0].differences()[1].after)
    assert plan.foreseen_share == 1.0
    results = site.runbook.apply(plan.changes, site.tools, recovering=False)
    assert [result.outcome for result in results] == [Outcome.DONE] * 3
    again = planned(site)
    assert (again.changes, len(again.unchanged)) == ((), 3)


def test_a_terminal_that_is_off_waits_and_a_wrong_password_stops_the_plan(site: Any) -> None:
    serials = [terminal["serial"] for terminal in site.fleet.terminals]
    site.fleet.knob(serials[1], "powered_off", True)
    plan = planned(site)
    assert [change.foreseen for change in plan.changes] == [True, False, True]
    outcomes = [r.outcome for r in site.runbook.apply(plan.changes, site.tools, recovering=False)]
    assert outcomes == [Outcome.DONE, Outcome.UNREACHABLE, Outcome.DONE]
    for serial in serials:
        site.fleet.knob(serial, "powered_off", False)
        site.fleet.knob(serial, "wrong_password", True)
    with pytest.raises(TargetSaidNo, match=r"terminals\.logon"):
        planned(site)


def test_the_whole_road_from_the_register_to_the_report(tmp_path: Path) -> None:
    shutil.copytree(TEMPLATE, tmp_path / "runbooks")
    with FleetProcess(count=2) as fleet:
        for terminal in fleet.terminals:
            fleet.knob(terminal["serial"], "powered_off", False)
        (tmp_path / "unyo.toml").write_text(
            f'home = "home"\nrunbook_directories = ["runbooks"]\n[terminals]\nuser = "{fleet.user}"\n'
            f'ca_file = "{fleet.ca_file}"\n'
        )
        rows = [f"{t['serial']},{t['name']},使用中,本庁舎,{t['address']}" for t in fleet.terminals]
        (tmp_path / "register.csv").write_text("\n".join(["製造番号,端末名,状態,拠点,接続先", *rows]))
        unyo(tmp_path, "init", "--operator", "tanaka")
        unyo(tmp_path, "operators", "add", "suzuki", "--password")
        unyo(tmp_path, "terminals", "import", "register.csv")
        unyo(tmp_path, "vault", "seal", "terminals/admin", typed=fleet.password.reveal())
        words = (
            "--terminal",
            fleet.terminals[1]["name"],
            "--caption",
            "注意",
            "--text",
            "業務用端末です",
            "--reason",
            "policy 12",
        )
        planned = json.loads(unyo(tmp_path, "plan", "notices.logon", *words, "--json"))
        assert planned["counts"] == {"play": 1}
        unyo(tmp_path, "approve", "1", "--by", "suzuki", "--reason", "seen", "--run")
        shown = json.loads(unyo(tmp_path, "jobs", "show", "1", "--json"))
        assert shown["outcomes"] == {"DONE": 1}
        unyo(tmp_path, "audit", "verify")
        found = b"".join(file.read_bytes() for file in (tmp_path / "home").rglob("*") if file.is_file())
        assert fleet.password.reveal().encode() not in found


def unyo(place: Path, *words: str, typed: str = "suzuki's own password") -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("UNYO_")}
    environment |= {"UNYO_CONFIG": str(place / "unyo.toml"), "UNYO_LANG": "en", "COLUMNS": "200"}
    done = subprocess.run(
        [sys.executable, "-m", "unyo", *words],
        env=environment,
        cwd=place,
        input=typed + "\n",
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
