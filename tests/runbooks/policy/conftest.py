"""An office with a small baseline of its own, and terminals whose settings are a table in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from support.boxes import SetClock
from support.journey import worked
from support.memory_terminals import MemoryTerminal, MemoryTerminals
from support.staffing import employ
from unyo.baselines import BaselineFiles
from unyo.flow.context import Road
from unyo.runbooks.policy.apply import Apply, ApplyParams
from unyo.runbooks.policy.audit import Audit, AuditParams

NOON = datetime(2027, 3, 25, 3, tzinfo=timezone.utc)
SYSTEM = r"registry|hklm:\software\microsoft\windows\currentversion\policies\system"
LLMNR = r"registry|hklm:\software\policies\microsoft\windows nt\dnsclient|enablemulticast"
BASIC = r"registry|hklm:\software\policies\microsoft\windows\winrm\service|allowbasic"
PPL = r"registry|hklm:\system\currentcontrolset\control\lsa|runasppl"
LENGTH = "security|system access|minimumpasswordlength"
DENY = "user_right|sedenynetworklogonright"

PACK = """
title: {en: Office, ja: 庁内}
includes:
  - pack: windows11
    rules: [password-length, llmnr-off, lsa-protection, winrm-service-basic-off, right-deny-network,
            service-snmp, uac-prompt-administrators]
"""


@dataclass
class PolicyTools:
    """The tools of baseline jobs."""

    clock: SetClock
    terminals: MemoryTerminals
    assets: Any
    baselines: BaselineFiles
    output: Path

    @property
    def playbooks(self) -> MemoryTerminals:
        return self.terminals

    def progress(self, text: str, done: int, total: int) -> None: ...


@dataclass
class Office:
    """A road, its terminals, and short sentences for the tests."""

    road: Road
    terminals: MemoryTerminals
    site: Path
    clock: SetClock

    def terminal(self, serial: str, **given: Any) -> MemoryTerminal:
        """A terminal in the ledger and on the network."""
        from unyo.ledger.models import TerminalRecord
        from unyo.ledger.terminal_changes import Amendment, Hand, carry_out
        from unyo.ledger.terminal_fields import read_value

        texts = {
            "address": f"{serial}.example.jp",
            "state": "in_use",
            "kind": "client",
            "name": f"PC-{serial}",
        }
        texts |= {name: given.pop(name) for name in ("department", "model", "site", "kind") if name in given}
        values = {name: read_value(name, text) for name, text in texts.items()}
        carry_out([Amendment(TerminalRecord(serial=serial), values, True)], Hand("tanaka", "test", NOON))
        return self.terminals.put(serial, **given)

    def file(self, name: str, text: str) -> None:
        (self.site / "baselines" / name).write_text(text, encoding="utf-8")

    def asked(self, params: Any = None, **more: Any) -> Any:
        from unyo.flow.planning import plan_job
        from unyo.flow.request import request_job

        params = params or ApplyParams(everything=True, pack="office", **more)
        name = "policy.audit" if isinstance(params, AuditParams) else "policy.apply"
        job = request_job(self.road, name, params, "tanaka", "the yearly baseline")
        plan_job(self.road, job)
        return job

    def done(self, job: Any) -> Any:
        from unyo.flow.approval import approve

        if job.state == "PLANNED":
            approve(self.road, job, "suzuki", "seen", job.digest)
        return worked(self.road, job)

    def applied(self, **more: Any) -> Any:
        return self.done(self.asked(**more))

    def audited(self, **more: Any) -> Any:
        return self.done(self.asked(AuditParams(everything=True, pack="office", **more)))

    def undone(self, job: Any, *only: str) -> Any:
        from unyo.flow.planning import plan_job
        from unyo.flow.undo import request_undo

        undo = request_undo(self.road, job, "tanaka", "it was the wrong pack", only)
        plan_job(self.road, undo)
        return self.done(undo)


@pytest.fixture
def office(sqlite_ledger: Path, tmp_path: Path) -> Office:
    """Nobody's terminal yet; the pack ``office`` has seven rules of the shipped one."""
    from unyo.ledger.assets import LedgerAssets

    employ()
    clock = SetClock(NOON)
    site = tmp_path / "inventory"
    (site / "baselines").mkdir(parents=True)
    output = tmp_path / "output"
    output.mkdir()
    terminals = MemoryTerminals(clock)
    tools = PolicyTools(clock, terminals, LedgerAssets(clock), BaselineFiles(site), output)
    runbooks: dict[str, Any] = {"policy.audit": Audit(), "policy.apply": Apply()}
    road = Road(tools, lambda name: runbooks[name], tmp_path / "audit.anchor")  # type: ignore[arg-type]
    made = Office(road, terminals, site, clock)
    made.file("office.yml", PACK)
    return made


Seen = Callable[[Any, str], dict[str, Any]]


def seen(job: Any, serial: str) -> dict[str, Any]:
    """What a step saw."""
    found: dict[str, Any] = job.steps.get(lock=f"terminal:{serial}").seen
    return found


def findings(job: Any, code: str) -> list[str]:
    """The English texts of a plan's findings of one sort."""
    return [finding["text"]["en"] for finding in job.plan["findings"] if finding["code"] == code]
