"""The tools that wiring builds, from the first rotation of terminals to the scripts that sign on afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support.hands import processes_with
from support.staffing import employ
from unyo.core.credential import AccountKind
from unyo.core.secret import SecretRef
from unyo.core.terminal import Errand, Selection
from unyo.flow.context import Road
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.runbooks import load
from unyo.settings import Settings, TerminalOptions
from unyo.wiring import Toolbox

pytestmark = pytest.mark.xdist_group("password_fleet")


@pytest.fixture
def road(lent_fleet: FleetProcess, sqlite_ledger: Path, tmp_path: Path) -> Road:
    """An installation that knows the fleet and its shared first password."""
    from unyo.ledger.models import TerminalRecord
    from unyo.vault.key_file import create_key_file

    employ()
    home = tmp_path / "home"
    home.mkdir()
    create_key_file(home / "vault.key")
    options = TerminalOptions(user=lent_fleet.user, ca_file=str(lent_fleet.ca_file), transport="ntlm")
    tools = Toolbox(Settings(home, terminals=options))
    tools.vault.seal(SecretRef("terminals/admin"), lent_fleet.password, "first password")
    for facts in lent_fleet.terminals:
        TerminalRecord.objects.create(
            serial=facts["serial"],
            name=facts["name"],
            address=facts["address"],
            port=int(facts["https"]),
            kind=facts["kind"],
            state="in_use",
            added_at=tools.clock.now(),
        )
    return Road(tools, load, home / "audit.anchor")


def rotate(road: Road) -> Any:
    from unyo.flow.approval import approve
    from unyo.flow.planning import plan_job
    from unyo.flow.request import request_job
    from unyo.flow.worker import Worker

    params = road.find_runbook("passwords.rotate").Params(kind=(AccountKind.WINDOWS,))
    job = request_job(road, "passwords.rotate", params, "tanaka", "yearly")
    plan_job(road, job)
    approve(road, job, "suzuki", "as agreed", job.digest)
    Worker(road, only_job=job.pk).run_until_idle()
    return job


def test_after_a_rotation_every_terminal_is_reached_with_its_own_password(
    road: Road, lent_fleet: FleetProcess, tmp_path: Path
) -> None:
    serial = str(lent_fleet.terminals[2]["serial"])
    stored = {"kind": "service", "name": "Backup", "account": f".\\{lent_fleet.user}"}
    lent_fleet.order("plant", serial, {"stored_passwords": [stored]})
    job = rotate(road)
    assert [(step.outcome, step.code) for step in job.steps.all()] == [("DONE", "")] * 5
    assert any(finding["code"] == "passwords.used" for finding in job.plan["findings"])
    assert all(each["fits"] for each in lent_fleet.order("stored", serial))
    terminals = road.tools.assets.select(Selection(everything=True))
    answers = road.tools.terminals.run("facts", [Errand(each, {"parts": ["clock"]}) for each in terminals])
    assert [isinstance(answer, Exception) for answer in answers] == [False] * 5
    canaries = [
        road.tools.vault.open(SecretRef(f"passwords/windows/{each.serial}/{lent_fleet.user}")).reveal()
        for each in terminals
    ]
    assert len(set(canaries)) == 5
    files = [file for place in (tmp_path,) for file in place.rglob("*") if file.is_file()]
    assert [file for file in files if any(c.encode() in file.read_bytes() for c in canaries)] == []
    assert processes_with([canary.encode() for canary in canaries]) == []
    assert all(not lent_fleet.order("tries", each.serial, lent_fleet.user)["refused"] for each in terminals)
