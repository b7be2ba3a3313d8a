"""Terminals in trouble: faults turned on at chosen instants of a job, and turned off again for the second run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

from support.baseline_town import Town
from support.journey import worked
from support.winrm_reach import SHIPPED
from unyo.connectors.winrm.fleet import WinrmTerminals
from unyo.connectors.winrm.options import WinrmSettings
from unyo.core.playbook import HostResult, PlayHost
from unyo.core.runbook import Pace
from unyo.core.secret import Secret
from unyo.core.terminal import Errand, Terminal
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.lab.terminals.machine.knobs import Knobs
from unyo.runbooks.policy.apply import ApplyParams
from unyo.runbooks.policy.rules.reading import Reading, read_settings
from unyo.settings import TerminalOptions
from unyo.wiring import Toolbox

RULES = ("llmnr-off", "audit-logon", "uac-prompt-administrators", "right-deny-network")
"""Rules of several kinds that take effect at once; the last of them could cut the way, so it is guarded."""

# Everybody at once, whatever goes wrong, so that one job can meet every fault.
TOGETHER = Pace(
    canary=0, wave=100, batch=100, stop_after=100, stop_share=1, retry_after=(), waits_hours=48, look_every=60
)

Happening = Callable[[], object]


def whole(**more: Any) -> ApplyParams:
    return ApplyParams(**{"everything": True, "rule": RULES, "check_mode": False, **more})


class TroubledTown(Town):
    """A town whose terminals can be put in trouble, before a job or in its middle."""

    def reached_by(self, options: TerminalOptions) -> None:
        """From now on terminals are reached in this way."""
        tools = Toolbox(replace(self.road.tools.settings, terminals=options))  # type: ignore[attr-defined]
        tools.__dict__["clock"] = self.clock
        self.road = replace(self.road, tools=tools)

    def trouble(self, serial: str, **knobs: Any) -> None:
        for name, value in knobs.items():
            self.lab.order("knob", serial, name, value)

    def in_trouble(self, names: dict[str, str], troubles: dict[str, dict[str, Any]]) -> None:
        """``names``: serial number → which of the troubles it gets, if any."""
        for serial, name in names.items():
            self.trouble(serial, **troubles.get(name, {}))

    def all_off(self) -> None:
        for serial in self.serials:
            self.trouble(serial, powered_off=True)

    def until_open(self, *serials: str) -> None:
        """Wait until these terminals take connections again."""
        terminals = list(self.road.tools.assets.terminals(serials).values())
        ends = time.monotonic() + 20
        while not all(self.road.tools.terminals.answering(terminals)):
            assert time.monotonic() < ends, "the way stays closed"
            time.sleep(0.1)

    def mended(self) -> None:
        """Every knob as it was, and every account unlocked by its administrator."""
        for serial in self.serials:
            unturn(self.lab, serial)
            self.lab.order("unlock", serial, self.lab.user)

    def locked(self, serial: str) -> bool:
        """Whether any account of the terminal is locked."""
        return bool(self.lab.order("state", serial)["locked"])

    def locked_by_a_stranger(self, serial: str) -> None:
        """Somebody else tried passwords until the account was locked."""
        self.trouble(serial, lockout_threshold=1)
        facts = self.lab.named(serial)
        stranger = WinrmSettings(user=self.lab.user, ca_file=str(self.lab.ca_file), scripts=(SHIPPED,))
        hands = WinrmTerminals(stranger, lambda: Secret("a-guess"), lambda ref: Secret(""))
        terminal = Terminal(serial, facts["name"], facts["address"], facts["https"])
        hands.run("facts", [Errand(terminal, {"parts": []})])
        assert self.locked(serial)

    def meanwhile(self, before: Happening | None = None, after: Happening | None = None) -> None:
        """Have something happen just before the next play, or just after it."""
        tools: Any = self.road.tools
        tools.__dict__["playbooks"] = Meanwhile(tools.playbooks, before, after)

    def worked_later(self, job: Any, hours: float = 2) -> Any:
        self.clock.step(timedelta(hours=hours))
        return worked(self.road, job)

    def resumed(self, job: Any) -> Any:
        """The job that goes on with what the first left, as far as it goes."""
        from unyo.flow.planning import plan_job
        from unyo.flow.resume import request_resume

        again = request_resume(self.road, job, "tanaka", "the terminals are mended")
        plan_job(self.road, again)
        return self.done(again)

    def undo_asked(self, job: Any) -> Any:
        """A planned job that takes this one back."""
        from unyo.flow.planning import plan_job
        from unyo.flow.undo import request_undo

        undo = request_undo(self.road, job, "tanaka", "it was the wrong pack")
        plan_job(self.road, undo)
        return undo

    def chosen(self) -> dict[str, dict[str, Any]]:
        """Serial number → the values of this module's rules."""
        tools = self.road.tools
        rules, terminals = tools.baselines.rules(), tools.assets.terminals(self.serials)
        wanted = [(terminals[serial], [rules[rule] for rule in RULES]) for serial in self.serials]
        readings = [reading for reading in read_settings(wanted, tools) if isinstance(reading, Reading)]
        return {s: dict(reading.values) for s, reading in zip(self.serials, readings, strict=True)}

    def changed(self, serial: str) -> bool:
        """Whether the first of the rules has been written there."""
        registry = self.lab.order("state", serial)["registry"]
        return any("EnableMulticast" in values for values in registry.values())

    def wanted(self) -> dict[str, Any]:
        """What the rules of this module want, on any terminal of the lab."""
        rules = self.road.tools.baselines.rules()
        return {rule: rules[rule].wanted for rule in RULES}

    def guards(self) -> list[str]:
        """The serial numbers of terminals on which a guard is armed."""
        return [
            serial
            for serial in self.serials
            if any(name.startswith("\\unyo\\") for name in self.lab.order("state", serial)["tasks"])
        ]


class Meanwhile:
    """Ansible, with something happening around its next play."""

    def __init__(self, playbooks: Any, before: Happening | None, after: Happening | None) -> None:
        self._playbooks = playbooks
        self._before, self._after = before, after

    def play(self, playbook: str, hosts: Sequence[PlayHost], **more: Any) -> list[HostResult]:
        before, after, self._before, self._after = self._before, self._after, None, None
        if before is not None:
            before()
        results: list[HostResult] = self._playbooks.play(playbook, hosts, **more)
        if after is not None:
            after()
        return results


def unturn(lab: FleetProcess, serial: str) -> None:
    for knob in fields(Knobs):
        lab.order("knob", serial, knob.name, getattr(Knobs(), knob.name))


def by_trouble(job: Any, troubles: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Trouble → outcome (or what it waits for) and code of the step that met it; ``troubles``: serial → name."""
    return {
        troubles[step.lock.removeprefix("terminal:")]: (
            step.outcome or f"waits: {step.waiting_for}",
            step.code,
        )
        for step in job.steps.all()
    }


def explained(job: Any) -> bool:
    """Whether every step that is not good says in both languages what happened and what to do next."""
    from unyo.core.outcome import Outcome

    steps = [step for step in job.steps.all() if not (step.outcome and Outcome(step.outcome).is_good)]
    texts = [text for step in steps for text in (step.message, step.next_step)]
    return all(text and text["en"] and text["ja"] and text["en"] != text["ja"] for text in texts)


@contextmanager
def as_soon_as(seen: Callable[[], bool], then: Happening) -> Iterator[None]:
    """While the block runs: look again and again, and once do it."""
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            if seen():
                then()
                return
            time.sleep(0.01)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
