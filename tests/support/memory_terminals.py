"""Terminals whose settings are a table in memory, with the answers that the scripts give, for tests of rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from support.boxes import SetClock
from unyo.core.errors import TargetSaidNo, Unreachable, UnyoError
from unyo.core.playbook import HostResult, PlayHost, TaskResult, TaskStatus
from unyo.core.terminal import Answer, Errand, Terminal, Way
from unyo.core.text import Text

Values = dict[str, Any]
_NOTHING = Text("no answer", "応答なし")


@dataclass
class MemoryTerminal:
    """One terminal: values by address, what the domain sets, and whether it lets unyo in."""

    values: Values = field(default_factory=dict)
    domain: Values = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    boot: datetime | None = None
    on: bool = True
    lets_in: Callable[[Values], bool] = lambda values: True
    loses_replies: int = 0
    guard: tuple[Values, datetime] | None = None
    reverted_at: str = ""

    def tick(self, now: datetime) -> None:
        """The guard's task fires by itself."""
        if self.guard is not None and now >= self.guard[1]:
            self._put(self.guard[0])
            self.guard, self.reverted_at = None, now.isoformat()

    def apply(self, settings: Sequence[Mapping[str, Any]]) -> Answer:
        changed, before, errors = [], {}, {}
        for setting in settings:
            now = self.values.get(address(setting))
            if now == setting["value"]:
                continue
            if "before" in setting and now != setting["before"]:
                errors[setting["id"]] = "moved"
                continue
            before[setting["id"]] = now
            self._put({address(setting): setting["value"]})
            changed.append(setting["id"])
        return {"changed": changed, "before": before, "errors": errors}

    def read(self, settings: Sequence[Mapping[str, Any]]) -> Answer:
        assert self.boot is not None
        places = {setting["id"]: address(setting) for setting in settings}
        errors = {rule: self.errors[place] for rule, place in places.items() if place in self.errors}
        return {
            "values": {rule: self.values.get(place) for rule, place in places.items() if rule not in errors},
            "errors": errors,
            "domain": {rule: self.domain[place] for rule, place in places.items() if place in self.domain},
            "pending": {},
            "reboot_pending": False,
            "boot": self.boot.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    def _put(self, values: Values) -> None:
        for place, value in values.items():
            if value is None:
                self.values.pop(place, None)
            else:
                self.values[place] = value


def address(setting: Mapping[str, Any]) -> str:
    """One text for what a setting is about."""
    parts = [
        str(setting[name])
        for name in ("kind", "section", "profile", "key", "guid", "name")
        if name in setting
    ]
    return "|".join(parts).lower()


class MemoryTerminals:
    """Both hands of unyo on the same terminals: scripts and playbooks."""

    def __init__(self, clock: SetClock) -> None:
        self.clock = clock
        self.by_serial: dict[str, MemoryTerminal] = {}
        self.way = Way("negotiate", "winrm", "https", "unyo-admin")
        self.runs: list[tuple[str, int]] = []
        self.plays: list[tuple[bool, int]] = []
        self.check_says: Values = {}

    def put(self, serial: str, **given: Any) -> MemoryTerminal:
        made = MemoryTerminal(boot=self.clock.now() - timedelta(days=1), **given)
        self.by_serial[serial] = made
        return made

    def restart(self, serial: str) -> None:
        self.by_serial[serial].boot = self.clock.now()

    def run(self, script: str, errands: Sequence[Errand], *, timeout: float = 60) -> list[Answer | UnyoError]:
        self.runs.append((script, len(errands)))
        return [self._answer(script, errand) for errand in errands]

    def seen_from(self, terminal: Terminal) -> str:
        return "10.0.0.9"

    def answering(self, terminals: Sequence[Terminal]) -> list[bool]:
        return [self.by_serial[terminal.serial].on for terminal in terminals]

    def play(
        self, playbook: str, hosts: Sequence[PlayHost], *, check: bool = False, timeout: float = 3600
    ) -> list[HostResult]:
        assert playbook == "policy.apply"
        self.plays.append((check, len(hosts)))
        return [self._played(host, check) for host in hosts]

    def _entered(self, terminal: Terminal) -> MemoryTerminal | UnyoError:
        found = self.by_serial[terminal.serial]
        found.tick(self.clock.now())
        if not found.on:
            return Unreachable("terminals.silent", _NOTHING, Text("wait", "待つ"), target=terminal.name)
        if not found.lets_in(found.values):
            refused = Text("log-on refused", "ログオン拒否")
            return TargetSaidNo("terminals.refused", refused, Text("look", "確認"), target=terminal.name)
        return found

    def _answer(self, script: str, errand: Errand) -> Answer | UnyoError:
        found = self._entered(errand.terminal)
        if isinstance(found, UnyoError):
            return found
        asked = errand.parameters
        if script == "settings":
            assert asked["mode"] == "read"
            return found.read(asked["settings"])
        assert script == "guard"
        armed = found.guard is not None
        if asked["mode"] == "confirm":
            found.guard = None
            return {"confirmed": armed, "reverted": bool(found.reverted_at), "reverted_at": found.reverted_at}
        return {"armed": armed, "reverted": bool(found.reverted_at), "reverted_at": found.reverted_at}

    def _played(self, host: PlayHost, check: bool) -> HostResult:
        found = self._entered(host.terminal)
        if isinstance(found, UnyoError):
            return HostResult((), {}, found)
        ordinary = host.variables["terminal_baseline_settings"]
        guarded = host.variables["terminal_baseline_channel_settings"]
        wanted = {setting["id"]: setting["value"] for setting in (*ordinary, *guarded)}
        before = {s["id"]: found.values.get(address(s)) for s in (*ordinary, *guarded)}
        task = TaskResult("Apply", "win_powershell", TaskStatus.CHANGED, before=before, after=wanted)
        if check:
            return HostResult((replace(task, after={**wanted, **self.check_says}),), {}, None)
        errors = dict(found.apply(ordinary)["errors"])
        if guarded and not errors:
            minutes = host.variables["terminal_baseline_guard_minutes"]
            if found.guard is None:
                back = {address(s): found.values.get(address(s)) for s in guarded}
                found.guard, found.reverted_at = (back, self.clock.now() + timedelta(minutes=minutes)), ""
            errors |= found.apply(guarded)["errors"]
        if found.loses_replies:
            found.loses_replies -= 1
            silent = Unreachable("ansible.unreachable", _NOTHING, Text("wait", "待つ"))
            return HostResult((), {}, silent)
        if errors:
            no = TargetSaidNo(
                "ansible.task_failed", Text("refused", "拒否"), Text("look", "確認"), detail=str(errors)
            )
            return HostResult((task,), {}, no)
        return HostResult((task,), {}, None)
