"""A machine's state as JSON: what a test asks about, and what differs from a fresh Windows."""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from unyo.lab.terminals.machine.policy import all_profiles
from unyo.lab.terminals.machine.restarting import pending_reasons

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine


def state_of(machine: Machine) -> dict[str, Any]:
    """One JSON object; registry and files hold only what this machine has of its own."""
    firewall = {p.name.lower(): plain(p) for p in all_profiles(machine)}
    return {
        "name": machine.name,
        "serial": machine.serial,
        "model": machine.model,
        "locale": machine.locale,
        "kind": machine.kind,
        "domain": machine.domain,
        "boot": machine.power.boot.isoformat(),
        "restart_at": plain(machine.power.restart_at),
        "reboot_pending": pending_reasons(machine),
        "registry": {key.path: _values(key) for key in machine.registry.keys.own()},
        "users": {
            u.name: {**plain(u), "password": None, "former": len(u.former)}
            for u in machine.accounts.users.values()
        },
        "groups": {g.name: list(g.members) for g in machine.accounts.groups.values()},
        "locked": [sid for sid, tries in machine.accounts.attempts.items() if tries.locked_at],
        "services": {s.name: {"mode": s.mode, "running": s.running} for s in machine.services.table.values()},
        "firewall": {"active": machine.firewall.active, "profiles": firewall},
        "rules": {r.name: plain(r) for r in machine.firewall.rules.own()},
        "audit": {s.guid: s.audited for s in machine.audit.table.values()},
        "security": {name: machine.security.values[name] for name in machine.security.values},
        "rights": {right: sorted(holders) for right, holders in machine.rights.held().items()},
        "features": {f.name: f.state for f in machine.features.table.values()},
        "tasks": {t.path + t.name: plain(t) for t in machine.tasks.table.values()},
        "updates": {u.kb: plain(u) for u in machine.updates.table.values()},
        "queues": {q.name: plain(q) for q in machine.printers.queues.values()},
        "ports": {p.name: p.address for p in machine.printers.ports.values()},
        "files": {f.path: {"length": f.length, "folder": f.folder} for f in machine.files.table.own()},
        "profiles": [p.path for p in machine.profiles if not p.special],
        "sessions": [s.account for s in machine.sessions],
        "volumes": [plain(v) for v in machine.volumes],
        "fired": list(machine.fired),
    }


def plain(value: Any) -> Any:
    """A value as JSON holds it: times as ISO text, bytes as hexadecimal digits."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(part) for name, part in asdict(value).items()}
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return (
        value.hex()
        if isinstance(value, bytes)
        else value
        if isinstance(value, str | int | float | None)
        else str(value)
    )


def _values(key: Any) -> dict[str, Any]:
    return {value.name: plain(value.data) for value in key.values.values()}
